"""The same of every stream of a real server: on its socket, from the plain generator, and through nginx as it comes."""

from __future__ import annotations

import socket
import time

import pytest

from tests import services
from tests.alerts.doors import DOORS, settings_of, town_behind
from tests.people import ASHA, BEN, CAROL, IVY
from tests.services import eventually

pytestmark = [
    pytest.mark.nginx,
    pytest.mark.skipif(not services.nginx_program(), reason="no nginx on this machine"),
]


@pytest.fixture(scope="module", params=DOORS)
def town(request, engine, tmp_path_factory):
    if engine == "postgres" and request.param != "direct behind nginx":
        pytest.skip("how bytes leave has nothing to do with the database: one way is enough for both")
    with town_behind(
        request.param, tmp_path_factory.mktemp("door") / "data", **settings_of(engine, request)
    ) as made:
        made.door = request.param
        yield made


def hello(*screens):
    eventually(lambda: all("hello" in screen.names() for screen in screens))


def shown(screen):
    return [e["data"].split('id="incident-')[1][:36] for e in screen.events if e["event"] == "incident"]


def test_an_event_is_on_the_others_screens_within_a_second_and_on_no_strangers(town):
    asha = town.person(ASHA)
    screens = [town.person(person).screen() for person in (IVY, BEN, CAROL)]
    hello(*screens)
    incident = asha.report()
    start = time.monotonic()
    eventually(lambda: all("toast" in screen.names() for screen in screens[:2]), 3)
    print(f"{town.door}: after {time.monotonic() - start:.3f} s")
    assert time.monotonic() - start < 1.0
    assert [shown(screen) for screen in screens] == [[incident], [incident], []]


def test_who_comes_back_gets_what_was_missed_once_and_in_order(town):
    asha, ivy = town.person(ASHA), town.person(IVY)
    first = ivy.screen()
    hello(first)
    cursor = first.events[0]["id"]
    first.leave()
    missed = [asha.report() for _ in range(3)]
    again = ivy.screen(cursor)
    eventually(lambda: again.names().count("incident") == 3)
    more = asha.report()
    eventually(lambda: again.names().count("incident") == 4)
    assert shown(again) == [*missed, more]
    anew = ivy.screen("unknown")
    hello(anew)
    eventually(lambda: "resync" in anew.names())
    assert shown(anew) == []


def test_sign_out_ends_the_stream_properly_within_a_second(town):
    ivy, other = town.person(IVY), town.person(IVY)
    screen, standing = ivy.screen(), other.screen()
    hello(screen, standing)
    ivy.ask("POST", "/sign-out", {"csrf_token": ivy.token}, expect=303)
    assert screen.ended.wait(1.5)
    assert screen.names()[-1] == "bye"
    town.person(ASHA).report()
    eventually(lambda: "incident" in standing.names(), 3)
    assert "incident" not in screen.names()


@pytest.mark.parametrize("version", ["1.0", "1.1"])
def test_the_bytes_are_framed_as_the_request_asked_for(town, version):
    """Read by hand and strictly: chunks where there are chunks, nothing between the events where there are none."""
    ivy = town.person(IVY)
    with socket.create_connection(("127.0.0.1", town.port), timeout=10) as link:
        lines = [f"GET /stream HTTP/{version}", f"Host: localhost:{town.port}", f"Cookie: {ivy.cookie}"]
        link.sendall("\r\n".join([*lines, "", ""]).encode())
        raw = until(link, b"", b"hello")
        incident = town.person(ASHA).report()
        raw = until(link, raw, b"event: toast")
        ivy.ask("POST", "/sign-out", {"csrf_token": ivy.token}, expect=303)
        raw = until(link, raw, None if version == "1.0" else b"\r\n0\r\n\r\n")
    head, _, rest = raw.partition(b"\r\n\r\n")
    assert head.split(b" ", 2)[1] == b"200" and b"text/event-stream" in head
    assert (b"chunked" in head) == (version == "1.1")
    body = unchunked(rest) if version == "1.1" else rest
    names = [line for line in body.decode().split("\n") if line.startswith("event: ")]
    assert [name for name in names if name != "event: beat"] == [
        f"event: {name}" for name in ("hello", "incident", "toast", "bye")
    ]
    assert incident.encode() in body
    assert body.startswith(b"retry: ") and body.endswith(b"event: bye\ndata: {}\n\n")


def until(link, raw, mark):
    """Read on until this has come; without a mark, to the end."""
    while mark is None or mark not in raw:
        data = link.recv(65536)
        if not data:
            assert mark is None, raw[-300:]
            return raw
        raw += data
    return raw


def unchunked(rest):
    body = b""
    while True:
        size, _, rest = rest.partition(b"\r\n")
        length = int(size, 16)
        assert rest[length : length + 2] == b"\r\n"
        if not length:
            return body
        body, rest = body + rest[:length], rest[length + 2 :]


def test_fifty_screens_cost_pages_nothing_and_the_database_no_connection(town):
    """R6: a page beside them is quick; what a stream holds is no connection of the pool, whose size is 15 or 40."""
    ivy = town.person(IVY)
    screens = [ivy.screen() for _ in range(50)]
    hello(*screens)
    took = []
    for _ in range(10):
        start = time.monotonic()
        ivy.ask("GET", "/s/wickford/")
        took.append(time.monotonic() - start)
    print(f"{town.door}: a page beside 50 screens takes {sorted(took)[5] * 1000:.0f} ms")
    assert sorted(took)[5] < 0.5
    incident = town.person(ASHA).report()
    eventually(lambda: all(incident in shown(screen) for screen in screens), 5)
    for screen in screens:
        screen.leave()


def test_the_servers_end_is_said_to_all_and_it_is_gone_at_once(town):
    """R19: streams are drained, and told to come back spread over some seconds."""
    screens = [town.person(person).screen() for person in (IVY, BEN) for _ in range(10)]
    hello(*screens)
    began = time.monotonic()
    town.server.process.terminate()
    assert all(screen.ended.wait(5) for screen in screens)
    ended = time.monotonic() - began
    town.server.process.wait(20)
    print(f"{town.door}: streams drained after {ended:.2f} s, gone after {time.monotonic() - began:.1f} s")
    assert {screen.names()[-1] for screen in screens} == {"bye"}
    assert ended < 2 and time.monotonic() - began < 15  # it would wait 25 for who does not leave
