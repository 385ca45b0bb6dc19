"""Files on their way in are never in clear on the disk."""

from __future__ import annotations

import io
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopalert.evidence import receiving
from shopalert.evidence.receiving import SealedSpool


@given(st.lists(st.binary(max_size=700)), st.lists(st.integers(0, 3000)))
def test_a_spool_reads_what_was_written_from_any_place(parts, places):
    receiving_in_memory, receiving.IN_MEMORY = receiving.IN_MEMORY, 1000
    try:
        spool = SealedSpool(10_000_000)
        for part in parts:
            assert spool.write(part) == len(part)
        plain = b"".join(parts)
        for place in [0, *places]:
            spool.seek(place)
            assert spool.read() == plain[place:]
    finally:
        receiving.IN_MEMORY = receiving_in_memory


def test_the_disk_holds_no_plain_byte(tmp_path):
    spool = SealedSpool(10_000_000, str(tmp_path))
    spool.write(b"a face " * 400_000)
    assert not list(tmp_path.iterdir()), "the file has a name"
    descriptor = spool._file.fileno()
    assert b"a face" not in os.pread(descriptor, 3_000_000, 0)
    spool.seek(7 * 1000)
    assert spool.read(6) == b"a face"
    spool.close()
    with pytest.raises(OSError):
        os.fstat(descriptor)


def test_what_is_too_large_is_counted_and_not_kept():
    spool = SealedSpool(100)
    assert spool.write(bytes(101)) == 101
    assert spool.too_large
    assert spool.seek(0, os.SEEK_END) == 0


def test_a_buffered_spool_behaves_as_a_file():
    file = io.BufferedRandom(SealedSpool(1000))
    file.write(b"hello ")
    file.write(b"world")
    file.seek(0)
    assert file.read() == b"hello world"
    assert file.seek(0, 2) == 11
