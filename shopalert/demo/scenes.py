"""The scenes of the placeholder stills, each drawn a little differently every time."""

from __future__ import annotations

from collections.abc import Callable

from shopalert.demo.canvas import CLOTHES, GOODS, HEIGHT, INK, WIDTH, Canvas, Colour, mix


def aisle(on: Canvas) -> None:
    """Between two racks, seen from above the end."""
    chance = on.chance
    deep = chance.uniform(590, 690)
    on.box(0, 0, WIDTH, HEIGHT, on.wall)
    on.shape([(0, HEIGHT), (WIDTH, HEIGHT), (deep + 130, 300), (deep - 130, 300)], on.floor)
    for strip in range(3):
        on.box(deep - 60 + strip * 45, 60 + strip * 6, deep - 30 + strip * 45, 190, on.light, 4)
    for side in (0, 1):
        far, edge = (deep - 130, -20) if side == 0 else (deep + 130, WIDTH + 20)
        on.shape([(edge, 40), (far, 190), (far, 300), (edge, HEIGHT)], mix(on.furniture, on.wall, 0.25))
        for row in range(5):
            share = row / 5
            y_edge, y_far = 60 + share * 620, 196 + share * 100
            on.line([(edge, y_edge), (far, y_far)], mix(on.furniture, INK, 0.25), 5)
            for step in range(16):
                t = step / 16
                if chance.random() < 0.14:
                    continue
                x, y = edge + (far - edge) * t, y_edge + (y_far - y_edge) * t
                size = (1 - t) * 82 + 9
                colour = mix(chance.choice(GOODS), on.wall, 0.3 + t * 0.3)
                on.box(x - size * 0.3, y - size * chance.uniform(0.6, 0.95), x + size * 0.3, y - 2, colour, 3)
    on.person(
        deep + chance.uniform(-110, 120),
        640,
        chance.uniform(400, 440),
        facing=chance.choice((-1, 1)),
        carry=chance.choice(("bag", "rucksack")),
    )
    if chance.random() < 0.4:
        on.person(deep + chance.uniform(-60, 60), 420, 230, facing=chance.choice((-1, 1)))


def door(on: Canvas) -> None:
    """The way out, light behind, somebody half through it."""
    chance = on.chance
    on.box(0, 560, WIDTH, HEIGHT, on.floor)
    left = chance.uniform(380, 560)
    on.box(left - 26, 90, left + 386, 566, mix(on.furniture, INK, 0.2), 6)
    on.box(left, 116, left + 170, 562, on.light)
    on.box(left + 190, 116, left + 360, 562, mix(on.light, on.wall, 0.25))
    on.shape(
        [(left, 562), (left + 360, 562), (left + 470, HEIGHT), (left - 120, HEIGHT)],
        mix(on.floor, on.light, 0.55),
    )
    for post in (left - 90, left + 430):
        on.box(post, 330, post + 38, 620, mix(on.furniture, on.light, 0.35), 12)
    on.box(60, 190, left - 150, 540, mix(on.furniture, on.wall, 0.35), 8)
    on.goods(80, left - 170, 300, 80)
    on.goods(80, left - 170, 420, 80)
    on.box(left + 520, 210, WIDTH - 40, 470, mix(on.wall, on.light, 0.4), 8)
    on.box(left + 550, 240, left + 700, 262, on.accent, 4)
    for row in range(4):
        on.box(
            left + 550,
            290 + row * 36,
            WIDTH - 90 - row % 2 * 60,
            304 + row * 36,
            mix(on.furniture, on.light, 0.4),
            4,
        )
    on.person(
        left + chance.uniform(100, 260),
        640,
        chance.uniform(400, 450),
        facing=chance.choice((-1, 1)),
        carry=chance.choice(("bag", "rucksack", "bag")),
    )
    if chance.random() < 0.35:
        on.person(left + chance.uniform(-70, 20), 600, 350, facing=1)


