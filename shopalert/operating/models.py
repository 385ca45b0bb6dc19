"""The one link with which an empty instance is set up."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from shopalert.db import db, now


class SetUpLink(db.Model):
    """One row at most: the hash of what the console was shown last. It goes when the first operator comes."""

    __tablename__ = "set_up_link"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[bytes] = mapped_column(sa.LargeBinary(32))
    made_at: Mapped[datetime] = mapped_column(default=now)
