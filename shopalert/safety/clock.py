"""The clock's part: a roll call reminds once, and who reported violence is asked the day after how they are, once."""

from __future__ import annotations

import threading
import uuid
from contextlib import suppress
from datetime import datetime, timedelta

import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from shopalert.alerts.outbox import Announced
from shopalert.db import insert_new, system_act, uuid7
from shopalert.incidents.models import Incident
from shopalert.protection.clocks import clocks
from shopalert.rounds import Taken, claim, look_every
from shopalert.safety import rolls, welfare
from shopalert.safety.models import RollCall, Welfare
from shopalert.schemes.viewer import Place, memberships
from shopalert.wall import crossing, private_to
from shopalert.words import local

LOOK = 15.0  # seconds
BATCH = 50
REMIND_AFTER = timedelta(minutes=5)
TOO_LATE = timedelta(days=3)  # after a standstill: later than this it was not yesterday
ASKED_FROM = 10  # by the town's clock


def run(app: Flask, stop: threading.Event) -> None:
    """Look what is due, until stopped."""
    look_every(LOOK, look, app, stop, "safety not looked through")


def look(at: datetime) -> int:
    """Everything that the clock has to do. How much was done."""
    done = sum(remind(each, at) for each in silent(at))
    return done + sum(ask_how_they_are(each, at) for each in violent(at))


# ---- roll calls


def silent(at: datetime) -> list[uuid.UUID]:
    """Roll calls that have been asked for long enough, and that nobody was reminded of."""
    due = sa.select(RollCall.id).where(
        RollCall.ended_at.is_(None), RollCall.reminded_at.is_(None), RollCall.at <= at - REMIND_AFTER
    )
    with crossing("safety") as session:
        return list(session.scalars(due.limit(BATCH)))


def remind(roll_id: uuid.UUID, at: datetime) -> int:
    """Once more to those who have said nothing."""
    with suppress(Taken), crossing("safety") as session, system_act("safety.remind", session) as doing:
        still = RollCall.reminded_at.is_(None), RollCall.ended_at.is_(None)
        doing.about = roll = claim(session, RollCall, roll_id, {RollCall.reminded_at: at}, *still)
        doing.announced.append(Announced(rolls.REMINDED, roll.scheme_id, roll.first, roll.id, None))
        return 1
    return 0


# ---- the day after


def violent(at: datetime) -> list[uuid.UUID]:
    """Reports of violence or a weapon of an earlier day, of whose reporter nobody has asked how they are."""
    if local(at).hour < ASKED_FROM:
        return []
    asked = sa.select(Welfare.id).where(Welfare.incident_id == Incident.id)
    due = (
        sa.select(Incident.id, Incident.received_at)
        .where(
            sa.or_(Incident.violence, Incident.weapon),
            Incident.exercise.is_(False),
            Incident.withdrawn_at.is_(None),
            Incident.received_at > at - TOO_LATE,
            ~asked.exists(),
        )
        .order_by(Incident.received_at)
    )
    with crossing("safety") as session:
        rows = session.execute(due.limit(BATCH * 4)).all()
    today = local(at).date()
    return [row.id for row in rows if local(row.received_at).date() < today][:BATCH]


def ask_how_they_are(incident_id: uuid.UUID, at: datetime) -> int:
    """Ask the reporter, where they are still of the scheme. The row itself sees to it that it is once."""
    with suppress(Taken), crossing("safety") as session, system_act("welfare.ask", session) as doing:
        incident = session.get_one(Incident, incident_id)
        place = place_of(session, incident.author_id, incident.scheme_id)
        new = insert_new(
            session, Welfare, ["incident_id"],
            id=uuid7(), scheme_id=incident.scheme_id, incident_id=incident.id, author_id=incident.author_id,
            first="coordinators", second=private_to(place.work) if place and place.work else "", at=at, answer="",
            words="", **clocks("welfare", at),
        )  # fmt: skip
        if new is None:
            raise Taken
        doing.about = row = session.get_one(Welfare, new)
        if place is not None:
            mine = private_to(row.author_id)
            doing.announced.append(Announced(welfare.ASKED, row.scheme_id, mine, row.id, None))
        return 1
    return 0


def place_of(session: Session, user_id: uuid.UUID, scheme_id: uuid.UUID) -> Place | None:
    """What the reporter is in the scheme as a member; nothing where they are none any more, or police."""
    found = memberships(session, [user_id])
    return next((each for each in found if each.scheme_id == scheme_id and not each.police), None)
