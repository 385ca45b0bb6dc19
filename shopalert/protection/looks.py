"""Who looked at what: one audit row a page (an incident, a search, the thumbnails of a list). Of a list that police
read it is one a scheme, so that each scheme's coordinators can see it.

DPA 2018 s.62 asks police systems to log consultation. A page that many look at must not wait for the one
who may write, nor for the disk; so its row is gathered here with the time and number of its request, and
written with others within a second. Where no worker of this process gathers (commands, tests), it is
written at once.
"""

from __future__ import annotations

import threading
import uuid
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from shopalert.db import Act, Busy, new_act, writing
from shopalert.protection.audit import write_all
from shopalert.wall import crossing

EVERY = 1.0  # seconds
MOST = 500  # rows in one transaction


@dataclass
class Gathering:
    """What this process has still to write."""

    working: bool = False
    acts: deque[Act] = field(default_factory=deque)


_gathering = Gathering()


def note(verb: str, viewer: Any, about: Any, **details: Any) -> None:
    """This viewer was shown a page about this thing."""
    keep([look(verb, viewer, about, **details)])


def note_list(verb: str, viewer: Any, shown: Iterable[tuple[uuid.UUID, uuid.UUID]]) -> None:
    """Police were shown a list of incidents, given as (scheme, incident): one look at each of their schemes."""
    of: dict[uuid.UUID, list[str]] = {}
    for scheme_id, incident_id in shown:
        if scheme_id in viewer.police_schemes:
            of.setdefault(scheme_id, []).append(str(incident_id))
    keep([look(verb, viewer, OfScheme(id_), incidents=found) for id_, found in of.items()])


@dataclass(frozen=True)
class OfScheme:
    """A scheme as the thing that was looked at, and as the one whose audit it stands in."""

    id: uuid.UUID
    __tablename__ = "scheme"

    @property
    def scheme_id(self) -> uuid.UUID:
        return self.id


def look(verb: str, viewer: Any, about: Any, **details: Any) -> Act:
    doing = new_act(verb, viewer)
    doing.about, doing.details = about, details
    return doing


def keep(acts: list[Act]) -> None:
    """To be written within a second, or now."""
    if _gathering.working:
        _gathering.acts.extend(acts)
    elif acts:
        write(acts)


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
    """Write all that was gathered. What cannot be written now, as the disk is full, stays: pages are read on."""
    while _gathering.acts:
        batch = [_gathering.acts[place] for place in range(min(MOST, len(_gathering.acts)))]
        try:
            with app.app_context():
                write(batch)
        except (Busy, SQLAlchemyError) as error:
            app.logger.warning("%d looks are not written yet: %s", len(_gathering.acts), type(error).__name__)
            return
        for _ in batch:
            _gathering.acts.popleft()


def write(acts: list[Act]) -> None:
    """In one transaction."""
    with crossing("looks") as session, writing(session):
        write_all(session, acts)
