"""The rooms of help: call for it in two taps, say that one comes, say that all is clear, choose who is called."""

from __future__ import annotations

import uuid
from typing import Any

import sqlalchemy as sa
from flask import Response, flash
from flask_babel import gettext as _

from shopalert.db import db
from shopalert.incidents.forms import as_uuid
from shopalert.pages import Problem, answer_problem, created, page, problem, see_other
from shopalert.permissions import can
from shopalert.room import Room
from shopalert.safety import actions, rolls, welfare
from shopalert.safety.actions import Over
from shopalert.safety.forms import AnswerForm, CallForm, RespondersForm
from shopalert.safety.lists import CallLine, answers, standing
from shopalert.safety.models import HelpCall
from shopalert.safety.responders import choose, members_to_choose
from shopalert.schemes.lookup import premises_of, the_scheme
from shopalert.schemes.models import Scheme
from shopalert.schemes.names import bylines
from shopalert.schemes.viewer import the_viewer

room = Room("safety", __name__)


def the_call(call_id: uuid.UUID) -> HelpCall | None:
    """The call under the wall: of who called, of those where it is, of the responders and of the police."""
    return db.session.scalars(sa.select(HelpCall).where(HelpCall.id == call_id)).one_or_none()


@room.app_errorhandler(Over)
def over(_error: Over) -> Response:
    return answer_problem(Problem(409, "over", _("All is clear already.")))


@room.app_context_processor
def for_every_page() -> dict[str, Any]:
    return {"help_now": help_now, "asked_of_staff": asked_of_staff}


def asked_of_staff() -> list[Any]:
    """What this person is asked and has not answered: whether they are safe, how they are after yesterday."""
    viewer, session = the_viewer(), db.session()
    return [*rolls.asked_of_me(session, viewer.user_id), *welfare.asked_of_me(session, viewer.user_id)]


def help_now(scheme_id: uuid.UUID | None = None) -> list[CallLine]:
    """The calls that stand, of one scheme or of all that the viewer sees; asked by the pages that show them."""
    here = () if scheme_id is None else (HelpCall.scheme_id == scheme_id,)
    return standing(db.session(), *here)


# ---- needing it


@room.get("/s/<slug>/need-help", verb="safety.call", of=the_scheme)
def need(scheme: Scheme) -> Response:
    """One button; where it is is filled in, and nothing has to be typed."""
    own = the_viewer().premises.get(scheme.id)
    form = CallForm(formdata=None, client_id=str(uuid.uuid4()), premises=str(own or ""))
    mine = standing(db.session(), HelpCall.scheme_id == scheme.id, HelpCall.author_id == the_viewer().user_id)
    sites = premises_of(scheme.id)
    return page(
        "safety/need.html", scheme=scheme, here=scheme, form=form, sites=sites, mine=mine,
        site=next((site for site in sites if site.id == own), None),
    )  # fmt: skip


@room.post("/s/<slug>/need-help", verb="safety.call", of=the_scheme)
def call(scheme: Scheme) -> Response:
    """It goes out at once; sent twice it is one call."""
    viewer, form = the_viewer(), CallForm()
    client_id = as_uuid(form.client_id.data)
    if client_id is None:
        problem(400, "key_missing", _("The call carries no number of its own (client_id)."))
    place = form.place(premises_of(scheme.id), viewer.premises.get(scheme.id))
    sent = actions.call(viewer, scheme, client_id, place)
    return created(sent, f"/calls/{sent.id}", replayed=sent.replayed)


# ---- a call


@room.get("/calls/<uuid:call_id>", verb="safety.read", of=the_call)
def show(call: HelpCall) -> Response:
    """Who needs help, where, since when, and who comes; all of it read anew by the page itself."""
    viewer, session = the_viewer(), db.session()
    said = answers(session, call)
    people = {call.author_id} | ({call.cleared_by_id} if call.cleared_by_id else set())
    who = bylines(session, call.scheme_id, people)
    mine = call.author_id == viewer.user_id
    return page(
        "safety/show.html", fragment="safety/_standing.html", call=call, said=said, who=who, mine=mine,
        scheme=session.get_one(Scheme, call.scheme_id),
        my_answer=next((each for each in said if each.author_id == viewer.user_id), None),
        offered={
            "answer": not mine and call.cleared_at is None and can(viewer, "safety.answer", call),
            "ends": call.cleared_at is None and can(viewer, "safety.clear", call),
        },
    )  # fmt: skip


@room.post("/calls/<uuid:call_id>/answers", verb="safety.answer", of=the_call)
def answer(call: HelpCall) -> Response:
    if call.author_id != the_viewer().user_id:  # who called need not say that they come
        actions.answer(the_viewer(), call, AnswerForm().coming.data == "yes")
    return see_other(call.url)


@room.post("/calls/<uuid:call_id>/all-clear", verb="safety.clear", of=the_call)
def clear(call: HelpCall) -> Response:
    actions.clear(the_viewer(), call)
    return see_other(call.url)


# ---- who is called


@room.get("/s/<slug>/settings/responders", verb="safety.choose", of=the_scheme)
def responders(scheme: Scheme) -> Response:
    """Everybody of the scheme, with a tick at who is called."""
    people = members_to_choose(scheme.id)
    return page(
        "safety/responders.html", scheme=scheme, here=scheme, people=people,
        chosen={member.id for member, _ in people if member.responder},
    )  # fmt: skip


@room.post("/s/<slug>/settings/responders", verb="safety.choose", of=the_scheme)
def choose_responders(scheme: Scheme) -> Response:
    if choose(the_viewer(), scheme, RespondersForm().ids):
        flash(_("Saved. They are called from now on."), "ok")
    else:
        flash(_("Nothing was changed: it was so already."), "info")
    return see_other(f"/s/{scheme.slug}/settings/responders")
