"""What stands first on the desk, and why: one rule, said in words on the page and asked of the database.

Of two incidents that differ in one of RULES the one of which the weightiest holds comes first; of two alike, the newer.
So a knife with violence comes before violence, violence before all that has neither, and age decides what is left.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta

from shopalert.incidents.vocabulary import N_

REPEAT_WITHIN = timedelta(days=30)
REPEAT_FROM = 3  # so many incidents at one premises within that time, and it is hit again and again

VIOLENT = frozenset({"violence_worker", "robbery"})  # kinds that say it, whether or not the box was ticked
ARMED = frozenset({"weapon"})


@dataclass(frozen=True)
class Rule:
    """One reason to stand higher: its code, and its words on a card and on the page."""

    code: str
    label: str
    meaning: str


RULES: tuple[Rule, ...] = (
    Rule("violence", N_("Violence"), N_("Violence, or a robbery.")),
    Rule("weapon", N_("Weapon"), N_("A weapon was seen or shown.")),
    Rule("detained", N_("Person held"), N_("A person is being held.")),
    Rule("happening_now", N_("Happening now"), N_("Reported as it happens within the last day, no all clear yet.")),
    Rule("hate", N_("Hate"), N_("Reported as hate.")),
    Rule("repeat_premises", N_("Repeat premises"), N_("Three or more incidents at one premises within 30 days.")),
)  # fmt: skip
WEIGHT: dict[str, int] = {rule.code: 1 << place for place, rule in enumerate(reversed(RULES))}
HEAVIEST = sum(WEIGHT.values())


def holding(
    category_code: str,
    *,
    violence: bool = False,
    weapon: bool = False,
    happening_now: bool = False,
    flags: Collection[str] = (),
    at_premises: int = 0,
    exercise: bool = False,
) -> int:
    """The weight of one incident. Practice has none: it did not happen."""
    if exercise:
        return 0
    holds = {
        "violence": violence or category_code in VIOLENT,
        "weapon": weapon or category_code in ARMED,
        "detained": "detained" in flags,
        "happening_now": happening_now,
        "hate": "hate" in flags,
        "repeat_premises": at_premises >= REPEAT_FROM,
    }
    return sum(WEIGHT[code] for code, yes in holds.items() if yes)


def reasons(weight: int) -> list[Rule]:
    """The rules that make a weight, the weightiest first."""
    return [rule for rule in RULES if weight & WEIGHT[rule.code]]
