"""Two clocks on everything personal: until when members see it, and when it is erased.

The defaults hold until a scheme sets its own; the enforcement will stand on these columns.
"""

from __future__ import annotations

from datetime import datetime, timedelta

MONTH = timedelta(days=365.25 / 12)

# thing: (months shown to members, months kept)
CLOCKS = {
    "incident": (12, 24),
    "comment": (12, 24),
    "sighting": (12, 24),
    "picture": (12, 24),
    "bulletin": (12, 24),
    "person": (3, 6),  # an unidentified person; renewed only by a new linked incident
    "upload": (
        0,
        1,
    ),  # that a file came in pieces, and how it was called; the file itself is a picture's kind
    "help": (1, 6),  # who called for help and who came; who was safe at a roll call
    "welfare": (1, 3),  # how somebody said they were after violence: for their coordinator and their lead
    "withdrawn": (0, 1),  # 30 days, then erased
}


def shown_until(thing: str, at: datetime) -> datetime:
    """The moment from which members no longer see a thing of this kind made at `at`."""
    return at + CLOCKS[thing][0] * MONTH


def kept_until(thing: str, at: datetime) -> datetime:
    """The moment at which a thing of this kind made at `at` is erased."""
    return at + CLOCKS[thing][1] * MONTH


def clocks(thing: str, at: datetime) -> dict[str, datetime]:
    """Both clocks, as the columns of `Kept`."""
    return {"shown_until": shown_until(thing, at), "kept_until": kept_until(thing, at)}
