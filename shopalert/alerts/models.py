"""The event log of the instance; the devices to tell; one row for each alert to each device."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from shopalert.db import db, now, uuid7
from shopalert.wall import Audienced, SchemeOwned


class Instance(db.Model):
    """One row: the last number given to an event, and the key that enciphers numbers into cursors.

    The number is taken last in each announcing transaction, so that commits come in its order and a
    reader who has seen 41 has seen 40.
    """

    id: Mapped[int] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    cursor_key: Mapped[bytes] = mapped_column(sa.LargeBinary(32))


class Event(SchemeOwned, Audienced, db.Model):
    """Something that happened and that others may learn of. The only log."""

    seq: Mapped[int] = mapped_column(
        sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=False
    )
    id: Mapped[uuid.UUID] = mapped_column(default=uuid7, unique=True)
    kind: Mapped[str] = mapped_column(sa.String(40))  # incident.reported, comment.said …
    incident_id: Mapped[uuid.UUID | None] = mapped_column(index=True)
    thing_id: Mapped[uuid.UUID]
    actor_id: Mapped[uuid.UUID | None]
    at: Mapped[datetime] = mapped_column(default=now)
    facts: Mapped[dict[str, Any]] = mapped_column(default=dict)  # never personal data

    __table_args__ = (sa.Index("ix_event_scheme_id_audience_seq", "scheme_id", "audience", "seq"),)
