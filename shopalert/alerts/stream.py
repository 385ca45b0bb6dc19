"""GET /stream (server-sent events) and GET /poll (the same events, plain): two doors to one log."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from typing import Any

from flask import Response, jsonify, request
from sqlalchemy.orm import Session

from shopalert.alerts import announcement
from shopalert.alerts.announcement import Message
from shopalert.alerts.cursors import Cursors, cursors
from shopalert.alerts.live import Stream, encode, encode_json, hub, logs_of, sessions_standing
from shopalert.alerts.models import Event
from shopalert.alerts.outbox import REPLAY_LIMIT, newest, read
from shopalert.alerts.toasts import messages_for
from shopalert.db import db
from shopalert.pages import problem
from shopalert.room import SIGNED_IN, Room
from shopalert.schemes.viewer import Viewer, the_viewer
from shopalert.wall import crossing

PADDING = b":" + b" " * 2048 + b"\n\n"  # pushes proxies that wait for a first block
LONGEST_WAIT = 25.0  # seconds of a long poll
OF_ONE_PERSON = 400  # a member with a script must not take the streams of a town
STREAM_LIMIT = 1800  # of worker_connections 2000: ordinary pages must still get in

room = Room("live", __name__)


class Replay:
    """What a reader who comes with a cursor has missed."""

    def __init__(self, viewer: Viewer, cursor: str | None) -> None:
        with crossing("live") as session:
            seq, key = newest(session)
            self.cursors: Cursors = cursors(key)
            after = seq if not cursor else self.cursors.open(cursor, seq)
            events = [] if after is None else read(session, viewer.log, after, REPLAY_LIMIT + 1)
            self.resync = after is None or len(events) > REPLAY_LIMIT
            self.start = seq if self.resync or after is None else after
            self.events = [] if self.resync else self.render(session, events, viewer)
            # Up to here nothing of theirs is left: the next look starts at the newest number.
            self.seen = max([seq, *(event.seq for event in events)]) if not self.resync else seq
        self.cursor = self.cursors.seal(self.seen)

    def render(self, session: Session, events: list[Event], viewer: Viewer) -> list[tuple[int, Message]]:
        return [
            (event.seq, message)
            for event in events
            for message in (*told(session, event), *messages_for(session, event, viewer.user_id))
        ]


def told(session: Session, event: Event) -> list[Message]:
    """As the hub sends it: never nothing."""
    return announcement.messages(session, event) or [Message("counts", "{}")]


def asked_cursor() -> str | None:
    """The place a reader comes from: the header of a browser that reconnects goes before the address."""
    return request.headers.get("Last-Event-ID") or request.args.get("after") or None


@room.get("/stream", verb=SIGNED_IN)
def stream() -> Response:
    """Events as they happen. A reader that comes with a cursor gets first what was missed."""
    if hub.closing or len(hub.streams) >= STREAM_LIMIT:
        problem(503, "poll_instead", "Too many streams: poll instead.", retry_after=15)
    viewer = the_viewer()
    if sum(each.user_id == viewer.user_id for each in hub.streams) >= OF_ONE_PERSON:
        problem(503, "poll_instead", "Too many streams: poll instead.", retry_after=15)
    mine = Stream(viewer.user_id, viewer.session_id, viewer.log)
    hub.streams.add(mine)  # first: what happens from here on is kept until the replay is through
    try:
        missed = Replay(viewer, asked_cursor())
    except BaseException:
        hub.streams.discard(mine)
        raise
    response = Response(flow(mine, missed), mimetype="text/event-stream")
    response.call_on_close(lambda: hub.streams.discard(mine))
    response.headers["Cache-Control"] = "no-store, no-transform"
    response.headers["X-Accel-Buffering"] = "no"
    db.session.remove()  # a stream holds no connection
    return response


def flow(mine: Stream, missed: Replay) -> Iterator[bytes]:
    """First bytes at once, then what was missed, then what comes."""
    yield b"retry: %d\n" % random.randint(1000, 4000) + PADDING  # noqa: S311
    yield encode_json("hello", {}, missed.cursors.seal(missed.start))
    if missed.resync:
        yield encode_json("resync", {}, missed.cursors.seal(missed.start))
    for seq, message in missed.events:
        if mine.ended:
            break
        yield encode(message, missed.cursors.seal(seq))
    mine.caught_up(missed.seen)
    yield from mine.read()


@room.get("/poll", verb=SIGNED_IN)
def poll() -> Response:
    """What came after a cursor; with `wait` the answer comes when there is something, or when time is up."""
    viewer = the_viewer()
    db.session.remove()
    deadline = time.monotonic() + min(LONGEST_WAIT, max(0.0, seconds(request.args.get("wait"))))
    asked = asked_cursor()
    found, waited = Replay(viewer, asked), False
    while asked and not found.events and not found.resync and time.monotonic() < deadline and not hub.closing:
        hub.changed.wait(min(1.0, max(0.01, deadline - time.monotonic())))
        found, waited = Replay(viewer, asked), True
    if waited and not still(viewer):  # it says so at the next request; what came meanwhile is not theirs
        return Response(status=204)
    if asked and not found.events and not found.resync:
        return Response(status=204)
    return jsonify(
        cursor=found.cursor, resync=found.resync, events=[as_json(found, *each) for each in found.events]
    )


def still(viewer: Viewer) -> bool:
    """Whether somebody who waited may still see what they might when they came."""
    with crossing("live") as session:
        standing = sessions_standing(session, {viewer.session_id} if viewer.session_id else set())
        log = logs_of(session, {viewer.user_id}).get(viewer.user_id, {})
    return viewer.session_id in standing and log == viewer.log


def as_json(found: Replay, seq: int, message: Message) -> dict[str, Any]:
    return {"id": found.cursors.seal(seq), "event": message.event, "data": message.data}


def seconds(text: str | None) -> float:
    """A number of seconds, or none."""
    try:
        found = float(text or 0)
    except ValueError:
        return 0.0
    return found if found == found else 0.0
