"""An urgent alert is said once more to whoever let it be: neither opened it nor did anything about it.

Its row is written with the alert, in the same transaction. When it is due one of any number of workers takes it and
announces the second event in the transaction that marks the row as done: so it is said once, or not yet. Whom it is
said to is decided then, and preferences decide anew: what has become quiet meanwhile stays quiet.
"""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta

import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from shopalert.alerts import announcement
from shopalert.alerts.models import Delivery, Event, Repeat, Watch
from shopalert.alerts.outbox import Announced
from shopalert.db import system_act
from shopalert.rounds import Taken, claim, look_every
from shopalert.wall import crossing

LATEST = timedelta(minutes=30)  # after a standstill: later than this a second ring warns nobody
LOOK = 2.0  # seconds
BATCH = 20

# What people did about an incident, as far as each domain knows: (session, incident) -> people.
Acted = Callable[[Session, uuid.UUID], set[uuid.UUID]]
acted: list[Acted] = []


def run(app: Flask, stop: threading.Event) -> None:
    """Say again what is due, until stopped."""
    look_every(LOOK, say_due, app, stop, "urgent alerts not said again")


def say_due(at: datetime) -> int:
    """Everything that is due. To how many people it was said again."""
    waiting = sa.select(Repeat.id).where(Repeat.done_at.is_(None), Repeat.due_at <= at)
    with crossing("deliveries") as session:
        ids = session.scalars(waiting.order_by(Repeat.due_at).limit(BATCH)).all()
    return sum(say_again(each, at) for each in ids)


def say_again(repeat_id: uuid.UUID, at: datetime) -> int:
    """One alert once more, and never again. To how many people."""
    with suppress(Taken), crossing("deliveries") as session, system_act("alert.repeat", session) as doing:
        row = claim(session, Repeat, repeat_id, {Repeat.done_at: at}, Repeat.done_at.is_(None))
        first = doing.about = session.get_one(Event, row.event_seq)
        again = announcement.again(first)
        told = announcement.of(again).told(session, first) if again and at - row.due_at < LATEST else set()
        doing.details["people"] = row.told = len(told)
        if told:
            doing.announced.append(
                Announced(
                    again,
                    first.scheme_id,
                    first.audience,
                    first.thing_id,
                    first.incident_id,
                    {"of": first.seq},
                )
            )
        return len(told)
    return 0


def let_be(session: Session, event: Event) -> set[uuid.UUID]:
    """Whose phones the first alert of this event was for, and who has neither opened it nor done anything since."""
    seq, incident = event.facts.get("of", event.seq), event.incident_id
    rung = sa.select(Delivery.user_id).where(Delivery.event_seq == seq, Delivery.silent.is_(False))
    if incident is None:
        return set()
    opened = sa.select(Delivery.user_id).where(
        Delivery.incident_id == incident, Delivery.opened_at.is_not(None)
    )
    watch = sa.select(Watch.user_id).where(
        Watch.incident_id == incident
    )  # followed or muted: they have seen it
    did = set(session.scalars(opened)) | set(session.scalars(watch))
    for ask in acted:
        did |= ask(session, incident)
    return set(session.scalars(rung)) - did
