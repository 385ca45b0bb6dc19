"""Kept connections: what an answer looks like, what costs the connection, and what a service may never do to us."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from contextlib import suppress
from pathlib import Path

import pytest

from shopalert.alerts import connections
from shopalert.alerts.connections import CAP, Connections, Garbled, HungUp
from shopalert.alerts.endpoints import Endpoint
from tests.push_service import make_certificates

REQUEST = b"POST /push/1 HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n{}"
TAKEN = b"HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n"
HANGS_UP = b"\r\n\r\nbye"  # what ends so, ends the connection


class Scripted:
    """A service that says, to each request on each connection, exactly these bytes."""

    def __init__(self, folder: Path, *connections: list[bytes]) -> None:
        make_certificates(folder)
        self.trust = ssl.create_default_context(cafile=str(folder / "ca.pem"))
        self.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.tls.load_cert_chain(folder / "cert.pem", folder / "key.pem")
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.endpoint = Endpoint("https://localhost", "localhost", self.listener.getsockname()[1], "/push/1")
        self.got: list[int] = []  # requests of each connection
        self.hung_up = threading.Semaphore(0)
        self.serving = threading.Thread(target=self.serve, args=(connections,), daemon=True)
        self.serving.start()

    def serve(self, connections: tuple[list[bytes], ...]) -> None:
        for answers in connections:
            self.got.append(0)
            with suppress(OSError):
                plain, _ = self.listener.accept()
                with self.tls.wrap_socket(plain, server_side=True) as link:
                    for answer in answers:
                        if not link.recv(65536):
                            break
                        self.got[-1] += 1
                        link.sendall(answer)
                        if answer.endswith(HANGS_UP):
                            break
            self.hung_up.release()

    def close(self) -> None:
        self.listener.close()


@pytest.fixture
def scripted(tmp_path):
    made = []

    def make(*connections):
        made.append(Scripted(tmp_path, *connections))
        return made[-1], Connections(made[-1].trust)

    yield make
    for each in made:
        each.close()


def post(to, service):
    return to.post("127.0.0.1", service.endpoint, REQUEST)


@pytest.mark.parametrize(
    ("answer", "status", "wait", "lasting"),
    [
        (TAKEN, 201, None, True),
        (b"HTTP/1.1 204 No Content\r\n\r\n", 204, None, True),
        (b"HTTP/1.1 103 Early Hints\r\nLink: <x>\r\n\r\n" + TAKEN, 201, None, True),
        (b"HTTP/1.1 429 Slow\r\nRETRY-AFTER:  7 \r\nContent-Length: 4\r\n\r\nslow", 429, "7", True),
        (b"HTTP/1.1 410\r\nContent-Length: 0\r\n\r\n", 410, None, True),
        (b"HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 201, None, True),
        (b"HTTP/1.1 500 Oh\r\nTransfer-Encoding: chunked\r\n\r\n2\r\noh\r\n0\r\n\r\n", 500, None, False),
        (b"HTTP/1.1 201 Created\r\nConnection: close\r\nContent-Length: 0\r\n\r\n", 201, None, False),
        (b"HTTP/1.0 201 Created\r\nContent-Length: 0\r\n\r\n", 201, None, False),
        (TAKEN + TAKEN, 201, None, False),  # an answer to something that was never asked
        (b"HTTP/1.1 201 Created\r\nContent-Length: 0\r\nContent-Length: 5\r\n\r\nbye", 201, None, False),
        (b"HTTP/1.1 201 Created\r\nContent-Length: 3\r\nTransfer-Encoding: chunked" + HANGS_UP, 201, None, False),
        (b"HTTP/1.1 201 Created" + HANGS_UP, 201, None, False),
        (b"HTTP/1.1 201 Created\r\nContent-Length: -1" + HANGS_UP, 201, None, False),
        (b"HTTP/1.1 201 Created\r\nContent-Length: 999999999999" + b"\r\n\r\n" + b"x" * (CAP + 9), 201, None, False),
    ],
)  # fmt: skip
def test_what_an_answer_says_and_whether_its_connection_serves_again(scripted, answer, status, wait, lasting):
    service, to = scripted([answer, TAKEN], [TAKEN])
    reply = post(to, service)
    assert (reply.status, reply.retry_after) == (status, wait)
    assert sum(map(len, to.idle.values())) == int(lasting)
    assert post(to, service).status == 201
    assert to.opened == (1 if lasting else 2)


@pytest.mark.parametrize(
    "answer",
    [
        b"SSH-2.0-OpenSSH_9.2\r\n\r\n",
        b"HTTP/2 201\r\n\r\n",
        b"HTTP/1.1 20x Created\r\n\r\n",
        b"HTTP/1.1 2010 Created\r\n\r\n",
        b"\r\n\r\n",
        b"HTTP/1.1 201 Created\r\nX: " + b"x" * (CAP + 9),
        b"HTTP/1.1 103 Early Hints\r\n\r\n" * 4000,
    ],
)
def test_what_is_no_answer_is_none_and_ends_the_connection(scripted, answer):
    service, to = scripted([answer])
    with pytest.raises((Garbled, ConnectionError)):
        post(to, service)
    assert not any(to.idle.values())


def test_a_service_that_hung_up_meanwhile_costs_no_message(scripted, monkeypatch):
    """Seen before the request where there was time to see it, and else after: both are sent on a fresh connection."""
    service, to = scripted([TAKEN], [TAKEN], [TAKEN])
    monkeypatch.setattr(connections, "IDLE", 0.0)
    post(to, service)
    assert service.hung_up.acquire(timeout=5)
    assert post(to, service).status == 201
    assert to.opened == 2
    monkeypatch.setattr(connections, "IDLE", 60.0)
    assert service.hung_up.acquire(timeout=5)
    assert post(to, service).status == 201
    assert to.opened == 3
    assert service.got == [1, 1, 1]


def test_a_service_that_takes_and_says_nothing_is_not_asked_for_ever(scripted):
    service, to = scripted([b"HTTP/1.1 201 Created" + HANGS_UP], [], [])
    post(to, service)
    with pytest.raises(HungUp):
        post(to, service)
    assert to.opened == 2


def test_what_nobody_uses_any_more_is_closed(scripted, monkeypatch):
    """The name moved: its old address is not come back to."""
    service, to = scripted([TAKEN], [TAKEN])
    post(to, service)
    ((key, kept),) = to.idle.items()
    to.idle[("192.0.2.7", *key[1:])] = kept
    del to.idle[key]
    monkeypatch.setattr(connections, "LONGEST", 0.0)
    post(to, service)
    assert list(to.idle) == [key]
    assert service.hung_up.acquire(timeout=5)
    assert kept == []


def test_messages_at_once_have_connections_of_their_own(push_service, push_settings):
    """As many as are under way, and then the same again."""
    trust = ssl.create_default_context(cafile=push_service.ca_file)
    to, at = Connections(trust), Endpoint("", "localhost", push_service.ports[0], "/push/1")
    waiting = [threading.Thread(target=to.post, args=("127.0.0.1", at, REQUEST)) for _ in range(5)]
    for each in waiting:
        each.start()
    for each in waiting:
        each.join()
    opened = to.opened
    assert 1 <= opened <= 5
    began = time.monotonic()
    for _ in range(5):
        assert to.post("127.0.0.1", at, REQUEST).status == 404
    assert to.opened == opened
    assert time.monotonic() - began < 5
