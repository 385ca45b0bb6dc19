"""The two doors of the log over HTTP: cursors, resync, waiting; and streams of a real server that end in time."""

from __future__ import annotations

import http.client
import json
import socket
import threading
import time
import uuid
from contextlib import contextmanager

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shopalert.alerts import behind
from shopalert.alerts.cursors import Cursors, cursors
from shopalert.alerts.outbox import newest
from shopalert.alerts.stream import Replay
from shopalert.db import now, writing
from shopalert.schemes.models import Membership
from shopalert.wall import crossing
from tests.people import ASHA, BEN, CAROL, DEV, ELLEN, FEMI, IVY, OLU, PASSWORD
from tests.services import eventually, serving

JSON = {"Accept": "application/json"}


def at_the_start(world):
    with world.app.app_context(), crossing("live") as session:
        seq, key = newest(session)
        return cursors(key).seal(seq)


# ---- poll


def test_without_a_cursor_it_says_where_now_is(world):
    world.report(ASHA)
    found = world.client(ASHA).get("/poll").json
    assert (found["events"], found["resync"]) == ([], False)
    assert found["cursor"] == at_the_start(world)


def test_nothing_new_is_204(world):
    assert world.client(ASHA).get(f"/poll?after={at_the_start(world)}").status_code == 204


def test_last_event_id_goes_before_the_address(world):
    before = at_the_start(world)
    world.report(ASHA)
    after = at_the_start(world)
    client = world.client(ASHA)
    assert client.get(f"/poll?after={after}", headers={"Last-Event-ID": before}).json["events"]
    assert client.get(f"/poll?after={before}", headers={"Last-Event-ID": after}).status_code == 204


@pytest.mark.parametrize("cursor", ["x", "A" * 22, "0", "' OR 1=1", "%F0%9F%92%A9", "%00"])
def test_an_unknown_cursor_is_resync(world, cursor):
    world.report(ASHA)
    found = world.client(ASHA).get(f"/poll?after={cursor}").json
    assert (found["resync"], found["events"]) == (True, [])
    assert found["cursor"] == at_the_start(world)


def test_a_foreign_instances_cursor_is_resync(world):
    assert world.client(ASHA).get(f"/poll?after={Cursors(b'k' * 32).seal(0)}").json["resync"]


def test_a_cursor_of_a_lost_future_is_resync(world):
    """A backup was put back: its numbers begin lower."""
    world.report(ASHA)
    ahead = at_the_start(world)
    with world.app.app_context(), crossing("seed") as session, writing(session):
        from shopalert.alerts.models import Instance

        session.execute(sa.update(Instance).values(seq=0))
    assert world.client(ASHA).get(f"/poll?after={ahead}").json["resync"]


def test_a_cursor_that_is_too_old_is_resync(world, monkeypatch):
    before = at_the_start(world)
    monkeypatch.setattr(behind, "REPLAY_LIMIT", 3)
    for _ in range(3):
        world.report(ASHA)
    client = world.client(ASHA)
    assert len(client.get(f"/poll?after={before}").json["events"]) == 3
    world.report(ASHA)
    found = client.get(f"/poll?after={before}").json
    assert (found["resync"], found["events"]) == (True, [])
    assert client.get(f"/poll?after={found['cursor']}").status_code == 204


def test_others_traffic_makes_nobody_too_old(world, monkeypatch):
    before = at_the_start(world)
    monkeypatch.setattr(behind, "REPLAY_LIMIT", 3)
    for _ in range(5):
        world.report(OLU, "southend")
    world.report(ASHA)
    assert len(world.client(ASHA).get(f"/poll?after={before}").json["events"]) == 1


def test_a_poll_waits_and_is_woken(world):
    client, before = world.client(ASHA), at_the_start(world)
    threading.Timer(0.4, world.report, (IVY,)).start()
    start = time.monotonic()
    found = client.get(f"/poll?after={before}&wait=10").json
    assert found["events"]
    assert 0.2 < time.monotonic() - start < 5


def test_a_poll_that_waits_in_vain_ends_in_time(world):
    client, before = world.client(ASHA), at_the_start(world)
    start = time.monotonic()
    assert client.get(f"/poll?after={before}&wait=1").status_code == 204
    assert 0.8 < time.monotonic() - start < 4
    for wait in ("-5", "NaN", "x", ""):
        assert client.get(f"/poll?after={before}&wait={wait}").status_code == 204


def test_who_belongs_nowhere_hears_nothing(world):
    before = at_the_start(world)
    world.report(ASHA)
    assert world.client(FEMI).get(f"/poll?after={before}").status_code == 204
    assert world.client(ASHA).get(f"/poll?after={before}").json["events"]
    assert world.client().get(f"/poll?after={before}", headers={"Accept": "text/html"}).status_code == 401


