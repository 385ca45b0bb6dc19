"""The rows of the dispatcher: which deliveries are next, whose they are meanwhile, what became of them.

A delivery is claimed with a lease before it is sent and settled after. A dispatcher that dies leaves leases that
run out, and another takes them; two never take the same. All of it in the caller's writing transaction.
"""

from __future__ import annotations

import logging
import random
import uuid
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from shopalert.alerts.devices import retire
from shopalert.alerts.models import Delivery, PushService, Subscription
from shopalert.alerts.push import Answer, Meaning
from shopalert.db import Moment, now

LEASE = timedelta(seconds=60)  # longer than the longest three attempts of one delivery
FIRST_WAIT, LONGEST_WAIT = 5.0, 15 * 60.0
BREAKS_AT = 3  # refusals of our signature in a row, after which a service is left alone
BREAK = timedelta(seconds=60)
EXPIRED_AFTER = sa.func.substr("expired after " + Delivery.failure, 1, 80)

log = logging.getLogger("shopalert.push")


@dataclass(frozen=True)
class Claim:
    """A delivery that is ours until the lease runs out."""

    delivery_id: uuid.UUID
    subscription_id: uuid.UUID
    origin: str
    lease: datetime
    attempts: int
    expires_at: datetime


@dataclass(frozen=True)
class Result:
    """What became of a claim."""

    claim: Claim
    answer: Answer


def waits(at: datetime) -> Any:
    """Rows that may be taken now: due, or left behind by a dispatcher that died."""
    return sa.or_(
        sa.and_(Delivery.state == "queued", Delivery.due_at <= at),
        sa.and_(Delivery.state == "sending", Delivery.lease_until < at),
    )


def due(at: datetime) -> sa.Select[uuid.UUID, uuid.UUID, int, datetime, str, int]:
    """Deliveries to take, the longest due first, past those whose service asked us to wait."""
    return (
        sa.select(
            Delivery.id,
            Delivery.subscription_id,
            Delivery.attempts,
            Delivery.expires_at,
            Subscription.origin,
            PushService.refusals,
        )
        .join(Subscription, Subscription.id == Delivery.subscription_id)
        .outerjoin(PushService, PushService.origin == Subscription.origin)
        .where(waits(at), sa.or_(PushService.origin.is_(None), PushService.wait_until <= at))
        .order_by(Delivery.due_at, Delivery.id)
    )


def is_due(session: Session) -> bool:
    """Whether anything waits: a look, so that an idle dispatcher never takes the writer's turn."""
    return session.execute(due(now()).limit(1)).first() is not None


def claim(session: Session, room: int) -> list[Claim]:
    """Take up to so many deliveries for LEASE. In the caller's writing transaction."""
    at = now()
    lease = at + LEASE
    claims, tried = [], set()
    for row in session.execute(due(at).limit(room).with_for_update(skip_locked=True, of=Delivery)):
        if (row.refusals or 0) >= BREAKS_AT:  # a service that refused us: one goes ahead to see
            if row.origin in tried:
                continue
            tried.add(row.origin)
        claims.append(Claim(row.id, row.subscription_id, row.origin, lease, row.attempts + 1, row.expires_at))
    if tried:
        session.execute(
            sa.update(PushService).where(PushService.origin.in_(tried)).values(wait_until=at + BREAK)
        )
    if claims:
        session.execute(
            sa.update(Delivery)
            .where(Delivery.id.in_([each.delivery_id for each in claims]))
            .values(state="sending", lease_until=lease, attempts=Delivery.attempts + 1)
            .execution_options(synchronize_session=False)
        )
    return claims


# ---- what became of it


def settle(session: Session, results: list[Result]) -> None:
    """Write down results. A row that another dispatcher has taken since keeps that one's lease."""
    if not results:
        return
    at = now()
    accepted = [each.claim for each in results if each.answer.meaning is Meaning.ACCEPTED]
    if accepted:
        session.execute(
            sa.update(Delivery)
            .where(Delivery.id.in_([each.delivery_id for each in accepted]))
            .values(
                # A receipt may have been quicker than we are: shown stays shown.
                state=sa.case((Delivery.state == "sending", "sent"), else_=Delivery.state),
                sent_at=sa.func.coalesce(Delivery.sent_at, sa.literal(at, Moment())),
                lease_until=None,
                failure="",
            )
            .execution_options(synchronize_session=False)
        )
        session.execute(
            sa.update(Subscription)
            .where(Subscription.id.in_({each.subscription_id for each in accepted}))
            .values(last_success_at=at)
            .execution_options(synchronize_session=False)
        )
    retire(
        session,
        {each.claim.subscription_id for each in results if each.answer.meaning is Meaning.GONE},
        "the device is gone",
    )
    for each in results:
        if each.answer.meaning not in (Meaning.ACCEPTED, Meaning.GONE):
            write_off_or_later(session, each, at)
    services(session, results, at)


