"""Search over incidents and their comments: the one seam behind which the engines may differ."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from shopalert.incidents.cards import Card, cards, facts_query
from shopalert.incidents.models import Category, Incident
from shopalert.schemes.models import Premises

MOST = 50
WORDS = 6  # of a query that are looked for

# Rooms above this one say where else a word may stand: each gives the incidents whose texts hold a pattern.
also_in: list[Callable[[str], sa.Select[uuid.UUID]]] = []


def search(session: Session, scheme_ids: list[uuid.UUID], text: str) -> list[Card]:
    """The newest incidents that hold every word, in what the session may see."""
    words = re.findall(r"[^\s%_\\\x00]+", text.lower())[:WORDS]
    if not words:
        return []
    query = facts_query().where(Incident.scheme_id.in_(scheme_ids), Incident.withdrawn_at.is_(None))
    for word in words:
        query = query.where(holds(f"%{word}%"))
    return cards(session, query.order_by(Incident.id.desc()).limit(MOST))


def holds(pattern: str) -> sa.ColumnElement[bool]:
    """Whether the word stands anywhere in the incident, or in what was said about it."""
    places: list[Any] = [
        column.ilike(pattern)
        for column in (Incident.narrative, Incident.reference, Category.label, Premises.name)
    ]
    return sa.or_(*places, *(Incident.id.in_(elsewhere(pattern)) for elsewhere in also_in))
