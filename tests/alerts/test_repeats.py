"""An urgent alert that somebody neither opened nor acted on rings once more, and never a third time."""

from __future__ import annotations

import threading
import uuid
from dataclasses import replace
from datetime import timedelta

import gevent
import pytest
import sqlalchemy as sa

from shopalert import db as house
from shopalert.alerts import announcement, choices, repeats
from shopalert.alerts.choices import Wish
from shopalert.alerts.models import Delivery, Event, Repeat
from shopalert.alerts.preferences import Choice
from shopalert.alerts.recipients import REPEAT_AFTER
from shopalert.db import db, now
from shopalert.incidents import actions
from shopalert.incidents.facts import Facts
from shopalert.incidents.models import Incident
from shopalert.mail.models import Mail
from shopalert.protection.models import AuditRow
from shopalert.schemes.models import Scheme
from shopalert.wall import crossing
from tests.browse import Browser
from tests.people import ASHA, BEN, DEV, ELLEN, IVY, LEO, PAT
from tests.phones import TOOK, answered, change, events, phone, receipt, rows

AGAIN = "incident.repeated"
SOON = REPEAT_AFTER - timedelta(seconds=10)
LATER = REPEAT_AFTER + timedelta(seconds=10)


@pytest.fixture
def rung(world):
    """Asha's urgent report has rung at everybody's phone."""
    devices = {person: phone(world, person) for person in (ASHA, IVY, LEO, BEN, DEV)}
    incident = world.report(ASHA, in_progress=True)
    answered(world, TOOK)
    return incident, devices


def say_due(world, after=LATER):
    with world.app.app_context():
        return repeats.say_due(now() + after)


def told_again(world):
    names = {user_id: name for name, user_id in world.users.items()}
    return sorted(
        names[who] for who in rows(world, sa.select(Delivery.user_id).where(Delivery.kind == AGAIN))
    )


def everybody(*but):
    return sorted(person.name for person in (IVY, LEO, BEN, DEV) if person not in but)


def the(world, incident):
    return db.session.scalars(sa.select(Incident).where(Incident.id == incident)).one()


def test_who_let_it_be_is_told_once_more_and_never_again(world, rung):
    assert say_due(world, SOON) == 0, "not yet"
    assert say_due(world) == 4
    assert told_again(world) == everybody()
    for _ in range(3):
        assert say_due(world, 2 * LATER) == 0
    assert told_again(world) == everybody()
    assert rows(world, sa.select(Repeat.told)) == [4]
    assert len(rows(world, sa.select(AuditRow).where(AuditRow.verb == "alert.repeat"))) == 1


def test_never_to_who_opened_read_saw_replied_followed_or_muted(world, rung):
    incident, devices = rung
    phone(world, PAT), phone(world, ELLEN)
    receipt(world, devices[IVY])  # shown is not opened
    receipt(world, devices[LEO], opened=True)
    with world.seen_as(BEN) as viewer:
        actions.sight(viewer, the(world, incident), uuid.uuid4(), None, "")
    world.say(DEV, incident, "On our way.")
    assert say_due(world) == 1
    assert told_again(world) == [IVY.name]


@pytest.mark.parametrize("wish", [choices.FOLLOW, choices.MUTE])
def test_who_said_what_they_want_of_it_has_seen_it(world, rung, wish):
    incident, _ = rung
    with world.seen_as(IVY) as viewer:
        choices.watch(viewer, the(world, incident), wish)
    say_due(world)
    assert told_again(world) == everybody(IVY)


def test_reading_it_in_the_app_is_opening_it_and_so_is_marking_all_as_read(world, rung):
    incident, _ = rung
    Browser(world.client(IVY)).get(f"/incidents/{incident}")
    assert Browser(world.client(LEO)).post("/s/wickford/reading", {}).status_code == 303
    say_due(world)
    assert told_again(world) == everybody(IVY, LEO)


@pytest.mark.parametrize("ended", ["all-clear", "withdrawal"])
def test_never_of_what_has_ended(world, rung, ended):
    incident, _ = rung
    Browser(world.client(ASHA)).post(f"/incidents/{incident}/{ended}", {"reason": "A mistake"})
    assert say_due(world) == 0
    assert told_again(world) == []
    assert rows(world, sa.select(Repeat.done_at))[0] is not None


def test_what_ends_while_it_waits_to_be_sent_is_not_said(world, rung):
    incident, _ = rung
    assert say_due(world) == 4
    (event,) = events(world, AGAIN)
    with world.app.test_request_context(), crossing("deliveries") as session:
        said = announcement.words(session, event, "category")
        assert (said.title, said.urgency, said.silent) == ("Reminder: Shop theft in progress", "high", False)
        assert announcement.words(session, event, "discreet").title == "An alert waits for you"
    Browser(world.client(ASHA)).post(f"/incidents/{incident}/all-clear", {})
    with world.app.test_request_context(), crossing("deliveries") as session:
        assert announcement.words(session, event, "category") is None


