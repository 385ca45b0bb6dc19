"""GET /stream (server-sent events) and GET /poll (the same events, plain): two doors to one log."""

from __future__ import annotations

import random
import time
from collections.abc import Iterable, Iterator

import gevent.socket
from flask import Flask, Response, current_app, jsonify, request

from shopalert.alerts.announcement import Message
from shopalert.alerts.behind import looks
from shopalert.alerts.cursors import cursors
from shopalert.alerts.direct import Direct
from shopalert.alerts.live import hub, logs_of, sessions_standing
from shopalert.alerts.missed import Said, missed
from shopalert.alerts.readers import Stream
from shopalert.alerts.wire import encode_json
from shopalert.db import db
from shopalert.pages import problem
from shopalert.room import SIGNED_IN, Room
from shopalert.schemes.viewer import Viewer, the_viewer
from shopalert.wall import crossing

PADDING = b":" + b" " * 2048 + b"\n\n"  # pushes proxies that wait for a first block
LONGEST_WAIT = 25.0  # seconds of a long poll
AT_ONCE = 0.5  # seconds; what takes longer is asked after once more
OF_ONE_PERSON = 400  # a member with a script must not take the streams of a town
BACK_WITHIN = (1000, 6500)  # milliseconds after which a browser comes back by itself: not all in one instant

room = Room("live", __name__)


class Replay:
    """What a reader who comes with a cursor has missed. It is made event by event, as it is asked for."""

    def __init__(self, viewer: Viewer, cursor: str | None) -> None:
        self.behind = found = looks.ask((viewer.log, cursor))
        self.resync, self.start, self.seen = found.resync, found.start, found.seen
        self.viewer, self.cursors = viewer, cursors(found.key)
        self.app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
        self.cursor = self.cursors.seal(self.seen)

    @property
    def empty(self) -> bool:
        """Whether there is nothing to tell."""
        return not self.behind.events and not self.resync

    def said(self) -> Iterator[Said]:
        """Each event, in order; also when the request that asked is over."""
        for event in self.behind.events:
            with self.app.app_context():
                said = missed.said(self.behind, event, self.viewer)
            yield said

    @property
    def events(self) -> list[tuple[int, Message]]:
        """Each message, with the number of its event."""
        return [(said.seq, message) for said in self.said() for message in said.to(self.viewer.user_id)]

    def parcels(self) -> Iterator[bytes]:
        """Each event as it is written to a stream."""
        return (said.encoded(self.viewer.user_id) for said in self.said())


def asked_cursor() -> str | None:
    """The place a reader comes from: the header of a browser that reconnects goes before the address."""
    return request.headers.get("Last-Event-ID") or request.args.get("after") or None


@room.get("/stream", verb=SIGNED_IN)
def stream() -> Response:
    """Events as they happen. A reader that comes with a cursor gets first what was missed."""
    viewer = the_viewer()
    full = len(hub.streams) >= hub.limit or len(hub.streams.of(viewer.user_id)) >= OF_ONE_PERSON
    if hub.closing or full:
        problem(503, "poll_instead", "Too many streams: poll instead.", retry_after=15)
    if request.method == "HEAD":
        return as_stream(())
    mine = opened(viewer)
    hub.streams.add(mine)  # first: what happens from here on is kept until the replay is through
    try:
        replay = Replay(viewer, asked_cursor())
    except BaseException:
        hub.streams.discard(mine)
        raise
    response = as_stream(flow(mine, replay))
    response.call_on_close(lambda: None if mine.parked else hub.streams.discard(mine))
    db.session.remove()  # a stream holds no connection
    return response


def as_stream(flowing: Iterable[bytes]) -> Response:
    """The head that keeps proxies from waiting, packing and keeping."""
    response = Response(flowing, mimetype="text/event-stream")
    response.headers["Cache-Control"] = "no-store, no-transform"
    response.headers["X-Accel-Buffering"] = "no"
    return response


def opened(viewer: Viewer) -> Stream:
    """Written straight to its socket where the server offers one that may be taken, else fetched from us."""
    if type(request.environ.get("gunicorn.socket")) is gevent.socket.socket:  # one of TLS is another
        return Direct(viewer.user_id, viewer.session_id, viewer.log, hub.streams, request.environ)
    return Stream(viewer.user_id, viewer.session_id, viewer.log)


def flow(mine: Stream, missed: Replay) -> Iterator[bytes]:
    """First bytes at once, then what was missed, then what comes."""
    start = missed.cursors.seal(missed.start)
    resync = encode_json("resync", {}, start) if missed.resync else b""
    yield back_within() + PADDING + encode_json("hello", {}, start) + resync
    yield from mine.flow(missed.parcels(), missed.seen)


def back_within() -> bytes:
    return b"retry: %d\n" % random.randint(*BACK_WITHIN)  # noqa: S311


@room.get("/poll", verb=SIGNED_IN)
def poll() -> Response:
    """What came after a cursor; with `wait` the answer comes when there is something, or when time is up."""
    viewer = the_viewer()
    db.session.remove()
    began = time.monotonic()
    deadline = began + min(LONGEST_WAIT, max(0.0, seconds(request.args.get("wait"))))
    asked = asked_cursor()
    found, waited = Replay(viewer, asked), False
    while asked and found.empty and time.monotonic() < deadline and not hub.closing:
        hub.changed.wait(min(1.0, max(0.01, deadline - time.monotonic())))
        found, waited = Replay(viewer, asked), True
    records = as_records(found)
    waited = waited or time.monotonic() - began > AT_ONCE
    if waited and not still(viewer):  # it says so at the next request; what came meanwhile is not theirs
        return Response(status=204)
    if asked and found.empty:
        return Response(status=204)
    return jsonify(cursor=found.cursor, resync=found.resync, events=records)


def still(viewer: Viewer) -> bool:
    """Whether somebody who waited may still see what they might when they came."""
    with crossing("live") as session:
        standing = sessions_standing(session, {viewer.session_id} if viewer.session_id else set())
        log = logs_of(session, {viewer.user_id}).get(viewer.user_id, {})
    return viewer.session_id in standing and log == viewer.log


def as_records(found: Replay) -> list[dict[str, str]]:
    """With the ids that a browser has of the stream: a new place comes with the last of an event's messages."""
    place, records = found.cursors.seal(found.start), []
    for said in found.said():
        *first, last = said.to(found.viewer.user_id)
        records += [record(place, message) for message in first]
        records.append(record(said.place, last))
        place = said.place
    return records


def record(place: str, message: Message) -> dict[str, str]:
    return {"id": place, "event": message.event, "data": message.data}


def seconds(text: str | None) -> float:
    """A number of seconds, or none."""
    try:
        found = float(text or 0)
    except ValueError:
        return 0.0
    return found if found == found else 0.0
