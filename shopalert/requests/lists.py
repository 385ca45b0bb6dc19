"""Lists of requests: what is asked of me, what I am waiting for, what is waiting for me; and how quickly it goes."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from shopalert.requests.lines import RequestLine, lines
from shopalert.requests.models import Request, addressed_to, sites_of, standing_report
from shopalert.requests.states import ANSWERED, WAITING
from shopalert.schemes.viewer import Viewer

MANY = 50
LOOKED_BACK = timedelta(days=90)


def asked_of(viewer: Viewer) -> Any:
    return addressed_to(viewer.user_id, sites_of(viewer.premises.values()))


def asked_of_me(session: Session, viewer: Viewer) -> list[RequestLine]:
    """What this person or where they work has still to answer, what is due first at the top."""
    waiting = (asked_of(viewer), Request.state.in_(WAITING), standing_report())
    return lines(session, *waiting, order=Request.due_at)[:MANY]


def answered_by_us(session: Session, viewer: Viewer, since: datetime) -> list[RequestLine]:
    """What was asked of them and is answered, accepted or withdrawn, the newest first."""
    over = (asked_of(viewer), Request.state.not_in(WAITING), Request.at > since)
    return lines(session, *over, order=Request.id.desc())[:MANY]


@lru_cache(1)
def asking_how_many() -> Any:
    """Made once: every page asks."""
    mine = addressed_to(sa.bindparam("me"), sa.bindparam("sites", expanding=True))
    return sa.select(sa.func.count(Request.id)).where(mine, Request.state.in_(WAITING), standing_report())


def how_many_are_asked(session: Session, viewer: Viewer) -> int:
    """For the bar of places."""
    asked = {"me": viewer.user_id, "sites": sites_of(viewer.premises.values())}
    return session.scalar(asking_how_many(), asked) or 0


def i_wait_for(
    session: Session, viewer: Viewer, scheme_ids: Sequence[uuid.UUID] | None = None
) -> list[RequestLine]:
    """What this officer asked and nobody has answered: overdue first, because it is due first."""
    return lines(session, *by(viewer, scheme_ids), Request.state.in_(WAITING), order=Request.due_at)[:MANY]


def waits_for_me(
    session: Session, viewer: Viewer, scheme_ids: Sequence[uuid.UUID] | None = None
) -> list[RequestLine]:
    """What was answered and has to be looked at, what waits longest first."""
    return lines(session, *by(viewer, scheme_ids), Request.state == ANSWERED, order=Request.answered_at)[
        :MANY
    ]


def by(viewer: Viewer, scheme_ids: Sequence[uuid.UUID] | None) -> tuple[Any, ...]:
    here = () if scheme_ids is None else (Request.scheme_id.in_(scheme_ids),)
    return (Request.author_id == viewer.user_id, standing_report(), *here)


# ---- how quickly it goes


@dataclass(frozen=True)
class Figures:
    """Of the requests of some months: how many were answered, the median, and how many of those over in time."""

    asked: int = 0
    answered: int = 0
    median: timedelta | None = None
    in_time: int = 0
    over: int = 0  # answered, or past their day

    @property
    def share(self) -> int | None:
        """Per cent in time."""
        return round(100 * self.in_time / self.over) if self.over else None


def figures(rows: Sequence[Any], at: datetime) -> Figures:
    """From (at, due_at, answered_at) of each request that was not withdrawn, nor its report."""
    took = sorted(row.answered_at - row.at for row in rows if row.answered_at)
    middle = len(took) // 2
    median = None
    if took:
        median = took[middle] if len(took) % 2 else (took[middle - 1] + took[middle]) / 2
    return Figures(
        asked=len(rows), answered=len(took), median=median,
        in_time=sum(row.answered_at is not None and row.answered_at <= row.due_at for row in rows),
        over=sum(row.answered_at is not None or row.due_at <= at for row in rows),
    )  # fmt: skip


def figures_of(session: Session, viewer: Viewer, at: datetime) -> Figures:
    """Of all that the viewer sees of the last three months."""
    query = sa.select(Request.at, Request.due_at, Request.answered_at).where(
        Request.scheme_id.in_(viewer.police_schemes),
        Request.state != "withdrawn",
        standing_report(),
        Request.at > at - LOOKED_BACK,
    )
    return figures(session.execute(query).all(), at)
