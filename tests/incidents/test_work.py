"""What makes a feed a place to work in: saved views, what is unread, an incident on paper."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa

from shopalert.db import db
from shopalert.incidents import actions, saved
from shopalert.incidents.models import Incident, SavedView
from shopalert.protection import looks
from shopalert.protection.models import AuditRow
from shopalert.wall import crossing
from tests.browse import Browser
from tests.people import ASHA, BEN, CAROL, DEV, IVY

FEED = "/s/wickford/"


@pytest.fixture
def ivy(world):
    return Browser(world.client(IVY))


def unread(world, person):
    """What the script is told: how many are unread, and how many wait for a reply."""
    known = world.client(person).get("/unread", headers={"Accept": "application/json"}).get_json()
    return len(known["unread"]), known["reply"]


def names(browser):
    page = browser.get(FEED)
    bar = re.search(r'<nav class="filters".*?</nav>', page.text, re.S)
    assert bar
    return [re.sub("<[^>]+>", "", each).strip() for each in re.findall(r"<a.*?</a>", bar[0], re.S)][4:]


# ---- saved views


def save(browser, name, query="violence=1"):
    return browser.post(
        f"{FEED}views", {"name": name, "query": query}, page=browser.get(f"{FEED}views?{query}")
    )


def test_a_view_is_ones_own_and_holds_what_its_address_said(world, ivy):
    assert save(ivy, "Loud", "violence=1&colour=red").location == f"{FEED}?violence=1"
    assert names(ivy) == ["Loud"]
    assert names(Browser(world.client(BEN))) == []


def test_under_the_same_name_the_new_filter_stands(world, ivy):
    save(ivy, "Loud")
    save(ivy, "Loud", "weapon=1")
    assert names(ivy) == ["Loud"]
    assert ivy.get(f"{FEED}?weapon=1").text.count("Change this view") == 1


def test_a_view_is_renamed_and_removed_by_its_owner_alone(world, ivy):
    save(ivy, "Loud")
    save(ivy, "Mine", "mine=1")
    with world.app.app_context(), crossing("seed") as session:
        view = session.scalars(sa.select(SavedView.id).where(SavedView.name == "Loud")).one()
    path = f"/views/{view}"
    for person in (BEN, CAROL, DEV):
        other = Browser(world.client(person))
        other.get(path, status=404)
        assert other.post(path, {"name": "Theirs"}).status_code == 404
        assert other.post(f"{path}/removal", {}).status_code == 404
    assert ivy.post(path, {"name": "Mine"}, page=ivy.get(path)).status_code == 422
    assert ivy.post(path, {"name": " "}, page=ivy.get(path)).status_code == 422
    assert ivy.post(path, {"name": "Violence"}, page=ivy.get(path)).status_code == 303
    assert names(ivy) == ["Mine", "Violence"]
    assert ivy.post(f"{path}/removal", {}, page=ivy.get(path)).status_code == 303
    assert names(ivy) == ["Mine"]


def test_a_shelf_is_full_in_words(ivy):
    for number in range(saved.MOST):
        assert save(ivy, f"View {number}").status_code == 303
    answer = save(ivy, "One more")
    assert answer.status_code == 422 and "Remove one first" in answer.text and "One more" in answer.text


# ---- what is unread


def test_what_others_did_is_unread_until_it_is_opened(world, ivy):
    first, _second = world.report(ASHA), world.report(ASHA)
    assert unread(world, IVY) == (2, 0) and unread(world, ASHA) == (0, 0)
    ivy.get(f"/incidents/{first}")
    assert unread(world, IVY) == (1, 0)
    world.say(IVY, first, "Seen here too.")
    assert unread(world, IVY) == (1, 0) and unread(world, ASHA) == (1, 1)
    world.say(BEN, first, "Thank you.")
    assert unread(world, IVY) == (2, 0)


def test_everything_is_read_at_once_by_the_one_who_says_so(world, ivy):
    world.report(ASHA)
    world.report(ASHA)
    assert ivy.post(f"{FEED}reading", {}).status_code == 303
    assert unread(world, IVY) == (0, 0) and unread(world, BEN)[0] == 2
    world.report(ASHA)
    assert unread(world, IVY) == (1, 0)


def test_what_one_may_not_see_is_not_counted(world):
    incident = world.report(ASHA)
    Browser(world.client(IVY)).get(f"/incidents/{incident}")
    world.say(BEN, incident, "Among us.", "coordinators")
    world.say(DEV, incident, "Among us.", "police")
    assert unread(world, IVY) == (0, 0)
    world.report(CAROL, "billericay")
    assert unread(world, IVY) == (0, 0) and unread(world, CAROL) == (0, 0)
    with world.seen_as(ASHA) as viewer:
        actions.withdraw(viewer, db.session.get_one(Incident, incident), "A mistake")
    assert unread(world, BEN) == (0, 0)


def test_a_card_that_is_unread_says_so_to_its_reader_alone(world, ivy):
    incident = world.report(ASHA)
    marked = re.compile(rf'<article[^>]*id="incident-{incident}"[^>]* data-unread')
    assert marked.search(ivy.get(FEED).text)
    assert not marked.search(Browser(world.client(ASHA)).get(FEED).text)
    ivy.get(f"/incidents/{incident}")
    assert not marked.search(ivy.get(FEED).text)


# ---- paper


def test_paper_holds_what_its_reader_may_see_and_is_written_down(world):
    incident = world.report(ASHA, narrative="They took razors.")
    for person, words, audience in (
        (IVY, "For all.", "members"), (BEN, "For coordinators.", "coordinators"), (DEV, "For police.", "police"),
    ):  # fmt: skip
        world.say(person, incident, words, audience)
    for person, may in ((IVY, 1), (BEN, 2), (DEV, 2)):
        text = Browser(world.client(person)).get(f"/incidents/{incident}/print").text
        assert "They took razors." in text and person.name in text
        seen = [words for words in ("For all.", "For coordinators.", "For police.") if words in text]
        assert len(seen) == may and seen[0] == "For all."
    Browser(world.client(CAROL)).get(f"/incidents/{incident}/print", status=404)
    looks.flush(world.app)
    with world.app.app_context(), crossing("seed") as session:
        printed = sa.select(AuditRow).where(AuditRow.verb == "incident.print")
        assert len(session.scalars(printed).all()) == 3


def test_paper_keeps_back_what_the_screen_keeps_back(world):
    described = {
        "vehicles": ({"type": "van", "colour": "white", "registration": "AB12CDE"},),
        "goods": ({"what": "Razors", "count": 3, "each_pence": 800},),
        "exercise": True,
    }
    incident = world.report(BEN, narrative="They took razors.", **described)
    for person, reads in ((IVY, False), (BEN, True), (DEV, True)):
        text = Browser(world.client(person)).get(f"/incidents/{incident}/print").text
        assert "£24" in text and "white" in text and "Exercise" in text.title()
        assert ("AB12" in text) == reads, person.name
