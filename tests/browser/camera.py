"""A phone's camera for the tests: reads a QR code from the pixels of a page, knowing nothing of what drew it.

Enough of the standard (ISO/IEC 18004) for a flat, clean picture: sizes 3 to 8, bytes only, and no mending of errors,
so that a code with one wrong module is not read. The standard's worked numbers are in the two tables.
"""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO

from PIL import Image

Grid = list[list[bool]]
# Of each version the blocks of its data by level L, M, Q, H: how many, and how many bytes of data each has.
BLOCKS = {
    3: ([(1, 55)], [(1, 44)], [(2, 17)], [(2, 13)]),
    4: ([(1, 80)], [(2, 32)], [(2, 24)], [(4, 9)]),
    5: ([(1, 108)], [(2, 43)], [(2, 15), (2, 16)], [(2, 11), (2, 12)]),
    6: ([(2, 68)], [(4, 27)], [(4, 19)], [(4, 15)]),
    7: ([(2, 78)], [(4, 31)], [(2, 14), (4, 15)], [(4, 13), (1, 14)]),
    8: ([(2, 97)], [(2, 38), (2, 39)], [(4, 18), (2, 19)], [(4, 14), (2, 15)]),
}  # fmt: skip
LEVELS = {0b01: 0, 0b00: 1, 0b11: 2, 0b10: 3}
MASKS = (
    lambda y, x: (y + x) % 2 == 0,
    lambda y, x: y % 2 == 0,
    lambda y, x: x % 3 == 0,
    lambda y, x: (y + x) % 3 == 0,
    lambda y, x: (y // 2 + x // 3) % 2 == 0,
    lambda y, x: y * x % 2 + y * x % 3 == 0,
    lambda y, x: (y * x % 2 + y * x % 3) % 2 == 0,
    lambda y, x: ((y + x) % 2 + y * x % 3) % 2 == 0,
)


def read(png: bytes) -> str:
    """The text of the code in this picture, which shows nothing else."""
    grid = modules(Image.open(BytesIO(png)).convert("L"))
    version = (len(grid) - 17) // 4
    said = (
        sum(grid[8][x] << (4 - x) for x in range(5)) ^ 0b10101
    )  # level and mask, beside the upper left corner
    level, mask = LEVELS[said >> 3], MASKS[said & 7]
    stream = [grid[y][x] ^ mask(y, x) for y, x in way(version)]
    words = [
        sum(bit << (7 - i) for i, bit in enumerate(stream[at : at + 8]))
        for at in range(0, len(stream) - 7, 8)
    ]
    data = in_order(words, [size for many, size in BLOCKS[version][level] for _ in range(many)])
    bits = "".join(f"{word:08b}" for word in data)
    assert bits[:4] == "0100", "not a code of bytes"
    length = int(bits[4:12], 2)
    return bytes(int(bits[at : at + 8], 2) for at in range(12, 12 + 8 * length, 8)).decode()


def modules(picture: Image.Image) -> Grid:
    """Dark or light in the middle of each module; the corner's seven dark ones say how large one is."""
    left, top, right, bottom = picture.point(lambda light: 255 * (light < 128)).getbbox() or (0, 0, 0, 0)
    row = [picture.getpixel((x, top + 1)) < 128 for x in range(left, right)]  # type: ignore[operator]
    size = row.index(False) / 7
    many = 4 * round(((right - left) / size - 1) / 4) + 1  # 4 more with each version
    assert abs((bottom - top) - (right - left)) <= 2, "no code in the picture"
    step = (right - left) / many
    middles = [(at + 0.5) * step for at in range(many)]
    return [[picture.getpixel((int(left + x), int(top + y))) < 128 for x in middles] for y in middles]  # type: ignore[operator]


def way(version: int) -> Iterator[tuple[int, int]]:
    """The modules of data, two columns at a time, up and down from the lower right corner."""
    size = 17 + 4 * version
    upwards = True
    for right in [*range(size - 1, 6, -2), 5, 3, 1]:
        for y in range(size - 1, -1, -1) if upwards else range(size):
            yield from ((y, x) for x in (right, right - 1) if not reserved(version, size, y, x))
        upwards = not upwards


def reserved(version: int, size: int, y: int, x: int) -> bool:
    """Corners with the format beside them, the two rulers, the small squares, and from version 7 the version."""
    corner = (y < 9 and (x < 9 or x >= size - 8)) or (y >= size - 8 and x < 9)
    squares = (size - 7,) if version < 7 else (6, (size - 1) // 2, size - 7)
    square = any(
        abs(y - a) < 3 and abs(x - b) < 3 for a in squares for b in squares if not finder(size, a, b)
    )
    number = version >= 7 and ((y < 6 and x >= size - 11) or (x < 6 and y >= size - 11))
    return corner or square or number or 6 in (y, x)


def finder(size: int, y: int, x: int) -> bool:
    return (y, x) in ((6, 6), (6, size - 7), (size - 7, 6))


def in_order(words: list[int], sizes: list[int]) -> list[int]:
    """The blocks lie among each other, a word of each in turn."""
    blocks: list[list[int]] = [[] for _ in sizes]
    taken = iter(words)
    for at in range(max(sizes)):
        for block, size in zip(blocks, sizes, strict=True):
            if at < size:
                block.append(next(taken))
    return [word for block in blocks for word in block]