def test_practice_says_so_first(world):
    phone(world, IVY)
    world.report(BEN, in_progress=True, exercise=True)
    assert say_due(world) == 1
    (event,) = events(world, AGAIN)
    with world.app.test_request_context(), crossing("deliveries") as session:
        assert announcement.words(session, event, "category").title.startswith("EXERCISE: Reminder: ")


def test_what_is_not_urgent_rings_once(world):
    phone(world, IVY)
    world.report(ASHA)
    assert rows(world, sa.select(Delivery.kind)) == ["incident.reported"]
    assert rows(world, sa.select(Repeat)) == []


def test_a_scheme_may_want_one_ring_only(world):
    phone(world, IVY)
    change(world, sa.update(Scheme).values(repeat_urgent=False))
    world.report(ASHA, in_progress=True)
    assert rows(world, sa.select(Repeat)) == []


def test_quiet_hours_that_have_begun_are_kept(world, rung):
    change(world, sa.update(Scheme).values(break_through=False))
    with world.seen_as(IVY) as viewer:
        days = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
        quiet = Choice(quiet=dict.fromkeys(days, ("00:00", "24:00")))
        choices.choose(viewer, db.session.get_one(Scheme, world.schemes["wickford"]), Wish(quiet))
    say_due(world)
    assert told_again(world) == everybody(IVY)


def test_who_was_not_rung_at_first_is_not_rung_by_the_repeat(world, rung):
    phone(world, PAT)  # turned on since
    say_due(world)
    assert told_again(world) == everybody()


def test_after_a_standstill_it_is_too_late(world, rung):
    assert say_due(world, REPEAT_AFTER + repeats.LATEST + timedelta(minutes=1)) == 0
    assert say_due(world) == 0, "and stays so"


def test_letters_say_it_once(world, rung):
    with world.seen_as(IVY) as viewer:
        always = Wish(Choice(mail="0" * 24))
        choices.choose(viewer, db.session.get_one(Scheme, world.schemes["wickford"]), always)
    assert say_due(world) == 4
    to_ivy = sa.select(Mail).where(Mail.kind == "alert.now", Mail.user_id == world.users[IVY.name])
    assert rows(world, to_ivy) == []


def test_the_police_who_are_told_later_are_told_again_later(world):
    phone(world, DEV)
    change(world, sa.update(Scheme).values(officers_see_unreported=False))
    incident = world.report(ASHA, violence=True)
    assert rows(world, sa.select(Delivery)) == []
    with world.seen_as(ASHA) as viewer:
        found = the(world, incident)
        actions.edit(viewer, found, replace(Facts.standing(found), told_police=True), found.row_version, [])
    assert rows(world, sa.select(Delivery.kind)) == ["incident.told"]
    assert say_due(world) == 1
    assert told_again(world) == [DEV.name]


def test_of_several_workers_one_says_it(world, engine, rung):
    """Each looks before any has written: the row decides, not the look. On SQLite they are greenlets of one process."""
    ids = rows(world, sa.select(Repeat.id))
    said, at = [], now() + LATER

    def worker():
        with world.app.app_context():
            said.append(repeats.say_again(ids[0], at))

    if engine == "sqlite":
        gevent.joinall([gevent.spawn(worker) for _ in range(4)], raise_error=True)
    else:
        workers = [threading.Thread(target=worker) for _ in range(4)]
        for each in workers:
            each.start()
        for each in workers:
            each.join()
    assert sorted(said) == [0, 0, 0, 4]
    assert len(events(world, AGAIN)) == 1
    assert told_again(world) == everybody()


def test_one_that_falls_over_leaves_it_to_the_next(world, rung, monkeypatch):
    def falls(*_):
        raise RuntimeError("killed")

    with monkeypatch.context() as broken:
        broken.setattr(house, "finishers", [*house.finishers, falls])
        with pytest.raises(RuntimeError), world.app.app_context():
            repeats.say_due(now() + LATER)
    assert rows(world, sa.select(Event).where(Event.kind == AGAIN)) == []
    assert say_due(world) == 4


def test_open_screens_are_told_nothing_twice(world, rung):
    client = world.client(IVY)
    cursor = client.get("/poll").json["cursor"]
    say_due(world)
    said = client.get(f"/poll?after={cursor}").json["events"]
    assert [each["event"] for each in said] == ["counts", "toast"]
    assert "Reminder" in said[1]["data"]
    other = world.client(ASHA).get(f"/poll?after={cursor}").json["events"]
    assert [each["event"] for each in other] == ["counts"]
