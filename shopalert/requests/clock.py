"""The clock's part: a reminder some hours before a request is due, and that it is overdue; each once."""

from __future__ import annotations

import threading
import uuid
from contextlib import suppress
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from shopalert.alerts.outbox import Announced
from shopalert.db import Act, system_act
from shopalert.protection.clocks import clocks
from shopalert.requests.models import Request, RequestMove, standing_report
from shopalert.requests.states import OPEN, OVERDUE
from shopalert.requests.vocabulary import REMIND_BEFORE, reminds
from shopalert.rounds import Taken, claim, look_every
from shopalert.wall import crossing

LOOK = 15.0  # seconds
BATCH = 50


def run(app: Flask, stop: threading.Event) -> None:
    """Look what is due, until stopped."""
    look_every(LOOK, look, app, stop, "requests not looked through")


def look(at: datetime) -> int:
    """Everything that the clock has to do. How much was done."""
    done = 0
    for request_id in due(Request.due_at <= at):
        done += lapse(request_id, at)
    soon = sa.and_(Request.due_at > at, Request.due_at <= at + REMIND_BEFORE, Request.reminded_at.is_(None))
    for request_id in due(soon):
        done += remind(request_id, at)
    return done


def due(condition: Any) -> list[uuid.UUID]:
    query = (
        sa.select(Request.id)
        .where(Request.state == OPEN, condition, standing_report())
        .order_by(Request.due_at)
    )
    with crossing("requests") as session:
        return list(session.scalars(query.limit(BATCH)))


def lapse(request_id: uuid.UUID, at: datetime) -> int:
    """It is overdue, and those whom it concerns are told."""
    with suppress(Taken), crossing("requests") as session, system_act("request.lapse", session) as doing:
        request = take(session, doing, request_id, Request.due_at <= at, state=OVERDUE)
        session.add(
            RequestMove(
                scheme_id=request.scheme_id, incident_id=request.incident_id, request_id=request.id,
                audience=request.audience, move="lapse", before=OPEN, after=OVERDUE, at=at, **clocks("comment", at),
            )
        )  # fmt: skip
        tell(doing, "request.overdue", request)
        return 1
    return 0


def remind(request_id: uuid.UUID, at: datetime) -> int:
    """Say once more what is still open; where it was asked only a moment ago that is left out."""
    with suppress(Taken), crossing("requests") as session, system_act("request.remind", session) as doing:
        request = take(session, doing, request_id, Request.reminded_at.is_(None), reminded_at=at)
        if reminds(request.at, request.due_at):
            tell(doing, "request.reminder", request)
        return 1
    return 0


def take(session: Session, doing: Act, request_id: uuid.UUID, still: Any, **values: Any) -> Request:
    """The request, changed, where it is ours to change. Raises Taken."""
    ours = claim(session, Request, request_id, values, Request.state == OPEN, standing_report(), still)
    doing.about = ours
    return ours


def tell(doing: Act, kind: str, request: Request) -> None:
    doing.announced.append(Announced(kind, request.scheme_id, "members", request.id, request.incident_id))
