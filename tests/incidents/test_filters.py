"""The feed's filters, read from its address: each shows what it says, none fails, and nobody sees more by one."""

from __future__ import annotations

import re
from datetime import date, timedelta
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shopalert.db import db, now
from shopalert.incidents import actions
from shopalert.incidents.filters import Filters, understood
from shopalert.incidents.models import Incident
from tests.browse import Browser
from tests.people import ASHA, BEN, CAROL, DEV, IVY

NAMES = ("Alpha", "Bravo", "Charlie")


def shown(world, person, query="", slug="wickford"):
    page = Browser(world.client(person)).get(f"/s/{slug}/?{query}")
    return [name for name in re.findall(r"card__text[^>]*>(\w+)", page.text) if name in NAMES], page


@pytest.fixture
def town(world):
    world.alpha = world.report(ASHA, narrative="Alpha", violence=True, in_progress=True)
    world.bravo = world.report(
        BEN, narrative="Bravo", category_code="fraud", occurred_at=now() - timedelta(days=3)
    )
    world.charlie = world.report(IVY, narrative="Charlie", weapon=True)
    with world.seen_as(ASHA) as viewer:
        actions.all_clear(viewer, db.session.get_one(Incident, world.alpha))
    world.say(BEN, world.charlie, "Is there film?")
    world.say(ASHA, world.bravo, "We saw them too.")
    return world


def today(days=0):
    return (now().date() - timedelta(days=days)).isoformat()


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", "Charlie Bravo Alpha"),
        ("violence=1", "Alpha"),
        ("weapon=1", "Charlie"),
        ("in_progress=1", "Alpha"),
        ("violence=1&weapon=1", ""),
        ("category=fraud", "Bravo"),
        ("status=now", ""),
        ("status=clear", "Alpha"),
        ("status=open", "Charlie Bravo Alpha"),
        (f"until={today(2)}", "Bravo"),
        (f"since={today(1)}", "Charlie Alpha"),
        ("mine=1", "Charlie"),
        ("reply=1", "Charlie"),
        ("unread=1", "Charlie Bravo Alpha"),
    ],
)
def test_each_filter_shows_what_it_says(town, query, names):
    found, page = shown(town, IVY, query)
    assert found == names.split()
    assert ("Filters that are on" in page.text) == bool(query)
    if not names:
        assert "Nothing like that" in page.text


def test_a_coordinator_and_an_officer_owe_a_reply_where_nobody_gave_one(town):
    assert shown(town, DEV, "reply=1")[0] == ["Alpha"]
    assert shown(town, BEN, "reply=1")[0] == ["Bravo", "Alpha"]  # Bravo is his own, and somebody answered
    town.say(BEN, town.alpha, "On my way.")
    town.say(BEN, town.bravo, "Thank you.")
    assert shown(town, DEV, "reply=1")[0] == shown(town, BEN, "reply=1")[0] == []


def test_what_cannot_be_understood_is_left_out_and_said(town):
    for odd in (
        "category=nonsense",
        "since=yesterday",
        "premises=1",
        "colour=red",
        "violence=maybe",
        "status=no",
    ):
        found, page = shown(town, IVY, odd)
        assert len(found) == 3 and "could not be understood" in page.text, odd
    assert "could not be understood" not in shown(town, IVY, "violence=1")[1].text


def test_a_filter_shows_nobody_another_scheme(town):
    assert shown(town, CAROL, "violence=1", "billericay")[0] == []
    Browser(town.client(CAROL)).get("/s/wickford/?violence=1", status=404)


def test_each_chip_takes_its_own_filter_off(town):
    _found, page = shown(town, IVY, "violence=1&status=clear")
    ways_out = {each.get("href") for each in page.all("a") if "chip--off" in (each.get("class") or "")}
    assert ways_out == {"/s/wickford/?violence=1", "/s/wickford/?status=clear"}


flags = dict.fromkeys(("violence", "weapon", "in_progress", "mine", "reply", "unread"), st.booleans())
days = st.none() | st.dates(date(1990, 1, 1), date(2100, 12, 31))
kinds = st.sampled_from(["", "shop_theft"])
any_filters = st.builds(
    Filters, category=kinds, status=st.sampled_from(["", "now", "open", "clear", "closed"]),
    since=days, until=days, **flags,
)  # fmt: skip


@given(any_filters)
def test_an_address_says_its_filters_whole(filters):
    assert understood(dict(filters.pairs), ["shop_theft"], []) == (filters, False)


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(filters=any_filters, junk=st.dictionaries(st.text(max_size=8), st.text(max_size=12), max_size=3))
def test_no_address_fails(town, filters, junk):
    """Whatever somebody put into it."""
    query = urlencode([*filters.pairs, *junk.items()], errors="replace")
    assert town.client(IVY).get(f"/s/wickford/?{query}", headers={"Accept": "text/html"}).status_code == 200
