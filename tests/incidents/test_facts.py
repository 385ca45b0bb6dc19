"""What a report says, as one value: the sum of its goods, and the same words for the same facts."""

from __future__ import annotations

import json
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from shopalert.db import now
from shopalert.incidents.describing import pence, pounds
from shopalert.incidents.facts import Facts, goods_value

LINE = st.fixed_dictionaries(
    {"what": st.text(max_size=20), "count": st.integers(1, 9999)},
    optional={"each_pence": st.integers(0, 999_999_999), "recovered": st.just(True)},
)


@given(st.lists(LINE, max_size=30))
def test_the_total_is_the_sum_of_the_lines_and_holds_what_was_got_back(goods):
    priced = [line for line in goods if "each_pence" in line]
    total, back = goods_value(goods), goods_value(goods, recovered=True)
    assert (total is None) == (not priced)
    assert (total or 0) == sum(line["count"] * line["each_pence"] for line in priced)
    assert (back or 0) <= (total or 0)
    rest = [line for line in goods if not line.get("recovered")]
    assert (total or 0) == (goods_value(rest) or 0) + (back or 0)


@given(st.lists(LINE, max_size=10), st.lists(LINE, max_size=10))
def test_the_total_does_not_care_how_goods_are_listed(some, others):
    both = (goods_value(some) or 0) + (goods_value(others) or 0)
    assert (goods_value(some + others) or 0) == (goods_value(others + some) or 0) == both


@given(st.integers(0, 999_999_999))
def test_pounds_are_read_as_they_are_written(amount):
    assert pence(pounds(amount)) == amount


def test_what_was_left_empty_is_left_out_of_versions_and_hash():
    at = now()
    short = Facts(category_code="asb", occurred_at=at)
    assert "people" not in short.as_json() and "exercise" not in short.as_json()
    more = replace(short, people=[{"sex": "m"}], came_to="attempted", exercise=True)
    assert json.loads(json.dumps(more.as_json())) == more.as_json()
    assert set(more.as_json()) - set(short.as_json()) == {"people", "came_to", "exercise"}
