"""What the placeholder stills are drawn with: flat shapes in muted colours, silhouettes without a face."""

from __future__ import annotations

from random import Random

from PIL import Image, ImageDraw

WIDTH, HEIGHT = 1280, 720
SCALE = 2  # drawn twice as large and made smaller, for smooth edges

Colour = tuple[int, int, int]
# wall, floor, furniture, light, accent: one palette a picture
PALETTES: tuple[tuple[Colour, ...], ...] = (
    ((159, 176, 172), (190, 200, 196), (111, 130, 126), (214, 222, 219), (122, 75, 0)),
    ((150, 164, 178), (182, 192, 202), (98, 114, 132), (212, 220, 228), (0, 95, 134)),
    ((178, 170, 158), (204, 198, 188), (132, 120, 104), (228, 223, 214), (11, 93, 87)),
    ((140, 150, 146), (168, 178, 172), (88, 102, 98), (200, 208, 204), (107, 63, 160)),
    ((170, 178, 190), (200, 205, 212), (120, 126, 142), (226, 229, 234), (179, 38, 30)),
)
NIGHT = ((54, 66, 72), (74, 86, 90), (38, 48, 54), (196, 196, 168), (122, 75, 0))
INK = (46, 58, 56)
CLOTHES = (
    (58, 74, 72),
    (72, 64, 84),
    (84, 70, 58),
    (52, 70, 92),
    (70, 88, 70),
    (96, 62, 60),
    (64, 64, 68),
    (40, 82, 70),
)
GOODS = (
    (180, 120, 90),
    (110, 150, 160),
    (200, 180, 110),
    (150, 120, 160),
    (120, 160, 120),
    (190, 140, 140),
    (100, 120, 150),
)


