"""Sessions live in the database: the cookie holds a random token, and the row decides at each request.

A copied cookie is dead once the row is ended. That a session was used is gathered in the process and
written once in a while for all together, so that reading a page never waits for a writer.
"""

from __future__ import annotations

import hashlib
import secrets
import threading
import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import lru_cache
from typing import Any

import gevent
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from shopalert.accounts.models import User, UserSession
from shopalert.db import Busy, Moment, now, writing
from shopalert.schemes.viewer import Viewer, places_of, viewer_from
from shopalert.together import Together
from shopalert.wall import crossing

MEMBERS_STAY = timedelta(days=30)
OTHERS_STAY = timedelta(hours=12)  # who may see or change more
WRITE_EVERY = 20.0  # seconds
MINUTE = timedelta(minutes=1)

# What goes with a session, in its transaction: (session, user, ids of the ended sessions or None for all).
Ending = Callable[[Session, uuid.UUID, list[uuid.UUID] | None], None]
on_session_end: list[Ending] = []

_used: set[uuid.UUID] = set()


def hash_of(token: str) -> bytes:
    """What is kept of a token."""
    return hashlib.sha256(token.encode("utf-8", "replace")).digest()


def begin(session: Session, viewer: Viewer, device: str) -> tuple[str, Viewer]:
    """A new session: its token, which is told once, and the viewer who now has it."""
    token = secrets.token_urlsafe(32)
    row = UserSession(
        token_hash=hash_of(token),
        user_id=viewer.user_id,
        device=device[:120],
        absolute_end=now() + stay(viewer),
    )
    session.add(row)
    session.flush()
    return token, replace(viewer, session_id=row.id)


def stay(viewer: Viewer) -> timedelta:
    """How long a session lasts at most."""
    more = viewer.is_police or viewer.is_operator or viewer.coordinator_schemes
    return OTHERS_STAY if more else MEMBERS_STAY


def standing(moment: Any = None) -> sa.ColumnElement[bool]:
    """A session that counts, now or at a moment. Join User to it."""
    at = now() if moment is None else moment
    return sa.and_(
        UserSession.revoked_at.is_(None), UserSession.absolute_end > at, User.suspended_at.is_(None)
    )


@lru_cache(1)
def asking_by_token() -> Any:
    """Made once: it is asked at each request."""
    return (
        sa.select(
            *(
                User.id,
                User.name,
                User.short_name,
                User.email,
                User.is_operator,
                User.tells_force,
                User.toured_at,
            ),
            *(UserSession.token_hash, UserSession.id.label("session_id")),
        )
        .join_from(User, UserSession, User.id == UserSession.user_id)
        .where(
            UserSession.token_hash.in_(sa.bindparam("hashes", expanding=True)),
            standing(sa.bindparam("moment", type_=Moment())),
        )
    )


def viewer_by(token: str) -> Viewer | None:
    """Whose session this is and what they may see now; None where it no longer counts."""
    return asked.ask(hash_of(token))


def viewers_by(hashes: list[bytes]) -> list[Viewer | None]:
    """The same of many: when a web process is changed thousands of screens ask within seconds."""
    with crossing("viewer") as session:
        rows = list(session.execute(asking_by_token(), {"hashes": list(set(hashes)), "moment": now()}))
        places = places_of(session, {row.id for row in rows})
    found = {row.token_hash: viewer_from(row, places.get(row.id, []), row.session_id) for row in rows}
    return [found.get(each) for each in hashes]


asked = Together(viewers_by)


def listing(session: Session, user_id: uuid.UUID) -> list[UserSession]:
    """A person's sessions that still count, the last used first."""
    statement = (
        sa.select(UserSession)
        .join(UserSession.user)
        .where(UserSession.user_id == user_id, standing())
        .order_by(UserSession.last_seen_at.desc(), UserSession.id.desc())
    )
    return list(session.scalars(statement))


def end(session: Session, user_id: uuid.UUID, only: list[uuid.UUID] | None = None) -> int:
    """End a person's sessions, all or only these, with what hangs on them. How many there were."""
    statement = sa.update(UserSession).where(UserSession.user_id == user_id, UserSession.revoked_at.is_(None))
    if only is not None:
        statement = statement.where(UserSession.id.in_(only))
    ended = session.execute(
        statement.values(revoked_at=now()), execution_options={"synchronize_session": False}
    )
    for follow in on_session_end:
        follow(session, user_id, only)
    return int(ended.rowcount)  # type: ignore[attr-defined]


# ---- last seen


def used(session_id: uuid.UUID | None) -> None:
    """A person did something with this session."""
    if session_id is not None:
        _used.add(session_id)


def write_used() -> None:
    """Say in the rows that they were used; an ended one stays as it is."""
    ids, moment = list(_used), now()
    _used.clear()
    if not ids:
        return
    with crossing("viewer") as session, writing(session):
        session.execute(
            sa.update(UserSession)
            .where(
                UserSession.id.in_(ids),
                UserSession.revoked_at.is_(None),
                UserSession.last_seen_at < moment - MINUTE,
            )
            .values(last_seen_at=moment),
            execution_options={"synchronize_session": False},
        )


def run(app: Flask, stop: threading.Event) -> None:
    """In every web process: write what was gathered. What a crash loses is a time in a list."""
    while not stop.is_set():
        gevent.sleep(WRITE_EVERY)
        try:
            with app.app_context():
                write_used()
        except (Busy, sa.exc.SQLAlchemyError) as error:
            app.logger.warning("last use of sessions not written: %s", type(error).__name__)
