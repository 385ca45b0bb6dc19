"""What the events of a request say: its line on open screens, and alerts to whom it concerns.

Never its words, its link or a name: all of the scheme may see that something was asked, nobody else what.
"""

from __future__ import annotations

import uuid

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from shopalert.alerts.announcement import IMPORTANT, Announcement, Message, Weight, Words, register
from shopalert.alerts.models import Event
from shopalert.chat.announcements import who_hears
from shopalert.chat.threads import people_of
from shopalert.incidents.announcements import fragment_of_line
from shopalert.incidents.exercise import is_exercise, titled
from shopalert.incidents.models import Incident
from shopalert.requests.lines import lines
from shopalert.requests.models import Request
from shopalert.requests.vocabulary import KINDS
from shopalert.schemes.models import Membership
from shopalert.wall import crossing


def show_line(session: Session, event: Event) -> list[Message]:
    incident = session.get(Incident, event.incident_id)
    if incident is None or incident.withdrawn_at is not None:
        return []
    found = lines(session, Request.id == event.thing_id)
    return [Message("request", fragment_of_line(session, line)) for line in found]


def the_addressed(session: Session, event: Event) -> set[uuid.UUID]:
    """Whom it was asked of: the person, or all who work there."""
    request = session.get(Request, event.thing_id)
    if request is None:
        return set()
    with crossing("deliveries") as everybody:
        return people_of(everybody, event.scheme_id, request.audience)


def the_asker(session: Session, event: Event) -> set[uuid.UUID]:
    """Who asked; not where the answer itself, a message to the police, tells them already."""
    request = session.get(Request, event.thing_id)
    return {request.author_id} - who_hears(session, event, request.audience) if request else set()


def all_concerned(session: Session, event: Event) -> set[uuid.UUID]:
    """Whom it was asked of, who asked, and the coordinators: it has become late."""
    request = session.get(Request, event.thing_id)
    coordinators = sa.select(Membership.user_id).where(
        Membership.scheme_id == event.scheme_id,
        Membership.role == "coordinator",
        Membership.removed_at.is_(None),
    )
    asker = {request.author_id} if request else set()
    return the_addressed(session, event) | asker | set(session.scalars(coordinators))


def weight_of_request(session: Session, event: Event) -> Weight | None:
    return Weight(IMPORTANT, personal=True, practice=is_exercise(session, event.incident_id))


def words(session: Session, event: Event, level: str) -> Words | None:
    """What kind of thing police ask for, or how it stands; on a discreet lock screen only that something is asked."""
    request = session.get(Request, event.thing_id)
    incident = session.get(Incident, event.incident_id)
    if request is None or incident is None or incident.withdrawn_at is not None:
        return None
    what = KINDS[request.kind].label
    said = {
        "request.made": _("Police ask you: %(what)s", what=what),
        "request.reopened": _("Police ask again: %(what)s", what=what),
        "request.reminder": _("Due soon: %(what)s", what=what),
        "request.overdue": _("Overdue: %(what)s", what=what),
        "request.answered": _("Answered: %(what)s", what=what),
        "request.accepted": _("Accepted, thank you: %(what)s", what=what),
        "request.withdrawn": _("Not needed any more: %(what)s", what=what),
    }
    title = said[event.kind] if level != "discreet" else _("A request")
    return Words(
        title=titled(title, is_exercise(session, event.incident_id)), body=_("Open to answer or to read it"),
        url=request.url, tag=f"request-{request.id}", silent=event.kind == "request.withdrawn",
        actions=(("open", _("Open")),),
    )  # fmt: skip


TOLD = {
    "request.made": the_addressed,
    "request.reopened": the_addressed,
    "request.reminder": the_addressed,
    "request.overdue": all_concerned,
    "request.answered": the_asker,
    "request.accepted": the_addressed,
    "request.withdrawn": the_addressed,
}


def register_all() -> None:
    register(*(Announcement(kind, show_line, told, words, weight_of_request) for kind, told in TOLD.items()))
