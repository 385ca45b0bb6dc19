"""The rooms of requests: ask, answer, look at what is open."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from flask import Response, g
from flask_babel import gettext as _

from shopalert.chat.lines import lines as comment_lines
from shopalert.chat.models import Comment
from shopalert.db import db, now
from shopalert.idempotency import KeyReused
from shopalert.incidents.forms import as_uuid
from shopalert.incidents.models import Incident
from shopalert.incidents.photos import Photos, photos_of_request
from shopalert.incidents.views import refused, the_card, the_incident
from shopalert.pages import (
    Problem,
    answer_problem,
    created,
    not_found,
    not_permitted,
    page,
    problem,
    see_other,
)
from shopalert.permissions import can
from shopalert.protection import looks
from shopalert.requests import actions, lists
from shopalert.requests.forms import AgainForm, AnswerForm, RequestForm
from shopalert.requests.lines import lines
from shopalert.requests.models import Request, RequestMove
from shopalert.requests.states import MOVES, NotNow, may
from shopalert.requests.vocabulary import DAYS, KINDS, days_in_words
from shopalert.room import SIGNED_IN, Room
from shopalert.schemes.lookup import premises_of
from shopalert.schemes.models import Membership, Scheme
from shopalert.schemes.names import bylines
from shopalert.schemes.viewer import current_viewer, the_viewer

room = Room("requests", __name__)


def the_request(request_id: uuid.UUID) -> Request:
    """The request under the wall, or 404."""
    found = db.session.scalars(sa.select(Request).where(Request.id == request_id)).one_or_none()
    return found or not_found()


def incident_of(request: Request) -> Incident:
    return the_incident(request.incident_id) or not_found()


@room.app_errorhandler(NotNow)
def moved_on(_error: NotNow) -> Response:
    """Somebody was quicker: its page says how it stands now."""
    words = _("The request has moved on meanwhile. Look at it again.")
    return answer_problem(Problem(409, "stale", words))


# ---- the lists


@room.get("/requests", verb=SIGNED_IN)
def index() -> Response:
    """For a member what is asked of them, for police what they wait for and what waits for them."""
    viewer, session = the_viewer(), db.session()
    if viewer.is_police:
        waiting, to_read = lists.i_wait_for(session, viewer), lists.waits_for_me(session, viewer)
        looks.note_list("request.list", viewer, [each.where for each in (*waiting, *to_read)])
        figures = lists.figures_of(session, viewer, now())
        return page("requests/police.html", waiting=waiting, to_read=to_read, figures=figures)
    since = now() - timedelta(days=60)
    return page(
        "requests/mine.html",
        asked=lists.asked_of_me(session, viewer),
        over=lists.answered_by_us(session, viewer, since),
    )


def asked_now() -> int:
    """How many requests this viewer has still to answer, asked once a request."""
    viewer = current_viewer()
    if viewer is None or not viewer.premises or g.get("database_is_lost"):
        return 0
    if "asked_now" not in g:
        g.asked_now = lists.how_many_are_asked(db.session(), viewer)
    many: int = g.asked_now
    return many


@room.app_context_processor
def for_every_page() -> dict[str, Any]:
    return {"asked_now": asked_now}


# ---- asking


@room.get("/incidents/<uuid:incident_id>/requests/new", verb="request.make", of=the_incident)
def new(incident: Incident) -> Response:
    looks.note("incident.read", the_viewer(), incident)
    form = RequestForm(client_id=str(uuid.uuid4()))
    return asking(incident, form)


@room.post("/incidents/<uuid:incident_id>/requests", verb="request.make", of=the_incident)
def make(incident: Incident) -> Response:
    """Ask; what can't be taken comes back with its words."""
    form = RequestForm()
    form.to.choices = addressees(incident)
    client_id = as_uuid(form.client_id.data)
    if client_id is None:
        problem(400, "key_missing", _("The request carries no number of its own (client_id)."))
    if not form.validate():
        refused(form)
        return asking(incident, form, 422)
    try:
        sent = actions.make(the_viewer(), incident, client_id, form.asked())
    except KeyReused:
        problem(422, "key_reused", _("This request was sent already, with other words."), saved=True)
    return created(sent, f"/requests/{sent.id}", replayed=sent.replayed)


def asking(incident: Incident, form: RequestForm, status: int = 200) -> Response:
    form.to.choices = addressees(incident)
    return page(
        "requests/new.html", status=status, form=form, incident=incident, card=the_card(incident), kinds=KINDS,
        days=[(each, days_in_words(each)) for each in DAYS],
    )  # fmt: skip


