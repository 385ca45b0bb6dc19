"""Calls for help as pages and open screens show them."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from shopalert.db import now
from shopalert.safety.models import HelpAnswer, HelpCall
from shopalert.schemes.models import Scheme
from shopalert.schemes.names import bylines

STANDS = timedelta(hours=12)  # a call that nobody ended is on no screen for ever
MANY = 5


@dataclass(frozen=True)
class CallLine:
    """A call, the same for everybody who may see it."""

    id: uuid.UUID
    url: str
    where: str
    scheme: str
    at: datetime

    @property
    def dom_id(self) -> str:
        return f"help-{self.id}"


@dataclass(frozen=True)
class Said:
    """Somebody's answer, by the name that the scheme shows."""

    who: str
    at: datetime
    coming: bool
    author_id: uuid.UUID


def where_of(call: HelpCall) -> str:
    return call.premises.name if call.premises else ""


def lines(session: Session, *conditions: Any) -> list[CallLine]:
    """Calls in one query, the newest first."""
    query = (
        sa.select(HelpCall, Scheme.name)
        .join(Scheme, Scheme.id == HelpCall.scheme_id)
        .where(*conditions)
        .order_by(HelpCall.id.desc())
        .options(joinedload(HelpCall.premises))
        .limit(MANY)
    )
    return [
        CallLine(call.id, call.url, where_of(call), name, call.at) for call, name in session.execute(query)
    ]


def standing(session: Session, *conditions: Any) -> list[CallLine]:
    """Those to which somebody may still have to go."""
    return lines(session, HelpCall.cleared_at.is_(None), HelpCall.at > now() - STANDS, *conditions)


def answers(session: Session, call: HelpCall) -> list[Said]:
    """What those who were called have said, first who comes, then in order."""
    rows = list(
        session.scalars(
            sa.select(HelpAnswer)
            .where(HelpAnswer.call_id == call.id)
            .order_by(HelpAnswer.coming.desc(), HelpAnswer.at)
        )
    )
    who = bylines(session, call.scheme_id, {row.author_id for row in rows})
    return [Said(who[row.author_id].who, row.at, row.coming, row.author_id) for row in rows]


def somebody_comes(session: Session, call_id: uuid.UUID) -> bool:
    asked = sa.select(HelpAnswer.id).where(HelpAnswer.call_id == call_id, HelpAnswer.coming).limit(1)
    return session.scalar(asked) is not None
