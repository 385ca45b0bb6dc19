"""Open screens without a server: the stream of each kind, and what its reader has been given."""

from __future__ import annotations

import socket
import uuid
from typing import Any

from shopalert.alerts.direct import Direct
from shopalert.alerts.live import Hub
from shopalert.alerts.readers import Stream
from tests.people import Person
from tests.world import World

KINDS = ("plain", "HTTP/1.1", "HTTP/1.0")  # fetched by the server; written to the socket in chunks, or bare


class Watched(Direct):
    """A stream on one end of a pair of sockets, with its reader at the other."""

    __slots__ = ("raw", "reader")

    reader: socket.socket
    raw: bytes


def opened(kind: str, hub: Hub, user_id: uuid.UUID, session_id: uuid.UUID | None, log: Any) -> Stream:
    """A stream of a kind; the server has just sent its head."""
    if kind == "plain":
        return Stream(user_id, session_id, log)
    ours, theirs = socket.socketpair()
    for end in (ours, theirs):
        end.setblocking(False)
    environ = {"SERVER_PROTOCOL": kind, "gunicorn.socket": ours}
    stream = Watched(user_id, session_id, log, hub.streams, environ)
    stream.reader, stream.raw = theirs, b""
    stream.take()
    return stream


def parked(stream: Stream, seen: int) -> Stream:
    """It has caught up and is live."""
    if isinstance(stream, Direct):
        stream.park(seen)
    else:
        stream.caught_up(seen)
    return stream


def screen(
    world: World, hub: Hub, person: Person, session_id: uuid.UUID | None = None, kind: str = "plain"
) -> Stream:
    """An open stream that has caught up."""
    viewer = world.viewer(person)
    stream = opened(kind, hub, viewer.user_id, session_id, viewer.log)
    hub.streams.add(stream)
    return parked(stream, hub.position)


def taken(stream: Stream) -> bytes:
    """The bytes that its reader has been given since it was last asked. The frames must be right."""
    if not isinstance(stream, Watched):
        found = b""
        while not stream.queue.empty():
            found += stream.queue.get()
        return found
    stream.raw += arrived(stream.reader)
    if not stream.chunked:
        found, stream.raw = stream.raw, b""
        return found
    found = b""
    while stream.raw:
        size, _, rest = stream.raw.partition(b"\r\n")
        length = int(size, 16)
        assert rest[length : length + 2] == b"\r\n"
        found, stream.raw = found + rest[:length], rest[length + 2 :]
    return found


def arrived(reader: socket.socket) -> bytes:
    """What lies in a socket now."""
    found = b""
    while True:
        try:
            data = reader.recv(65536)
        except (BlockingIOError, ConnectionResetError):
            return found
        if not data:
            return found
        found += data


def given(stream: Stream) -> list[tuple[str | None, str | None, str]]:
    """(event, id, data) of everything that this screen's reader was given since."""
    return events(taken(stream))


def events(data: bytes) -> list[tuple[str | None, str | None, str]]:
    """(event, id, data) of each event."""
    found = []
    for block in data.decode().split("\n\n"):
        lines = [line.partition(": ")[::2] for line in block.split("\n") if line and not line.startswith(":")]
        if lines:
            fields = dict(lines)
            text = "\n".join(value for name, value in lines if name == "data")
            found.append((fields.get("event"), fields.get("id"), text))
    return found
