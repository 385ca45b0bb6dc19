"""The lines of an incident's chat: what was said (by the chat), seen, and done.

Rooms above this one that have lines of their own register a source.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session, joinedload

from shopalert.directions import apart
from shopalert.incidents.cards import Picture, place_of
from shopalert.incidents.exercise import marked
from shopalert.incidents.models import Sighting, Step
from shopalert.schemes.names import Byline, bylines
from shopalert.words import initials


@dataclass(frozen=True)
class Quote:
    """The line that another answers: short, and where it stands."""

    dom_id: str
    who: str
    text: str
    audience: str = "members"


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
    url: str = ""  # where all stands that can be done with it
    thread: str = ""  # which business it is between and the police
    quote: Quote | None = None
    edited_at: datetime | None = None
    gone: str = ""  # what stands in its place: removed, or hidden
    answers: str = ""  # the page on which it is answered with a quote
    about: str = ""  # what it is said about, for scripts; nothing: its incident
    mentioned: tuple[str, ...] = ()  # the names in it that tell somebody, as who looks reads them

    @property
    def dom_id(self) -> str:
        return f"{self.kind}-{self.id}"

    @property
    def initials(self) -> str:
        return initials(self.who)

    @property
    def pieces(self) -> list[tuple[str, bool]]:
        """The text in pieces, and which of them are mentions."""
        if not self.mentioned:
            return [(self.text, False)]
        names = "|".join(re.escape(f"@{name}") for name in sorted(self.mentioned, key=len, reverse=True))
        parts = re.split(f"({names})", self.text)
        return [(part, at % 2 == 1) for at, part in enumerate(parts) if part]


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
        f"{text}. {apart(sighting.note)}" if sighting.note else text, sighting.seen_at, sighting.author_id, icon="eye",
    )  # fmt: skip


STEPS = {
    "edited": "edit", "all_clear": "check", "withdrawn": "undo", "resolved": "check", "reopened": "refresh",
    "slower": "hourglass", "freely": "chat",
}  # fmt: skip


def line_of_step(step: Step, by: Byline) -> Line:
    said = {
        "edited": _("%(who)s changed the report", who=by.who),
        "all_clear": _("All clear, says %(who)s", who=by.who),
        "withdrawn": _("%(who)s withdrew the report: %(reason)s", who=by.who, reason=step.note),
        "resolved": _("%(who)s marked this as resolved", who=by.who),
        "reopened": _("%(who)s opened this again", who=by.who),
        "slower": _("%(who)s set one message a person every %(n)s seconds", who=by.who, n=step.note),
        "freely": _("%(who)s ended slow mode", who=by.who),
    }
    text = said.get(step.kind, step.kind)
    return Line(
        step.id, "step", step.incident_id, by.who, text, step.at, step.author_id,
        icon=STEPS.get(step.kind),
    )  # fmt: skip


def sightings(session: Session, incident_id: uuid.UUID) -> list[Line]:
    query = sa.select(Sighting).where(Sighting.incident_id == incident_id)
    return rows_as_lines(session, query.options(joinedload(Sighting.premises)), line_of_sighting)


def steps(session: Session, incident_id: uuid.UUID) -> list[Line]:
    return rows_as_lines(session, sa.select(Step).where(Step.incident_id == incident_id), line_of_step)


def rows_as_lines(
    session: Session, query: sa.Select[Any], line_of: Callable[[Any, Byline], Line]
) -> list[Line]:
    """Rows of one incident as the lines that `line_of` makes of them, each by its author: two queries for all."""
    rows = list(session.scalars(query))
    by = bylines_of(session, rows)
    return [line_of(row, by[row.author_id]) for row in rows]


def bylines_of(session: Session, rows: Sequence[Any]) -> dict[uuid.UUID, Byline]:
    """Who wrote these rows of one incident, as who looks may read it."""
    return bylines(session, rows[0].scheme_id, {row.author_id for row in rows}) if rows else {}


sources += [sightings, steps]
