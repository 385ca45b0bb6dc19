"""The hub: each event rendered once, given once to each stream that may see it, in order."""

from __future__ import annotations

import json
import uuid
from itertools import accumulate

import pytest

from shopalert.accounts import actions as accounts
from shopalert.accounts import sessions
from shopalert.accounts.models import User
from shopalert.alerts import live
from shopalert.alerts.announcement import Message
from shopalert.alerts.live import Hub
from shopalert.alerts.outbox import newest
from shopalert.alerts.readers import BACKLOG, Stream
from shopalert.alerts.stream import Replay, flow
from shopalert.alerts.wire import encode, encode_json
from shopalert.db import writing
from shopalert.schemes.models import Membership
from shopalert.wall import crossing
from tests.alerts.screens import KINDS, events, given, opened, parked, screen, taken
from tests.house.test_queries import counted
from tests.people import ASHA, BEN, CAROL, DEV, IVY


@pytest.fixture
def hub(world):
    made = Hub()
    with world.app.app_context(), crossing("live") as session:
        made.position = newest(session)[0]
    return made


@pytest.fixture(params=KINDS)
def kind(request):
    """How a stream's bytes leave: all that is shown of one holds for each."""
    return request.param


# ---- bytes


def test_a_message_is_spelt_as_the_standard_says():
    assert encode(Message("incident", "one\ntwo"), "C") == b"event: incident\nid: C\ndata: one\ndata: two\n\n"
    assert encode_json("hello", {}) == b"event: hello\ndata: {}\n\n"


def test_carriage_returns_and_odd_separators_make_no_line_of_their_own():
    data = encode(Message("comment", "a\rid: forged\r\nevent: forged\u2028b"), "C").decode()
    assert [line for line in data.split("\n") if line.startswith(("id:", "event:"))] == [
        "event: comment",
        "id: C",
    ]


# ---- who gets what


def test_each_screen_gets_what_it_may_see_once_and_in_order(world, hub, kind):
    screens = {person: screen(world, hub, person, kind=kind) for person in (ASHA, BEN, CAROL, DEV)}
    first, second = world.report(ASHA), world.report(IVY)
    world.say(DEV, first, "For the police.", "police")
    world.say(BEN, first, "For coordinators.", "coordinators")
    with world.app.app_context():
        hub.deliver()
        hub.deliver()
    names = {person: [event for event, _, _ in given(stream)] for person, stream in screens.items()}
    assert names[ASHA] == [
        "incident",
        "incident",
        "toast",
    ]  # of the other's; no part of what others alone may read
    assert names[BEN] == ["incident", "toast", "incident", "toast", "comment"]
    assert names[DEV] == ["incident", "toast", "incident", "toast", "comment"]
    assert names[CAROL] == []
    assert first != second


def test_what_comes_while_a_screen_catches_up_comes_after_and_once(hub, kind):
    stream = opened(kind, hub, uuid.uuid4(), None, {})
    stream.give(5, b"five")
    stream.give(6, b"six")
    stream.beat()
    parked(stream, 5)
    stream.give(6, b"six again")
    stream.give(7, b"seven")
    assert taken(stream) == b"sixseven"


def test_a_slow_screen_is_dropped_and_the_others_go_on(world, hub, kind):
    slow, quick = (screen(world, hub, person, kind=kind) for person in (ASHA, IVY))
    for number in range(BACKLOG + 1):
        slow.give(hub.position + 1 + number, b"x" * 1024)
    assert slow.ended
    world.report(BEN)
    with world.app.app_context():
        hub.deliver()
    assert [event for event, _, _ in given(quick)] == ["incident", "toast"]


def test_an_event_is_rendered_once_for_all(world, hub, kind, monkeypatch):
    screens = [screen(world, hub, person, kind=kind) for person in (ASHA, IVY, BEN, DEV)]
    calls = []
    real = live.rendered
    monkeypatch.setattr(live, "rendered", lambda *args: calls.append(args) or real(*args))
    world.report(ASHA)
    with world.app.app_context():
        hub.deliver()
    assert len(calls) == 1
    mine, *theirs = (taken(stream) for stream in screens)
    assert len(set(theirs)) == 1
    [(card, _, said)], [(_, _, same), (toast, _, _)] = events(mine), events(theirs[0])
    assert (card, said, toast) == ("incident", same, "toast")  # and is not told of one's own


def test_an_event_that_cannot_be_rendered_sends_its_readers_to_the_page_and_stops_nobody(
    world, hub, kind, monkeypatch
):
    ivy, carol = (screen(world, hub, person, kind=kind) for person in (IVY, CAROL))
    first, real = world.report(ASHA), live.rendered

    def rendered(session, event):
        if event.incident_id == first:
            session.get_one(User, uuid.uuid4())  # not there
        return real(session, event)

    monkeypatch.setattr(live, "rendered", rendered)
    second = world.report(ASHA)
    with world.app.app_context():
        hub.deliver()
    (resync, cursor, _), (incident, _, data), *_ = given(ivy)
    assert (resync, incident) == ("resync", "incident") and cursor
    assert str(second) in data
    assert given(carol) == []


def test_a_withdrawn_incident_is_told_to_go(world, hub, kind):
    from shopalert.db import db
    from shopalert.incidents import actions
    from shopalert.incidents.models import Incident

    incident = world.report(ASHA)
    member, coordinator = (screen(world, hub, person, kind=kind) for person in (IVY, BEN))
    with world.seen_as(ASHA) as viewer:
        actions.withdraw(viewer, db.session.get_one(Incident, incident), "Only a mistake")
    with world.app.app_context():
        hub.deliver()
    told = [(event, data) for event, _, data in given(member)]
    assert ("gone", json.dumps({"id": f"incident-{incident}"})) in told
    assert "Only a mistake" not in str(told)
    assert "Only a mistake" in str(given(coordinator))


