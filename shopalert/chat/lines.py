"""Comments as lines of an incident's chat, and as a place where search looks."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from shopalert.accounts.models import User
from shopalert.chat.models import Comment
from shopalert.evidence.models import Attachment
from shopalert.incidents.cards import Picture, pictures_of
from shopalert.incidents.index import texts
from shopalert.incidents.lines import Line, sources
from shopalert.schemes.models import Business, Force, Membership, Premises
from shopalert.schemes.names import Byline, byline, readable


def comment_lines(session: Session, incident_id: uuid.UUID) -> list[Line]:
    """All comments of an incident that the session sees."""
    return lines(session, Comment.incident_id == incident_id)


def comment_line(session: Session, comment_id: uuid.UUID) -> Line | None:
    found = lines(session, Comment.id == comment_id)
    return found[0] if found else None


def lines(session: Session, condition: Any) -> list[Line]:
    """Comments with their authors' businesses and pictures, oldest first."""
    rows = session.execute(
        sa.select(
            Comment,
            Membership.role,
            Membership.employer,
            Business.name,
            sa.case((Comment.by_police, User.short_name), else_=readable(Comment.scheme_id)).label("who"),
        )
        .join(User, User.id == Comment.author_id)
        .outerjoin(
            Membership,
            sa.and_(Membership.user_id == Comment.author_id, Membership.scheme_id == Comment.scheme_id),
        )
        .outerjoin(Premises, Premises.id == Membership.premises_id)
        .outerjoin(Business, Business.id == Premises.business_id)
        .where(condition)
        .order_by(Comment.id)
    ).all()
    ids = [row.Comment.id for row in rows]
    pictures = pictures_of(session, Attachment.comment_id.in_(ids), by_comment=True) if ids else {}
    police = session.scalar(sa.select(Force.name)) if any(row.Comment.by_police for row in rows) else None
    return [
        line_of(row.Comment, byline(row.who, row.name or row.employer, row.role), police, pictures)
        for row in rows
    ]


def line_of(
    comment: Comment,
    by: Byline,
    police: str | None,
    pictures: dict[uuid.UUID, list[Picture]],
) -> Line:
    """One comment, the same for everybody of its audience."""
    badge = "police" if comment.by_police else "coordinator" if by.role == "coordinator" else None
    return Line(
        comment.id, "comment", comment.incident_id, by.who, comment.text, comment.at, comment.author_id,
        role_badge=badge, employer=(police if comment.by_police else by.business) or "", audience=comment.audience,
        pictures=pictures.get(comment.id, []),
    )  # fmt: skip


def said(session: Session, ids: Sequence[uuid.UUID], everything: bool) -> Any:
    """(incident, audience, text) of comments: all of them for the index, else as the wall lets the session read."""
    of: Any = Comment.__table__.c if everything else Comment
    return session.execute(sa.select(of.incident_id, of.audience, of.text).where(of.incident_id.in_(ids)))


def register_all() -> None:
    if comment_lines not in sources:
        sources.append(comment_lines)
        texts.append(said)
