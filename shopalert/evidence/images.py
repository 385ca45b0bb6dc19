"""Two child processes that decode pictures, so that neither a slow nor a hostile one stops the house.

Each is this Python running decoder.py, with an empty environment and one socket. Waiting for it is
waiting on a socket: under gevent the other greenlets go on. One that dies or takes too long is replaced.
"""

from __future__ import annotations

import contextlib
import json
import os
import queue
import socket
import struct
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

CHILDREN = 2
PATIENCE = 40.0  # seconds for one picture by the clock; decoder.py limits processor time
LARGEST_WORDS = 64 * 1024
LARGEST_COPY = 16 * 1024 * 1024
PROGRAM = Path(__file__).with_name("decoder.py")
CODES = {"image_unreadable", "image_too_large", "image_animated"}


class Unreadable(Exception):
    """The picture cannot be shown, now or later; `code` as in the error contract."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class ChildDied(Exception):
    """The child with this picture is gone: crashed, out of memory or of time. It may be tried again."""


@dataclass(frozen=True)
class Copy:
    """A picture made for showing: JPEG, upright, without metadata."""

    variant: str
    width: int
    height: int
    data: bytes


class Child:
    """One decoding process."""

    def __init__(self) -> None:
        ours, theirs = socket.socketpair()
        with theirs:
            self.process = subprocess.Popen(
                [sys.executable, "-I", str(PROGRAM), str(theirs.fileno())],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                pass_fds=(theirs.fileno(),),
                env={"PATH": os.defpath, "LANG": "C.UTF-8"},
                cwd="/",
            )
        self.link = ours

    def ask(self, words: dict[str, Any], picture: bytes) -> list[Copy]:
        """Its copies of the picture. Raises Unreadable, ChildDied."""
        deadline = time.monotonic() + PATIENCE
        text = json.dumps({**words, "size": len(picture)}).encode()
        try:
            self.link.settimeout(PATIENCE)
            self.link.sendall(struct.pack(">I", len(text)) + text)
            self.link.sendall(picture)
            length = struct.unpack(">I", self._exactly(4, deadline))[0]
            if length > LARGEST_WORDS:
                raise ChildDied("an answer too long")
            answer = json.loads(self._exactly(length, deadline))
            if "error" in answer:
                raise Unreadable(answer["error"] if answer["error"] in CODES else "image_unreadable")
            return [self._copy(part, deadline) for part in answer["parts"][:4]]
        except (OSError, ValueError, TypeError, LookupError, struct.error) as broken:
            raise ChildDied(type(broken).__name__) from broken

    def close(self) -> None:
        """End it, whatever it does, and leave no zombie."""
        self.link.close()
        with contextlib.suppress(ProcessLookupError):
            self.process.kill()
        self.process.wait()

    def _copy(self, part: dict[str, Any], deadline: float) -> Copy:
        # The child has met hostile bytes: what it answers is checked like anything from outside.
        size, width, height = int(part["size"]), int(part["width"]), int(part["height"])
        if not (0 < size <= LARGEST_COPY and 0 < width <= 1600 and 0 < height <= 1600):
            raise ValueError("an answer out of bounds")
        data = self._exactly(size, deadline)
        if not data.startswith(b"\xff\xd8\xff"):
            raise ValueError("an answer that is no JPEG")
        return Copy(str(part["variant"]), width, height, data)

    def _exactly(self, size: int, deadline: float) -> bytes:
        data = bytearray()
        while len(data) < size:
            self.link.settimeout(max(0.01, deadline - time.monotonic()))
            part = self.link.recv(min(size - len(data), 1 << 20))
            if not part:
                raise ConnectionError("the child has gone")
            data += part
        return bytes(data)


class Decoders:
    """The pool: at most two children, started when first needed."""

    def __init__(self, children: int = CHILDREN) -> None:
        self._idle: queue.LifoQueue[Child | None] = queue.LifoQueue()
        for _ in range(children):
            self._idle.put(None)

    def copies(self, picture: bytes, variants: tuple[str, ...] = ("thumb", "view")) -> list[Copy]:
        """The copies to show of an original. Raises Unreadable, ChildDied."""
        return self._ask({"do": "copies", "variants": list(variants)}, picture)

    def mark(self, view: bytes, text: str) -> bytes:
        """The view with these words across it. Raises ChildDied when two children died of it."""
        try:
            return self._ask({"do": "mark", "text": text}, view)[0].data
        except ChildDied:
            return self._ask({"do": "mark", "text": text}, view)[0].data

    def close(self) -> None:
        """End all idle children."""
        children = []
        with contextlib.suppress(queue.Empty):
            while True:
                children.append(self._idle.get_nowait())
        for child in children:
            if child:
                child.close()
            self._idle.put(None)

    def _ask(self, words: dict[str, Any], picture: bytes) -> list[Copy]:
        child, healthy = self._idle.get(), False
        try:
            if child is None or child.process.poll() is not None:
                if child is not None:
                    child.close()
                child = None  # where starting fails, the place in the pool stays
                child = Child()
            try:
                answer = child.ask(words, picture)
            except Unreadable:
                healthy = True
                raise
            healthy = True
            return answer
        finally:
            if child is not None and not healthy:
                child.close()
                child = None
            self._idle.put(child)


_pools: dict[int, Decoders] = {}
_making = threading.Lock()


def decoders() -> Decoders:
    """This process's pool. A forked process makes its own: two may not share a child."""
    with _making:
        if os.getpid() not in _pools:
            _pools.clear()
            _pools[os.getpid()] = Decoders()
        return _pools[os.getpid()]
