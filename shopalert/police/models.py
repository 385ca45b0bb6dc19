"""What a shop gives the police beside its report, and the numbers that come back."""

from __future__ import annotations

import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from shopalert.accounts.models import User
from shopalert.db import db, now
from shopalert.kept import Kept
from shopalert.wall import OfIncident


class PoliceNumber(OfIncident, Kept, db.Model):
    """A number as somebody entered it; the last of its kind stands on the incident. Empty: it was taken away."""

    __tablename__ = "police_number"

    kind: Mapped[str] = mapped_column(sa.String(10))  # incident, crime, online
    number: Mapped[str] = mapped_column(sa.String(40), default="")
    author_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("user.id"))
    by_police: Mapped[bool] = mapped_column(default=False)
    at: Mapped[datetime] = mapped_column(default=now)
    shown_until: Mapped[datetime]
    kept_until: Mapped[datetime]

    author: Mapped[User] = relationship()

    __table_args__ = (sa.Index("ix_police_number_number", "number"),)


class ForPolice(OfIncident, Kept, db.Model):
    """What a force asks that a report does not hold: whom to ring, when, and what evidence there is.

    Read on the page "To the police" alone, by who may report the incident to them, and by them.
    """

    __tablename__ = "for_police"

    contact_name: Mapped[str] = mapped_column(sa.String(80), default="")
    contact_number: Mapped[str] = mapped_column(sa.String(30), default="")
    available: Mapped[str] = mapped_column(sa.String(200), default="")
    cctv: Mapped[str] = mapped_column(sa.String(10), default="")  # vocabulary.CCTV
    support: Mapped[str] = mapped_column(sa.String(10), default="")  # vocabulary.SUPPORT
    reported_elsewhere: Mapped[str] = mapped_column(sa.String(10), default="")  # vocabulary.YES_NO
    evidence: Mapped[str] = mapped_column(sa.String(10), default="")  # whether an officer has to secure it
    author_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("user.id"))
    at: Mapped[datetime] = mapped_column(default=now)
    shown_until: Mapped[datetime]
    kept_until: Mapped[datetime]

    __table_args__ = (sa.UniqueConstraint("incident_id"),)
