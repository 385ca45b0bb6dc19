"""A roll call: who is asked, one tap, the list that coordinators and police see, the reminder, the end."""

from __future__ import annotations

import re
import uuid
from datetime import timedelta

import pytest
import sqlalchemy as sa

from shopalert.alerts import announcement
from shopalert.alerts.models import Event
from shopalert.db import now
from shopalert.safety import clock
from shopalert.safety.models import HelpCall, RollCall
from shopalert.wall import crossing
from tests.people import ASHA, BEN, CAROL, DEV, ELLEN, FEMI, IVY, LEO, OLU, PAT, SAM
from tests.phones import rows
from tests.safety.conftest import names


def ask(town, premises="", by=BEN):
    chosen = str(town.world.premises[premises]) if premises else ""
    return town.post(by, "/s/wickford/roll-call", client_id=str(uuid.uuid4()), premises=chosen)


@pytest.fixture
def roll(town):
    answer = ask(town)
    assert answer.status_code == 303, answer.text[:500]
    return answer.location.removesuffix("/answers")


def look(town, after=timedelta()):
    with town.world.app.app_context():
        return clock.look(now() + after)


def tally(town, roll, person=BEN):
    text = town.browsers[person].get(f"{roll}/answers").text
    return dict(re.findall(r"<dt>([^<]+)</dt><dd[^>]*>(\d+)</dd>", text))


def test_everybody_is_asked_and_nobody_else(town, roll):
    assert town.told("roll.asked") == names(ASHA, IVY, LEO, PAT)
    text = town.browsers[BEN].get(f"{roll}/answers").text
    for person in (ASHA, IVY, LEO, PAT):
        assert f"<b>{person.short_name}</b>" in text
    for person in (SAM, FEMI, CAROL):
        assert person.short_name not in text.partition("<main")[2]
    assert tally(town, roll) == {"Need help": "0", "Not answered": "4", "Safe": "0"}


def test_one_shop_is_asked_and_no_other_learns_of_it(town):
    cursor = town.browsers[ASHA].client.get("/poll").json["cursor"]
    roll = ask(town, "Larkmead Pharmacy").location.removesuffix("/answers")
    assert town.told("roll.asked") == names(IVY, LEO)
    assert tally(town, roll) == {"Need help": "0", "Not answered": "2", "Safe": "0"}
    assert town.browsers[IVY].client.get(roll).status_code == 200
    for person in (ASHA, CAROL, OLU):
        assert town.browsers[person].client.get(roll).status_code == 404, person.name
    assert roll.rsplit("/", 1)[1] not in town.browsers[ASHA].client.get(f"/poll?after={cursor}").text


def test_one_tap_and_the_list_is_right(town, roll):
    assert roll in town.browsers[ASHA].get("/s/wickford/").text
    assert town.post(ASHA, f"{roll}/answers", said="safe").status_code == 303
    assert "You said that you are safe" in town.browsers[ASHA].get(roll).text
    assert f'href="{roll}"' not in town.browsers[ASHA].get("/s/wickford/").text
    assert tally(town, roll) == {"Need help": "0", "Not answered": "3", "Safe": "1"}
    for person in (DEV, ELLEN):
        assert tally(town, roll, person) == tally(town, roll)
    assert town.post(ASHA, f"{roll}/answers", said="maybe").status_code == 422
    for person in (ASHA, LEO, PAT):
        assert town.browsers[person].client.get(f"{roll}/answers").status_code == 403
    for person in (CAROL, OLU):
        assert town.browsers[person].client.get(f"{roll}/answers").status_code == 404


def test_who_needs_help_has_called_for_it_with_the_same_tap(town, roll):
    key = str(uuid.uuid4())
    for _ in range(2):
        answer = town.post(IVY, f"{roll}/answers", said="help", client_id=key)
        assert answer.location.startswith("/calls/")
    assert len(rows(town.world, sa.select(HelpCall.id))) == 1
    assert town.told("help.called") == names(BEN, LEO)
    assert tally(town, roll)["Need help"] == "1"
    text = town.browsers[BEN].get(f"{roll}/answers").text
    assert text.index("<b>Ivy</b>") < text.index("<b>Asha</b>"), "who needs help stands first"
    assert answer.location in text
    assert town.post(IVY, f"{roll}/answers", said="safe").status_code == 303
    assert tally(town, roll) == {"Need help": "0", "Not answered": "3", "Safe": "1"}


def test_the_count_is_live_for_coordinator_and_police_alone(town, roll):
    mark = f"count-{roll.rsplit('/', 1)[1]}"
    cursors = {p: town.browsers[p].client.get("/poll").json["cursor"] for p in (BEN, DEV, LEO, PAT)}
    town.post(ASHA, f"{roll}/answers", said="safe")
    heard = {
        p.name for p, at in cursors.items() if mark in town.browsers[p].client.get(f"/poll?after={at}").text
    }
    assert heard == {BEN.name, DEV.name}


def test_reminded_once_and_only_who_is_silent(town, roll):
    town.post(ASHA, f"{roll}/answers", said="safe")
    assert look(town) == 0
    assert look(town, clock.REMIND_AFTER) == 1
    assert look(town, clock.REMIND_AFTER * 2) == 0
    assert town.told("roll.reminded") == names(IVY, LEO, PAT)


def test_the_coordinator_ends_it(town, roll):
    assert town.post(LEO, f"{roll}/end").status_code == 403
    assert town.post(DEV, f"{roll}/end").status_code == 403
    assert town.post(BEN, f"{roll}/end").status_code == 303
    assert town.told("roll.ended") == names(ASHA, IVY, LEO, PAT)
    assert town.post(ASHA, f"{roll}/answers", said="safe").status_code == 409
    assert "over" in town.browsers[ASHA].get(roll).text
    assert look(town, clock.REMIND_AFTER) == 0
    assert roll not in town.browsers[ASHA].get("/s/wickford/").text


def test_only_a_coordinator_asks_and_for_shops_of_the_scheme(town):
    assert ask(town, by=LEO).status_code == 403
    assert ask(town, by=DEV).status_code == 403
    assert ask(town, by=CAROL).status_code == 404
    assert ask(town, "Coppice Foods").status_code == 422
    assert rows(town.world, sa.select(RollCall.id)) == []


def test_it_is_urgent_and_says_no_name(town, roll):
    event = rows(town.world, sa.select(Event).where(Event.kind == "roll.asked"))[0]
    with town.world.app.test_request_context(), crossing("deliveries") as session:
        words = announcement.words(session, event, "category")
        weight = announcement.weight(session, event)
        discreet = announcement.words(session, event, "discreet")
    assert (words.title, words.urgency) == ("Are you safe?", "high")
    assert (weight.priority, weight.breaks) == (2, True)
    assert discreet.title == "New alert"
