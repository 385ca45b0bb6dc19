"""What one person has not read yet.

An incident stirs when members may learn something new of it: a report, a message for members, a sighting, an all
clear. It is unread by whoever has not opened it since and did not say they had read everything; what they did
themselves stirs nothing for them. Marks of reading are gathered like looks: a page that is read waits for no writer.
"""

from __future__ import annotations

import threading
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from flask import Flask
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from shopalert import db as house
from shopalert.db import Act, Busy, now, uuid7, writing
from shopalert.incidents.models import Incident, ReadMark, ReadUpTo
from shopalert.schemes.viewer import Viewer
from shopalert.wall import crossing

FRESH = timedelta(days=14)  # what stirred longer ago counts as read
MOST = 100  # nobody counts further; the screen says 99+
EVERY = 0.5  # seconds
STIRS = frozenset(
    {"incident.reported", "incident.edited", "incident.all_clear", "sighting.added", "comment.said"}
)


@dataclass
class Gathering:
    """What this process has still to write: (person, incident) read at."""

    working: bool = False
    marks: dict[tuple[uuid.UUID, uuid.UUID], tuple[uuid.UUID, datetime]] = field(default_factory=dict)


_gathering = Gathering()


# ---- what stirs


def note_stirs(act: Act, session: Session) -> None:
    """The finisher: when something happened that members may learn of, and by whom."""
    for said in act.announced:
        if said.audience != "members" or said.kind not in STIRS or said.incident_id is None:
            continue
        by = act.viewer.user_id if act.viewer else None
        values: dict[str, Any] = {"stirred_at": act.at, "stirred_by_id": by}
        if said.kind == "comment.said":
            values["last_said_by_id"] = by
        change = sa.update(Incident).where(Incident.id == said.incident_id).values(**values)
        session.execute(change, execution_options={"synchronize_session": False})


# ---- what is unread


def is_unread(viewer: Viewer, at: datetime) -> Any:
    """A condition on incidents."""
    return unread_by(viewer.user_id, at - FRESH, just_read(viewer))


def just_read(viewer: Viewer) -> list[uuid.UUID]:
    """What they have read and is not written down yet."""
    return [incident for (user, incident) in list(_gathering.marks) if user == viewer.user_id]


def unread_by(me: Any, since: Any, read_already: Any) -> Any:
    read = sa.select(ReadMark.id).where(
        ReadMark.user_id == me, ReadMark.incident_id == Incident.id, ReadMark.at >= Incident.stirred_at
    )
    all_read = sa.select(ReadUpTo.id).where(
        ReadUpTo.user_id == me, ReadUpTo.scheme_id == Incident.scheme_id, ReadUpTo.at >= Incident.stirred_at
    )
    return sa.and_(
        Incident.stirred_at > since,
        sa.func.coalesce(Incident.stirred_by_id, Incident.author_id) != me,
        ~read.exists(),
        ~all_read.exists(),
        Incident.id.not_in(read_already),
    )


@lru_cache(1)
def asking_unread() -> Any:
    """Made once: every page asks."""
    of_schemes: Any = sa.bindparam("schemes", expanding=True)
    standing = (Incident.scheme_id.in_(of_schemes), Incident.withdrawn_at.is_(None))
    unread = unread_by(sa.bindparam("me"), sa.bindparam("since"), sa.bindparam("just_read", expanding=True))
    return sa.select(Incident.id).where(*standing, unread).order_by(Incident.stirred_at.desc()).limit(MOST)


def unread_ids(session: Session, viewer: Viewer, schemes: Sequence[uuid.UUID]) -> list[uuid.UUID]:
    """The newest unread of these schemes, MOST at most."""
    asked = {"schemes": list(schemes), "me": viewer.user_id, "since": now() - FRESH}
    return list(session.scalars(asking_unread(), {**asked, "just_read": just_read(viewer)}))


# ---- reading


def note_read(viewer: Viewer, incident: Incident) -> None:
    """This viewer has the incident open."""
    _gathering.marks[viewer.user_id, incident.id] = (incident.scheme_id, now())
    if not _gathering.working:
        write()


def read_all(viewer: Viewer, scheme_id: uuid.UUID) -> None:
    """Everything of a scheme up to now."""
    row = {"id": uuid7(), "user_id": viewer.user_id, "scheme_id": scheme_id, "at": now()}
    with crossing("reading") as session, writing(session):
        upsert(session, ReadUpTo, ["user_id", "scheme_id"], [row])


def run(app: Flask, stop: threading.Event) -> None:
    """In each web process: write what was gathered."""
    _gathering.working = True
    try:
        while not stop.wait(EVERY):
            flush(app)
    finally:
        _gathering.working = False
        flush(app)


def flush(app: Flask) -> None:
    if _gathering.marks:
        try:
            with app.app_context():
                write()
        except (Busy, sa.exc.SQLAlchemyError):
            return  # they stay gathered


def write() -> None:
    """In one transaction; what is read again meanwhile stays."""
    batch = dict(_gathering.marks)
    rows = [
        {"id": uuid7(), "user_id": user, "incident_id": incident, "scheme_id": scheme, "at": at}
        for (user, incident), (scheme, at) in sorted(batch.items())
    ]
    with crossing("reading") as session, writing(session):
        upsert(session, ReadMark, ["user_id", "incident_id"], rows)
    for key, mark in batch.items():
        if _gathering.marks.get(key) == mark:
            del _gathering.marks[key]


def upsert(session: Session, model: Any, key: list[str], rows: list[dict[str, Any]]) -> None:
    """The later moment stands."""
    if not rows:
        return
    kind = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    insert = kind(model)
    session.execute(insert.on_conflict_do_update(index_elements=key, set_={"at": insert.excluded.at}), rows)


def init_app() -> None:
    if note_stirs not in house.finishers:
        house.finishers.insert(0, note_stirs)
