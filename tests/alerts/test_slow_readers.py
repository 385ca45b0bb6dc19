"""R7: two hundred screens that have stopped, or read a byte a second, are let go within a minute and slow nobody."""

from __future__ import annotations

import os
import re
import socket
import threading
import time
from contextlib import suppress

import pytest

from tests.alerts.doors import town_behind
from tests.people import ASHA, BEN, IVY, LEO

pytestmark = pytest.mark.slow
STOPPED, OTHERS, USUAL = 200, 20, 40


@pytest.fixture
def town(tmp_path):
    with town_behind("direct", tmp_path / "slow") as made:
        yield made


def stopped(town, cookie):
    """One that reads nothing after its head."""
    link = socket.socket()
    link.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
    link.connect(("127.0.0.1", town.port))
    link.sendall(f"GET /stream HTTP/1.1\r\nHost: localhost:{town.port}\r\nCookie: {cookie}\r\n\r\n".encode())
    return link


def streams(town):
    return int(float(re.search(rb"\nshopalert_streams (\S+)", town.server.get("/metrics")[1])[1]))


def files(town):
    return len(os.listdir(f"/proc/{town.server.workers()[0]}/fd"))


class Watch:
    """The other screens, and how long after its report each incident was on all of them."""

    def __init__(self, town):
        self.asha = town.person(ASHA)
        self.screens = [town.person((BEN, IVY, LEO)[n % 3]).screen() for n in range(OTHERS)]

    def report(self):
        start = time.monotonic()
        incident = self.asha.report()
        while not all(any(incident in e["data"] for e in list(s.events)[-6:]) for s in self.screens):
            assert time.monotonic() - start < 10
            time.sleep(0.001)
        return time.monotonic() - start


def p95(values):
    return sorted(values)[int(len(values) * 0.95)]


def test_two_hundred_that_stopped_are_let_go_within_a_minute_and_slow_nobody(town):
    watch = Watch(town)
    usual = [watch.report() for _ in range(USUAL)][10:]  # the first ones warm it up
    before = files(town)
    cookie = town.person(LEO).cookie
    slow = [stopped(town, cookie) for _ in range(STOPPED)]
    while streams(town) < STOPPED + OTHERS:
        time.sleep(0.05)
    began, beside, over = time.monotonic(), [], threading.Event()

    def sip():
        """Half of them read a byte a second."""
        while not over.wait(1):
            for link in slow[::2]:
                with suppress(OSError):
                    link.recv(1, socket.MSG_DONTWAIT)

    threading.Thread(target=sip, daemon=True).start()
    while streams(town) > OTHERS:
        beside.append(watch.report())
        assert time.monotonic() - began < 60
    took = time.monotonic() - began
    over.set()
    print(
        f"{STOPPED} let go within {took:.0f} s; others' p95 {p95(usual) * 1000:.0f} ms without them, "
        f"{p95(beside) * 1000:.0f} ms beside them ({len(beside)} reports)"
    )
    assert streams(town) == OTHERS
    assert abs(files(town) - before) <= 2
    assert p95(beside) < 2 * p95(usual)
    for link in slow:
        link.close()
