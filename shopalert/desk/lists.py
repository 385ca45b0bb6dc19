"""The lists of the desk, asked under the wall: what is new or unread, weighed as `ranking` says; and what was read.

What stirred longer ago than `unread.FRESH` counts as read, so each question looks at the last two weeks of a scheme,
however many years it holds. Pages go on from the last card's weight and id, never by counting rows.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from shopalert.db import uuid7
from shopalert.desk.ranking import ARMED, HEAVIEST, REPEAT_FROM, REPEAT_WITHIN, VIOLENT, WEIGHT, Rule, reasons
from shopalert.incidents.cards import Card, cards, facts_query
from shopalert.incidents.feed import newest_first
from shopalert.incidents.models import Incident
from shopalert.incidents.unread import FRESH, is_unread
from shopalert.schemes.models import District, Scheme
from shopalert.schemes.viewer import Viewer

PAGE = 20
READ = 10  # of what was read, below what is new
NOW_FOR = timedelta(hours=24)  # what nobody ended by then is not taken to go on


@dataclass(frozen=True)
class Ranked:
    """A card of the desk, and why it stands where it stands."""

    card: Card
    weight: int
    here: int  # incidents at its premises within REPEAT_WITHIN

    @property
    def why(self) -> list[Rule]:
        return reasons(self.weight)


@dataclass(frozen=True)
class Place:
    """Where a page of the desk goes on: after this weight and id."""

    weight: int
    id: uuid.UUID

    def __str__(self) -> str:
        return f"{self.weight}.{self.id}"


def place_of(text: str) -> Place | None:
    found = re.fullmatch(r"([0-9]{1,3})\.([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})", text)
    return Place(int(found[1]), uuid.UUID(found[2])) if found and int(found[1]) <= HEAVIEST else None


# ---- which schemes


@dataclass(frozen=True)
class Chosen:
    """The schemes that an address names: one, those of a district, or all that the viewer sees."""

    schemes: list[Scheme]
    scheme: str = ""
    district: str = ""
    odd: bool = False  # something in the address could not be understood and was left out

    @property
    def ids(self) -> list[uuid.UUID]:
        return [scheme.id for scheme in self.schemes]

    @property
    def any(self) -> bool:
        return bool(self.scheme or self.district)

    def url(self, after: Place | None = None) -> str:
        said = {"district": self.district, "scheme": self.scheme, "after": str(after) if after else ""}
        query = urlencode({name: value for name, value in said.items() if value})
        return f"/desk?{query}" if query else "/desk"


def chosen(args: Mapping[str, str], mine: Sequence[Scheme], districts: Sequence[District]) -> Chosen:
    """What is another's is as unknown as what does not exist."""
    slug, district = args.get("scheme", "").strip(), args.get("district", "").strip()
    known = {each.slug: each.id for each in districts}
    in_district = (
        [each for each in mine if each.district_id == known.get(district)] if district else list(mine)
    )
    if not in_district:
        in_district, known_district = list(mine), ""
    else:
        known_district = district
    found = [each for each in in_district if each.slug == slug] if slug else in_district
    odd = known_district != district or not found or bool(args.get("after") and not place_of(args["after"]))
    if not found and mine:
        return Chosen(in_district, "", known_district, True)
    return Chosen(found, slug if found else "", known_district, odd and bool(mine))


def districts_of(session: Session, schemes: Sequence[Scheme]) -> list[District]:
    """The districts that these schemes lie in, by name."""
    ids = {scheme.district_id for scheme in schemes}
    return list(session.scalars(sa.select(District).where(District.id.in_(ids)).order_by(District.name)))


# ---- what is new


def happening(at: datetime) -> sa.ColumnElement[bool]:
    """Goes on as far as anybody knows."""
    return sa.and_(Incident.in_progress, Incident.all_clear_at.is_(None), Incident.id > uuid7(at - NOW_FOR))


def new_to(viewer: Viewer, at: datetime) -> Any:
    """Unread, or going on; asked of what stirred of late and of nothing else."""
    fresh = Incident.stirred_at > at - FRESH
    return sa.and_(Incident.withdrawn_at.is_(None), fresh, sa.or_(is_unread(viewer, at), happening(at)))


