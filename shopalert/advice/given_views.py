"""The rooms of what is given: send a piece to a business, read it there, tick what is done, look what came of it."""

from __future__ import annotations

import uuid
from typing import Any

import sqlalchemy as sa
from flask import Response, flash, g, request
from flask_babel import gettext as _

from shopalert.advice import actions, lists
from shopalert.advice.forms import SendForm, TicksForm, TradeForm, WithdrawForm
from shopalert.advice.lookup import Suggested, suggested_for
from shopalert.advice.models import Advice, AdviceTick
from shopalert.advice.views import Shelved, room, the_piece
from shopalert.advice.vocabulary import DAYS, days_in_words
from shopalert.db import db, now
from shopalert.idempotency import KeyReused
from shopalert.incidents.cards import place_of
from shopalert.incidents.forms import as_uuid
from shopalert.incidents.models import Incident
from shopalert.incidents.views import refused, the_card, the_incident
from shopalert.pages import created, not_permitted, page, problem, see_other
from shopalert.permissions import can
from shopalert.schemes.lookup import premises_of, the_scheme
from shopalert.schemes.models import Scheme
from shopalert.schemes.names import bylines
from shopalert.schemes.viewer import current_viewer, the_viewer


def the_advice(advice_id: uuid.UUID) -> Advice | None:
    """The advice under the wall."""
    return db.session.scalar(sa.select(Advice).where(Advice.id == advice_id))


# ---- on other pages


@room.app_context_processor
def for_other_pages() -> dict[str, Any]:
    """The incident's page includes what helps against it; the way to one's own advice says how much is new."""
    return {"advice_for": advice_for, "advice_unread": advice_unread}


def advice_for(incident: Incident) -> list[Suggested]:
    """For those who may send it on, and for whoever reported it; nothing for others."""
    viewer = the_viewer()
    if incident.author_id != viewer.user_id and not can(viewer, "advice.send", incident):
        return []
    return suggested_for(db.session(), incident)


def advice_unread(scheme: Scheme) -> int:
    """How much advice nobody of the viewer's premises has opened."""
    viewer = current_viewer()
    if viewer is None or g.get("database_is_lost"):
        return 0
    return lists.how_many_unread(db.session(), [viewer.premises.get(scheme.id)])


# ---- sending


@room.get("/s/<slug>/advice/<piece_id>/send", verb="advice.send", of=the_piece)
def new(shelved: Shelved) -> Response:
    form = SendForm(formdata=None, client_id=str(uuid.uuid4()), incident=request.args.get("incident", ""))
    return sending(shelved, form)


@room.post("/s/<slug>/advice/<piece_id>/send", verb="advice.send", of=the_piece)
def send(shelved: Shelved) -> Response:
    """Send it; what can't be taken comes back with its words."""
    form = SendForm()
    incident = incident_of(shelved.scheme, form.incident.data)
    form.to.choices = addressees(shelved.scheme, incident)
    client_id = as_uuid(form.client_id.data)
    if client_id is None:
        problem(400, "key_missing", _("The advice carries no number of its own (client_id)."))
    if not form.validate():
        refused(form)
        return sending(shelved, form, 422)
    given = form.given(shelved.piece.id, incident.id if incident else None)
    try:
        sent = actions.send(the_viewer(), shelved.scheme, client_id, given)
    except KeyReused:
        problem(422, "key_reused", _("This advice was sent already, with other words."), saved=True)
    return created(sent, f"/advice/{sent.id}", replayed=sent.replayed)


def sending(shelved: Shelved, form: SendForm, status: int = 200) -> Response:
    incident = incident_of(shelved.scheme, form.incident.data)
    form.to.choices = addressees(shelved.scheme, incident)
    return page(
        "advice/send.html", status=status, scheme=shelved.scheme, here=shelved.scheme, piece=shelved.piece, form=form,
        card=the_card(incident) if incident else None, days=[(each, days_in_words(each)) for each in (0, *DAYS)],
    )  # fmt: skip


def incident_of(scheme: Scheme, text: str | None) -> Incident | None:
    """The incident of this scheme that the advice is about; nothing where none is named or seen."""
    incident_id = as_uuid(text)
    incident = the_incident(incident_id) if incident_id else None
    return incident if incident is not None and incident.scheme_id == scheme.id else None


