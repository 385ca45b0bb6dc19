"""What stands first on the desk: the rule, told as a table and tried as a rule."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shopalert.desk.ranking import HEAVIEST, REPEAT_FROM, RULES, holding, reasons

FACTS = st.fixed_dictionaries(
    {
        "category_code": st.sampled_from(["shop_theft", "robbery", "violence_worker", "weapon", "asb"]),
        "violence": st.booleans(),
        "weapon": st.booleans(),
        "happening_now": st.booleans(),
        "flags": st.lists(st.sampled_from(["detained", "hate", "child", "domestic"]), unique=True),
        "at_premises": st.integers(0, 2 * REPEAT_FROM),
    }
)

IN_ORDER: list[dict[str, Any]] = [
    {"category_code": "robbery", "weapon": True},
    {"category_code": "shop_theft", "violence": True, "happening_now": True},
    {"category_code": "violence_worker"},
    {"category_code": "weapon", "flags": ["hate"]},
    {"category_code": "shop_theft", "weapon": True},
    {"category_code": "shop_theft", "flags": ["detained"], "at_premises": 3},
    {"category_code": "shop_theft", "flags": ["detained"]},
    {"category_code": "shop_theft", "happening_now": True},
    {"category_code": "threats_abuse", "flags": ["hate"]},
    {"category_code": "shop_theft", "at_premises": 9},
    {"category_code": "shop_theft", "at_premises": 2, "flags": ["child"]},
]


def test_the_order_of_the_police() -> None:
    """Violence, weapon, person held, in progress, hate, repeat premises."""
    weights = [holding(**facts) for facts in IN_ORDER]
    assert weights == sorted(weights, reverse=True)
    assert len(set(weights)) == len(weights)
    assert [rule.code for rule in RULES] == [
        "violence", "weapon", "detained", "happening_now", "hate", "repeat_premises",
    ]  # fmt: skip


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(FACTS, FACTS)
def test_the_weightiest_difference_decides(one, other) -> None:
    codes = [{rule.code for rule in reasons(holding(**facts))} for facts in (one, other)]
    first = next((rule.code for rule in RULES if (rule.code in codes[0]) != (rule.code in codes[1])), None)
    if first is None:
        assert holding(**one) == holding(**other)
    else:
        assert (holding(**one) > holding(**other)) == (first in codes[0])


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(FACTS)
def test_practice_has_no_weight(facts) -> None:
    assert 0 <= holding(**facts) <= HEAVIEST
    assert holding(**facts, exercise=True) == 0


@pytest.mark.parametrize("weight", range(HEAVIEST + 1))
def test_each_weight_has_its_reasons(weight) -> None:
    assert len(reasons(weight)) == weight.bit_count()
