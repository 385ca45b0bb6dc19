"""Letters that the house has written: one row each, so that several workers send one."""

from __future__ import annotations

import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from shopalert.db import db, now, uuid7
from shopalert.kept import KeptWithPerson


class Letter(KeptWithPerson, db.Model):
    """One digest or newsletter of a scheme to one person, for one day or week: wickford 2026-11-25."""

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid7)
    user_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("user.id"), index=True)
    kind: Mapped[str] = mapped_column(sa.String(20))  # digest, newsletter
    period: Mapped[str] = mapped_column(sa.String(80))
    at: Mapped[datetime] = mapped_column(default=now)

    __table_args__ = (sa.UniqueConstraint("user_id", "kind", "period"),)
