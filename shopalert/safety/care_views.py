"""The rooms of roll calls and of the question after violence."""

from __future__ import annotations

import uuid

import sqlalchemy as sa
from flask import Response, flash
from flask_babel import gettext as _

from shopalert.db import db
from shopalert.idempotency import KeyReused
from shopalert.incidents.forms import as_uuid
from shopalert.incidents.views import refused
from shopalert.pages import created, page, problem, see_other
from shopalert.permissions import can
from shopalert.room import Room
from shopalert.safety import rolls, welfare
from shopalert.safety.forms import RollForm, SafeForm, WelfareForm
from shopalert.safety.models import RollCall, Welfare
from shopalert.schemes.lookup import premises_of, the_scheme
from shopalert.schemes.models import Scheme
from shopalert.schemes.viewer import the_viewer

room = Room("care", __name__)


# ---- roll calls


def the_roll(roll_id: uuid.UUID) -> RollCall | None:
    """The roll call under the wall: of who is asked, of the coordinators and of the police."""
    return db.session.scalars(sa.select(RollCall).where(RollCall.id == roll_id)).one_or_none()


@room.get("/s/<slug>/roll-call", verb="safety.rollcall", of=the_scheme)
def roll(scheme: Scheme) -> Response:
    """Whom to ask, and what was asked last."""
    form = RollForm(formdata=None, client_id=str(uuid.uuid4()))
    return page(
        "safety/roll_new.html", scheme=scheme, here=scheme, form=form, sites=premises_of(scheme.id),
        latest=rolls.latest(db.session(), scheme.id),
    )  # fmt: skip


@room.post("/s/<slug>/roll-call", verb="safety.rollcall", of=the_scheme)
def ask(scheme: Scheme) -> Response:
    form = RollForm()
    client_id = as_uuid(form.client_id.data)
    if client_id is None:
        problem(400, "key_missing", _("The roll call carries no number of its own (client_id)."))
    chosen = as_uuid(form.premises.data)
    if chosen not in {None, *(site.id for site in premises_of(scheme.id))} or (
        form.premises.data and not chosen
    ):
        problem(422, "no_such_premises", _("Choose one of the premises, or everybody."))
    try:
        sent = rolls.ask(the_viewer(), scheme, client_id, chosen)
    except KeyReused:
        problem(422, "key_reused", _("This roll call was sent already, to others."), saved=True)
    return created(sent, f"/rolls/{sent.id}/answers", replayed=sent.replayed)


@room.get("/rolls/<uuid:roll_id>", verb="safety.read", of=the_roll)
def show_roll(roll: RollCall) -> Response:
    """Are you safe? Two buttons."""
    viewer, session = the_viewer(), db.session()
    return page(
        "safety/roll.html", roll=roll, scheme=session.get_one(Scheme, roll.scheme_id), client_id=str(uuid.uuid4()),
        mine=rolls.my_answer(session, roll.id, viewer.user_id), counts=can(viewer, "safety.count", roll),
    )  # fmt: skip


@room.post("/rolls/<uuid:roll_id>/answers", verb="safety.answer", of=the_roll)
def answer_roll(roll: RollCall) -> Response:
    """One tap; who needs help has called for it with the same."""
    form, viewer = SafeForm(), the_viewer()
    said = form.said.data
    if said not in (rolls.SAFE, rolls.HELP):
        problem(422, "no_answer", _("Press one of the two."))
    scheme = db.session.get_one(Scheme, roll.scheme_id)
    called = rolls.answer(viewer, roll, scheme, said, as_uuid(form.client_id.data) or uuid.uuid4())
    return see_other(f"/calls/{called}" if called else roll.url)


@room.get("/rolls/<uuid:roll_id>/answers", verb="safety.count", of=the_roll)
def count_roll(roll: RollCall) -> Response:
    """How many are safe, who needs help, and who has said nothing; read anew by the page itself."""
    session = db.session()
    found = rolls.present(session, roll)
    tally = {said: sum(each.said == said for each in found) for said in (rolls.HELP, "", rolls.SAFE)}
    return page(
        "safety/roll_count.html", fragment="safety/_count.html", roll=roll, present=found, tally=tally,
        scheme=session.get_one(Scheme, roll.scheme_id), ends=can(the_viewer(), "safety.rollcall", roll),
    )  # fmt: skip


@room.post("/rolls/<uuid:roll_id>/end", verb="safety.rollcall", of=the_roll)
def end_roll(roll: RollCall) -> Response:
    rolls.end(the_viewer(), roll)
    return see_other(f"{roll.url}/answers")


# ---- the day after


def the_welfare(welfare_id: uuid.UUID) -> Welfare | None:
    """The question under the wall: of who is asked, of the coordinators and of their own lead."""
    return db.session.scalars(sa.select(Welfare).where(Welfare.id == welfare_id)).one_or_none()


@room.get("/welfare/<uuid:welfare_id>", verb="welfare.answer", of=the_welfare)
def how_are_you(row: Welfare) -> Response:
    form = WelfareForm(formdata=None, answer=row.answer, note=row.words)
    return asking(row, form)


def asking(row: Welfare, form: WelfareForm, status: int = 200) -> Response:
    scheme = db.session.get_one(Scheme, row.scheme_id)
    return page(
        "safety/welfare.html", status=status, row=row, form=form, scheme=scheme, answers=welfare.ANSWERS
    )


@room.post("/welfare/<uuid:welfare_id>", verb="welfare.answer", of=the_welfare)
def answer_welfare(row: Welfare) -> Response:
    form = WelfareForm()
    if not form.validate():
        refused(form)
        return asking(row, form, 422)
    welfare.answer(the_viewer(), row, form.answer.data, form.note.data or "")
    flash(_("Thank you. Your coordinators and your own lead can read it, nobody else."), "ok")
    return see_other(row.url)


@room.get("/s/<slug>/welfare", verb="welfare.read", of=the_scheme)
def read_welfare(scheme: Scheme) -> Response:
    """Who wants to be called, then what others have said."""
    found = welfare.answered(db.session(), scheme.id)
    return page("safety/welfare_list.html", scheme=scheme, here=scheme, found=found, answers=welfare.ANSWERS)
