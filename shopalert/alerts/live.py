"""The hub: one a process. It reads each new event once, renders it once, and writes the same bytes to every open
stream of its audience, one after the other, in its own greenlet.

How bytes reach the browser is the stream's own affair (`readers.py`, `direct.py`).
"""

from __future__ import annotations

import threading
import time
import uuid
from collections import deque
from collections.abc import Collection, Iterable
from datetime import timedelta
from itertools import chain

import gevent
import sqlalchemy as sa
from flask import Flask, current_app
from gevent import Timeout
from gevent.event import Event as Bell

from shopalert.accounts.models import User, UserSession
from shopalert.alerts import announcement
from shopalert.alerts.announcement import Message
from shopalert.alerts.cursors import cursors
from shopalert.alerts.models import Event
from shopalert.alerts.outbox import Log, newest
from shopalert.alerts.readers import PARTS, Readers, Stream
from shopalert.alerts.recipients import untold_of
from shopalert.alerts.toasts import toast
from shopalert.alerts.wakes import LOOK, wakes
from shopalert.alerts.wire import encode, encode_all
from shopalert.db import now, release
from shopalert.schemes.models import Membership
from shopalert.schemes.names import ReadsNames, hiding
from shopalert.schemes.viewer import viewers
from shopalert.wall import crossing, entered

BEAT_EVERY = 15.0  # seconds between heartbeats of a stream; its session is checked again with each
BEATS = 25  # streams that are checked and beaten before news is looked for
READ_NAMES = ("coordinators", "police")  # also where members read the business alone
SETTINGS_CHANGED = "scheme.settings"  # the kind of event after which rights may be others
AT_A_TIME = 500  # events of one look, and streams that are asked about in one query
TURN = 500  # streams written to before others get a turn: some five milliseconds
TURNS = 100  # that a request gives away at most, should the hub not run
COMMITS_WITHIN = timedelta(seconds=30)  # of the moment that a change says of itself

AWAY = (sa.exc.OperationalError, sa.exc.InterfaceError, sa.exc.TimeoutError)  # not the event's fault

Group = tuple[ReadsNames | None, list[Stream]]  # who stands for these readers at the wall, and the readers


class Hub:
    """All open streams of this process."""

    def __init__(self) -> None:
        self.streams = Readers()
        self.limit = 900  # streams; the server says what it has room for
        self.position = -1  # the number up to which everybody has been told
        self.closing = False
        self.bell = Bell()
        self.changed = Bell()  # for polls that wait

    def run(self, app: Flask, stop: threading.Event) -> None:
        """Read the log for ever: at each wake-up, at the latest every second; beat in between."""
        if self.position < 0:  # else it fell over, and goes on where it stood
            self.bell = wakes.bell()
            with app.app_context(), crossing("live") as session:
                self.position = newest(session)[0]
        due, part = time.monotonic(), 0
        while not stop.is_set():
            self.bell.wait(min(LOOK, max(0.0, due - time.monotonic())))
            self.bell.clear()
            try:
                with app.app_context():
                    self.deliver()
                    self.look_for_ends()
                    due = max(due, time.monotonic() - BEAT_EVERY)  # after a standstill one round is enough
                    while due <= time.monotonic():
                        due, part = due + BEAT_EVERY / PARTS, (part + 1) % PARTS
                        self.beat(self.streams.parts[part])
            except (sa.exc.SQLAlchemyError, Timeout) as error:  # the database is away: look again
                app.logger.warning("the hub could not read: %s", type(error).__name__)

    # ---- what happens, to those who may see it

    def deliver(self) -> None:
        """All that is new."""
        while self.deliver_some() == AT_A_TIME:
            pass

    def deliver_some(self) -> int:
        """The next events, each read and rendered before the first stream is written to. How many."""
        with crossing("live") as session:
            statement = sa.select(Event).where(Event.seq > self.position).order_by(Event.seq).limit(AT_A_TIME)
            events = list(session.scalars(statement))
            if not events:
                return 0
            key = newest(session)[1]
            if any(event.kind == SETTINGS_CHANGED for event in events):
                self.check()  # what a screen may be told has changed with them
            untold, nameless = untold_of(session, events), hiding(session, {e.scheme_id for e in events})
            for event in events:
                groups = self.groups(event, untold, nameless)
                parcels = said(session, event, cursors(key).seal(event.seq), groups)
                release(session)  # whoever writes to thousands holds no connection
                for streams, data in parcels:
                    write(event.seq, data, streams)
                self.position = event.seq
        self.changed.set()
        self.changed.clear()
        return len(events)

    def groups(
        self, event: Event, untold: Collection[uuid.UUID], nameless: Collection[uuid.UUID]
    ) -> list[Group]:
        """Who reads the same, and who stands for them at the wall: one group, or one more of those who read names."""
        readers = self.streams.who_may_see(event, untold)
        if event.scheme_id not in nameless:
            return [(None, readers)]
        named = set(chain.from_iterable(self.streams.among(event.scheme_id, of) for of in READ_NAMES))
        return [
            (None, [stream for stream in readers if stream not in named]),
            (ReadsNames(event.scheme_id), [stream for stream in readers if stream in named]),
        ]

    # ---- who may still see it

    def beat(self, of: Collection[Stream] | None = None) -> None:
        """Show that these streams live, or all, and end those whose right has ended though no one told us.

        A few at a time, and no news waits longer than those take.
        """
        streams = list(self.streams if of is None else of)
        for first in range(0, len(streams), BEATS):
            some = streams[first : first + BEATS]
            self.check_these(some)
            for stream in some:
                stream.beat()
            gevent.sleep(0)
            if self.bell.is_set():
                self.bell.clear()
                self.deliver()

    def look_for_ends(self) -> None:
        """An operator's command is another process, and without Redis nobody tells us of what it ended."""
        if not self.streams:
            return
        since = now() - COMMITS_WITHIN
        with crossing("live") as session:
            ended = sa.select(UserSession.user_id).where(UserSession.revoked_at > since)
            changed = sa.select(Membership.user_id).where(Membership.changed_at > since)
            people = set(session.scalars(sa.union(ended, changed)))
        self.check_these([stream for user_id in people for stream in self.streams.of(user_id)])

    def check(self, user_id: str | None = None) -> None:
        """What all readers are now, or one person is."""
        self.check_these(list(self.streams.of(uuid.UUID(user_id)) if user_id else self.streams))

    def check_these(self, streams: list[Stream]) -> None:
        """One query for many streams, never one for each; others get a turn in between."""
        for first in range(0, len(streams), AT_A_TIME):
            if first:
                gevent.sleep(0)
            some = streams[first : first + AT_A_TIME]
            with crossing("live") as session:
                standing = sessions_standing(session, {each.session_id for each in some if each.session_id})
                logs = logs_of(session, {each.user_id for each in some})
            for stream in some:
                if stream.session_id not in standing or logs.get(stream.user_id, {}) != stream.log:
                    stream.end()

    def close(self) -> None:
        """The process ends: say so at once, so that the browsers go elsewhere."""
        self.closing = True
        for stream in list(self.streams):
            stream.end()


