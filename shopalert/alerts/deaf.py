"""Phones that have gone deaf: their service takes the alerts and they show none, or it no longer knows them.

A phone that is off for a night is not deaf, and neither is one in a town where nothing happens: several alerts must
have been taken, over a day and more, without one word from the phone that it showed any.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from shopalert.alerts.models import Subscription
from shopalert.db import Moment, now

IN_A_ROW = 3  # alerts taken and not shown
OVER = timedelta(days=1)
GONE = "the device is gone"  # its service said so: 404, 410
REMEMBERED = timedelta(days=30)  # who has not turned alerts on again until then does not want them


@dataclass(frozen=True)
class Deaf:
    """A device that shows no alerts, and since when."""

    device_id: uuid.UUID
    label: str
    since: datetime
    gone: bool  # its service no longer knows it


@lru_cache(1)
def asking_who_is_deaf() -> Any:
    """Made once: every page asks."""
    other = aliased(Subscription)
    # A browser that makes itself a new subscription leaves the old one to die: that is not deafness.
    instead = sa.exists().where(
        other.user_id == Subscription.user_id, other.label == Subscription.label, other.gone_at.is_(None)
    )
    silent = sa.and_(
        Subscription.gone_at.is_(None),
        Subscription.unshown >= IN_A_ROW,
        Subscription.unshown_since < sa.bindparam("silent_since"),
    )
    lost = sa.and_(
        Subscription.gone_at > sa.bindparam("gone_since"), Subscription.gone_why == GONE, sa.not_(instead)
    )
    return (
        sa.select(
            Subscription.user_id, Subscription.id, Subscription.label, Subscription.unshown_since,
            Subscription.gone_at,
        )
        .where(Subscription.user_id.in_(sa.bindparam("users", expanding=True)), sa.or_(silent, lost))
        .order_by(Subscription.id)
    )  # fmt: skip


def deaf_of(session: Session, user_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, list[Deaf]]:
    """The deaf devices of these people. One query, however many they are."""
    at = now()
    asked = {"users": list(user_ids), "silent_since": at - OVER, "gone_since": at - REMEMBERED}
    rows = session.execute(asking_who_is_deaf(), asked)
    found: dict[uuid.UUID, list[Deaf]] = {}
    for user_id, device_id, label, silent_since, gone_at in rows:
        deaf = Deaf(device_id, label, gone_at or silent_since or at, gone_at is not None)
        found.setdefault(user_id, []).append(deaf)
    return found


# ---- in the transactions of others


def took(session: Session, device_ids: Collection[uuid.UUID], at: datetime) -> None:
    """The services of these devices took an alert; the devices have not said yet that they showed it."""
    session.execute(
        sa.update(Subscription)
        .where(Subscription.id.in_(device_ids))
        .values(
            last_success_at=at,
            unshown=Subscription.unshown + 1,
            unshown_since=sa.func.coalesce(Subscription.unshown_since, sa.literal(at, Moment())),
        )
        .execution_options(synchronize_session=False)
    )


def hears(session: Session, device_id: uuid.UUID, at: datetime) -> None:
    """This device has shown an alert."""
    session.execute(
        sa.update(Subscription)
        .where(Subscription.id == device_id)
        .values(last_shown_at=at, unshown=0, unshown_since=None)
        .execution_options(synchronize_session=False)
    )


def let_go(session: Session, device_ids: Collection[uuid.UUID]) -> None:
    """Their owner says that they are no longer used: nobody is told of them any more."""
    session.execute(
        sa.update(Subscription)
        .where(Subscription.id.in_(device_ids), Subscription.gone_why == GONE)
        .values(gone_why="removed")
        .execution_options(synchronize_session=False)
    )
