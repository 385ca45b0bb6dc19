"""What can be done with a request: ask, answer, accept, ask again, withdraw; the clock makes it overdue."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

import sqlalchemy as sa

from shopalert.alerts.outbox import announce
from shopalert.chat.actions import say
from shopalert.db import act, db, insert_new, the_act, uuid7
from shopalert.evidence.models import Attachment
from shopalert.idempotency import hash_of, sent_before
from shopalert.incidents.actions import Sent, Withdrawn, hold, refuse_withdrawn
from shopalert.incidents.models import Incident
from shopalert.protection.clocks import clocks
from shopalert.requests.models import Request, RequestLink, RequestMove
from shopalert.requests.states import after
from shopalert.requests.vocabulary import due_after
from shopalert.schemes.viewer import Viewer


class NotAddressed(Exception):
    """It was asked of somebody else."""


@dataclass(frozen=True)
class Asked:
    """What is asked of whom, by when. Of premises or of a person, never both."""

    kind: str
    premises_id: uuid.UUID | None
    person_id: uuid.UUID | None
    days: int
    words: str = ""
    link: str = ""


@act("request.make")
def make(viewer: Viewer, incident: Incident, client_id: uuid.UUID, asked: Asked) -> Sent:
    """Ask for something; asked twice it stands once. Raises KeyReused, Withdrawn."""
    session, at = db.session(), the_act().at
    sent = hash_of({"incident": str(incident.id), **{name: str(each) for name, each in vars(asked).items()}})
    new = insert_new(
        session, Request, ["author_id", "client_id"],
        id=uuid7(), scheme_id=incident.scheme_id, incident_id=incident.id, author_id=viewer.user_id,
        client_id=client_id, sent_hash=sent, kind=asked.kind, premises_id=asked.premises_id, person_id=asked.person_id,
        state="open", at=at, due_at=due_after(at, asked.days), **clocks("comment", at),
    )  # fmt: skip
    if new is None:
        return Sent(sent_before(session, Request, viewer.user_id, client_id, sent), True)
    refuse_withdrawn(incident)  # after the repeat: what was taken stays taken
    request = session.get_one(Request, new)
    note(request, viewer.user_id, "make", "", asked.words)
    if asked.link:
        session.add(
            RequestLink(
                scheme_id=request.scheme_id, incident_id=request.incident_id, request_id=request.id,
                audience=request.audience, url=asked.link, **clocks("comment", at),
            )
        )  # fmt: skip
    the_act().about = request
    announce("request.made", request)
    return Sent(new, False)


@act("request.answer")
def answer(
    viewer: Viewer,
    request: Request,
    incident: Incident,
    client_id: uuid.UUID,
    text: str,
    receipt: str,
    photos: list[Attachment],
) -> Sent:
    """Answer it, for oneself or a colleague: a message to the police alone. Raises NotAddressed, NotNow, KeyReused,
    Withdrawn."""
    if not is_addressed(viewer, request):
        raise NotAddressed
    said = say(viewer, incident, client_id, text, request.audience, photos)
    if said.replayed:
        return said
    request = take(request)
    first = request.answered_at is None
    move(request, viewer.user_id, "answer", text, receipt=receipt, comment_id=said.id)
    if first:
        request.answered_at = the_act().at
    announce("request.answered", request)
    return said


def is_addressed(viewer: Viewer, request: Request) -> bool:
    """Whether it was asked of this person, or of where they work."""
    if request.person_id is not None:
        return request.person_id == viewer.user_id
    return viewer.premises.get(request.scheme_id) == request.premises_id


@act("request.accept")
def accept(viewer: Viewer, request: Request) -> None:
    """The answer is what was asked for. Raises NotNow, Withdrawn."""
    request = take(request)
    move(request, viewer.user_id, "accept")
    announce("request.accepted", request)


@act("request.reopen")
def reopen(viewer: Viewer, request: Request, words: str, days: int) -> None:
    """It is not enough yet: asked again, with a new day. Raises NotNow, Withdrawn."""
    request = take(request)
    move(request, viewer.user_id, "reopen", words)
    request.due_at, request.reminded_at = due_after(the_act().at, days), None
    announce("request.reopened", request)


@act("request.withdraw")
def withdraw(viewer: Viewer, request: Request) -> None:
    """It is not needed any more. Raises NotNow, Withdrawn."""
    request = take(request)
    move(request, viewer.user_id, "withdraw")
    announce("request.withdrawn", request)


def take(request: Request) -> Request:
    """The request as it stands in this transaction, for changing; its incident is held too. Raises Withdrawn."""
    incident = db.session.get(Incident, request.incident_id)
    if incident is None:  # withdrawn a moment ago, and behind the viewer's wall
        raise Withdrawn
    hold(incident)
    fresh = db.session.get_one(Request, request.id, with_for_update=True, populate_existing=True)
    the_act().about = fresh
    return fresh


def move(
    request: Request,
    author_id: uuid.UUID | None,
    name: str,
    words: str = "",
    *,
    receipt: str = "",
    comment_id: uuid.UUID | None = None,
) -> None:
    """To the next state, with its trace. Raises NotNow."""
    before, request.state = request.state, after(request.state, name)
    note(request, author_id, name, before, words, receipt=receipt, comment_id=comment_id)


def note(
    request: Request,
    author_id: uuid.UUID | None,
    name: str,
    before: str,
    words: str = "",
    *,
    receipt: str = "",
    comment_id: uuid.UUID | None = None,
) -> None:
    at = the_act().at
    db.session.add(
        RequestMove(
            scheme_id=request.scheme_id, incident_id=request.incident_id, request_id=request.id,
            audience=request.audience, author_id=author_id, move=name, before=before, after=request.state, at=at,
            words=words, receipt=receipt, comment_id=comment_id, **clocks("comment", at),
        )
    )  # fmt: skip
    db.session.flush()


def links_of(request_id: uuid.UUID) -> str:
    """The force's link, where the viewer is one of those whom it is for."""
    return db.session.scalar(sa.select(RequestLink.url).where(RequestLink.request_id == request_id)) or ""
