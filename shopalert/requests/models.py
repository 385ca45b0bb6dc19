"""Requests, the force's link that goes with one, and the trace of what became of it."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from shopalert.accounts.models import User
from shopalert.db import db, now
from shopalert.incidents.models import Incident
from shopalert.kept import Kept
from shopalert.requests.states import OPEN
from shopalert.schemes.models import Premises
from shopalert.wall import Audienced, OfIncident, thread_of


class Request(OfIncident, Kept, db.Model):
    """What an officer asks of premises or of one person. That it was asked, all of the scheme may see."""

    author_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("user.id"))
    client_id: Mapped[uuid.UUID]
    sent_hash: Mapped[bytes] = mapped_column(sa.LargeBinary(32))
    kind: Mapped[str] = mapped_column(sa.String(20))
    premises_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("premises.id"), index=True)
    person_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("user.id"), index=True)
    state: Mapped[str] = mapped_column(sa.String(12), default=OPEN)
    at: Mapped[datetime] = mapped_column(default=now)
    due_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]  # for the first time
    reminded_at: Mapped[datetime | None]
    shown_until: Mapped[datetime]
    kept_until: Mapped[datetime]

    author: Mapped[User] = relationship(foreign_keys=[author_id])
    premises: Mapped[Premises | None] = relationship()

    __table_args__ = (
        sa.UniqueConstraint("author_id", "client_id"),
        sa.Index("ix_request_state_due_at", "state", "due_at"),
    )

    @property
    def dom_id(self) -> str:
        return f"request-{self.id}"

    @property
    def url(self) -> str:
        return f"/requests/{self.id}"

    @property
    def audience(self) -> str:
        """Who reads its words, its link and its answers: whom it is addressed to, and the police."""
        return thread_of(self.premises_id or self.person_id or self.author_id)


def addressed_to(user_id: Any, sites: Any) -> sa.ColumnElement[bool]:
    """The requests to a person and to where they work."""
    return sa.or_(Request.person_id == user_id, Request.premises_id.in_(sites))


def sites_of(premises: Iterable[uuid.UUID | None]) -> list[uuid.UUID]:
    """Where somebody works, where they do."""
    return [site for site in premises if site is not None]


def standing_report() -> sa.ColumnElement[bool]:
    """Of a report that was not withdrawn. What was asked about another nobody can answer: it is over."""
    report = sa.select(Incident.id).where(Incident.id == Request.incident_id, Incident.withdrawn_at.is_(None))
    return report.exists()


class RequestLink(OfIncident, Audienced, Kept, db.Model):
    """Where the force wants the footage uploaded: for the addressee and the police alone."""

    request_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("request.id"), unique=True)
    url: Mapped[str] = mapped_column(sa.String(500))
    shown_until: Mapped[datetime]
    kept_until: Mapped[datetime]


class RequestMove(OfIncident, Audienced, Kept, db.Model):
    """One step of a request: who did what, when, and with which words. Nobody's where the clock did it."""

    request_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("request.id"), index=True)
    author_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("user.id"))
    move: Mapped[str] = mapped_column(sa.String(12))
    before: Mapped[str] = mapped_column(sa.String(12))
    after: Mapped[str] = mapped_column(sa.String(12))
    at: Mapped[datetime] = mapped_column(default=now)
    words: Mapped[str] = mapped_column(sa.Text, default="")
    receipt: Mapped[str] = mapped_column(
        sa.String(120), default=""
    )  # what the force's page gave for the upload
    comment_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("comment.id"))
    shown_until: Mapped[datetime]
    kept_until: Mapped[datetime]
