"""What the chat's events say: on open screens, and on lock screens of those who take part."""

from __future__ import annotations

import json
import uuid
from dataclasses import replace

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from shopalert.alerts.announcement import (
    IMPORTANT,
    URGENT,
    Announcement,
    Message,
    Weight,
    Words,
    nothing_live,
    register,
)
from shopalert.alerts.models import Event
from shopalert.alerts.repeats import acted
from shopalert.chat.lines import comment_line, lines
from shopalert.chat.mentions import people_meant
from shopalert.chat.models import Comment
from shopalert.chat.threads import people_of
from shopalert.incidents.announcements import (
    fragment_of_line,
    police_of_the_district,
    reporter_and_followers,
    show_step,
)
from shopalert.incidents.exercise import is_exercise, titled
from shopalert.incidents.models import Incident
from shopalert.schemes.models import Membership, Scheme
from shopalert.wall import THREAD, crossing


def show_comment(session: Session, event: Event) -> list[Message]:
    """The line, and the new counts of its incident's card."""
    incident = session.get(Incident, event.incident_id)
    line = comment_line(session, event.thing_id)
    if line is None or incident is None or incident.withdrawn_at is not None:
        return []
    said = [Message("comment", fragment_of_line(session, line))]
    if event.audience == "members":
        said.append(counts(incident))
    return said


def counts(incident: Incident) -> Message:
    return Message("counts", json.dumps({f"incident-{incident.id}": {"replies": incident.replies}}))


def show_picture(session: Session, event: Event) -> list[Message]:
    """A picture's shared copies are made: the line that it stands in, again."""
    line = comment_line(session, uuid.UUID(event.facts["comment"]))
    return [Message("comment", fragment_of_line(session, line))] if line else []


def show_change(session: Session, event: Event) -> list[Message]:
    """A line with other words, removed, hidden or shown again; and the lines of this audience that quote it."""
    incident = session.get(Incident, event.incident_id)
    if incident is None or incident.withdrawn_at is not None:
        return []
    touched = sa.or_(Comment.id == event.thing_id, Comment.quotes_id == event.thing_id)
    found = lines(session, sa.and_(touched, Comment.audience == event.audience))
    said = [Message("comment", fragment_of_line(session, line)) for line in found]
    return [*said, counts(incident)] if event.audience == "members" else said


def who_takes_part(session: Session, event: Event) -> set[uuid.UUID]:
    """Who is told what is said there; who is named in it hears it as that."""
    return who_hears(session, event, event.audience) - mentioned(session, event)


def who_hears(session: Session, event: Event, audience: str) -> set[uuid.UUID]:
    """The reporter, those who have said something there, and those who follow it; in a thread all of the business.

    The speaker does not see who has spoken to police or coordinators alone; they take part all the same.
    """
    found = reporter_and_followers(session, event)
    with crossing("deliveries") as everybody:
        found |= who_said_something(everybody, event.incident_id)
        if audience.startswith(THREAD):
            found |= people_of(everybody, event.scheme_id, audience)
            found |= somebody_of_the_police(session, event, found)
    return found


def mentioned(session: Session, event: Event) -> set[uuid.UUID]:
    """Who is told that they are named in it: once, and not a second time that there is an answer."""
    comment = session.get(Comment, event.thing_id)
    return people_meant(session, event.scheme_id, comment.mentions) if comment else set()


def newly_mentioned(_session: Session, event: Event) -> set[uuid.UUID]:
    return {uuid.UUID(each) for each in event.facts.get("people", ())}


def somebody_of_the_police(session: Session, event: Event, found: set[uuid.UUID]) -> set[uuid.UUID]:
    """What a business says to the police alone is told to all of the district, until one of them takes part."""
    police = police_of_the_district(session, event)
    return set() if (found | {event.actor_id}) & police else police


def weight_of_comment(session: Session, event: Event) -> Weight | None:
    """Important to those who take part; urgent while it happens."""
    incident = session.get(Incident, event.incident_id)
    now = incident is not None and incident.happening_now
    practice = incident is not None and incident.exercise
    return Weight(URGENT if now else IMPORTANT, breaks=now, personal=True, practice=practice)


def words_of_comment(session: Session, event: Event, level: str) -> Words | None:
    """That there is an answer; never what it says or who said it, but that it is the police's.

    Nothing of what is gone: a phone that was out of reach would lead to a line without words.
    """
    comment, incident = session.get(Comment, event.thing_id), session.get(Incident, event.incident_id)
    if comment is None or comment.is_gone or incident is None or incident.withdrawn_at is not None:
        return None
    title = _("Police answered") if comment.by_police and level != "discreet" else _("New answer")
    return Words(
        title=titled(title, is_exercise(session, event.incident_id)), body=_("Open to read it"),
        url=f"/incidents/{event.incident_id}#comment-{comment.id}",
        tag=f"chat-{event.incident_id}", actions=(("open", _("Open")),),
    )  # fmt: skip


def words_of_mention(session: Session, event: Event, level: str) -> Words | None:
    """That they are named, not by whom."""
    found = words_of_comment(session, event, level)
    title = titled(_("You were mentioned"), is_exercise(session, event.incident_id))
    return found and replace(found, title=title)


def who_said_something(session: Session, incident_id: uuid.UUID | None) -> set[uuid.UUID]:
    return set(session.scalars(sa.select(Comment.author_id).where(Comment.incident_id == incident_id)))


# ---- reported to the coordinators


def coordinators(session: Session, event: Event) -> set[uuid.UUID]:
    asked = sa.select(Membership.user_id).where(
        Membership.scheme_id == event.scheme_id,
        Membership.role == "coordinator",
        Membership.removed_at.is_(None),
    )
    return set(session.scalars(asked))


def weight_of_abuse(_session: Session, _event: Event) -> Weight | None:
    return Weight(personal=True)


def words_of_abuse(session: Session, event: Event, _level: str) -> Words | None:
    """Neither who reported, nor whom, nor what."""
    slug = session.scalar(sa.select(Scheme.slug).where(Scheme.id == event.scheme_id))
    return Words(
        title=_("A message was reported"), body=_("Open to look into it"), url=f"/s/{slug}/abuse",
        tag=f"abuse-{event.scheme_id}", actions=(("open", _("Open")),),
    )  # fmt: skip


def register_all() -> None:
    if who_said_something not in acted:
        acted.append(who_said_something)
    register(
        Announcement("comment.file_ready", show_picture),
        Announcement("comment.said", show_comment, who_takes_part, words_of_comment, weight_of_comment),
        Announcement("comment.mentioned", nothing_live, newly_mentioned, words_of_mention, weight_of_comment),
        Announcement("comment.changed", show_change),
        Announcement("chat.resolved", show_step),
        Announcement("chat.paced", show_step),
        Announcement("comment.reported", nothing_live, coordinators, words_of_abuse, weight_of_abuse),
    )
