"""Real picture files, good and hostile, made on the spot."""

from __future__ import annotations

import io
import struct
import zlib
from typing import Any

from PIL import Image, PngImagePlugin

SECRET = b"51.6112N 0.5201E taken by Asha"
RED, BLUE = (200, 30, 30), (30, 30, 200)


def scene(width: int = 400, height: int = 300) -> Image.Image:
    """Red above, blue below, so that one sees which way is up."""
    image = Image.new("RGB", (width, height), RED)
    image.paste(BLUE, (0, height // 2, width, height))
    return image


def saved(image: Image.Image, kind: str, **how: Any) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **how)
    return out.getvalue()


def exif(orientation: int = 1) -> Image.Exif:
    """Notes of a camera: which way up, whose, and where on earth."""
    notes = Image.Exif()
    notes[0x0112] = orientation
    notes[0x010E] = SECRET.decode()
    notes.get_ifd(0x8825).update({1: "N", 2: (51.0, 36.0, 40.0), 3: "E", 4: (0.0, 31.0, 12.0)})
    return notes


def jpeg(width: int = 400, height: int = 300, orientation: int = 1, **how: Any) -> bytes:
    return saved(scene(width, height), "JPEG", exif=exif(orientation), comment=SECRET, **how)


def png(width: int = 400, height: int = 300) -> bytes:
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Comment", SECRET.decode())
    return saved(scene(width, height), "PNG", pnginfo=notes, exif=exif())


def webp(width: int = 400, height: int = 300, **how: Any) -> bytes:
    return saved(scene(width, height), "WEBP", exif=exif(), **how)


def heic(width: int = 400, height: int = 300, orientation: int = 1, more: int = 0) -> bytes:
    import pillow_heif

    pillow_heif.register_heif_opener()
    others = [scene(width, height) for _ in range(more)]
    return saved(
        scene(width, height),
        "HEIF",
        exif=exif(orientation).tobytes(),
        **({"save_all": True, "append_images": others} if more else {}),
    )


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def bomb(width: int = 13_000, height: int = 13_000) -> bytes:
    """A PNG of 169 megapixels in some 20 kB: Pillow alone would only warn."""
    packer, rows = zlib.compressobj(9), b""
    row = bytes(1 + (width + 7) // 8)
    for _ in range(height):
        rows += packer.compress(row)
    rows += packer.flush()
    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def apng() -> bytes:
    frames = [scene(40, 30), Image.new("RGB", (40, 30), BLUE)]
    return saved(frames[0], "PNG", save_all=True, append_images=frames[1:], duration=100)


def moving_webp() -> bytes:
    frames = [scene(40, 30), Image.new("RGB", (40, 30), BLUE)]
    return saved(frames[0], "WEBP", save_all=True, append_images=frames[1:], duration=100)


def gain_map_jpeg() -> bytes:
    """As phones of today make them: a second, small picture in the same JPEG."""
    return saved(scene(), "MPO", save_all=True, append_images=[scene(100, 75)])


def archive(inside: bytes = b"hello") -> bytes:
    import zipfile

    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr("a.txt", inside)
    return out.getvalue()


SVG = b"<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'><script>alert(1)</script></svg>"
