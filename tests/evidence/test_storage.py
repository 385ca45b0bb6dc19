"""Files: encrypted from the first byte, on the disk before anybody is told."""

from __future__ import annotations

import errno
import hashlib
import io
import os
import stat
import time

import pytest

from shopalert.evidence import storage
from shopalert.evidence.storage import CHUNK, Damaged, Folder, Keyring, NoRoom

KEY, OTHER_KEY = b"k" * 32, b"o" * 32


@pytest.fixture
def folder(tmp_path):
    return Folder(tmp_path / "files", Keyring(KEY))


def on_disk(folder, stored):
    return folder.root / stored.name[:2] / stored.name


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK, 3 * CHUNK + 7])
def test_put_and_get_give_the_same_bytes(folder, size):
    plain = os.urandom(size)
    stored = folder.put(io.BytesIO(plain))
    assert b"".join(folder.get(stored.name)) == plain == folder.read(stored.name)
    assert stored.sha256 == hashlib.sha256(plain).digest()
    assert stored.size == size


def test_put_takes_a_stream_that_gives_little_at_a_time(folder):
    class Drip(io.BytesIO):
        def read(self, size=-1):
            return super().read(min(size, 1000))

    plain = os.urandom(CHUNK + 5)
    assert folder.read(folder.put(Drip(plain)).name) == plain


def test_plain_bytes_are_nowhere_on_the_disk(folder):
    plain = b"a face that somebody knows " * 40_000
    stored = folder.put(plain)
    everything = b"".join(path.read_bytes() for path in folder.root.rglob("*") if path.is_file())
    assert len(everything) > len(plain)
    assert b"a face that somebody knows" not in everything
    assert stored.sha256 not in everything


def test_one_picture_twice_is_two_different_files(folder):
    first, second = folder.put(b"same"), folder.put(b"same")
    assert first.name != second.name
    assert on_disk(folder, first).read_bytes()[28:] != on_disk(folder, second).read_bytes()[28:]


def test_only_the_owner_may_read(folder):
    path = on_disk(folder, folder.put(b"x"))
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == stat.S_IMODE(folder.root.stat().st_mode) == 0o700


@pytest.mark.parametrize("place", [0, 5, 20, 40, CHUNK + 60, -1])
def test_a_changed_byte_does_not_open(folder, place):
    stored = folder.put(os.urandom(CHUNK + 100))
    path = on_disk(folder, stored)
    sealed = bytearray(path.read_bytes())
    sealed[place] ^= 1
    path.write_bytes(sealed)
    with pytest.raises(Damaged):
        folder.read(stored.name)


@pytest.mark.parametrize("keep", [10, 28, 28 + 5, 28 + CHUNK + 16])
def test_a_file_cut_short_does_not_open(folder, keep):
    stored = folder.put(os.urandom(CHUNK + 100))
    path = on_disk(folder, stored)
    path.write_bytes(path.read_bytes()[:keep])
    with pytest.raises(Damaged):
        folder.read(stored.name)


def test_a_file_under_another_name_does_not_open(folder):
    first, second = folder.put(b"one"), folder.put(b"two")
    on_disk(folder, second).write_bytes(on_disk(folder, first).read_bytes())
    with pytest.raises(Damaged):
        folder.read(second.name)


def test_a_new_data_key_still_reads_what_the_old_one_closed(folder):
    stored = folder.put(b"old")
    turned = Folder(folder.root, Keyring(OTHER_KEY, KEY))
    assert turned.read(stored.name) == b"old"
    assert turned.read(turned.put(b"new").name) == b"new"
    with pytest.raises(Damaged):
        Folder(folder.root, Keyring(OTHER_KEY)).read(stored.name)


@pytest.mark.parametrize("name", ["../../etc/passwd", "", "ABC", "a" * 31, "a" * 32 + "\n", "a/" + "a" * 32])
def test_a_name_is_never_a_path(folder, name):
    with pytest.raises(ValueError):
        folder.exists(name)


def test_delete_and_exists(folder):
    stored = folder.put(b"x")
    assert folder.exists(stored.name)
    assert folder.delete(stored.name)
    assert not folder.exists(stored.name)
    assert not folder.delete(stored.name)
    with pytest.raises(FileNotFoundError):
        folder.read(stored.name)


def test_bytes_then_file_then_rename_then_folder_are_synced(folder, monkeypatch):
    seen = []
    fsync, rename = os.fsync, os.rename

    def note_sync(descriptor):
        kind = "folder" if stat.S_ISDIR(os.fstat(descriptor).st_mode) else "file"
        if kind == "file":
            assert os.fstat(descriptor).st_size > CHUNK, "synced before all bytes were written"
        seen.append(kind)
        fsync(descriptor)

    def note_rename(old, new):
        seen.append("rename")
        rename(old, new)

    monkeypatch.setattr(os, "fsync", note_sync)
    monkeypatch.setattr(os, "rename", note_rename)
    folder.put(os.urandom(CHUNK + 1))
    assert seen == ["folder", "file", "rename", "folder"]  # the first: the folder was new


def test_a_full_disk_is_said_and_leaves_nothing(folder, monkeypatch):
    def full(descriptor):
        raise OSError(errno.ENOSPC, "No space left on device")

    folder.put(b"makes the folder of its name")
    monkeypatch.setattr(storage.os, "fsync", full)
    with pytest.raises(NoRoom):
        folder.put(b"x", name="ab" * 16)
    assert not folder.exists("ab" * 16)
    assert not list(folder.root.glob("ab/*"))


def test_drafts_of_a_crash_are_swept_and_files_listed_by_age(folder):
    stored = folder.put(b"x")
    draft = on_disk(folder, stored).with_name(".half.1234")
    draft.write_bytes(b"half")
    old = time.time() - 90_000
    os.utime(draft, (old, old))
    assert folder.sweep_drafts(older_than=86_400) == 1
    assert not draft.exists()
    assert list(folder.names()) == [stored.name]
    assert list(folder.names(older_than=86_400)) == []
