"""How far a report is from what a force needs before it will record: a pure function of what was said.

And the grounds on which to ring 999, and on which police attend, as far as they are true of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from shopalert.police.vocabulary import GROUNDS_999, GROUNDS_TO_ATTEND, OF_GOODS, OF_VEHICLES, Need

SERIOUS = frozenset({"robbery", "burglary", "violence_worker", "weapon"})
ABOUT_TO = frozenset({"threats_abuse"})  # threats may be followed by it
HELD_FIRST = ("child", "repeat")


class Report(Protocol):
    """What is asked of an incident."""

    category_code: str
    narrative: str
    occurred_at: Any
    premises_id: Any
    people: list[Any]
    people_count: int | None
    vehicles: list[Any]
    goods: list[Any]
    value_lost_pence: int | None
    violence: bool
    weapon: bool
    flags: list[Any]
    came_to: str

    @property
    def happening_now(self) -> bool: ...


class Beside(Protocol):
    """What was given for the police beside it."""

    contact_name: str
    contact_number: str
    available: str
    cctv: str
    support: str
    reported_elsewhere: str
    evidence: str


@dataclass(frozen=True)
class Meter:
    """What is there of what the force needs, and what is missing, in the order in which it asks."""

    needed: tuple[Need, ...]
    missing: tuple[Need, ...]

    @property
    def there(self) -> int:
        return len(self.needed) - len(self.missing)

    @property
    def full(self) -> bool:
        return not self.missing


def meter(needs: Sequence[Need], report: Report, beside: Beside | None) -> Meter:
    """What this report still lacks. What can't be asked of its kind is not asked."""
    needed = tuple(need for need in needs if fits(need, report))
    there = said(report, beside)
    return Meter(needed, tuple(need for need in needed if not there[need.code]))


def fits(need: Need, report: Report) -> bool:
    """Whether it can be asked of such a report."""
    if need.code in ("goods", "value"):
        return report.category_code in OF_GOODS and not report.came_to
    if need.code == "vehicle":
        return report.category_code in OF_VEHICLES or bool(report.vehicles)
    return True


def said(report: Report, beside: Beside | None) -> dict[str, bool]:
    """Each need: whether something was said of it."""
    return {
        "happened": bool(report.narrative.strip()),
        "when": report.occurred_at is not None,
        "place": report.premises_id is not None,
        "goods": bool(report.goods),
        "value": report.value_lost_pence is not None,
        "description": bool(report.people),
        "vehicle": bool(report.vehicles),
        "contact": bool(beside and beside.contact_name),
        "number": bool(beside and beside.contact_number),
        "available": bool(beside and beside.available),
        "cctv": bool(beside and beside.cctv),
        "support": bool(beside and beside.support),
        "elsewhere": bool(beside and beside.reported_elsewhere),
    }


# ---- grounds


def grounds_999(report: Report) -> list[str]:
    """On which of these grounds to ring 999 now, in words."""
    now = report.happening_now
    true = {
        "life": now and "injury" in report.flags,
        "in_progress": now and report.category_code in SERIOUS,
        "violence": now and (report.violence or report.weapon or report.category_code in ABOUT_TO),
        "property": now and report.category_code == "damage",
        "detained": now and "detained" in report.flags,
    }
    return [words for code, words in GROUNDS_999 if true[code]]


def grounds_to_attend(report: Report, beside: Beside | None) -> list[str]:
    """On which of these grounds the police attend, in words."""
    held = "detained" in report.flags
    first = held and any(flag in report.flags for flag in HELD_FIRST)
    true = {
        "violence": report.violence,
        "detained": held and not first,
        "detained_first": first,
        "evidence": bool(beside and beside.evidence == "yes"),
    }
    return [words for code, words in GROUNDS_TO_ATTEND if true[code]]
