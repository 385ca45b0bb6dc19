"""What a version of a report said, row by row in words; and where two of them differ."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from shopalert.incidents.telling import (
    answer_words,
    came_to_words,
    flag_words,
    goods_words,
    person_words,
    vehicle_words,
)
from shopalert.incidents.vocabulary import N_
from shopalert.words import money, when_written

LABELS = {
    "kind": N_("Kind"),
    "exercise": N_("Exercise"),
    "narrative": N_("What happened"),
    "occurred_at": N_("When"),
    "occurred_until": N_("Until"),
    "premises": N_("Where"),
    "in_progress": N_("Happening now"),
    "violence": N_("Violence"),
    "weapon": N_("Weapon"),
    "told_police": N_("Police know"),
    "came_to": N_("What came of it"),
    "value_lost": N_("Lost"),
    "value_recovered": N_("Got back"),
    "people_count": N_("How many people"),
    "people": N_("People"),
    "vehicles": N_("Vehicles"),
    "goods": N_("Goods"),
    "direction": N_("Which way"),
    "words_spoken": N_("Words spoken"),
    "flags": N_("What else matters"),
    "answers": N_("Questions"),
}


@dataclass(frozen=True)
class Row:
    """One row of a report, as it was before and as it is."""

    label: str
    before: str
    words: str


def said_of(
    facts: dict[str, Any],
    kinds: dict[str, str],
    places: dict[str, str],
    *,
    guarded: bool = False,
    reads_people: bool = True,
    whole_plate: bool = False,
    appearance: bool = False,
) -> dict[str, str]:
    """The words of everything that was said, as far as this reader reads it; `facts` as of `Facts.as_json`."""
    code = facts.get("category_own") or facts.get("category_code", "")
    people = facts.get("people", []) if reads_people else []
    lists = {
        "people": [person_words(row, appearance) for row in people],
        "vehicles": [vehicle_words(row, whole_plate) for row in facts.get("vehicles", [])],
        "goods": [goods_words(row) for row in facts.get("goods", [])],
        "flags": flag_words(facts.get("flags", []), guarded),
        "answers": [
            f"{asked} {said}"
            for asked, said in answer_words(facts.get("category_code", ""), facts.get("answers", {}))
        ],
    }
    words = {
        "kind": kinds.get(code, code),
        "premises": places.get(str(facts.get("premises_id")), ""),
        "came_to": came_to_words(facts.get("came_to", "")),
        "value_lost": money(facts.get("value_lost_pence")),
        "value_recovered": money(facts.get("value_recovered_pence")),
        "people_count": str(facts.get("people_count") or ""),
        **{name: facts.get(name) or "" for name in ("narrative", "direction", "words_spoken")},
        **{name: time_words(facts.get(name)) for name in ("occurred_at", "occurred_until")},
        **{
            name: _("Yes") if facts.get(name) else ""
            for name in ("in_progress", "violence", "weapon", "told_police", "exercise")
        },
        **{name: "\n".join(lines) for name, lines in lists.items()},
    }
    return {name: words[name] for name in LABELS}


def time_words(kept: str | None) -> str:
    return when_written(kept) if kept else ""


def rows_of(now: dict[str, str], before: dict[str, str] | None = None) -> list[Row]:
    """What differs from the version before; of the first version everything that was said."""
    return [
        Row(_(label), (before or {}).get(name, ""), now[name])
        for name, label in LABELS.items()
        if now[name] != (before or {}).get(name, "")
    ]
