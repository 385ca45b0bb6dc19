"""The event log of the instance; the devices to tell; one row for each alert to each device."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from shopalert.accounts.models import User
from shopalert.db import db, now, uuid7
from shopalert.kept import Kept, KeptWithPerson
from shopalert.wall import Audienced, SchemeOwned


class Instance(db.Model):
    """One row: the last number given to an event, and the key that enciphers numbers into cursors.

    The number is taken last in each announcing transaction, so that commits come in its order and a
    reader who has seen 41 has seen 40.
    """

    id: Mapped[int] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    cursor_key: Mapped[bytes] = mapped_column(sa.LargeBinary(32))
    filled_by: Mapped[str] = mapped_column(sa.String(10), default="")  # demo or seed: nothing here is real


class Event(SchemeOwned, Audienced, db.Model):
    """Something that happened and that others may learn of. The only log."""

    seq: Mapped[int] = mapped_column(
        sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=False
    )
    id: Mapped[uuid.UUID] = mapped_column(default=uuid7, unique=True, primary_key=False)
    kind: Mapped[str] = mapped_column(sa.String(40))  # incident.reported, comment.said …
    incident_id: Mapped[uuid.UUID | None] = mapped_column(index=True)
    thing_id: Mapped[uuid.UUID]
    actor_id: Mapped[uuid.UUID | None]
    at: Mapped[datetime] = mapped_column(default=now)
    facts: Mapped[dict[str, Any]] = mapped_column(default=dict)  # never personal data

    __table_args__ = (sa.Index("ix_event_scheme_id_audience_seq", "scheme_id", "audience", "seq"),)


class Subscription(KeptWithPerson, db.Model):
    """A device that a person asked us to alert: the browser's push subscription.

    One endpoint is one person on one device. A row that is gone keeps no endpoint and no keys; it stays
    only so that the reach of past alerts can still be counted.
    """

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid7)
    user_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("user.id"), index=True)
    session_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("user_session.id"), index=True)
    endpoint: Mapped[str | None] = mapped_column(sa.String(2000), unique=True)
    origin: Mapped[str] = mapped_column(sa.String(300))  # the push service, for waiting and breaking
    p256dh: Mapped[str] = mapped_column(sa.String(100), default="")
    auth: Mapped[str] = mapped_column(sa.String(40), default="")
    label: Mapped[str] = mapped_column(sa.String(120), default="")  # "Chrome on Android"
    created_at: Mapped[datetime] = mapped_column(default=now)
    last_success_at: Mapped[datetime | None]  # its service took an alert
    last_shown_at: Mapped[datetime | None]  # it said that it showed one
    unshown: Mapped[int] = mapped_column(default=0)  # taken since, in about so many times, and never shown
    unshown_since: Mapped[datetime | None]
    gone_at: Mapped[datetime | None]
    gone_why: Mapped[str] = mapped_column(sa.String(40), default="")

    user: Mapped[User] = relationship()


class Delivery(SchemeOwned, Kept, db.Model):
    """One alert to one device: queued, sending, sent, shown, opened, failed or gone.

    Written in the transaction of what it tells of, so none is lost; claimed with a lease, so a sender
    that dies leaves nothing behind but the lease. A test of one's own alerts has no event.
    """

    scheme_id: Mapped[uuid.UUID | None] = mapped_column(  # type: ignore[assignment]
        sa.ForeignKey("scheme.id"), index=True
    )
    event_seq: Mapped[int | None] = mapped_column(sa.ForeignKey("event.seq"))
    kind: Mapped[str] = mapped_column(sa.String(40))  # of the event, or alert.test
    incident_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("incident.id"), index=True)
    subscription_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("subscription.id"), index=True)
    user_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("user.id"), index=True)
    state: Mapped[str] = mapped_column(sa.String(10), default="queued")
    attempts: Mapped[int] = mapped_column(default=0)
    queued_at: Mapped[datetime] = mapped_column(default=now)
    due_at: Mapped[datetime] = mapped_column(default=now)
    expires_at: Mapped[datetime]  # later than this nobody wants it any more
    lease_until: Mapped[datetime | None]
    token_hash: Mapped[bytes] = mapped_column(sa.LargeBinary(32), unique=True)  # of the receipt's token
    sent_at: Mapped[datetime | None]
    shown_at: Mapped[datetime | None]
    opened_at: Mapped[datetime | None]
    failure: Mapped[str] = mapped_column(sa.String(80), default="")
    silent: Mapped[bool] = mapped_column(default=False)  # it replaces what is shown, and wakes nobody for it

    subscription: Mapped[Subscription] = relationship()

    __table_args__ = (
        sa.UniqueConstraint("event_seq", "subscription_id"),
        sa.Index("ix_delivery_state_due_at", "state", "due_at"),
    )


class Repeat(SchemeOwned, db.Model):
    """An urgent alert is said once more to whoever let it be. One row an event, so that it is said once."""

    event_seq: Mapped[int] = mapped_column(
        sa.BigInteger().with_variant(sa.Integer, "sqlite"), unique=True
    )  # an event's number
    due_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    told: Mapped[int] = mapped_column(default=0)  # people who had let it be

    __table_args__ = (sa.Index("ix_repeat_done_at_due_at", "done_at", "due_at"),)


class Alarm(db.Model):
    """The operators were told that alerts stand still. One row a kind of trouble, so that they are told once."""

    code: Mapped[str] = mapped_column(sa.String(20), primary_key=True)
    since: Mapped[datetime]
    told_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]


class Preference(SchemeOwned, KeptWithPerson, db.Model):
    """What wakes one person in one scheme; who has no row gets `preferences.STANDARD`. Ends with the membership."""

    user_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("user.id"), index=True)
    # Of each channel 24 digits: the least priority that may reach them, by hour of the town's clock.
    push: Mapped[str] = mapped_column(sa.String(24), default="0" * 24)
    live: Mapped[str] = mapped_column(sa.String(24), default="0" * 24)
    mail: Mapped[str] = mapped_column(sa.String(24), default="3" * 24)
    digest: Mapped[int] = mapped_column(default=0)  # the least priority that the day's letter counts
    closed: Mapped[int] = mapped_column(default=2)  # least priority outside their premises' trading hours
    quiet: Mapped[dict[str, Any]] = mapped_column(default=dict)  # {"mon": ["22:00", "07:00"], …}
    without: Mapped[list[Any]] = mapped_column(default=list)  # categories switched off
    metres: Mapped[int | None]
    digest_hour: Mapped[int | None]  # of the town's clock; none: no digest
    newsletter: Mapped[bool] = mapped_column(default=False)
    changed_at: Mapped[datetime] = mapped_column(default=now)

    __table_args__ = (sa.UniqueConstraint("user_id", "scheme_id"),)


class Watch(SchemeOwned, KeptWithPerson, db.Model):
    """One person wants to hear more of an incident, or no more: follow, mute. Ends with the membership."""

    incident_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("incident.id"), index=True)
    user_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("user.id"), index=True)
    wish: Mapped[str] = mapped_column(sa.String(10))
    at: Mapped[datetime] = mapped_column(default=now)

    __table_args__ = (sa.UniqueConstraint("user_id", "incident_id"),)


class PushService(db.Model):
    """What a push service last told us about itself: wait until, that it refuses our signature, or that it is down.

    A row rather than a variable, so that all dispatchers wait, and also after a restart.
    """

    __tablename__ = "push_service"

    origin: Mapped[str] = mapped_column(sa.String(300), primary_key=True)
    wait_until: Mapped[datetime]
    refusals: Mapped[int] = mapped_column(default=0)  # in a row, without one acceptance between
    failures: Mapped[int] = mapped_column(default=0)  # 5xx, time-outs and the like, as well
    failing_since: Mapped[datetime | None]
