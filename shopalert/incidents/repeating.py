"""An urgent report that somebody let be is told to them once more, as long as it still holds."""

from __future__ import annotations

import uuid

import sqlalchemy as sa
from sqlalchemy.orm import Session

from shopalert.alerts import repeats
from shopalert.alerts.announcement import Announcement, Words, nothing_live, register
from shopalert.alerts.models import Event
from shopalert.incidents.announcements import REPEATED, say_report, weight_of_telling
from shopalert.incidents.models import Incident, ReadMark, ReadUpTo, Sighting, Step


def holds(incident: Incident | None) -> bool:
    """Urgent still: not withdrawn, no all clear, and not changed into something less."""
    if incident is None or incident.withdrawn_at is not None or incident.all_clear_at is not None:
        return False
    return incident.urgent


def who_let_it_be(session: Session, event: Event) -> set[uuid.UUID]:
    return repeats.let_be(session, event) if holds(session.get(Incident, event.incident_id)) else set()


def who_acted(session: Session, incident_id: uuid.UUID) -> set[uuid.UUID]:
    """Who has read it, said to have read everything since, seen them somewhere, or done something with the report."""
    incident = session.get_one(Incident, incident_id)
    asked = (
        sa.select(ReadMark.user_id).where(ReadMark.incident_id == incident_id),
        sa.select(ReadUpTo.user_id).where(
            ReadUpTo.scheme_id == incident.scheme_id, ReadUpTo.at >= incident.received_at
        ),
        sa.select(Sighting.author_id).where(Sighting.incident_id == incident_id),
        sa.select(Step.author_id).where(Step.incident_id == incident_id),
    )
    return {incident.author_id}.union(*(session.scalars(each) for each in asked))


def words_of_repeat(session: Session, event: Event, level: str) -> Words | None:
    """As at first, said to be a reminder; nothing where it has ended since."""
    holding = holds(session.get(Incident, event.incident_id))
    return say_report(session, event, level, again=True) if holding else None


def register_all() -> None:
    register(
        Announcement(REPEATED, nothing_live, who_let_it_be, words_of_repeat, weight_of_telling, mails=False)
    )
    if who_acted not in repeats.acted:
        repeats.acted.append(who_acted)
