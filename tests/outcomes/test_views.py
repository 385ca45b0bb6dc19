"""The two lists on their page, the form of a step, and a scheme's figures."""

from __future__ import annotations

import uuid

import pytest
import sqlalchemy as sa

from shopalert.db import now, writing
from shopalert.incidents.models import Incident
from shopalert.outcomes.models import PoliceNote, PoliceStep
from shopalert.wall import crossing
from tests.browse import Browser, text_of
from tests.house.test_untold import set_scheme
from tests.outcomes.loop import LONG_AGO, add, before, numbers, of, take_back
from tests.outcomes.test_actions import rows
from tests.people import ASHA, BEN, CAROL, DEV, ELLEN, IVY, LEO, PAT


@pytest.fixture
def crime(world):
    return world.report(ASHA, occurred_at=now() - LONG_AGO)


def post(world, person, incident, **fields):
    browser = Browser(world.client(person))
    page = browser.get(f"/incidents/{incident}/progress")
    sent = {"client_id": str(uuid.uuid4()), **fields}
    return browser.post(f"/incidents/{incident}/progress", sent, page=page)


def lists(world, person, incident):
    """What stands at each station of the page."""
    page = Browser(world.client(person)).get(f"/incidents/{incident}/progress")
    return [text_of(item) for item in page.tree.iterfind(".//ol[@class='course']/li")]


def test_an_officer_enters_progress_outcome_and_what_the_court_said(world, crime):
    days = {"happened_on": before(9).isoformat(), "told_on": before(0).isoformat()}
    assert (
        post(world, DEV, crime, code="suspect_arrested", **days, for_police="Bail until May.").status_code
        == 303
    )
    assert post(world, DEV, crime, code="charged_summonsed", note="Two thefts.").status_code == 303
    sentence = "12 weeks, suspended."
    assert post(world, DEV, crime, code="convicted", sentence=sentence).status_code == 303
    stands = of(world, crime)
    assert (stands.progress, stands.outcome, stands.court) == ("closed", "charged_summonsed", "convicted")
    arrested, charged, convicted = lists(world, IVY, crime)
    assert "after" in arrested and "working days" in arrested and "Bail" not in arrested
    assert "Two thefts." in charged and "working days" not in charged
    assert "Sentence: 12 weeks, suspended." in convicted
    assert "Police only Bail until May." in lists(world, DEV, crime)[0]
    assert "Bail until May." in lists(world, ELLEN, crime)[0]


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({}, "Choose what happened."),
        ({"code": "arrested"}, "Not a valid choice"),
        ({"code": "allocated", "happened_on": before(-1).isoformat()}, "still to come"),
        ({"code": "allocated", "happened_on": before(50).isoformat()}, "before it happened"),
        (
            {"code": "allocated", "happened_on": before(1).isoformat(), "told_on": before(2).isoformat()},
            "before it happened",
        ),
        ({"code": "allocated", "happened_on": "soon"}, "Type the day"),
        ({"code": "allocated", "sentence": "Life."}, "Only a court"),
        ({"code": "convicted"}, "enter that there was one first"),
        ({"code": "allocated", "note": "x" * 1001}, "under 1000"),
    ],
)  # fmt: skip
def test_what_cannot_be_comes_back_with_its_words(world, crime, fields, words):
    answer = post(world, DEV, crime, for_police="Kept words.", **fields)
    assert answer.status_code == 422
    assert words in answer.text and "Kept words." in answer.text
    assert rows(world, PoliceStep) == []


def test_who_may_say_what_and_take_it_back(world, crime):
    for person, status in ((ASHA, 403), (LEO, 403), (PAT, 403), (ELLEN, 403), (BEN, 303), (CAROL, 404)):
        path = f"/incidents/{crime}/progress"
        sent = {"client_id": str(uuid.uuid4()), "code": "allocated", "for_police": "From the coordinator."}
        assert Browser(world.client(person)).post(path, sent).status_code == status, person.name
    assert rows(world, PoliceNote) == [], "a note for police is theirs to write"
    by_police = add(world, DEV, crime, "suspect_identified")
    (mine,) = [row.id for row in rows(world, PoliceStep) if row.id != by_police]
    assert Browser(world.client(BEN)).post(f"/police-steps/{by_police}/retraction", {}).status_code == 403
    assert Browser(world.client(BEN)).post(f"/police-steps/{mine}/retraction", {}).status_code == 303
    assert Browser(world.client(CAROL)).post(f"/police-steps/{mine}/retraction", {}).status_code == 404
    assert Browser(world.client(DEV)).post(f"/police-steps/{by_police}/retraction", {}).status_code == 303
    assert of(world, crime).progress == "not_reported"


def test_a_charge_stays_while_a_result_stands_on_it(world, crime):
    charge = add(world, DEV, crime, "charged_summonsed", 3)
    add(world, DEV, crime, "convicted", 1)
    answer = Browser(world.client(DEV)).post(f"/police-steps/{charge}/retraction", {})
    assert answer.status_code == 409 and "take that back first" in answer.text
    assert of(world, crime).court == "convicted"


# ---- figures


def shown(world, person, query=""):
    """Each figure of the page as (part, of)."""
    page = Browser(world.client(person)).get(f"/s/wickford/outcomes{query}")
    bars = {each.get("aria-labelledby"): each for each in page.all("progress")}
    return {
        name.removesuffix("-title"): (int(bar.get("value")), int(bar.get("max")))
        for name, bar in bars.items()
    }


def test_the_figures_of_a_scheme(world, crime):
    answered = world.report(ASHA, told_police=True)
    world.say(DEV, answered, "On our way.")
    world.report(IVY)
    world.report(IVY, exercise=True, told_police=True)
    silent = world.report(IVY, told_police=True)
    world.say(DEV, silent, "Known.", "police")
    add(world, DEV, crime, "suspect_arrested", 20, told=0)
    undone = add(world, DEV, crime, "suspect_identified", 30, told=0)
    take_back(world, DEV, undone)
    add(world, DEV, crime, "charged_summonsed", 2, told=1)
    numbers(world, DEV, crime, crime="42/1/26")
    wanted = {"reported": (3, 4), "answered": (2, 3), "in-time": (1, 2), "resolved": (1, 1)}
    for person in (BEN, ASHA, DEV, ELLEN):
        assert shown(world, person) == wanted, person.name
    assert "The longest wait was" in world.client(BEN).get("/s/wickford/outcomes").text
    assert world.client(CAROL).get("/s/wickford/outcomes").status_code == 404


def test_figures_reach_as_far_back_as_is_asked(world, crime):
    assert shown(world, BEN, "?days=30") == {"reported": (0, 1)}
    with world.app.app_context(), crossing("seed") as session, writing(session):
        session.execute(sa.update(Incident).values(received_at=now() - LONG_AGO))
    assert shown(world, BEN, "?days=30") == {}
    assert shown(world, BEN, "?days=90") == shown(world, BEN, "?days=all") == {"reported": (0, 1)}


def test_police_who_see_only_what_they_were_told_of_read_no_share_of_it(world, crime):
    world.report(ASHA, told_police=True)
    set_scheme(world, officers_see_unreported=False)
    assert "reported" not in shown(world, DEV)
    assert shown(world, DEV)["answered"] == (0, 1)
    assert shown(world, BEN)["reported"] == (1, 2)
