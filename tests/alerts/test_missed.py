"""What is made once for all who come back is given to each as if it had been made for them alone."""

from __future__ import annotations

import gevent
import pytest
import sqlalchemy as sa

from shopalert import db as house
from shopalert.accounts.models import User
from shopalert.alerts import announcement, missed, stream
from shopalert.alerts.announcement import Announcement, Message
from shopalert.alerts.live import hub
from shopalert.alerts.models import Event
from shopalert.alerts.outbox import newest
from shopalert.alerts.stream import Replay
from shopalert.db import db, writing
from shopalert.incidents import actions as incidents
from shopalert.incidents.models import Incident
from shopalert.schemes.models import Scheme
from shopalert.wall import crossing
from tests.alerts.screens import given, screen
from tests.alerts.test_toasts import NOT_LIVE, chose, the_hub
from tests.people import ASHA, BEN, CAROL, DEV, IVY, LEO


@pytest.fixture
def elsewhere(monkeypatch):
    """What is done is done in another process: nobody says so to this one."""
    monkeypatch.setattr(
        house, "followers", [each for each in house.followers if each != missed.missed.changed]
    )


@pytest.fixture
def made(monkeypatch):
    """How often an event was rendered."""
    calls, real = [], missed.rendered
    monkeypatch.setattr(missed, "rendered", lambda *args: calls.append(args[1].seq) or real(*args))
    return calls


def now_of(world):
    with world.app.app_context():
        return Replay(world.viewer(ASHA), None).cursor


def back(world, person, cursor):
    """(name, data) of what a person missed."""
    with world.app.app_context():
        replay = Replay(world.viewer(person), cursor)
        db.session.remove()
    return [(message.event, message.data) for _, message in replay.events]


def names(said):
    return [name for name, _ in said]


def incident_of(incident_id):
    return db.session.scalars(sa.select(Incident).where(Incident.id == incident_id)).one()


def test_those_who_come_back_together_are_given_what_was_made_once(world, made):
    cursor = now_of(world)
    world.report(IVY)
    asha, leo, ivy = (back(world, person, cursor) for person in (ASHA, LEO, IVY))
    assert names(asha) == ["incident", "toast"] and leo == asha
    assert ivy == asha[:1], "who reported it is not told of it"
    assert len(made) == 1


def test_nobody_is_given_what_was_made_for_others(world, made):
    """Each part of a log is first asked for by those whose it is, then by those whose it is not."""
    with world.app.app_context(), crossing("seed") as session, writing(session):
        session.execute(sa.update(Scheme).values(officers_see_unreported=False))
    incident, cursor = world.report(IVY), now_of(world)
    world.say(BEN, incident, "For coordinators.", "coordinators")
    world.say(BEN, incident, "For all.")
    told = {person: back(world, person, cursor) for person in (BEN, ASHA, DEV, CAROL)}
    assert names(told[BEN]).count("comment") == 2 and "For coordinators." in str(told[BEN])
    assert names(told[ASHA]).count("comment") == 1 and "For all." in str(told[ASHA])
    assert "For coordinators." not in str(told[ASHA])
    assert (told[DEV], told[CAROL]) == ([], [])


def test_who_reads_the_business_alone_is_never_given_a_name(world, made):
    with world.app.app_context(), crossing("seed") as session, writing(session):
        session.execute(sa.update(Scheme).values(reporter_shown="business"))
    incident, cursor = world.report(IVY), now_of(world)
    world.say(LEO, incident, "They went north.")
    for _ in range(2):
        named, nameless = str(back(world, BEN, cursor)), str(back(world, ASHA, cursor))
        assert LEO.short_name in named
        assert "They went north." in nameless and LEO.short_name not in nameless
    assert len(made) == 2


def test_what_was_withdrawn_elsewhere_is_given_to_nobody_who_comes_after(world, elsewhere):
    cursor = now_of(world)
    incident = world.report(IVY, narrative="A man in a red coat took razors.")
    assert "red coat" in str(back(world, ASHA, cursor))
    with world.seen_as(IVY) as viewer:
        incidents.withdraw(viewer, incident_of(incident), "By mistake")
    after = back(world, ASHA, cursor)
    assert "gone" in names(after) and "red coat" not in str(after)


