"""What a card says, from the facts alone and the same for every reader."""

from __future__ import annotations

import uuid
from types import SimpleNamespace

import pytest

from shopalert.db import db
from shopalert.incidents import actions
from shopalert.incidents.cards import card, place_of, title_of
from shopalert.incidents.models import Incident
from tests.people import ASHA, BEN, CAROL, DEV, IVY


def seen(world, person, incident):
    with world.seen_as(person):
        return card(db.session(), incident)


def chips(found):
    return [chip.text for chip in found.chips]


@pytest.mark.parametrize(
    ("people", "pence", "exercise", "title"),
    [
        (None, None, False, "Shop theft"),
        (None, 0, False, "Shop theft"),
        (None, 34000, False, "Shop theft · £340"),
        (1, None, False, "Shop theft · 1 person"),
        (2, 1250, False, "Shop theft · 2 people · £12.50"),
        (None, 34000, True, "EXERCISE: Shop theft · £340"),
    ],
)
def test_titles(app, people, pence, exercise, title):
    row = SimpleNamespace(
        category="Shop theft", people_count=people, value_lost_pence=pence, exercise=exercise
    )
    with app.test_request_context():
        assert title_of(row) == title


def test_places():
    assert place_of("Harper's", "High Street") == "Harper's, High Street"
    assert place_of(None, None) == ""
    assert place_of("Harper's", "") == "Harper's"


def test_a_card_names_the_shop_and_not_the_whole_person(world):
    found = seen(world, IVY, world.report(ASHA, value_lost_pence=34000))
    assert found.reporter == "Asha, Harper's"
    assert found.place == "Harper's, High Street"
    assert found.scheme.slug == "wickford"
    assert found.title == "Shop theft · £340"
    assert (found.urgent, found.chips, found.pictures, found.seen, found.reach) == (False, [], [], None, None)


def test_chips_say_what_stands_out_gravest_first(world):
    incident = world.report(ASHA, in_progress=True, violence=True, weapon=True)
    assert chips(seen(world, IVY, incident)) == ["In progress", "Violence", "Weapon"]
    world.say(DEV, incident, "On our way.")
    with world.seen_as(ASHA) as viewer:
        actions.all_clear(viewer, db.session.get_one(Incident, incident))
    found = seen(world, IVY, incident)
    assert chips(found) == ["Violence", "Weapon", "All clear", "Officer replied"]
    assert (found.happening_now, found.urgent, found.police_replied, found.replies) == (False, True, True, 1)


def test_the_last_sighting_and_how_many(world):
    incident = world.report(ASHA)
    for person, place in ((IVY, "Larkmead Pharmacy"), (ASHA, "Harper's")):
        with world.seen_as(person) as viewer:
            actions.sight(viewer, db.session.get_one(Incident, incident), uuid.uuid4(), world.premises[place])
    found = seen(world, BEN, incident).seen
    assert (found.by, found.count) == ("Harper's", 2)


def test_a_card_is_the_same_for_all_who_see_it_and_none_for_others(world):
    incident = world.report(ASHA)
    world.say(IVY, incident, "One.")
    assert seen(world, IVY, incident) == seen(world, BEN, incident) == seen(world, DEV, incident)
    assert seen(world, CAROL, incident) is None
