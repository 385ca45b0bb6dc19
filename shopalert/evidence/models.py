"""Pictures and clips as rows: what was received, and the copies that are made of it for showing."""

from __future__ import annotations

import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from shopalert.db import db, now, uuid7
from shopalert.kept import Kept
from shopalert.wall import Audienced, Staged, Walled

VARIANTS = ("thumb", "view")
PICTURE, CLIP, DOCUMENT = "picture", "clip", "document"


class Attachment(Staged, Audienced, Walled, Kept, db.Model):
    """A picture, a clip or a document as it was received; its bytes never change.

    While staged it belongs to nothing and is its author's alone. Attached to an incident, it is seen by those who see
    that and belong to its audience; a comment's picture has the comment's audience. Attached to a bulletin, it is seen
    by those who may read that; a bulletin of several schemes has a row in each, and these name the same bytes.
    """

    comment_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("comment.id"), index=True)
    stored_as: Mapped[str] = mapped_column(sa.String(64), index=True)  # a random name in the store
    sha256: Mapped[str] = mapped_column(sa.String(64))  # of the bytes as they came
    size: Mapped[int] = mapped_column(sa.BigInteger)
    media_type: Mapped[str] = mapped_column(sa.String(40))  # by content, not as claimed
    file_name: Mapped[str] = mapped_column(sa.String(120), default="")  # as the phone called it; never served
    alt: Mapped[str] = mapped_column(
        sa.String(200), default=""
    )  # of a bulletin: what its author says it shows
    width: Mapped[int]  # as stored, before the camera's orientation
    height: Mapped[int]
    kind: Mapped[str] = mapped_column(sa.String(10), default=PICTURE)  # picture, clip, document
    state: Mapped[str] = mapped_column(sa.String(10), default="preparing")  # preparing, ready, failed
    failure: Mapped[str | None] = mapped_column(sa.String(40))  # the code of the error contract
    received_at: Mapped[datetime] = mapped_column(default=now)
    restricted: Mapped[bool] = mapped_column(
        default=False
    )  # of a child: its author, coordinators and police alone
    withheld: Mapped[bool] = mapped_column(
        default=False
    )  # its message was removed or hidden: as restricted, until that is taken back
    shown_until: Mapped[datetime]
    kept_until: Mapped[datetime]

    copies: Mapped[list[Derivative]] = relationship(
        back_populates="attachment", cascade="all, delete-orphan", passive_deletes=True
    )

    __table_args__ = (sa.Index("ix_attachment_author_id_received_at", "author_id", "received_at"),)

    @property
    def dom_id(self) -> str:
        return f"file-{self.id}"

    @property
    def staged(self) -> bool:
        """Not part of any report or bulletin yet."""
        return self.incident_id is None and self.bulletin_id is None

    @property
    def is_clip(self) -> bool:
        return self.kind == CLIP

    @property
    def is_document(self) -> bool:
        return self.kind == DOCUMENT

    def copy(self, variant: str) -> Derivative | None:
        """The copy of this kind."""
        return next((copy for copy in self.copies if copy.variant == variant), None)


class Derivative(db.Model):
    """A copy to be made, being made, or made. Claimed with a lease, so that a crash loses none.

    It holds no picture's content and is reached only through its attachment, which the wall guards.
    """

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid7)
    attachment_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("attachment.id", ondelete="CASCADE"))
    variant: Mapped[str] = mapped_column(sa.String(10))
    state: Mapped[str] = mapped_column(sa.String(10), default="queued")  # queued, working, ready, failed
    attempts: Mapped[int] = mapped_column(default=0)
    lease_until: Mapped[datetime | None]
    stored_as: Mapped[str | None] = mapped_column(sa.String(64), index=True)
    width: Mapped[int | None]
    height: Mapped[int | None]
    size: Mapped[int | None]

    attachment: Mapped[Attachment] = relationship(back_populates="copies")

    __table_args__ = (
        sa.UniqueConstraint("attachment_id", "variant"),
        # The worker looks only for what is not done: an index of few rows, however many pictures there are.
        sa.Index(
            "ix_derivative_open",
            "lease_until",
            sqlite_where=sa.text("state IN ('queued', 'working')"),
            postgresql_where=sa.text("state IN ('queued', 'working')"),
        ),
    )
