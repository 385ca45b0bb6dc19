"""Bulletins: what police and coordinators tell a scheme. The wall and the clocks stand from the first migration."""

from __future__ import annotations

import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from shopalert.db import db, now
from shopalert.kept import Kept
from shopalert.wall import Audienced, Shareable


class Bulletin(Shareable, Audienced, Kept, db.Model):
    """Advice, NBCC information, a warning, an appeal, an event, minutes or a document."""

    author_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("user.id"))
    kind: Mapped[str] = mapped_column(sa.String(12))
    title: Mapped[str] = mapped_column(sa.String(200))
    text: Mapped[str] = mapped_column(sa.Text, default="")
    published_at: Mapped[datetime] = mapped_column(default=now)
    row_version: Mapped[int] = mapped_column(default=1)
    shown_until: Mapped[datetime]
    kept_until: Mapped[datetime]
