"""Phones: a person's signed-in browser, and senders that send each report until it is acknowledged."""

from __future__ import annotations

import http.client
import json
import random
import threading
import time
import uuid
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from tests.faults.history import History, Operation

PASSING = (502, 503)  # what a phone takes for "again"
FORM = "application/x-www-form-urlencoded"


@dataclass
class Answer:
    """What came back, whole."""

    status: int
    headers: Any
    text: str
    seconds: float

    def json(self) -> Any:
        return json.loads(self.text)


class Lost(Exception):
    """The line broke before the answer was whole."""


class Phone:
    """One person's browser."""

    def __init__(self, port: int, cookie: str) -> None:
        self.port, self.cookie = port, cookie
        self.token = ""

    def begin(self) -> Phone:
        """Open a first page: its token, and the cookie that belongs to it."""
        answer = self.ask("GET", "/session")
        self.token = answer.json()["csrf_token"]
        for line in answer.headers.get_all("Set-Cookie") or []:
            self.cookie = line.split(";")[0]
        return self

    def ask(
        self, method: str, path: str, body: bytes | str | None = None, kind: str = FORM,
        accept: str = "application/json", timeout: float = 20,
    ) -> Answer:  # fmt: skip
        headers = {
            "Cookie": self.cookie, "Host": f"localhost:{self.port}", "Accept": accept,
            "Sec-Fetch-Site": "same-origin", "X-CSRFToken": self.token, "Content-Type": kind,
        }  # fmt: skip
        link, start = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout), time.monotonic()
        try:
            link.request(method, path, body, headers)
            answer = link.getresponse()
            text = answer.read().decode()
            return Answer(answer.status, answer.headers, text, time.monotonic() - start)
        except (OSError, http.client.HTTPException) as broken:
            raise Lost(type(broken).__name__) from broken
        finally:
            link.close()

    def post(
        self, path: str, fields: dict[str, str], photo: bytes | None = None, timeout: float = 20
    ) -> Answer:
        if photo is None:
            return self.ask("POST", path, urlencode(fields), timeout=timeout)
        return self.ask("POST", path, *multipart(fields, photo), timeout=timeout)

    def report(self, key: str, photo: bytes | None = None, timeout: float = 20, **more: str) -> Answer:
        fields = {"client_id": key, "category": "asb", "narrative": f"Noise {key}", **more}
        return self.post("/s/wickford/report", fields, photo, timeout)

    def read(self, path: str = "/s/wickford/", timeout: float = 20) -> Answer:
        return self.ask("GET", path, accept="text/html", timeout=timeout)


def multipart(fields: dict[str, str], photo: bytes) -> tuple[bytes, str]:
    edge = uuid.uuid4().hex
    parts = [
        f'--{edge}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields.items()
    ]
    head = f'--{edge}\r\nContent-Disposition: form-data; name="photos"; filename="p.jpg"\r\n'
    parts.append(f"{head}Content-Type: image/jpeg\r\n\r\n".encode() + photo + b"\r\n")
    return b"".join(parts) + f"--{edge}--\r\n".encode(), f"multipart/form-data; boundary={edge}"


class Sender(threading.Thread):
    """Reports one after the other, each sent until it is acknowledged. `pause` seconds between two."""

    def __init__(
        self, number: int, phone: Phone, history: History, many: int, *, photo: bytes | None = None,
        photos: int = 0, patience: float = 200.0, pause: float = 0.0, passing: tuple[int, ...] = PASSING,
    ) -> None:  # fmt: skip
        super().__init__(daemon=True)
        self.phone, self.history, self.pause, self.passing = phone, history, pause, passing
        self.chance, self.patience = random.Random(421 + number), patience
        self.own = [history.begin(photo if n < photos else None) for n in range(many)]
        self.slowest = 0.0
        self.seconds: list[float] = []
        self.refused: list[tuple[int, str]] = []

    def run(self) -> None:
        until = time.monotonic() + self.patience
        for operation in self.own:
            while time.monotonic() < until and not self.sent(operation):
                time.sleep(self.chance.uniform(0.02, 0.2))
            time.sleep(self.pause)

    def sent(self, operation: Operation) -> bool:
        operation.tries += 1
        operation.began = time.monotonic()
        try:
            answer = self.phone.report(operation.key, operation.photo)
        except Lost:
            return False
        if answer.status == 201:
            self.seconds.append(answer.seconds)
            self.history.acknowledge(operation, answer.json()["id"])
            return True
        if answer.status not in self.passing:
            self.refused.append((answer.status, answer.text[:300]))
            raise AssertionError(f"{answer.status}: {answer.text[:300]}")
        return False


def send_all(senders: list[Sender]) -> float:
    """All at once; seconds until the last was through."""
    start = time.monotonic()
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    refused = [each for sender in senders for each in sender.refused]
    assert not refused, refused[:3]
    return time.monotonic() - start


def percentile(values: list[float], which: float) -> float:
    """The value below which this part of all lies."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * which / 100))]
