"""The child process that decodes pictures. Started as a plain program, it imports nothing of the house.

It has no key, no database and no way out but the socket it was given; memory, processor time and files
are limited by the system. It reads one question after the other:

    length (4 bytes) ‖ JSON {"do": "copies" | "mark", "size": n, …} ‖ n bytes of picture
    length (4 bytes) ‖ JSON {"parts": [{"variant", "width", "height", "size"}]} ‖ their bytes
                     or JSON {"error": "image_unreadable" | "image_too_large" | "image_animated"}
"""

from __future__ import annotations

import contextlib
import io
import json
import math
import os
import resource
import select
import signal
import socket
import struct
import sys
import threading
import unicodedata
import warnings
from typing import Any

from PIL import Image, ImageCms, ImageDraw, ImageFile, ImageFont

MEMORY = 1_500_000_000  # bytes of address space: 50 megapixels and a little
SECONDS = 20  # of processor time for one picture
MAX_PIXELS, MAX_SIDE = 50_000_000, 16_000
FORMATS = ("JPEG", "PNG", "WEBP", "HEIF")
SIDES = {"thumb": 160, "view": 1600}
QUALITY = {"thumb": 76, "view": 82}
PAPER = (255, 255, 255)


class Refused(Exception):
    """This picture cannot be shown; the text is the code."""


def main() -> None:
    """Answer until the other side goes."""
    link = socket.socket(fileno=int(sys.argv[1]))
    link.setblocking(True)  # a server of greenlets hands it over not blocking
    confine()
    prepare()
    threading.Thread(target=die_with_parent, args=(link,), daemon=True).start()
    while (question := receive(link)) is not None:
        words, picture = question
        allow_more_time()
        try:
            parts = [(facts, data) for facts, data in DO[words["do"]](words, picture)]
            answer: dict[str, Any] = {"parts": [{**facts, "size": len(data)} for facts, data in parts]}
        except Refused as refused:
            answer, parts = {"error": str(refused)}, []
        except MemoryError:
            answer, parts = {"error": "image_too_large"}, []
        except Exception:
            # Decoders raise what they like: what cannot be decoded is unreadable, whatever they say.
            answer, parts = {"error": "image_unreadable"}, []
        send(link, answer, b"".join(data for _, data in parts))


def confine() -> None:
    """Give up what decoding does not need."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, who then closes the socket
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (32, 32))
    with contextlib.suppress(OSError):
        os.nice(5)  # answers to people come before copies


def prepare() -> None:
    """Caps before anything is opened: Pillow alone only warns between one and two times its cap."""
    import pillow_heif

    pillow_heif.register_heif_opener(thumbnails=False)
    pillow_heif.options.DECODE_THREADS = 1
    Image.MAX_IMAGE_PIXELS = MAX_PIXELS
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    warnings.simplefilter("error", Image.DecompressionBombWarning)


def allow_more_time() -> None:
    """Each picture may take so many seconds of the processor; then the system ends this process."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    _, most = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (int(used.ru_utime + used.ru_stime) + SECONDS, most))


def die_with_parent(link: socket.socket) -> None:
    """End in the middle of a picture too when the server is gone."""
    poll = select.poll()
    poll.register(link, select.POLLRDHUP)
    poll.poll()
    os._exit(0)


def copies(words: dict[str, Any], picture: bytes) -> list[tuple[dict[str, Any], bytes]]:
    """The copies to show: upright, smaller, pixels and nothing else."""
    wanted = sorted(words["variants"], key=lambda variant: -SIDES[variant])
    image, parts = shrunk(picture, SIDES[wanted[0]]), []
    for variant in wanted:
        image.thumbnail((SIDES[variant], SIDES[variant]), Image.Resampling.LANCZOS)
        parts.append(encoded(variant, image))
    return parts


def shrunk(picture: bytes, side: int) -> Image.Image:
    """Decode, no larger than needed, to upright sRGB on white."""
    try:
        with Image.open(io.BytesIO(picture), formats=FORMATS) as image:
            width, height = image.size
            if width > MAX_SIDE or height > MAX_SIDE or width * height > MAX_PIXELS:
                raise Refused("image_too_large")
            # A second picture in a JPEG is a camera's gain map or preview, not an animation.
            if image.format != "MPO" and getattr(image, "n_frames", 1) > 1:
                raise Refused("image_animated")
            if side < max(width, height):
                # The JPEG decoder itself shrinks, but only to a size of the picture's own shape.
                scale = side / max(width, height)
                image.draft(None, (math.ceil(width * scale), math.ceil(height * scale)))
            image.load()
            turn, profile = turn_of(image), image.info.get("icc_profile")
            small = smooth(image)
            small.thumbnail((side, side), Image.Resampling.LANCZOS, reducing_gap=2.0)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as bomb:
        raise Refused("image_too_large") from bomb
    small = flat(in_srgb(small, profile))
    return small.transpose(turn) if turn is not None else small


