"""How pressing an incident is: more said never makes it less so, and it always says why."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopalert.incidents.description import FLAG_CODES
from shopalert.incidents.priority import (
    FIRST,
    FIRST_FLAGS,
    HIGH_VALUE_PENCE,
    LEVEL_OF,
    ORDINARY,
    REASONS,
    URGENT,
    URGENT_FLAGS,
    priority_of,
)
from shopalert.incidents.vocabulary import CODES

SAID = st.fixed_dictionaries(
    {
        "happening_now": st.booleans(),
        "violence": st.booleans(),
        "weapon": st.booleans(),
        "flags": st.sets(st.sampled_from(FLAG_CODES)),
        "value_lost_pence": st.none() | st.integers(0, 2 * HIGH_VALUE_PENCE),
    }
)


@pytest.mark.parametrize(
    ("category", "said", "level", "reasons"),
    [
        ("shop_theft", {}, ORDINARY, ()),
        ("shop_theft", {"value_lost_pence": 49_999}, ORDINARY, ()),
        ("shop_theft", {"value_lost_pence": 50_000}, FIRST, ("high_value",)),
        ("shop_theft", {"happening_now": True}, URGENT, ("happening_now",)),
        ("threats_abuse", {}, FIRST, ("category",)),
        ("robbery", {}, URGENT, ("category",)),
        ("asb", {"flags": ["child", "injury"]}, URGENT, ("injury", "child")),
        ("asb", {"flags": ["domestic"]}, ORDINARY, ()),
    ],
)
def test_the_levels(category, said, level, reasons):
    found = priority_of(category, **said)
    assert (found.level, found.reasons) == (level, reasons)


@given(st.sampled_from(CODES), SAID, SAID)
def test_more_said_is_never_less_pressing(category, said, more):
    both = {
        name: said[name] or more[name] for name in ("happening_now", "violence", "weapon")
    } | {
        "flags": said["flags"] | more["flags"],
        "value_lost_pence": max(said["value_lost_pence"] or 0, more["value_lost_pence"] or 0),
    }  # fmt: skip
    assert priority_of(category, **both).level >= priority_of(category, **said).level


@given(st.sampled_from(CODES), SAID)
def test_what_is_pressing_says_why_once(category, said):
    found = priority_of(category, **said)
    assert bool(found.reasons) == (found.level > ORDINARY)
    assert len(set(found.reasons)) == len(found.reasons)
    assert set(found.reasons) <= set(REASONS)


def test_the_form_shows_the_same_rule():
    """The script reads levels and words from the fields, and knows one figure of its own."""
    script = Path("static/js/elements/sa-priority.js").read_text()
    assert int(re.search(r"HIGH = (\d+)", script)[1]) == HIGH_VALUE_PENCE
    for code, level in LEVEL_OF.items():
        assert priority_of(code).level == level
    for flag in (*URGENT_FLAGS, *FIRST_FLAGS):
        assert flag in REASONS
