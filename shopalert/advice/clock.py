"""The clock's part: on the day of its follow-up advice is asked after, once.

The business is reminded of what it has not ticked; the sender is told that it is time to look, or to ask.
"""

from __future__ import annotations

import threading
import uuid
from contextlib import suppress
from datetime import datetime

import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from shopalert.advice.models import Advice, AdviceTick
from shopalert.alerts.outbox import Announced
from shopalert.db import Act, system_act
from shopalert.rounds import Taken, claim, look_every
from shopalert.wall import crossing

LOOK = 60.0  # seconds
BATCH = 50


def run(app: Flask, stop: threading.Event) -> None:
    """Look what is to be followed up, until stopped."""
    look_every(LOOK, look, app, stop, "advice not looked through")


def look(at: datetime) -> int:
    """Everything whose day has come. How much that was."""
    query = sa.select(Advice.id).where(
        Advice.reminded_at.is_(None), Advice.withdrawn_at.is_(None), Advice.follow_up_at <= at
    )
    with crossing("advice") as session:
        due = list(session.scalars(query.order_by(Advice.follow_up_at).limit(BATCH)))
    return sum(follow_up(advice_id, at) for advice_id in due)


def follow_up(advice_id: uuid.UUID, at: datetime) -> int:
    with suppress(Taken), crossing("advice") as session, system_act("advice.follow_up", session) as doing:
        advice = take(session, doing, advice_id, at)
        ticked = session.scalar(
            sa.select(sa.func.count(AdviceTick.id)).where(AdviceTick.advice_id == advice_id)
        )
        if (ticked or 0) < len(advice.of_library.steps):
            tell(doing, "advice.reminder", advice, advice.audience)
        tell(doing, "advice.follow_up", advice, advice.sent_as)
        return 1
    return 0


def take(session: Session, doing: Act, advice_id: uuid.UUID, at: datetime) -> Advice:
    """The advice, marked, where it is ours to follow up. Raises Taken."""
    ours = claim(
        session,
        Advice,
        advice_id,
        {Advice.reminded_at: at},
        Advice.reminded_at.is_(None),
        Advice.withdrawn_at.is_(None),
    )
    doing.about = ours
    return ours


def tell(doing: Act, kind: str, advice: Advice, audience: str) -> None:
    doing.announced.append(Announced(kind, advice.scheme_id, audience, advice.id, None))
