"""What wakes whom: pure rules, no database. One function decides, and everything else asks it.

Deliveries are queued by it, the page's plain sentence is made by it, and so is "Would this have rung?": what the page
says and what the phone does cannot differ. All times are by the clock on the town's walls.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import asin, cos, radians, sin, sqrt
from typing import Any

from shopalert.alerts.announcement import IMPORTANT, NORMAL, URGENT, Weight
from shopalert.words import local

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
NOTHING = 3  # as a least priority: no alert is as grave as that
LEVELS = (NORMAL, IMPORTANT, URGENT, NOTHING)
PUSH, LIVE, MAIL, DIGEST = "push", "live", "mail", "digest"
CHANNELS = (PUSH, LIVE, MAIL, DIGEST)
EARTH = 6_371_000.0  # metres
Hours = Mapping[
    str, tuple[str, str]
]  # {"mon": ("09:00", "17:30")}; what ends before it begins ends the day after


@dataclass(frozen=True)
class Post:
    """Where a person stands in a scheme: the place and the trading hours of their premises, as far as known."""

    lat: float | None = None
    lon: float | None = None
    hours: Hours = field(default_factory=dict)  # none known: always at work


NOWHERE = Post()


@dataclass(frozen=True)
class Choice:
    """One person's choice in one scheme. Of each channel 24 digits: the least priority that may reach them, by hour.

    A digest comes at one hour of the day, so it has one digit.
    """

    push: str = "0" * 24
    live: str = "0" * 24
    mail: str = "3" * 24
    digest: int = NORMAL  # the least priority that it counts
    closed: int = URGENT  # the least priority that rings outside the trading hours of their premises
    quiet: Hours = field(default_factory=dict)
    without: frozenset[str] = frozenset()  # categories they do not want: a new category reaches them
    metres: int | None = None  # from their premises; none: the whole town


STANDARD = Choice()  # until somebody chooses: all in trading hours, outside of them what is urgent
AT_A_DESK = Choice(
    mail=str(URGENT) * 24
)  # police whom no alert can reach: a letter at once of what is urgent
# What each simple choice sets; quiet hours, categories and e-mail are chosen beside it.
PRESETS: dict[str, dict[str, Any]] = {
    "standard": {"push": "0" * 24, "live": "0" * 24, "closed": URGENT, "metres": None},
    "everything": {"push": "0" * 24, "live": "0" * 24, "closed": NORMAL, "metres": None},
    "near": {"push": "2" * 24, "live": "1" * 24, "closed": URGENT, "metres": 500},
    "work": {"push": "0" * 24, "live": "0" * 24, "closed": NOTHING, "metres": None},
}


@dataclass(frozen=True)
class Verdict:
    """Which channels an alert takes to a person, and for each that it does not take, why."""

    channels: frozenset[str]
    why: Mapping[str, str]  # {channel: muted, category, far, hour, closed, quiet}
    silent: bool = False  # it replaces what a phone shows already: without a sound


def decides(
    choice: Choice,
    weight: Weight | None,
    at: datetime,
    post: Post = NOWHERE,
    *,
    break_through: bool = True,
    muted: bool = False,
) -> Verdict:
    """What becomes of an alert of this weight at this moment. One without a weight reaches everybody it names."""
    if weight is None:
        return Verdict(frozenset({PUSH, LIVE}), {})
    why = {
        channel: no
        for channel in CHANNELS
        if (no := against(channel, choice, weight, at, post, break_through))
    }
    if muted:
        why = dict.fromkeys(CHANNELS, "muted")
    if weight.calls:  # nobody's choice, and no scheme's, keeps back that somebody needs help
        return Verdict(frozenset({PUSH, LIVE}) | (frozenset({MAIL}) - why.keys()), {})
    if weight.follows:  # what a phone shows must be true: it is put right always, and wakes nobody for it
        return Verdict(frozenset({PUSH, LIVE}), {}, silent=PUSH in why)
    return Verdict(frozenset(CHANNELS) - why.keys(), why)


def against(
    channel: str, choice: Choice, weight: Weight, at: datetime, post: Post, break_through: bool
) -> str:
    """What speaks against this channel, or nothing."""
    if not weight.personal:
        if weight.category in choice.without:
            return "category"
        if choice.metres is not None and distance(post, weight) > choice.metres:
            return "far"
    if weight.priority < least_of(choice, channel, at):
        return "hour"
    if channel in (LIVE, DIGEST) or (weight.breaks and break_through):  # who looks at a screen is awake
        return ""
    if inside(choice.quiet, at):
        return "quiet"
    if post.hours and weight.priority < choice.closed and not inside(post.hours, at):
        return "closed"
    return ""


def least_of(choice: Choice, channel: str, at: datetime) -> int:
    """The least priority that may take this channel at this hour."""
    return choice.digest if channel == DIGEST else int(getattr(choice, channel)[local(at).hour])


def distance(post: Post, weight: Weight) -> float:
    """Metres between the premises and what happened. Where either has no place it counts as near."""
    if post.lat is None or post.lon is None or weight.lat is None or weight.lon is None:
        return 0.0
    a, b = radians(post.lat), radians(weight.lat)
    across = radians(weight.lon - post.lon)
    half = sin((b - a) / 2) ** 2 + cos(a) * cos(b) * sin(across / 2) ** 2
    return 2 * EARTH * asin(min(1.0, sqrt(half)))


def inside(hours: Hours, at: datetime) -> bool:
    """Whether the town's clock stands within these hours: today's, or yesterday's that run over midnight.

    Clock times are compared, not lengths: 22:00 to 07:00 is an hour longer in the night that October repeats an
    hour, and one shorter in March, as it is for whoever sleeps through it.
    """
    here = local(at)
    minute = here.hour * 60 + here.minute
    today, before = hours.get(DAYS[here.weekday()]), hours.get(DAYS[here.weekday() - 1])
    if today:
        begin, end = minutes(today[0]), minutes(today[1])
        if begin <= minute < end or (end <= begin <= minute):
            return True
    if before:
        begin, end = minutes(before[0]), minutes(before[1])
        return end <= begin and minute < end
    return False


def minutes(clock: str) -> int:
    """Minutes since midnight of 09:30; 24:00 is the day's end."""
    hour, minute = clock.split(":")
    return int(hour) * 60 + int(minute)


