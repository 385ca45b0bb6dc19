"""The rooms of incidents: feed, report, one incident and what can be done with it."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from flask import Response, request
from flask_babel import gettext as _
from sqlalchemy.orm import joinedload

from shopalert.alerts import choices
from shopalert.alerts.outbox import cursor_now
from shopalert.db import db, now
from shopalert.evidence.actions import note_thumbs_listed
from shopalert.idempotency import KeyReused
from shopalert.incidents import actions
from shopalert.incidents.actions import Withdrawn
from shopalert.incidents.cards import Card, card
from shopalert.incidents.feed import FeedPage, newest_first
from shopalert.incidents.filters import STATUSES, chips, conditions, understood
from shopalert.incidents.forms import SightingForm, WithdrawForm, as_uuid
from shopalert.incidents.kinds import all_kinds
from shopalert.incidents.lines import bylines_of, lines_of
from shopalert.incidents.models import Incident, IncidentVersion
from shopalert.incidents.priority import LEVEL_OF, REASONS
from shopalert.incidents.reach import one_reach, pace
from shopalert.incidents.saved import views_of
from shopalert.incidents.telling import FILTERS, answer_words
from shopalert.incidents.unread import note_read
from shopalert.incidents.versions import rows_of, said_of
from shopalert.pages import Problem, answer_problem, created, page, problem, see_other, wants_json
from shopalert.permissions import can
from shopalert.protection import looks
from shopalert.room import Room
from shopalert.schemes.lookup import member_count, premises_of, the_scheme
from shopalert.schemes.models import Scheme
from shopalert.schemes.viewer import the_viewer

room = Room("incidents", __name__)


def the_incident(incident_id: uuid.UUID) -> Incident | None:
    """The incident of an address, under the wall."""
    query = sa.select(Incident).where(Incident.id == incident_id)
    return db.session.scalar(query.options(joinedload(Incident.author), joinedload(Incident.category)))


def the_card(incident: Incident) -> Card:
    found = card(db.session(), incident.id)
    if found is None:
        problem(404, "not_found", _("There is nothing here for you."))
    return found


def refused(form: Any) -> None:
    """A machine is told which fields are wrong; a person gets the form back from the view."""
    if wants_json():
        fields = {name: [str(words) for words in said] for name, said in form.errors.items()}
        problem(422, "invalid", _("Some of it can’t be taken as it is."), fields=fields)


@room.app_errorhandler(Withdrawn)
def was_withdrawn(_error: Withdrawn) -> Response:
    """Its page offers none of this; it was open when the report was taken back."""
    words = _("This report was withdrawn: nothing more can be written.")
    return answer_problem(Problem(409, "withdrawn", words))


# ---- feed


@room.get("/s/<slug>/", verb="scheme.read", of=the_scheme)
def feed(scheme: Scheme) -> Response:
    """The scheme's incidents, newest first, as far as the filters of the address let them through."""
    session, viewer = db.session(), the_viewer()
    cursor = cursor_now(session)  # first: what comes while the page is read will come live
    kinds, places = all_kinds(scheme.id), premises_of(scheme.id)
    chosen, odd = understood(request.args, [kind.code for kind in kinds], [place.id for place in places])
    after, before = as_uuid(request.args.get("after")), as_uuid(request.args.get("before"))
    passing = conditions(chosen, viewer, now())
    found, older, newer = newest_first(session, [scheme.id], after, before, conditions=passing)
    here = f"/s/{scheme.slug}/"
    rest = f"&{chosen.query}" if chosen.any else ""
    shown = FeedPage(
        scheme=scheme, cards=found, cursor=cursor, members=member_count(scheme.id), filters=chosen, odd=odd,
        chips=chips(chosen, here, {k.code: _(k.label) for k in kinds}, {p.id: p.name for p in places}),
        older_url=f"{here}?before={found[-1].id}{rest}" if older and found else None,
        newer_url=f"{here}?after={found[0].id}{rest}" if newer and found else None,
    )  # fmt: skip
    note_thumbs_listed(viewer, scheme, [picture.id for each in found for picture in each.pictures])
    looks.note_list("scheme.read", viewer, [(scheme.id, each.id) for each in found])
    return page(
        "incidents/index.html", fragment="incidents/_feed.html", feed=shown, here=scheme, client_id=str(uuid.uuid4()),
        members=shown.members, cursor=cursor, categories=kinds, premises=places, statuses=STATUSES,
        saved_views=views_of(viewer, scheme.id),
    )  # fmt: skip


