"""A real server: connections that drop, one that only seems to live, and a kill in the middle of a piece."""

from __future__ import annotations

import hashlib
import os
import socket

import pytest
import sqlalchemy as sa

from shopalert.evidence.models import Attachment
from shopalert.wall import crossing
from tests.people import ASHA
from tests.services import Server, eventually
from tests.uploads.tus import Tus

MB = 1024 * 1024
LONG = os.urandom(6 * MB + 77)


@pytest.fixture
def server(settings, world, engine):
    more = {
        name.upper(): str(value) for name, value in settings.items() if name in ("database_url", "redis_url")
    }
    running = Server(settings["data_dir"], SECRET_KEY=settings["secret_key"], **more).start()
    yield running
    running.kill()


class Phone(Tus):
    """The same device on a line of its own to a real server."""

    def __init__(self, world, person, server):
        super().__init__(world, person)
        self.port = server.port
        self.cookie = self.client.get_cookie("sa").value

    def send(self, url, offset, data, announced):
        """A piece as far as `data` goes; the line stays open."""
        line = socket.create_connection(("127.0.0.1", self.port))
        head = {
            "Host": f"localhost:{self.port}", "Cookie": f"sa={self.cookie}; ", "X-CSRFToken": self.token,
            "Sec-Fetch-Site": "same-origin", "Tus-Resumable": "1.0.0", "Accept": "application/json",
            "Content-Type": "application/offset+octet-stream", "Content-Length": announced, "Upload-Offset": offset,
        }  # fmt: skip
        line.sendall(
            f"PATCH {url} HTTP/1.1\r\n".encode() + b"".join(f"{k}: {v}\r\n".encode() for k, v in head.items())
        )
        line.sendall(b"\r\n" + data)
        return line

    def answer(self, line):
        return line.recv(65536).split(b"\r\n")[0].split(b" ")[1].decode()


def test_drops_a_dead_line_and_a_kill_lose_nothing_that_was_said(world, server):
    phone = Phone(world, ASHA, server)
    url = phone.begin(len(LONG), sha256=hashlib.sha256(LONG).hexdigest())

    phone.send(url, 0, LONG[: 2 * MB], len(LONG)).close()
    eventually(lambda: phone.offset(url) == 2 * MB, 10)

    dead = phone.send(url, 2 * MB, LONG[2 * MB : 3 * MB], len(LONG) - 2 * MB)  # nobody tells the server
    again = phone.send(url, 2 * MB, LONG[2 * MB : 4 * MB], 2 * MB)
    assert phone.answer(again) in ("204", "409"), "whoever comes again does not wait for the dead line"
    dead.close()

    at = phone.offset(url)
    held = phone.send(url, at, LONG[at : at + MB + MB // 2], len(LONG) - at)
    part = next((world.app.config["SHOPALERT"].data_dir / "uploads").rglob("*.part"))
    eventually(lambda: part.stat().st_size > at + MB // 2, 10)
    server.kill()
    held.close()
    server.start()
    after = phone.offset(url)
    assert after >= at + MB // 2, "what was sealed when it was killed is still there"
    assert phone.answer(phone.send(url, after, LONG[after:], len(LONG) - after)) == "204"
    with world.app.app_context(), crossing("command") as session:
        (kept,) = session.scalars(sa.select(Attachment))
    assert kept.sha256 == hashlib.sha256(LONG).hexdigest()
