"""How far readers are behind, asked for all together who come at once.

When a web process is changed thousands of screens come back within seconds, each with its place in the log. One look
reads the log from the place of whoever is furthest behind, and each reader's own part is taken from it.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from shopalert.alerts.cursors import cursors
from shopalert.alerts.models import Event
from shopalert.alerts.outbox import REPLAY_LIMIT, Log, newest, read
from shopalert.alerts.recipients import untold_of
from shopalert.schemes.viewer import UNTOLD
from shopalert.together import Together
from shopalert.wall import crossing, may_hear

Asked = tuple[Log, str | None]  # a reader's part of the log, and the place they come from
Lasts = dict[
    uuid.UUID, int
]  # the number of the last event of each incident, and of schemes outside of incidents


@dataclass
class Behind:
    """What a reader has not seen, of the part of the log that is theirs."""

    key: bytes  # of the cursors
    start: int  # where they stand
    seen: int  # up to here nothing of theirs is left: the next look starts there
    events: list[Event] = field(default_factory=list)
    resync: bool = False  # too far, or from nowhere: the page must come anew
    lasts: Lasts = field(default_factory=dict)


def may_see(event: Event, log: Log, untold: Collection[uuid.UUID]) -> bool:
    """Whether an event is for a reader of this log; `untold` are the incidents that police were not told of."""
    mine = log.get(event.scheme_id, frozenset())
    return may_hear(event.audience, mine) and (event.incident_id not in untold or UNTOLD in mine)


def look(asked: list[Asked]) -> list[Behind]:
    """What each has missed. Those who are far behind are looked for one by one."""
    with crossing("live") as session:
        seq, key = newest(session)
        places = [seq if not cursor else cursors(key).open(cursor, seq) for _, cursor in asked]
        near = [
            (after, log)
            for after, (log, _) in zip(places, asked, strict=True)
            if after is not None and seq - REPLAY_LIMIT <= after < seq
        ]
        recent = since(session, near)
        untold = untold_of(session, recent)
        found = []
        for after, (log, _) in zip(places, asked, strict=True):
            if after is None:
                found.append(Behind(key, seq, seq, resync=True))
                continue
            if after < seq - REPLAY_LIMIT:
                events = read(session, log, after, REPLAY_LIMIT + 1)
                if len(events) > REPLAY_LIMIT:
                    found.append(Behind(key, seq, seq, resync=True))
                    continue
            else:
                events = [event for event in recent if event.seq > after and may_see(event, log, untold)]
            found.append(Behind(key, after, max([seq, *(event.seq for event in events)]), events))
        lasts = lasts_of(session, [event for each in found for event in each.events])
    for each in found:
        each.lasts = lasts
    return found


looks = Together(look)


def since(session: Session, readers: Sequence[tuple[int, Log]]) -> list[Event]:
    """All events after the place of whoever is furthest behind, of the schemes of any of them."""
    if not readers:
        return []
    schemes = {scheme for _, log in readers for scheme in log}
    after = min(place for place, _ in readers)
    asked = sa.select(Event).where(Event.seq > after, Event.scheme_id.in_(schemes)).order_by(Event.seq)
    return list(session.scalars(asked))


def about(event: Event) -> uuid.UUID:
    """Whose last event tells whether this one may say something else by now."""
    return event.incident_id or event.scheme_id


def lasts_of(session: Session, events: Sequence[Event]) -> Lasts:
    """Whether anything has happened since to what these are about, whoever that was for."""
    last = sa.func.max(Event.seq)
    found: list[Any] = []
    ids = {event.incident_id for event in events if event.incident_id}
    if ids:
        asked = sa.select(Event.incident_id, last).where(Event.incident_id.in_(ids))
        found += session.execute(asked.group_by(Event.incident_id)).all()
    others = [event.seq for event in events if not event.incident_id]
    if others:
        asked = sa.select(Event.scheme_id, last).where(Event.incident_id.is_(None), Event.seq >= min(others))
        found += session.execute(asked.group_by(Event.scheme_id)).all()
    return {row[0]: row[1] for row in found}
