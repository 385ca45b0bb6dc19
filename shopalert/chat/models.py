"""Comments: the messages of an incident's chat, what they said before, and what was reported about them."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from shopalert.accounts.models import User
from shopalert.db import db, now, uuid7
from shopalert.kept import Kept, KeptWithPerson
from shopalert.wall import Audienced, OfIncident, SchemeOwned


class Comment(OfIncident, Audienced, Kept, db.Model):
    """A message in an incident's chat, for one audience."""

    author_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("user.id"))
    client_id: Mapped[uuid.UUID]
    sent_hash: Mapped[bytes] = mapped_column(sa.LargeBinary(32))
    text: Mapped[str] = mapped_column(sa.Text, default="")
    at: Mapped[datetime] = mapped_column(default=now)
    by_police: Mapped[bool] = mapped_column(default=False)  # what the author was when it was said
    quotes_id: Mapped[uuid.UUID | None] = mapped_column(
        index=True
    )  # the line that it answers, of the same chat
    mentions: Mapped[list[Any]] = mapped_column(
        default=list
    )  # as of mentions.Mention; `@{0}` in the text is the first
    edited_at: Mapped[datetime | None]
    removed_at: Mapped[datetime | None]  # by its author; its words are kept as a version
    hidden_at: Mapped[datetime | None]  # by a coordinator, until it is shown again
    hidden_by_id: Mapped[uuid.UUID | None]
    hidden_why: Mapped[str] = mapped_column(sa.String(200), default="")
    shown_until: Mapped[datetime]
    kept_until: Mapped[datetime]

    author: Mapped[User] = relationship()

    __table_args__ = (sa.UniqueConstraint("author_id", "client_id"),)

    @property
    def dom_id(self) -> str:
        return f"comment-{self.id}"

    @property
    def received_at(self) -> datetime:
        """From when the time runs in which it may be changed."""
        return self.at

    @property
    def is_gone(self) -> bool:
        """Nobody reads it in the chat: removed or hidden."""
        return self.removed_at is not None or self.hidden_at is not None

    @classmethod
    def stands(cls) -> sa.ColumnElement[bool]:
        """The criterion of what is read, searched and counted."""
        return sa.and_(cls.removed_at.is_(None), cls.hidden_at.is_(None))


class CommentVersion(OfIncident, Audienced, Kept, db.Model):
    """What a comment said before it was changed or removed: for coordinators and police of its own audience."""

    __tablename__ = "comment_version"

    comment_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("comment.id"), index=True)
    text: Mapped[str] = mapped_column(sa.Text, default="")
    said_at: Mapped[datetime]
    replaced_at: Mapped[datetime] = mapped_column(default=now)
    shown_until: Mapped[datetime]
    kept_until: Mapped[datetime]


class AbuseReport(OfIncident, Audienced, Kept, db.Model):
    """Somebody says that a message breaks the rules. It goes to the coordinators: its audience is theirs."""

    __tablename__ = "abuse_report"

    comment_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("comment.id"), index=True)
    author_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("user.id"))
    why: Mapped[str] = mapped_column(sa.Text, default="")
    at: Mapped[datetime] = mapped_column(default=now)
    handled_at: Mapped[datetime | None]
    handled_by_id: Mapped[uuid.UUID | None]
    shown_until: Mapped[datetime]
    kept_until: Mapped[datetime]

    author: Mapped[User] = relationship()
    comment: Mapped[Comment] = relationship()

    __table_args__ = (sa.UniqueConstraint("author_id", "comment_id"),)


class CannedText(db.Model):
    """What the officers of a force write again and again; no scheme's, and about nobody."""

    __tablename__ = "canned_text"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid7)
    force_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("force.id"), index=True)
    title: Mapped[str] = mapped_column(sa.String(60))
    text: Mapped[str] = mapped_column(sa.Text)
    changed_at: Mapped[datetime] = mapped_column(default=now)


# ---- a scheme's standing chats


class Channel(SchemeOwned, db.Model):
    """A room of a scheme without an incident: all its members and the police read it."""

    name: Mapped[str] = mapped_column(sa.String(60))
    announcements: Mapped[bool] = mapped_column(default=False)  # coordinators and police write, all read
    slow_seconds: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(default=now)

    __table_args__ = (sa.UniqueConstraint("scheme_id", "name"),)


class ChannelLine(SchemeOwned, Kept, db.Model):
    """A message in a channel. Removed or hidden its words stay in the row, for coordinators and police."""

    __tablename__ = "channel_line"

    channel_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("channel.id"))
    author_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("user.id"))
    client_id: Mapped[uuid.UUID]
    sent_hash: Mapped[bytes] = mapped_column(sa.LargeBinary(32))
    text: Mapped[str] = mapped_column(sa.Text)
    mentions: Mapped[list[Any]] = mapped_column(default=list)
    at: Mapped[datetime] = mapped_column(default=now)
    by_police: Mapped[bool] = mapped_column(default=False)
    removed_at: Mapped[datetime | None]
    hidden_at: Mapped[datetime | None]
    hidden_by_id: Mapped[uuid.UUID | None]
    hidden_why: Mapped[str] = mapped_column(sa.String(200), default="")
    shown_until: Mapped[datetime]
    kept_until: Mapped[datetime]

    channel: Mapped[Channel] = relationship()

    __table_args__ = (
        sa.UniqueConstraint("author_id", "client_id"),
        sa.Index("ix_channel_line_channel_id_at", "channel_id", "at"),
    )

    @property
    def is_gone(self) -> bool:
        return self.removed_at is not None or self.hidden_at is not None

    @property
    def dom_id(self) -> str:
        return f"comment-{self.id}"


class ChannelMark(SchemeOwned, KeptWithPerson, db.Model):
    """Until when one person has read a channel, and whether it may ring."""

    __tablename__ = "channel_mark"

    channel_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("channel.id"))
    user_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("user.id"))
    at: Mapped[datetime] = mapped_column(default=now)
    muted: Mapped[bool] = mapped_column(default=False)

    __table_args__ = (sa.UniqueConstraint("user_id", "channel_id"),)
