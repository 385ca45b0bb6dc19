"""The event log: written in the domain's transaction, read by number.

The counter row is taken last, when everything else is flushed, so that events are committed in the
order of their numbers, no leader is needed, and one number serves a reader of any schemes.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from shopalert import db as house
from shopalert.alerts import announcement, figures
from shopalert.alerts.cursors import cursors
from shopalert.alerts.models import Event, Instance
from shopalert.alerts.recipients import queue_deliveries
from shopalert.alerts.wakes import wakes
from shopalert.db import Act, the_act
from shopalert.schemes.viewer import UNTOLD
from shopalert.wall import THREAD

REPLAY_LIMIT = 500  # a reader further behind fetches the page anew
Log = dict[uuid.UUID, frozenset[str]]  # {scheme: audiences} that a reader may see


@dataclass
class Announced:
    """What an act wants told, until its transaction ends."""

    kind: str
    scheme_id: uuid.UUID
    audience: str
    thing_id: uuid.UUID
    incident_id: uuid.UUID | None
    facts: dict[str, Any] = field(default_factory=dict)


def announce(kind: str, thing: Any, *, audience: str = "members", **facts: Any) -> None:
    """Say, within an action, that something happened to a thing of a scheme. Facts hold no personal data."""
    announcement.of(kind)  # a kind that nobody registered would be told to nobody
    incident_id = getattr(thing, "incident_id", None) or (thing.id if hasattr(thing, "reference") else None)
    the_act().announced.append(Announced(kind, thing.scheme_id, audience, thing.id, incident_id, facts))


def write_events(act: Act, session: Session) -> None:
    """The last finisher: number the events and queue their deliveries."""
    if not act.announced:
        return
    many = len(act.announced)
    last = session.scalar(
        sa.update(Instance).values(seq=Instance.seq + many).returning(Instance.seq),
        execution_options={"synchronize_session": False},
    )
    if last is None:
        raise RuntimeError("the instance row is missing: run flask db upgrade")
    for number, said in enumerate(act.announced, last - many + 1):
        event = Event(
            seq=number,
            scheme_id=said.scheme_id,
            audience=said.audience,
            kind=said.kind,
            incident_id=said.incident_id,
            thing_id=said.thing_id,
            actor_id=act.viewer.user_id if act.viewer else None,
            at=act.at,
            facts=said.facts,
        )
        session.add(event)
        session.flush()
        told = announcement.of(said.kind).told(session, event)
        if told:
            queue_deliveries(session, event, told)
    session.flush()
    act.details["events"] = [last - many + 1, last]


def wake_readers(act: Act) -> None:
    """After the commit: readers would find it by themselves soon, but why wait."""
    if act.announced:
        figures.committed(act.details["events"][-1])
        wakes.wake(act.details["events"][-1])
    for person in act.details.get("revoke", ()):
        wakes.revoke(person)


def newest(session: Session) -> tuple[int, bytes]:
    """The last number given, and the key of the cursors."""
    row = session.execute(sa.select(Instance.seq, Instance.cursor_key)).one()
    return row.seq, row.cursor_key


def cursor_now(session: Session) -> str:
    """The cursor of this moment: read it before the page's rows, and nothing can fall between."""
    seq, key = newest(session)
    return cursors(key).seal(seq)


def read(session: Session, log: Log, after: int, limit: int = REPLAY_LIMIT) -> list[Event]:
    """The events after a number that a reader may see, in order. One query for all their schemes."""
    if not log:
        return []
    mine = [
        sa.and_(
            Event.scheme_id == scheme,
            heard_by(audiences),
            *(() if UNTOLD in audiences else (police_know(),)),
        )
        for scheme, audiences in log.items()
    ]
    statement = sa.select(Event).where(Event.seq > after, sa.or_(*mine)).order_by(Event.seq).limit(limit)
    return list(session.scalars(statement))


def heard_by(audiences: frozenset[str]) -> sa.ColumnElement[bool]:
    """As `wall.may_hear` has it."""
    named = Event.audience.in_(sorted(audiences - {UNTOLD}))
    return sa.or_(named, Event.audience.startswith(THREAD)) if "police" in audiences else named


def police_know() -> sa.ColumnElement[bool]:
    """The event is about no incident, or about one that the police were told of."""
    incident = house.db.metadata.tables["incident"]
    told = sa.select(incident.c.id).where(incident.c.told_police)
    return sa.or_(Event.incident_id.is_(None), Event.incident_id.in_(told))


def init_app() -> None:
    """Take the last place in each transaction."""
    if write_events not in house.finishers:
        house.finishers.append(write_events)
        house.followers.append(wake_readers)
