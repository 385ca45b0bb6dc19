"""Who is told: of those an announcement names, only who may read what it tells of, and only as they wish.

The wall and the table decide, not the announcement: a name too many there alerts nobody who may not know. Then each
person's own choice does (`preferences`), in the transaction of what happened: what it keeps back is never sent later.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection, Iterable
from datetime import timedelta
from typing import Any, Protocol

import sqlalchemy as sa
from sqlalchemy.orm import Session

from shopalert import mail
from shopalert.accounts.models import User
from shopalert.alerts import announcement
from shopalert.alerts.announcement import URGENT
from shopalert.alerts.choices import Wish, muted_by, wishes_of
from shopalert.alerts.models import Delivery, Event, Repeat, Subscription
from shopalert.alerts.payload import LONGEST_TTL, receipt_token, token_hash
from shopalert.alerts.preferences import MAIL, PUSH, STANDARD, Verdict, decides
from shopalert.config import config
from shopalert.db import db, now, uuid7
from shopalert.permissions import can
from shopalert.protection.clocks import clocks
from shopalert.schemes.models import Scheme
from shopalert.schemes.viewer import UNTOLD, Viewer, viewers
from shopalert.wall import may_hear

READS = "incident.read"
REPEAT_AFTER = timedelta(
    minutes=3
)  # who could look has looked by then, and what happens now may still happen
CALL_AGAIN_AFTER = timedelta(minutes=2)  # of a call for help, also where other alerts ring once
TEST = "alert.test"


Wishes = Callable[[Session, uuid.UUID, Collection[uuid.UUID]], dict[uuid.UUID, Wish]]


class Tells(Protocol):
    """What is asked of an event: whose scheme, and which part of it."""

    scheme_id: uuid.UUID
    audience: str
    incident_id: uuid.UUID | None


def untold_of(session: Session, events: Iterable[Tells]) -> set[uuid.UUID]:
    """Which of the incidents that these tell of the police were not told of, as of now."""
    incident = db.metadata.tables["incident"]
    ids = {event.incident_id for event in events if event.incident_id is not None}
    known = sa.select(incident.c.id).where(incident.c.id.in_(ids), incident.c.told_police)
    return ids - set(session.scalars(known)) if ids else set()


def may_read(viewer: Viewer, event: Tells, untold: Collection[uuid.UUID] = ()) -> bool:
    """Whether an event lies within a viewer's wall, in an audience of theirs, and is theirs to read."""
    theirs = viewer.audiences(event.scheme_id)
    known = event.incident_id not in untold or UNTOLD in theirs
    return known and may_hear(event.audience, theirs) and can(viewer, READS, event)


def queue_deliveries(session: Session, event: Event, user_ids: Collection[uuid.UUID]) -> int:
    """Queue the event for each live device of those told whom it may wake, in the transaction of the event. How many.

    Never for devices of whoever did it: they know.
    """
    told = set(user_ids) - {event.actor_id}
    untold = untold_of(session, [event])
    people = viewers(session, told)
    readers = [user_id for user_id, viewer in people.items() if may_read(viewer, event, untold)]
    verdicts = verdicts_of(session, event, readers)
    if announcement.mails(event):
        write_at_once(session, event, [who for who, verdict in verdicts.items() if MAIL in verdict.channels])
    ring = {who: verdict.silent for who, verdict in verdicts.items() if PUSH in verdict.channels}
    many = _queue(session, ring, event.at, event)
    if many:
        repeat_later(session, event)
    return many


def repeat_later(session: Session, event: Event) -> None:
    """Once more after a while, to whoever will have let an urgent alert be; unless the scheme wants one ring only."""
    weight = announcement.weight(session, event)
    if weight is None or weight.priority < URGENT or not announcement.again(event):
        return
    if weight.calls or session.get_one(Scheme, event.scheme_id).repeat_urgent:
        due = event.at + (CALL_AGAIN_AFTER if weight.calls else REPEAT_AFTER)
        session.add(Repeat(scheme_id=event.scheme_id, event_seq=event.seq, due_at=due))
        session.flush()


def verdicts_of(
    session: Session, event: Event, readers: Collection[uuid.UUID], wishes_of: Wishes = wishes_of
) -> dict[uuid.UUID, Verdict]:
    """What each reader's own choice makes of the event: the same few queries for one reader and for a thousand."""
    weight = announcement.weight(session, event)
    if weight is None or not readers:
        return {who: decides(STANDARD, None, event.at) for who in readers}
    scheme = session.get_one(Scheme, event.scheme_id)
    wishes, muted = wishes_of(session, event.scheme_id, readers), muted_by(session, event.incident_id)
    return {
        who: decides(
            wish.choice, weight, event.at, wish.post, break_through=scheme.break_through, muted=who in muted
        )
        for who, wish in wishes.items()
    }


def write_at_once(session: Session, event: Event, user_ids: Collection[uuid.UUID]) -> None:
    """A letter that says that there is something and where to read it, never what: for who chose letters."""
    if not user_ids:
        return
    scheme = session.get_one(Scheme, event.scheme_id)
    weight = announcement.weight(session, event)
    for user in session.scalars(sa.select(User).where(User.id.in_(user_ids)).order_by(User.id)):
        facts = {
            "name": user.short_name,
            "scheme": scheme.name,
            "slug": scheme.slug,
            "incident": event.incident_id,
            "practice": weight is not None and weight.practice,
            "calls": weight is not None and weight.calls,
            "answered": weight is not None
            and weight.personal
            and not weight.calls,  # in something they take part in or follow
        }
        mail.post(session, user.email, "alert_now", facts, user_id=user.id, scheme_id=scheme.id)


def queue_test(session: Session, user_id: uuid.UUID) -> int:
    """Queue a real alert that says nothing but that alerts arrive, for each of one's own devices. How many."""
    return _queue(session, {user_id: False}, now(), None)


def _queue(session: Session, people: dict[uuid.UUID, bool], at: Any, event: Event | None) -> int:
    """A row for each live device of these people; of each, whether it comes without a sound."""
    if not people:
        return 0
    devices = session.execute(
        sa.select(Subscription.id, Subscription.user_id).where(
            Subscription.user_id.in_(people), Subscription.gone_at.is_(None)
        )
    )
    secret, dates = config().secret_key, clocks("incident", at)
    rows = []
    for subscription_id, user_id in devices:
        delivery_id = uuid7()
        rows.append(
            {
                "id": delivery_id,
                "scheme_id": event.scheme_id if event else None,
                "event_seq": event.seq if event else None,
                "kind": event.kind if event else TEST,
                "incident_id": event.incident_id if event else None,
                "subscription_id": subscription_id,
                "user_id": user_id,
                "queued_at": at,
                "due_at": at,
                "silent": people[user_id],
                "expires_at": at + timedelta(seconds=LONGEST_TTL),
                "token_hash": token_hash(receipt_token(secret, delivery_id)),
                **dates,
            }
        )
    if rows:
        session.execute(sa.insert(Delivery), rows)
    return len(rows)
