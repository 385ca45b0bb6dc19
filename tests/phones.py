"""Phones of the cast without a push service: their rows, and what becomes of the alerts to them."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from shopalert.alerts import claims
from shopalert.alerts.claims import Claim, Result
from shopalert.alerts.devices import note_receipt
from shopalert.alerts.models import Delivery, Event, Subscription
from shopalert.alerts.payload import receipt_token
from shopalert.alerts.push import Answer, Meaning
from shopalert.db import now, writing
from shopalert.wall import crossing
from tests.people import Person
from tests.world import World

ORIGIN = "https://updates.push.services.mozilla.com"
TOOK = Answer(Meaning.ACCEPTED, "201")
GONE = Answer(Meaning.GONE, "410")


def change(world: World, statement: Any) -> None:
    with world.app.app_context(), crossing("command") as session, writing(session):
        session.execute(statement)


def rows(world: World, statement: Any) -> list[Any]:
    with world.app.app_context(), crossing("command") as session:
        return list(session.scalars(statement))


def phone(world: World, person: Person, label: str = "Chrome on Android") -> uuid.UUID:
    """A device of theirs that is alerted."""
    with world.app.app_context(), crossing("seed") as session, writing(session):
        device = Subscription(
            user_id=world.users[person.name], endpoint=f"{ORIGIN}/{uuid.uuid4()}", origin=ORIGIN,
            p256dh="p", auth="a", label=label,
        )  # fmt: skip
        session.add(device)
        session.flush()
        return device.id


def answered(world: World, answer: Answer, device: uuid.UUID | None = None) -> int:
    """Its push service answers for everything that waits, of all devices or of one. To how many deliveries."""
    with world.app.app_context(), crossing("deliveries") as session:
        waits = sa.select(Delivery).where(Delivery.state == "queued")
        waiting = list(session.scalars(waits.where(Delivery.subscription_id == device) if device else waits))
        with writing(session):
            lease = now() + claims.LEASE
            session.execute(
                sa.update(Delivery)
                .where(Delivery.id.in_([each.id for each in waiting]))
                .values(state="sending", lease_until=lease, attempts=1)
            )
            results = [
                Result(Claim(each.id, each.subscription_id, ORIGIN, lease, 1, each.expires_at), answer)
                for each in waiting
            ]
            claims.settle(session, results)
        return len(results)


def receipt(world: World, device: uuid.UUID, *, opened: bool = False) -> None:
    """The phone says of its newest alert that it showed it, or that it was opened."""
    newest = (
        sa.select(Delivery.id).where(Delivery.subscription_id == device).order_by(Delivery.queued_at.desc())
    )
    with world.app.app_context():
        token = receipt_token(world.app.config["SHOPALERT"].secret_key, rows(world, newest)[0])
        assert note_receipt(token, opened=opened)


def silent_for(world: World, device: uuid.UUID, over: timedelta) -> None:
    """Time has passed since it was sent the first alert that it did not show."""
    at: datetime = now() - over
    change(world, sa.update(Subscription).where(Subscription.id == device).values(unshown_since=at))


def events(world: World, kind: str) -> list[Event]:
    return rows(world, sa.select(Event).where(Event.kind == kind).order_by(Event.seq))
