"""What an event says, and to whom: the small type that domains fill in, and the registry of them.

`alerts` knows no domain. Each domain registers one Announcement a kind of event; the streams, the polls
and the pushes walk the registry.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from shopalert.alerts.models import Delivery, Event


@dataclass(frozen=True)
class Message:
    """One server-sent event: its name and its data, a fragment or JSON."""

    event: str
    data: str


@dataclass(frozen=True)
class Words:
    """What a phone shows. Never a person's name, description or free text."""

    title: str
    body: str
    url: str  # path of this site
    tag: str  # a repeat replaces what has the same tag
    urgency: str = "normal"  # very-low, low, normal, high (RFC 8030)
    ttl: int = 4 * 3600  # seconds after which nobody wants it any more
    silent: bool = False
    actions: tuple[tuple[str, str], ...] = ()  # (action, title)


NORMAL, IMPORTANT, URGENT = range(3)  # priorities of an alert


@dataclass(frozen=True)
class Weight:
    """What people's preferences weigh an alert by: facts, never words."""

    priority: int = IMPORTANT
    category: str = ""
    lat: float | None = None
    lon: float | None = None
    breaks: bool = False  # in progress, violence, a weapon: rings in quiet hours where the scheme lets it
    personal: bool = False  # of something they take part in: its category and distance do not count
    practice: bool = False  # it did not happen: it rings as if it had, and says so
    calls: bool = False  # somebody needs help now: rings whatever anybody has chosen, and whatever the hour
    follows: bool = False  # it puts right what they were told: comes always, silently where nothing may ring


def nobody(_session: Session, _event: Event) -> set[uuid.UUID]:
    """Told live only."""
    return set()


def told_by(*kinds: str) -> Callable[[Session, Event], set[uuid.UUID]]:
    """Those whose lock screen may still show what these kinds of events said of the same thing."""

    def who_was_told(session: Session, event: Event) -> set[uuid.UUID]:
        told = (
            sa.select(Delivery.user_id)
            .join(Event, Event.seq == Delivery.event_seq)
            .where(
                Event.scheme_id == event.scheme_id, Event.thing_id == event.thing_id, Event.kind.in_(kinds)
            )
        )
        return set(session.scalars(told.distinct()))

    return who_was_told


def gone(dom_id: str) -> Message:
    """It leaves every screen that shows it."""
    return Message("gone", json.dumps({"id": dom_id}))


def nothing_live(_session: Session, _event: Event) -> list[Message]:
    """Open screens have it already, or do not need it."""
    return []


def no_words(_session: Session, _event: Event, _level: str) -> Words | None:
    return None


def no_weight(_session: Session, _event: Event) -> Weight | None:
    return None


def puts_right(_session: Session, _event: Event) -> Weight | None:
    """What follows something that was told, and is about whoever was told it."""
    return Weight(personal=True, follows=True)


@dataclass(frozen=True)
class Announcement:
    """How one kind of event is told.

    `live` renders it for open screens, the same for everybody of its audience, at the state of now:
    catch-up and first paint are one path. `told` says whose devices are alerted; `words` says how, by the
    scheme's lock-screen level. `weight` is what each person's own preferences weigh it by; without one it reaches
    everybody who is told. `again` is the kind of event that says an urgent one once more to whoever let it be;
    `mails` is whether letters say it too.
    """

    kind: str
    live: Callable[[Session, Event], list[Message]]
    told: Callable[[Session, Event], set[uuid.UUID]] = nobody
    words: Callable[[Session, Event, str], Words | None] = no_words
    weight: Callable[[Session, Event], Weight | None] = no_weight
    again: str = ""
    mails: bool = True


_registry: dict[str, Announcement] = {}


def register(*announcements: Announcement) -> None:
    """Make kinds of event known; a kind is registered once."""
    for announcement in announcements:
        _registry[announcement.kind] = announcement


def of(kind: str) -> Announcement:
    """The announcement of a kind. Raises KeyError for one that nobody registered."""
    return _registry[kind]


def weight(session: Session, event: Event) -> Weight | None:
    """What preferences weigh this event by; none where its kind says nothing about it."""
    known = _registry.get(event.kind)
    return known.weight(session, event) if known else None


def again(event: Event) -> str:
    """The kind of event that says this one once more, or nothing."""
    known = _registry.get(event.kind)
    return known.again if known else ""


def mails(event: Event) -> bool:
    """Whether letters say it too."""
    known = _registry.get(event.kind)
    return known is not None and known.mails


def told(session: Session, event: Event) -> set[uuid.UUID]:
    """Whom this event is told to; nobody where its kind is no longer known."""
    known = _registry.get(event.kind)
    return known.told(session, event) if known else set()


def words(session: Session, event: Event, level: str) -> Words | None:
    """How it is told to them."""
    known = _registry.get(event.kind)
    return known.words(session, event, level) if known else None


# What alerts may be about, for people to choose from: (code, label), asked of the domain that has the list.
Topics = Callable[[Session, uuid.UUID], list[tuple[str, str]]]
topics: list[Topics] = []


def messages(session: Session, event: Event) -> list[Message]:
    """The event as open screens get it; nothing where its kind is no longer known."""
    known = _registry.get(event.kind)
    return known.live(session, event) if known else []
