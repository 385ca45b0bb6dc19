"""Comments: the messages of an incident's chat."""

from __future__ import annotations

import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from shopalert.accounts.models import User
from shopalert.db import db, now
from shopalert.kept import Kept
from shopalert.wall import Audienced, OfIncident


class Comment(OfIncident, Audienced, Kept, db.Model):
    """A message in an incident's chat, for one audience."""

    author_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("user.id"))
    client_id: Mapped[uuid.UUID]
    sent_hash: Mapped[bytes] = mapped_column(sa.LargeBinary(32))
    text: Mapped[str] = mapped_column(sa.Text, default="")
    at: Mapped[datetime] = mapped_column(default=now)
    by_police: Mapped[bool] = mapped_column(default=False)  # what the author was when it was said
    shown_until: Mapped[datetime]
    kept_until: Mapped[datetime]

    author: Mapped[User] = relationship()

    __table_args__ = (sa.UniqueConstraint("author_id", "client_id"),)

    @property
    def dom_id(self) -> str:
        return f"comment-{self.id}"
