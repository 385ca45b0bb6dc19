"""What a business was given from the library, and which of its steps are done."""

from __future__ import annotations

import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from shopalert.accounts.models import User
from shopalert.advice.pieces import GONE, Piece, library
from shopalert.db import db, now
from shopalert.kept import Kept
from shopalert.schemes.models import Premises
from shopalert.wall import OfBusiness, SchemeOwned, Withdrawable


class Advice(SchemeOwned, Withdrawable, OfBusiness, Kept, db.Model):
    """A piece of the library as somebody sent it to one business, with a line of their own."""

    author_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("user.id"))
    client_id: Mapped[uuid.UUID]
    sent_hash: Mapped[bytes] = mapped_column(sa.LargeBinary(32))
    premises_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("premises.id"), index=True)
    # No `incident_id`: who muted the incident, or does not see it, is told of the advice all the same.
    about_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("incident.id"))
    piece: Mapped[str] = mapped_column(sa.String(40))
    words: Mapped[str] = mapped_column(sa.Text, default="")
    sent_as: Mapped[str] = mapped_column(sa.String(12), default="police")  # the sender's audience
    at: Mapped[datetime] = mapped_column(default=now)
    read_at: Mapped[datetime | None]  # by the first of the business
    follow_up_at: Mapped[datetime | None]
    reminded_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]  # taken back: the business reads it no more
    withdrawn_why: Mapped[str] = mapped_column(sa.String(200), default="")
    shown_until: Mapped[datetime]
    kept_until: Mapped[datetime]

    author: Mapped[User] = relationship()
    premises: Mapped[Premises] = relationship()

    __table_args__ = (
        sa.UniqueConstraint("author_id", "client_id"),
        sa.Index("ix_advice_reminded_at_follow_up_at", "reminded_at", "follow_up_at"),
    )

    @property
    def url(self) -> str:
        return f"/advice/{self.id}"

    @property
    def of_library(self) -> Piece:
        """The piece as the library has it now."""
        return library().get(self.piece, GONE)


class AdviceTick(SchemeOwned, OfBusiness, Kept, db.Model):
    """A step that is done, and who says so. The steps of a piece are counted from one."""

    __tablename__ = "advice_tick"

    advice_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("advice.id"))
    step: Mapped[int]
    author_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("user.id"))
    at: Mapped[datetime] = mapped_column(default=now)
    shown_until: Mapped[datetime]
    kept_until: Mapped[datetime]

    __table_args__ = (sa.UniqueConstraint("advice_id", "step"),)