# ---- one incident


@room.get("/incidents/<uuid:incident_id>", verb="incident.read", of=the_incident)
def show(incident: Incident) -> Response:
    """Facts, pictures, trail and chat."""
    cursor = cursor_now(db.session())
    found = the_card(incident)
    looks.note("incident.read", the_viewer(), incident)
    note_thumbs_listed(the_viewer(), incident, [picture.id for picture in found.pictures])
    note_read(the_viewer(), incident)
    return page(
        "incidents/show.html", fragment="incidents/_detail.html", cursor=cursor, invited=invited(incident, found),
        came_from=request.path, **everything(incident, found),
    )  # fmt: skip


def invited(incident: Incident, found: Card) -> bool:
    """Whether its reporter is invited to the Home Screen: just after sending, with nothing urgent going on."""
    viewer, author = the_viewer(), incident.author
    mine = author.id == viewer.user_id and author.install_dismissed_at is None
    calm = not found.happening_now and not found.withdrawn
    return mine and calm and not viewer.is_police and now() - incident.received_at < timedelta(hours=1)


def may_read(incident: Incident) -> dict[str, Any]:
    """Which parts of its descriptions this viewer reads: what is kept for coordinators and police, a whole
    registration, an appearance where the scheme has it on."""
    viewer = the_viewer()
    scheme = db.session.get_one(Scheme, incident.scheme_id)
    guarded = can(viewer, "incident.read_guarded", incident)
    return {
        "guarded": guarded,
        "reads_people": guarded or not incident.restricts_pictures,
        "whole_plate": can(viewer, "incident.read_plate", incident),
        "appearance": scheme.appearance,
    }


@room.app_context_processor
def words_of_descriptions() -> dict[str, Any]:
    """The templates' own way to say a description."""
    return {"answer_words": answer_words, "REASONS": REASONS, "LEVEL_OF": LEVEL_OF}


for filter_ in FILTERS:
    room.add_app_template_filter(filter_)


def everything(incident: Incident, found: Card) -> dict[str, Any]:
    """What the page of one incident and its pieces are made of."""
    lines = lines_of(db.session(), incident.id)
    scheme = db.session.get_one(Scheme, incident.scheme_id)
    mine = the_viewer().premises.get(incident.scheme_id)
    seen = SightingForm(formdata=None, data={"client_id": str(uuid.uuid4()), "premises": str(mine or "")})
    seen.premises.choices = [("", _("Not at one of our premises"))]
    premises = premises_of(incident.scheme_id)
    seen.premises.choices += [(str(row.id), row.name) for row in premises]
    return {
        "incident": incident, "card": found, "scheme": scheme, "here": scheme, "lines": lines, "sighting_form": seen,
        **may_read(incident), "watched": choices.watch_of(the_viewer(), incident.id),
        "trail": [line for line in lines if line.kind == "sighting"], "comment_client_id": str(uuid.uuid4()),
        **reach_facts(incident),
    }  # fmt: skip


@room.get("/incidents/<uuid:incident_id>/facts", verb="incident.read", of=the_incident)
def facts(incident: Incident) -> Response:
    """The facts alone, read again when they have changed."""
    looks.note("incident.read", the_viewer(), incident)
    return page(
        "incidents/facts.html", fragment="incidents/_facts.html", **everything(incident, the_card(incident))
    )


@room.get("/incidents/<uuid:incident_id>/reach", verb="incident.read", of=the_incident)
def reach(incident: Incident) -> Response:
    """Whom it reached, as of now: asked again and again while its reporter looks."""
    here = db.session.get_one(Scheme, incident.scheme_id)
    return page(
        "incidents/reach.html", fragment="incidents/_reach.html", incident=incident, here=here,
        **reach_facts(incident),
    )  # fmt: skip


def reach_facts(incident: Incident) -> dict[str, Any]:
    """The figures, and how often they are read anew: they move for the reporter and the coordinators."""
    viewer = the_viewer()
    follows = incident.author_id == viewer.user_id or incident.scheme_id in viewer.coordinator_schemes
    moves = follows and incident.withdrawn_at is None
    return {"reach": one_reach(db.session(), incident.id), "pace": pace(incident) if moves else 0}


