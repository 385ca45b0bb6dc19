"""What became of an incident as lines of its chat and as chips of its card."""

from __future__ import annotations

import uuid
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from shopalert.incidents.cards import Chip, more_chips
from shopalert.incidents.lines import Line, rows_as_lines, sources
from shopalert.outcomes.models import PoliceNote, PoliceStep
from shopalert.outcomes.standing import Standing
from shopalert.outcomes.vocabulary import NOT_REPORTED, STATION
from shopalert.schemes.names import Byline
from shopalert.words import local, on_day


def line_of_step(step: PoliceStep, by: Byline) -> Line:
    """PC Mercer: suspect arrested, 24 November. The day is said where it was another than that of the line."""
    what = _(step.station.label)
    if step.happened_on != local(step.at).date():
        what = _("%(what)s on %(day)s", what=what, day=on_day(step.happened_on))
    text = ". ".join(part.rstrip(".") for part in (what, step.sentence, step.note) if part)
    if step.taken_back_at is not None:
        text = _("Taken back, it was not so: %(what)s", what=what)
    return Line(
        step.id, "step", step.incident_id, by.who, _("%(who)s: %(what)s", who=by.who, what=text), step.at,
        step.author_id, icon="undo" if step.taken_back_at else "shield",
    )  # fmt: skip


def line_of_note(note: PoliceNote, by: Byline) -> Line:
    text = _("%(who)s: %(what)s", who=by.who, what=note.text)
    return Line(
        note.id,
        "step",
        note.incident_id,
        by.who,
        text,
        note.at,
        note.author_id,
        audience="police",
        icon="lock",
    )


def step_lines(session: Session, incident_id: uuid.UUID) -> list[Line]:
    return rows_as_lines(
        session, sa.select(PoliceStep).where(PoliceStep.incident_id == incident_id), line_of_step
    )


def note_lines(session: Session, incident_id: uuid.UUID) -> list[Line]:
    """The wall gives them to the police alone."""
    return rows_as_lines(
        session, sa.select(PoliceNote).where(PoliceNote.incident_id == incident_id), line_of_note
    )


def chips(row: Any) -> list[Chip]:
    """Where it stands with the police: one chip, and that there is a crime number."""
    found = []
    code = Standing(row.progress, row.outcome, row.court).code
    if row.crime_number:
        found.append(Chip("plain", _("Crime number"), "shield"))
    if code != NOT_REPORTED and not (row.crime_number and code == "recorded"):
        found.append(Chip("plain", _(STATION[code].short), "shield"))
    return found


def register_all() -> None:
    if step_lines not in sources:
        sources.extend((step_lines, note_lines))
        more_chips.append(chips)
