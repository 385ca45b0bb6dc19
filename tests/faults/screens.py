"""Open screens: thousands of streams read by one thread, each of which comes back by itself as a browser does."""

from __future__ import annotations

import errno
import random
import selectors
import socket
import struct
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any

from tests.faults.phones import Phone
from tests.services import eventually

DEAF = 40.0  # seconds without a byte, after which a page takes its stream for dead


class Screen:
    """One open page's stream, with its place in the log."""

    def __init__(self, phone: Phone) -> None:
        self.phone = phone
        self.seen: list[
            tuple[int, str, str]
        ] = []  # (connection, cursor, event), `hello` and what has a place
        self.when: dict[str, float] = {}  # a place in the log: since when it is on this screen
        self.connections = self.refused = 0
        self.cursor, self.retry = "", 3.0
        self.link: socket.socket | None = None
        self.asked_at = self.opened_at = self.heard_at = self.ended_at = 0.0
        self.due: float | None = 0.0
        self.budget: int | None = None  # bytes after which the line is cut
        self.reset()

    def reset(self) -> None:
        self.head, self.raw, self.text, self.left = True, b"", b"", 0
        self.greeted, self.bye, self.parts = False, False, 0

    @property
    def open(self) -> bool:
        return self.link is not None and self.greeted

    def connect(self) -> socket.socket:
        self.reset()
        self.due, self.asked_at = None, time.monotonic()
        link = socket.socket()
        link.setblocking(False)
        failed = link.connect_ex(("127.0.0.1", self.phone.port))
        assert failed in (0, errno.EINPROGRESS), errno.errorcode[failed]
        self.link = link
        return link

    def request(self) -> bytes:
        lines = [
            f"GET /stream HTTP/1.1\r\nHost: localhost:{self.phone.port}\r\nCookie: {self.phone.cookie}\r\n"
        ]
        lines += [f"Last-Event-ID: {self.cursor}\r\n"] if self.cursor else []
        return "".join([*lines, "Accept: text/event-stream\r\nSec-Fetch-Site: same-origin\r\n\r\n"]).encode()

    def feed(self, data: bytes) -> bool:
        """Whether there is more to come."""
        self.raw += data
        if self.head:
            head, found, rest = self.raw.partition(b"\r\n\r\n")
            if not found:
                return True
            status = int(head.split(b" ", 2)[1])
            if status != 200:
                self.refused += 1
                return False
            assert b"chunked" in head.lower(), head
            self.head, self.raw = False, rest
        return self.unchunk()

    def unchunk(self) -> bool:
        while self.raw:
            if not self.left:
                line, found, rest = self.raw.partition(b"\r\n")
                if not found:
                    return True
                self.left, self.raw = int(line, 16) + 2, rest
                if self.left == 2:
                    return False
            part, self.raw = self.raw[: self.left], self.raw[self.left :]
            # The last two bytes of a chunk are its line end.
            self.text += part[: max(0, min(len(part), self.left - 2))]
            self.left -= len(part)
        self.read()
        return True

    def read(self) -> None:
        whole, found, rest = self.text.rpartition(b"\n\n")
        if not found:
            return
        self.text = rest
        for event in whole.split(b"\n\n"):
            fields = dict(line.partition(b": ")[::2] for line in event.split(b"\n") if b": " in line)
            if b"retry" in fields:
                self.retry = int(fields[b"retry"]) / 1000
            if b"event" in fields:
                self.note(fields[b"event"].decode(), fields.get(b"id", b"").decode())

    def note(self, name: str, cursor: str) -> None:
        self.greeted = self.greeted or name == "hello"
        self.bye = self.bye or name == "bye"
        self.cursor = cursor or self.cursor
        self.parts += name not in ("beat", "bye")  # messages of one event: its place comes with the last
        if cursor:
            self.seen += [(self.connections, cursor, name)] * self.parts
            self.parts = 0
            self.when.setdefault(cursor, time.monotonic())


class Screens:
    """Many of them, read until the block ends."""

    def __init__(self, phones: Sequence[Phone], many: int, again: bool = True) -> None:
        self.screens = [Screen(phones[n % len(phones)]) for n in range(many)]
        self.again = again
        self.selector = selectors.DefaultSelector()
        self.running, self.cutting = True, 0.0
        self.chance = random.Random(421)
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.fault: BaseException | None = None

    def __enter__(self) -> Screens:
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.running = False
        self.thread.join()
        for screen in self.screens:
            if screen.link:
                screen.link.close()
        self.selector.close()

    def all_open(self, seconds: float = 30) -> float:
        """Wait until every one is; how long that took."""
        start = time.monotonic()
        eventually(lambda: self.fault or all(screen.open for screen in self.screens), seconds)
        assert not self.fault, self.fault
        return time.monotonic() - start

    def wait_for(self, holds: Callable[[], Any], seconds: float) -> float:
        start = time.monotonic()
        eventually(lambda: self.fault or holds(), seconds, 0.02)
        assert not self.fault, self.fault
        return time.monotonic() - start

    # ---- the reading thread

    def run(self) -> None:
        try:
            while self.running:
                self.open_those_due()
                for key, mask in self.selector.select(0.02):
                    self.serve(key.data, mask)
        except BaseException as fault:
            self.fault = fault
            raise

    def open_those_due(self) -> None:
        moment, opened = time.monotonic(), 0
        for screen in self.screens:
            if screen.due is not None and screen.due <= moment and opened < 64:
                opened += 1
                screen.connections += 1
                self.selector.register(screen.connect(), selectors.EVENT_WRITE, screen)
            elif screen.link and screen.heard_at and moment - screen.heard_at > DEAF:
                self.over(screen)

    def serve(self, screen: Screen, mask: int) -> None:
        link = screen.link
        assert link
        try:
            if mask & selectors.EVENT_WRITE:
                link.send(screen.request())
                self.selector.modify(link, selectors.EVENT_READ, screen)
                screen.heard_at = time.monotonic()
                screen.budget = (
                    self.chance.randint(2100, 12_000) if self.chance.random() < self.cutting else None
                )
                return
            data = link.recv(262_144)
        except OSError:
            self.over(screen)
            return
        screen.heard_at = time.monotonic()
        cut = screen.budget is not None and len(data) >= screen.budget
        if screen.budget is not None:
            data, screen.budget = data[: screen.budget], screen.budget - len(data)
        was = screen.greeted
        more = bool(data) and screen.feed(data)
        if screen.greeted and not was:
            screen.opened_at = time.monotonic()
        if cut:
            self.cut(screen)
        elif not more:
            self.over(screen)

    def cut(self, screen: Screen) -> None:
        """As a network does: no goodbye, a reset."""
        assert screen.link
        screen.link.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.over(screen)

    def over(self, screen: Screen) -> None:
        """The line is gone; come back after the time that the server gave, as browsers do."""
        assert screen.link
        self.selector.unregister(screen.link)
        screen.link.close()
        screen.link, screen.greeted = None, False
        screen.ended_at = time.monotonic()
        screen.due = time.monotonic() + screen.retry if self.again else None
