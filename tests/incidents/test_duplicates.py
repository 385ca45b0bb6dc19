"""Whether two reports may be the same thing."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopalert.db import now
from shopalert.incidents.duplicates import NEAR, Told, may_be_the_same, significant
from shopalert.incidents.vocabulary import CODES

AT, HERE, THERE = now(), uuid.uuid4(), uuid.uuid4()
OLD = Told("shop_theft", AT, HERE, "High Street", significant("Two men took coats and a rucksack"))


@pytest.mark.parametrize(
    ("change", "same"),
    [
        ({}, True),
        ({"at": AT + NEAR}, True),
        ({"at": AT + NEAR + timedelta(seconds=1)}, False),
        ({"category_code": "robbery"}, True),
        ({"category_code": "welfare"}, False),
        ({"exercise": True}, False),
        ({"premises_id": THERE}, True),  # the same street
        ({"premises_id": THERE, "street": "Market Road"}, True),  # told in the same words
        ({"premises_id": THERE, "street": "Market Road", "words": significant("Woman took wine")}, False),
        ({"premises_id": THERE, "street": "", "words": frozenset()}, False),
        ({"words": significant("Lipstick, perfume, shampoo, razors, chocolate hidden under pram")}, True),
    ],
)
def test_near_in_time_and_kind_and_at_the_place_or_in_the_words(change, same):
    assert may_be_the_same(replace(OLD, **change), OLD) is same


def test_two_long_tellings_with_nothing_in_common_are_two_events():
    one = replace(OLD, words=significant("Lipstick perfume shampoo razors chocolate pram blanket"))
    other = replace(OLD, words=significant("Drill hammer paint screws timber bucket varnish"))
    assert not may_be_the_same(one, other)
    plate = frozenset({"EK12ABC"})
    assert may_be_the_same(
        replace(one, plates=plate), replace(other, plates=plate, street="", premises_id=None)
    )


TOLD = st.builds(
    Told,
    category_code=st.sampled_from(CODES),
    at=st.integers(-40, 40).map(lambda minutes: AT + timedelta(minutes=minutes)),
    premises_id=st.sampled_from([None, HERE, THERE]),
    street=st.sampled_from(["", "High Street", "Market Road"]),
    words=st.frozensets(st.sampled_from(["coat", "rucksack", "wine", "pram", "razor", "drill", "tent"])),
    exercise=st.booleans(),
)


@given(TOLD, TOLD)
def test_the_question_is_the_same_whoever_was_first(one, other):
    assert may_be_the_same(one, other) == may_be_the_same(other, one)
