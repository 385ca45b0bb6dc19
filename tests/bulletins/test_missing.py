"""A missing or vulnerable person: everybody looks out, for a short time, and reads nothing of them afterwards."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
import sqlalchemy as sa

from shopalert.alerts import announcement
from shopalert.alerts.models import Event
from shopalert.bulletins.models import Bulletin, BulletinVersion
from shopalert.db import now, writing
from shopalert.wall import crossing
from shopalert.words import field_time
from tests.people import ASHA, BEN, DEV, ELLEN, IVY, LEO

NAME, TEXT, CLOTHES = "Margery Quillfeather", "Thornapple by name", "Larkspindle coat"
MEMBERS = (ASHA, IVY, LEO)


def look_for(town, by=DEV, *to, hours=24.0, **fields):
    said = {
        "kind": "missing", "title": NAME, "text": TEXT, "age": "80", "clothes": CLOTHES, "seen_where": "The market",
        "seen_when": field_time(now() - timedelta(hours=1)), "ring": "101", "police_reference": "EP-123",
        "ends_at": field_time(now() + timedelta(hours=hours)), **fields,
    }  # fmt: skip
    return town.send(by, *(to or ("wickford", "billericay")), **said)


def notice(town, *args, **fields):
    answer = look_for(town, *args, **fields)
    assert answer.status_code == 303, answer.text[:800]
    return town.of(answer.location.rsplit("/", 1)[1], "wickford")


def words(town, kind, level="category"):
    with town.world.app.test_request_context(), crossing("deliveries") as session:
        event = session.scalars(sa.select(Event).where(Event.kind == kind).order_by(Event.seq.desc())).first()
        return announcement.words(session, event, level)


def nothing_is_read(town, bulletin):
    for person in MEMBERS:
        assert town.status(person, f"/bulletins/{bulletin}") == 404
        assert town.status(person, f"/bulletins/{bulletin}/versions") == 404
        for path in ("/s/wickford/", "/s/wickford/bulletins", "/s/wickford/bulletins?kind=missing"):
            assert not town.reads(person, path, NAME) and not town.reads(person, path, "Thornapple")


def test_everybody_is_told_loudly_and_reads_what_helps(town):
    bulletin = notice(town)
    assert {"Asha", "Ivy", "Leo", "Ben"} <= town.rung()
    assert town.reads(ASHA, "/s/wickford/", NAME)
    page = town.browsers[ASHA].get(f"/bulletins/{bulletin}").text
    for said in (NAME, TEXT, "80", CLOTHES, "The market", 'href="tel:101"', "EP-123", "Seen here"):
        assert said in page, said
    assert "sa-keep" not in page  # no phone keeps it
    said = words(town, "bulletin.published")
    assert (
        said.title == "Missing person: please look out · WIC" and said.urgency == "high" and not said.silent
    )
    hidden = words(town, "bulletin.published", "discreet")
    for part in ("issing", "WIC", NAME, CLOTHES):
        assert part not in hidden.title + hidden.body
    assert NAME not in said.title + said.body and CLOTHES not in said.title + said.body


@pytest.mark.parametrize("hours", [73, 0])
def test_it_ends_and_within_three_days(town, hours):
    assert look_for(town, hours=hours).status_code == 422
    assert look_for(town, ends_at="").status_code == 422
    form = town.browsers[DEV].get("/bulletins/new?kind=missing").text
    assert field_time(now() + timedelta(days=1))[:10] in form
    assert look_for(town, hours=71.9).status_code == 303


def test_correcting_it_does_not_make_it_longer_than_three_days(town):
    bulletin = notice(town, hours=60)
    town.wait(hours=48)
    fields = {"title": NAME, "text": TEXT, "ring": "999"}
    later, sooner = (field_time(now() + timedelta(hours=each)) for each in (48, 20))
    assert town.do(DEV, bulletin, "correction", row_version="1", ends_at=later, **fields).status_code == 422
    assert town.do(DEV, bulletin, "correction", row_version="1", ends_at=sooner, **fields).status_code == 303


@pytest.mark.parametrize("person", [DEV, ELLEN, BEN], ids=lambda each: each.name)
def test_all_clear_takes_it_from_every_screen(town, person):
    bulletin = notice(town)
    town.do(
        ASHA, bulletin, "answers", client_id=str(uuid.uuid4()), name="At the bus station", text="Mosswhittle"
    )
    before = town.cursor()
    assert town.do(ASHA, bulletin, "all-clear").status_code == 403
    assert town.reads(IVY, f"/bulletins/{bulletin}", NAME)
    assert town.do(person, bulletin, "all-clear").status_code == 303
    nothing_is_read(town, bulletin)
    assert f"bulletin-{bulletin}" in str(
        [each for each in town.polls(ASHA, before) if each["event"] == "gone"]
    )
    assert {"Asha", "Ivy", "Leo"} <= town.rung("bulletin.all_clear")
    said = words(town, "bulletin.all_clear")
    assert said.title == "All clear: missing person" and said.tag.startswith("bulletin-") and said.silent
    assert words(town, "bulletin.all_clear", "discreet").title == "An alert is over"
    row = town.row(bulletin)
    assert row.shown_until <= now() and row.kept_until < now() + timedelta(days=32)
    with town.world.app.app_context(), crossing("command") as session:
        for version in session.scalars(
            sa.select(BulletinVersion).where(BulletinVersion.bulletin_id == row.id)
        ):
            assert version.shown_until <= now() and version.kept_until == row.kept_until
    assert town.do(person, bulletin, "all-clear").status_code == 303  # said twice it is once
    assert town.events().count("bulletin.all_clear") == (1 if person is BEN else 2)
    assert town.do(BEN, bulletin, "answers", client_id=str(uuid.uuid4()), text="Late").status_code == 409


def test_by_the_clock_nothing_of_them_is_read(town):
    bulletin = notice(town)
    assert town.reads(ASHA, f"/bulletins/{bulletin}", NAME)
    with town.world.app.app_context(), crossing("seed") as session, writing(session):
        session.execute(sa.update(Bulletin).values(ends_at=now() - timedelta(seconds=1)))
    nothing_is_read(town, bulletin)  # before the house has looked
    assert town.wait(hours=0) == 2
    nothing_is_read(town, bulletin)
    assert words(town, "bulletin.ended").title == "Over: missing person"
    assert town.row(bulletin).recalled and town.wait(hours=0) == 0


def test_seen_here_is_for_police_and_coordinators_who_are_alerted_at_once(town):
    bulletin = notice(town)
    answer = town.do(
        ASHA, bulletin, "answers", client_id=str(uuid.uuid4()), name="At the bus station", text="Mosswhittle"
    )
    assert answer.status_code == 303
    for person in (ASHA, BEN, DEV, ELLEN):
        assert town.reads(person, f"/bulletins/{bulletin}", "At the bus station"), person.name
    assert not town.reads(IVY, f"/bulletins/{bulletin}", "bus station")
    assert {"Ben", DEV.name.split()[0], ELLEN.name.split()[0]} <= town.rung("bulletin.answered")
    assert not {"Asha", "Ivy", "Leo"} & town.rung("bulletin.answered")
    said = words(town, "bulletin.answered")
    assert said.title == "Missing person: seen" and "bus" not in said.body
    later = field_time(now() + timedelta(hours=2))
    wrong = town.do(ASHA, bulletin, "answers", client_id=str(uuid.uuid4()), name="Here", seen_at=later)
    assert wrong.status_code == 422


def test_no_other_system_reads_of_them(town):
    notice(town)
    answer = town.browsers[BEN].post("/s/wickford/cap", {"label": "CCTV room", "months": "3"})
    path = "/cap/" + answer.text.split("/cap/")[-1].split("<")[0] if "feed.atom<" in answer.text else ""
    assert path and NAME not in town.world.app.test_client().get(path).text


def test_only_of_a_missing_person_there_is_an_all_clear(town):
    assert town.do(DEV, town.of(town.warn(), "wickford"), "all-clear").status_code == 409