def write(seq: int, data: bytes, streams: list[Stream]) -> None:
    """The same bytes to all of them. A page does not wait until the last has been written to."""
    for number, stream in enumerate(streams, 1):
        stream.give(seq, data)
        if number % TURN == 0:
            gevent.sleep(0)


# ---- an event as it is said


def said(
    session: sa.orm.Session, event: Event, cursor: str, groups: list[Group]
) -> Iterable[tuple[list[Stream], bytes]]:
    """Who is sent which bytes. An event that cannot be rendered sends its readers to the pages themselves."""
    try:
        return parcels(session, event, cursor, groups)
    except AWAY:
        raise
    except Exception:
        current_app.logger.exception("an event could not be told live: %s", event.kind)
        anew = encode(Message("resync", "{}"), cursor)
        return [(streams, anew) for _reader, streams in groups]


def parcels(
    session: sa.orm.Session, event: Event, cursor: str, groups: list[Group]
) -> list[tuple[list[Stream], bytes]]:
    """Each group's bytes, made once; with a toast for those of it who want one."""
    toasted = toast(session, event, {stream.user_id for _reader, streams in groups for stream in streams})
    found = []
    for reader, streams in groups:
        if not streams:
            continue
        with entered(reader):
            messages = rendered(session, event)
        loud = [stream for stream in streams if stream.user_id in toasted.to] if toasted.to else []
        if len(loud) < len(streams):
            quiet = [stream for stream in streams if stream.user_id not in toasted.to] if loud else streams
            found.append((quiet, encode_all(messages, cursor)))
        if loud:
            found.append((loud, encode_all([*messages, toasted.message], cursor)))
    return found


def rendered(session: sa.orm.Session, event: Event) -> list[Message]:
    """What an event says. Never nothing: the cursor must move on."""
    return announcement.messages(session, event) or [Message("counts", "{}")]


# ---- what somebody may see


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
    try:
        with app.app_context():
            hub.check(user_id)
    except sa.exc.SQLAlchemyError as error:  # it is looked for again each second
        app.logger.warning("the hub could not look: %s", type(error).__name__)


wakes.on_revoke.append(revoke)


line: deque[object] = deque()  # requests that wait while news is told, in the order in which they came


def give_way() -> None:
    """Before a request is worked on: what was written a moment ago is told first, or it would wait until all requests
    that have come meanwhile are answered. Each looks again at its turn: the one before it may have written."""
    if not line and not hub.bell.is_set():
        return
    mine = object()
    line.append(mine)
    try:
        for _ in range(TURNS):
            if line[0] is mine and not hub.bell.is_set():
                return
            gevent.sleep(0)
    finally:
        line.remove(mine)


def init_app(app: Flask) -> None:
    """After it is known who asks: they are found in crowds, and each of a crowd would go on at once."""
    app.before_request(give_way)


def close_all() -> None:
    """For the server's end."""
    hub.close()
