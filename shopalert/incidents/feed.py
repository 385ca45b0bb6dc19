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
    shown = (Incident.withdrawn_at.is_(None), *conditions)
    if after is not None:
        found = first_cards(session, scheme_ids, (*shown, Incident.id > after), Incident.id.asc(), size + 1)
        more = len(found) > size
        return found[:size][::-1], True, more
    if before is not None:
        shown = (*shown, Incident.id < before)
    found = first_cards(session, scheme_ids, shown, Incident.id.desc(), size + 1)
    return found[:size], len(found) > size, before is not None


def first_cards(
    session: Session, scheme_ids: Sequence[uuid.UUID], shown: Sequence[Any], order: Any, many: int
) -> list[Card]:
    """The first cards of all these schemes. Of each its own first are looked up: one short walk along an index, however
    much there is; asked for all at once, the database would sort everything that the schemes hold."""
    each = [
        sa.select(Incident.id).where(Incident.scheme_id == scheme_id, *shown).order_by(order).limit(many)
        for scheme_id in scheme_ids
    ]
    if not each:
        return []
    among = sa.union_all(*(sa.select(one.subquery().c.id) for one in each))
    return cards(session, facts_query().where(Incident.id.in_(among)).order_by(order).limit(many))
