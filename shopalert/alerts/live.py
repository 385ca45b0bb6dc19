"""The hub: one a process. It reads each new event once, renders it once, and hands the same bytes to
every open stream of its audience.

How the bytes reach the browser is the stream's own affair (`stream.py`), so that the writer can be
replaced without touching who gets what.
"""

from __future__ import annotations

import json
import threading
import uuid
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from flask import Flask
from gevent import Timeout
from gevent.event import Event as Bell
from gevent.queue import Empty, Full, Queue

from shopalert.accounts.models import User, UserSession
from shopalert.alerts import announcement
from shopalert.alerts.announcement import Message
from shopalert.alerts.cursors import cursors
from shopalert.alerts.models import Event
from shopalert.alerts.outbox import Log, newest
from shopalert.alerts.recipients import untold_of
from shopalert.alerts.toasts import toast
from shopalert.alerts.wakes import LOOK, wakes
from shopalert.db import now
from shopalert.schemes.models import Membership
from shopalert.schemes.names import ReadsNames, hiding
from shopalert.schemes.viewer import UNTOLD, viewers
from shopalert.wall import crossing, entered

BEAT = 15.0  # seconds between heartbeats; sessions are checked again with each
READ_NAMES = frozenset({"coordinators", "police"})  # also where members read the business alone
SETTINGS_CHANGED = "scheme.settings"  # the kind of event after which rights may be others
BACKLOG = 512  # messages that wait for a slow browser before its stream is dropped


def encode(message: Message, cursor: str | None = None) -> bytes:
    """One event of the stream, as the standard spells it."""
    lines = [f"event: {message.event}"]
    if cursor:
        lines.append(f"id: {cursor}")
    lines += [f"data: {line}" for line in message.data.replace("\r", "").split("\n")]
    return ("\n".join(lines) + "\n\n").encode()


def encode_json(event: str, data: object, cursor: str | None = None) -> bytes:
    """One event whose data is JSON."""
    return encode(Message(event, json.dumps(data)), cursor)


@dataclass(eq=False)
class Stream:
    """One open screen: what it may see, and the bytes that wait for it."""

    user_id: uuid.UUID
    session_id: uuid.UUID | None
    log: Log
    seen: int = 0  # the highest number it has been given
    catching_up: bool = True
    waiting: list[tuple[int, bytes]] = field(default_factory=list)  # what came while it caught up
    queue: Queue = field(default_factory=lambda: Queue(BACKLOG))
    ended: bool = False

    def may_see(self, event: Event, untold: Collection[uuid.UUID] = ()) -> bool:
        """Whether it is for this reader; `untold` are the incidents that police were not told of."""
        mine = self.log.get(event.scheme_id, frozenset())
        return event.audience in mine and (event.incident_id not in untold or UNTOLD in mine)

    def give(self, seq: int, data: bytes) -> None:
        """A live event: in order, and each once."""
        if self.ended:
            return
        if self.catching_up and len(self.waiting) >= BACKLOG:
            self.end()
        elif self.catching_up:
            self.waiting.append((seq, data))
        elif seq > self.seen:
            self.seen = seq
            self.write(data)

    def caught_up(self, seen: int) -> None:
        """The replay has been given up to this number; go on live."""
        self.seen, self.catching_up = max(seen, self.seen), False
        for seq, data in self.waiting:
            self.give(seq, data)
        self.waiting.clear()

    def write(self, data: bytes) -> None:
        if self.ended:
            return
        try:
            self.queue.put_nowait(data)
        except Full:
            self.drop()
            self.ended = True  # it comes back with its cursor

    def end(self) -> None:
        """Say goodbye: the browser opens another, or finds itself signed out.

        What still waits for a slow reader is not given any more: the right to it may have ended.
        """
        if self.ended:
            return
        self.drop()
        self.write(encode_json("bye", {}))
        self.write(b"")
        self.ended = True

    def drop(self) -> None:
        self.waiting.clear()
        while not self.queue.empty():
            self.queue.get_nowait()

    def read(self) -> Iterable[bytes]:
        """The bytes, until the stream has ended."""
        while not (self.ended and self.queue.empty()):
            try:
                data = self.queue.get(timeout=BEAT)
            except Empty:
                continue
            if data:
                yield data


