"""Heartbeats are spread over their fifteen seconds, and news goes before other work."""

from __future__ import annotations

import threading

import gevent

from shopalert.alerts import live
from shopalert.alerts.readers import PARTS, Readers, Stream
from tests.alerts.screens import given, screen
from tests.alerts.test_toasts import the_hub
from tests.people import ASHA


def test_streams_are_in_parts_of_one_size_each_in_one(world):
    viewer, readers = world.viewer(ASHA), Readers()
    streams = [Stream(viewer.user_id, None, viewer.log) for _ in range(3 * PARTS)]
    for stream in [*streams, streams[0]]:
        readers.add(stream)
    assert [len(part) for part in readers.parts] == [3] * PARTS
    assert {stream for part in readers.parts for stream in part} == set(streams)
    gone = list(readers.parts[4])
    for stream in [*gone, gone[0]]:
        readers.discard(stream)
    assert not readers.parts[4] and len(readers) == 3 * PARTS - 3
    readers.add(gone[0])
    assert list(readers.parts[4]) == [gone[0]], "who comes goes where there are fewest"


def test_each_stream_is_checked_and_beaten_once_a_round_and_never_all_at_once(world, monkeypatch):
    monkeypatch.setattr(live, "BEAT_EVERY", 1.5)
    hub, stop, rounds = the_hub(world), threading.Event(), []
    screens = [screen(world, hub, ASHA) for _ in range(2 * PARTS)]
    monkeypatch.setattr(hub, "check_these", lambda streams: rounds.append(list(streams)))

    def end_after_two_rounds():
        if len([some for some in rounds if some]) >= 2 * PARTS:
            stop.set()

    monkeypatch.setattr(hub, "look_for_ends", end_after_two_rounds)
    hub.run(world.app, stop)
    asked = [some for some in rounds if some]
    assert {len(some) for some in asked} == {2}
    first, second = asked[:PARTS], asked[PARTS : 2 * PARTS]
    assert first == second and {stream for some in first for stream in some} == set(screens)
    for stream in screens:
        assert {name for name, _, _ in given(stream)} == {"beat"}


def test_a_request_lets_the_hub_tell_first_what_is_new(world, monkeypatch):
    told, bell, client = [], live.hub.bell, world.client(ASHA)
    for news in (False, True):
        monkeypatch.setattr(live.hub, "bell", type(bell)())
        if news:
            live.hub.bell.set()
        waiting = gevent.spawn(told.append, "news")
        assert client.get("/healthz").status_code == 200, "also where the hub does not run"
        assert told == ["news"] * news
        waiting.join()
        told.clear()