# ---- when the right ends


def signed_in_screen(world, hub, person, kind):
    with world.app.app_context(), crossing("seed") as session, writing(session):
        _, viewer = sessions.begin(session, world.viewer(person), "Phone")
    return screen(world, hub, person, viewer.session_id, kind), viewer


def ends(world, hub, stream, user_id):
    with world.app.app_context():
        hub.check(str(user_id))
    assert stream.ended
    assert given(stream)[-1][0] == "bye"


def test_a_standing_session_keeps_its_stream(world, hub, kind):
    stream, viewer = signed_in_screen(world, hub, ASHA, kind)
    with world.app.app_context():
        hub.check(str(viewer.user_id))
        hub.beat()
    assert not stream.ended
    assert [event for event, _, _ in given(stream)] == ["beat"]


def test_sign_out_ends_this_stream_and_no_other(world, hub, kind):
    stream, viewer = signed_in_screen(world, hub, ASHA, kind)
    other, _ = signed_in_screen(world, hub, ASHA, kind)
    with world.seen_as(ASHA):
        accounts.sign_out(viewer)
    ends(world, hub, stream, viewer.user_id)
    assert not other.ended


def test_suspension_ends_all_streams_of_a_person(world, hub, kind):
    streams = [signed_in_screen(world, hub, ASHA, kind)[0] for _ in range(2)]
    another, _ = signed_in_screen(world, hub, IVY, kind)
    with world.app.app_context(), crossing("command") as session:
        accounts.suspend(session.get_one(User, world.users[ASHA.name]))
    for stream in streams:
        ends(world, hub, stream, world.users[ASHA.name])
    assert not another.ended


@pytest.mark.parametrize("change", [{"role": "member"}, {"removed": True}])
def test_a_changed_role_or_a_removal_ends_the_stream_at_the_next_beat(world, hub, kind, change):
    from shopalert.db import now

    stream, viewer = signed_in_screen(world, hub, BEN, kind)
    with world.app.app_context(), crossing("seed") as session, writing(session):
        row = session.query(Membership).filter_by(user_id=viewer.user_id).one()
        row.role, row.removed_at = change.get("role", row.role), now() if change.get("removed") else None
    with world.app.app_context():
        hub.beat()
    assert stream.ended


def test_who_was_ended_by_another_process_is_found_without_asking_about_everybody(world, hub):
    """Nobody told this process: neither Redis nor the act itself."""
    ended, _ = signed_in_screen(world, hub, ASHA, "plain")
    other, _ = signed_in_screen(world, hub, IVY, "plain")
    with world.app.app_context(), crossing("command") as session:
        hub.look_for_ends()
        assert not ended.ended
        accounts.suspend(session.get_one(User, world.users[ASHA.name]))
        asked = []
        hub.check_these = lambda streams: asked.extend(streams) or Hub.check_these(hub, streams)
        hub.look_for_ends()
    assert (ended.ended, other.ended, asked) == (True, False, [ended])


def test_a_beat_asks_about_a_hundred_sessions_in_as_many_queries_as_about_one(world, hub):
    def queries():
        with world.app.app_context(), counted() as statements:
            hub.beat()
        return len(statements)

    signed_in_screen(world, hub, ASHA, "plain")
    one = queries()
    for person in (ASHA, BEN, IVY, DEV) * 5:
        signed_in_screen(world, hub, person, "plain")
    assert queries() == one


def test_the_servers_end_is_said_to_all(world, hub, kind):
    stream = screen(world, hub, ASHA, kind=kind)
    hub.close()
    assert given(stream)[-1][0] == "bye"
    if kind == "plain":
        assert list(stream.read()) == []


# ---- one log, three doors


def test_stream_replay_and_poll_give_the_same(world, hub):
    """Live, replayed to one who comes back, and polled: the same events with the same ids."""
    client = world.client(ASHA)
    viewer = world.viewer(ASHA)
    with world.app.app_context():
        before = Replay(viewer, None).cursor
    watching = screen(world, hub, ASHA)
    incident = world.report(IVY)
    world.say(BEN, incident, "One.")
    world.say(BEN, incident, "Hidden.", "coordinators")
    world.say(DEV, incident, "Two.")
    with world.app.app_context():
        hub.deliver()
        missed = Replay(viewer, before)
        late = Stream(viewer.user_id, None, viewer.log)
        given_late = flow(late, missed)
        next(given_late)  # hello
        many = len({seq for seq, _ in missed.events})
        replayed = events(b"".join(next(given_late) for _ in range(many)))
    polled = client.get(f"/poll?after={before}").json
    live_ids = [(event, id_) for event, id_, _ in given(watching)]
    # A browser keeps the last id that was said.
    kept = accumulate((id_ for _, id_ in live_ids), lambda place, id_: id_ or place, initial=before)
    assert [each["id"] for each in polled["events"]] == list(kept)[1:]
    assert [each["event"] for each in polled["events"]] == [name for name, _ in live_ids]
    assert [(event, id_) for event, id_, _ in replayed] == live_ids
    assert [name for name, _ in live_ids] == ["incident", "toast", "comment", "counts", "comment", "counts"]
    assert [data for _, _, data in replayed] == [each["data"] for each in polled["events"]]
    assert client.get(f"/poll?after={polled['cursor']}").status_code == 204
