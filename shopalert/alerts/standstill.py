"""Whether alerts stand still while they should not, and by what one knows it.

Asked by /readyz, by the doctor, and by the watch that writes to the operators. A push service that asked us to wait is
no standstill, and neither is a town where nothing happens.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from shopalert.alerts.claims import backlog
from shopalert.alerts.models import Delivery
from shopalert.db import now, uuid7

LATE = 60.0  # seconds that a due delivery may wait, and that one may lie behind after its sender died
OF_LATE = timedelta(minutes=15)
FEW = 5  # attempts without one success are chance
A_DAY = timedelta(days=1)
MANY = 20  # alerts to several phones, and not one shown, are no chance
PHONES = 5
OUR_OWN = ("may not read it", "nothing to say", "expired")  # failures for which no service was asked
LOOKED_AT = 1000  # the newest deliveries

# The codes of signs.
WAITING, STUCK, REFUSED, UNSHOWN, SCREENS = "waiting", "stuck", "refused", "unshown", "screens"


@dataclass(frozen=True)
class Sign:
    """By what one knows it: a code, how many deliveries, and for how many seconds the oldest."""

    code: str
    many: int
    seconds: float = 0.0


def signs(session: Session) -> list[Sign]:
    """All signs that alerts stand still; none where all is well."""
    at = now()
    many, waited = backlog(session)
    lapsed = stuck(session, at)
    found = [Sign(WAITING, many, waited)] if waited > LATE else []
    if lapsed.seconds > LATE:
        found.append(lapsed)
    tried, taken = attempts(session, at)
    if tried >= FEW and not taken:
        found.append(Sign(REFUSED, tried))
    sent, shown, phones = shown_of(session, at)
    if sent >= MANY and phones >= PHONES and not shown:
        found.append(Sign(UNSHOWN, sent))
    return found


def stuck(session: Session, at: datetime) -> Sign:
    """Deliveries whose sender died: the lease has run out and nobody has taken them again."""
    many, since = session.execute(
        sa.select(sa.func.count(), sa.func.min(Delivery.lease_until)).where(
            Delivery.state == "sending", Delivery.lease_until < at
        )
    ).one()
    return Sign(STUCK, many, (at - since).total_seconds() if since else 0.0)


def attempts(session: Session, at: datetime) -> tuple[int, int]:
    """Of late: deliveries that were tried, and of those how many some service has taken."""
    tried, taken = session.execute(
        sa.select(sa.func.count(), sa.func.count(Delivery.sent_at)).where(
            Delivery.id > uuid7(at - OF_LATE),
            Delivery.attempts > 0,
            Delivery.state.in_(("queued", "failed", "sent", "shown", "opened")),
            Delivery.failure.not_in(OUR_OWN),
        )
    ).one()
    return tried, taken


def shown_of(session: Session, at: datetime) -> tuple[int, int, int]:
    """In a day: deliveries that services took a while ago, how many were shown, and to how many phones they went."""
    newest = (
        sa.select(Delivery.subscription_id, Delivery.shown_at)
        .where(Delivery.id > uuid7(at - A_DAY), Delivery.sent_at < at - OF_LATE)
        .order_by(Delivery.id.desc())
        .limit(LOOKED_AT)
        .subquery()
    )
    sent, shown, phones = session.execute(
        sa.select(
            sa.func.count(),
            sa.func.count(newest.c.shown_at),
            sa.func.count(newest.c.subscription_id.distinct()),
        )
    ).one()
    return sent, shown, phones


# ---- figures


def by_state(session: Session) -> dict[str, int]:
    """Deliveries of the last day by their state."""
    rows = session.execute(
        sa.select(Delivery.state, sa.func.count())
        .where(Delivery.id > uuid7(now() - A_DAY))
        .group_by(Delivery.state)
    )
    return {row[0]: row[1] for row in rows}


def lags_of_late(session: Session) -> list[float]:
    """Seconds from what happened to the service's answer, of the newest deliveries of late, the shortest first."""
    at = now()
    rows = session.execute(
        sa.select(Delivery.queued_at, Delivery.sent_at)
        .where(Delivery.id > uuid7(at - OF_LATE), Delivery.sent_at.is_not(None))
        .order_by(Delivery.id.desc())
        .limit(LOOKED_AT)
    )
    return sorted((sent - queued).total_seconds() for queued, sent in rows if sent)
