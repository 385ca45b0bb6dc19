"""Fifty reports a second, two thousand screens open in nineteen schemes: how long until each screen has them?

The whole system in one process on SQLite, as it comes. People send their reports when it is their time, whether or not
the server has answered those before. The clock starts before a report is sent, and stops when its card has been read
from a screen's stream; a second clock starts at the answer. Each scheme has sixty phones to alert, whose push service
has asked to be left alone: their deliveries are written with the report, and how they are sent is for `bench push`.
"""

from __future__ import annotations

import http.client
import io
import re
import tempfile
import threading
import time
import uuid
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from html import unescape
from itertools import count
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from PIL import Image

from bench.figures import cpu, line, quantile
from bench.receiver import Receiver, build
from bench.town import Town
from shopalert.alerts.models import PushService, Subscription
from shopalert.db import now, writing
from shopalert.schemes.models import Membership
from shopalert.wall import crossing
from tests.services import Server

SCHEMES, STREAMS, PHONES = 19, 2000, 60
SENDERS = 32  # reports that may be under way at a time
SCREEN_LIMIT, REPORT_LIMIT, PHOTO_LIMIT = (
    250.0,
    25.0,
    80.0,
)  # milliseconds: p99 from the answer; p95 of the answer
ORIGIN = "https://updates.push.services.mozilla.com"
IDLE = 3.0  # seconds after which a kept connection is not used again
LAST_WAIT = 5.0  # seconds after the last answer in which its card may come
BOUNDARY = "a-report-of-the-bench"


@dataclass
class Sent:
    """One report: whose scheme, when it was sent and answered."""

    mark: int
    scheme: int
    began: float = 0.0
    answered: float = 0.0
    status: int = 0


@dataclass
class Storm:
    """What came of some reports: milliseconds."""

    name: str
    reports: list[Sent]
    from_sending: list[float] = field(default_factory=list)
    from_answer: list[float] = field(default_factory=list)
    lost: int = 0
    astray: int = 0
    busy: float = 0.0  # of a core

    @property
    def answers(self) -> list[float]:
        return [(each.answered - each.began) * 1000 for each in self.reports]


class Reporter:
    """One member's browser: a kept connection and the token of its forms."""

    def __init__(self, port: int, slug: str, cookie: str) -> None:
        self.path = f"/s/{slug}/report"
        self.headers = {
            "Cookie": cookie,
            "Origin": f"http://localhost:{port}",
            "Sec-Fetch-Site": "same-origin",
        }
        self.link = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.headers["Host"] = f"localhost:{port}"
        self.busy, self.last = threading.Lock(), 0.0
        self.token = ""

    def arrive(self) -> None:
        """Read the form, as everybody does who reports."""
        self.link.request("GET", self.path, headers={**self.headers, "Accept": "text/html"})
        answer = self.link.getresponse()
        page = answer.read().decode()
        for each in answer.headers.get_all("Set-Cookie") or []:
            self.headers["Cookie"] = each.split(";")[0]
        found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
        if not found:
            raise SystemExit(f"the form answered {answer.status}")
        self.token = unescape(found[1])

    def report(self, sent: Sent, photo: bytes) -> None:
        fields = {
            "client_id": str(uuid.uuid4()), "category": "shop_theft", "csrf_token": self.token,
            "narrative": f"mark-{sent.mark:06} Two people took coats and left by the side door.",
        }  # fmt: skip
        body = multipart(fields, photo)
        kind = f"multipart/form-data; boundary={BOUNDARY}"
        with self.busy:
            if time.monotonic() - self.last > IDLE:  # the server closes what is idle; a browser opens another
                self.link.close()
            sent.began = time.monotonic()
            self.link.request(
                "POST", self.path, body, {**self.headers, "Accept": "application/json", "Content-Type": kind}
            )
            answer = self.link.getresponse()
            answer.read()
            sent.answered, sent.status = time.monotonic(), answer.status
            self.last = sent.answered


def multipart(fields: dict[str, str], photo: bytes) -> bytes:
    part = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="'
    body = "".join(f'{part}{name}"\r\n\r\n{value}\r\n' for name, value in fields.items()).encode()
    if photo:
        head = f'{part}photos"; filename="photo.jpg"\r\nContent-Type: image/jpeg\r\n\r\n'
        body += head.encode() + photo + b"\r\n"
    return body + f"--{BOUNDARY}--\r\n".encode()


def small_copy() -> bytes:
    """A picture as a phone shrinks it: 1,600 pixels, some hundred thousand bytes."""
    out = io.BytesIO()
    Image.effect_noise((1600, 1200), 30).convert("RGB").save(out, "JPEG", quality=60)
    return out.getvalue()


