"""What wakes whom, as a rule: the table, quiet hours over the changes of the clock, distances, spans."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopalert.alerts.announcement import IMPORTANT, NORMAL, URGENT, Weight
from shopalert.alerts.choices import hours_of
from shopalert.alerts.preferences import (
    CHANNELS,
    DAYS,
    NOTHING,
    PRESETS,
    STANDARD,
    Choice,
    Post,
    decides,
    distance,
    inside,
    minutes,
    preset_of,
    spans,
)
from shopalert.words import local
from tests.alerts.wake_cases import CASES, NIGHTS, OPEN

HERE = Post(51.61, 0.52)
DEGREE = 111_195.0  # metres of one degree of latitude


def weight_of(case) -> Weight:
    urgent = any(case.what.get(flag) for flag in ("in_progress", "violence", "weapon"))
    far = {} if case.far is None else {"lat": HERE.lat + case.far / DEGREE, "lon": HERE.lon}
    category = case.what.get("category_code", "shop_theft")
    return Weight(URGENT if urgent else NORMAL, category, breaks=urgent, **far)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_table(case):
    choice = STANDARD if case.choice is None else Choice(**case.choice)
    post = Post(HERE.lat, HERE.lon, hours_of(case.hours))
    verdict = decides(choice, weight_of(case), case.at, post, break_through=case.break_through)
    assert verdict.channels == set(case.reaches.split())
    assert verdict.why.keys() == set(CHANNELS) - verdict.channels


def test_there_are_enough_cases_and_no_two_say_the_same():
    assert len(CASES) >= 40
    assert len({case.says for case in CASES}) == len(CASES)


NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)
NIGHT = datetime(2026, 11, 25, 23, 30, tzinfo=UTC)


def test_what_one_takes_part_in_is_neither_too_far_nor_of_a_wrong_category():
    choice = Choice(metres=100, without=frozenset({"asb"}))
    mine = Weight(IMPORTANT, "asb", lat=50.0, lon=0.0, personal=True)
    assert "push" in decides(choice, mine, NOON, HERE).channels
    assert "push" not in decides(choice, Weight(IMPORTANT, "asb", 50.0, 0.0), NOON, HERE).channels


def test_a_muted_incident_reaches_nobody_by_any_way():
    verdict = decides(Choice(mail="0" * 24), Weight(URGENT, breaks=True), NOON, HERE, muted=True)
    assert verdict.channels == set()
    assert set(verdict.why.values()) == {"muted"}


@pytest.mark.parametrize(
    "choice",
    [
        Choice(quiet=NIGHTS),
        Choice(push="3" * 24, live="3" * 24, closed=NOTHING),
        Choice(metres=1, without=frozenset({"asb"})),
    ],
)
@pytest.mark.parametrize("break_through", [False, True])
@pytest.mark.parametrize("muted", [False, True])
def test_a_call_for_help_rings_whatever_anybody_chose(choice, break_through, muted):
    help_needed = Weight(URGENT, "asb", 50.0, 0.0, calls=True)
    post = Post(HERE.lat, HERE.lon, hours_of(OPEN))
    for at in (NOON, NIGHT):
        verdict = decides(choice, help_needed, at, post, break_through=break_through, muted=muted)
        assert (verdict.channels, verdict.silent) == ({"push", "live"}, False)


def test_a_call_for_help_is_a_letter_to_those_who_want_letters_of_what_is_urgent():
    by_letter = Choice(mail=str(URGENT) * 24)
    assert "mail" in decides(by_letter, Weight(URGENT, calls=True), NOON, HERE).channels


@pytest.mark.parametrize("muted", [False, True])
def test_what_puts_right_comes_always_and_silently_where_nothing_may_ring(muted):
    right = Weight(IMPORTANT, personal=True, follows=True)
    by_night = decides(Choice(quiet=NIGHTS), right, NIGHT, HERE, muted=muted)
    assert ("push" in by_night.channels, by_night.silent) == (True, True)
    by_day = decides(Choice(quiet=NIGHTS), right, NOON, HERE, muted=muted)
    assert by_day.silent is muted


def test_what_has_no_weight_reaches_everybody_it_names():
    assert "push" in decides(Choice(push="3" * 24), None, NIGHT).channels


def test_distance_is_in_metres():
    there = Weight(lat=51.61 + 1000 / DEGREE, lon=0.52)
    assert abs(distance(HERE, there) - 1000) < 1
    london = Weight(lat=51.5074, lon=-0.1278)
    assert abs(distance(Post(51.6114, 0.5207), london) - 46_300) < 300
    assert distance(Post(), there) == distance(HERE, Weight()) == 0.0


@pytest.mark.parametrize("name", PRESETS)
def test_each_simple_choice_is_known_again(name):
    assert preset_of(Choice(**PRESETS[name], quiet=NIGHTS, mail="2" * 24)) == name
    assert preset_of(Choice(**PRESETS[name] | {"metres": 1234})) == ("near" if name == "near" else "custom")
    assert preset_of(Choice(**PRESETS["near"] | {"metres": None})) == "custom"


# ---- hours, over the two nights of the year when the clock jumps

clocks = st.builds(lambda hour, minute: f"{hour:02}:{minute:02}", st.integers(0, 23), st.integers(0, 59))
weeks = st.dictionaries(st.sampled_from(DAYS), st.tuples(clocks, clocks), max_size=7)
moments = st.one_of(
    st.datetimes(datetime(2026, 1, 1), datetime(2028, 12, 31)),
    st.datetimes(datetime(2026, 10, 24, 20), datetime(2026, 10, 25, 12)),  # an hour comes twice
    st.datetimes(datetime(2027, 3, 27, 20), datetime(2027, 3, 28, 12)),  # an hour is missing
).map(lambda at: at.replace(tzinfo=UTC))


@given(weeks, moments)
def test_hours_are_those_of_the_clock_on_the_wall(week, at):
    """The same from first principles: a window is the minutes of the wall's clock from its day's begin to its end."""
    here = local(at).replace(tzinfo=None, second=0, microsecond=0)
    expected = False
    for back in (0, 1):
        date = here.date() - timedelta(days=back)
        hours = week.get(DAYS[date.weekday()])
        if hours:
            midnight = datetime.combine(date, datetime.min.time())
            begin = midnight + timedelta(minutes=minutes(hours[0]))
            end = midnight + timedelta(minutes=minutes(hours[1]))
            end += timedelta(days=1) if end <= begin else timedelta()
            expected = expected or begin <= here < end
    assert inside(week, at) is expected


@given(moments)
def test_a_night_lasts_an_hour_longer_or_shorter_when_the_clock_jumps_and_never_has_a_hole(at):
    """From ten to seven: counted minute by minute in real time over the night that holds the moment."""
    noon = local(at).replace(hour=12, minute=0, second=0, microsecond=0)
    begin, end = noon.astimezone(UTC), (noon + timedelta(days=1)).astimezone(UTC)
    quarters = [begin + n * timedelta(minutes=15) for n in range(int((end - begin).total_seconds() // 900))]
    quiet = [inside(NIGHTS, each) for each in quarters]
    assert sum(a != b for a, b in itertools.pairwise(quiet)) == 2  # it begins once and ends once
    jump = (local(end).utcoffset() - local(begin).utcoffset()).total_seconds() / 3600
    assert sum(quiet) == (9 - jump) * 4


@given(weeks, moments)
def test_more_urgent_never_reaches_less(week, at):
    choice = Choice(push="012301230123012301230123", quiet=week, closed=URGENT)
    reached = [
        "push" in decides(choice, Weight(priority, breaks=priority == URGENT), at, HERE).channels
        for priority in (NORMAL, IMPORTANT, URGENT)
    ]
    assert reached == sorted(reached)


# ---- the day as spans


def test_a_day_is_cut_where_what_rings_changes():
    choice = Choice(push="0" * 18 + "2" * 6)
    found = spans(choice, datetime(2026, 11, 25, 14, 7, tzinfo=UTC))
    assert [(local(span.begins).strftime("%a %H:%M"), span.least) for span in found] == [
        ("Wed 14:00", NORMAL), ("Wed 18:00", URGENT), ("Thu 00:00", NORMAL),
    ]  # fmt: skip


def test_trading_hours_cut_the_day_too():
    found = spans(STANDARD, datetime(2026, 11, 28, 14, tzinfo=UTC), Post(hours=hours_of(OPEN)))
    assert [span.least for span in found] == [NORMAL, URGENT]  # Saturday; on Sunday they are closed


def test_nothing_rings_is_a_span_too():
    assert [span.least for span in spans(Choice(push="3" * 24), NOON)] == [NOTHING]


@given(weeks, moments)
def test_spans_say_what_the_rule_says(week, at):
    choice = Choice(quiet=week, push="0" * 9 + "1" * 9 + "2" * 6)
    found = spans(choice, at, HERE, True)
    for span in found:
        probe = Weight(span.least, breaks=span.least == URGENT)
        assert "push" in decides(choice, probe, span.begins, HERE).channels