def till(on: Canvas) -> None:
    """The counter, from above and behind it."""
    chance = on.chance
    on.box(0, 470, WIDTH, HEIGHT, on.floor)
    for row in range(3):
        on.box(120, 80 + row * 110, WIDTH - 120, 92 + row * 110, mix(on.furniture, INK, 0.2))
        on.goods(130, WIDTH - 130, 80 + row * 110, 66, 0.1)
    customer = chance.uniform(420, 760)
    on.person(customer, 640, chance.uniform(400, 440), facing=-1, carry=chance.choice(("", "rucksack", "")))
    if chance.random() < 0.5:
        on.person(customer + 190, 630, 390, facing=-1, carry="bag")
    on.shape([(0, 560), (WIDTH, 520), (WIDTH, HEIGHT), (0, HEIGHT)], mix(on.furniture, INK, 0.15))
    on.shape([(0, 560), (WIDTH, 520), (WIDTH, 548), (0, 592)], mix(on.furniture, on.light, 0.45))
    on.box(160, 420, 330, 540, mix(INK, on.furniture, 0.2), 8)
    on.box(172, 432, 318, 512, mix(on.accent, on.light, 0.3), 4)
    on.box(225, 540, 265, 570, INK)
    on.box(880, 486, 960, 546, mix(INK, on.furniture, 0.35), 6)
    for step in range(6):
        on.box(
            700 + step * 24,
            505 - step % 3 * 6,
            718 + step * 24,
            545,
            mix(chance.choice(GOODS), on.wall, 0.2),
            3,
        )


def shelf(on: Canvas) -> None:
    """Straight at a rack with a gap where the goods were."""
    chance = on.chance
    on.box(60, 40, WIDTH - 60, HEIGHT - 30, mix(on.furniture, on.wall, 0.4), 8)
    hole = chance.randint(1, 2)
    for row in range(4):
        bottom = 180 + row * 155
        on.box(80, bottom, WIDTH - 80, bottom + 16, mix(on.furniture, INK, 0.25))
        if row == hole:
            start = chance.uniform(260, 420)
            on.goods(92, start, bottom, 118, 0.05)
            on.goods(start + chance.uniform(380, 480), WIDTH - 92, bottom, 118, 0.05)
        else:
            on.goods(92, WIDTH - 92, bottom, 118, 0.05)
        for ticket in range(9):
            on.box(110 + ticket * 122, bottom + 3, 160 + ticket * 122, bottom + 13, on.light, 2)


def street(on: Canvas) -> None:
    """Shop fronts across the road, people going by."""
    chance = on.chance
    on.box(0, 0, WIDTH, 130, mix(on.light, on.wall, 0.4))
    x = -40.0
    while x < WIDTH:
        wide = chance.uniform(230, 340)
        on.box(x, chance.uniform(20, 90), x + wide - 6, 520, mix(on.wall, chance.choice(GOODS), 0.16))
        on.box(x + 16, 262, x + wide - 22, 306, mix(chance.choice(CLOTHES), on.wall, 0.2), 4)
        on.box(x + 20, 318, x + wide * 0.6, 508, mix(on.light, on.furniture, 0.15), 3)
        on.box(x + wide * 0.66, 318, x + wide - 26, 520, mix(on.furniture, INK, 0.3), 3)
        for window in range(2):
            on.box(
                x + 36 + window * wide * 0.42,
                130,
                x + 36 + window * wide * 0.42 + 70,
                220,
                mix(on.light, on.wall, 0.3),
                3,
            )
        x += wide
    on.box(0, 520, WIDTH, 590, mix(on.floor, on.light, 0.3))
    on.box(0, 586, WIDTH, 594, on.light)
    on.box(0, 594, WIDTH, HEIGHT, mix(on.floor, INK, 0.35))
    post = chance.uniform(120, 1100)
    on.box(post, 150, post + 12, 580, mix(INK, on.furniture, 0.4))
    for n in range(chance.choice((1, 2, 2, 3))):
        on.person(200 + n * 330 + chance.uniform(-60, 160), 590 + chance.uniform(0, 40), chance.uniform(250, 300), facing=chance.choice((-1, 1)),
                  carry=chance.choice(("bag", "rucksack", "")))  # fmt: skip


