"""Warnings: pinned until they end, for whom they hold, how loud, and what a lock screen says."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from shopalert.alerts import announcement
from shopalert.alerts.models import Delivery, Event
from shopalert.bulletins.areas import CIRCLE, PICKED, WHOLE, Area
from shopalert.bulletins.models import Bulletin
from shopalert.bulletins.vocabulary import KINDS, TEMPLATES
from shopalert.db import now, writing
from shopalert.schemes.models import Premises
from shopalert.wall import crossing
from shopalert.words import field_time
from tests.bulletins.conftest import WORDS
from tests.people import ASHA, BEN, CAROL, DEV, IVY, LEO, PAT

PINNED = 'id="pinned"><article'


def words(town, kind="bulletin.published", level="category"):
    with town.world.app.test_request_context(), crossing("deliveries") as session:
        event = session.scalars(sa.select(Event).where(Event.kind == kind).order_by(Event.seq.desc())).first()
        return announcement.words(session, event, level)


def weight(town):
    with town.world.app.app_context(), crossing("deliveries") as session:
        event = session.scalars(sa.select(Event).where(Event.kind == "bulletin.published")).first()
        return announcement.weight(session, event)


def move(town, name, lat):
    """Premises lie somewhere else."""
    with town.world.app.app_context(), crossing("seed") as session, writing(session):
        session.execute(sa.update(Premises).where(Premises.name == name).values(lat=lat))


def test_it_is_pinned_until_its_end_and_gone_after_by_itself(town):
    bulletin = town.of(town.warn(), "wickford")
    assert PINNED in town.browsers[ASHA].get("/s/wickford/").text
    assert town.wait(hours=23) == 0 and PINNED in town.browsers[ASHA].get("/s/wickford/").text
    before = town.cursor()
    assert town.wait(hours=2) == 2  # in both schemes, once
    assert PINNED not in town.browsers[ASHA].get("/s/wickford/").text and not town.reads(ASHA, "/s/wickford/")
    assert f"bulletin-{bulletin}" in str(
        [each for each in town.polls(ASHA, before) if each["event"] == "gone"]
    )
    assert "This warning held until" in town.browsers[ASHA].get(f"/bulletins/{bulletin}").text
    assert town.rung("bulletin.ended") == town.rung() and words(town, "bulletin.ended").silent
    assert town.wait(hours=0) == 0
    assert (
        town.do(DEV, bulletin, "reminder").status_code == 409
        and town.correct(DEV, bulletin).status_code == 409
    )


def test_by_the_clock_it_is_gone_before_the_house_has_looked(town):
    bulletin = town.of(town.warn(), "wickford")
    with town.world.app.app_context(), crossing("seed") as session, writing(session):
        session.execute(sa.update(Bulletin).values(ends_at=now() - timedelta(seconds=1)))
    assert PINNED not in town.browsers[ASHA].get("/s/wickford/").text
    assert "bulletin" not in [each["event"] for each in town.polls(ASHA, town.cursor())]
    assert town.browsers[ASHA].client.get(f"/bulletins/{bulletin}").status_code == 200


def test_one_that_begins_later_comes_out_then(town):
    town.warn(BEN, "wickford", starts_at=field_time(now() + timedelta(hours=2)))
    assert not town.reads(ASHA, "/s/wickford/") and town.rung() == set()
    town.wait(hours=3)
    assert town.reads(ASHA, "/s/wickford/") and "Asha" in town.rung()


def test_a_counterfeit_note_with_what_to_do(town):
    page = town.browsers[ASHA].get(f"/bulletins/{town.of(town.warn(), 'wickford')}").text
    for said in (
        "£20",
        "AH42",
        "Paper feels thick",
        "in an envelope or bag",
        "give you a receipt",
        "never",
        "at risk",
    ):
        assert said.lower() in page.lower(), said


def test_only_for_near_by_premises(town):
    """Harper's and the pharmacy lie a kilometre apart; 300 m around Harper's is Asha's alone."""
    move(town, "Larkmead Pharmacy", 51.62)
    site = str(town.world.premises["Harper's"])
    town.warn(BEN, "wickford", where="circle", centre=site, metres="300", near_only="y")
    assert town.rung() == {"Asha"}
    pinned = {
        each
        for each in (ASHA, IVY, LEO, PAT, BEN, DEV)
        if PINNED in town.browsers[each].get("/s/wickford/").text
    }
    assert pinned == {ASHA, BEN, DEV}
    assert town.reads(IVY, "/s/wickford/bulletins") and "Within 300 m of Harper’s" in town.browsers[IVY].get(
        "/s/wickford/bulletins"
    ).text.replace("&#39;", "’")


def test_for_premises_that_were_picked(town):
    site = str(town.world.premises["Larkmead Pharmacy"])
    bulletin = town.warn(BEN, "wickford", where="premises", premises=site, near_only="y")
    assert town.rung() == {"Ivy", "Leo"}
    page = town.browsers[BEN].get(f"/bulletins/{bulletin}/readers").text
    assert "0 of 2 have read it" in page


