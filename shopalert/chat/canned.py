"""Ready texts of a force: what its officers write again and again, picked in the composer and sent as they like it."""

from __future__ import annotations

import uuid

import sqlalchemy as sa
from sqlalchemy.orm import Session

from shopalert.chat.models import CannedText
from shopalert.db import act, db, the_act
from shopalert.schemes.models import Force
from shopalert.schemes.viewer import Viewer

MOST = 60


class TooMany(Exception):
    """A list that is longer is a list that nobody reads."""


def all_texts(session: Session) -> list[CannedText]:
    """The force's, by title."""
    return list(session.scalars(sa.select(CannedText).order_by(CannedText.title, CannedText.id)))


def text_of(session: Session, text_id: uuid.UUID) -> CannedText | None:
    return session.get(CannedText, text_id)


@act("canned.manage")
def add(viewer: Viewer, title: str, text: str) -> CannedText:
    """One more. Raises TooMany."""
    session = db.session()
    if (session.scalar(sa.select(sa.func.count()).select_from(CannedText)) or 0) >= MOST:
        raise TooMany
    row = CannedText(
        force_id=session.scalars(sa.select(Force.id)).one(), title=title, text=text, changed_at=the_act().at
    )
    session.add(row)
    session.flush()
    the_act().about = row
    return row


@act("canned.manage")
def change(viewer: Viewer, row: CannedText, title: str, text: str) -> None:
    """Other words for all officers of the force."""
    the_act().about = row
    row.title, row.text, row.changed_at = title, text, the_act().at


@act("canned.manage")
def remove(viewer: Viewer, row: CannedText) -> None:
    the_act().about = row
    db.session.delete(row)
