"""Harper's reported this 4 minutes ago, add to it? Finding the report that may be the same thing.

A plain rule over a few rows of the last minutes: no score, no learning. It only ever asks; whoever writes decides.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from shopalert.db import uuid7
from shopalert.incidents.cards import Card, cards, facts_query
from shopalert.incidents.facts import Facts
from shopalert.incidents.models import Incident
from shopalert.schemes.models import Premises

NEAR = timedelta(minutes=20)
MOST = 3
SHARED_WORDS = 3  # that two tellings must have in common where the place does not speak for it
LONG_TELLING = 6  # words from which on two tellings with nothing in common are two events

# Kinds that one and the same event is reported as.
NEIGHBOURS: tuple[frozenset[str], ...] = (
    frozenset({"shop_theft", "shop_theft_attempt", "suspicious", "robbery", "make_off"}),
    frozenset({"threats_abuse", "violence_worker", "asb", "weapon", "drugs_alcohol"}),
    frozenset({"violence_worker", "robbery", "weapon", "shop_theft"}),
    frozenset({"fraud", "counterfeit"}),
    frozenset({"burglary", "damage"}),
    frozenset({"theft_person", "shop_theft", "robbery"}),
    frozenset({"age_sale", "threats_abuse", "drugs_alcohol"}),
    frozenset({"order_breach", "suspicious", "shop_theft", "asb"}),
    frozenset({"welfare", "drugs_alcohol"}),
)

COMMON = frozenset(
    [
        "about",
        "after",
        "again",
        "already",
        "away",
        "back",
        "because",
        "been",
        "before",
        "came",
        "could",
        "did",
        "does",
        "down",
        "for",
        "from",
        "gave",
        "goods",
        "had",
        "has",
        "have",
        "her",
        "here",
        "him",
        "his",
        "into",
        "item",
        "items",
        "just",
        "left",
        "man",
        "men",
        "now",
        "off",
        "one",
        "our",
        "out",
        "over",
        "people",
        "person",
        "police",
        "seen",
        "she",
        "shop",
        "some",
        "staff",
        "store",
        "taken",
        "the",
        "their",
        "them",
        "then",
        "there",
        "they",
        "this",
        "time",
        "took",
        "two",
        "was",
        "way",
        "went",
        "were",
        "what",
        "when",
        "which",
        "who",
        "with",
        "woman",
        "women",
        "would",
        "you",
    ]
)


@dataclass(frozen=True)
class Told:
    """As much of a report as the rule looks at."""

    category_code: str
    at: datetime
    premises_id: uuid.UUID | None = None
    street: str = ""
    words: frozenset[str] = field(default_factory=frozenset)
    plates: frozenset[str] = field(default_factory=frozenset)
    exercise: bool = False


def significant(*texts: str) -> frozenset[str]:
    """The words that say something, in small letters; the end of a plural does not matter."""
    found = re.findall(r"[a-z0-9]{3,}", " ".join(texts).lower())
    return frozenset(word.rstrip("s") for word in found if word not in COMMON)


def neighbouring(one: str, other: str) -> bool:
    """Whether one event may have been reported as either kind."""
    return one == other or any({one, other} <= group for group in NEIGHBOURS)


def may_be_the_same(new: Told, old: Told) -> bool:
    """The rule: near in time and kind, and either at the same place or told in the same words."""
    if new.exercise != old.exercise or abs(new.at - old.at) > NEAR:
        return False
    if not neighbouring(new.category_code, old.category_code):
        return False
    if new.plates & old.plates:
        return True
    shared = new.words & old.words
    if min(len(new.words), len(old.words)) >= LONG_TELLING and not shared:
        return False
    if new.premises_id is not None and new.premises_id == old.premises_id:
        return True
    return bool(new.street and new.street == old.street) or len(shared) >= SHARED_WORDS


def words_of(narrative: str, people: Collection[Any], vehicles: Collection[Any]) -> frozenset[str]:
    """The significant words of a report and its descriptions."""
    told = [str(row.get(name, "")) for row in people for name in ("hair", "clothing", "marks", "carrying")]
    told += [str(row.get(name, "")) for row in vehicles for name in ("colour", "make", "model", "marks")]
    return significant(narrative, *told)


def plates_of(vehicles: Collection[Any]) -> frozenset[str]:
    return frozenset(row["registration"] for row in vehicles if row.get("registration"))


def look_alikes(
    session: Session, scheme_id: uuid.UUID, facts: Facts, at: datetime, *, but: uuid.UUID
) -> list[Card]:
    """The reports of the last minutes that may be the one that is being written, newest first.

    Not those of whoever writes: they know what they have just sent.
    """
    since = min(facts.occurred_at, at) - NEAR
    rows = session.execute(
        sa.select(
            Incident.id, Incident.category_code, Incident.occurred_at, Incident.premises_id, Premises.street,
            Incident.narrative, Incident.people, Incident.vehicles, Incident.exercise,
        )
        .outerjoin(Premises, Premises.id == Incident.premises_id)
        .where(
            Incident.scheme_id == scheme_id, Incident.withdrawn_at.is_(None), Incident.author_id != but,
            Incident.id > uuid7(since),  # nobody reports what is still to come: the index finds the few
            Incident.occurred_at.between(since, facts.occurred_at + NEAR),
        )
        .order_by(Incident.id.desc())
        .limit(50)
    ).all()  # fmt: skip
    if not rows:
        return []
    street = session.scalar(sa.select(Premises.street).where(Premises.id == facts.premises_id)) or ""
    new = Told(
        facts.category_code, facts.occurred_at, facts.premises_id, street,
        words_of(facts.narrative, facts.people, facts.vehicles), plates_of(facts.vehicles), facts.exercise,
    )  # fmt: skip
    found = [row.id for row in rows if may_be_the_same(new, told_by(row))][:MOST]
    return (
        cards(session, facts_query().where(Incident.id.in_(found)).order_by(Incident.id.desc()))
        if found
        else []
    )


def told_by(row: Any) -> Told:
    """A standing report, as the rule looks at it."""
    return Told(
        row.category_code, row.occurred_at, row.premises_id, row.street or "",
        words_of(row.narrative, row.people, row.vehicles), plates_of(row.vehicles), row.exercise,
    )  # fmt: skip
