"""Where a crime stands, out of what was said of it in any order; and what may be said next."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopalert.outcomes.standing import (
    COURT_NEEDS_IT,
    NOT_CHARGED,
    SAID_ALREADY,
    Planned,
    refusal,
    refusal_to_take_back,
    standing,
)
from shopalert.outcomes.vocabulary import CHARGED, COURT, LISTS, NOT_REPORTED, OUTCOMES, PROGRESS, STATION

FIRST = date(2026, 3, 2)


def steps(*codes: str) -> list[Planned]:
    """One a day."""
    return [Planned(code, FIRST + timedelta(days=n), n + 1) for n, code in enumerate(codes)]


def plan(code: str, day: int = 20, number: int = 99) -> Planned:
    return Planned(code, FIRST + timedelta(days=day), number)


def test_the_lists_are_those_of_the_field():
    """Progress and outcome as the board names them, each code once; `not_reported` is what stands before the first."""
    codes = [one.code for _label, stations in LISTS for one in stations]
    assert len(codes) == len(set(codes)) == len(PROGRESS) + len(OUTCOMES) + len(COURT) == 9 + 11 + 3
    assert NOT_REPORTED not in STATION
    assert all(one.label and one.short and len(one.code) <= 60 for one in STATION.values())


@pytest.mark.parametrize(
    ("said", "progress", "outcome", "court", "foremost"),
    [
        ((), "not_reported", "", "", "not_reported"),
        (("reported", "recorded", "allocated"), "allocated", "", "", "allocated"),
        (("recorded", "suspect_arrested", CHARGED), "suspect_arrested", CHARGED, "", CHARGED),
        ((CHARGED, "court_date"), "court_date", CHARGED, "", CHARGED),
        ((CHARGED, "court_date", "convicted"), "closed", CHARGED, "convicted", "convicted"),
        ((CHARGED, "convicted", "acquitted"), "closed", CHARGED, "acquitted", "acquitted"),
        (("recorded", "no_suspect"), "closed", "no_suspect", "", "no_suspect"),
        (("no_suspect", "closed"), "closed", "no_suspect", "", "no_suspect"),
        (("no_suspect", "suspect_identified"), "suspect_identified", "", "", "suspect_identified"),
        (("no_suspect", "suspect_identified", CHARGED), "suspect_identified", CHARGED, "", CHARGED),
        ((CHARGED, "transferred"), "closed", "transferred", "", "transferred"),
    ],
)
def test_where_it_stands(said, progress, outcome, court, foremost):
    now = standing(steps(*said))
    assert (now.progress, now.outcome, now.court, now.code) == (progress, outcome, court, foremost)
    assert not now.astray


def test_what_is_entered_late_is_read_where_it_happened():
    told = [*steps("recorded", CHARGED), plan("suspect_arrested", day=0, number=3)]
    assert standing(told).code == CHARGED
    assert standing(told).progress == "suspect_arrested"


@pytest.mark.parametrize(
    ("said", "new", "why"),
    [
        (("recorded",), plan("convicted"), NOT_CHARGED),
        (("recorded", "no_suspect"), plan("convicted"), NOT_CHARGED),
        (("recorded", CHARGED), plan("convicted"), ""),
        (("recorded", CHARGED), plan("convicted", day=0), NOT_CHARGED),
        ((CHARGED, "court_date", "convicted"), plan("under_investigation", day=1), COURT_NEEDS_IT),
        ((CHARGED, "court_date", "convicted"), plan("under_investigation"), ""),
        ((CHARGED, "convicted"), plan("no_suspect", day=0), COURT_NEEDS_IT),
        (("suspect_arrested",), plan("suspect_arrested", day=0), SAID_ALREADY),
        (("suspect_arrested",), plan("suspect_arrested", day=3), ""),
    ],
)
def test_what_may_be_said_next(said, new, why):
    assert refusal(steps(*said), new) == why


def test_a_charge_is_not_taken_back_from_under_a_courts_result():
    said = steps("recorded", CHARGED, "convicted")
    assert refusal_to_take_back(said, 2) == COURT_NEEDS_IT
    assert refusal_to_take_back(said, 3) == ""
    assert refusal_to_take_back(said[:2], 2) == ""


moves = st.lists(st.tuples(st.sampled_from(sorted(STATION)), st.integers(0, 6), st.booleans()), max_size=25)


@given(moves)
def test_whatever_is_tried_a_result_follows_a_charge_and_the_order_of_entry_does_not_matter(tried):
    held: list[Planned] = []
    for number, (code, day, undo) in enumerate(tried, 1):
        new = Planned(code, FIRST + timedelta(days=day), number)
        if undo and held:
            gone = held[day % len(held)]
            if not refusal_to_take_back(held, gone.number):
                held.remove(gone)
        elif not refusal(held, new):
            held.append(new)
        now = standing(held)
        assert not now.astray
        assert not now.court or now.outcome == CHARGED
        assert not now.outcome or now.outcome == CHARGED or now.progress == "closed"
        assert now.code == NOT_REPORTED or now.code in STATION
        assert standing(reversed(held)) == now
