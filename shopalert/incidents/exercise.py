"""Practice: an incident that did not happen. It rings like a real one, says so wherever it stands, and counts nowhere.

What counts incidents asks `Incident.real()`; what shows or sends one takes its title from here.
"""

from __future__ import annotations

import uuid
from dataclasses import replace
from typing import TYPE_CHECKING

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from shopalert.incidents.models import Incident

if TYPE_CHECKING:
    from shopalert.incidents.lines import Line


def titled(title: str, exercise: bool) -> str:
    """EXERCISE first, in words: on a lock screen nothing else is sure to be seen."""
    return _("EXERCISE: %(title)s", title=title) if exercise else title


def is_exercise(session: Session, incident_id: uuid.UUID | None) -> bool:
    return bool(session.scalar(sa.select(Incident.exercise).where(Incident.id == incident_id)))


def marked(session: Session, lines: list[Line]) -> list[Line]:
    """The lines of one incident's chat, each saying that it is practice where it is."""
    if not lines or not is_exercise(session, lines[0].incident_id):
        return lines
    return [replace(line, exercise=True) for line in lines]
