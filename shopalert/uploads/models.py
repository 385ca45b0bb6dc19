"""Files that come in pieces."""

from __future__ import annotations

import uuid
from contextlib import suppress
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from shopalert.config import config
from shopalert.db import db, now
from shopalert.evidence.partial import Partial
from shopalert.evidence.storage import Folder, arriving
from shopalert.kept import Kept
from shopalert.wall import SchemeOwned


class Upload(SchemeOwned, Kept, db.Model):
    """A file on its way, its uploader's alone. Whole, it is an attachment with the same id."""

    author_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("user.id"))
    client_id: Mapped[uuid.UUID | None]  # the same file begun twice is one upload
    stored_as: Mapped[str] = mapped_column(sa.String(64), unique=True)  # once it is whole
    file_name: Mapped[str] = mapped_column(
        sa.String(120), default=""
    )  # as the device called it; never served
    length: Mapped[int] = mapped_column(sa.BigInteger)
    sha256: Mapped[str] = mapped_column(sa.String(64), default="")  # as the device says, if it does
    created_at: Mapped[datetime] = mapped_column(default=now)
    finished_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]  # given up, expired, or not what was announced
    shown_until: Mapped[datetime]
    kept_until: Mapped[datetime]

    __table_args__ = (sa.Index("ix_upload_author_id_created_at", "author_id", "created_at"),)

    @property
    def url(self) -> str:
        return f"/uploads/{self.id}"

    def partial(self, folder: Folder | None = None) -> Partial:
        """Its bytes as far as they have come."""
        return Partial(folder or arriving(), self.stored_as, self.length)

    def expires_at(self) -> datetime:
        """Until when it may stand still."""
        touched = self.created_at
        with suppress(FileNotFoundError):
            touched = max(touched, datetime.fromtimestamp(self.partial().touched(), touched.tzinfo))
        return touched + timedelta(hours=config().upload_hours)
