"""The rows of the dispatcher: which deliveries are next, whose they are meanwhile, what became of them.

A delivery is claimed with a lease before it is sent and settled after. A dispatcher that dies leaves leases that
run out, and another takes them; two never take the same. All of it in the caller's writing transaction.
"""

from __future__ import annotations

import logging
import random
import uuid
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from shopalert.alerts import breakers, deaf
from shopalert.alerts.devices import retire
from shopalert.alerts.models import Delivery, PushService, Subscription
from shopalert.alerts.push import Answer, Meaning
from shopalert.db import Moment, now

LEASE = timedelta(seconds=60)  # longer than the longest three attempts of one delivery
FIRST_WAIT, LONGEST_WAIT = 5.0, 15 * 60.0
PER_SERVICE = 32  # quick sends under way to one push service
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


def due(at: datetime, full: Collection[str] = ()) -> Any:
    """Deliveries to take, past those whose service asked us to wait or has enough to do. Those never tried come first:
    what is tried again, perhaps in vain, holds up nothing new."""
    chosen = (
        sa.select(
            Delivery.id,
            Delivery.subscription_id,
            Delivery.attempts,
            Delivery.expires_at,
            Subscription.origin,
            PushService.refusals,
            PushService.failures,
            PushService.failing_since,
        )
        .join(Subscription, Subscription.id == Delivery.subscription_id)
        .outerjoin(PushService, PushService.origin == Subscription.origin)
        .where(waits(at), sa.or_(PushService.origin.is_(None), PushService.wait_until <= at))
        .order_by(Delivery.attempts > 0, Delivery.due_at, Delivery.id)
    )
    return chosen.where(Subscription.origin.not_in(full)) if full else chosen


def is_due(session: Session, full: Collection[str] = ()) -> bool:
    """Whether anything waits: a look, so that an idle dispatcher never takes the writer's turn."""
    return session.execute(due(now(), full).order_by(None).limit(1)).first() is not None


def claim(session: Session, room: int, busy: Counter[str] | None = None) -> list[Claim]:
    """Take up to so many deliveries for LEASE, so that no service is sent more than PER_SERVICE at a time. `busy` says
    how many each is sent already. In the caller's writing transaction."""
    at = now()
    lease = at + LEASE
    busy = Counter() if busy is None else busy
    claims: list[Claim] = []
    ahead: Counter[str] = Counter()  # to services that were in trouble: a few go ahead to see
    rests: dict[str, timedelta] = {}
    full = [origin for origin, many in busy.items() if many >= PER_SERVICE]
    for row in session.execute(due(at, full).limit(room).with_for_update(skip_locked=True, of=Delivery)):
        rest = breakers.rest_of(row.refusals, row.failures, row.failing_since, at)
        if rest:
            if ahead[row.origin] >= (1 if rest is breakers.REFUSED_FOR else breakers.AHEAD):
                continue
            ahead[row.origin] += 1
            rests[row.origin] = rest
        elif busy[row.origin] >= PER_SERVICE:
            continue
        busy[row.origin] += 1
        claims.append(Claim(row.id, row.subscription_id, row.origin, lease, row.attempts + 1, row.expires_at))
    for origin, rest in sorted(rests.items()):
        breakers.write(session, origin, wait_until=at + rest)
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
        deaf.took(session, {each.subscription_id for each in accepted}, at)
    retire(
        session,
        {each.claim.subscription_id for each in results if each.answer.meaning is Meaning.GONE},
        deaf.GONE,
    )
    for each in results:
        if each.answer.meaning not in (Meaning.ACCEPTED, Meaning.GONE):
            write_off_or_later(session, each, at)
    breakers.note(session, results, at)


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
    breakers.forget(session, at)


def backlog(session: Session) -> tuple[int, float]:
    """How many deliveries are due and untaken, and for how many seconds the oldest has been. For /readyz.

    What a push service asked us to wait with is not our backlog.
    """
    at = now()
    ready = due(at).order_by(None).subquery()
    untaken_since = sa.case((Delivery.state == "sending", Delivery.lease_until), else_=Delivery.due_at)
    many, oldest = session.execute(
        sa.select(sa.func.count(), sa.func.min(untaken_since)).where(Delivery.id.in_(sa.select(ready.c.id)))
    ).one()
    return many, (at - oldest).total_seconds() if oldest else 0.0
