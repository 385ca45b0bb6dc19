"""What came of a scheme's reports, in figures: how many the police were told of, how many got an answer, how soon.

Shops' first complaint is that nothing comes back (two in three doubt that reporting makes a difference). Practice and
what was withdrawn count nowhere, and a note of the police neither.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from shopalert.incidents.models import Incident
from shopalert.outcomes.models import PoliceStep
from shopalert.outcomes.vocabulary import NO_NEWS, NOT_REPORTED, REPORTED
from shopalert.outcomes.working_days import day_of, told_in_time, working_days_between

SPANS = (30, 90, 365)  # days that may be looked at
CLOSED_WITH_OFFENDER = (
    *("charged_summonsed", "out_of_court_formal", "out_of_court_informal", "diversionary"),
    "taken_into_consideration",
)


@dataclass(frozen=True)
class Share:
    """So many of so many."""

    part: int
    of: int

    @property
    def percent(self) -> int | None:
        """In whole per cent; nothing of nothing."""
        return round(100 * self.part / self.of) if self.of else None


@dataclass(frozen=True)
class Figures:
    """One scheme in the last days, as far as who looks may see its incidents."""

    days: int
    reported: Share  # of all incidents, those that the police were told of
    answered: Share  # of those, the ones of which the police said something
    in_time: Share  # of what happened to them, what the shop was told within five working days
    resolved: Share  # of those with an outcome, the ones that found who did it
    slowest: int | None  # working days until the shop was told, at the longest


def figures_of(session: Session, scheme_id: uuid.UUID, days: int, at: datetime) -> Figures:
    """Two queries, however many incidents there are."""
    since = at - timedelta(days=days)
    told = sa.or_(Incident.told_police, Incident.progress != NOT_REPORTED)
    answer = sa.or_(Incident.police_replied, said_by_police())
    found = sa.and_(told, Incident.outcome.in_(CLOSED_WITH_OFFENDER))
    row = session.execute(
        sa.select(
            sa.func.count(),
            *(many(each) for each in (told, sa.and_(told, answer), sa.and_(told, Incident.outcome != ""), found)),
        ).where(Incident.scheme_id == scheme_id, Incident.received_at >= since, Incident.real())
    ).one()  # fmt: skip
    waits = waited(session, scheme_id, day_of(since))
    in_time = sum(many for happened, said, many in waits if told_in_time(happened, said))
    longest = [working_days_between(happened, said) for happened, said, _many in waits]
    return Figures(
        days,
        reported=Share(row[1], row[0]),
        answered=Share(row[2], row[1]),
        in_time=Share(in_time, sum(many for *_days, many in waits)),
        resolved=Share(row[4], row[3]),
        slowest=max(longest, default=None),
    )


def many(condition: sa.ColumnElement[bool]) -> Any:
    return sa.func.coalesce(sa.func.sum(sa.case((condition, 1), else_=0)), 0)


def said_by_police() -> sa.ColumnElement[bool]:
    """A step beyond the shop's own report, whoever entered it: it came from the police."""
    steps = sa.select(PoliceStep.id).where(
        PoliceStep.incident_id == Incident.id, PoliceStep.taken_back_at.is_(None), PoliceStep.code != REPORTED
    )
    return steps.exists()


def waited(session: Session, scheme_id: uuid.UUID, since: date) -> list[tuple[date, date, int]]:
    """(happened, told, how often) of what a shop waits to be told."""
    rows = session.execute(
        sa.select(PoliceStep.happened_on, PoliceStep.told_on, sa.func.count())
        .join(Incident, Incident.id == PoliceStep.incident_id)
        .where(
            PoliceStep.scheme_id == scheme_id, PoliceStep.happened_on >= since, PoliceStep.taken_back_at.is_(None),
            PoliceStep.code.not_in(NO_NEWS), Incident.real(),
        )
        .group_by(PoliceStep.happened_on, PoliceStep.told_on)
    )  # fmt: skip
    return [(row[0], row[1], row[2]) for row in rows]
