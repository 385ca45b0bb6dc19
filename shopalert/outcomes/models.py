"""What the police did with an incident: the steps that everybody reads, and what they note beside them."""

from __future__ import annotations

import uuid
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from shopalert.accounts.models import User
from shopalert.db import db, now
from shopalert.kept import Kept
from shopalert.outcomes.vocabulary import STATION, Station
from shopalert.wall import Audienced, OfIncident


class PoliceStep(OfIncident, Kept, db.Model):
    """One thing that happened to a crime: progress, outcome or what a court said, and when the shop was told.

    Taken back it stays, struck out. Days are the town's.
    """

    __tablename__ = "police_step"

    number: Mapped[int]  # within its incident, as entered
    code: Mapped[str] = mapped_column(sa.String(60))  # of vocabulary.STATION
    happened_on: Mapped[date] = mapped_column(sa.Date)
    told_on: Mapped[date] = mapped_column(sa.Date)
    note: Mapped[str] = mapped_column(sa.Text, default="")  # for everybody who reads the incident
    sentence: Mapped[str] = mapped_column(
        sa.Text, default=""
    )  # of a court: the sentence and its order, in words
    author_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("user.id"))
    client_id: Mapped[uuid.UUID]
    sent_hash: Mapped[bytes] = mapped_column(sa.LargeBinary(32))
    by_police: Mapped[bool] = mapped_column(default=False)  # what the author was when it was entered
    at: Mapped[datetime] = mapped_column(default=now)
    taken_back_at: Mapped[datetime | None]
    shown_until: Mapped[datetime]
    kept_until: Mapped[datetime]

    author: Mapped[User] = relationship()

    __table_args__ = (
        sa.UniqueConstraint("incident_id", "number"),
        sa.UniqueConstraint("author_id", "client_id"),
        sa.Index("ix_police_step_scheme_id_happened_on", "scheme_id", "happened_on"),
    )

    @property
    def station(self) -> Station:
        return STATION[self.code]


class PoliceNote(OfIncident, Audienced, Kept, db.Model):
    """What an officer notes beside a step for colleagues: a row of its own, so that the wall keeps it there."""

    __tablename__ = "police_note"

    step_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("police_step.id"), index=True)
    author_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("user.id"))
    text: Mapped[str] = mapped_column(sa.Text)
    at: Mapped[datetime] = mapped_column(default=now)
    shown_until: Mapped[datetime]
    kept_until: Mapped[datetime]
