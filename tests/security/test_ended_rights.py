"""Who is put out hears nothing more: not from a stream that was read slowly, not from a poll that waits, and no
guess made before the password changed opens a session after it."""

from __future__ import annotations

import threading
import time

import pytest
from werkzeug.test import TestResponse

from shopalert.accounts import actions as accounts
from shopalert.accounts import passwords, sessions
from shopalert.accounts.actions import Attempt, NotLetIn
from shopalert.accounts.models import User, UserSession
from shopalert.alerts import live
from shopalert.alerts import stream as doors
from shopalert.alerts.live import Hub, Stream
from shopalert.alerts.outbox import newest
from shopalert.alerts.stream import Replay, flow
from shopalert.db import db
from shopalert.wall import crossing
from tests.alerts.test_stream import at_the_start
from tests.people import ASHA, IVY, PASSWORD


@pytest.fixture
def hub(world):
    made = Hub()
    with world.app.app_context(), crossing("live") as session:
        made.position = newest(session)[0]
    return made


@pytest.mark.parametrize("caught_up", [True, False])
def test_a_stream_that_was_ended_gives_nothing_that_came_later(world, hub, caught_up):
    """Somebody reads slowly on purpose: what waits for them when their right ends is not given any more."""
    viewer = world.viewer(IVY)
    stream = Stream(viewer.user_id, None, viewer.log)
    hub.streams.add(stream)
    if caught_up:
        stream.caught_up(hub.position)
    with world.app.app_context():
        world.report(ASHA, narrative="while it was theirs")
        hub.deliver()
        stream.end()
        world.report(ASHA, narrative="after the end")
        hub.deliver()
        hub.beat()
    stream.caught_up(0)
    said = b"".join(stream.read())
    assert b"after the end" not in said
    assert b"event: bye" in said


def test_a_replay_read_slowly_stops_where_the_right_ends(world, hub):
    before = at_the_start(world)
    for _ in range(3):
        world.report(ASHA, narrative="missed")
    with world.app.test_request_context():
        viewer = world.viewer(IVY)
        stream = Stream(viewer.user_id, None, viewer.log)
        given = flow(stream, Replay(viewer, before))
        first = [next(given) for _ in range(2)]  # padding and hello, one card
        assert b"missed" in first[-1]
        stream.end()
        assert b"missed" not in b"".join(given)


def test_a_poll_that_waits_ends_with_the_right_to_it(world, monkeypatch):
    monkeypatch.setattr(doors, "hub", Hub())  # gevent's own belongs to the thread that waited on it first
    client = world.client(IVY)
    cursor = at_the_start(world)
    answers: list[TestResponse] = []
    asking = threading.Thread(target=lambda: answers.append(client.get(f"/poll?after={cursor}&wait=6")))
    asking.start()
    time.sleep(0.5)
    with world.app.app_context(), crossing("command") as session:
        ivy = session.get_one(User, world.users[IVY.name])
        accounts.suspend(ivy)
    world.report(ASHA, narrative="after the suspension")
    asking.join(8)
    assert answers[0].status_code == 204
    assert client.get("/poll").status_code == 401
    assert "after the suspension" not in answers[0].text


def test_one_person_cannot_take_all_streams(world, monkeypatch):
    monkeypatch.setattr(doors, "OF_ONE_PERSON", 2)
    held = [Stream(world.users[IVY.name], None, {}) for _ in range(2)]
    for stream in held:
        live.hub.streams.add(stream)
    try:
        assert world.client(IVY).get("/stream").status_code == 503
        answer = world.client(ASHA).get("/stream")
        assert answer.status_code == 200
        answer.close()
    finally:
        for stream in held:
            live.hub.streams.discard(stream)


@pytest.mark.parametrize("meanwhile", ["reset", "suspend"])
def test_a_password_compared_before_the_change_opens_nothing_after_it(world, monkeypatch, meanwhile):
    with world.app.test_request_context():
        with crossing("command") as session:
            ivy = session.get_one(User, world.users[IVY.name])
        compare = passwords.matches

        def slowly(kept, password):
            right = compare(kept, password)
            if meanwhile == "reset":
                accounts.reset_password(ivy, "another long password")
            else:
                accounts.suspend(ivy)
            return right

        monkeypatch.setattr(passwords, "matches", slowly)
        with pytest.raises(NotLetIn):
            accounts.sign_in(Attempt(IVY.email, PASSWORD, address="192.0.2.7"))
        db.session.rollback()
        assert not db.session.query(UserSession).filter(UserSession.revoked_at.is_(None)).count()
        assert sessions.listing(db.session(), ivy.id) == []
