"""Readers as browsers are: a stream that is held open and read, and a poll. They go by nothing but what they got."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import gevent
from flask.testing import FlaskClient

ROOT = re.compile(r'id="([a-z]+-[0-9a-f-]{36})"')
Message = tuple[str, str]


def understood(event: str, data: str) -> Message | None:
    """A message as the model has it: its name, and the id of what it shows. Hello, beats and byes are none."""
    if event in ("hello", "beat", "bye"):
        return None
    if event in ("gone", "toast"):
        return event, json.loads(data)["id"]
    if event == "counts":
        return event, next(iter(json.loads(data)), "")
    found = ROOT.search(data)
    return event, found[1] if found else f"nothing in {data[:80]}"


class Screen:
    """An open page: it keeps the last id it was given, and comes back with it."""

    def __init__(self, cursor: str) -> None:
        self.cursor = cursor
        self.got: list[Message] = []
        self.text = ""
        self.ended = True
        self.rest = b""
        self.response: Any = None
        self.reading: Any = None

    def open(self, client: FlaskClient) -> int:
        """The status; 200 where the stream is open."""
        self.response = client.get("/stream", headers={"Last-Event-ID": self.cursor}, buffered=False)
        if self.response.status_code == 200:
            self.ended, self.rest = False, b""
            self.reading = gevent.spawn(self.read, iter(self.response.response))
        return int(self.response.status_code)

    def read(self, blocks: Iterator[bytes]) -> None:
        for block in blocks:
            *whole, self.rest = (self.rest + block).split(b"\n\n")
            for each in whole:
                self.take(each.decode())
        self.ended = True

    def take(self, block: str) -> None:
        lines = [line.partition(": ")[::2] for line in block.split("\n")]
        fields = dict(lines)
        if "event" not in fields:
            return
        data = "\n".join(value for name, value in lines if name == "data")
        self.cursor = fields.get("id", self.cursor)
        self.text += data
        if (message := understood(fields["event"], data)) is not None:
            self.got.append(message)

    def close(self) -> None:
        """The connection is gone, as in a lift."""
        if self.reading is not None:
            self.reading.kill()
            self.response.close()
        self.reading, self.ended = None, True


class Poller:
    """A page behind a proxy that holds streams back."""

    def __init__(self, cursor: str) -> None:
        self.cursor = cursor
        self.got: list[Message] = []
        self.text = ""

    def poll(self, client: FlaskClient) -> int:
        answer = client.get(f"/poll?after={self.cursor}", headers={"Accept": "application/json"})
        if answer.status_code == 200:
            said = answer.get_json()
            assert not said["resync"]
            self.cursor = said["cursor"]
            self.text += "".join(each["data"] for each in said["events"])
            found = [understood(each["event"], each["data"]) for each in said["events"]]
            self.got += [message for message in found if message is not None]
        return answer.status_code


def settle() -> None:
    """Let every open page read what was written to it: one that missed much has a turn for each event."""
    for _ in range(250):
        gevent.sleep(0)
