"""What careful reporters add in the demonstration: the whole form shown at work, and never a child described."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from shopalert.demo.world import build
from shopalert.incidents.facts import goods_value


@pytest.fixture(scope="module")
def world():
    return build(datetime(2026, 11, 24, 15, 30, tzinfo=UTC))


def test_some_reports_are_described_and_never_a_child(world):
    described = [one for one in world.incidents if one.more]
    assert 0.15 < len(described) / len(world.incidents) < 0.45
    assert {"people", "vehicles", "goods", "direction", "flags"} <= {
        name for one in described for name in one.more
    }
    for one in described:
        assert one.more["people_count"] >= len(one.more["people"]) > 0
        for person in one.more["people"]:
            assert person.get("age") != "under_18" and "appearance" not in person
        goods = one.more.get("goods")
        assert goods is None or goods_value(goods) == one.value_lost_pence


def test_one_is_an_exercise_of_the_coordinator(world):
    [practice] = [one for one in world.incidents if one.exercise]
    assert (practice.scheme, practice.author, practice.withdrawn_at) == ("WIC", "ben", None)
    assert practice.narrative.startswith("Practice")
