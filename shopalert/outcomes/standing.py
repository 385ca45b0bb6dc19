"""Where a crime stands, out of all that was said of it: pure rules, and what may be said next.

The steps are read in the order in which things happened, whatever the order in which they were entered. An outcome
stands until something happens that it rules out: a suspect identified after "no suspect" opens the case again. A
result of a court follows a charge and nothing else. Where the outcome is not a charge, or a court has ended the case,
the police have closed it, whether or not somebody said so.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol, TypeVar

from shopalert.outcomes.vocabulary import AFTER_CHARGE, CHARGED, CLOSED, NOT_REPORTED, STATION


class Happened(Protocol):
    """What is asked of a step."""

    @property
    def code(self) -> str: ...
    @property
    def happened_on(self) -> date: ...
    @property
    def number(self) -> int: ...


@dataclass(frozen=True)
class Standing:
    """The latest of each list that still holds; `astray` says that a court's result follows no charge."""

    progress: str = NOT_REPORTED
    outcome: str = ""
    court: str = ""
    astray: bool = False

    @property
    def code(self) -> str:
        """What stands foremost: the one word for a card."""
        return self.court or self.outcome or self.progress


@dataclass(frozen=True)
class Planned:
    """A step as it would be."""

    code: str
    happened_on: date
    number: int


Step = TypeVar("Step", bound=Happened)


def in_order(steps: Iterable[Step]) -> list[Step]:
    """As things happened; on one day as they were entered."""
    return sorted(steps, key=lambda step: (step.happened_on, step.number))


def standing(steps: Iterable[Happened]) -> Standing:
    """Where it stands after these steps, taken-back ones left out."""
    progress, outcome, court, astray = NOT_REPORTED, "", "", False
    for step in in_order(steps):
        kind = STATION[step.code].kind
        if kind == "outcome":
            outcome, court = step.code, ""
            progress = progress if outcome == CHARGED else CLOSED
        elif kind == "court":
            if outcome == CHARGED:
                court, progress = step.code, CLOSED
            else:
                astray = True
        else:
            progress = step.code
            if step.code not in (AFTER_CHARGE if outcome == CHARGED else {CLOSED}):
                outcome, court = "", ""
            elif step.code != CLOSED:
                court = ""
    return Standing(progress, outcome, court, astray)


# ---- what may be said next

SAID_ALREADY, NOT_CHARGED, COURT_NEEDS_IT = "said_already", "not_charged", "court_needs_it"


def refusal(steps: Sequence[Happened], new: Planned) -> str:
    """Why this step can't be added, or nothing."""
    if any(step.code == new.code and step.happened_on == new.happened_on for step in steps):
        return SAID_ALREADY
    after = standing([*steps, new])
    if after.astray:
        return NOT_CHARGED if STATION[new.code].kind == "court" else COURT_NEEDS_IT
    return ""


def refusal_to_take_back(steps: Sequence[Happened], number: int) -> str:
    """Why the step of this number can't be taken back, or nothing."""
    rest = [step for step in steps if step.number != number]
    return COURT_NEEDS_IT if standing(rest).astray else ""
