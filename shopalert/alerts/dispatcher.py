"""The dispatcher: takes queued deliveries, sends them, and writes down what became of each.

A delivery is a row, written with what it tells of. It is claimed with a lease before it is sent and settled
after; a dispatcher that dies leaves leases that run out, and another takes them. Any number of dispatchers may
run. One writing transaction a turn settles what came back and claims what is next, so that a fan-out to a
thousand devices is some dozens of transactions and not thousands.
"""

from __future__ import annotations

import logging
import random
import threading
import time
import uuid
from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import gevent
import sqlalchemy as sa
from flask import Flask
from flask_babel import gettext as _
from gevent.event import Event as Bell
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session

from shopalert.alerts import announcement
from shopalert.alerts.announcement import Words
from shopalert.alerts.devices import retire
from shopalert.alerts.models import Delivery, Event, PushService, Subscription
from shopalert.alerts.payload import LONGEST_TTL, minimal, payload, receipt_token, topic
from shopalert.alerts.push import Answer, Meaning, Message, Sender
from shopalert.alerts.recipients import TEST, may_read, viewers
from shopalert.alerts.wakes import wakes
from shopalert.config import Config
from shopalert.db import Busy, Moment, now, writing
from shopalert.schemes.models import Scheme
from shopalert.wall import crossing

LEASE = timedelta(seconds=60)  # longer than the longest three attempts of one delivery
POLL = 1.0  # seconds after which we look although nobody rang
AT_ONCE = 32  # sends under way that are not slow
SLOW = 1.0  # seconds after which a send no longer counts among those: a hanging service holds up no other
MOST = 256  # sends under way in all
GATHER = 0.02  # seconds in which results are gathered into one transaction
SWEEP = 10.0  # seconds between looks for what nobody wants any more
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
class Job:
    """A claim that is to be sent, and what."""

    claim: Claim
    message: Message
    shorter: bytes


@dataclass(frozen=True)
class Result:
    """What became of a claim."""

    claim: Claim
    answer: Answer


def run(app: Flask, stop: threading.Event) -> None:
    """Dispatch until stopped."""
    with app.app_context():
        Dispatcher(app.config["SHOPALERT"]).run(stop)


class Dispatcher:
    """One of any number."""

    def __init__(self, config: Config, sender: Sender | None = None) -> None:
        self.config = config
        self.sender = sender or Sender(config)
        self.bell: Bell = wakes.bell()
        self.under_way: dict[uuid.UUID, float] = {}  # delivery: since when
        self.results: list[Result] = []
        self.swept = 0.0

    def run(self, stop: threading.Event) -> None:
        while not stop.is_set():
            try:
                more = self.turn()
            except (Busy, DBAPIError, PoolTimeout) as trouble:
                # The results stay with us, and the leases with their rows: nothing is lost by waiting.
                log.warning("the dispatcher waits for the database: %s", type(trouble).__name__)
                gevent.sleep(0.5)
                continue
            except Exception:
                log.exception("a turn of the dispatcher failed")
                gevent.sleep(POLL)
                continue
            if not more:
                self.wait()
        self.finish()

    def wait(self) -> None:
        """Until somebody rings, a result comes back, or it is time to look."""
        self.bell.wait(0.25 if self.under_way else POLL)
        self.bell.clear()
        if self.results and self.under_way:
            gevent.sleep(GATHER)

    def finish(self) -> None:
        """Stopped: write down what came back. The rest is taken again when its lease runs out."""
        end = time.monotonic() + 3
        while self.under_way and time.monotonic() < end:
            gevent.sleep(0.05)
        try:
            if self.results:
                self.turn(claiming=False)
        except (Busy, DBAPIError, PoolTimeout):
            log.warning("stopped with %d results unwritten", len(self.results))

    def room(self) -> int:
        """How many more may be under way."""
        since = time.monotonic() - SLOW
        quick = sum(began > since for began in self.under_way.values())
        return max(0, min(AT_ONCE - quick, MOST - len(self.under_way)))

    def turn(self, claiming: bool = True) -> bool:
        """Settle what came back, claim what is next, send it. Whether there was anything to do."""
        settling, room = self.results[:], self.room() if claiming else 0
        sweeping = claiming and time.monotonic() - self.swept > SWEEP
        with crossing("deliveries") as session:
            if not settling and not sweeping and not (room and is_due(session)):
                return False
            with writing(session):
                settle(session, settling)
                if sweeping:
                    sweep(session)
                claims = claim(session, room) if room else []
            self.results = self.results[len(settling) :]
            if sweeping:
                self.swept = time.monotonic()
            if claims:
                self.start(session, claims)
            session.rollback()
        return bool(settling or claims)

    def start(self, session: Session, claims: list[Claim]) -> None:
        """Send what may be sent; the others are settled with the reason at the next turn."""
        for job in prepare(session, claims, self.config):
            if isinstance(job, Result):
                self.results.append(job)
            else:
                self.under_way[job.claim.delivery_id] = time.monotonic()
                gevent.spawn(self.deliver, job)

    def deliver(self, job: Job) -> None:
        """In a greenlet of its own."""
        try:
            answer = self.attempt(job)
        except Exception:
            log.exception("a push could not be sent")
            answer = Answer(Meaning.LATER, "our own fault")
        finally:
            self.under_way.pop(job.claim.delivery_id, None)
        self.results.append(Result(job.claim, answer))
        self.bell.set()

    def attempt(self, job: Job) -> Answer:
        """Send; once more with a fresh signature where ours was refused, once more shorter where it was too large."""
        answer = self.sender.send(job.message)
        if answer.meaning is Meaning.UNTRUSTED:
            self.sender.signer.renew(job.claim.origin)
            answer = self.sender.send(job.message)
        if answer.meaning is Meaning.TOO_LARGE:
            answer = self.sender.send(replace(job.message, body=job.shorter))
        return answer