def back(on: Canvas) -> None:
    """The yard behind a shop: bins, a door, a lamp."""
    chance = on.chance
    on.box(0, 540, WIDTH, HEIGHT, on.floor)
    for row in range(9):
        for column in range(14):
            shade = mix(on.wall, INK, chance.uniform(0.02, 0.09))
            on.box(
                column * 100 - row % 2 * 50,
                row * 60,
                column * 100 - row % 2 * 50 + 96,
                row * 60 + 56,
                shade,
                2,
            )
    way = chance.uniform(520, 760)
    on.box(way, 190, way + 190, 545, mix(on.furniture, INK, 0.35), 4)
    on.disc(way + 165, 380, 8, on.light)
    on.shape(
        [(way + 70, 130), (way + 120, 130), (way + 330, 545), (way - 140, 545)], mix(on.wall, on.light, 0.28)
    )
    on.box(way, 190, way + 190, 545, mix(on.furniture, INK, 0.3), 4)
    on.box(way + 60, 108, way + 130, 134, on.light, 6)
    for n in range(2):
        on.box(90 + n * 170, 380, 240 + n * 170, 590, mix(CLOTHES[4] if n else CLOTHES[3], on.wall, 0.2), 10)
        on.box(80 + n * 170, 366, 250 + n * 170, 394, mix(INK, on.furniture, 0.3), 8)
    on.person(
        way + chance.uniform(-70, 230),
        640,
        chance.uniform(370, 420),
        facing=chance.choice((-1, 1)),
        carry=chance.choice(("bag", "rucksack")),
    )


def carpark(on: Canvas) -> None:
    """Bays from above, a car, somebody beside it."""
    chance = on.chance
    on.box(0, 0, WIDTH, 250, mix(on.wall, on.light, 0.25))
    on.box(0, 250, WIDTH, HEIGHT, mix(on.floor, INK, 0.18))
    for n in range(8):
        on.shape(
            [(n * 190 - 120, HEIGHT), (n * 190 - 106, HEIGHT), (n * 150 + 78, 300), (n * 150 + 70, 300)],
            on.light,
        )
    on.box(0, 240, WIDTH, 262, mix(on.furniture, INK, 0.2))
    for n in range(5):
        if chance.random() < 0.6:
            car(on, 60 + n * 260, 330, 0.62, chance.choice(CLOTHES))
    x = chance.uniform(340, 640)
    car(on, x, 610, 1.35, chance.choice((*CLOTHES, (190, 196, 198))))
    on.person(x + chance.choice((-90, 520)), 650, 300, facing=chance.choice((-1, 1)), carry="bag")


def car(on: Canvas, x: float, bottom: float, size: float, paint: Colour) -> None:
    """A car from the side."""
    paint = mix(paint, on.light, 0.15)
    on.disc(x + 165 * size, bottom + 4 * size, 190 * size, mix(on.floor, INK, 0.4), 14 * size)
    on.shape(
        [
            (x + 70 * size, bottom - 78 * size),
            (x + 110 * size, bottom - 128 * size),
            (x + 232 * size, bottom - 128 * size),
            (x + 282 * size, bottom - 78 * size),
        ],
        paint,
    )
    on.shape(
        [
            (x + 88 * size, bottom - 80 * size),
            (x + 118 * size, bottom - 118 * size),
            (x + 166 * size, bottom - 118 * size),
            (x + 166 * size, bottom - 80 * size),
        ],
        on.light,
    )
    on.shape(
        [
            (x + 176 * size, bottom - 118 * size),
            (x + 226 * size, bottom - 118 * size),
            (x + 260 * size, bottom - 80 * size),
            (x + 176 * size, bottom - 80 * size),
        ],
        on.light,
    )
    on.box(x, bottom - 82 * size, x + 330 * size, bottom - 22 * size, paint, 22 * size)
    for wheel in (72, 258):
        on.disc(x + wheel * size, bottom - 24 * size, 32 * size, INK)
        on.disc(x + wheel * size, bottom - 24 * size, 15 * size, mix(on.light, on.furniture, 0.3))


