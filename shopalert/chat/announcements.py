"""What the chat's events say: on open screens, and on lock screens of those who take part."""

from __future__ import annotations

import json
import uuid

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from shopalert.alerts.announcement import IMPORTANT, URGENT, Announcement, Message, Weight, Words, register
from shopalert.alerts.choices import followers
from shopalert.alerts.models import Event
from shopalert.chat.lines import comment_line
from shopalert.chat.models import Comment
from shopalert.incidents.announcements import fragment_of_line
from shopalert.incidents.exercise import is_exercise, titled
from shopalert.incidents.models import Incident


def show_comment(session: Session, event: Event) -> list[Message]:
    """The line, and the new counts of its incident's card."""
    incident = session.get(Incident, event.incident_id)
    line = comment_line(session, event.thing_id)
    if line is None or incident is None or incident.withdrawn_at is not None:
        return []
    said = [Message("comment", fragment_of_line(session, line))]
    if event.audience == "members":
        said.append(Message("counts", json.dumps({f"incident-{incident.id}": {"replies": incident.replies}})))
    return said


def show_picture(session: Session, event: Event) -> list[Message]:
    """A picture's shared copies are made: the line that it stands in, again."""
    line = comment_line(session, uuid.UUID(event.facts["comment"]))
    return [Message("comment", fragment_of_line(session, line))] if line else []


def who_takes_part(session: Session, event: Event) -> set[uuid.UUID]:
    """The reporter, those who have said something there, and those who follow it."""
    said = sa.select(Comment.author_id).where(Comment.incident_id == event.incident_id)
    reported = sa.select(Incident.author_id).where(Incident.id == event.incident_id)
    here = set(session.scalars(said.distinct())) | set(session.scalars(reported))
    return here | followers(session, event.incident_id)


def weight_of_comment(session: Session, event: Event) -> Weight | None:
    """Important to those who take part; urgent while it happens."""
    incident = session.get(Incident, event.incident_id)
    now = incident is not None and incident.happening_now
    practice = incident is not None and incident.exercise
    return Weight(URGENT if now else IMPORTANT, breaks=now, personal=True, practice=practice)


def words_of_comment(session: Session, event: Event, level: str) -> Words | None:
    """That there is an answer; never what it says or who said it, but that it is the police's."""
    comment = session.get(Comment, event.thing_id)
    if comment is None:
        return None
    title = _("Police answered") if comment.by_police and level != "discreet" else _("New answer")
    return Words(
        title=titled(title, is_exercise(session, event.incident_id)), body=_("Open to read it"),
        url=f"/incidents/{event.incident_id}#comment-{comment.id}",
        tag=f"chat-{event.incident_id}", actions=(("open", _("Open")),),
    )  # fmt: skip


def register_all() -> None:
    register(Announcement("comment.file_ready", show_picture))
    register(Announcement("comment.said", show_comment, who_takes_part, words_of_comment, weight_of_comment))