def often(schemes: Sequence[uuid.UUID], at: datetime) -> Any:
    """How many incidents the premises of these schemes had of late; only what this viewer may see counts."""
    one = aliased(Incident)
    return (
        sa.select(one.premises_id, sa.func.count(one.id).label("many"))
        .where(
            one.scheme_id.in_(schemes), one.id > uuid7(at - REPEAT_WITHIN), one.premises_id.is_not(None),
            one.exercise.is_(False), one.withdrawn_at.is_(None),
        )
        .group_by(one.premises_id)
        .having(sa.func.count(one.id) >= REPEAT_FROM)
        .cte("often")
    )  # fmt: skip


def weight_of(at: datetime, repeated: Any) -> sa.ColumnElement[int]:
    """`ranking.holding`, said to the database."""

    def flagged(code: str) -> Any:
        return sa.cast(Incident.flags, sa.Text).contains(f'"{code}"', autoescape=True)

    holds: dict[str, Any] = {
        "violence": sa.or_(Incident.violence, Incident.category_code.in_(VIOLENT)),
        "weapon": sa.or_(Incident.weapon, Incident.category_code.in_(ARMED)),
        "detained": flagged("detained"),
        "happening_now": happening(at),
        "hate": flagged("hate"),
        "repeat_premises": repeated.is_not(None),
    }
    weights = [sa.case((yes, WEIGHT[code]), else_=0) for code, yes in holds.items()]
    total: Any = sum(weights[1:], start=weights[0])
    return sa.case((Incident.exercise, 0), else_=total)


def ranked(
    session: Session, viewer: Viewer, schemes: Sequence[uuid.UUID], at: datetime, after: Place | None = None
) -> tuple[list[Ranked], Place | None]:
    """A page of what is new, the weightiest first, and where the next one goes on."""
    repeats = often(schemes, at)
    weight = weight_of(at, repeats.c.many).label("weight")
    found = (
        sa.select(Incident.id, weight, sa.func.coalesce(repeats.c.many, 0).label("here"))
        .outerjoin(repeats, repeats.c.premises_id == Incident.premises_id)
        .where(Incident.scheme_id.in_(schemes), new_to(viewer, at))
        .subquery()
    )
    query = sa.select(found).order_by(found.c.weight.desc(), found.c.id.desc()).limit(PAGE + 1)
    if after is not None:
        further = sa.and_(found.c.weight == after.weight, found.c.id < after.id)
        query = query.where(sa.or_(found.c.weight < after.weight, further))
    rows = session.execute(query).all()
    shown = rows[:PAGE]
    made = {
        card.id: card for card in cards(session, facts_query().where(Incident.id.in_([r.id for r in shown])))
    }
    last = Place(shown[-1].weight, shown[-1].id) if len(rows) > PAGE else None
    return [Ranked(made[row.id], row.weight, row.here) for row in shown if row.id in made], last


def read_of_late(session: Session, viewer: Viewer, schemes: Sequence[uuid.UUID], at: datetime) -> list[Card]:
    """The newest that is not new."""
    old = sa.not_(sa.and_(Incident.stirred_at > at - FRESH, sa.or_(is_unread(viewer, at), happening(at))))
    return newest_first(session, list(schemes), None, None, size=READ, conditions=[old])[0]


@dataclass(frozen=True)
class Tally:
    """What one scheme had in the last day, and what goes on in it."""

    day: int = 0
    now: int = 0


def tallies(session: Session, schemes: Sequence[uuid.UUID], at: datetime) -> dict[uuid.UUID, Tally]:
    """Of each scheme that had anything; practice and what was withdrawn count nowhere."""
    goes_on = sa.func.sum(sa.case((happening(at), 1), else_=0))
    rows = session.execute(
        sa.select(Incident.scheme_id, sa.func.count(Incident.id), goes_on)
        .where(Incident.scheme_id.in_(schemes), Incident.id > uuid7(at - NOW_FOR), Incident.real())
        .group_by(Incident.scheme_id)
    )
    return {scheme_id: Tally(day, now) for scheme_id, day, now in rows}
