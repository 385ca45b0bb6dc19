"""The bank holidays of England and Wales, as gov.uk/bank-holidays publishes them (bank-holidays.json).

Substitute days stand for what falls on a weekend. A year is added when gov.uk publishes it, about two years ahead;
`tests/outcomes/test_working_days.py` says in time that it has to be.

The years from DERIVED_FROM on are not from there. They were derived by rule: schedule 1 of the Banking and Financial
Dealings Act 1971, Good Friday and Christmas Day by common law, New Year's Day, the first Monday of May and substitute
days as they are proclaimed each year (section 1). A proclamation may still move a day or add one: compare them when
gov.uk has published them, and move DERIVED_FROM.
"""

from __future__ import annotations

from datetime import date

_DATES = """
    2022: 01-03 04-15 04-18 05-02 06-02 06-03 08-29 09-19 12-26 12-27
    2023: 01-02 04-07 04-10 05-01 05-08 05-29 08-28 12-25 12-26
    2024: 01-01 03-29 04-01 05-06 05-27 08-26 12-25 12-26
    2025: 01-01 04-18 04-21 05-05 05-26 08-25 12-25 12-26
    2026: 01-01 04-03 04-06 05-04 05-25 08-31 12-25 12-28
    2027: 01-01 03-26 03-29 05-03 05-31 08-30 12-27 12-28
    2028: 01-03 04-14 04-17 05-01 05-29 08-28 12-25 12-26
"""
DERIVED_FROM = 2028
_YEARS = {int(year): days.split() for year, days in (line.split(":") for line in _DATES.strip().splitlines())}
BANK_HOLIDAYS = frozenset(
    date.fromisoformat(f"{year}-{day}") for year, days in _YEARS.items() for day in days
)
FIRST_YEAR, LAST_YEAR = min(_YEARS), max(_YEARS)