def test_a_circle_tells_everybody_where_it_is_not_only_for_near(town):
    site = str(town.world.premises["Harper's"])
    town.warn(BEN, "wickford", where="circle", centre=site, metres="300")
    assert {"Asha", "Ivy", "Leo", "Pat"} <= town.rung()
    assert (weight(town).lat, weight(town).lon) == (51.61, 0.52)


@given(
    sites=st.lists(st.tuples(st.floats(51.5, 51.7), st.floats(0.4, 0.6)), max_size=8),
    metres=st.sampled_from([100, 500, 2000]),
)
def test_the_premises_of_a_circle_are_those_within_it(sites, metres):
    area = Area(CIRCLE, metres=metres, centre="x", name="Here", lat=51.6, lon=0.5)
    rows = [Premises(id=uuid.uuid4(), lat=lat, lon=lon) for lat, lon in sites]
    near = area.among(rows)
    for row in rows:
        rough = (((row.lat - 51.6) * 111_320) ** 2 + ((row.lon - 0.5) * 69_100) ** 2) ** 0.5
        if abs(rough - metres) > metres * 0.05:
            assert (str(row.id) in near) == (rough < metres)


def test_areas_are_kept_as_they_were_said():
    for area in (
        Area(),
        Area(PICKED, picked=("a", "b")),
        Area(CIRCLE, metres=300, centre="x", name="Here", lat=51.0, lon=0.1),
    ):
        assert Area.of(area.as_json()) == area
    assert Area.of({}).kind == WHOLE


@pytest.mark.parametrize(
    ("severity", "priority", "breaks"), [("urgent", 2, True), ("normal", 1, False), ("quiet", 0, False)]
)
def test_how_loud_it_is(town, severity, priority, breaks):
    town.warn(BEN, "wickford", severity=severity)
    assert (weight(town).priority, weight(town).breaks) == (priority, breaks)
    said = words(town)
    assert (said.urgency == "high", said.silent) == (breaks, severity == "quiet")


def test_a_lock_screen_never_says_what_was_typed(town):
    bulletin = town.warn(BEN, "wickford")
    town.correct(BEN, bulletin, title=f"{WORDS} still")
    town.do(BEN, bulletin, "reminder")
    said = words(town)
    assert said.title == "Warning: counterfeit notes · WIC" and said.body.startswith("Until ")
    for kind in ("published", "corrected", "reminded"):
        open_, hidden = words(town, f"bulletin.{kind}"), words(town, f"bulletin.{kind}", "discreet")
        assert "Quillfeather" not in open_.title + open_.body and "AH42" not in open_.title + open_.body
        assert (
            "counterfeit" not in hidden.title.lower()
            and "WIC" not in hidden.title
            and hidden.body == "Open to read it"
        )
    town.do(BEN, bulletin, "recall", why="Quillfeather was wrong")
    gone = words(town, "bulletin.recalled")
    assert "Quillfeather" not in gone.title + gone.body and gone.silent and gone.tag == f"bulletin-{bulletin}"


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "warning"])
def test_each_kind_says_what_it_is(town, kind):
    times = {"starts_at": field_time(now() + timedelta(days=3))} if kind == "event" else {}
    if kind == "missing":
        times = {"ends_at": field_time(now() + timedelta(hours=3))}
    town.publish(BEN, "wickford", kind=kind, **times)
    assert words(town).title == f"{KINDS[kind].said} · WIC"
    assert words(town).body.startswith("Until " if kind == "missing" else "Open to read it")


@pytest.mark.parametrize("code", TEMPLATES)
def test_each_usual_warning_begins_the_form(town, code):
    form = town.browsers[BEN].get(f"/bulletins/new?kind=warning&template={code}").text
    assert str(TEMPLATES[code].title) in form and ("denomination" in form) == (code == "counterfeit")


def test_an_urgent_one_is_said_once_more_to_whoever_let_it_be(town):
    from shopalert.alerts import repeats

    bulletin = town.warn(BEN, "wickford", severity="urgent")
    town.browsers[ASHA].get(f"/bulletins/{bulletin}")
    with town.world.app.app_context():
        repeats.say_due(now() + timedelta(minutes=4))
    assert town.rung("bulletin.repeated") == {"Ivy", "Leo", "Pat"}


def test_quiet_and_far_are_each_ones_own_choice(town):
    """A circle is weighed by each one's own distance, as an incident is."""
    with town.world.app.app_context(), crossing("command") as session:
        assert session.scalar(sa.select(sa.func.count(Delivery.id))) == 0
    town.warn(BEN, "wickford")
    assert CAROL.name.split()[0] not in town.rung()


def test_on_the_desk_it_stands_once_however_many_schemes_have_it(town):
    town.warn(DEV, "district:basildon")
    for path in ("/desk", "/bulletins"):
        assert town.browsers[DEV].get(path).text.count("<article") == 1
    assert "In Billericay, Wickford" in town.browsers[DEV].get("/bulletins").text