def preset_of(choice: Choice) -> str:
    """The name of the simple choice that this is, or custom. Near is near at any distance."""
    for name, preset in PRESETS.items():
        like = preset | {"metres": choice.metres} if preset["metres"] and choice.metres else preset
        if all(getattr(choice, field_) == value for field_, value in like.items()):
            return name
    return "custom"


# ---- what the present choice does


@dataclass(frozen=True)
class Span:
    """From this moment on the least priority that rings is this one, until the next span."""

    begins: datetime
    least: int


PROBES = (
    Weight(priority=NORMAL, personal=True),
    Weight(priority=IMPORTANT, personal=True),
    Weight(priority=URGENT, breaks=True, personal=True),
)
STEP = timedelta(minutes=15)


def least_that_rings(choice: Choice, at: datetime, post: Post, break_through: bool) -> int:
    """The least priority that rings at a moment: the three are tried, as an incident next door would be."""
    tried = [decides(choice, probe, at, post, break_through=break_through) for probe in PROBES]
    return next(
        (probe.priority for probe, verdict in zip(PROBES, tried, strict=True) if PUSH in verdict.channels),
        NOTHING,
    )


def spans(choice: Choice, at: datetime, post: Post = NOWHERE, break_through: bool = True) -> list[Span]:
    """The day from this moment on, cut where what rings changes."""
    first = at.replace(minute=at.minute - at.minute % 15, second=0, microsecond=0)
    found: list[Span] = []
    for step in range(24 * 4):
        moment = first + step * STEP
        least = least_that_rings(choice, moment, post, break_through)
        if not found or found[-1].least != least:
            found.append(Span(moment, least))
    return found
