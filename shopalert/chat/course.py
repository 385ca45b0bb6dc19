"""How a chat goes: resolved and opened again, and how fast lines may follow each other."""

from __future__ import annotations

import math
import uuid
from datetime import datetime, timedelta

import sqlalchemy as sa

from shopalert.alerts.outbox import announce
from shopalert.chat.models import Comment
from shopalert.db import act, db, the_act
from shopalert.incidents.actions import Withdrawn, step
from shopalert.incidents.models import Incident
from shopalert.schemes.viewer import Viewer

PACES = (0, 30, 60, 300)  # seconds between two lines of one person


class TooSoon(Exception):
    """The chat is in slow mode; `wait` is in seconds."""

    def __init__(self, wait: int) -> None:
        super().__init__(str(wait))
        self.wait = wait


def latest(incident: Incident) -> Incident:
    """As it stands now; its report gets no new version by this. Raises Withdrawn."""
    fresh = db.session.get(Incident, incident.id, with_for_update=True, populate_existing=True)
    if fresh is None or fresh.withdrawn_at is not None:
        raise Withdrawn
    the_act().about = fresh
    return fresh


@act("chat.resolve")
def resolve(viewer: Viewer, incident: Incident, resolved: bool) -> None:
    """Nothing more is asked here, or something is again. Said twice it is said once."""
    incident = latest(incident)
    if (incident.resolved_at is not None) == resolved:
        return
    incident.resolved_at = the_act().at if resolved else None
    line = step(incident, "resolved" if resolved else "reopened", viewer)
    announce("chat.resolved", incident, step=str(line.id))


@act("chat.slow")
def slow_down(viewer: Viewer, incident: Incident, seconds: int) -> None:
    """One line a person each so many seconds; nought for as they like."""
    incident = latest(incident)
    if incident.slow_seconds == seconds:
        return
    incident.slow_seconds = seconds
    the_act().details["seconds"] = seconds
    line = step(incident, "slower" if seconds else "freely", viewer, str(seconds) if seconds else "")
    announce("chat.paced", incident, step=str(line.id))


def refuse_too_soon(viewer: Viewer, incident: Incident, new: uuid.UUID, at: datetime) -> None:
    """Raise TooSoon in a slow chat. Those who answer for the scheme, and the police, write as they must."""
    answers = (*viewer.coordinator_schemes, *viewer.police_schemes)
    if not incident.slow_seconds or incident.scheme_id in answers:
        return
    last = db.session.scalar(
        sa.select(sa.func.max(Comment.at)).where(
            Comment.incident_id == incident.id, Comment.author_id == viewer.user_id, Comment.id != new
        )
    )
    free = last + timedelta(seconds=incident.slow_seconds) if last else at
    if free > at:
        raise TooSoon(math.ceil((free - at).total_seconds()))
