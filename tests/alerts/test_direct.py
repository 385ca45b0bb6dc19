"""A stream on its socket: what a slow reader gets, and what nobody gets after their end."""

from __future__ import annotations

import os
import socket
import time
import uuid
from contextlib import suppress

import gevent
import pytest

from shopalert.alerts import direct
from shopalert.alerts.direct import HandedOver
from shopalert.alerts.live import Hub
from shopalert.alerts.wire import BYE, LAST_CHUNK, chunk
from tests.alerts.screens import arrived, opened, parked, taken

EVENT = b"event: incident\ndata: " + b"x" * 2000 + b"\n\n"


@pytest.fixture
def hub():
    return Hub()


@pytest.fixture
def small(monkeypatch):
    """As little in the kernel as it allows."""
    monkeypatch.setattr(direct, "KERNEL", 1)
    monkeypatch.setattr(direct, "PATIENCE", 0.3)


@pytest.fixture(params=["HTTP/1.1", "HTTP/1.0"])
def stream(request, hub, small):
    made = opened(request.param, hub, uuid.uuid4(), None, {})
    hub.streams.add(made)
    yield parked(made, 0)
    made.close()
    made.reader.close()


def eventually(holds, seconds=5):
    """As others have it, and lets the loop run that the sockets are watched by."""
    until = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < until
        gevent.sleep(0.005)


def rest(stream):
    """All that still lies in the socket, and whether the connection was reset at its end."""
    found = b""
    while True:
        try:
            data = stream.reader.recv(65536)
        except BlockingIOError:
            return found, "open"
        except ConnectionResetError:
            return found, "reset"
        if not data:
            return found, "closed"
        found += data


def fill(stream):
    """Until the kernel takes no more of them. How many."""
    many = 0
    while not stream.backlog and not stream.ended:
        many += 1
        stream.give(many, EVENT)
    return many


def test_what_the_kernel_does_not_take_comes_when_the_reader_reads(stream, hub, monkeypatch):
    monkeypatch.setattr(direct, "PATIENCE", 30.0)
    many = fill(stream)
    stream.give(many + 1, b"event: counts\ndata: {}\n\n")

    def drained():
        stream.raw += arrived(stream.reader)
        return not stream.backlog

    eventually(drained, 20)
    assert taken(stream) == EVENT * many + b"event: counts\ndata: {}\n\n"
    assert not stream.ended and stream.patience is None


def test_who_reads_nothing_is_let_go_in_time_and_told_no_false_end(stream, hub):
    fill(stream)
    file = stream.fd
    began = time.monotonic()
    eventually(lambda: stream.ended)
    assert time.monotonic() - began > 0.2
    assert len(hub.streams) == 0
    with pytest.raises(OSError):
        os.fstat(file)
    found, how = rest(stream)
    assert how in ("closed", "reset")
    assert not found.endswith(LAST_CHUNK) and b"bye" not in found


def test_who_reads_too_little_is_let_go_when_more_waits_than_may(stream, hub):
    given = fill(stream)
    while not stream.ended:
        given += 1
        stream.give(given, EVENT)
        assert len(stream.backlog) <= direct.BACKLOG
    assert len(hub.streams) == 0


def test_a_reader_who_leaves_is_noticed_at_once(stream, hub):
    stream.reader.close()
    eventually(lambda: stream.ended)
    assert len(hub.streams) == 0


def test_a_reader_who_sends_more_is_no_reader(stream, hub):
    stream.reader.send(b"GET / HTTP/1.1\r\n\r\n")
    eventually(lambda: stream.ended)


def test_the_end_is_said_properly_where_all_before_it_was_taken(stream, hub):
    stream.give(1, EVENT)
    stream.end()
    found, how = rest(stream)
    ending = chunk(EVENT) + chunk(BYE) + LAST_CHUNK if stream.chunked else EVENT + BYE
    assert (found, how) == (ending, "closed")
    stream.give(2, EVENT)
    stream.beat()
    assert len(hub.streams) == 0


def test_after_the_end_nothing_that_waited_is_given(stream, hub):
    many = fill(stream)
    stream.end()
    found, how = rest(stream)
    assert how in ("closed", "reset")
    assert found.count(b"incident") <= many and b"bye" not in found
    assert not found.endswith(LAST_CHUNK)


@pytest.mark.parametrize("version", ["HTTP/1.1", "HTTP/1.0"])
class TestCatchingUp:
    def flowing(self, hub, version):
        ours, theirs = socket.socketpair()
        for end in (ours, theirs):
            end.setblocking(False)
        made = direct.Direct(
            uuid.uuid4(), None, {}, hub.streams, {"SERVER_PROTOCOL": version, "gunicorn.socket": ours}
        )
        hub.streams.add(made)
        return made, theirs

    def run(self, stream, replay, seen):
        """As the server does: it is handed no byte, and its request ends."""

        def asked():
            with pytest.raises(HandedOver):
                next(stream.flow(replay, seen))

        return gevent.spawn(asked)

    def test_a_replay_waits_for_its_reader_and_what_came_meanwhile_follows(self, hub, version, monkeypatch):
        monkeypatch.setattr(direct, "KERNEL", 1)
        stream, reader = self.flowing(hub, version)
        missed = [b"data: %d %s\n\n" % (number, b"x" * 2000) for number in range(1, 31)]
        asked = self.run(stream, missed, 30)
        gevent.sleep(0.02)
        assert not asked.ready()
        stream.give(30, b"data: again\n\n")
        stream.give(31, b"data: news\n\n")
        stream.beat()
        frame = chunk if stream.chunked else bytes
        expected, got = b"".join(map(frame, [*missed, b"data: news\n\n"])), b""

        def all_there():
            nonlocal got
            with suppress(BlockingIOError):
                got += reader.recv(65536)
            return len(got) >= len(expected)

        eventually(all_there)
        assert got == expected and asked.ready() and stream.parked

    def test_who_does_not_take_what_was_missed_is_let_go(self, hub, version, small):
        stream, reader = self.flowing(hub, version)
        asked = self.run(stream, [EVENT] * 100, 100)
        eventually(lambda: stream.ended)
        asked.get()
        assert len(hub.streams) == 0 and not stream.parked
        reader.close()

    def test_whose_right_ends_meanwhile_is_given_no_more_of_it(self, hub, version, small):
        stream, reader = self.flowing(hub, version)

        def missed():
            yield b"data: one\n\n"
            stream.end()
            yield b"data: two\n\n"

        self.run(stream, missed(), 2).get()
        found = reader.recv(65536)
        assert b"one" in found and b"two" not in found and BYE in found
        assert reader.recv(1) == b""
