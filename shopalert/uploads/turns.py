"""One writer to an upload at a time, and the newest is the one that counts.

A phone that lost its connection comes back before the server knows: its old request still waits for bytes that will
never come. Whoever asks for the same upload ends that wait, in this process at once; in another, the file's own lock
says "a moment", and the old request gives up when nothing has come for a while.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

import gevent
from flask import request
from werkzeug.exceptions import ClientDisconnected

from shopalert.evidence.partial import Held, Partial

PIECE = 64 * 1024  # bytes that may be lost when a connection drops; they come again
STILL = 30.0  # seconds without a byte after which a request is over
PATIENCE = 3.0  # seconds for the one before to put down what it has


class Wait(gevent.Timeout):
    """For the next bytes: it ends after a while, or when somebody ends it."""

    def __init__(self, seconds: float) -> None:
        super().__init__(seconds)
        self.waiter = gevent.getcurrent()

    def end(self) -> None:
        """Now: as if its time were up, so that one which is over by itself meanwhile is left alone."""
        self.close()
        self.timer = gevent.get_hub().loop.timer(0)
        self.timer.start(self.waiter.throw, self)


_waiting: dict[uuid.UUID, Wait] = {}  # those who wait for bytes


@contextmanager
def turn(upload_id: uuid.UUID, partial: Partial) -> Iterator[Partial]:
    """The only writer, once the one before has put down what it has. Raises Held, FileNotFoundError."""
    deadline = time.monotonic() + PATIENCE
    while True:
        end_wait(upload_id)
        try:
            partial.__enter__()
            break
        except Held:
            if time.monotonic() > deadline:
                raise
            gevent.sleep(0.02)
    try:
        yield partial
    finally:
        partial.__exit__(None, None, None)


def end_wait(upload_id: uuid.UUID) -> None:
    """Whoever waits for bytes of this upload waits no longer."""
    if (waits := _waiting.pop(upload_id, None)) is not None:
        waits.end()


def pieces(upload_id: uuid.UUID, most: int) -> Iterator[bytes]:
    """What this request brings, as it comes, until it ends, is cut, stands still or another takes its turn."""
    stream, left = request.stream, most
    while left > 0:
        wait = Wait(STILL)
        _waiting[upload_id] = wait
        try:
            with wait:
                piece = stream.read(min(PIECE, left))
        except (ClientDisconnected, OSError, Wait):
            return  # what came is kept, and the next request goes on there
        finally:
            if _waiting.get(upload_id) is wait:
                del _waiting[upload_id]
        if not piece:
            return
        left -= len(piece)
        yield piece