class Hub:
    """All open streams of this process."""

    def __init__(self) -> None:
        self.streams: set[Stream] = set()
        self.position = -1
        self.closing = False
        self.changed = Bell()  # for polls that wait
        self.last_end: Any = None  # of a session or a membership, by whichever process

    def run(self, app: Flask, stop: threading.Event) -> None:
        """Read the log for ever: at each wake-up, at the latest every second; beat in between."""
        bell = wakes.bell()
        with app.app_context(), crossing("live") as session:
            self.position = newest(session)[0]
        due = now().timestamp() + BEAT
        while not stop.is_set():
            bell.wait(LOOK)
            bell.clear()
            try:
                with app.app_context():
                    self.deliver()
                    self.look_for_ends()
                    if now().timestamp() >= due:
                        due = now().timestamp() + BEAT
                        self.beat()
            except (sa.exc.SQLAlchemyError, Timeout) as error:  # the database is away: look again
                app.logger.warning("the hub could not read: %s", type(error).__name__)

    def deliver(self) -> None:
        """What is new, to those who may see it."""
        with crossing("live") as session:
            rows = list(
                session.scalars(
                    sa.select(Event).where(Event.seq > self.position).order_by(Event.seq).limit(500)
                )
            )
            if not rows:
                return
            key = newest(session)[1]
            if any(event.kind == SETTINGS_CHANGED for event in rows):
                self.check()  # what a screen may be told has changed with them
            untold, nameless = untold_of(session, rows), hiding(session, {event.scheme_id for event in rows})
            for event in rows:
                readers = [stream for stream in self.streams if stream.may_see(event, untold)]
                cursor = cursors(key).seal(event.seq)
                said = toast(session, event, {stream.user_id for stream in readers})
                aloud = encode(said.message, cursor)
                for reader, streams in by_what_they_read(readers, event, nameless):
                    with entered(reader):
                        data = rendered(session, event, cursor) if streams else b""
                    for stream in streams:
                        stream.give(event.seq, data + aloud if stream.user_id in said.to else data)
                self.position = event.seq
        self.changed.set()
        self.changed.clear()

    def beat(self) -> None:
        """Show that the stream lives, and end those whose right has ended though no one told us."""
        self.check()
        for stream in tuple(self.streams):
            if not stream.ended:
                stream.write(encode_json("beat", {}))

    def look_for_ends(self) -> None:
        """An operator's command is another process, and without Redis nobody tells us of what it ended."""
        if not self.streams:
            return
        with crossing("live") as session:
            last = session.execute(
                sa.select(
                    sa.select(sa.func.max(UserSession.revoked_at)).scalar_subquery(),
                    sa.select(sa.func.max(Membership.changed_at)).scalar_subquery(),
                )
            ).one()
        if last != self.last_end:
            self.last_end = last
            self.check()

    def check(self, user_id: str | None = None) -> None:
        """One query for all streams, or for one person's: what are they now?"""
        streams = [s for s in self.streams if user_id is None or str(s.user_id) == user_id]
        if not streams:
            return
        with crossing("live") as session:
            standing = sessions_standing(session, {s.session_id for s in streams if s.session_id})
            logs = logs_of(session, {s.user_id for s in streams})
        for stream in streams:
            if stream.session_id not in standing or logs.get(stream.user_id, {}) != stream.log:
                stream.end()

    def close(self) -> None:
        """The process ends: say so at once, so that the browsers go elsewhere."""
        self.closing = True
        for stream in tuple(self.streams):
            stream.end()


def by_what_they_read(
    streams: list[Stream], event: Event, nameless: Collection[uuid.UUID]
) -> list[tuple[ReadsNames | None, list[Stream]]]:
    """Who reads the same bytes, and who stands for them at the wall: one rendering for all, or one more with names."""
    if event.scheme_id not in nameless:
        return [(None, streams)]
    named = [stream for stream in streams if READ_NAMES & stream.log[event.scheme_id]]
    others = [stream for stream in streams if stream not in named]
    return [(None, others), (ReadsNames(event.scheme_id), named)]


def rendered(session: sa.orm.Session, event: Event, cursor: str) -> bytes:
    """An event's messages, encoded. Never nothing: the cursor must move on."""
    messages = announcement.messages(session, event) or [Message("counts", "{}")]
    return b"".join(encode(message, cursor) for message in messages)


def sessions_standing(session: sa.orm.Session, ids: set[uuid.UUID]) -> set[uuid.UUID]:
    """Which of these sessions still count."""
    statement = (
        sa.select(UserSession.id)
        .join(User, User.id == UserSession.user_id)
        .where(
            UserSession.id.in_(ids),
            UserSession.revoked_at.is_(None),
            UserSession.absolute_end > now(),
            User.suspended_at.is_(None),
        )
    )
    return set(session.scalars(statement))


def logs_of(session: sa.orm.Session, user_ids: set[uuid.UUID]) -> dict[uuid.UUID, Log]:
    """Each person's part of the log, as `Viewer.log` has it."""
    return {user_id: viewer.log for user_id, viewer in viewers(session, user_ids).items()}


hub = Hub()


def revoke(user_id: str) -> None:
    """End this person's streams that the database no longer allows."""
    app = wakes.app
    if app is None:
        return
    with app.app_context():
        hub.check(user_id)


wakes.on_revoke.append(revoke)


def close_all() -> None:
    """For the server's end."""
    hub.close()