def turn_of(image: Image.Image) -> Image.Transpose | None:
    """What the camera says must be done to see the picture upright."""
    try:
        orientation = image.getexif().get(0x0112)
    except Exception:
        return None  # a damaged note about a picture is no reason to refuse the picture
    return TURNS.get(orientation) if isinstance(orientation, int) else None


def smooth(image: Image.Image) -> Image.Image:
    """In a mode whose pixels can be averaged."""
    if image.mode in ("P", "PA"):
        return image.convert("RGBA" if "transparency" in image.info or image.mode == "PA" else "RGB")
    if image.mode.startswith("I;16"):
        return image.convert("I").point(lambda value: value / 256).convert("L")
    return image.convert("L") if image.mode in ("1", "I", "F") else image


def in_srgb(image: Image.Image, profile: Any) -> Image.Image:
    """The colours that the camera meant, since the copy carries no profile."""
    if not profile or image.mode not in ("RGB", "L", "CMYK"):
        return image
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        turned = ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
    except (ImageCms.PyCMSError, OSError, ValueError):
        return image
    return turned if turned is not None else image


def flat(image: Image.Image) -> Image.Image:
    """Pixels alone: a new picture has none of the old one's comments, profiles and notes."""
    paper = Image.new("RGB", image.size, PAPER)
    if image.mode in ("RGBA", "LA", "RGBa", "La") or "transparency" in image.info:
        clear = image.convert("RGBA")
        paper.paste(clear, mask=clear.getchannel("A"))
    else:
        paper.paste(image.convert("RGB"))
    return paper


def mark(words: dict[str, Any], picture: bytes) -> list[tuple[dict[str, Any], bytes]]:
    """A copy with the viewer's name and the date across it, faint, and again in every corner of it."""
    with Image.open(io.BytesIO(picture), formats=("JPEG",)) as opened:
        image = opened.convert("RGB")
    size = max(9, min(max(image.size) // 52, 30))
    stamp = stamped(str(words["text"])[:120], size)
    layer = Image.new("L", (image.width + 2, image.height + 2))
    across, down = stamp.width + size, max(stamp.height * 2 // 3, size * 4)
    for row, top in enumerate(range(-stamp.height // 2, image.height, down)):
        for left in range(-(row % 3) * across // 3 - stamp.width // 4, image.width, across):
            layer.paste(255, (left, top), stamp)
    frame = (0, 0, *image.size)
    image.paste((0, 0, 0), frame, layer.crop((0, 0, *image.size)).point(lambda value: value * 0.22))
    image.paste((255, 255, 255), frame, layer.crop((1, 1, image.width + 1, image.height + 1)).point(faint))
    return [encoded("view", image)]


def faint(value: float) -> float:
    return value * 0.34


def stamped(text: str, size: int) -> Image.Image:
    """The words, slanted."""
    font = ImageFont.load_default(size)
    text = drawable(text, font)
    left, top, right, bottom = (
        int(edge) for edge in ImageDraw.Draw(Image.new("L", (1, 1))).textbbox((0, 0), text, font)
    )
    words = Image.new("L", (max(1, right - left + 4), max(1, bottom - top + 4)))
    ImageDraw.Draw(words).text((2 - left, 2 - top), text, fill=255, font=font)
    return words.rotate(27, Image.Resampling.BICUBIC, expand=True)


def drawable(text: str, font: Any) -> str:
    """The text in letters that the font has: without an accent rather than as an empty box."""
    empty = bytes(font.getmask("\uffff"))
    shown = []
    for letter in unicodedata.normalize("NFC", text):
        plain = unicodedata.normalize("NFKD", letter)[0]
        has = [one for one in (letter, plain, "?") if one.isspace() or bytes(font.getmask(one)) != empty]
        shown.append(has[0] if has else "?")
    return "".join(shown)


def encoded(variant: str, image: Image.Image) -> tuple[dict[str, Any], bytes]:
    """As JPEG, which every browser shows."""
    out = io.BytesIO()
    image.save(out, "JPEG", quality=QUALITY[variant], optimize=variant == "thumb")
    return {"variant": variant, "width": image.width, "height": image.height}, out.getvalue()


def receive(link: socket.socket) -> tuple[dict[str, Any], bytes] | None:
    """The next question; None when the other side has gone."""
    length = exactly(link, 4)
    if length is None:
        return None
    words = json.loads(exactly(link, struct.unpack(">I", length)[0]) or b"{}")
    picture = exactly(link, words["size"])
    return None if picture is None else (words, picture)


def exactly(link: socket.socket, size: int) -> bytes | None:
    """So many bytes, or None where the other side has gone."""
    data = bytearray()
    while len(data) < size:
        part = link.recv(min(size - len(data), 1 << 20))
        if not part:
            return None
        data += part
    return bytes(data)


def send(link: socket.socket, words: dict[str, Any], data: bytes) -> None:
    text = json.dumps(words).encode()
    link.sendall(struct.pack(">I", len(text)) + text + data)


TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
DO = {"copies": copies, "mark": mark}

if __name__ == "__main__":
    main()
