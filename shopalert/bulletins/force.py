"""Bulletins to the whole force: one row in every scheme, also where its author sees nothing else.

An operator gives an officer the right. Writing, correcting and recalling are done by the author as police of the
schemes that this publication reaches, for that one act; before and after it they see what they saw. How the other
schemes took it reaches the author in figures, with the replies that are addressed to them.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from shopalert.accounts.models import User
from shopalert.bulletins.models import Bulletin, BulletinReading, BulletinReply
from shopalert.bulletins.receipts import since
from shopalert.db import db
from shopalert.permissions import can
from shopalert.schemes.models import District, Force, Membership, Scheme
from shopalert.schemes.names import Byline, bylines
from shopalert.schemes.viewer import Viewer, counts, viewers
from shopalert.wall import Walled, crossing, entered

TO = "force"  # as a form says whom it goes to
POLICE = frozenset({"officer"})


@dataclass(frozen=True)
class Elsewhere:
    """How one scheme that its author does not see took a bulletin."""

    scheme: str
    read: int
    of: int
    replies: list[tuple[Byline | None, str, datetime]] = field(default_factory=list)


def force_of(viewer: Viewer) -> tuple[str, list[Scheme]] | None:
    """The force and its schemes, for who may write to all of it."""
    if not can(viewer, "bulletin.to_force"):
        return None
    name = db.session.scalar(sa.select(Force.name).order_by(Force.id).limit(1)) or ""
    all_of_it = sa.select(Scheme).join(District, District.id == Scheme.district_id).order_by(Scheme.name)
    return name, list(db.session.scalars(all_of_it))


def unseen(viewer: Viewer, scheme_ids: Any) -> dict[uuid.UUID, frozenset[str]]:
    return {each: POLICE for each in scheme_ids if each not in viewer.schemes}


@contextmanager
def writing_to(viewer: Viewer, schemes: list[Scheme]) -> Iterator[Viewer]:
    """The author for one act, as police of all these schemes. Nothing of what was at hand meanwhile stays at hand."""
    wide = replace(viewer, roles={**viewer.roles, **unseen(viewer, [each.id for each in schemes])})
    session = db.session()
    session.rollback()  # what is read from here on is read with the other eyes
    try:
        with entered(wide):
            yield wide
    finally:
        session.rollback()
        for row in list(session):
            if isinstance(row, Walled) and row.scheme_id not in viewer.schemes:
                session.expunge(row)


@contextmanager
def reaching_all(viewer: Viewer, bulletin: Bulletin) -> Iterator[Viewer]:
    """Who changes a bulletin: where it went to the force, its author reaches every scheme that has it."""
    if not (bulletin.to_force and bulletin.author_id == viewer.user_id):
        yield viewer
        return
    with crossing("force") as session:
        schemes = [scheme for scheme, _row in beyond(session, viewer, bulletin)]
    with writing_to(viewer, schemes) as wide:
        yield wide


def beyond(session: Session, viewer: Viewer, bulletin: Bulletin) -> list[tuple[Scheme, Bulletin]]:
    """The rows of the author's own publication in schemes that they do not see."""
    asked = (
        sa.select(Scheme, Bulletin)
        .join(Bulletin, Bulletin.scheme_id == Scheme.id)
        .where(
            Bulletin.publication_id == bulletin.publication_id, Bulletin.author_id == viewer.user_id,
            Bulletin.to_force, Bulletin.scheme_id.not_in(viewer.schemes),
        )
        .order_by(Scheme.name)
    )  # fmt: skip
    return [(row[0], row[1]) for row in session.execute(asked)]


def row_of_mine(viewer: Viewer, client_id: uuid.UUID) -> uuid.UUID | None:
    """The row of what was just published that its author reads."""
    mine = sa.select(Bulletin.id).where(Bulletin.publication_id == uuid.uuid5(client_id, str(viewer.user_id)))
    return db.session.scalar(mine.order_by(Bulletin.id).limit(1))


def row_read_by(session: Session, person: uuid.UUID, bulletin_id: uuid.UUID) -> Bulletin | None:
    """Of the publication that this row is one of, the row that somebody reads: this one if they see its scheme."""
    bulletin = session.get_one(Bulletin, bulletin_id)
    viewer = viewers(session, [person]).get(person)
    if viewer is None:
        return None
    if bulletin.scheme_id in viewer.schemes:
        return bulletin
    theirs = sa.select(Bulletin).where(
        Bulletin.publication_id == bulletin.publication_id, Bulletin.scheme_id.in_(viewer.schemes)
    )
    return session.scalars(theirs.order_by(Bulletin.id).limit(1)).first()


def elsewhere(viewer: Viewer, bulletin: Bulletin) -> list[Elsewhere]:
    """For its author: the schemes that they do not see, how many have read it there, and what was replied to them."""
    if not (bulletin.to_force and bulletin.author_id == viewer.user_id):
        return []
    with crossing("force") as session:
        rows = beyond(session, viewer, bulletin)
        ids = [row.id for _scheme, row in rows]
        of, read = (
            members(session, [scheme.id for scheme, _row in rows], viewer.user_id),
            have_read(session, ids, since(bulletin)),
        )
        said = replies(session, ids, viewer.user_id)
        who = {
            row.id: bylines(session, scheme.id, {each.author_id for each in said.get(row.id, [])})
            for scheme, row in rows if row.id in said
        }  # fmt: skip
        return [
            Elsewhere(
                scheme.name, read.get(row.id, 0), of.get(scheme.id, 0),
                [(who[row.id].get(each.author_id), each.text, each.at) for each in said.get(row.id, [])],
            )
            for scheme, row in rows
        ]  # fmt: skip


def members(session: Session, schemes: list[uuid.UUID], but: uuid.UUID) -> dict[uuid.UUID, int]:
    """How many people belong there now."""
    asked = (
        sa.select(Membership.scheme_id, sa.func.count())
        .join(User, User.id == Membership.user_id)
        .where(
            Membership.scheme_id.in_(schemes),
            Membership.user_id != but,
            counts(),
            User.suspended_at.is_(None),
        )
        .group_by(Membership.scheme_id)
    )
    return {row[0]: row[1] for row in session.execute(asked)}


def have_read(session: Session, bulletins: list[uuid.UUID], since: datetime) -> dict[uuid.UUID, int]:
    """How many of these have read what it says now."""
    asked = (
        sa.select(BulletinReading.bulletin_id, sa.func.count())
        .join(Membership, Membership.user_id == BulletinReading.user_id)
        .join(User, User.id == Membership.user_id)
        .where(
            Membership.scheme_id == BulletinReading.scheme_id,
            BulletinReading.bulletin_id.in_(bulletins), BulletinReading.read_at >= since,
            counts(), User.suspended_at.is_(None),
        )
        .group_by(BulletinReading.bulletin_id)
    )  # fmt: skip
    return {row[0]: row[1] for row in session.execute(asked)}


def replies(
    session: Session, bulletins: list[uuid.UUID], to: uuid.UUID
) -> dict[uuid.UUID, list[BulletinReply]]:
    """What was said to this person; nobody else's letters."""
    asked = sa.select(BulletinReply).where(
        BulletinReply.bulletin_id.in_(bulletins), BulletinReply.to_id == to
    )
    found: dict[uuid.UUID, list[BulletinReply]] = {}
    for each in session.scalars(asked.order_by(BulletinReply.id)):
        found.setdefault(each.bulletin_id, []).append(each)
    return found
