"""The whole demonstration: `build(now)` gives the same town for the same seed and moment."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from dataclasses import asdict
from datetime import datetime, timedelta
from itertools import pairwise

from shopalert.demo import people, places, rhythm
from shopalert.demo.shapes import IncidentFacts, World, dice
from shopalert.demo.talk import Talk
from shopalert.demo.town import Town

SEED = "essex"
TALKED_ABOUT = 0.36  # of what is not withdrawn; what is too fresh to have been answered lowers it to a third


def build(now: datetime, seed: str = SEED) -> World:
    """Everybody and everything, as of `now`."""
    world = World(now.replace(microsecond=0), seed, places.FORCE, places.DISTRICTS, places.SCHEMES)
    people.populate(world)
    written: set[str] = set()
    shown: Counter[str] = Counter()
    for scheme in world.schemes:
        world.incidents += Town(world, scheme, written, shown).incidents()
    world.incidents.sort(key=lambda one: (one.received_at, one.key))
    one_at_a_time(world.incidents)
    number(world)
    talk(world)
    return world


def one_at_a_time(incidents: list[IncidentFacts]) -> None:
    """No two in the same millisecond: ids are made of the time, and their order is the order of the feed."""
    for before, one in pairwise(incidents):
        one.received_at = max(one.received_at, before.received_at + timedelta(milliseconds=1))


def number(world: World) -> None:
    """References as they would have been given: by scheme and year, in the order of arrival."""
    last: dict[tuple[str, int], int] = {}
    for incident in world.incidents:
        year = incident.received_at.year
        key = (incident.scheme, year)
        if key not in last:
            last[key] = given_before(world, incident.scheme, year)
        last[key] += 1
        incident.reference = f"{incident.scheme}-{year}-{last[key]:05}"


def given_before(world: World, code: str, year: int) -> int:
    """How many numbers of the year were given before the ninety days began."""
    start = world.now - timedelta(days=rhythm.DAYS)
    if start.year < year:
        return 0
    pace = places.BY_CODE[code].incidents / rhythm.DAYS
    return round(start.timetuple().tm_yday * pace)


def talk(world: World) -> None:
    """Chat under a good third of the incidents; always under the planted series and what is newest in Wickford."""
    talks = {
        scheme.code: Talk(world, scheme.code, dice(world.seed, "talk", scheme.code))
        for scheme in world.schemes
    }
    chance = dice(world.seed, "who is talked about")
    for position, incident in enumerate(world.incidents):
        chosen = chance.random() < TALKED_ABOUT or incident.talked
        if chosen and not incident.withdrawn_at:
            incident.comments = talks[incident.scheme].under(incident, position)


def counters(world: World) -> dict[tuple[str, int], int]:
    """The last number given in each scheme and year."""
    last: dict[tuple[str, int], int] = defaultdict(int)
    for incident in world.incidents:
        _, year, given = incident.reference.split("-")
        last[incident.scheme, int(year)] = max(last[incident.scheme, int(year)], int(given))
    return dict(last)


def fingerprint(world: World) -> str:
    """Changes when anything in the town does."""
    return hashlib.sha256(repr(asdict(world)).encode()).hexdigest()
