"""From an accepted report to every other open screen, in half a minute: `python3 dev.py bench live --quick`.

A real server on SQLite, all in one process, as `dev.py run` starts it. The clock starts when the report is
sent and stops when its card has been read from a screen's stream; p99 over all screens and reports must be
within LIMIT. Both sides share this machine's cores.
"""

from __future__ import annotations

import json
import re
import selectors
import socket
import tempfile
import threading
import time
import uuid
from collections import defaultdict
from pathlib import Path
from typing import Any

from bench.client import Client
from bench.figures import line, quantile
from tests.services import serving

LIMIT = 0.250  # seconds, p99
CARD = re.compile(rb'id="incident-([0-9a-f-]{36})"')
WARM_UP = 5  # reports that are not counted


class Screens:
    """Many open streams, read by one thread: when did each see which incident?"""

    def __init__(self, client: Client, count: int) -> None:
        self.selector = selectors.DefaultSelector()
        self.buffers: dict[socket.socket, bytes] = {}
        self.arrived: dict[str, list[float]] = defaultdict(list)
        self.bytes_read = 0
        for _ in range(count):
            opened = client.open_stream()
            self.buffers[opened] = b""
            self.selector.register(opened, selectors.EVENT_READ)
        self.running = True
        self.thread = threading.Thread(target=self.read, daemon=True)
        self.thread.start()

    def read(self) -> None:
        while self.running:
            for key, _ in self.selector.select(0.2):
                source: Any = key.fileobj
                data = source.recv(65536)
                at = time.perf_counter()
                if not data:
                    self.selector.unregister(source)
                    continue
                self.bytes_read += len(data)
                self.note(source, self.buffers[source] + data, at)

    def note(self, source: socket.socket, data: bytes, at: float) -> None:
        """Whole events only; the rest waits for its end."""
        whole, _, rest = data.rpartition(b"\n\n")
        self.buffers[source] = rest
        for incident in set(CARD.findall(whole)):
            self.arrived[incident.decode()].append(at)

    def close(self) -> None:
        self.running = False
        self.thread.join()
        for each in self.buffers:
            each.close()


def measure(url: str, fixture: dict[str, Any], screens: int, reports: int) -> list[float]:
    """Seconds from each report to each screen."""
    home = next(scheme["slug"] for scheme in fixture["schemes"] if scheme["kind"] == "retail")
    members = [
        user for user in fixture["users"]
        if user["role"] == "member" and home in user["scheme_slugs"] and not user["suspended"] and not user["removed"]
    ]  # fmt: skip
    reporter, watcher = Client(url), Client(url)
    reporter.sign_in(members[0])
    watcher.sign_in(members[1])
    open_screens = Screens(watcher, screens)
    time.sleep(1)
    delays: list[float] = []
    for number in range(WARM_UP + reports):
        sent = time.perf_counter()
        incident = reporter.report(home, f"Bench {number} {uuid.uuid4().hex}")
        until = time.perf_counter() + 5
        while len(open_screens.arrived[incident]) < screens and time.perf_counter() < until:
            time.sleep(0.005)
        arrived = open_screens.arrived[incident]
        if len(arrived) < screens:
            raise SystemExit(f"{screens - len(arrived)} of {screens} screens were told nothing within 5 s")
        if number >= WARM_UP:
            delays += [at - sent for at in arrived]
    open_screens.close()
    return delays


def quick(screens: int, reports: int) -> bool:
    """Whether p99 is within the limit."""
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        with serving(data) as server:
            server.stop()
            said = server.flask("shopalert", "seed", "--fixture", "two-schemes", "--plain-sign-in", "--json")
            server.start()
            delays = measure(server.url, json.loads(said.stdout), screens, reports)
    print(f"accepted report to {screens} open screens, {reports} reports, SQLite, one process:")
    print(f"  p50 {quantile(delays, 0.5) * 1000:.0f} ms, slowest {max(delays) * 1000:.0f} ms")
    return line("p99", quantile(delays, 0.99) * 1000, LIMIT * 1000, " ms")
