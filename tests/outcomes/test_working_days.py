"""Working days over weekends, bank holidays and the two nights in which the clock is changed.

Sources. Five working days: the Victims' Code, as in `working_days.py`. Which days are bank holidays:
gov.uk/bank-holidays for the years that it has published, else the rules as in `bank_holidays.py`. When clocks change:
01:00 GMT on the last Sundays of March and October (Summer Time Act 1972, section 1, as the Summer Time Order 2002 has
it). The expected days below were counted on a calendar.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopalert.db import now
from shopalert.outcomes.bank_holidays import BANK_HOLIDAYS, DERIVED_FROM, FIRST_YEAR, LAST_YEAR
from shopalert.outcomes.working_days import (
    add_working_days,
    day_of,
    is_working_day,
    told_in_time,
    working_days_between,
)


def day(text: str) -> date:
    return date.fromisoformat(text)


# ---- the data: checked against the rules that make it (Banking and Financial Dealings Act 1971, proclamations)

PROCLAIMED = {
    *("2022-06-02", "2022-06-03", "2022-09-19", "2023-05-08"),  # jubilee, funeral, coronation
}
MOVED = {"2022-05-30"}  # the spring holiday that was moved for the jubilee


def easter(year: int) -> date:
    """Of the western churches (the anonymous rule, as Meeus has it)."""
    a, b, c = year % 19, year // 100, year % 100
    d, e, g = b // 4, b % 4, (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = c // 4, c % 4
    length = (32 + 2 * e + 2 * i - h - k) % 7
    m = (a + 11 * h + 19 * length) // 433
    month = (h + length - 7 * m + 90) // 25
    return date(year, month, (h + length - 7 * m + 33 * month + 19) % 32)


def monday(year: int, month: int, last: bool = False) -> date:
    days = [
        date(year, month, n) for n in range(1, 32) if n <= (date(year, month % 12 + 1, 1) - timedelta(1)).day
    ]
    mondays = [one for one in days if one.weekday() == 0]
    return mondays[-1 if last else 0]


def by_rule(year: int) -> set[date]:
    """Each holiday, or the next weekday that is none where it falls on a weekend."""
    found: set[date] = set()
    for one in (date(year, 1, 1), date(year, 12, 25), date(year, 12, 26)):
        while one.weekday() > 4 or one in found:
            one += timedelta(days=1)
        found.add(one)
    return found | {
        easter(year) - timedelta(days=2), easter(year) + timedelta(days=1),
        monday(year, 5), monday(year, 5, last=True), monday(year, 8, last=True),
    }  # fmt: skip


def test_the_published_days_are_those_of_the_rules_and_proclamations():
    ruled = {one for year in range(FIRST_YEAR, LAST_YEAR + 1) for one in by_rule(year)}
    assert ruled - {day(text) for text in MOVED} | {day(text) for text in PROCLAIMED} == BANK_HOLIDAYS


def test_the_days_of_the_next_year_are_known():
    """Fails a year before the data runs out: add the next from gov.uk/bank-holidays."""
    assert day_of(now()).year + 1 <= LAST_YEAR, f"bank holidays are known until the end of {LAST_YEAR}"


def test_a_year_that_was_derived_is_compared_before_it_begins():
    """Fails in the autumn before: by then gov.uk has published it."""
    assert FIRST_YEAR < DERIVED_FROM <= LAST_YEAR + 1
    at = day_of(now() + timedelta(days=60))
    assert at.year < DERIVED_FROM, f"compare {DERIVED_FROM} with gov.uk/bank-holidays, and move DERIVED_FROM"


# ---- the rule

CASES = [
    # happened, fifth working day after, why
    ("2026-11-23", "2026-11-30", "an ordinary Monday"),
    ("2026-11-27", "2026-12-04", "a Friday"),
    ("2026-11-28", "2026-12-04", "a Saturday counts from Monday on"),
    ("2026-11-29", "2026-12-04", "and so does a Sunday"),
    ("2026-04-01", "2026-04-10", "Good Friday and Easter Monday lie between"),
    ("2026-04-02", "2026-04-13", "the day before Good Friday"),
    ("2026-05-01", "2026-05-11", "the early May holiday"),
    ("2026-12-23", "2027-01-04", "Christmas, Boxing Day's Monday and New Year's Day"),
    ("2027-12-24", "2028-01-05", "both substitutes in one week, and New Year's on a Monday"),
    ("2028-04-13", "2028-04-24", "Easter of a year that was derived"),
    ("2022-05-31", "2022-06-09", "the jubilee's two days"),
    ("2022-09-16", "2022-09-26", "the funeral of the Queen, by proclamation"),
    ("2023-05-05", "2023-05-15", "the coronation, by proclamation"),
    ("2026-08-28", "2026-09-07", "the last Monday of August"),
    ("2026-03-27", "2026-04-07", "clocks go forward on 29 March, and Easter is near"),
    ("2026-10-23", "2026-10-30", "clocks go back on 25 October"),
]


@pytest.mark.parametrize(("happened", "last", "why"), CASES, ids=[why for *_days, why in CASES])
def test_told_by_the_fifth_working_day(happened, last, why):
    assert add_working_days(day(happened), 5) == day(last), why
    assert told_in_time(day(happened), day(last))
    assert not told_in_time(day(happened), day(last) + timedelta(days=1))
    assert told_in_time(day(happened), day(happened))
    assert working_days_between(day(happened), day(last)) == 5


@pytest.mark.parametrize(
    ("moment", "on"),
    [
        ("2026-06-30T23:30:00", "2026-07-01"),  # half past midnight, in summer
        ("2026-03-28T23:59:00", "2026-03-28"),  # the last evening of winter time
        ("2026-03-29T00:30:00", "2026-03-29"),
        ("2026-03-29T22:59:00", "2026-03-29"),  # 23:59 in summer time
        ("2026-03-29T23:00:00", "2026-03-30"),
        ("2026-10-24T23:30:00", "2026-10-25"),  # still summer: 00:30
        ("2026-10-25T00:30:00", "2026-10-25"),  # 01:30 the first time
        ("2026-10-25T01:30:00", "2026-10-25"),  # 01:30 the second time
        ("2026-10-25T23:30:00", "2026-10-25"),  # winter again
        ("2026-12-31T23:59:59", "2026-12-31"),
    ],
)
def test_a_moment_lies_on_the_day_that_the_town_calls_it(moment, on):
    """The clocks of 2026 change on 29 March and 25 October."""
    assert day_of(datetime.fromisoformat(moment).replace(tzinfo=UTC)) == day(on)


days = st.dates(date(FIRST_YEAR, 1, 1), date(LAST_YEAR, 11, 30))


@given(days, st.integers(0, 15))
def test_adding_and_counting_agree(start, many):
    end = add_working_days(start, many)
    assert working_days_between(start, end) == many
    assert not many or is_working_day(end)
