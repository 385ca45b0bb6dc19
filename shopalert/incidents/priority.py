"""How pressing an incident is, and why: one rule, for the ring of a phone, for lists, and for the form that shows it.

The Retail Crime Action Plan asks shops to put first: violence or its threat, hate, prolific or juvenile, organised,
high value or sensitive goods [rcap-cs]. What happens now, hurts or holds somebody rings through quiet hours as well.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from shopalert.incidents.vocabulary import N_

ORDINARY, FIRST, URGENT = 0, 1, 2  # sorts; preferences compare with it

HIGH_VALUE_PENCE = 50_000  # no law says what is high; never the old £200 line of the courts
URGENT_CATEGORIES = frozenset({"violence_worker", "robbery", "weapon"})
FIRST_CATEGORIES = frozenset({"threats_abuse"})
LEVEL_OF = dict.fromkeys(FIRST_CATEGORIES, FIRST) | dict.fromkeys(URGENT_CATEGORIES, URGENT)
URGENT_FLAGS = ("injury", "detained")
FIRST_FLAGS = ("hate", "child", "organised", "repeat", "sensitive_goods", "staff_targeted")

REASONS = {
    "happening_now": N_("happening now"),
    "violence": N_("violence"),
    "weapon": N_("a weapon"),
    "category": N_("its kind"),
    "injury": N_("somebody is hurt"),
    "detained": N_("a person is held"),
    "hate": N_("hate"),
    "child": N_("a child"),
    "organised": N_("organised"),
    "repeat": N_("the same person again"),
    "sensitive_goods": N_("dangerous goods"),
    "staff_targeted": N_("staff were singled out"),
    "high_value": N_("high value"),
}


@dataclass(frozen=True)
class Priority:
    """A level, and the codes of REASONS that make it, weightiest first."""

    level: int
    reasons: tuple[str, ...] = ()

    @property
    def urgent(self) -> bool:
        return self.level == URGENT


def priority_of(
    category_code: str,
    *,
    happening_now: bool = False,
    violence: bool = False,
    weapon: bool = False,
    flags: Collection[str] = (),
    value_lost_pence: int | None = None,
) -> Priority:
    """The priority of what was said. More said never makes it less pressing."""
    urgent = {
        "happening_now": happening_now,
        "violence": violence,
        "weapon": weapon,
        "category": category_code in URGENT_CATEGORIES,
        **{flag: flag in flags for flag in URGENT_FLAGS},
    }
    first = {
        "category": category_code in FIRST_CATEGORIES,
        **{flag: flag in flags for flag in FIRST_FLAGS},
        "high_value": (value_lost_pence or 0) >= HIGH_VALUE_PENCE,
    }
    reasons = [reason for reason, holds in (*urgent.items(), *first.items()) if holds]
    level = URGENT if any(urgent.values()) else FIRST if any(first.values()) else ORDINARY
    return Priority(level, tuple(dict.fromkeys(reasons)))