def settle(town: Town) -> tuple[list[str], list[tuple[str, str]]]:
    """The cookies of the screens, scheme by scheme in turn; for each scheme a few people who report."""
    town.add_schemes(SCHEMES)
    screens, reporters = [], []
    for slug in town.slugs:
        screens.append(town.add_members(slug, STREAMS // SCHEMES + 1))
        reporters += [(slug, cookie) for cookie in town.add_members(slug, 4)]
        phones(town, slug)
    return [cookie for turn in zip(*screens, strict=True) for cookie in turn][:STREAMS], reporters


def phones(town: Town, slug: str) -> None:
    """Sixty people of the scheme have a phone; their push service asked us to wait."""
    with town.app.app_context(), crossing("seed") as session, writing(session):
        people = sa.select(Membership.user_id).where(Membership.scheme_id == town.world.schemes[slug])
        keys = {"origin": ORIGIN, "p256dh": "B" * 87, "auth": "A" * 22}
        session.add_all(
            Subscription(user_id=who, endpoint=f"{ORIGIN}/{uuid.uuid4()}", **keys)
            for who in session.scalars(people.order_by(Membership.user_id.desc()).limit(PHONES))
        )
        if session.get(PushService, ORIGIN) is None:
            session.add(PushService(origin=ORIGIN, wait_until=now() + timedelta(hours=6)))


def send_all(reporters: list[Reporter], first: int, rate: float, seconds: float, photo: bytes) -> list[Sent]:
    """Reports at an even pace, from one scheme after the other."""
    reports = [Sent(first + number, number % SCHEMES) for number in range(int(rate * seconds))]
    turn, start = count(), time.monotonic() + 0.2

    def work() -> None:
        while (number := next(turn)) < len(reports):
            time.sleep(max(0.0, start + number / rate - time.monotonic()))
            of_scheme = reporters[4 * (number % SCHEMES) : 4 * (number % SCHEMES) + 4]
            of_scheme[number // SCHEMES % 4].report(reports[number], photo)

    threads = [threading.Thread(target=work) for _ in range(SENDERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return reports


def storm(
    name: str, server: Server, receiver: Receiver, reporters: list[Reporter], first: int, rate: float,
    seconds: float, photo: bytes = b"",
) -> Storm:  # fmt: skip
    """Send, read for a little longer, and see who got what."""
    used, since = cpu(server.workers()[0]), time.monotonic()
    with ThreadPoolExecutor(1) as beside:
        sending = beside.submit(send_all, reporters, first, rate, seconds, photo)
        while not sending.done():
            receiver.pause(200)
        found = Storm(name, sending.result())
    receiver.pause(int(LAST_WAIT * 1000))
    found.busy = (cpu(server.workers()[0]) - used) / (time.monotonic() - since)
    arrived = receiver.take()
    of_scheme = Counter(stream % SCHEMES for stream in range(STREAMS))
    for sent in found.reports:
        if sent.status != 201:
            raise SystemExit(f"a report was answered {sent.status}")
        came: dict[int, float] = {}
        for stream, at in arrived.get(sent.mark, []):
            came.setdefault(stream, at)
        mine = [at for stream, at in came.items() if stream % SCHEMES == sent.scheme]
        found.astray += len(came) - len(mine)
        found.lost += of_scheme[sent.scheme] - len(mine)
        found.from_sending += [(at - sent.began) * 1000 for at in mine]
        found.from_answer += [max(0.0, at - sent.answered) * 1000 for at in mine]
    return found


@contextmanager
def stormy_town() -> Any:
    """A server with its screens open, and the people who report."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        town = Town(folder / "data")
        screens, people = settle(town)
        town.close()
        server = Server(folder / "data", LOG_LEVEL="WARNING")
        try:
            server.start()
            host = f"Host: localhost:{server.port}\r\nAccept: text/event-stream"
            heads = [f"GET /stream HTTP/1.1\r\n{host}\r\nCookie: {each}\r\n\r\n" for each in screens]
            receiver = Receiver(build("receiver", folder), server.port, heads)
            try:
                receiver.open(STREAMS)
                reporters = [Reporter(server.port, slug, cookie) for slug, cookie in people]
                for each in reporters:
                    each.arrive()
                yield server, receiver, reporters
            finally:
                receiver.close()
        finally:
            server.kill()


def measure(rate: float, seconds: float, photo_rate: float) -> list[Storm]:
    with stormy_town() as (server, receiver, reporters):
        storm("warm", server, receiver, reporters, 1, 20, 2)
        plain = storm("without photos", server, receiver, reporters, 10_000, rate, seconds)
        with_photos = storm(
            "with a photo each", server, receiver, reporters, 50_000, photo_rate, seconds / 2, small_copy()
        )
    return [plain, with_photos]


def tell(found: Storm, rate: float, answer_limit: float) -> bool:
    """Its figures, and whether all are within their limits."""
    print(
        f"{len(found.reports)} reports {found.name}, {rate:g} a second, {STREAMS} screens, {SCHEMES} schemes:"
    )
    both = {
        "from sending": found.from_sending,
        "from the answer": found.from_answer,
        "the answer": found.answers,
    }
    for what, values in both.items():
        shares = [f"{quantile(values, share):.0f}" for share in (0.5, 0.95, 0.99)]
        print(
            f"  {what}: p50 {shares[0]} ms, p95 {shares[1]} ms, p99 {shares[2]} ms, slowest {max(values):.0f} ms"
        )
    print(f"  the server used {found.busy * 100:.0f} % of a core")
    held = [
        line("p99 from the answer to the screens", quantile(found.from_answer, 0.99), SCREEN_LIMIT, " ms"),
        line("p95 of the answer", quantile(found.answers, 0.95), answer_limit, " ms"),
        line("screens that were told nothing", found.lost, 0),
        line("screens of others that were told", found.astray, 0),
    ]
    return all(held)