class Canvas:
    """A picture being drawn, in the units of the finished one."""

    def __init__(self, chance: Random, palette: tuple[Colour, ...]) -> None:
        self.chance = chance
        self.wall, self.floor, self.furniture, self.light, self.accent = palette
        self.image = Image.new("RGB", (WIDTH * SCALE, HEIGHT * SCALE), self.wall)
        self.pen = ImageDraw.Draw(self.image)

    def box(
        self, left: float, top: float, right: float, bottom: float, fill: Colour, radius: float = 0
    ) -> None:
        left, right, top, bottom = min(left, right), max(left, right), min(top, bottom), max(top, bottom)
        shape = [round(v * SCALE) for v in (left, top, right, bottom)]
        self.pen.rounded_rectangle(shape, round(radius * SCALE), fill=fill)

    def disc(self, x: float, y: float, rx: float, fill: Colour, ry: float | None = None) -> None:
        ry = rx if ry is None else ry
        self.pen.ellipse([round(v * SCALE) for v in (x - rx, y - ry, x + rx, y + ry)], fill=fill)

    def shape(self, points: list[tuple[float, float]], fill: Colour) -> None:
        self.pen.polygon([(round(x * SCALE), round(y * SCALE)) for x, y in points], fill=fill)

    def line(self, points: list[tuple[float, float]], fill: Colour, width: float) -> None:
        self.pen.line(
            [(round(x * SCALE), round(y * SCALE)) for x, y in points],
            fill,
            round(width * SCALE),
            joint="curve",
        )

    def goods(self, left: float, right: float, bottom: float, height: float, gap: float = 0.12) -> None:
        """A row on a shelf: packets and bottles, with holes in it."""
        x = left
        while x < right - 14:
            wide = self.chance.uniform(12, 26) * height / 60
            tall = height * self.chance.uniform(0.55, 0.92)
            if self.chance.random() > gap:
                colour = mix(self.chance.choice(GOODS), self.wall, 0.35)
                self.box(x, bottom - tall, min(x + wide, right), bottom, colour, 3)
                if self.chance.random() < 0.3:
                    self.box(
                        x + wide * 0.3,
                        bottom - tall - height * 0.12,
                        x + wide * 0.7,
                        bottom - tall + 2,
                        colour,
                        2,
                    )
            x += wide + 4

    def person(
        self, x: float, feet: float, tall: float, *, facing: int = 1, carry: str = "", staff: bool = False
    ) -> None:
        """A silhouette: head, coat, legs, something in the hand; no face."""
        chance = self.chance
        coat = self.accent if staff else chance.choice(CLOTHES)
        legs, skin = mix(INK, coat, 0.25), mix(INK, self.furniture, 0.55)
        head, hip, shoulder = tall * 0.085, feet - tall * 0.46, feet - tall * 0.8
        wide = tall * chance.uniform(0.115, 0.14)
        stride = tall * chance.uniform(0.03, 0.1)
        self.disc(x, feet, tall * 0.2, mix(self.floor, INK, 0.18), tall * 0.03)
        for side in (-1, 1):
            foot = x + side * stride + facing * tall * 0.015
            self.line([(x + side * wide * 0.35, hip), (foot, feet - tall * 0.02)], legs, tall * 0.085)
            self.disc(foot + facing * tall * 0.025, feet - tall * 0.02, tall * 0.05, legs, tall * 0.022)
        reach = x + facing * tall * 0.17
        self.line(
            [(x - facing * wide * 0.8, shoulder + tall * 0.03), (x - facing * wide * 1.15, hip)],
            mix(coat, INK, 0.2),
            tall * 0.07,
        )
        self.shape(
            [(x - wide * 0.95, shoulder), (x + wide * 0.95, shoulder), (x + wide * 1.1, hip + tall * 0.06), (x - wide * 1.1, hip + tall * 0.06)], coat
        )  # fmt: skip
        self.disc(x, shoulder + tall * 0.01, wide * 0.95, coat, tall * 0.05)
        if carry == "rucksack":
            self.box(
                x - facing * wide * 1.7,
                shoulder,
                x - facing * wide * 0.5,
                hip - tall * 0.02,
                mix(INK, self.accent, 0.3),
                tall * 0.04,
            )
        self.line([(x + facing * wide * 0.7, shoulder + tall * 0.03), (x + facing * tall * 0.13, hip - tall * 0.1), (reach, hip - tall * 0.02)],
                  mix(coat, INK, 0.12), tall * 0.065)  # fmt: skip
        self.disc(reach, hip - tall * 0.02, tall * 0.03, skin)
        if carry == "bag":
            self.line([(reach, hip), (reach, hip + tall * 0.06)], INK, tall * 0.012)
            self.box(
                reach - tall * 0.07,
                hip + tall * 0.05,
                reach + tall * 0.07,
                hip + tall * 0.24,
                mix(INK, self.accent, 0.55),
                tall * 0.015,
            )
        self.disc(x + facing * tall * 0.01, shoulder - tall * 0.1, head * 0.86, skin, head)
        hair = chance.choice(("hood", "cap", "hair", "hair"))
        top = shoulder - tall * 0.1
        if hair == "hood":
            self.disc(x - facing * head * 0.18, top - head * 0.02, head * 1.12, coat, head * 1.22)
            self.disc(
                x + facing * head * 0.35, top + head * 0.1, head * 0.6, mix(skin, INK, 0.35), head * 0.8
            )
        elif hair == "cap":
            self.shape(
                [
                    (x - head, top - head * 0.2),
                    (x - head * 0.7, top - head),
                    (x + head * 0.7, top - head),
                    (x + head, top - head * 0.2),
                ],
                mix(INK, coat, 0.4),
            )
            self.line(
                [(x, top - head * 0.22), (x + facing * head * 1.6, top - head * 0.12)],
                mix(INK, coat, 0.4),
                head * 0.28,
            )
        else:
            self.disc(x - facing * head * 0.2, top - head * 0.35, head * 0.95, INK, head * 0.75)


def mix(one: Colour, other: Colour, share: float) -> Colour:
    """`one` with a share of `other` in it."""
    r, g, b = (round(a + (c - a) * share) for a, c in zip(one, other, strict=True))
    return r, g, b