def addressees(incident: Incident) -> list[tuple[str, str]]:
    """Where it happened and where the reporter works first, then the reporter in person, then everybody else."""
    session = db.session()
    place = session.execute(
        sa.select(Membership.premises_id).where(
            Membership.user_id == incident.author_id, Membership.scheme_id == incident.scheme_id
        )
    ).first()
    near = [incident.premises_id, place.premises_id if place else None]
    sites = sorted(premises_of(incident.scheme_id), key=lambda site: (site.id not in near, site.name))
    found = [
        (f"premises:{site.id}", f"{site.name}, {site.street}" if site.street else site.name) for site in sites
    ]
    if place is not None:
        reporter = bylines(session, incident.scheme_id, [incident.author_id]).get(incident.author_id)
        who = _("%(who)s, who reported it", who=reporter.who if reporter else _("A member"))
        first = sum(site.id in near for site in sites)
        found.insert(first, (f"person:{incident.author_id}", who))
    return found


# ---- one request


@room.get("/requests/<uuid:request_id>", verb="request.read", of=the_request)
def show(request: Request) -> Response:
    """What is asked and what became of it; whoever is asked answers here."""
    looks.note("request.read", the_viewer(), incident_of(request), request=str(request.id))
    return standing(request)


def standing(
    request: Request,
    status: int = 200,
    form: AnswerForm | None = None,
    photos: Photos | None = None,
    again: AgainForm | None = None,
) -> Response:
    viewer, session = the_viewer(), db.session()
    incident = incident_of(request)
    inside = request.audience in viewer.threads or can(viewer, "request.make", request)
    trail = list(
        session.scalars(
            sa.select(RequestMove).where(RequestMove.request_id == request.id).order_by(RequestMove.id)
        )
    )
    who = bylines(session, request.scheme_id, {each.author_id for each in trail if each.author_id})
    said = [each.comment_id for each in trail if each.comment_id]
    police = can(viewer, "request.make", request)
    moves = {move for move in MOVES if may(request.state, move) and incident.withdrawn_at is None}
    return page(
        "requests/show.html", status=status, asked=request, line=lines(session, Request.id == request.id)[0],
        kind=KINDS[request.kind], incident=incident, card=the_card(incident), inside=inside, trail=trail, who=who,
        link=actions.links_of(request.id),
        scheme=session.get_one(Scheme, request.scheme_id),
        answers={line.id: line for line in comment_lines(session, Comment.id.in_(said))} if said else {},
        answer_form=form or AnswerForm(formdata=None, client_id=str(uuid.uuid4())),
        again_form=again or AgainForm(formdata=None), staged=photos.staged if photos else [],
        photo_errors=photos.errors if photos else [], days=[(each, days_in_words(each)) for each in DAYS],
        offered={
            "answer": "answer" in moves and actions.is_addressed(viewer, request),
            "accept": "accept" in moves and police,
            "withdraw": "withdraw" in moves and police,
        },
    )  # fmt: skip


@room.post("/requests/<uuid:request_id>/answers", verb="request.answer", of=the_request)
def answer(request: Request) -> Response:
    """Answer, for oneself or for a colleague of the same shop."""
    viewer, form = the_viewer(), AnswerForm()
    if not actions.is_addressed(viewer, request):
        return not_permitted()
    client_id = as_uuid(form.client_id.data)
    if client_id is None:
        problem(400, "key_missing", _("The answer carries no number of its own (client_id)."))
    fine = form.validate()
    photos = photos_of_request(viewer, db.session.get_one(Scheme, request.scheme_id))
    if fine and not (form.text.data or form.receipt.data or photos.attachments or photos.errors):
        form.text.errors = [_("Write something, add a photo or a clip, or give the receipt of your upload.")]
        fine = False
    if not fine or photos.errors:
        refused(form)
        photos.refuse_machine()
        return standing(request, photos.status or 422, form=form, photos=photos)
    text = form.text.data or (_("Uploaded with the link of the police.") if form.receipt.data else "")
    try:
        sent = actions.answer(
            viewer,
            request,
            incident_of(request),
            client_id,
            text,
            form.receipt.data or "",
            photos.attachments,
        )
    except KeyReused:
        problem(422, "key_reused", _("This answer was sent already, with other words."), saved=True)
    return created(sent, f"/requests/{request.id}", replayed=sent.replayed)


@room.post("/requests/<uuid:request_id>/acceptance", verb="request.accept", of=the_request)
def accept(request: Request) -> Response:
    actions.accept(the_viewer(), request)
    return see_other(f"/requests/{request.id}")


@room.post("/requests/<uuid:request_id>/reopening", verb="request.reopen", of=the_request)
def reopen(request: Request) -> Response:
    form = AgainForm()
    if not form.validate():
        refused(form)
        return standing(request, 422, again=form)
    actions.reopen(the_viewer(), request, form.missing.data or "", int(form.days.data or 0))
    return see_other(f"/requests/{request.id}")


@room.post("/requests/<uuid:request_id>/withdrawal", verb="request.withdraw", of=the_request)
def withdraw(request: Request) -> Response:
    actions.withdraw(the_viewer(), request)
    return see_other(f"/requests/{request.id}")