def window(on: Canvas) -> None:
    """A shop front with a star in the glass."""
    chance = on.chance
    on.box(0, 590, WIDTH, HEIGHT, on.floor)
    on.box(80, 60, WIDTH - 80, 150, mix(on.accent, on.wall, 0.2), 6)
    on.box(80, 160, WIDTH - 80, 590, mix(on.light, on.furniture, 0.2))
    on.goods(120, 820, 560, 110)
    on.box(860, 160, 876, 590, mix(on.furniture, INK, 0.3))
    on.box(900, 190, WIDTH - 110, 590, mix(on.light, on.wall, 0.3), 4)
    x, y = chance.uniform(360, 560), chance.uniform(280, 380)
    for _ in range(17):
        far = chance.uniform(70, 240)
        bend = chance.uniform(0.35, 0.65)
        dx, dy = chance.uniform(-1, 1) * far, chance.uniform(-0.8, 0.8) * far
        on.line(
            [(x, y), (x + dx * bend + chance.uniform(-14, 14), y + dy * bend), (x + dx, y + dy)],
            (244, 247, 246),
            2.4,
        )
    on.disc(x, y, 17, mix(INK, on.furniture, 0.3))
    for _ in range(12):
        gx = x + chance.uniform(-170, 170)
        on.shape(
            [
                (gx, 610),
                (gx + chance.uniform(8, 22), 600 + chance.uniform(0, 26)),
                (gx + chance.uniform(-4, 12), 628),
            ],
            on.light,
        )


def note(on: Canvas) -> None:
    """A banknote of no country on a counter."""
    chance = on.chance
    on.box(0, 0, WIDTH, HEIGHT, mix(on.furniture, on.light, 0.3))
    tilt = chance.uniform(-60, 60)
    paper = mix(chance.choice(((198, 160, 120), (170, 150, 190), (150, 180, 160))), (255, 255, 255), 0.2)
    on.shape(
        [(206, 196 + tilt), (1086, 176 - tilt), (1096, 560 - tilt), (216, 580 + tilt)],
        mix(INK, on.furniture, 0.4),
    )
    on.shape([(196, 184 + tilt), (1076, 164 - tilt), (1086, 548 - tilt), (206, 568 + tilt)], paper)
    dark = mix(paper, INK, 0.45)
    for ring in range(5):
        on.disc(860, 360 - tilt * 0.5, 130 - ring * 22, mix(paper, dark, 0.25 + ring * 0.12))
    for row in range(6):
        on.line([(280, 260 + row * 34 + tilt * 0.6), (620 - row * 30, 254 + row * 34 + tilt * 0.3)], dark, 7)
    on.box(940, 200 - tilt * 0.8, 990, 500 - tilt * 0.8, mix(on.light, paper, 0.3), 20)
    on.line([(330, 480 + tilt), (470, 500 + tilt), (520, 470 + tilt)], (96, 82, 60), 9)


def forecourt(on: Canvas) -> None:
    """Pumps under a roof, a car at one."""
    chance = on.chance
    on.box(0, 0, WIDTH, 300, mix(on.wall, on.light, 0.3))
    on.box(0, 300, WIDTH, HEIGHT, mix(on.floor, INK, 0.12))
    on.box(60, 70, WIDTH - 60, 150, mix(on.light, on.accent, 0.2), 8)
    on.box(60, 136, WIDTH - 60, 150, on.accent)
    for n in range(3):
        x = 200 + n * 400
        on.box(x + 40, 150, x + 58, 480, mix(on.furniture, on.light, 0.3))
        on.box(x, 320, x + 100, 520, mix(on.furniture, INK, 0.1), 10)
        on.box(x + 16, 340, x + 84, 392, on.light, 4)
        on.line([(x + 100, 380), (x + 136, 430), (x + 118, 500)], INK, 7)
    car(on, chance.uniform(300, 560), 640, 1.4, chance.choice(((190, 196, 198), *CLOTHES)))
    on.person(chance.uniform(250, 320), 640, 300, facing=1)


