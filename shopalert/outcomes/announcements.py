"""What a step says: on open screens a line and the card, to the reporter and who follows it an alert."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from shopalert.alerts.announcement import Announcement, Message, Weight, Words, register
from shopalert.alerts.models import Event
from shopalert.incidents.announcements import (
    about,
    fragment_of_row,
    reporter_and_followers,
    show_card,
    words,
)
from shopalert.incidents.exercise import is_exercise
from shopalert.outcomes.lines import line_of_note, line_of_step
from shopalert.outcomes.models import PoliceNote, PoliceStep


def show_step(session: Session, event: Event) -> list[Message]:
    """The card, and the line in its chat."""
    return [*show_card(session, event), *show_line(session, event, PoliceStep, line_of_step)]


def show_note(session: Session, event: Event) -> list[Message]:
    """For the police alone, as its event is."""
    return show_line(session, event, PoliceNote, line_of_note)


def show_line(session: Session, event: Event, model: Any, line: Any) -> list[Message]:
    row = session.get(model, event.thing_id)
    found = about(session, event)
    if row is None or found is None or found[2].withdrawn_at is not None:
        return []
    return [Message("step", fragment_of_row(session, row, line))]


def weight_of_step(session: Session, event: Event) -> Weight | None:
    """To those who wait for it, wherever it is; it wakes nobody in quiet hours."""
    return Weight(personal=True, practice=is_exercise(session, event.incident_id))


def words_of_step(session: Session, event: Event, level: str) -> Words | None:
    """`Suspect arrested`, `High Street`: a word of the list, never what was noted."""
    found, step = about(session, event), session.get(PoliceStep, event.thing_id)
    if found is None or step is None:
        return None
    if level == "discreet" or step.taken_back_at is not None:
        return words(found[2], _("News of a report"), _("Open to read it"))
    return words(
        found[2], _("Police: %(what)s", what=_(step.station.short)), found[1] or _("Open to read it")
    )


def words_of_taking_back(session: Session, event: Event, level: str) -> Words | None:
    found = about(session, event)
    title = _("News of a report") if level == "discreet" else _("Police: put right")
    return words(found[2], title, _("Open to read it")) if found else None


def register_all() -> None:
    register(
        Announcement("progress.added", show_step, reporter_and_followers, words_of_step, weight_of_step),
        Announcement(
            "progress.taken_back", show_step, reporter_and_followers, words_of_taking_back, weight_of_step
        ),
        Announcement("progress.noted", show_note),
    )