@room.get("/incidents/<uuid:incident_id>/versions", verb="incident.read", of=the_incident)
def versions(incident: Incident) -> Response:
    """Everything that the report has said."""
    looks.note("incident.read", the_viewer(), incident)
    query = sa.select(IncidentVersion).where(IncidentVersion.incident_id == incident.id)
    kept = list(db.session.scalars(query.order_by(IncidentVersion.number)))
    said = words_of(incident, [version.facts for version in kept])
    rows = [rows_of(words, before) for words, before in zip(said, [None, *said], strict=False)]
    return page(
        "incidents/versions.html", incident=incident, card=the_card(incident),
        versions=list(zip(kept, rows, strict=True)), by=bylines_of(db.session(), kept),
    )  # fmt: skip


def words_of(incident: Incident, versions: list[dict[str, Any]]) -> list[dict[str, str]]:
    """Versions in words, as far as this viewer reads them."""
    kinds = {kind.code: _(kind.label) for kind in all_kinds(incident.scheme_id)}
    places = {str(row.id): row.name for row in premises_of(incident.scheme_id)}
    parts = may_read(incident)
    return [said_of(facts, kinds, places, **parts) for facts in versions]


@room.get("/incidents/<uuid:incident_id>/withdrawal", verb="incident.withdraw", of=the_incident)
def ask_why(incident: Incident) -> Response:
    """What withdrawing does, and the reason."""
    looks.note("incident.read", the_viewer(), incident)
    return page("incidents/withdraw.html", incident=incident, card=the_card(incident), form=WithdrawForm())


@room.post("/incidents/<uuid:incident_id>/withdrawal", verb="incident.withdraw", of=the_incident)
def withdraw(incident: Incident) -> Response:
    form = WithdrawForm()
    if not form.validate():
        refused(form)
        return page(
            "incidents/withdraw.html", status=422, incident=incident, card=the_card(incident), form=form
        )
    actions.withdraw(the_viewer(), incident, form.reason.data or "")
    return see_other(f"/incidents/{incident.id}")


@room.post("/incidents/<uuid:incident_id>/all-clear", verb="incident.all_clear", of=the_incident)
def all_clear(incident: Incident) -> Response:
    actions.all_clear(the_viewer(), incident)
    return see_other(f"/incidents/{incident.id}")


@room.post("/incidents/<uuid:incident_id>/watch", verb="incident.watch", of=the_incident)
def watch(incident: Incident) -> Response:
    """Hear more of it, no more of it, or as one's choice has it."""
    wish = request.form.get("wish", "")
    if wish not in ("", choices.FOLLOW, choices.MUTE):
        problem(422, "invalid", _("Follow, mute, or neither."))
    choices.watch(the_viewer(), incident, wish)
    return see_other(f"/incidents/{incident.id}")


@room.post("/incidents/<uuid:incident_id>/sightings", verb="sighting.add", of=the_incident)
def sight(incident: Incident) -> Response:
    """Seen here, now."""
    form = SightingForm()
    form.premises.choices = [("", ""), *((str(row.id), row.name) for row in premises_of(incident.scheme_id))]
    client_id = as_uuid(form.client_id.data)
    if client_id is None:
        problem(400, "key_missing", _("The sighting carries no number of its own (client_id)."))
    if not form.validate():
        refused(form)
        return page("incidents/sighting.html", status=422, form=form, **everything_but_sighting(incident))
    sent = sight_once(incident, client_id, form)
    return created(sent, f"/incidents/{incident.id}#sighting-{sent.id}", replayed=sent.replayed)


def everything_but_sighting(incident: Incident) -> dict[str, Any]:
    return {"incident": incident, "card": the_card(incident)}


def sight_once(incident: Incident, client_id: uuid.UUID, form: SightingForm) -> actions.Sent:
    """Without a premises named, it was seen where the viewer works."""
    viewer, note = the_viewer(), form.note.data or ""
    named = "premises" in request.form
    premises_id = as_uuid(form.premises.data) if named else viewer.premises.get(incident.scheme_id)
    try:
        return actions.sight(viewer, incident, client_id, premises_id, note)
    except KeyReused:
        if wants_json():
            problem(422, "key_reused", _("This sighting was sent already, with other words."), saved=True)
        # One page has one number for all its buttons: a second button of it is a second sighting.
        return actions.sight(viewer, incident, uuid.uuid4(), premises_id, note)
