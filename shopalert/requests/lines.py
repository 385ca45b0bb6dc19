"""Requests as lines of an incident's chat: that something was asked of whom, and how it stands; no words, no link."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from shopalert.incidents.cards import place_of
from shopalert.incidents.lines import Line, sources
from shopalert.requests.models import Request
from shopalert.requests.vocabulary import KINDS
from shopalert.schemes.names import bylines

NOWHERE = uuid.UUID(int=0)


@dataclass(frozen=True)
class RequestLine(Line):
    """A request; the same for everybody of the scheme."""

    what: str = ""
    whom: str = ""
    state: str = ""
    due_at: datetime | None = None
    answered_at: datetime | None = None
    scheme_id: uuid.UUID = NOWHERE

    @property
    def where(self) -> tuple[uuid.UUID, uuid.UUID]:
        """Of which scheme, and about which incident."""
        return self.scheme_id, self.incident_id


def request_lines(session: Session, incident_id: uuid.UUID) -> list[Line]:
    return list(lines(session, Request.incident_id == incident_id))


def lines(session: Session, *conditions: Any, order: Any = Request.id) -> list[RequestLine]:
    """Requests with who asks whom; the same few queries for one and for many."""
    query = sa.select(Request).where(*conditions).order_by(order).options(joinedload(Request.premises))
    rows = list(session.scalars(query))
    by = {}
    for scheme_id in {row.scheme_id for row in rows}:
        here = [row for row in rows if row.scheme_id == scheme_id]
        people = {row.author_id for row in here} | {row.person_id for row in here if row.person_id}
        by.update({(scheme_id, who): line for who, line in bylines(session, scheme_id, people).items()})
    return [line_of(row, by) for row in rows]


def line_of(row: Request, by: dict[Any, Any]) -> RequestLine:
    asker = by.get((row.scheme_id, row.author_id))
    if row.premises is not None:
        whom = place_of(row.premises.name, row.premises.street)
    else:
        person = by.get((row.scheme_id, row.person_id))
        whom = person.who if person else ""
    kind = KINDS[row.kind]
    return RequestLine(
        row.id, "request", row.incident_id, asker.who if asker else "", "", row.at, row.author_id, icon=kind.icon,
        url=row.url, what=str(kind.label), whom=whom, state=row.state, due_at=row.due_at, answered_at=row.answered_at,
        scheme_id=row.scheme_id,
    )  # fmt: skip


def register_all() -> None:
    if request_lines not in sources:
        sources.append(request_lines)