def addressees(scheme: Scheme, incident: Incident | None) -> list[tuple[str, str]]:
    """Every business of the scheme, first the one where it happened."""
    first = incident.premises_id if incident else None
    sites = sorted(premises_of(scheme.id), key=lambda site: (site.id != first, site.name))
    return [(str(site.id), place_of(site.name, site.street)) for site in sites]


# ---- at the business


@room.get("/s/<slug>/advice/ours", verb="advice.read", of=the_scheme)
def ours(scheme: Scheme) -> Response:
    """What was given to where the viewer works."""
    premises_id = the_viewer().premises.get(scheme.id)
    premises = next((site for site in premises_of(scheme.id) if site.id == premises_id), None)
    form = TradeForm(formdata=None, trade=premises.trade if premises else "")
    return page(
        "advice/ours.html", scheme=scheme, here=scheme, premises=premises, form=form,
        found=lists.given_to(db.session(), premises.id) if premises else [],
    )  # fmt: skip


@room.post("/s/<slug>/advice/trade", verb="advice.tick", of=the_scheme)
def say_trade(scheme: Scheme) -> Response:
    """What kind of premises the viewer works at: then advice for such fits."""
    form = TradeForm()
    if not form.validate():
        problem(422, "invalid", _("Choose one of the kinds of premises."))
    if the_viewer().premises.get(scheme.id) is not None:  # the page says so to who works at none
        actions.say_trade(the_viewer(), scheme, form.trade.data or "")
    return see_other(f"/s/{scheme.slug}/advice/ours")


@room.get("/advice/<uuid:advice_id>", verb="advice.read", of=the_advice)
def given(advice: Advice) -> Response:
    """The piece as it was sent, with what is done of it."""
    viewer, session = the_viewer(), db.session()
    actions.note_read(viewer, advice)
    query = sa.select(AdviceTick).where(AdviceTick.advice_id == advice.id)
    ticks = {tick.step: tick for tick in session.scalars(query)}
    people = {advice.author_id} | {tick.author_id for tick in ticks.values()}
    incident = the_incident(advice.about_id) if advice.about_id else None
    scheme = session.get_one(Scheme, advice.scheme_id)
    place_named = place_of(advice.premises.name, advice.premises.street)
    return page(
        "advice/given.html", advice=advice, piece=advice.of_library, scheme=scheme, here=scheme, ticks=ticks,
        who=bylines(session, advice.scheme_id, people), theirs=actions.is_theirs(viewer, advice),
        card=the_card(incident) if incident else None, place_named=place_named,
    )  # fmt: skip


@room.post("/advice/<uuid:advice_id>/ticks", verb="advice.tick", of=the_advice)
def tick(advice: Advice) -> Response:
    form = TicksForm()
    if not form.validate():
        problem(422, "invalid", _("Some of it can’t be taken as it is."))
    try:
        actions.tick(the_viewer(), advice, form.done.data or [])
    except actions.NotTheirs:
        not_permitted()
    return see_other(advice.url)


# ---- taken back


@room.get("/advice/<uuid:advice_id>/withdrawal", verb="advice.withdraw", of=the_advice)
def ask_why(advice: Advice) -> Response:
    """What taking it back does, and the reason."""
    return withdrawing(advice, WithdrawForm())


@room.post("/advice/<uuid:advice_id>/withdrawal", verb="advice.withdraw", of=the_advice)
def withdraw(advice: Advice) -> Response:
    form = WithdrawForm()
    if not form.validate():
        refused(form)
        return withdrawing(advice, form, 422)
    actions.withdraw(the_viewer(), advice, form.why.data or "")
    flash(_("Taken back. The business no longer sees it."), "ok")
    return see_other(advice.url)


def withdrawing(advice: Advice, form: WithdrawForm, status: int = 200) -> Response:
    return page(
        "advice/withdraw.html", status=status, advice=advice, piece=advice.of_library, form=form,
        here=db.session.get_one(Scheme, advice.scheme_id),
        place_named=place_of(advice.premises.name, advice.premises.street),
    )  # fmt: skip


# ---- what came of it


@room.get("/s/<slug>/advice/given", verb="advice.figures", of=the_scheme)
def all_given(scheme: Scheme) -> Response:
    """Everything that was given in a scheme within a year, and in figures what was taken up."""
    found = lists.given_in(db.session(), scheme.id, now())
    return page(
        "advice/all_given.html", scheme=scheme, here=scheme, found=found, figures=lists.figures(found)
    )
