"""Whom a report reached: people, never devices; read from the rows of the deliveries, which exist anyway."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from shopalert.alerts.models import Delivery
from shopalert.db import db, now
from shopalert.incidents.models import Incident

# The kinds of event that tell of a report; what puts it right later reached whom it reached.
TOLD_BY = ("incident.reported", "incident.told", "incident.repeated")
SENT, DELIVERED, OPENED = ("sent", "shown", "opened"), ("shown", "opened"), ("opened",)
LOST = ("failed", "gone")

# While figures move the page asks for them anew: (age of the report, seconds in between).
PACE = ((timedelta(minutes=2), 2), (timedelta(minutes=15), 5), (timedelta(hours=4), 30))


@dataclass(frozen=True)
class Reach:
    """People whose phones it was meant for, who were sent it, got it, opened it; and whom it cannot reach."""

    told: int
    sent: int
    delivered: int
    opened: int
    lost: int = 0

    @property
    def waits(self) -> int:
        """To whom it is still on its way."""
        return max(0, self.told - self.sent - self.lost)


def of_each(states: Sequence[str]) -> Any:
    """1 for a person who has a delivery in one of these states."""
    return sa.func.max(sa.case((Delivery.state.in_(states), 1), else_=0))


def reach_of(session: Session, ids: Sequence[uuid.UUID], closely: bool = False) -> dict[uuid.UUID, Reach]:
    """The reach of each of these incidents: one query, however many they are.

    `closely` counts as opened also whoever has read the report without touching the alert; a list does not ask.
    """
    person = (
        sa.select(
            Delivery.incident_id, Delivery.user_id,
            of_each(SENT).label("sent"), of_each(DELIVERED).label("delivered"), of_each(OPENED).label("opened"),
            sa.func.min(sa.case((Delivery.state.in_(LOST), 1), else_=0)).label("lost"),
        )
        .where(Delivery.incident_id.in_(ids), Delivery.kind.in_(TOLD_BY))
        .group_by(Delivery.incident_id, Delivery.user_id)
        .subquery()
    )  # fmt: skip
    opened: Any = person.c.opened
    if closely:
        opened = sa.case((sa.or_(person.c.opened == 1, has_read(person)), 1), else_=0)
    rows = session.execute(
        sa.select(
            person.c.incident_id, sa.func.count(), sa.func.sum(person.c.sent), sa.func.sum(person.c.delivered),
            sa.func.sum(opened), sa.func.sum(person.c.lost),
        ).group_by(person.c.incident_id)
    )  # fmt: skip
    return {row[0]: Reach(*row[1:]) for row in rows}


def has_read(person: sa.Subquery) -> Any:
    """A mark of reading. The wall has let the person's delivery through: the mark is asked of its plain table."""
    mark = db.metadata.tables["read_mark"]
    of = sa.and_(mark.c.incident_id == person.c.incident_id, mark.c.user_id == person.c.user_id)
    return sa.exists().where(of)


def one_reach(session: Session, incident_id: uuid.UUID) -> Reach | None:
    """One incident's, closely; none where no phone was told."""
    return reach_of(session, [incident_id], closely=True).get(incident_id)


def pace(incident: Incident) -> int:
    """Seconds until the figures are worth another look; 0 when they hardly move any more."""
    age = now() - incident.received_at
    return next((seconds for until, seconds in PACE if age < until), 0)
