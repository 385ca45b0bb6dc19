"""Working days of England and Wales: Monday to Friday, bank holidays left out.

The Victims' Code counts in them: the police tell the victim within 5 working days of arrest, charge, bail, caution, or
that there is no investigation (nottinghamshire.police.uk, "what steps do police have to take"; askthe.police.uk Q622).
The day on which it happened does not count. Days are days of the town's clock, so that a moment shortly after midnight
in summer is on the day that people there call it.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from shopalert.outcomes.bank_holidays import BANK_HOLIDAYS
from shopalert.words import local

TOLD_WITHIN = 5
SATURDAY = 5


def is_working_day(day: date) -> bool:
    return day.weekday() < SATURDAY and day not in BANK_HOLIDAYS


def day_of(at: datetime) -> date:
    """The day of the town on which a moment lies."""
    return local(at).date()


def add_working_days(day: date, many: int) -> date:
    """The working day that is so many after this day."""
    while many > 0:
        day += timedelta(days=1)
        many -= is_working_day(day)
    return day


def working_days_between(start: date, end: date) -> int:
    """How many working days after `start` had begun at the end of `end`; 0 on the same day."""
    days = (end - start).days
    return sum(is_working_day(start + timedelta(days=each)) for each in range(1, days + 1))


def told_in_time(happened_on: date, told_on: date) -> bool:
    """Told by the end of the fifth working day after."""
    return told_on <= add_working_days(happened_on, TOLD_WITHIN)
