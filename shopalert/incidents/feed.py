"""The feed of a scheme: newest first, paged by key, so that page 400 costs what page 1 costs."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from shopalert.incidents.cards import Card, cards, facts_query
from shopalert.incidents.filters import Chip, Filters
from shopalert.incidents.models import Incident
from shopalert.schemes.models import Scheme

PAGE = 20


@dataclass(frozen=True)
class FeedPage:
    """One page of a feed; `cursor` is the event log's at the moment before it was read."""

    scheme: Scheme
    cards: list[Card]
    cursor: str
    members: int
    older_url: str | None
    newer_url: str | None
    filters: Filters = field(default_factory=Filters)
    chips: list[Chip] = field(default_factory=list)
    odd: bool = False  # something in the address could not be understood and was left out


def newest_first(
    session: Session,
    scheme_ids: list[uuid.UUID],
    after: uuid.UUID | None,
    before: uuid.UUID | None,
    size: int = PAGE,
    conditions: Sequence[Any] = (),
) -> tuple[list[Card], bool, bool]:
    """(cards, whether older ones exist, whether newer ones exist). `before` goes down, `after` goes up."""
    query = facts_query().where(
        Incident.scheme_id.in_(scheme_ids), Incident.withdrawn_at.is_(None), *conditions
    )
    if after is not None:
        found = cards(session, query.where(Incident.id > after).order_by(Incident.id).limit(size + 1))
        more = len(found) > size
        return found[:size][::-1], True, more
    if before is not None:
        query = query.where(Incident.id < before)
    found = cards(session, query.order_by(Incident.id.desc()).limit(size + 1))
    return found[:size], len(found) > size, before is not None


def waiting_now(session: Session, scheme_ids: list[uuid.UUID]) -> list[Card]:
    """What is happening now in these schemes."""
    query = facts_query().where(
        Incident.scheme_id.in_(scheme_ids),
        Incident.in_progress,
        Incident.all_clear_at.is_(None),
        Incident.withdrawn_at.is_(None),
    )
    return cards(session, query.order_by(Incident.id.desc()).limit(PAGE))


def counts(session: Session, scheme_ids: list[uuid.UUID], since: uuid.UUID) -> dict[uuid.UUID, int]:
    """How many incidents each scheme has had since an id (ids sort by time)."""
    rows = session.execute(
        sa.select(Incident.scheme_id, sa.func.count(Incident.id))
        .where(Incident.scheme_id.in_(scheme_ids), Incident.id > since, Incident.real())
        .group_by(Incident.scheme_id)
    )
    return {row[0]: row[1] for row in rows}