# ---- whatever happens, each reader gets their own part


SCHEMES = ("wickford", "billericay", "southend")
READERS = (ASHA, BEN, CAROL, DEV, ELLEN, OLU, FEMI)
ACTORS = {"wickford": (ASHA, BEN, DEV), "billericay": (CAROL, ELLEN), "southend": (OLU,)}
MAY_SAY = {
    BEN: ("members", "coordinators"),
    DEV: ("members", "police"),
    ELLEN: ("members", "police"),
    OLU: ("members", "police"),
}
steps = st.lists(
    st.one_of(
        st.tuples(st.just("report"), st.sampled_from(SCHEMES), st.integers(0, 2), st.just(0)),
        st.tuples(st.just("say"), st.sampled_from(SCHEMES), st.integers(0, 2), st.integers(0, 1)),
        st.tuples(st.just("poll"), st.just(""), st.integers(0, 6), st.just(0)),
        st.tuples(st.just("move"), st.just(""), st.sampled_from((0, 1)), st.just(0)),
    ),
    max_size=14,
)


class Model:
    """What each reader must have got, kept beside what they get by poll."""

    def __init__(self, world):
        self.world, self.told = world, []  # (seq order, scheme, audience, thing)
        self.cursor = {person: at_the_start(world) for person in READERS}
        self.read = dict.fromkeys(READERS, 0)
        self.incidents = {slug: world.report(ACTORS[slug][0], slug) for slug in SCHEMES}
        for person in READERS:
            self.cursor[person] = at_the_start(world)

    def report(self, slug, who, _):
        actor = self.actor(slug, who)
        self.told.append((slug, "members", str(self.world.report(actor, slug))))

    def say(self, slug, who, to):
        actor = self.actor(slug, who)
        audience = MAY_SAY.get(actor, ("members",))[to % len(MAY_SAY.get(actor, ("members",)))]
        self.told.append(
            (slug, audience, str(self.world.say(actor, self.incidents[slug], "Said.", audience)))
        )

    def actor(self, slug, who):
        """Of those who still belong there."""
        standing = [a for a in ACTORS[slug] if self.world.schemes[slug] in self.world.viewer(a).schemes]
        return standing[who % len(standing)]

    def move(self, _, which, __):
        """A membership ends, or comes back. Whose right has changed sees the log as they are now."""
        person = (ASHA, BEN)[which]
        with self.world.app.app_context(), crossing("seed") as session, writing(session):
            row = session.query(Membership).filter_by(user_id=self.world.users[person.name]).one()
            row.removed_at = None if row.removed_at else now()

    def poll(self, _, who, __):
        self.check(READERS[who % len(READERS)])

    def check(self, person):
        viewer = self.world.viewer(person)
        with self.world.app.app_context():
            found = Replay(viewer, self.cursor[person])
        assert not found.resync
        got = [message.data for _, message in found.events if message.event not in ("counts", "toast")]
        toasts = [message.data for _, message in found.events if message.event == "toast"]
        mine = [
            thing for slug, audience, thing in self.told[self.read[person] :]
            if audience in viewer.audiences(self.world.schemes[slug])
        ]  # fmt: skip
        assert len(got) == len(mine), (person.name, mine, got)
        for data, thing in zip(got, mine, strict=True):
            assert thing in data
        assert all(any(thing in said for thing in mine) for said in toasts)
        self.cursor[person], self.read[person] = found.cursor, len(self.told)


def test_random_events_reach_exactly_those_who_may_see_them(world):
    @settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
    @given(steps)
    def holds(script):
        model = Model(world)
        for name, slug, who, to in script:
            getattr(model, name)(slug, who, to)
        for person in READERS:
            model.check(person)
        for which, person in enumerate((ASHA, BEN)):  # everybody back for the next example
            if not world.viewer(person).schemes:
                model.move("", which, 0)

    holds()


# ---- a real server


class Screen:
    """An open stream as a browser holds it: events in a list, until the server ends it."""

    def __init__(self, port, cookie, cursor=""):
        self.link = http.client.HTTPConnection("127.0.0.1", port, timeout=40)
        self.link.request(
            "GET", f"/stream?after={cursor}", headers={"Cookie": cookie, "Host": f"localhost:{port}"}
        )
        self.sock = self.link.sock
        self.answer = self.link.getresponse()
        assert self.answer.status == 200, self.answer.read()
        self.events, self.ended = [], threading.Event()
        threading.Thread(target=self.read, daemon=True).start()

    def read(self):
        event = {}
        try:
            for raw in self.answer:
                line = raw.decode().rstrip("\n")
                name, _, value = line.partition(": ")
                if line == "" and "event" in event:
                    self.events.append(event)
                    event = {}
                elif name in ("event", "id", "data"):
                    event[name] = event.get(name, "") + value
        except (OSError, http.client.HTTPException, ValueError):
            pass
        self.ended.set()

    def leave(self):
        self.sock.shutdown(socket.SHUT_RDWR)
        assert self.ended.wait(5)

    def names(self):
        return [each["event"] for each in self.events]


