"""Which pieces fit an incident, and why, in words. Pure: no clock, no database, no viewer.

A piece is suggested where it is about the kind that was reported, or about a grave sign of it. One for certain
premises is suggested only where it is known that it happened at such. Every reason given is true of the incident.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext as _

from shopalert.advice.pieces import Piece
from shopalert.advice.vocabulary import AGAIN, AGAIN_HERE, GRAVE_SIGNS, NIGHT, SIGNS, TRADES, WITHIN_DAYS
from shopalert.words import local

MOST = 3
SAID = 2  # reasons that are read out: the weightiest
KIND, PREMISES = "kind", "premises"  # beside SIGNS: what a reason may be


@dataclass(frozen=True)
class Case:
    """What suggestions go by."""

    kind: str  # its code
    label: str = ""  # what its scheme calls that
    signs: frozenset[str] = field(default_factory=frozenset)
    here: int = 0  # the how many-eth report of this kind at this place within WITHIN_DAYS
    trade: str = ""  # of the premises where it happened; empty: not known


@dataclass(frozen=True)
class Suggestion:
    """A piece, and what of it is true here: codes of SIGNS, KIND, PREMISES, weightiest first."""

    piece: Piece
    reasons: tuple[str, ...]
    weight: int


def case_of(incident: Any, label: str = "", here: int = 0, trade: str = "") -> Case:
    """An incident as suggestions see it."""
    signs = {sign for sign in ("weapon", "violence", "in_progress") if getattr(incident, sign)}
    signs |= set(incident.flags) & set(SIGNS)
    hour = local(incident.occurred_at).hour
    if incident.occurred_until is None and (hour >= 22 or hour < 6):
        signs.add(NIGHT)
    if here >= AGAIN:
        signs.add(AGAIN_HERE)
    return Case(incident.category_code, label, frozenset(signs), here, trade if trade in TRADES else "")


def suggest(case: Case, pieces: Iterable[Piece], many: int = MOST) -> list[Suggestion]:
    """The pieces that fit best, the best first; equal ones as they stand in the library."""
    found = [each for piece in pieces if (each := suggestion(case, piece)) is not None]
    return sorted(found, key=lambda each: -each.weight)[:many]


def suggestion(case: Case, piece: Piece) -> Suggestion | None:
    """The piece with its reasons, or nothing where it does not fit."""
    if piece.premises and case.trade not in piece.premises:
        return None
    signs = [sign for sign in SIGNS if sign in piece.flags and sign in case.signs]
    grave = [sign for sign in signs if sign in GRAVE_SIGNS]
    about = case.kind in piece.kinds
    if not (about or grave):
        return None
    reasons = [*signs, *([PREMISES] if piece.premises else []), *([KIND] if about else [])]
    weight = 6 * len(grave) + 3 * (len(signs) - len(grave)) + 3 * bool(piece.premises) + 3 * about
    weight += about and len(piece.kinds) <= 3  # what is about little is about this
    return Suggestion(piece, tuple(reasons), weight)


# ---- in words


def in_words(case: Case, reason: str) -> str:
    """“because a weapon was seen”."""
    if reason == KIND:
        return _("because it was reported as “%(kind)s”", kind=case.label)
    if reason == PREMISES:
        return _("because of where it was: %(premises)s", premises=TRADES[case.trade])
    if reason == AGAIN_HERE:
        return _(
            "because this is the %(nth)s “%(kind)s” here in %(days)d days",
            nth=nth(case.here), kind=case.label, days=WITHIN_DAYS,
        )  # fmt: skip
    return str(SIGNS[reason])


def nth(number: int) -> str:
    """Third, fourth; from eleven on in figures."""
    names = (
        _("first"), _("second"), _("third"), _("fourth"), _("fifth"), _("sixth"), _("seventh"), _("eighth"), _("ninth"),
        _("tenth"),
    )  # fmt: skip
    if 1 <= number <= len(names):
        return names[number - 1]
    ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"
