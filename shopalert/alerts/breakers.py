"""What push services tell of themselves: wait, your signature is refused, or, by their silence, that they are down.

A service that refuses us or is down is left alone for a while; then a few messages go ahead to see, and the rest follow
when one is accepted. All dispatchers agree, because it lies in rows. In the caller's writing transaction.
"""

from __future__ import annotations

import logging
from collections import Counter
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from shopalert.alerts.models import PushService
from shopalert.alerts.push import Meaning

if TYPE_CHECKING:
    from shopalert.alerts.claims import Result

REFUSED_AT = 3  # refusals of our signature in a row, after which a service is left alone
REFUSED_FOR = timedelta(seconds=60)  # somebody has to put our key right
DOWN_AT = 10  # failures in a row, and
DOWN_SINCE = timedelta(
    seconds=3
)  # for so long, lest devices that share one moment of trouble close it for all
DOWN_FOR = timedelta(seconds=10)
AHEAD = 3  # messages that go ahead to see whether a service that was down is up; of one that refused us one
PASSED = timedelta(seconds=60)

log = logging.getLogger("shopalert.push")


def rest_of(
    refusals: int | None, failures: int | None, since: datetime | None, at: datetime
) -> timedelta | None:
    """How long a service with such a record is left alone before the next few go ahead; None where it is well."""
    if (refusals or 0) >= REFUSED_AT:
        return REFUSED_FOR
    if (failures or 0) >= DOWN_AT and since is not None and at - since >= DOWN_SINCE:
        return DOWN_FOR
    return None


def note(session: Session, results: list[Result], at: datetime) -> None:
    """Write down what answers tell of their services."""
    records: dict[str, Record] = {}
    for each in results:
        records.setdefault(each.claim.origin, Record()).add(each)
    well = [origin for origin, record in records.items() if record.accepted]
    if well:
        # One device with a foreign key must not close a service for all: an acceptance clears the count.
        session.execute(
            sa.delete(PushService)
            .where(PushService.origin.in_(well), sa.or_(PushService.refusals > 0, PushService.failures > 0))
            .execution_options(synchronize_session=False)
        )
    for origin, record in sorted(records.items()):
        if record.wait:
            write(session, origin, wait_until=at + timedelta(seconds=record.wait))
        if not record.accepted and (record.refused or record.failed):
            add(session, origin, record, at)


class Record:
    """What one service answered this time."""

    def __init__(self) -> None:
        self.accepted = self.refused = self.failed = 0
        self.wait = 0.0
        self.reasons: Counter[str] = Counter()

    def add(self, result: Result) -> None:
        answer = result.answer
        self.accepted += answer.meaning is Meaning.ACCEPTED
        self.refused += answer.meaning is Meaning.UNTRUSTED
        self.failed += answer.down
        self.wait = max(self.wait, answer.wait or 0.0)
        if answer.down:
            self.reasons[answer.reason] += 1


def add(session: Session, origin: str, record: Record, at: datetime) -> None:
    """More of the same trouble, without one acceptance between; left alone once it is enough."""
    known = session.execute(
        sa.select(
            PushService.refusals, PushService.failures, PushService.failing_since, PushService.wait_until
        )
        .where(PushService.origin == origin)
        .with_for_update()
    ).one_or_none()
    refusals = record.refused + (known.refusals if known else 0)
    failures = record.failed + (known.failures if known else 0)
    since = (known.failing_since if known else None) or (at if record.failed else None)
    rest = rest_of(refusals, failures, since, at)
    until = max(at + rest if rest else at - PASSED, known.wait_until if known else at - PASSED)
    write(session, origin, refusals=refusals, failures=failures, failing_since=since, wait_until=until)
    if record.refused:
        log.error(
            "push service %s refuses our signature: check the VAPID key and VAPID_SUBJECT%s",
            origin,
            "; left alone for a minute" if rest else "",
        )
    elif rest:
        said = ", ".join(sorted(record.reasons))
        log.error("push service %s is down (%s): left alone for %d s", origin, said, rest.total_seconds())


def write(session: Session, origin: str, **values: Any) -> None:
    """Insert or change a service's row."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    session.execute(
        insert(PushService)
        .values(origin=origin, **{"refusals": 0, "failures": 0, **values})
        .on_conflict_do_update(index_elements=["origin"], set_=values)
    )


def forget(session: Session, at: datetime) -> None:
    """Waits that are long over."""
    session.execute(
        sa.delete(PushService)
        .where(PushService.wait_until < at - timedelta(days=1))
        .execution_options(synchronize_session=False)
    )