def write_off_or_later(session: Session, result: Result, at: datetime) -> None:
    """Put a delivery back for later, or give it up."""
    of, answer = result.claim, result.answer
    values: dict[str, Any] = {"lease_until": None, "state": "failed", "failure": answer.reason[:80]}
    if answer.meaning is Meaning.LATER:
        again = at + timedelta(seconds=backoff(of.attempts) if answer.wait is None else answer.wait)
        if again < of.expires_at:
            values |= {"state": "queued", "due_at": again}
        else:
            values["failure"] = f"expired after {answer.reason}"[:80]
    session.execute(
        sa.update(Delivery)
        .where(Delivery.id == of.delivery_id, Delivery.state == "sending", Delivery.lease_until == of.lease)
        .values(values)
        .execution_options(synchronize_session=False)
    )


def backoff(attempts: int) -> float:
    """Seconds until the next attempt: 5, 10, 20 … up to 15 minutes, and up to a quarter more, so that a
    service which comes back is not met by all at once."""
    wait = min(FIRST_WAIT * 2 ** min(attempts - 1, 12), LONGEST_WAIT)
    return min(wait * (1 + random.random() / 4), LONGEST_WAIT)  # noqa: S311


def services(session: Session, results: list[Result], at: datetime) -> None:
    """What the answers tell of the push services themselves: wait, refused us, or well again."""
    well = {each.claim.origin for each in results if each.answer.meaning is Meaning.ACCEPTED}
    refused = Counter(each.claim.origin for each in results if each.answer.meaning is Meaning.UNTRUSTED)
    pauses: dict[str, float] = {}
    for each in results:
        if each.answer.wait:
            pauses[each.claim.origin] = max(each.answer.wait, pauses.get(each.claim.origin, 0.0))
    if well:
        # One device with a foreign key must not close a service for all: an acceptance clears the count.
        session.execute(
            sa.delete(PushService)
            .where(PushService.origin.in_(well), PushService.refusals > 0)
            .execution_options(synchronize_session=False)
        )
    for origin, seconds in sorted(pauses.items()):
        note_service(session, origin, wait_until=at + timedelta(seconds=seconds))
    for origin, many in sorted(refused.items()):
        if origin in well:
            continue
        known = session.scalar(sa.select(PushService.refusals).where(PushService.origin == origin)) or 0
        broken = known + many >= BREAKS_AT
        note_service(session, origin, refusals=known + many, wait_until=at + BREAK if broken else at - LEASE)
        log.error(
            "push service %s refuses our signature: check the VAPID key and VAPID_SUBJECT%s",
            origin,
            "; left alone for a minute" if broken else "",
        )


def note_service(session: Session, origin: str, **values: Any) -> None:
    """Insert or change a service's row."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    session.execute(
        insert(PushService)
        .values(origin=origin, **{"refusals": 0, **values})
        .on_conflict_do_update(index_elements=["origin"], set_=values)
    )


def sweep(session: Session) -> None:
    """Give up what nobody wants any more, and forget waits that are over."""
    at = now()
    session.execute(
        sa.update(Delivery)
        .where(
            Delivery.expires_at <= at,
            sa.or_(
                Delivery.state == "queued", sa.and_(Delivery.state == "sending", Delivery.lease_until < at)
            ),
        )
        .values(
            state="failed",
            lease_until=None,
            failure=sa.case((Delivery.failure == "", "expired"), else_=EXPIRED_AFTER),
        )
        .execution_options(synchronize_session=False)
    )
    session.execute(
        sa.delete(PushService)
        .where(PushService.wait_until < at - timedelta(days=1))
        .execution_options(synchronize_session=False)
    )


def backlog(session: Session) -> tuple[int, float]:
    """How many deliveries are due and untaken, and for how many seconds the oldest has been. For /readyz.

    What a push service asked us to wait with is not our backlog.
    """
    at = now()
    ready = due(at).order_by(None).subquery()
    many, oldest = session.execute(
        sa.select(sa.func.count(), sa.func.min(Delivery.due_at)).where(Delivery.id.in_(sa.select(ready.c.id)))
    ).one()
    return many, (at - oldest).total_seconds() if oldest else 0.0
