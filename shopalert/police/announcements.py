"""What the police's numbers say: lines in the chat, the card, and an alert to the reporter and who follows it."""

from __future__ import annotations

import uuid

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from shopalert.alerts.announcement import Announcement, Message, Words, register
from shopalert.alerts.models import Event
from shopalert.incidents.announcements import (
    about,
    fragment_of_row,
    reporter_and_followers,
    show_card,
    words,
)
from shopalert.incidents.lines import Line, rows_as_lines, sources
from shopalert.outcomes.announcements import weight_of_step
from shopalert.outcomes.lines import line_of_step
from shopalert.outcomes.models import PoliceStep
from shopalert.police.models import PoliceNumber
from shopalert.police.numbers import LABELS
from shopalert.schemes.names import Byline


def line_of_number(row: PoliceNumber, by: Byline) -> Line:
    facts = {"who": by.who, "what": _(LABELS[row.kind]), "number": row.number}
    text = (
        _("%(who)s: %(what)s %(number)s", **facts) if row.number else _("%(who)s: %(what)s removed", **facts)
    )
    return Line(row.id, "step", row.incident_id, by.who, text, row.at, row.author_id, icon="shield")


def number_lines(session: Session, incident_id: uuid.UUID) -> list[Line]:
    query = sa.select(PoliceNumber).where(PoliceNumber.incident_id == incident_id)
    return rows_as_lines(session, query, line_of_number)


def show_numbers(session: Session, event: Event) -> list[Message]:
    """The card, a line for each number, and one for what they show."""
    found = show_card(session, event)
    if found[0].event == "gone":
        return found
    for row_id in event.facts["rows"]:
        if (row := session.get(PoliceNumber, uuid.UUID(row_id))) is not None:
            found.append(Message("step", fragment_of_row(session, row, line_of_number)))
    if event.facts["step"] and (step := session.get(PoliceStep, uuid.UUID(event.facts["step"]))) is not None:
        found.append(Message("step", fragment_of_row(session, step, line_of_step)))
    return found


def words_of_numbers(session: Session, event: Event, level: str) -> Words | None:
    """`Police: number added`; never the number."""
    found = about(session, event)
    if found is None:
        return None
    if level == "discreet":
        return words(found[2], _("News of a report"), _("Open to read it"))
    return words(found[2], _("Police: number added"), found[1] or _("Open to read it"))


def register_all() -> None:
    if number_lines not in sources:
        sources.append(number_lines)
    register(
        Announcement("police.numbers", show_numbers, reporter_and_followers, words_of_numbers, weight_of_step)
    )
