"""Suggestions: every reason given is true of the incident, and what is grave is never missed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopalert.advice.pieces import library
from shopalert.advice.suggesting import KIND, MOST, PREMISES, case_of, in_words, nth, suggest
from shopalert.advice.vocabulary import GRAVE_SIGNS, SIGNS, TRADES
from shopalert.incidents.description import FLAG_CODES, GUARDED_FLAGS
from shopalert.incidents.vocabulary import BY_CODE, CODES
from shopalert.words import local

START = datetime(2026, 1, 1, tzinfo=UTC)
incidents = st.builds(
    SimpleNamespace,
    category_code=st.sampled_from(CODES),
    weapon=st.booleans(),
    violence=st.booleans(),
    in_progress=st.booleans(),
    flags=st.lists(st.sampled_from(FLAG_CODES), unique=True),
    occurred_at=st.integers(0, 24 * 365).map(lambda hours: START + timedelta(hours=hours)),
    occurred_until=st.sampled_from([None, START + timedelta(days=400)]),
)
trades = st.sampled_from(["", "of no list", *TRADES])


def is_true(reason, incident, here, trade, piece):
    """Said once more in other words: what each reason claims, asked of the incident itself."""
    if reason == KIND:
        return incident.category_code in piece.kinds
    if reason == PREMISES:
        return trade in piece.premises
    if reason == "again_here":
        return here >= 3
    if reason == "night":
        clock = local(incident.occurred_at).strftime("%H:%M")
        return incident.occurred_until is None and (clock >= "22:00" or clock < "06:00")
    return reason in incident.flags or getattr(incident, reason, None) is True


@given(incidents, st.integers(0, 60), trades)
def test_every_reason_given_is_true_of_the_incident(incident, here, trade):
    case = case_of(incident, BY_CODE[incident.category_code].label, here, trade)
    found = suggest(case, library().values())
    assert len(found) <= MOST
    assert len({each.piece.id for each in found}) == len(found)
    for each in found:
        assert each.reasons, "a suggestion says why"
        for reason in each.reasons:
            assert is_true(reason, incident, here, trade, each.piece), (reason, each.piece.id)


@given(incidents, st.integers(0, 60), trades)
def test_what_is_for_certain_premises_is_suggested_there_alone(incident, here, trade):
    case = case_of(incident, "", here, trade)
    for each in suggest(case, library().values(), many=1000):
        assert not each.piece.premises or trade in each.piece.premises


@given(incidents, st.integers(0, 60), trades)
def test_what_is_kept_for_few_changes_nothing(incident, here, trade):
    """The reporter reads the reasons: domestic, and what hate was about, leave no trace in them."""
    bare = SimpleNamespace(
        **{**vars(incident), "flags": [f for f in incident.flags if f not in GUARDED_FLAGS]}
    )
    pieces = list(library().values())
    assert suggest(case_of(incident, "", here, trade), pieces) == suggest(
        case_of(bare, "", here, trade), pieces
    )


@pytest.mark.parametrize("code", CODES)
def test_every_kind_brings_a_suggestion(code):
    assert suggest(case_of(plain(code)), library().values())


@pytest.mark.parametrize("sign", sorted(GRAVE_SIGNS))
def test_a_grave_sign_brings_its_advice_whatever_the_kind(sign):
    trade = "pharmacy" if sign == "sensitive_goods" else ""
    for code in CODES:
        incident = plain(code, flags=[sign]) if sign in FLAG_CODES else plain(code, **{sign: True})
        found = suggest(case_of(incident, trade=trade), library().values())
        assert any(sign in each.reasons for each in found), (sign, code)


def plain(code, **more):
    usual = {"weapon": False, "violence": False, "in_progress": False, "flags": [], "occurred_until": None}
    return SimpleNamespace(category_code=code, occurred_at=START + timedelta(hours=14), **{**usual, **more})


def test_the_reasons_in_words(app):
    with app.test_request_context():
        case = case_of(plain("shop_theft", weapon=True), "Shop theft", 3, "wine")
        assert in_words(case, "weapon") == "because a weapon was seen"
        assert in_words(case, "again_here") == "because this is the third “Shop theft” here in 30 days"
        assert in_words(case, KIND) == "because it was reported as “Shop theft”"
        assert in_words(case, PREMISES) == "because of where it was: Off-licence"
        for reason in set(SIGNS) - {"again_here"}:
            assert in_words(case, reason).startswith("because ")
        assert [nth(number) for number in (1, 10, 11, 21, 22, 23, 112)] == [
            "first", "tenth", "11th", "21st", "22nd", "23rd", "112th",
        ]  # fmt: skip


def test_a_shop_that_is_hit_again_is_told_so():
    often = suggest(case_of(plain("shop_theft"), here=3), library().values())
    assert "hit-again-and-again" in {each.piece.id for each in often}
    once = suggest(case_of(plain("shop_theft"), here=2), library().values())
    assert all("again_here" not in each.reasons for each in once)
