"""The clock's part: what was to come out later comes out, a warning whose time is over leaves the screens, and who
wrote to the whole force is told of a reply where they can read it."""

from __future__ import annotations

import threading
import uuid
from contextlib import suppress
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask import Flask

from shopalert.alerts.outbox import Announced
from shopalert.bulletins.force import row_read_by
from shopalert.bulletins.models import Bulletin, BulletinReply
from shopalert.bulletins.publishing import forget
from shopalert.bulletins.vocabulary import HOLDING, MISSING
from shopalert.db import system_act
from shopalert.rounds import Taken, claim, look_every
from shopalert.wall import crossing

LOOK = 5.0  # seconds
BATCH = 50


def run(app: Flask, stop: threading.Event) -> None:
    """Look what is due, until stopped."""
    look_every(LOOK, look, app, stop, "bulletins not looked through")


def look(at: datetime) -> int:
    """Everything that the clock has to do. How much was done."""
    told = sum(tell_author(reply_id, at) for reply_id in untold_replies())
    return told + sum(
        do(bulletin_id, verb, column, still, at)
        for verb, column, still in (
            ("bulletin.published", Bulletin.announced_at, comes_out(at)),
            ("bulletin.ended", Bulletin.ended_at, is_over(at)),
        )
        for bulletin_id in due(column.is_(None), still)
    )


def comes_out(at: datetime) -> Any:
    """Its time has come, and is not over already."""
    return sa.and_(Bulletin.published_at <= at, sa.or_(Bulletin.kind.not_in(HOLDING), Bulletin.ends_at > at))


def is_over(at: datetime) -> Any:
    return sa.and_(Bulletin.kind.in_(HOLDING), Bulletin.ends_at <= at)


def due(*conditions: Any) -> list[uuid.UUID]:
    query = sa.select(Bulletin.id).where(Bulletin.withdrawn_at.is_(None), *conditions).order_by(Bulletin.id)
    with crossing("bulletins") as session:
        return list(session.scalars(query.limit(BATCH)))


def do(bulletin_id: uuid.UUID, verb: str, column: Any, still: Any, at: datetime) -> int:
    """Once, whoever else looks at the same time; its people are told in the same transaction."""
    with suppress(Taken), crossing("bulletins") as session, system_act(verb, session) as doing:
        unclaimed = Bulletin.withdrawn_at.is_(None), column.is_(None), still
        doing.about = row = claim(session, Bulletin, bulletin_id, {column: at}, *unclaimed)
        if verb == "bulletin.ended" and row.kind == MISSING:  # of a person nothing stays to be read
            forget(session, row, at)
        doing.announced.append(Announced(verb, row.scheme_id, "members", row.id, None))
        return 1
    return 0


def untold_replies() -> list[uuid.UUID]:
    query = sa.select(BulletinReply.id).where(BulletinReply.told_at.is_(None)).order_by(BulletinReply.id)
    with crossing("bulletins") as session:
        return list(session.scalars(query.limit(BATCH)))


def tell_author(reply_id: uuid.UUID, at: datetime) -> int:
    """A reply to what went to the whole force rings in a scheme that its author sees; nowhere if there is none left."""
    with suppress(Taken), crossing("bulletins") as session, system_act("bulletin.replied", session) as doing:
        untold = BulletinReply.told_at.is_(None)
        doing.about = reply = claim(session, BulletinReply, reply_id, {BulletinReply.told_at: at}, untold)
        if row := row_read_by(session, reply.to_id, reply.bulletin_id):
            doing.announced.append(Announced("bulletin.replied", row.scheme_id, "members", reply.id, None))
        return 1
    return 0
