"""The event log: in order, nothing missed, each reader their own part; numbers taken last."""

from __future__ import annotations

import random
import threading
import time
import uuid

import gevent
import pytest
import sqlalchemy as sa

from shopalert import db as house
from shopalert.alerts import announcement, outbox
from shopalert.alerts.announcement import Announcement, Message
from shopalert.alerts.cursors import cursors
from shopalert.alerts.models import Event
from shopalert.alerts.outbox import announce, newest, read
from shopalert.db import Act, act, db, writing
from shopalert.wall import crossing, entered
from tests.people import ASHA, BEN, CAROL, DEV, ELLEN, OLU

WRITERS, EACH = 50, 8
AUDIENCES = ("members", "coordinators", "police")
PEOPLE = (ASHA, BEN, CAROL, DEV, ELLEN, OLU)


class Something:
    """A thing of a scheme, and nothing else."""

    def __init__(self, scheme_id: uuid.UUID) -> None:
        self.id, self.scheme_id = uuid.uuid4(), scheme_id


@pytest.fixture
def kind():
    announcement.register(
        Announcement("tried.it", lambda _session, event: [Message("counts", str(event.seq))])
    )
    yield "tried.it"
    announcement._registry.pop("tried.it")


@act("incident.report")
def tell(viewer, scheme_id, audience, pause=0.0):
    """The action's own work takes its time; the number is taken last all the same."""
    gevent.sleep(pause)
    announce("tried.it", Something(scheme_id), audience=audience)


def test_an_action_that_fails_takes_no_number(world, kind):
    @act("incident.report")
    def fail(viewer):
        announce(kind, Something(world.schemes["wickford"]))
        raise ZeroDivisionError

    with world.seen_as(ASHA) as viewer:
        before = newest(db.session())
        with pytest.raises(ZeroDivisionError):
            fail(viewer)
        assert newest(db.session()) == before
        assert db.session.scalar(sa.select(sa.func.count(Event.seq))) == 0


def test_a_kind_that_nobody_registered_is_refused(world):
    @act("incident.report")
    def mistake(viewer):
        announce("never.heard", Something(world.schemes["wickford"]))

    with world.seen_as(ASHA) as viewer, pytest.raises(KeyError):
        mistake(viewer)


def test_nothing_is_announced_outside_of_an_action(world, kind):
    with world.seen_as(ASHA), pytest.raises(RuntimeError):
        announce(kind, Something(world.schemes["wickford"]))


def test_the_number_is_taken_after_all_else_is_written(world, kind, monkeypatch):
    """The last statement of an announcing transaction but the event itself."""
    statements = []
    with world.seen_as(ASHA) as viewer:
        sa.event.listen(db.engine, "before_cursor_execute", lambda *args: statements.append(args[2]))
        tell(viewer, world.schemes["wickford"], "members")
    writes = [text.split()[0:2] for text in statements if text.split()[0] in ("INSERT", "UPDATE")]
    assert writes[-2:] == [["UPDATE", "instance"], ["INSERT", "INTO"]]
    assert "event" in statements[-1]


def test_an_act_that_announces_nothing_does_not_touch_the_counter(world):
    @act("incident.report")
    def quiet(viewer):
        return None

    with world.seen_as(ASHA) as viewer:
        before = newest(db.session())
        quiet(viewer)
        assert newest(db.session()) == before


def test_the_outbox_is_the_last_finisher():
    assert house.finishers[-1] is outbox.write_events


def begun(engine, work, *args):
    """Side by side as in the house: greenlets of one process on SQLite; threads where a server holds the locks."""
    if engine == "sqlite":
        return gevent.spawn(work, *args)
    thread = threading.Thread(target=work, args=args)
    thread.start()
    return thread


def test_fifty_writers_and_their_readers_miss_nothing(world, kind, engine):
    """Each reader comes back by cursor, a few events at a time, as if each time a new connection."""
    viewers = {person: world.viewer(person) for person in PEOPLE}
    seen = {person: [] for person in PEOPLE}
    finished = threading.Event()
    failed = []

    def write(number):
        chance = random.Random(number)
        try:
            for _ in range(EACH):
                person, slug = chance.choice([(ASHA, "wickford"), (CAROL, "billericay"), (OLU, "southend")])
                with world.app.app_context(), entered(viewers[person]):
                    tell_patiently(
                        viewers[person],
                        world.schemes[slug],
                        chance.choice(AUDIENCES),
                        chance.uniform(0, 0.01),
                    )
        except Exception as error:
            failed.append(error)

    def follow(person):
        with world.app.app_context():
            with crossing("live") as session:
                key = newest(session)[1]
            cursor = cursors(key).seal(0)
            while True:
                last = finished.is_set()
                with crossing("live") as session:
                    after = cursors(key).open(cursor, newest(session)[0])
                    rows = read(session, viewers[person].log, after, 7)
                if rows:
                    seen[person] += [row.seq for row in rows]
                    cursor = cursors(key).seal(rows[-1].seq)
                elif last:
                    return
                else:
                    gevent.sleep(0.02)

    start = time.monotonic()
    readers = [begun(engine, follow, person) for person in PEOPLE]
    writers = [begun(engine, write, number) for number in range(WRITERS)]
    for each in writers:
        each.join()
    finished.set()
    for each in readers:
        each.join()
    assert not failed
    with world.app.app_context(), crossing("live") as session:
        truth = list(session.scalars(sa.select(Event).order_by(Event.seq)))
    assert [event.seq for event in truth] == list(range(1, WRITERS * EACH + 1))
    for person in PEOPLE:
        log = viewers[person].log
        expected = [event.seq for event in truth if event.audience in log.get(event.scheme_id, ())]
        assert seen[person] == expected, person.name
        assert expected
    print(f"{len(truth)} events by {WRITERS} writers in {time.monotonic() - start:.1f} s, missed 0")


def tell_patiently(viewer, *said):
    """A writer whose turn does not come in time tries again, as a phone does."""
    for _ in range(20):
        try:
            return tell(viewer, *said)
        except (house.Busy, sa.exc.OperationalError):
            gevent.sleep(0.05)
    raise AssertionError("its turn never came")


def test_readers_need_no_viewer_and_see_only_their_log(world, kind):
    with world.app.app_context(), crossing("seed") as session, writing(session):
        for scheme in world.schemes.values():
            for audience in (*AUDIENCES, f"thread:{world.users[ASHA.name]}"):
                doing = Act("incident.report", None, house.now(), "x")
                doing.announced.append(outbox.Announced(kind, scheme, audience, uuid.uuid4(), None))
                outbox.write_events(doing, session)
    with world.app.app_context(), crossing("live") as session:
        for person, mine in ((ASHA, 2), (BEN, 2), (CAROL, 1), (DEV, 6), (OLU, 3)):
            assert len(read(session, world.viewer(person).log, 0)) == mine, person.name
        assert read(session, {}, 0) == []
