"""The room in which somebody tells what they know about an appeal or a missing person."""

from __future__ import annotations

from flask import Response, flash
from flask_babel import gettext as _

from shopalert.bulletins import answers, force, publishing
from shopalert.bulletins.forms import AnswerForm, fresh_reply
from shopalert.bulletins.lookup import the_bulletin
from shopalert.bulletins.models import Bulletin
from shopalert.bulletins.views import standing
from shopalert.bulletins.vocabulary import ANSWERED
from shopalert.idempotency import KeyReused
from shopalert.incidents.forms import as_uuid
from shopalert.incidents.views import refused
from shopalert.pages import created, not_found, problem, see_other
from shopalert.room import Room
from shopalert.schemes.viewer import the_viewer

room = Room("answers", __name__)


@room.post("/bulletins/<uuid:bulletin_id>/answers", verb="bulletin.answer", of=the_bulletin)
def answer(bulletin: Bulletin) -> Response:
    """To the police and the coordinators of the scheme alone."""
    if bulletin.kind not in ANSWERED:
        not_found()
    form = AnswerForm()
    client_id = as_uuid(form.client_id.data)
    if client_id is None:
        problem(400, "key_missing", _("The answer carries no number of its own (client_id)."))
    if not form.validate():
        refused(form)
        return standing(bulletin, fresh_reply(), 422, answering=form)
    try:
        sent = answers.answer(the_viewer(), bulletin, client_id, form.known())
    except KeyReused:
        problem(422, "key_reused", _("This answer was sent already, with other words."), saved=True)
    if not sent.replayed:
        flash(_("Thank you. Only the police and your coordinators read it."), "ok")
    return created(sent, f"{bulletin.url}#answers", replayed=sent.replayed)


@room.post("/bulletins/<uuid:bulletin_id>/all-clear", verb="bulletin.all_clear", of=the_bulletin)
def all_clear(bulletin: Bulletin) -> Response:
    """The missing person was found: it leaves every screen and every phone."""
    with force.reaching_all(the_viewer(), bulletin) as viewer:
        publishing.all_clear(viewer, bulletin)
    flash(_("All clear. It leaves every screen and every phone."), "ok")
    return see_other(bulletin.url)
