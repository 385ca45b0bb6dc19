"""Search finds every word, wherever it stands, in what one may see and nowhere else."""

from __future__ import annotations

import time

import pytest

from shopalert.db import db
from shopalert.incidents import actions
from shopalert.incidents.models import Incident
from tests.browse import Browser
from tests.people import ASHA, BEN, CAROL, DEV, ELLEN, IVY, OLU


def found(world, person, words):
    """The incidents on the page of the search, by their narratives' first words."""
    from urllib.parse import quote

    text = Browser(world.client(person)).get(f"/search?q={quote(words)}").text
    return {name for name in ("Alpha", "Bravo", "Charlie") if name in text.split("<main")[1]}


@pytest.fixture
def town(world):
    world.alpha = world.report(ASHA, narrative="Alpha took red coats", value_lost_pence=100)
    world.bravo = world.report(CAROL, "billericay", narrative="Bravo took red hats", category_code="fraud")
    world.charlie = world.report(OLU, "southend", narrative="Charlie took red shoes")
    return world


def test_each_sees_their_own_part(town):
    for person, names in (
        (ASHA, {"Alpha"}),
        (CAROL, {"Bravo"}),
        (DEV, {"Alpha", "Bravo"}),
        (OLU, {"Charlie"}),
    ):
        assert found(town, person, "red") == names, person.name


@pytest.mark.parametrize(
    "words", ["RED", "red coats", "coats red", "coat", "shop theft", "Harper's", "WIC-", "  red  "]
)
def test_words_are_found_wherever_they_stand(town, words):
    assert found(town, ASHA, words) == {"Alpha"}


@pytest.mark.parametrize(
    "words", ["green", "red green", "hats", "%", "_", "\\", "' OR 1=1 --", "red' OR 1=1 --", "<script>"]
)
def test_what_stands_nowhere_is_not_found(town, words):
    assert found(town, ASHA, words) == set()


def test_what_was_said_is_found_by_its_audience(town):
    town.say(BEN, town.alpha, "Zebra for coordinators", "coordinators")
    town.say(ELLEN, town.alpha, "Okapi for police", "police")
    town.say(IVY, town.alpha, "Gnu for all")
    assert found(town, ASHA, "gnu") == {"Alpha"}
    assert found(town, ASHA, "zebra") == found(town, ASHA, "okapi") == set()
    assert found(town, BEN, "zebra") == found(town, DEV, "okapi") == {"Alpha"}
    assert found(town, BEN, "okapi") == found(town, DEV, "zebra") == set()
    assert found(town, CAROL, "gnu") == set()


def test_a_withdrawn_report_is_not_found(town):
    with town.seen_as(ASHA) as viewer:
        actions.withdraw(viewer, db.session.get_one(Incident, town.alpha), "A mistake")
    assert found(town, IVY, "red") == found(town, DEV, "coats") == set()


def test_a_very_long_question_is_answered_soon(town):
    start = time.monotonic()
    assert found(town, ASHA, "red " * 500) == {"Alpha"}
    assert time.monotonic() - start < 5


def test_nothing_asked_is_a_page(town):
    assert found(town, ASHA, "") == set()
