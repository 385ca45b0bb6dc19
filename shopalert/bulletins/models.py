"""Bulletins: what police and coordinators tell the schemes, who has read it, and what came back to its author.

One bulletin of several schemes is one row in each, so that each stands behind its own wall; `publication_id` ties them.
"""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from shopalert.db import db, now
from shopalert.kept import Kept, KeptWithPerson
from shopalert.wall import (
    ENDING,
    Addressed,
    Audienced,
    Confided,
    OnShelf,
    Scheduled,
    SchemeOwned,
    Shareable,
    Withdrawable,
)


class Bulletin(Shareable, Withdrawable, Scheduled, Audienced, Kept, db.Model):
    """Advice, NBCC information, a warning, an appeal, an event, minutes or a document, in one scheme."""

    publication_id: Mapped[uuid.UUID]
    author_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("user.id"), index=True)
    sent_hash: Mapped[bytes] = mapped_column(sa.LargeBinary(32), default=b"")
    by_police: Mapped[bool] = mapped_column(default=False)
    to_force: Mapped[bool] = mapped_column(
        default=False
    )  # to every scheme, also those its author does not see
    kind: Mapped[str] = mapped_column(sa.String(12))
    template: Mapped[str] = mapped_column(sa.String(30), default="")  # which usual warning it was made from
    title: Mapped[str] = mapped_column(sa.String(200))
    text: Mapped[str] = mapped_column(sa.Text, default="")
    published_at: Mapped[datetime] = mapped_column(default=now)  # or will be
    announced_at: Mapped[datetime | None]  # people were told
    starts_at: Mapped[datetime | None]  # of a warning or an event
    ends_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]  # the clock has taken it from the screens
    severity: Mapped[str] = mapped_column(sa.String(10), default="")
    near_only: Mapped[bool] = mapped_column(
        default=False
    )  # told to, and pinned for, the area's premises alone
    area: Mapped[dict[str, Any]] = mapped_column(default=dict)  # areas.Area, as JSON
    premises_ids: Mapped[list[Any]] = mapped_column(
        default=list
    )  # those of the area; empty: the whole scheme
    note: Mapped[dict[str, Any]] = mapped_column(
        default=dict
    )  # of a counterfeit: denomination, serial, look_for
    exercise: Mapped[bool] = mapped_column(default=False)  # a warning for practice
    open_to_all: Mapped[bool] = mapped_column(default=False)  # an officer let it out of the schemes: cap.py
    row_version: Mapped[int] = mapped_column(default=1)
    corrected_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]  # recalled
    recalled_why: Mapped[str] = mapped_column(sa.String(200), default="")
    reminded_at: Mapped[datetime | None]
    shown_until: Mapped[datetime]
    kept_until: Mapped[datetime]

    __table_args__ = (
        sa.Index("uq_bulletin_publication_id_scheme_id", "publication_id", "scheme_id", unique=True),
        sa.Index("ix_bulletin_scheme_id_published_at", "scheme_id", "published_at"),
    )

    @property
    def dom_id(self) -> str:
        return f"bulletin-{self.id}"

    @property
    def url(self) -> str:
        return f"/bulletins/{self.id}"

    @property
    def is_warning(self) -> bool:
        return self.kind == "warning"

    @property
    def holds(self) -> bool:
        """It has an end, stands pinned until then, and goes by itself."""
        return self.kind in ENDING

    @property
    def recalled(self) -> bool:
        return self.withdrawn_at is not None

    def over(self, at: datetime) -> bool:
        """Its time has passed."""
        return self.holds and self.ends_at is not None and self.ends_at <= at

    def stands(self, at: datetime) -> bool:
        """It is out, and neither taken back nor over."""
        return self.published_at <= at and not self.recalled and not self.over(at)