def test_what_belongs_to_no_incident_is_made_anew_after_the_next_of_its_scheme(world, elsewhere, monkeypatch):
    words = ["Closed on Monday."]
    tried = Announcement("tried.out", lambda *_: [Message("bulletin", words[0])])
    monkeypatch.setitem(announcement._registry, "tried.out", tried)

    def tell():
        with world.app.app_context(), crossing("seed") as session, writing(session):
            seq = newest(session)[0] + 1
            session.execute(sa.text("UPDATE instance SET seq = :seq"), {"seq": seq})
            scheme = world.schemes["wickford"]
            session.add(
                Event(seq=seq, scheme_id=scheme, audience="members", kind="tried.out", thing_id=scheme)
            )

    cursor = now_of(world)
    tell()
    assert back(world, ASHA, cursor) == [("bulletin", "Closed on Monday.")]
    words[0] = "Taken back."
    tell()
    assert back(world, ASHA, cursor) == [("bulletin", "Taken back.")] * 2


def test_a_choice_that_is_made_here_counts_at_once(world):
    cursor = now_of(world)
    world.report(IVY)
    assert names(back(world, ASHA, cursor)) == ["incident", "toast"]
    chose(world, ASHA, NOT_LIVE)
    assert names(back(world, ASHA, cursor)) == ["incident"]
    assert names(back(world, LEO, cursor)) == ["incident", "toast"]


def test_it_is_kept_for_a_second_and_never_grows(world, made, monkeypatch):
    cursor = now_of(world)
    for _ in range(3):
        world.report(IVY)
    monkeypatch.setattr(missed, "AT_MOST", 2)
    assert names(back(world, ASHA, cursor)).count("incident") == 3
    assert len(missed.missed.made) <= 2
    monkeypatch.setattr(missed, "FRESH", -1.0)
    missed.missed.forget()
    del made[:]
    for _ in range(2):
        back(world, ASHA, cursor)
    assert len(made) == 6 and len(missed.missed.made) <= 1


def test_a_line_that_is_cut_between_the_messages_of_an_event_loses_none_of_them(world):
    """Wherever it was cut, what was whole before and what comes on return are all there is."""
    hub, start = the_hub(world), now_of(world)
    watching = screen(world, hub, ASHA)
    incident = world.report(IVY)
    world.say(BEN, incident, "They are back.")
    with world.app.app_context():
        hub.deliver()
    whole = given(watching)
    assert [name for name, _, _ in whole] == ["incident", "toast", "comment", "counts"]
    for cut in range(len(whole) + 1):
        cursor, kept = start, 0
        for number, (_, place, _) in enumerate(whole[:cut], 1):
            cursor, kept = (place, number) if place else (cursor, kept)
        assert [name for name, _, _ in whole[:kept]] + names(back(world, ASHA, cursor)) == [
            "incident", "toast", "comment", "counts",
        ]  # fmt: skip


def test_whoever_missed_much_holds_up_nobody_else(world):
    """Other requests of the process have their turn after each event that is made."""
    cursor, turns = now_of(world), []
    for number in range(12):
        world.report(IVY, narrative=f"Report {number}.")

    def others():
        while True:
            turns.append(len(missed.missed.made))
            gevent.sleep(0)

    beside = gevent.spawn(others)
    said = back(world, ASHA, cursor)
    beside.kill()
    assert names(said).count("incident") == 12
    assert set(turns) >= set(range(1, 12)), "nobody else had a turn while these were made"


def test_whoever_is_suspended_meanwhile_is_given_no_more(world, monkeypatch):
    """What was missed is made on the way to its reader, event by event."""
    cursor = now_of(world)
    for number in range(3):
        world.report(IVY, narrative=f"Report {number}.")
    real, many = missed.rendered, []

    def rendered(session, event):
        many.append(event.seq)
        if len(many) == 2:
            with crossing("seed") as other, writing(other):
                other.execute(
                    sa.update(User).where(User.id == world.users[ASHA.name]).values(suspended_at=house.now())
                )
            hub.check(str(world.users[ASHA.name]))
        return real(session, event)

    client = world.client(ASHA)
    monkeypatch.setattr(missed, "rendered", rendered)
    text = client.get(f"/stream?after={cursor}", headers={"Accept": "text/event-stream"}).text
    assert "Report 0." in text
    assert "Report 1." not in text and "Report 2." not in text
    assert len(many) == 2


def test_a_poll_that_took_a_while_asks_once_more_who_it_is(world, monkeypatch):
    client, cursor = world.client(ASHA), now_of(world)
    world.report(IVY)
    monkeypatch.setattr(stream, "AT_ONCE", -1.0)
    assert client.get(f"/poll?after={cursor}").json["events"]
    monkeypatch.setattr(stream, "still", lambda viewer: False)
    assert client.get(f"/poll?after={cursor}").status_code == 204