# ---- what is next


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


def prepare(session: Session, claims: list[Claim], config: Config) -> list[Job | Result]:
    """The messages, after asking once more whether each person may still read what it tells of."""
    rows = session.execute(
        sa.select(Delivery, Subscription, Event, Scheme.lock_screen)
        .join(Subscription, Subscription.id == Delivery.subscription_id)
        .outerjoin(Event, Event.seq == Delivery.event_seq)
        .outerjoin(Scheme, Scheme.id == Event.scheme_id)
        .where(Delivery.id.in_([each.delivery_id for each in claims]))
    ).all()
    found = {row[0].id: row for row in rows}
    people = viewers(session, {row[0].user_id for row in rows})
    said: dict[tuple[int | None, str | None], Words | Answer] = {}
    ready: list[Job | Result] = []
    for each in claims:
        row = found.get(each.delivery_id)
        if row is None:  # erased meanwhile
            continue
        delivery, device, event, level = row
        if not device.endpoint:
            ready.append(Result(each, Answer(Meaning.GONE, "the device is gone")))
            continue
        viewer = people.get(delivery.user_id)
        if not (may_read(viewer, event) if viewer and event else delivery.kind == TEST):
            ready.append(Result(each, Answer(Meaning.FAILED, "may not read it")))
            continue
        key = delivery.event_seq, level
        if key not in said:
            said[key] = words_of(session, event, level) if event else test_words()
        words = said[key]
        if isinstance(words, Answer):
            ready.append(Result(each, words))
            continue
        ttl = int(min(words.ttl, LONGEST_TTL) - (now() - delivery.queued_at).total_seconds())
        if ttl <= 0:
            ready.append(Result(each, Answer(Meaning.FAILED, "expired")))
            continue
        facts: dict[str, Any] = {
            "base_url": config.base_url,
            "alert": str(event.id if event else delivery.id),
            "token": receipt_token(config.secret_key, delivery.id),
        }
        message = Message(
            endpoint=device.endpoint,
            p256dh=device.p256dh,
            auth=device.auth,
            body=payload(words, **facts),
            ttl=ttl,
            urgency=words.urgency,
            topic=topic((event.incident_id or event.thing_id) if event else delivery.id),
        )
        ready.append(Job(each, message, minimal(words, **facts)))
    return ready


def words_of(session: Session, event: Event, level: str) -> Words | Answer:
    """What the domain says of it, or why there is nothing to send."""
    try:
        words = announcement.of(event.kind).words(session, event, level)
    except Exception:
        # One kind of event with a fault in it must not keep all others from being sent.
        log.exception("no words for %s", event.kind)
        return Answer(Meaning.LATER, "our own fault")
    return words or Answer(Meaning.FAILED, "nothing to say")


def test_words() -> Words:
    """What a test says."""
    return Words(
        title=_("Alerts work on this device"),
        body=_("This is the test you asked for."),
        url="/alerts",
        tag="alert-test",
        urgency="high",
        ttl=600,
    )


test_words.__test__ = False  # type: ignore[attr-defined]


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
