"""The engine stands still while it should not: the operators are told once, and told when it is over."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
import sqlalchemy as sa

from shopalert.accounts.models import User
from shopalert.alerts import standstill
from shopalert.alerts.live import hub
from shopalert.alerts.models import Alarm, Delivery
from shopalert.alerts.push import Answer, Meaning
from shopalert.config import config
from shopalert.db import now
from shopalert.mail.models import Mail
from shopalert.operating import watch
from shopalert.operating.doctor import found
from shopalert.operating.watch import AGAIN, Watch
from tests.browse import Browser
from tests.people import ASHA, BEN, GUS, IVY, LEO, PAT
from tests.phones import TOOK, answered, change, phone, receipt, rows

REFUSED = Answer(Meaning.LATER, "503")


def look(world, at=None, by=None):
    with world.app.app_context(), world.app.test_request_context():
        return sorted(sign.code for sign in (by or Watch()).look(at or now()))


def letters(world):
    """The letters to operators that have left, in the folder of who has no mail server."""
    folder = world.app.config["SHOPALERT"].data_dir / "mail"
    return sorted((file.read_text() for file in folder.glob("*")), key=lambda text: "again" in text)


def age(world, **by):
    """Time has passed for all deliveries."""
    change(world, sa.update(Delivery).values(due_at=now() - timedelta(**by)))


@pytest.fixture
def waiting(world):
    """Alerts that nobody has sent for two minutes."""
    phone(world, IVY)
    world.report(ASHA)
    assert look(world) == []
    age(world, minutes=2)


def test_alerts_that_nobody_sends_are_told_once_and_so_is_their_end(world, waiting):
    assert look(world) == ["waiting"]
    (letter,) = letters(world)
    assert "To: gus@example.org" in letter
    assert "1 alert waits to be sent, the oldest for 2 minutes." in letter
    assert "/operating/health" in letter
    for word in ("Asha", "Wickford", "coats", "incident"):
        assert word not in letter
    for _ in range(3):
        assert look(world) == ["waiting"]
    assert len(letters(world)) == 1
    answered(world, TOOK)
    assert look(world) == []
    assert len(letters(world)) == 2
    assert "on their way again" in letters(world)[1]
    assert look(world) == []
    assert len(letters(world)) == 2


def test_trouble_that_comes_and_goes_is_one_letter_and_tomorrow_another(world, waiting):
    assert look(world) == ["waiting"]
    change(world, sa.update(Alarm).values(ended_at=now()))
    assert look(world) == ["waiting"]
    assert len(letters(world)) == 1
    assert rows(world, sa.select(Alarm.ended_at)) == [None]
    change(world, sa.update(Alarm).values(ended_at=now() - AGAIN - timedelta(minutes=1)))
    assert look(world) == ["waiting"]
    assert len(letters(world)) == 2


def test_of_several_processes_one_writes(world, waiting):
    workers = [threading.Thread(target=look, args=(world,)) for _ in range(3)]
    for each in workers:
        each.start()
    for each in workers:
        each.join()
    assert len(letters(world)) == 1
    assert rows(world, sa.select(sa.func.count(Mail.id)).where(Mail.kind == "alarm")) == [1]


def test_a_suspended_operator_is_not_written_to(world, waiting):
    change(world, sa.update(User).where(User.email == GUS.email).values(suspended_at=now()))
    assert look(world) == ["waiting"]
    assert letters(world) == []


def test_rows_whose_sender_died(world):
    phone(world, IVY)
    world.report(ASHA)
    long_ago = now() - timedelta(seconds=standstill.LATE + 5)
    change(world, sa.update(Delivery).values(state="sending", lease_until=long_ago))
    assert "stuck" in look(world)


def test_no_service_takes_any_alert(world):
    for person in (IVY, LEO, BEN, PAT):
        phone(world, person)
    world.report(ASHA)
    answered(world, REFUSED)
    assert look(world) == [], "a few attempts are chance"
    world.report(ASHA)
    answered(world, REFUSED)
    assert look(world) == ["refused"]
    assert "No alert service takes any alert" in letters(world)[0]
    world.report(ASHA)
    answered(world, TOOK)
    assert look(world) == []


def test_what_was_not_sent_for_reasons_of_our_own_is_no_trouble(world):
    for person in (IVY, LEO, BEN, PAT):
        phone(world, person)
    for _ in range(2):
        world.report(ASHA)
    answered(world, Answer(Meaning.FAILED, "may not read it"))
    assert look(world) == []


def test_phones_that_are_sent_alerts_and_never_show_one(world):
    devices = [phone(world, person, f"Phone {n}") for person in (IVY, LEO, BEN) for n in range(2)]
    for _ in range(4):
        world.report(ASHA)
    answered(world, TOOK)
    assert look(world) == [], "they have a quarter of an hour"
    change(world, sa.update(Delivery).values(sent_at=now() - timedelta(minutes=20)))
    assert look(world) == ["unshown"]
    receipt(world, devices[0])
    assert look(world) == []


def test_screens_that_are_not_told(world, monkeypatch):
    class Reader:
        user_id = None

    monkeypatch.setattr(hub, "streams", {Reader()})
    monkeypatch.setattr(hub, "position", 0)
    by = Watch()
    world.report(ASHA)
    assert look(world, by=by) == [], "it may be about to"
    assert look(world, by=by) == ["screens"]
    monkeypatch.setattr(hub, "position", 10**6)
    assert look(world, by=by) == []


def test_the_operators_room_and_the_doctor_say_it_too(world, waiting):
    gus = Browser(world.client(GUS))
    assert "Alerts stand still" not in gus.get("/operating/").text
    look(world)
    assert "Alerts stand still" in gus.get("/operating/").text
    assert "1 alert waits to be sent" in gus.get("/operating/health").text
    with world.app.test_request_context():
        ills = [ill for ill in found(config()) if "waits to be sent" in ill.what]
        assert [ill.warning for ill in ills] == [False]
        assert "worker" in ills[0].cure


def test_every_sign_has_its_words_and_its_cure(world):
    codes = ("waiting", "stuck", "refused", "unshown", "screens")
    with world.app.test_request_context():
        assert len({watch.in_words(standstill.Sign(code, 0)) for code in codes}) == len(codes)
        assert all(watch.cure(code) for code in codes)
