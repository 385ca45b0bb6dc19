"""What can be asked for, and by when it is due where nobody says otherwise.

The kinds are those of the police's own follow-up of retail crime: footage first, because recorders write over it
within days; then who saw it, the report itself, and who was seen.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from shopalert.words import local


class Kind(NamedTuple):
    """What is asked for, in words; its mark; and within how many days."""

    label: str
    icon: str
    days: int


KINDS = {
    "cctv": Kind(_l("CCTV"), "eye", 2),
    "statement": Kind(_l("Witness statement"), "speech", 5),
    "crime_report": Kind(_l("Crime report"), "page", 3),
    "identification": Kind(_l("Identification"), "person", 2),
    "call_back": Kind(_l("Call back"), "call", 1),
    "other": Kind(_l("Something else"), "info", 3),
}
DAYS = (1, 2, 3, 5, 7, 14)  # what the form offers
REMIND_BEFORE = timedelta(hours=4)


def days_in_words(days: int) -> str:
    return ngettext("Within a day", "Within %(num)d days", days)


def due_after(at: datetime, days: int) -> datetime:
    """The same time of day so many days later, as the clocks on the wall show it: also when they change between.

    A time of day that the change leaves out is the hour after it.
    """
    return (local(at) + timedelta(days=days)).astimezone(UTC)


def reminds(asked: datetime, due: datetime) -> bool:
    """Whether a reminder is worth it: not where it would come with the request itself."""
    return due - asked >= 2 * REMIND_BEFORE
