"""What a file says of itself: kind, pixels and frames, read from its first bytes in plain Python.

No decoder runs in the web process: hostile bytes meet only the few lines below, which allocate nothing
that the bytes ask for. What a header hides, the child process that decodes finds (decoder.py).
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

MAX_PIXELS = 50_000_000
MAX_SIDE = 16_000
LARGEST_META = 1_000_000  # of a HEIF file's list of contents
TYPES = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp", "HEIF": "image/heic"}
PDF = "application/pdf"
ENDINGS = {"image/jpeg": "jpg", "image/png": "png", "image/webp": "webp", "image/heic": "heic", PDF: "pdf"}

STILL_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"mif1"}
MOVING_BRANDS = {b"hevc", b"hevx", b"hevm", b"hevs", b"msf1"}
# What another program would take the file for. Pictures of real cameras contain none of it, at these places.
FOREIGN_TAIL = re.compile(
    rb"\s*(PK\x03\x04|%PDF-|Rar!|7z\xbc\xaf|MZ|\x7fELF|GIF8|<[!?a-zA-Z]|#!|\xca\xfe\xba\xbe)", re.DOTALL
)
VERSION_OF_PDF = re.compile(rb"%PDF-[12]\.[0-9][\s%]")
JPEG_FRAMES = set(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}


class NotAccepted(Exception):
    """A file that is not taken, with the status and code of the error contract."""

    def __init__(self, status: int, code: str) -> None:
        super().__init__(code)
        self.status, self.code = status, code


def unsupported() -> NotAccepted:
    """Not one of the four formats, or something else as well."""
    return NotAccepted(415, "unsupported_media")


def unreadable() -> NotAccepted:
    return NotAccepted(422, "image_unreadable")


@dataclass(frozen=True)
class Header:
    """What the header says; pixels as stored, before the camera's orientation is applied."""

    media_type: str
    width: int
    height: int


def read(file: BinaryIO) -> Header:
    """The header of an acceptable picture, or NotAccepted. The file is left at its beginning."""
    try:
        file.seek(0)
        start = file.read(1024)
        kind = kind_of(start)
        if b"%PDF-" in start:
            raise unsupported()  # readers of PDF look for it in the first 1,024 bytes of anything
        width, height, end = READERS[kind](file)
        if min(width, height) < 1:
            raise unreadable()
        if width > MAX_SIDE or height > MAX_SIDE or width * height > MAX_PIXELS:
            raise NotAccepted(422, "image_too_large")
        refuse_second_nature(file, end)
        return Header(TYPES[kind], width, height)
    except (struct.error, LookupError, ValueError, OverflowError) as cut_short:
        raise unreadable() from cut_short
    finally:
        file.seek(0)


def read_document(file: BinaryIO) -> Header:
    """The header of a PDF that is nothing else besides, or NotAccepted. The file is left at its beginning."""
    try:
        file.seek(0)
        if not VERSION_OF_PDF.match(file.read(16)):
            raise unsupported()
        size = file.seek(0, 2)
        file.seek(max(0, size - 1024))
        tail = file.read()
        end = tail.rfind(b"%%EOF")
        if end < 0:
            raise unsupported()
        refuse_second_nature(file, size - len(tail) + end + len(b"%%EOF"))
        return Header(PDF, 0, 0)
    finally:
        file.seek(0)


def kind_of(start: bytes) -> str:
    """The format by its signature; name and declared type of the upload are not asked."""
    if start.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if start.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if start.startswith(b"RIFF") and start[8:12] == b"WEBP":
        return "WEBP"
    if start[4:8] == b"ftyp" and len(start) >= 16:
        length = min(struct.unpack(">I", start[:4])[0], len(start))
        brands = {start[8:12], *(start[at : at + 4] for at in range(16, length - 3, 4))}
        if start[8:12] in MOVING_BRANDS:
            raise NotAccepted(422, "image_animated")
        if start[8:12] in STILL_BRANDS and b"avif" not in brands:
            return "HEIF"
    raise unsupported()


def jpeg(file: BinaryIO) -> tuple[int, int, int]:
    """Walk the segments to the frame header. A second picture behind the first (gain map) is normal."""
    at, size = 2, (0, 0)
    for _ in range(2000):
        file.seek(at)
        marker = file.read(4)
        if len(marker) < 4 or marker[0] != 0xFF:
            raise unreadable()
        if marker[1] == 0xFF:  # fill
            at += 1
            continue
        length = struct.unpack(">H", marker[2:])[0]
        if length < 2:
            raise unreadable()
        if marker[1] in JPEG_FRAMES:
            if size != (0, 0):
                raise unreadable()
            _, height, width = struct.unpack(">BHH", file.read(5))
            size = (width, height)
        if marker[1] == 0xDA:
            if size == (0, 0):
                raise unreadable()
            return *size, find(file, b"\xff\xd9", at + 2 + length)
        at += 2 + length
    raise unreadable()


def png(file: BinaryIO) -> tuple[int, int, int]:
    """The first chunk holds the size; an animation says so before its pixels."""
    at, size = 8, (0, 0)
    for position in range(100_000):
        file.seek(at)
        length, kind = struct.unpack(">I4s", file.read(8))
        if length > 2**31 - 1 or (position == 0) != (kind == b"IHDR"):
            raise unreadable()
        if kind == b"IHDR":
            if length != 13:
                raise unreadable()
            size = struct.unpack(">II", file.read(8))
        if kind == b"acTL":
            raise NotAccepted(422, "image_animated")
        at += 12 + length
        if kind == b"IDAT":
            return *size, find(file, b"IEND\xae\x42\x60\x82", at)
    raise unreadable()


