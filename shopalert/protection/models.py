"""The audit: who did what to which thing, chained so that a change shows; its details beside it, erasable."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from shopalert.db import db, now, uuid7
from shopalert.kept import KeptWithPerson


class AuditRow(db.Model):
    """One thing done, looked at or refused. Written in its transaction; chained a moment later.

    It points at things by their ids without foreign keys: the record outlives what it records.
    """

    __tablename__ = "audit_row"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid7)
    at: Mapped[datetime] = mapped_column(default=now)
    actor_id: Mapped[uuid.UUID | None] = mapped_column(index=True)
    session_id: Mapped[uuid.UUID | None]  # the device
    scheme_id: Mapped[uuid.UUID | None] = mapped_column(index=True)
    verb: Mapped[str] = mapped_column(sa.String(60))
    object_kind: Mapped[str] = mapped_column(sa.String(40), default="")
    object_id: Mapped[uuid.UUID | None] = mapped_column(index=True)
    outcome: Mapped[str] = mapped_column(sa.String(20), default="done")
    request_id: Mapped[str] = mapped_column(sa.String(40), default="")
    detail_hash: Mapped[bytes | None] = mapped_column(sa.LargeBinary(32))
    # Empty until sealed.
    seq: Mapped[int | None] = mapped_column(sa.BigInteger, unique=True)
    prev: Mapped[bytes | None] = mapped_column(sa.LargeBinary(32))
    mac: Mapped[bytes | None] = mapped_column(sa.LargeBinary(32))


class AuditDetail(KeptWithPerson, db.Model):
    """What a row says beyond its columns. Erased where it must be: the chain holds only its salted hash."""

    __tablename__ = "audit_detail"

    row_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("audit_row.id"), primary_key=True)
    salt: Mapped[bytes] = mapped_column(sa.LargeBinary(16))
    detail: Mapped[dict[str, Any]]
    erased_at: Mapped[datetime | None]  # then `detail` and `salt` are empty


class AuditHead(db.Model):
    """One row: the end of the chain, and which process may make it longer."""

    __tablename__ = "audit_head"

    id: Mapped[int] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    mac: Mapped[bytes] = mapped_column(sa.LargeBinary(32), default=b"")
    holder: Mapped[str] = mapped_column(sa.String(40), default="")
    lease_until: Mapped[datetime | None]