class BulletinVersion(SchemeOwned, Kept, db.Model):
    """Everything that a bulletin has said."""

    __tablename__ = "bulletin_version"

    bulletin_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("bulletin.id"), index=True)
    author_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("user.id"))
    number: Mapped[int]
    at: Mapped[datetime] = mapped_column(default=now)
    why: Mapped[str] = mapped_column(sa.String(200), default="")
    facts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    shown_until: Mapped[datetime]
    kept_until: Mapped[datetime]

    __table_args__ = (sa.UniqueConstraint("bulletin_id", "number"),)


class BulletinReading(SchemeOwned, Kept, db.Model):
    """One person has read a bulletin, and perhaps said whether it was useful."""

    __tablename__ = "bulletin_reading"

    bulletin_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("bulletin.id"), index=True)
    user_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("user.id"), index=True)
    read_at: Mapped[datetime] = mapped_column(default=now)
    useful: Mapped[bool | None]
    shown_until: Mapped[datetime]
    kept_until: Mapped[datetime]

    __table_args__ = (sa.UniqueConstraint("bulletin_id", "user_id"),)


class BulletinReply(SchemeOwned, Addressed, Kept, db.Model):
    """What somebody says to a bulletin's author, who alone reads it."""

    __tablename__ = "bulletin_reply"

    bulletin_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("bulletin.id"), index=True)
    author_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("user.id"), index=True)
    client_id: Mapped[uuid.UUID]
    sent_hash: Mapped[bytes] = mapped_column(sa.LargeBinary(32))
    text: Mapped[str] = mapped_column(sa.Text)
    at: Mapped[datetime] = mapped_column(default=now)
    told_at: Mapped[
        datetime | None
    ]  # when its reader's phones were rung; of the whole force the clock does it
    shown_until: Mapped[datetime]
    kept_until: Mapped[datetime]

    __table_args__ = (
        sa.UniqueConstraint("author_id", "client_id"),
        sa.Index(
            "ix_bulletin_reply_untold", "id", sqlite_where=sa.text("told_at IS NULL"),
            postgresql_where=sa.text("told_at IS NULL"),
        ),
    )  # fmt: skip


class BulletinAnswer(SchemeOwned, Confided, Kept, db.Model):
    """What somebody knows about an appeal, or where they saw a missing person."""

    __tablename__ = "bulletin_answer"

    bulletin_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("bulletin.id"), index=True)
    author_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("user.id"), index=True)
    client_id: Mapped[uuid.UUID]
    sent_hash: Mapped[bytes] = mapped_column(sa.LargeBinary(32))
    name: Mapped[str] = mapped_column(sa.String(120))  # who it is, or where they were seen
    text: Mapped[str] = mapped_column(sa.Text)
    seen_at: Mapped[datetime | None]
    at: Mapped[datetime] = mapped_column(default=now)
    shown_until: Mapped[datetime]
    kept_until: Mapped[datetime]

    __table_args__ = (sa.UniqueConstraint("author_id", "client_id"),)


class CapToken(SchemeOwned, KeptWithPerson, db.Model):
    """An address at which one subscriber reads the scheme's warnings. It holds while its maker belongs here."""

    __tablename__ = "cap_token"

    author_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("user.id"), index=True)
    label: Mapped[str] = mapped_column(sa.String(80))  # which office or system reads it
    token_hash: Mapped[bytes] = mapped_column(sa.LargeBinary(32), unique=True)
    created_at: Mapped[datetime] = mapped_column(default=now)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]  # the last time
    revoked_at: Mapped[datetime | None]


class BulletinPassage(SchemeOwned, OnShelf, Kept, db.Model):
    """The words of a bulletin, for search: incidents/index.py writes it. Shared schemes do not search in it."""

    __tablename__ = "bulletin_passage"

    bulletin_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("bulletin.id"), index=True)
    number: Mapped[int] = mapped_column(sa.BigInteger, unique=True)  # shelf << 40 | its own integer
    words: Mapped[str] = mapped_column(sa.Text)
    shown_until: Mapped[datetime]
    kept_until: Mapped[datetime]

    __table_args__ = (sa.UniqueConstraint("bulletin_id", "audience"),)