def webp(file: BinaryIO) -> tuple[int, int, int]:
    """The three kinds of WebP, and the flag of an animation."""
    file.seek(4)
    end = struct.unpack("<I", file.read(4))[0] + 8
    file.seek(12)
    kind, _ = struct.unpack("<4sI", file.read(8))
    body = file.read(10)
    if len(body) < (5 if kind == b"VP8L" else 10):
        raise unreadable()
    if kind == b"VP8X":
        if body[0] & 2:
            raise NotAccepted(422, "image_animated")
        return 1 + int.from_bytes(body[4:7], "little"), 1 + int.from_bytes(body[7:10], "little"), end
    if kind == b"VP8L" and body[0] == 0x2F:
        bits = int.from_bytes(body[1:5], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF), end
    if kind == b"VP8 " and body[3:6] == b"\x9d\x01\x2a":
        width, height = struct.unpack("<HH", body[6:10])
        return width & 0x3FFF, height & 0x3FFF, end
    raise unreadable()


def heif(file: BinaryIO) -> tuple[int, int, int]:
    """The largest picture that the list of contents names, and that it shows one alone."""
    meta = b""
    end = 0
    for kind, start, stop in boxes_of_file(file):
        end = stop
        if kind == b"moov":
            raise NotAccepted(422, "image_animated")
        if kind == b"meta" and not meta:
            if stop - start > LARGEST_META:
                raise unreadable()
            file.seek(start)
            meta = file.read(stop - start)
    inside = dict(boxes(meta, 4))
    sizes = [
        struct.unpack(">II", value[4:12])
        for kind, value in boxes(dict(boxes(inside[b"iprp"], 0)).get(b"ipco", b""), 0)
        if kind == b"ispe"
    ]
    if not sizes:
        raise unreadable()
    if len(pictures_shown(inside)) > 1:
        raise NotAccepted(422, "image_animated")
    width, height = max(sizes, key=lambda size: size[0] * size[1])
    return width, height, end


def pictures_shown(meta: dict[bytes, bytes]) -> set[int]:
    """The items that are pictures of their own: not tiles, thumbnails, depth or gain maps of another."""
    entries = meta.get(b"iinf", b"")
    shown = set()
    for kind, entry in boxes(entries, 6 if entries[:1] == b"\0" else 8):
        if kind == b"infe" and entry[0] >= 2:
            wide = entry[0] > 2
            number = int.from_bytes(entry[4 : 8 if wide else 6], "big")
            hidden = entry[3] & 1
            if not hidden and entry[10 if wide else 8 :][:4] in {b"hvc1", b"grid", b"iden", b"iovl"}:
                shown.add(number)
    references = meta.get(b"iref", b"\0\0\0\0")
    wide = references[0] > 0
    width = 4 if wide else 2
    for kind, value in boxes(references, 4):
        source = int.from_bytes(value[:width], "big")
        count = int.from_bytes(value[width : width + 2], "big")
        if kind in {b"thmb", b"auxl"}:
            shown.discard(source)
        if kind == b"dimg":
            for at in range(count):
                shown.discard(int.from_bytes(value[width + 2 + at * width :][:width], "big"))
    return shown


def boxes_of_file(file: BinaryIO) -> Iterator[tuple[bytes, int, int]]:
    """The outermost boxes: kind, first byte of the content, first byte behind it."""
    at, size = 0, file.seek(0, 2)
    for _ in range(200):
        if at + 8 > size:
            return
        file.seek(at)
        length, kind = struct.unpack(">I4s", file.read(8))
        head = 8
        if length == 1:
            length, head = struct.unpack(">Q", file.read(8))[0], 16
        stop = size if length == 0 else at + length
        if length and length < head:
            raise unreadable()
        if not kind.isalnum() or stop > size:
            return  # not a box: what is left is looked at as a tail
        yield kind, at + head, stop
        at = stop


def boxes(data: bytes, at: int) -> Iterator[tuple[bytes, bytes]]:
    """The boxes inside a box."""
    while at + 8 <= len(data):
        length, kind = struct.unpack(">I4s", data[at : at + 8])
        if length < 8 or at + length > len(data):
            raise unreadable()
        yield kind, data[at + 8 : at + length]
        at += length


def find(file: BinaryIO, mark: bytes, at: int) -> int:
    """Where the picture ends, or the end of the file where it never says so."""
    file.seek(at)
    kept = b""
    while block := file.read(256 * 1024):
        found = (kept + block).find(mark)
        if found >= 0:
            return at - len(kept) + found + len(mark)
        at += len(block)
        kept = (kept + block)[-(len(mark) - 1) :]
    return at


def refuse_second_nature(file: BinaryIO, end: int) -> None:
    """Refuse a picture that is also an archive, a program or a page. A phone's film behind it is fine."""
    size = file.seek(0, 2)
    if end < size:
        file.seek(end)
        if FOREIGN_TAIL.match(file.read(512)):
            raise unsupported()
    file.seek(max(0, size - 66_000))
    tail = file.read()
    directory = tail.rfind(b"PK\x05\x06")  # an archive is found from its end, whatever stands before
    if directory >= 0 and len(tail) - directory >= 22:
        comment = struct.unpack("<H", tail[directory + 20 : directory + 22])[0]
        if directory + 22 + comment <= len(tail) and b"PK\x01\x02" in tail:
            raise unsupported()


READERS = {"JPEG": jpeg, "PNG": png, "WEBP": webp, "HEIF": heif}
