"""The lines of an incident's chat: what was said (by the chat), seen, and done.

Rooms above this one that have lines of their own register a source.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session, joinedload

from shopalert.incidents.cards import Picture, place_of
from shopalert.incidents.exercise import marked
from shopalert.incidents.models import Sighting, Step
from shopalert.schemes.names import Byline, bylines
from shopalert.words import initials


@dataclass(frozen=True)
class Line:
    """One line: a comment, a sighting or a step; the same for everybody of its audience."""

    id: uuid.UUID
    kind: str
    incident_id: uuid.UUID
    who: str
    text: str
    at: datetime
    author_id: uuid.UUID
    role_badge: str | None = None
    employer: str = ""
    audience: str = "members"
    icon: str | None = None
    pictures: list[Picture] = field(default_factory=list)
    exercise: bool = False

    @property
    def dom_id(self) -> str:
        return f"{self.kind}-{self.id}"

    @property
    def initials(self) -> str:
        return initials(self.who)


Source = Callable[[Session, uuid.UUID], list[Line]]
sources: list[Source] = []


def lines_of(session: Session, incident_id: uuid.UUID) -> list[Line]:
    """All lines of an incident that the session sees, oldest first."""
    found = [line for source in sources for line in source(session, incident_id)]
    return marked(session, sorted(found, key=lambda line: (line.at, str(line.id))))


def line_of_sighting(sighting: Sighting, by: Byline) -> Line:
    premises = sighting.premises
    place = place_of(premises.name, premises.street) if premises else ""
    text = _("Seen at %(place)s", place=place) if place else _("Seen again")
    return Line(
        sighting.id, "sighting", sighting.incident_id, by.who,
        f"{text}. {sighting.note}" if sighting.note else text, sighting.seen_at, sighting.author_id, icon="eye",
    )  # fmt: skip


STEPS = {"edited": "edit", "all_clear": "check", "withdrawn": "undo"}


def line_of_step(step: Step, by: Byline) -> Line:
    said = {
        "edited": _("%(who)s changed the report", who=by.who),
        "all_clear": _("All clear, says %(who)s", who=by.who),
        "withdrawn": _("%(who)s withdrew the report: %(reason)s", who=by.who, reason=step.note),
    }
    text = said.get(step.kind, step.kind)
    return Line(
        step.id, "step", step.incident_id, by.who, text, step.at, step.author_id,
        icon=STEPS.get(step.kind),
    )  # fmt: skip


def sightings(session: Session, incident_id: uuid.UUID) -> list[Line]:
    query = sa.select(Sighting).where(Sighting.incident_id == incident_id)
    rows = list(session.scalars(query.options(joinedload(Sighting.premises))))
    by = bylines_of(session, rows)
    return [line_of_sighting(row, by[row.author_id]) for row in rows]


def steps(session: Session, incident_id: uuid.UUID) -> list[Line]:
    rows = list(session.scalars(sa.select(Step).where(Step.incident_id == incident_id)))
    by = bylines_of(session, rows)
    return [line_of_step(row, by[row.author_id]) for row in rows]


def bylines_of(session: Session, rows: Sequence[Any]) -> dict[uuid.UUID, Byline]:
    """Who wrote these rows of one incident, as who looks may read it."""
    return bylines(session, rows[0].scheme_id, {row.author_id for row in rows}) if rows else {}


sources += [sightings, steps]
