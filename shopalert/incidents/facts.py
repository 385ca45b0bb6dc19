"""What a report says, as it was understood: one value for the row, its versions, and the hash of what was sent."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, fields
from datetime import datetime
from typing import Any

Row = dict[str, Any]  # one person, vehicle or line of goods: only what was said, by its codes

ALWAYS = (
    "category_code", "occurred_at", "narrative", "premises_id", "in_progress", "violence", "weapon", "value_lost_pence",
)  # fmt: skip


@dataclass(frozen=True)
class Facts:
    """What a report says. Values in pence; times are aware."""

    category_code: str
    occurred_at: datetime
    narrative: str = ""
    premises_id: uuid.UUID | None = None
    in_progress: bool = False
    violence: bool = False
    weapon: bool = False
    value_lost_pence: int | None = None
    category_own: str = ""  # the code of a kind that the scheme added; `category_code` is what it counts as
    occurred_until: datetime | None = None
    came_to: str = ""
    people_count: int | None = None
    value_recovered_pence: int | None = None
    direction: str = ""
    words_spoken: str = ""
    told_police: bool = False
    exercise: bool = False
    flags: list[str] = field(default_factory=list)
    people: list[Row] = field(default_factory=list)
    vehicles: list[Row] = field(default_factory=list)
    goods: list[Row] = field(default_factory=list)
    answers: dict[str, str] = field(default_factory=dict)

    @classmethod
    def standing(cls, incident: Any) -> Facts:
        """What an incident says now."""
        return cls(**{one.name: getattr(incident, one.name) for one in fields(cls)})

    def as_json(self) -> dict[str, Any]:
        """For a version and for the hash: the same words for the same facts.

        What was left empty is left out, so that a report keeps its hash when the form learns to ask for more.
        """
        said = {name: plain(value) for name, value in asdict(self).items()}
        return {name: value for name, value in said.items() if name in ALWAYS or not is_empty(value)}


def plain(value: Any) -> Any:
    """The value as JSON has it."""
    return value if value is None or isinstance(value, str | int | bool | list | dict) else str(value)


def is_empty(value: Any) -> bool:
    """Nothing was said; a nought was."""
    return value is None or value is False or value in ("", [], {})


def goods_value(goods: Iterable[Row], recovered: bool = False) -> int | None:
    """What the lines of goods come to, or those that were got back; None where no line has a value."""
    lines = [line for line in goods if line.get("recovered") or not recovered]
    priced = [line.get("count", 1) * line["each_pence"] for line in lines if "each_pence" in line]
    return sum(priced) if priced else None
