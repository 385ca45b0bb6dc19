"""Who looked at what: one audit row a page (an incident, a search, the thumbnails of a list).

DPA 2018 s.62 asks police systems to log consultation. A page that many look at must not wait for the one
who may write, nor for the disk; so its row is gathered here with the time and number of its request, and
written with others within a second. Where no worker of this process gathers (commands, tests), it is
written at once.
"""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import dataclass, field
from typing import Any

from flask import Flask

from shopalert.db import Act, finish, new_act, writing
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
    doing = new_act(verb, viewer)
    doing.about, doing.details = about, details
    if _gathering.working:
        _gathering.acts.append(doing)
    else:
        write([doing])


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
    """Write all that was gathered; what cannot be written now stays gathered."""
    while _gathering.acts:
        batch = [_gathering.acts[place] for place in range(min(MOST, len(_gathering.acts)))]
        with app.app_context():
            write(batch)
        for _ in batch:
            _gathering.acts.popleft()


def write(acts: list[Act]) -> None:
    """In one transaction."""
    with crossing("looks") as session, writing(session):
        for doing in acts:
            finish(doing, session)
