"""The dispatcher: takes queued deliveries, sends them, and writes down what became of each.

Any number of dispatchers may run; `claims.py` keeps them off each other's rows. One writing transaction a turn
settles what came back and claims what is next, so that a fan-out to a thousand devices is some dozens of
transactions and not thousands.
"""

from __future__ import annotations

import logging
import threading
import time
import uuid
from collections import Counter
from dataclasses import dataclass, replace
from typing import Any

import gevent
import sqlalchemy as sa
from flask import Flask
from flask_babel import gettext as _
from gevent.event import Event as Bell
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session

from shopalert.alerts import announcement, figures
from shopalert.alerts.announcement import Words
from shopalert.alerts.claims import PER_SERVICE, Claim, Result, claim, is_due, settle, sweep
from shopalert.alerts.models import Delivery, Event, Subscription
from shopalert.alerts.payload import LONGEST_TTL, minimal, payload, receipt_token, topic
from shopalert.alerts.push import OUR_FAULT, Answer, Meaning, Message, Sender
from shopalert.alerts.recipients import TEST, may_read, untold_of, viewers
from shopalert.alerts.wakes import wakes
from shopalert.config import Config
from shopalert.db import Busy, now, writing
from shopalert.schemes.models import Scheme
from shopalert.wall import crossing

POLL = 1.0  # seconds after which we look although nobody rang
AT_ONCE = 128  # sends under way that are not slow
SLOW = 0.3  # seconds after which a send no longer counts among those: a hanging service holds up no other
MOST_OF_ONE, MOST = 256, 512  # sends under way, slow ones too: to one push service, and in all
GATHER = 0.02  # seconds in which results are gathered into one transaction
SWEEP = 10.0  # seconds between looks for what nobody wants any more

log = logging.getLogger("shopalert.push")


@dataclass(frozen=True)
class Job:
    """A claim that is to be sent, and what."""

    claim: Claim
    message: Message
    shorter: bytes


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
        self.under_way: dict[uuid.UUID, tuple[float, str]] = {}  # delivery: since when, to which service
        self.results: list[Result] = []
        self.swept = 0.0

    def run(self, stop: threading.Event) -> None:
        while not stop.is_set():
            try:
                more = self.turn()
            except (Busy, OperationalError, PoolTimeout) as trouble:
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
        self.bell.wait(0.1 if self.under_way else POLL)
        self.bell.clear()
        end = time.monotonic() + GATHER
        while self.results and self.under_way and (left := end - time.monotonic()) > 0:
            self.bell.wait(left)
            self.bell.clear()

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

    def room(self) -> tuple[int, Counter[str]]:
        """How many more may be under way, and how busy each service is with us."""
        since = time.monotonic() - SLOW
        busy = Counter(origin for began, origin in self.under_way.values() if began > since)
        room = max(0, min(AT_ONCE - busy.total(), MOST - len(self.under_way)))
        for origin, many in Counter(origin for _began, origin in self.under_way.values()).items():
            if many >= MOST_OF_ONE:
                busy[origin] = PER_SERVICE
        return room, busy

    def turn(self, claiming: bool = True) -> bool:
        """Settle what came back, claim what is next, send it. Whether there was anything to do."""
        settling, (room, busy) = self.results[:], self.room() if claiming else (0, Counter())
        full = [origin for origin, many in busy.items() if many >= PER_SERVICE]
        sweeping = claiming and time.monotonic() - self.swept > SWEEP
        with crossing("deliveries") as session:
            if not settling and not sweeping and not (room and is_due(session, full)):
                return False
            with writing(session):
                settle(session, settling)
                if sweeping:
                    sweep(session)
                claims = claim(session, room, busy) if room else []
            self.results = self.results[len(settling) :]
            if sweeping:
                self.swept = time.monotonic()
            if claims:
                gevent.sleep(0)  # pages of the same process have their turn between the two halves of ours
                self.start(session, claims)
            session.rollback()
        return bool(settling or claims)

    def start(self, session: Session, claims: list[Claim]) -> None:
        """Send what may be sent; the others are settled with the reason at the next turn."""
        for job in prepare(session, claims, self.config):
            if isinstance(job, Result):
                self.results.append(job)
            else:
                self.under_way[job.claim.delivery_id] = time.monotonic(), job.claim.origin
                gevent.spawn(self.deliver, job)

    def deliver(self, job: Job) -> None:
        """In a greenlet of its own."""
        began = time.monotonic()
        try:
            answer = self.attempt(job)
        except Exception:
            log.exception("a push could not be sent")
            answer = Answer(Meaning.LATER, OUR_FAULT)
        finally:
            self.under_way.pop(job.claim.delivery_id, None)
        figures.push_answered(job.claim.origin, answer.meaning, time.monotonic() - began)
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


def prepare(session: Session, claims: list[Claim], config: Config) -> list[Job | Result]:
    """The messages, after asking once more whether each person may still read what it tells of."""
    rows = session.execute(
        sa.select(
            Delivery.id,
            Delivery.user_id,
            Delivery.event_seq,
            Delivery.kind,
            Delivery.silent,
            Delivery.queued_at,
            Subscription.endpoint,
            Subscription.p256dh,
            Subscription.auth,
        )
        .join(Subscription, Subscription.id == Delivery.subscription_id)
        .where(Delivery.id.in_([each.delivery_id for each in claims]))
    ).all()
    told = session.execute(
        sa.select(Event, Scheme.lock_screen)
        .join(Scheme, Scheme.id == Event.scheme_id)
        .where(Event.seq.in_({row.event_seq for row in rows}))
    )
    events: dict[int | None, tuple[Event | None, str]] = {event.seq: (event, level) for event, level in told}
    found = {row.id: row for row in rows}
    people = viewers(session, {row.user_id for row in rows})
    untold = untold_of(session, [event for event, _level in events.values() if event])
    said: dict[tuple[int | None, str], Words | Answer] = {}
    ready: list[Job | Result] = []
    for each in claims:
        row = found.get(each.delivery_id)
        if row is None:  # erased meanwhile
            continue
        event, level = events.get(row.event_seq, (None, ""))
        if not row.endpoint:
            ready.append(Result(each, Answer(Meaning.GONE, "the device is gone")))
            continue
        viewer = people.get(row.user_id)
        if not (may_read(viewer, event, untold) if viewer and event else row.kind == TEST):
            ready.append(Result(each, Answer(Meaning.FAILED, "may not read it")))
            continue
        key = row.event_seq, level
        if key not in said:
            said[key] = words_of(session, event, level) if event else test_words()
        words = said[key]
        if isinstance(words, Answer):
            ready.append(Result(each, words))
            continue
        if row.silent:
            words = replace(words, silent=True)
        ttl = int(min(words.ttl, LONGEST_TTL) - (now() - row.queued_at).total_seconds())
        if ttl <= 0:
            ready.append(Result(each, Answer(Meaning.FAILED, "expired")))
            continue
        facts: dict[str, Any] = {
            "base_url": config.base_url,
            "alert": str(event.id if event else row.id),
            "token": receipt_token(config.secret_key, row.id),
        }
        message = Message(
            endpoint=row.endpoint,
            p256dh=row.p256dh,
            auth=row.auth,
            body=payload(words, **facts),
            ttl=ttl,
            urgency=words.urgency,
            topic=topic((event.incident_id or event.thing_id) if event else row.id),
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
        return Answer(Meaning.LATER, OUR_FAULT)
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
