"""Kinds of premises, the signs of an incident that advice goes by, and the subjects of the library.

Codes are stable names (pieces, database); labels may change.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _l

from shopalert.words import local

TRADES = {
    "food": _l("Supermarket or food shop"),
    "convenience": _l("Convenience shop or newsagent"),
    "discount": _l("Variety or discount store"),
    "wine": _l("Off-licence"),
    "vape": _l("Vape shop"),
    "pharmacy": _l("Pharmacy"),
    "cosmetics": _l("Cosmetics or beauty"),
    "clothing": _l("Clothes, shoes or sports"),
    "electrical": _l("Phones, electrical or games"),
    "home": _l("Home, garden, DIY or tools"),
    "gifts": _l("Gifts, books or toys"),
    "jeweller": _l("Jeweller"),
    "charity": _l("Charity shop"),
    "fuel": _l("Petrol station"),
    "bank": _l("Bank, post office or betting shop"),
    "cafe": _l("Café, restaurant or takeaway"),
    "pub": _l("Pub, bar or club"),
    "other": _l("Something else"),
}

AGAIN_HERE, NIGHT = "again_here", "night"
AGAIN, WITHIN_DAYS = 3, 30  # so many reports of one kind at one place make it “again”

# What may be true of an incident beside its kind, and how a reason says so. `again_here` says its own number.
# Never what is kept for coordinators and police: the reporter reads the reasons, too.
SIGNS = {
    "weapon": _l("because a weapon was seen"),
    "violence": _l("because violence was used or threatened"),
    "injury": _l("because somebody was hurt"),
    "hate": _l("because it was reported as hate"),
    "staff_targeted": _l("because staff were singled out"),
    "sensitive_goods": _l("because of dangerous goods"),
    "child": _l("because a child is involved, or may be"),
    "organised": _l("because it was reported as organised"),
    "repeat": _l("because it was the same person again"),
    "in_progress": _l("because it was reported as it happened"),
    NIGHT: _l("because it was between ten at night and six in the morning"),
    AGAIN_HERE: "",
}
# Each of these brings its advice whatever the kind is that was reported.
GRAVE_SIGNS = frozenset({"weapon", "violence", "injury", "hate", "staff_targeted", "sensitive_goods"})

# The files of pieces/, in the order of the library.
SUBJECTS = {
    "theft": _l("Theft from the shop"),
    "people": _l("Violence, abuse and working alone"),
    "fraud": _l("Fraud, cards and counterfeit money"),
    "buildings": _l("Doors, stock, cash and cameras"),
    "street": _l("The street, and a report that helps"),
    "trades": _l("For certain premises"),
}

DAYS = (3, 7, 14, 28, 56)  # after which a sender may want to ask how it went


def days_in_words(days: int) -> str:
    return ngettext("After a day", "After %(num)d days", days) if days else gettext("Do not ask again")


def follow_up_after(at: datetime, days: int) -> datetime:
    """At nine in the morning of that day, by the clock on the wall: nobody is asked at night."""
    then = local(at) + timedelta(days=days)
    return then.replace(hour=9, minute=0, second=0, microsecond=0).astimezone(UTC)
