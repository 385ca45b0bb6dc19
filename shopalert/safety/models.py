"""Calls for help and who comes; roll calls; how somebody was the day after violence."""

from __future__ import annotations

import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from shopalert.db import db, now
from shopalert.kept import Kept
from shopalert.schemes.models import Premises
from shopalert.wall import ForTwo, thread_of


class HelpCall(ForTwo, Kept, db.Model):
    """Somebody needs help now: for those where it is, for the responders of the scheme, and for its police."""

    __tablename__ = "help_call"

    client_id: Mapped[uuid.UUID]
    sent_hash: Mapped[bytes] = mapped_column(sa.LargeBinary(32))
    premises_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("premises.id"))
    at: Mapped[datetime] = mapped_column(default=now)
    cleared_at: Mapped[datetime | None]
    cleared_by_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("user.id"))
    shown_until: Mapped[datetime]
    kept_until: Mapped[datetime]

    premises: Mapped[Premises | None] = relationship()

    __table_args__ = (
        sa.UniqueConstraint("author_id", "client_id"),
        sa.Index("ix_help_call_cleared_at_at", "cleared_at", "at"),
    )

    @property
    def dom_id(self) -> str:
        return f"help-{self.id}"

    @property
    def url(self) -> str:
        return f"/calls/{self.id}"

    @property
    def caller(self) -> str:
        """The audience of who called, wherever they usually work."""
        return thread_of(self.author_id)


class HelpAnswer(ForTwo, Kept, db.Model):
    """Somebody who was called says whether they come; one row a person, as they said last."""

    __tablename__ = "help_answer"

    call_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("help_call.id"), index=True)
    coming: Mapped[bool]
    at: Mapped[datetime] = mapped_column(default=now)
    shown_until: Mapped[datetime]
    kept_until: Mapped[datetime]

    __table_args__ = (sa.UniqueConstraint("author_id", "call_id"),)


class RollCall(ForTwo, Kept, db.Model):
    """The coordinator asks everybody, or those of one shop, whether they are safe."""

    __tablename__ = "roll_call"

    client_id: Mapped[uuid.UUID]
    sent_hash: Mapped[bytes] = mapped_column(sa.LargeBinary(32))
    premises_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("premises.id"))
    at: Mapped[datetime] = mapped_column(default=now)
    reminded_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    shown_until: Mapped[datetime]
    kept_until: Mapped[datetime]

    premises: Mapped[Premises | None] = relationship()

    __table_args__ = (
        sa.UniqueConstraint("author_id", "client_id"),
        sa.Index("ix_roll_call_ended_at_at", "ended_at", "at"),
    )

    @property
    def dom_id(self) -> str:
        return f"roll-{self.id}"

    @property
    def url(self) -> str:
        return f"/rolls/{self.id}"


class RollAnswer(ForTwo, Kept, db.Model):
    """One person who was asked, and what they said: nothing yet, safe, or help. For the coordinators and the police."""

    __tablename__ = "roll_answer"

    roll_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("roll_call.id"), index=True)
    said: Mapped[str] = mapped_column(sa.String(10), default="")
    at: Mapped[datetime | None]
    call_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("help_call.id"))
    shown_until: Mapped[datetime]
    kept_until: Mapped[datetime]

    __table_args__ = (sa.UniqueConstraint("author_id", "roll_id"),)


class Welfare(ForTwo, Kept, db.Model):
    """How the reporter of violence is the day after: for them, the coordinators and their lead; never for police."""

    incident_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("incident.id"), unique=True)
    at: Mapped[datetime] = mapped_column(default=now)
    answer: Mapped[str] = mapped_column(sa.String(10), default="")
    words: Mapped[str] = mapped_column(sa.Text, default="")
    answered_at: Mapped[datetime | None]
    shown_until: Mapped[datetime]
    kept_until: Mapped[datetime]

    @property
    def dom_id(self) -> str:
        return f"welfare-{self.id}"

    @property
    def url(self) -> str:
        return f"/welfare/{self.id}"
