"""Which officers have read a scheme's incidents, by day: for its coordinators, out of the audit.

Police systems log consultation (DPA 2018 s.62); a town that lets the police read may see that they did, and who.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from shopalert.accounts.models import User
from shopalert.db import now
from shopalert.protection.models import AuditRow
from shopalert.schemes.models import District, PoliceRole
from shopalert.words import LONDON, local

READS = ("incident.read", "incident.print", "police.report", "request.read")  # of one report
FILES = ("file.view", "file.original")  # its pictures and clips
LISTS = ("desk.read", "scheme.read", "request.list", "incident.found")  # reports in short
DAYS = 7  # on one page


@dataclass(frozen=True)
class Reading:
    """What one officer read on one day of the town's calendar."""

    officer: str
    districts: str
    incidents: int
    files: int
    lists: bool  # the desk, the feed, requests, a search
    first: datetime
    last: datetime


@dataclass(frozen=True)
class Day:
    """One day with its readers, the first reader first."""

    first: datetime
    readings: list[Reading]


def days_before(session: Session, scheme_id: uuid.UUID, end: date) -> list[Day]:
    """The DAYS days before `end` in which an officer read of the scheme's incidents, the newest first.

    An officer is who has or had a police role: what was read stays read when the role ends.
    """
    rows = session.execute(
        sa.select(AuditRow.actor_id, AuditRow.at, AuditRow.verb, AuditRow.object_id, User.short_name)
        .join(User, User.id == AuditRow.actor_id)
        .where(
            AuditRow.scheme_id == scheme_id,
            AuditRow.verb.in_((*READS, *FILES, *LISTS)),
            AuditRow.outcome == "done",
            AuditRow.at >= midnight(end - timedelta(days=DAYS)),
            AuditRow.at < midnight(end),
            AuditRow.actor_id.in_(sa.select(PoliceRole.user_id)),
        )
        .order_by(AuditRow.at)
    ).all()
    districts = districts_of(session, {row.actor_id for row in rows})
    by_day = groupby(rows, key=lambda row: local(row.at).date())
    days = [Day(midnight(day), list(readings(list(of_day), districts))) for day, of_day in by_day]
    return days[::-1]


def readings(rows: list[Any], districts: dict[uuid.UUID, str]) -> Iterator[Reading]:
    """One a person, in the order in which they came."""
    for actor_id in dict.fromkeys(row.actor_id for row in rows):
        theirs = [row for row in rows if row.actor_id == actor_id]
        yield Reading(
            theirs[0].short_name, districts[actor_id], how_many(theirs, READS), how_many(theirs, FILES),
            how_many(theirs, LISTS) > 0, theirs[0].at, theirs[-1].at,
        )  # fmt: skip


def how_many(rows: list[Any], verbs: tuple[str, ...]) -> int:
    """Different things that were looked at in these ways."""
    return len({row.object_id for row in rows if row.verb in verbs})


def districts_of(session: Session, user_ids: set[uuid.UUID]) -> dict[uuid.UUID, str]:
    """Each officer's districts in words; where all have ended, those that they had."""
    rows = session.execute(
        sa.select(PoliceRole.user_id, PoliceRole.ended_at, District.name)
        .join(District, District.id == PoliceRole.district_id)
        .where(PoliceRole.user_id.in_(user_ids))
        .order_by(District.name)
    ).all()
    found = {}
    for user_id in user_ids:
        had = [row for row in rows if row.user_id == user_id]
        has = [row for row in had if row.ended_at is None]
        found[user_id] = ", ".join(dict.fromkeys(row.name for row in has or had))
    return found


def midnight(day: date) -> datetime:
    """When a day of the town's calendar begins."""
    return datetime.combine(day, time(), LONDON).astimezone(UTC)


def tomorrow() -> date:
    return local(now()).date() + timedelta(days=1)


def asked_day(text: str) -> date:
    """The day that an address names; tomorrow where it names none, or none that has come."""
    try:
        return min(date.fromisoformat(text), tomorrow())
    except ValueError:
        return tomorrow()
