"""Persons of interest: whom incidents speak of. The wall and the clocks stand from the first migration."""

from __future__ import annotations

import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from shopalert.db import db, now
from shopalert.kept import Kept
from shopalert.wall import Audienced, Shareable


class PersonOfInterest(Shareable, Audienced, Kept, db.Model):
    """A person who was seen in incidents, identified or not."""

    __tablename__ = "person_of_interest"

    author_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("user.id"))
    description: Mapped[str] = mapped_column(sa.Text, default="")
    created_at: Mapped[datetime] = mapped_column(default=now)
    row_version: Mapped[int] = mapped_column(default=1)
    shown_until: Mapped[datetime]
    kept_until: Mapped[datetime]
