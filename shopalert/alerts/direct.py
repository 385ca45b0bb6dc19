"""A stream whose bytes go straight to its socket: no greenlet, no queue and no copy for each open screen.

gunicorn sends the head and the first bytes. Asked for more, the stream takes the socket from it, gives what was missed
and is parked: from then on the hub writes the one encoded buffer to each socket in turn. So the framing is ours, chunks
for HTTP/1.1 and bare bytes for HTTP/1.0 (nginx's default to its upstream). What a socket does not take at once waits
in a bounded backlog; who does not take that in time is dropped, and comes back with its cursor.
"""

from __future__ import annotations

import errno
import logging
import os
import socket
import struct
import time
import uuid
from collections.abc import Iterable, Iterator, MutableSet
from contextlib import suppress
from typing import Any

import gevent
import gevent.socket

from shopalert.alerts.outbox import Log
from shopalert.alerts.readers import Stream
from shopalert.alerts.wire import BYE, LAST_CHUNK, chunk

KERNEL = 64 * 1024  # bytes that the kernel keeps for one who does not read; unset it grows to megabytes
BACKLOG = 64 * 1024  # bytes that wait here for one who has not taken those yet
PATIENCE = 20.0  # seconds to take what waits, or what was missed
UNHEARD = 45_000  # milliseconds after which the kernel gives up a peer that confirms nothing
READABLE, WRITABLE = 1, 2
NOW = struct.pack("ii", 1, 0)  # SO_LINGER: what was not sent is not sent any more

log = logging.getLogger("shopalert.live")


class HandedOver(BrokenPipeError):
    """Ends the request in gunicorn without a last chunk: its socket is another's now."""

    def __init__(self) -> None:
        super().__init__(errno.EPIPE, "handed over")


class Direct(Stream):
    """An open screen that the hub writes to itself."""

    __slots__ = ("backlog", "chunked", "drainer", "ear", "fd", "open_streams", "patience", "server_socket")

    def __init__(
        self,
        user_id: uuid.UUID,
        session_id: uuid.UUID | None,
        log: Log,
        among: MutableSet[Stream],
        environ: dict[str, Any],
    ) -> None:
        super().__init__(user_id, session_id, log)
        self.open_streams = among  # which it leaves by itself when its reader has gone
        self.chunked = environ["SERVER_PROTOCOL"] == "HTTP/1.1"
        self.server_socket: Any = environ["gunicorn.socket"]
        self.fd = -1  # of the socket, once it is ours
        self.backlog = b""
        self.ear: Any = None  # watches whether the reader has gone
        self.drainer: Any = None  # watches whether the kernel takes more, where there is a backlog
        self.patience: Any = None  # rings when that takes too long

    @property
    def parked(self) -> bool:
        return self.fd >= 0

    # ---- from the server to us

    def flow(self, replay: Iterable[bytes], seen: int) -> Iterator[bytes]:
        """Asked for more, the server has sent what it was given: the socket is ours."""
        yield from ()  # nothing of this runs before it is asked for
        self.take()
        try:
            self.catch_up(replay)
        except OSError:
            self.drop()
        except Exception:  # the database is away: the reader comes back with its cursor
            log.exception("what a screen missed could not be told")
            self.drop()
        else:
            self.park(seen)
        raise HandedOver

    def take(self) -> None:
        sock, self.server_socket = self.server_socket, None
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, KERNEL)
        with suppress(OSError, AttributeError):  # no TCP: a socket in a folder, or another system
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, UNHEARD)
        self.fd = sock.detach()

    def catch_up(self, replay: Iterable[bytes]) -> None:
        """In the request's own greenlet, which may wait for its reader; not for ever. The time in which what was missed
        is made is ours, not the reader's."""
        patience = PATIENCE
        for data in replay:
            if self.ended:
                return
            left = memoryview(chunk(data) if self.chunked else data)
            while left:
                try:
                    left = left[os.write(self.fd, left) :]
                except BlockingIOError:
                    began = time.monotonic()
                    gevent.socket.wait_write(self.fd, timeout=max(0.0, patience))
                    patience -= time.monotonic() - began
                    if self.ended:
                        raise  # in the middle of a chunk: nothing can be said any more

    def park(self, seen: int) -> None:
        """The hub's from here on."""
        if self.ended:
            self.say_goodbye()
            return
        self.ear = gevent.get_hub().loop.io(self.fd, READABLE)
        self.ear.start(self.heard)
        self.caught_up(seen)

    # ---- live

    def write(self, data: bytes) -> None:
        """To the kernel, as far as it takes it."""
        if self.chunked:
            data = chunk(data)
        if self.backlog:
            self.keep(data)
            return
        try:
            sent = os.write(self.fd, data)
        except BlockingIOError:
            sent = 0
        except OSError:
            self.drop()
            return
        if sent < len(data):
            self.keep(data[sent:])

    def keep(self, data: bytes) -> None:
        """For a reader who is slow."""
        if len(self.backlog) + len(data) > BACKLOG:
            self.drop()
            return
        if not self.backlog:
            loop = gevent.get_hub().loop
            self.drainer, self.patience = loop.io(self.fd, WRITABLE), loop.timer(PATIENCE)
            self.drainer.start(self.drain)
            self.patience.start(self.drop, update=True)  # from now, and not from when the loop last looked
        self.backlog += data

    def drain(self) -> None:
        """The kernel takes more."""
        try:
            self.backlog = self.backlog[os.write(self.fd, self.backlog) :]
        except BlockingIOError:
            return
        except OSError:
            self.drop()
            return
        if not self.backlog:
            self.drainer.close()
            self.patience.close()
            self.drainer = self.patience = None

    def heard(self) -> None:
        """A stream's reader says nothing: it has gone, or it is no reader."""
        try:
            os.read(self.fd, 1)
        except BlockingIOError:
            return
        except OSError:
            pass
        self.drop()

    # ---- its end

    def end(self) -> None:
        """Say goodbye. While it catches up its own greenlet does."""
        if self.ended:
            return
        self.ended = True
        self.waiting = []
        if not self.catching_up:
            self.say_goodbye()

    def say_goodbye(self) -> None:
        """Properly where all before it has been taken; else the connection breaks off."""
        data = chunk(BYE) + LAST_CHUNK if self.chunked else BYE
        with suppress(OSError):
            if self.backlog or os.write(self.fd, data) < len(data):
                return self.drop()
            return self.close()
        self.drop()

    def drop(self) -> None:
        """Nothing can be ended properly after a part of a chunk, and what still waits is not given any more."""
        if self.fd >= 0:
            with suppress(OSError), socket.socket(fileno=os.dup(self.fd)) as sock:
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, NOW)
        self.close()

    def close(self) -> None:
        self.ended = True
        self.backlog, self.waiting = b"", []
        for watcher in filter(None, (self.ear, self.drainer, self.patience)):
            watcher.close()
        self.ear = self.drainer = self.patience = None
        fd, self.fd = self.fd, -1
        if fd >= 0:
            os.close(fd)
        self.open_streams.discard(self)