def van(on: Canvas) -> None:
    """A van at the loading bay with its doors open."""
    chance = on.chance
    on.box(0, 560, WIDTH, HEIGHT, on.floor)
    on.box(60, 120, 520, 562, mix(on.furniture, INK, 0.15), 4)
    for row in range(9):
        on.box(66, 130 + row * 48, 514, 168 + row * 48, mix(on.furniture, on.wall, 0.35), 3)
    on.disc(900, 648, 360, mix(on.floor, INK, 0.3), 20)
    white = (222, 227, 226)
    on.box(560, 230, 1050, 620, white, 16)
    on.shape([(1050, 330), (1140, 340), (1210, 470), (1214, 620), (1040, 620)], white)
    on.shape([(1070, 356), (1128, 362), (1176, 460), (1070, 460)], mix(INK, on.furniture, 0.4))
    on.box(580, 260, 760, 590, mix(INK, on.furniture, 0.2), 4)
    for n in range(5):
        on.box(596 + n % 3 * 52, 520 - n // 3 * 66, 642 + n % 3 * 52, 582 - n // 3 * 66, (176, 146, 108), 3)
    on.shape([(560, 240), (500, 270), (500, 600), (560, 612)], mix(white, INK, 0.15))
    for wheel in (690, 1120):
        on.disc(wheel, 618, 46, INK)
        on.disc(wheel, 618, 20, on.light)
    on.person(chance.uniform(400, 500), 650, 370, facing=1, carry=chance.choice(("", "bag")))


def bar(on: Canvas) -> None:
    """Along the bar, lamps above, bottles behind."""
    chance = on.chance
    on.box(0, 0, WIDTH, HEIGHT, mix(on.wall, INK, 0.35))
    for row in range(3):
        on.box(300, 190 + row * 100, WIDTH - 80, 200 + row * 100, mix(on.furniture, on.light, 0.2))
        on.goods(310, WIDTH - 90, 190 + row * 100, 72, 0.1)
    for lamp in range(4):
        x = 330 + lamp * 240
        on.line([(x, 0), (x, 70)], INK, 4)
        on.shape(
            [(x - 60, 400), (x + 60, 400), (x + 22, 110), (x - 22, 110)],
            mix(mix(on.wall, INK, 0.35), on.light, 0.16),
        )
        on.shape([(x - 44, 116), (x + 44, 116), (x + 16, 66), (x - 16, 66)], on.light)
    on.goods(310, WIDTH - 90, 390, 72, 0.1)
    on.person(chance.uniform(820, 960), 600, 400, facing=-1, staff=True)
    on.shape([(240, 470), (WIDTH, 450), (WIDTH, HEIGHT), (240, HEIGHT)], mix(on.furniture, INK, 0.4))
    on.shape([(220, 462), (WIDTH, 442), (WIDTH, 474), (220, 496)], mix((150, 110, 76), on.wall, 0.2))
    for n in range(5):
        on.box(420 + n * 130, 408, 446 + n * 130, 462, mix(on.light, (200, 160, 80), 0.5), 5)
    on.box(0, 650, WIDTH, HEIGHT, mix(on.floor, INK, 0.3))
    for n in range(chance.choice((1, 2))):
        on.person(
            200 + n * 260 + chance.uniform(0, 130),
            690,
            chance.uniform(430, 470),
            facing=1,
            carry=chance.choice(("", "rucksack")),
        )


SCENERY: dict[str, Callable[[Canvas], None]] = {
    "aisle": aisle, "door": door, "till": till, "shelf": shelf, "street": street, "back": back, "carpark": carpark, "window": window,
    "note": note, "forecourt": forecourt, "van": van, "bar": bar,
}  # fmt: skip
