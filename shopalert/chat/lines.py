"""Comments as lines of an incident's chat, and as a place where search looks."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from shopalert.accounts.models import User
from shopalert.chat.mentions import names_for, spelt, without_places
from shopalert.chat.mentions import said as said_name
from shopalert.chat.models import Comment
from shopalert.chat.threads import names_of
from shopalert.evidence.models import Attachment
from shopalert.incidents.cards import Picture, pictures_of
from shopalert.incidents.index import texts
from shopalert.incidents.lines import Line, Quote, sources
from shopalert.schemes.models import Business, Force, Membership, Premises
from shopalert.schemes.names import Byline, byline, readable
from shopalert.wall import THREAD

QUOTED = 90  # letters of a line that another shows


@dataclass(frozen=True)
class Beside:
    """What lines need besides their own rows."""

    police: str  # the force
    pictures: dict[uuid.UUID, list[Picture]]
    threads: dict[str, str]
    quotes: dict[uuid.UUID, Quote]
    names: dict[str, str]  # of those who are mentioned


def comment_lines(session: Session, incident_id: uuid.UUID) -> list[Line]:
    """All comments of an incident that the session sees."""
    return lines(session, Comment.incident_id == incident_id)


def comment_line(session: Session, comment_id: uuid.UUID | None) -> Line | None:
    found = lines(session, Comment.id == comment_id)
    return found[0] if found else None


def lines(session: Session, condition: Any) -> list[Line]:
    """Comments with their authors' businesses, pictures and what they quote, oldest first."""
    rows = rows_of(session, condition)
    ids = [row.Comment.id for row in rows]
    pictures = (
        pictures_of(session, Attachment.comment_id.in_(ids), owner=Attachment.comment_id) if ids else {}
    )
    police = session.scalar(sa.select(Force.name)) if any(row.Comment.by_police for row in rows) else ""
    private = {row.Comment.audience for row in rows if row.Comment.audience.startswith(THREAD)}
    threads = names_of(session, rows[0].Comment.scheme_id, sorted(private)) if private else {}
    names = (
        names_for(session, rows[0].Comment.scheme_id, [row.Comment.mentions for row in rows]) if rows else {}
    )
    beside = Beside(police or "", pictures, threads, quotes_of(session, rows), names)
    return [line_of(row.Comment, byline_of(row), beside) for row in rows]


def rows_of(session: Session, condition: Any) -> Sequence[Any]:
    """Comments with what their authors are in their scheme."""
    return session.execute(
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


def byline_of(row: Any) -> Byline:
    return byline(row.who, row.name or row.employer, row.role)


def line_of(comment: Comment, by: Byline, beside: Beside) -> Line:
    """One comment, the same for everybody of its audience. Verified police are known by their account alone."""
    badge = "police" if comment.by_police else "coordinator" if by.role == "coordinator" else None
    gone = gone_words(comment, by)
    text = "" if gone else spelt(comment.text, comment.mentions, beside.names)
    return Line(
        comment.id, "comment", comment.incident_id, by.who, text, comment.at, comment.author_id,
        role_badge=badge, employer=beside.police if comment.by_police else by.business, audience=comment.audience,
        pictures=[] if gone else beside.pictures.get(comment.id, []), gone=gone, edited_at=comment.edited_at,
        thread=beside.threads.get(comment.audience, ""), url=f"/incidents/{comment.incident_id}/comments/{comment.id}",
        quote=beside.quotes.get(comment.quotes_id) if comment.quotes_id and not gone else None,
        answers=f"/incidents/{comment.incident_id}",
        mentioned=tuple(said_name(each, beside.names) for each in comment.mentions),
    )  # fmt: skip


def gone_words(comment: Comment, by: Byline) -> str:
    """What stands in the place of a message that nobody reads any more."""
    if comment.removed_at is not None:
        return _("Removed by %(who)s", who=by.who)
    if comment.hidden_at is not None:
        return _("Hidden by the coordinator: %(why)s", why=comment.hidden_why)
    return ""


def quotes_of(session: Session, rows: Iterable[Any]) -> dict[uuid.UUID, Quote]:
    """The lines that these quote: mostly they stand among them, else one query more."""
    wanted = {row.Comment.quotes_id for row in rows} - {None}
    here = {row.Comment.id: row for row in rows}
    if elsewhere := wanted - here.keys():
        here |= {row.Comment.id: row for row in rows_of(session, Comment.id.in_(elsewhere))}
    return {each: quote(here[each]) for each in wanted if each in here}


def quote(row: Any) -> Quote:
    comment, by = row.Comment, byline_of(row)
    said = gone_words(comment, by) or " ".join(without_places(comment.text).split()) or _("A photo")
    short = said if len(said) <= QUOTED else said[: QUOTED - 1].rstrip() + "…"
    return Quote(comment.dom_id, by.who, short, comment.audience)


def quote_of(session: Session, comment_id: uuid.UUID) -> Quote | None:
    """A line as another would quote it, where the session sees it."""
    found = rows_of(session, sa.and_(Comment.id == comment_id, Comment.stands()))
    return quote(found[0]) if found else None


def audiences_quoting(session: Session, comment_id: uuid.UUID) -> set[str]:
    """Who reads an answer to this comment: whoever changes it need not see all of those."""
    table: Any = Comment.__table__.c
    return set(session.scalars(sa.select(table.audience).where(table.quotes_id == comment_id).distinct()))


def said(session: Session, ids: Sequence[uuid.UUID], everything: bool) -> Any:
    """(incident, audience, text) of comments: all of them for the index, else as the wall lets the session read.

    What is said in a thread stands on the shelf of the business, and on that of the police.
    """
    of: Any = Comment.__table__.c if everything else Comment
    query = sa.select(of.incident_id, of.audience, of.text).where(
        of.incident_id.in_(ids), of.removed_at.is_(None), of.hidden_at.is_(None)
    )
    for incident_id, audience, words in session.execute(query):
        text = without_places(words)
        yield incident_id, audience, text
        if everything and audience.startswith(THREAD):
            yield incident_id, "police", text


def register_all() -> None:
    if comment_lines not in sources:
        sources.append(comment_lines)
        texts.append(said)
