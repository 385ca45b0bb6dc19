"""The week of a scheme in figures: how many of what kind, when, and what became of them. No name, no report's text."""

from __future__ import annotations

import re
import uuid
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from shopalert.incidents.models import Category, Incident
from shopalert.schemes.models import SchemeCategory
from shopalert.words import LONDON, local

BUSY = 3  # hours that are named
NAME = re.compile(r"(20[0-9]{2})-W([0-9]{2})")

# What else a week tells: rooms that have warnings add theirs. (session, scheme, from, until, told_only) -> lines; with
# told_only the reader sees of incidents only those that the police were told of, and nothing that gives away others.
Told = Callable[[Session, uuid.UUID, datetime, datetime, bool], list[str]]
also_told: list[Told] = []


@dataclass(frozen=True)
class Week:
    """A week by the town's clock: Monday 00:00 to Monday 00:00, in UTC."""

    year: int
    number: int

    @property
    def monday(self) -> date:
        return date.fromisocalendar(self.year, self.number, 1)

    @property
    def begins(self) -> datetime:
        return datetime.combine(self.monday, time(), LONDON).astimezone(UTC)

    @property
    def ends(self) -> datetime:
        return datetime.combine(self.monday + timedelta(days=7), time(), LONDON).astimezone(UTC)

    @property
    def last(self) -> datetime:
        """Its Sunday, at noon."""
        return datetime.combine(self.monday + timedelta(days=6), time(12), LONDON).astimezone(UTC)

    @property
    def name(self) -> str:
        """2026-W48 (ISO 8601)."""
        return f"{self.year}-W{self.number:02d}"

    @property
    def before(self) -> Week:
        return week_of(self.begins - timedelta(hours=1))

    @property
    def after(self) -> Week:
        return week_of(self.ends)


def week_of(at: datetime) -> Week:
    year, number, _day = local(at).isocalendar()
    return Week(year, number)


def week_named(name: str) -> Week | None:
    """The week of an address, or none."""
    found = NAME.fullmatch(name)
    if found is None:
        return None
    week = Week(int(found[1]), int(found[2]))
    try:
        return week if week_of(week.begins) == week else None
    except ValueError:
        return None


@dataclass(frozen=True)
class Figures:
    """What a week comes to."""

    reports: int
    before: int  # of the week before
    kinds: list[tuple[str, int]]  # the most first
    urgent: int
    cleared: int
    withdrawn: int
    answered: int  # reports on which the police wrote to members
    pence: int
    busy: list[tuple[int, int]]  # (hour of the day, reports)
    told: list[str]


COLUMNS = (
    Incident.category_code, Incident.category_own, Incident.occurred_at, Incident.violence, Incident.weapon,
    Incident.in_progress, Incident.all_clear_at, Incident.withdrawn_at, Incident.police_replied,
    Incident.value_lost_pence,
)  # fmt: skip


def figures_of(session: Session, scheme_id: uuid.UUID, week: Week, told_only: bool = False) -> Figures:
    """The figures of a week, as whoever asks sees the scheme. Practice is left out.

    A session that crosses the wall says by `told_only` that the reader sees only what the police were told of.
    """
    rows = session.execute(sa.select(*COLUMNS).where(*real(scheme_id, week, told_only))).all()
    standing = [row for row in rows if row.withdrawn_at is None]
    kinds, hours = (
        Counter(kind_of(row) for row in standing),
        Counter(local(row.occurred_at).hour for row in standing),
    )
    labels = labels_of(session, scheme_id)
    return Figures(
        reports=len(standing),
        before=how_many(session, scheme_id, week.before, told_only),
        kinds=[(labels.get(code, code), many) for code, many in kinds.most_common()],
        urgent=sum(row.violence or row.weapon or row.in_progress for row in standing),
        cleared=sum(row.all_clear_at is not None for row in standing),
        withdrawn=len(rows) - len(standing),
        answered=sum(row.police_replied for row in standing),
        pence=sum(row.value_lost_pence or 0 for row in standing),
        busy=sorted(hours.most_common(BUSY)),
        told=[
            line for tell in also_told for line in tell(session, scheme_id, week.begins, week.ends, told_only)
        ],
    )


def kind_of(row: Any) -> str:
    return str(row.category_own or row.category_code)


def labels_of(session: Session, scheme_id: uuid.UUID) -> dict[str, str]:
    """What the scheme calls each kind."""
    listed = session.execute(sa.select(Category.code, Category.label))
    own = session.execute(
        sa.select(SchemeCategory.code, SchemeCategory.label).where(SchemeCategory.scheme_id == scheme_id)
    )
    return {code: _(label) for code, label in listed} | {code: label for code, label in own if label}


def how_many(session: Session, scheme_id: uuid.UUID, week: Week, told_only: bool = False) -> int:
    """Reports of a week that still stand."""
    asked = sa.select(sa.func.count(Incident.id)).where(*real(scheme_id, week, told_only))
    return session.scalar(asked.where(Incident.withdrawn_at.is_(None))) or 0


def real(scheme_id: uuid.UUID, week: Week, told_only: bool) -> list[sa.ColumnElement[bool]]:
    """What was reported in the week and did happen."""
    conditions: list[sa.ColumnElement[bool]] = [
        Incident.scheme_id == scheme_id,
        Incident.exercise.is_(False),
        Incident.received_at >= week.begins,
        Incident.received_at < week.ends,
    ]
    return [*conditions, Incident.told_police.is_(True)] if told_only else conditions
