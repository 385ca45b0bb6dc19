"""What is taken and what is not, by the first bytes alone."""

from __future__ import annotations

import contextlib
import io
import os
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopalert.evidence.signature import NotAccepted, read
from tests.evidence import pictures


def header(data: bytes):
    return read(io.BytesIO(data))


def refusal(data: bytes):
    with pytest.raises(NotAccepted) as refused:
        header(data)
    return refused.value.status, refused.value.code


@pytest.mark.parametrize(
    ("data", "media_type"),
    [
        (pictures.jpeg(), "image/jpeg"),
        (pictures.jpeg(progressive=True), "image/jpeg"),
        (pictures.png(), "image/png"),
        (pictures.webp(), "image/webp"),
        (pictures.webp(lossless=True), "image/webp"),
        (pictures.saved(pictures.scene(), "WEBP"), "image/webp"),
        (pictures.saved(pictures.scene(), "WEBP", lossless=True), "image/webp"),
        (pictures.heic(), "image/heic"),
        (pictures.gain_map_jpeg(), "image/jpeg"),
    ],
)
def test_pictures_are_taken_with_their_size(data, media_type):
    read_header = header(data)
    assert (read_header.media_type, read_header.width, read_header.height) == (media_type, 400, 300)


def test_the_file_is_left_at_its_beginning():
    file = io.BytesIO(pictures.jpeg())
    read(file)
    assert file.tell() == 0


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"hello",
        os.urandom(2000),
        pictures.SVG,
        b"<!doctype html><script>alert(1)</script>",
        b"%PDF-1.7\n",
        pictures.archive(),
        b"GIF89a" + bytes(100),
        b"BM" + bytes(100),
        b"\0\0\0\x20ftypavif\0\0\0\0avifmif1miaf" + bytes(50),
        b"\0\0\0\x18ftypmif1\0\0\0\0mif1avif" + bytes(50),
        b"\0\0\0\x18ftypisom\0\0\0\0isommp41" + bytes(50),
    ],
)
def test_what_is_not_one_of_the_four_formats_is_unsupported(data):
    assert refusal(data) == (415, "unsupported_media")


@pytest.mark.parametrize(
    "data",
    [
        pictures.jpeg() + pictures.archive(),
        pictures.png() + pictures.archive(),
        pictures.webp() + pictures.SVG,
        pictures.heic() + pictures.archive(),
        pictures.jpeg() + b"\n<html><script>alert(1)</script>",
        pictures.jpeg() + b"%PDF-1.4",
        pictures.png() + b"\x7fELF" + bytes(60),
        pictures.jpeg() + bytes(3000) + pictures.archive(),
        pictures.saved(pictures.scene(), "JPEG", comment=b"%PDF-1.4 1 0 obj"),
    ],
)
def test_a_picture_that_is_also_something_else_is_unsupported(data):
    assert refusal(data) == (415, "unsupported_media")


def test_the_film_behind_a_phones_picture_does_not_disturb():
    film = struct.pack(">I", 24) + b"ftypmp42\0\0\0\0mp42isom" + os.urandom(5000)
    assert header(pictures.jpeg() + film).width == 400
    assert header(pictures.jpeg() + bytes(64)).width == 400


@pytest.mark.parametrize("data", [pictures.apng(), pictures.moving_webp(), pictures.heic(more=2)])
def test_more_than_one_frame_is_refused(data):
    assert refusal(data) == (422, "image_animated")


def test_a_small_bomb_is_too_large():
    bomb = pictures.bomb()
    assert len(bomb) < 60_000
    assert refusal(bomb) == (422, "image_too_large")


@pytest.mark.parametrize(
    ("width", "height"), [(16_001, 10), (10, 16_001), (7072, 7072), (2**31 - 1, 2**31 - 1)]
)
def test_pixels_are_counted_before_anything_is_decoded(width, height):
    png = bytearray(pictures.png())
    png[16:24] = struct.pack(">II", width, height)
    assert refusal(bytes(png)) == (422, "image_too_large")


def test_fifty_megapixels_are_taken():
    png = bytearray(pictures.png())
    png[16:24] = struct.pack(">II", 10_000, 5_000)
    assert header(bytes(png)).height == 5_000


@pytest.mark.parametrize("make", [pictures.jpeg, pictures.png, pictures.webp, pictures.heic])
def test_a_header_cut_short_is_unreadable(make):
    data = make()
    assert refusal(data[:20])[0] in (415, 422)
    assert refusal(data[:26])[0] == 422


def test_no_pixels_is_unreadable():
    png = bytearray(pictures.png())
    png[16:24] = struct.pack(">II", 0, 300)
    assert refusal(bytes(png)) == (422, "image_unreadable")


@given(st.sampled_from([pictures.jpeg(), pictures.png(), pictures.webp(), pictures.heic()]), st.data())
def test_no_bytes_raise_anything_else(good, data):
    damaged = bytearray(good[: data.draw(st.integers(16, len(good)))])
    for _ in range(data.draw(st.integers(1, 12))):
        damaged[data.draw(st.integers(0, min(len(damaged) - 1, 400)))] = data.draw(st.integers(0, 255))
    with contextlib.suppress(NotAccepted):
        read(io.BytesIO(bytes(damaged)))


def box(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data) + 8) + kind + data


def item(number: int, kind: bytes, hidden: bool = False) -> bytes:
    return box(b"infe", bytes([2, 0, 0, hidden]) + struct.pack(">HH", number, 0) + kind + b"\0")


def points(kind: bytes, source: int, *targets: int) -> bytes:
    return box(kind, struct.pack(f">HH{len(targets)}H", source, len(targets), *targets))


def phone_heic(*more_items: bytes) -> bytes:
    """As phones write it: a grid of tiles with thumbnail, gain map and notes."""
    items = [item(n, b"hvc1", hidden=n % 2 == 0) for n in range(1, 5)]
    items += [
        item(5, b"grid"),
        item(6, b"hvc1"),
        item(7, b"hvc1"),
        item(8, b"Exif"),
        item(9, b"mime"),
        *more_items,
    ]
    references = (
        points(b"dimg", 5, 1, 2, 3, 4) + points(b"thmb", 6, 5) + points(b"auxl", 7, 5) + points(b"cdsc", 8, 5)
    )
    sizes = b"".join(
        box(b"ispe", struct.pack(">III", 0, *size)) for size in ((512, 512), (4032, 3024), (320, 240))
    )
    meta = box(
        b"meta",
        bytes(4)
        + box(b"hdlr", bytes(24))
        + box(b"iinf", bytes(4) + struct.pack(">H", len(items)) + b"".join(items))
        + box(b"iref", bytes(4) + references)
        + box(b"iprp", box(b"ipco", sizes)),
    )
    return box(b"ftyp", b"heic\0\0\0\0mif1heic") + meta + box(b"mdat", os.urandom(500))


def test_a_phones_tiles_and_maps_are_one_picture():
    found = header(phone_heic())
    assert (found.media_type, found.width, found.height) == ("image/heic", 4032, 3024)


def test_a_second_picture_beside_the_tiles_is_refused():
    assert refusal(phone_heic(item(10, b"hvc1"))) == (422, "image_animated")
