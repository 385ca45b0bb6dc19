"""Mail on its way out: a row from the transaction of what it tells of until it has left the house."""

from __future__ import annotations

import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from shopalert.db import db, now, uuid7
from shopalert.kept import KeptWithPerson


class Mail(KeptWithPerson, db.Model):
    """One letter: queued, sending, sent, failed or dropped. Address and words are sealed, and emptied at the end."""

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid7)
    kind: Mapped[str] = mapped_column(sa.String(40), default="")  # account.reset, scheme.invitation …
    user_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("user.id"), index=True)
    scheme_id: Mapped[uuid.UUID | None] = mapped_column(
        sa.ForeignKey("scheme.id")
    )  # dropped when one leaves it
    sealed: Mapped[bytes | None] = mapped_column(sa.LargeBinary)  # to, subject and text
    state: Mapped[str] = mapped_column(sa.String(10), default="queued")
    attempts: Mapped[int] = mapped_column(default=0)
    queued_at: Mapped[datetime] = mapped_column(default=now)
    due_at: Mapped[datetime] = mapped_column(default=now)
    expires_at: Mapped[datetime]  # later than this nobody wants it any more
    lease_until: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    failure: Mapped[str] = mapped_column(sa.String(80), default="")

    __table_args__ = (sa.Index("ix_mail_state_due_at", "state", "due_at"),)
