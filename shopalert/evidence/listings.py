"""Which thumbnails were on whose page: one audit row a page, written together within a second.

A page that many look at must not wait for the one who may write, nor for the disk; so its row is
gathered here with the time and number of its request. Where no worker of this process gathers (commands,
tests), it is written at once.
"""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import dataclass, field
from typing import Any

from flask import Flask

from shopalert.db import Act, act, finish, new_act, the_act, writing
from shopalert.wall import crossing

EVERY = 1.0  # seconds
MOST = 500  # rows in one transaction


@dataclass
class Gathering:
    """What this process has still to write."""

    working: bool = False
    acts: deque[Act] = field(default_factory=deque)


_gathering = Gathering()


def note(viewer: Any, about: Any, files: list[str]) -> None:
    """This viewer's page about this thing shows these thumbnails."""
    if not _gathering.working:
        write_now(viewer, about, files)
        return
    doing = new_act("file.list", viewer)
    doing.about, doing.details = about, {"files": files}
    _gathering.acts.append(doing)


@act("file.list")
def write_now(viewer: Any, about: Any, files: list[str]) -> None:
    """The same, in a transaction of its own."""
    the_act().about = about
    the_act().details["files"] = files


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
        with app.app_context(), crossing("listings") as session, writing(session):
            for doing in batch:
                finish(doing, session)
        for _ in batch:
            _gathering.acts.popleft()
