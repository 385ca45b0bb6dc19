"""Search in what the town was told, over the shelves that incidents are found on: title, text and what was asked for.

On a scheme's shelf `bulletins` stands what is out and holds: nothing that is still to come, was recalled, or is of a
missing person whose time is over. What readers answer stands nowhere. Nothing is suggested from a notice of a missing
person: neither a completion nor a "did you mean" says their name.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from shopalert import db as house
from shopalert.bulletins.lookup import Listed, listed
from shopalert.bulletins.markdown import words_of as plain
from shopalert.bulletins.models import Bulletin, BulletinPassage
from shopalert.bulletins.vocabulary import KINDS, MISSING, NOTES, TEMPLATES
from shopalert.db import Act, now
from shopalert.incidents import index, search
from shopalert.incidents.index import BULLETINS, Read
from shopalert.incidents.search import Found, Narrowed
from shopalert.incidents.tokens import words_of
from shopalert.schemes.viewer import Viewer

CHANGES = frozenset(
    f"bulletin.{what}" for what in ("published", "corrected", "recalled", "all_clear", "ended")
)
bulletin, passage = Bulletin.__table__, BulletinPassage.__table__


@dataclass(frozen=True)
class FoundBulletins:
    """What was found, newest first; `marks` says which words of it to mark, `instead` what was read for which."""

    listed: list[Listed] = field(default_factory=list)
    instead: dict[str, list[str]] = field(default_factory=dict)
    marks: Found = field(default_factory=Found)


# ---- what the index holds


def keep_words(act: Act, session: Session) -> None:
    """The finisher: what was told, corrected or taken back is so in the index, too."""
    ids = {said.thing_id for said in act.announced if said.kind in CHANGES and said.thing_id is not None}
    if ids:
        index.index(session, sorted(ids), SOURCE)


def read(session: Session, ids: Sequence[uuid.UUID]) -> list[Read]:
    """The words of bulletins as they stand."""
    rows = session.execute(
        sa.select(bulletin, holds(now()).label("holds")).where(bulletin.c.id.in_(ids))
    ).all()
    return [
        Read(
            row.id, row.scheme_id, {"shown_until": row.shown_until, "kept_until": row.kept_until},
            {BULLETINS: set(words_of(" ".join(said_in(row))))} if row.holds else {},
            suggested=row.kind != MISSING,
        )
        for row in rows
    ]  # fmt: skip


def holds(at: datetime) -> Any:
    """It is out, nobody took it back, and it is of nobody who was looked for long enough."""
    table = bulletin.c
    over = sa.and_(table.kind == MISSING, sa.func.coalesce(table.ends_at <= at, sa.false()))
    return sa.and_(table.announced_at.is_not(None), table.withdrawn_at.is_(None), sa.not_(over))


def said_in(row: Any) -> list[str]:
    """Its kind and the usual warning it was made from, as the list names them; its words; its fields."""
    usual, note = TEMPLATES.get(row.template), dict(row.note)
    known = NOTES.get(note.pop("denomination", ""), "")
    names = [str(KINDS[row.kind].label), str(usual.label) if usual else "", str(known)]
    return [*names, row.title, plain(row.text), *map(str, note.values())]


def lacking(session: Session) -> list[uuid.UUID]:
    """Some that search does not know."""
    there = sa.select(passage.c.bulletin_id).where(passage.c.bulletin_id == bulletin.c.id)
    query = sa.select(bulletin.c.id).where(holds(now()), ~there.exists())
    return list(session.scalars(query.order_by(bulletin.c.id).limit(index.BATCH)))


SOURCE = index.Source(passage, "bulletin_id", read, lacking)


def init_app() -> None:
    if SOURCE not in index.sources:
        index.sources.append(SOURCE)
        house.finishers.insert(0, keep_words)  # before the event's number is taken: that comes last


# ---- what a reader finds


def find(session: Session, viewer: Viewer, text: str, only: Narrowed) -> FoundBulletins:
    """What the viewer may read that holds every word, a publication once."""
    words, at = search.words_to_look_for(text), now()
    looked = search.look(session, words, only, None, search.of_bulletins)
    numbers = looked.exact + looked.further
    if not numbers:
        return FoundBulletins()
    those = sa.select(BulletinPassage.bulletin_id).where(BulletinPassage.number.in_(numbers))
    same = sa.select(Bulletin.publication_id).where(Bulletin.id.in_(those))
    asked = sa.select(Bulletin).where(
        Bulletin.publication_id.in_(same), Bulletin.withdrawn_at.is_(None), Bulletin.published_at <= at,
        sa.not_(sa.and_(Bulletin.kind == MISSING, Bulletin.ends_at <= at)),
    )  # fmt: skip
    if only.scheme_id is not None:
        asked = asked.where(Bulletin.scheme_id == only.scheme_id)
    rows = list(session.scalars(asked.order_by(Bulletin.published_at.desc(), Bulletin.id.desc())))
    beginnings = tuple(word for word in words if len(word) >= search.BEGINNING)
    return FoundBulletins(
        listed(session, viewer, rows, at)[: search.PAGE], looked.instead if rows else {},
        Found(stems=looked.stems, beginnings=beginnings),
    )  # fmt: skip