class Person:
    """A browser of a real server."""

    def __init__(self, port, email):
        self.port, self.cookie = port, ""
        page = self.ask("GET", "/sign-in")
        token = page.split('name="csrf_token" value="')[1].split('"')[0]
        self.ask("POST", "/sign-in", {"email": email, "password": PASSWORD, "csrf_token": token}, expect=303)
        self.token = json.loads(self.ask("GET", "/session"))["csrf_token"]

    def ask(self, method, path, fields=None, expect=200, accept="text/html"):
        from urllib.parse import urlencode

        link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        headers = {
            "Cookie": self.cookie,
            "Host": f"localhost:{self.port}",
            "Sec-Fetch-Site": "same-origin",
            "Accept": accept,
        }
        if fields is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        link.request(method, path, urlencode(fields) if fields is not None else None, headers)
        answer = link.getresponse()
        text = answer.read().decode()
        for line in answer.headers.get_all("Set-Cookie") or []:
            self.cookie = line.split(";")[0]
        link.close()
        assert answer.status == expect, (method, path, answer.status, text[:300])
        return text

    def post(self, path, **fields):
        return self.ask(
            "POST", path, {"csrf_token": self.token, **fields}, expect=201, accept="application/json"
        )

    def report(self):
        return json.loads(self.post("/s/wickford/report", client_id=str(uuid.uuid4()), category="asb"))["id"]

    def screen(self, cursor=""):
        return Screen(self.port, self.cookie, cursor)


@pytest.fixture(scope="module")
def town(engine, tmp_path_factory, request):
    """A real server with the cast in it."""
    from shopalert import create_app
    from tests.world import World

    folder = tmp_path_factory.mktemp("live") / "data"
    more = {}
    if engine == "postgres":
        more["DATABASE_URL"] = request.getfixturevalue("cluster").new_database()
        more["REDIS_URL"] = request.getfixturevalue("redis_server").url
    with serving(folder, SECRET_KEY="t" * 40, **more) as server:
        own = {"data_dir": folder, "testing": True, "background": False, "secret_key": "t" * 40}
        own |= {name.lower(): value for name, value in more.items()}
        server.world = World(create_app(own))
        yield server


@contextmanager
def within(seconds):
    start = time.monotonic()
    yield
    assert time.monotonic() - start < seconds


def test_a_report_is_on_the_other_screens_within_a_second(town):
    asha, ivy, carol = (Person(town.port, person.email) for person in (ASHA, IVY, CAROL))
    screens = [ivy.screen(), carol.screen()]
    eventually(lambda: all("hello" in s.names() for s in screens))
    incident = asha.report()
    start = time.monotonic()
    eventually(lambda: "incident" in screens[0].names(), 3)
    print(f"on the other screen after {time.monotonic() - start:.3f} s")
    assert time.monotonic() - start < 1.0
    assert incident in screens[0].events[-1]["data"]
    assert "incident" not in screens[1].names()


def test_who_comes_back_gets_what_was_missed_once_and_in_order(town):
    asha, ivy = Person(town.port, ASHA.email), Person(town.port, IVY.email)
    first = ivy.screen()
    eventually(lambda: "hello" in first.names())
    cursor = first.events[0]["id"]
    first.leave()
    missed = [asha.report() for _ in range(3)]
    again = ivy.screen(cursor)
    eventually(lambda: again.names().count("incident") == 3)
    more = asha.report()
    eventually(lambda: again.names().count("incident") == 4)
    shown = [e["data"].split('id="incident-')[1][:36] for e in again.events if e["event"] == "incident"]
    assert shown == [*missed, more]


def test_sign_out_ends_the_stream_within_a_second(town):
    ivy = Person(town.port, IVY.email)
    screen = ivy.screen()
    eventually(lambda: "hello" in screen.names())
    ivy.ask("POST", "/sign-out", {"csrf_token": ivy.token}, expect=303)
    assert screen.ended.wait(1.5)
    assert screen.names()[-1] == "bye"
    ivy.ask("GET", "/poll", expect=401)


def test_suspension_from_the_command_line_ends_stream_and_session(town):
    """The command is another process: told by Redis, or found at the hub's next look, a second later."""
    pat = Person(town.port, BEN.email)
    screen = pat.screen()
    eventually(lambda: "hello" in screen.names())
    town.flask("shopalert", "user", "suspend", BEN.email)
    pat.ask("GET", "/poll", expect=401)
    assert screen.ended.wait(3)
    assert screen.names()[-1] == "bye"
