"""The room of the chat: say something about an incident."""

from __future__ import annotations

import uuid
from typing import Any

import sqlalchemy as sa
from flask import Response, request
from flask_babel import gettext as _

from shopalert.chat import actions, course
from shopalert.chat.forms import CommentForm, pace_asked
from shopalert.chat.lines import quote_of
from shopalert.chat.models import Comment
from shopalert.chat.threads import audiences_for
from shopalert.db import db
from shopalert.idempotency import KeyReused
from shopalert.incidents.forms import ReportForm, as_uuid
from shopalert.incidents.models import Incident
from shopalert.incidents.photos import Photos, photos_of_request
from shopalert.incidents.report_views import offer, report_page
from shopalert.incidents.telling import as_message
from shopalert.incidents.views import everything, refused, the_card, the_incident
from shopalert.pages import created, page, problem, see_other, wants_json
from shopalert.room import Room
from shopalert.schemes.models import Scheme
from shopalert.schemes.viewer import the_viewer

room = Room("chat", __name__)


@room.post("/incidents/<uuid:incident_id>/comments", verb="comment.say", of=the_incident)
def say(incident: Incident) -> Response:
    """Take a comment. What can't be taken comes back with its words and photos."""
    viewer = the_viewer()
    form = CommentForm()
    form.audience.choices = audiences_for(viewer, incident)
    client_id = as_uuid(form.client_id.data)
    if client_id is None:
        problem(400, "key_missing", _("The message carries no number of its own (client_id)."))
    fine = form.validate()
    photos = photos_of_request(viewer, db.session.get_one(Scheme, incident.scheme_id))
    if fine and not form.text.data and not photos.attachments and not photos.errors:
        form.text.errors = [_("Write something, or add a photo.")]
        fine = False
    if not fine or photos.errors:
        return form_again(incident, form, photos)
    quotes = quoted(incident, form.quotes.data)
    try:
        return said(incident, client_id, form.text.data or "", form.audience.data, photos, quotes)
    except actions.NotQuotable:
        form.text.errors = [
            _("What you answer is for fewer people. Choose them above, or leave the quote out.")
        ]
        return form_again(incident, form, photos)
    except course.TooSoon as soon:
        return slowly(incident, form, photos, soon.wait)


def slowly(incident: Incident, form: CommentForm, photos: Photos, wait: int) -> Response:
    """Not now: said plainly, with everything that was typed."""
    words = _("This chat is in slow mode. You can send again in %(n)d seconds.", n=wait)
    if wants_json():
        problem(429, "slow_mode", words, retry_after=wait)
    form.text.errors = [words]
    response = form_again(incident, form, photos, status=429)
    response.headers["Retry-After"] = str(wait)
    return response


def quoted(incident: Incident, given: str | None) -> Comment | None:
    """The line of this chat that is answered; one that is not there any more is answered without a quote."""
    chosen = as_uuid(given)
    mine = sa.select(Comment).where(
        Comment.id == chosen, Comment.incident_id == incident.id, Comment.stands()
    )
    return db.session.scalar(mine) if chosen else None


@room.post("/incidents/<uuid:incident_id>/resolution", verb="chat.resolve", of=the_incident)
def resolve(incident: Incident) -> Response:
    """Nothing more is asked here; or something is again."""
    course.resolve(the_viewer(), incident, request.form.get("wish") != "open")
    return see_other(f"/incidents/{incident.id}")


@room.post("/incidents/<uuid:incident_id>/pace", verb="chat.slow", of=the_incident)
def slow_down(incident: Incident) -> Response:
    """How long a member waits between two messages."""
    course.slow_down(the_viewer(), incident, pace_asked())
    return see_other(f"/incidents/{incident.id}")


@room.app_context_processor
def for_the_composer() -> dict[str, Any]:
    """What the form needs where it stands in an incident's page, which knows no chat."""
    return {
        "audiences_of": lambda incident: audiences_for(the_viewer(), incident),
        "quote_of": lambda given: quote_of(db.session(), chosen) if (chosen := as_uuid(given)) else None,
        "asked_to_quote": lambda: request.args.get("quote", ""),
        "asked_for_text": lambda: request.args.get("text", ""),
        "PACES": course.PACES,
    }


@room.post("/incidents/<uuid:incident_id>/additions", verb="comment.say", of=the_incident)
def add(incident: Incident) -> Response:
    """A report that is the same thing as one that stands: what it says and shows goes into the chat of that one."""
    viewer, scheme = the_viewer(), db.session.get_one(Scheme, incident.scheme_id)
    form = offer(ReportForm(), scheme)
    client_id = as_uuid(form.client_id.data)
    if client_id is None:
        problem(400, "key_missing", _("The report carries no number of its own (client_id)."))
    fine = form.validate()
    photos = photos_of_request(viewer, scheme)
    if not fine or photos.errors:
        refused(form)
        photos.refuse_machine()
        return report_page(scheme, form, photos, status=photos.status or 422)
    text = as_message(form.facts()) or ("" if photos.attachments else _("We were about to report it, too."))
    return said(incident, client_id, text, "members", photos)


def said(
    incident: Incident,
    client_id: uuid.UUID,
    text: str,
    audience: str,
    photos: Photos,
    quotes: Comment | None = None,
) -> Response:
    """Say it once, and look at it where it stands."""
    viewer = the_viewer()
    try:
        sent = actions.say(viewer, incident, client_id, text, audience, photos.attachments, quotes)
    except KeyReused:
        if wants_json():
            problem(422, "key_reused", _("This message was sent already, with other words."), saved=True)
        # Back and other words: a second message, and once however often it is sent.
        words = (text, audience, *sorted(photo.sha256 for photo in photos.attachments))
        another = uuid.uuid5(client_id, repr(words))
        sent = actions.say(viewer, incident, another, text, audience, photos.attachments, quotes)
    return created(sent, f"/incidents/{incident.id}#comment-{sent.id}", replayed=sent.replayed)


def form_again(incident: Incident, form: CommentForm, photos: Photos, status: int = 422) -> Response:
    """The form with its words and photos, and what is wrong."""
    refused(form)
    photos.refuse_machine()
    return page(
        "incidents/show.html", fragment="chat/_form.html", status=photos.status or status, comment_form=form,
        staged=photos.staged, photo_errors=photos.errors, **everything(incident, the_card(incident)),
    )  # fmt: skip
