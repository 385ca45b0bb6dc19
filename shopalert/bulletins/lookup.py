"""Finding bulletins, under the wall: what is pinned now, and the list."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from shopalert.bulletins.areas import is_near
from shopalert.bulletins.cards import BulletinCard, cards
from shopalert.bulletins.models import Bulletin
from shopalert.bulletins.receipts import read_by, unread_among
from shopalert.bulletins.vocabulary import HOLDING, MISSING
from shopalert.db import Moment, db, now
from shopalert.permissions import can
from shopalert.schemes.models import Scheme
from shopalert.schemes.viewer import Viewer, current_viewer

PAGE = 40
PINNED = 10  # more than that nobody reads
MOST = 100  # nobody counts further; the screen says 99+
FRESH = timedelta(days=30)  # what is older counts as read


def the_bulletin(bulletin_id: uuid.UUID) -> Bulletin | None:
    """The bulletin of an address, under the wall. Of a person who was looked for long enough members read nothing, even
    before the clock has said so."""
    row = db.session.scalar(sa.select(Bulletin).where(Bulletin.id == bulletin_id))
    if row is not None and row.kind == MISSING and row.over(now()):
        return row if can(current_viewer(), "bulletin.all_clear", row) else None
    return row


@dataclass(frozen=True)
class Listed:
    """One bulletin of a list: its card, all schemes of this list that have it, and whether it is new to the reader."""

    card: BulletinCard
    schemes: list[str] = field(default_factory=list)
    unread: bool = False


def pinned(
    session: Session, viewer: Viewer, scheme_ids: Sequence[uuid.UUID], at: datetime, everything: bool = False
) -> list[Bulletin]:
    """The warnings that hold now, urgent ones first: each once, as far as it is pinned for this viewer; or all rows."""
    if not scheme_ids:
        return []
    standing = (
        sa.select(Bulletin)
        .where(
            Bulletin.scheme_id.in_(scheme_ids), Bulletin.kind.in_(HOLDING), Bulletin.withdrawn_at.is_(None),
            Bulletin.published_at <= at, Bulletin.ends_at > at,
        )
        .order_by(sa.case((Bulletin.severity == "urgent", 0), else_=1), Bulletin.published_at.desc())
        .limit(PINNED * 20)
    )  # fmt: skip
    rows = list(session.scalars(standing))
    if everything:
        return rows
    once: dict[uuid.UUID, Bulletin] = {}
    for row in rows:
        if is_for(viewer, row):
            once.setdefault(row.publication_id, row)
    return list(once.values())[:PINNED]


def is_for(viewer: Viewer, row: Any) -> bool:
    """One for near-by premises is for those, for its author, and for those who look after the scheme."""
    answers = (*viewer.coordinator_schemes, *viewer.police_schemes)
    if not row.near_only or row.scheme_id in answers or row.author_id == viewer.user_id:
        return True
    return is_near(row.premises_ids, viewer.premises.get(row.scheme_id))


def listed(session: Session, viewer: Viewer, rows: Sequence[Bulletin], at: datetime) -> list[Listed]:
    """As a list shows them: a publication once, however many of the schemes have it."""
    firsts: dict[uuid.UUID, Bulletin] = {}
    where: dict[uuid.UUID, list[uuid.UUID]] = {}
    for row in rows:
        firsts.setdefault(row.publication_id, row)
        where.setdefault(row.publication_id, []).append(row.scheme_id)
    ids = {row.scheme_id for row in rows}
    asked = session.execute(sa.select(Scheme.id, Scheme.name).where(Scheme.id.in_(ids))) if ids else ()
    names = {row[0]: row[1] for row in asked}
    once = list(firsts.values())
    fresh = [row for row in once if row.stands(at) and row.published_at > at - FRESH and is_for(viewer, row)]
    unread = unread_among(session, viewer, fresh)
    return [
        Listed(card, sorted(names[each] for each in where[row.publication_id]), row.id in unread)
        for row, card in zip(once, cards(session, once, at), strict=True)
    ]


@lru_cache(1)
def asking_unread() -> Any:
    """What stands and is not read. Made once: every page asks."""
    me: Any = sa.bindparam("me")
    at: Any = sa.bindparam("at", type_=Moment())
    return (
        sa.select(
            Bulletin.publication_id, Bulletin.scheme_id, Bulletin.author_id, Bulletin.near_only,
            sa.case((Bulletin.near_only, Bulletin.premises_ids), else_=sa.null()).label("premises_ids"),
        )
        .where(
            Bulletin.scheme_id.in_(sa.bindparam("schemes", expanding=True)),
            Bulletin.published_at.between(sa.bindparam("since", type_=Moment()), at),
            Bulletin.withdrawn_at.is_(None), Bulletin.author_id != me,
            sa.or_(Bulletin.kind.not_in(HOLDING), Bulletin.ends_at > at), ~read_by(me),
        )
        .order_by(Bulletin.published_at.desc())
        .limit(MOST * 20)
    )  # fmt: skip


def unread_publications(session: Session, viewer: Viewer, at: datetime) -> list[uuid.UUID]:
    """What stands and is for this viewer, of others, and not read as it is now; the newest MOST at most. One query."""
    asked = {"schemes": list(viewer.schemes), "me": viewer.user_id, "since": at - FRESH, "at": at}
    mine = (row.publication_id for row in session.execute(asking_unread(), asked) if is_for(viewer, row))
    return list(dict.fromkeys(mine))[:MOST]


def page_of(
    session: Session, scheme_ids: Sequence[uuid.UUID], kind: str, before: datetime | None, at: datetime
) -> tuple[list[Bulletin], datetime | None]:
    """Everything that is not pinned, newest first, and where the next page begins."""
    asked = sa.select(Bulletin).where(
        Bulletin.scheme_id.in_(scheme_ids),
        Bulletin.published_at <= at,
        sa.not_(sa.and_(Bulletin.kind.in_(HOLDING), Bulletin.withdrawn_at.is_(None), Bulletin.ends_at > at)),
        sa.not_(sa.and_(Bulletin.kind == MISSING, Bulletin.ends_at <= at)),
    )
    if kind:
        asked = asked.where(Bulletin.kind == kind)
    if before:
        asked = asked.where(Bulletin.published_at < before)
    order = (Bulletin.published_at.desc(), Bulletin.id.desc())
    rows = list(session.scalars(asked.order_by(*order).limit(PAGE + 1)))
    return rows[:PAGE], rows[PAGE - 1].published_at if len(rows) > PAGE else None


def to_come(session: Session, scheme_ids: Sequence[uuid.UUID], at: datetime) -> list[Bulletin]:
    """What the viewer has written for later: before its time nobody else sees it."""
    asked = sa.select(Bulletin).where(
        Bulletin.scheme_id.in_(scheme_ids), Bulletin.published_at > at, Bulletin.withdrawn_at.is_(None)
    )
    return list(session.scalars(asked.order_by(Bulletin.published_at)))


def siblings(session: Session, bulletin: Bulletin) -> list[Scheme]:
    """The schemes of the same publication, as far as the viewer sees them."""
    same = sa.select(Bulletin.scheme_id).where(Bulletin.publication_id == bulletin.publication_id)
    return list(session.scalars(sa.select(Scheme).where(Scheme.id.in_(same)).order_by(Scheme.name)))


def standing(ids: set[uuid.UUID], scheme_ids: Sequence[uuid.UUID], at: datetime) -> list[uuid.UUID]:
    """Which of these a phone may still keep: seen by this person, neither recalled nor over."""
    asked = sa.select(Bulletin).where(Bulletin.id.in_(ids), Bulletin.scheme_id.in_(scheme_ids))
    return [row.id for row in db.session.scalars(asked) if row.stands(at)]
