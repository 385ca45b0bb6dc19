"""The room of the chat: say something about an incident."""

from __future__ import annotations

import uuid

from flask import Response
from flask_babel import gettext as _

from shopalert.chat import actions
from shopalert.chat.forms import CommentForm, audiences_for
from shopalert.db import db
from shopalert.idempotency import KeyReused
from shopalert.incidents.forms import ReportForm, as_uuid
from shopalert.incidents.models import Incident
from shopalert.incidents.photos import Photos, photos_of_request
from shopalert.incidents.report_views import offer, report_page
from shopalert.incidents.telling import as_message
from shopalert.incidents.views import everything, refused, the_card, the_incident
from shopalert.pages import created, page, problem, wants_json
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
    return said(incident, client_id, form.text.data or "", form.audience.data, photos)


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


def said(incident: Incident, client_id: uuid.UUID, text: str, audience: str, photos: Photos) -> Response:
    """Say it once, and look at it where it stands."""
    viewer = the_viewer()
    try:
        sent = actions.say(viewer, incident, client_id, text, audience, photos.attachments)
    except KeyReused:
        if wants_json():
            problem(422, "key_reused", _("This message was sent already, with other words."), saved=True)
        # Back and other words: a second message, and once however often it is sent.
        words = (text, audience, *sorted(photo.sha256 for photo in photos.attachments))
        another = uuid.uuid5(client_id, repr(words))
        sent = actions.say(viewer, incident, another, text, audience, photos.attachments)
    return created(sent, f"/incidents/{incident.id}#comment-{sent.id}", replayed=sent.replayed)


def form_again(incident: Incident, form: CommentForm, photos: Photos) -> Response:
    """The form with its words and photos, and what is wrong."""
    refused(form)
    photos.refuse_machine()
    return page(
        "incidents/show.html", fragment="chat/_form.html", status=photos.status or 422, comment_form=form,
        staged=photos.staged, photo_errors=photos.errors, **everything(incident, the_card(incident)),
    )  # fmt: skip
