"""What a careful reporter adds to some reports: persons, vehicles and goods as the form takes them.

Drawn with dice of its own, so that the town is otherwise the same with and without it.
"""

from __future__ import annotations

from random import Random
from typing import Any

from shopalert.demo import kinds
from shopalert.demo.suspects import MEN, ONE_MAN, ONE_WOMAN, PAIR, WOMEN, Suspect

SHARE = 0.3
SEXES = {ONE_MAN: ("m",), ONE_WOMAN: ("f",), MEN: ("m", "m"), WOMEN: ("f", "f"), PAIR: ("m", "f")}
AGES = {"20": "18_24", "30": "25_34", "40": "35_44", "50": "45_54"}
BUILDS = {
    "slim": {"build": "slim"},
    "tall and thin": {"build": "slim", "height": "tall"},
    "stocky": {"build": "stocky"},
    "tall": {"height": "tall"},
    "short": {"height": "short"},
    "heavy build": {"build": "heavy"},
    "medium build": {"build": "medium", "height": "medium"},
    "slight": {"build": "slim"},
    "well built": {"build": "muscular"},
}
VEHICLES: tuple[dict[str, str], ...] = (
    {"type": "van", "colour": "White", "make": "Ford", "model": "Transit", "marks": "Ladder on the roof"},
    {"type": "car", "colour": "Silver", "make": "Vauxhall", "model": "Corsa"},
    {
        "type": "car",
        "colour": "Blue",
        "make": "Ford",
        "model": "Fiesta",
        "marks": "Dent in the near-side door",
    },
    {"type": "moped", "colour": "Black", "marks": "Delivery box"},
    {"type": "e_scooter", "colour": "Black"},
)
IN_A_VEHICLE = {"make_off": 0.8, "vehicle": 0.6, "burglary": 0.4, "shop_theft": 0.1}
ORGANISED = {MEN, WOMEN, PAIR}


def described(suspect: Suspect, category: str, chance: Random) -> dict[str, Any]:
    """The facts beside the narrative; nothing for most, and never of somebody who may be a child."""
    if category in kinds.NOBODY or suspect.kind not in SEXES or chance.random() > SHARE:
        return {}
    sexes = SEXES[suspect.kind]
    more: dict[str, Any] = {
        "people": [person(suspect, sexes[0], chance), *({"sex": sex} for sex in sexes[1:])],
        "people_count": len(sexes),
    }
    if chance.random() < 0.5:
        more["direction"] = suspect.way[0].upper() + suspect.way[1:]
    if chance.random() < IN_A_VEHICLE.get(category, 0):
        more["vehicles"] = [dict(chance.choice(VEHICLES), registration=plate(chance))]
    if category == "shop_theft" and suspect.kind in ORGANISED and chance.random() < 0.3:
        more["flags"] = ["organised"]
    return more


def person(suspect: Suspect, sex: str, chance: Random) -> dict[str, str]:
    """The ten points, as far as a witness had them."""
    age = next((code for years, code in AGES.items() if years in suspect.age), "")
    points = {
        "sex": sex, "age": age, **BUILDS.get(suspect.build, {}), "hair": suspect.hair,
        "clothing": f"{suspect.top}, {suspect.bottom}", "carrying": suspect.carry if chance.random() < 0.6 else "",
        "marks": suspect.hat if chance.random() < 0.4 else "",
    }  # fmt: skip
    return {name: words for name, words in points.items() if words}


def plate(chance: Random) -> str:
    """A registration of a kind that is not issued: no year is 00."""
    letters = "ABCDEFGHJKLMNOPRSTUVWXY"
    return f"E{chance.choice(letters)}00{''.join(chance.choice(letters) for _ in range(3))}"


def goods(words: str, count: int, pence: int) -> list[dict[str, Any]]:
    """The goods of a haul as a line of the form."""
    return [{"what": words[0].upper() + words[1:], "count": count, "each_pence": pence // count}]
