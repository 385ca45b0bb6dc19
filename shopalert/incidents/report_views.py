"""Reporting, and changing what was reported: one growing form, that comes back with everything typed.

Without a script each button that adds a row is a submit button: the same form again, nothing lost.
"""

from __future__ import annotations

import re
import uuid
from typing import Any

from flask import Response, request
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from shopalert.db import db, now
from shopalert.evidence.actions import drop_staged
from shopalert.idempotency import KeyReused
from shopalert.incidents import actions
from shopalert.incidents.actions import Stale, refuse_withdrawn
from shopalert.incidents.cards import Card
from shopalert.incidents.description import FLAGS, HATE
from shopalert.incidents.duplicates import look_alikes
from shopalert.incidents.facts import Facts
from shopalert.incidents.forms import EditForm, ReportForm, as_uuid
from shopalert.incidents.kinds import kinds_of
from shopalert.incidents.models import Incident
from shopalert.incidents.photos import Photos, photos_of_request
from shopalert.incidents.questions import QUESTIONS
from shopalert.incidents.versions import rows_of
from shopalert.incidents.views import refused, room, the_card, the_incident, words_of
from shopalert.pages import created, page, problem, see_other, wants_json
from shopalert.permissions import can
from shopalert.protection import looks
from shopalert.schemes.lookup import member_count, premises_of, the_scheme
from shopalert.schemes.models import Scheme
from shopalert.schemes.viewer import the_viewer
from shopalert.words import field_time

# ---- report


@room.get("/s/<slug>/report", verb="incident.report", of=the_scheme)
def new(scheme: Scheme) -> Response:
    """The empty form, with premises and time filled in.

    A browser's page has the report's number in its address. Back asks for the page anew, as nothing is
    stored, and puts the typed words into it: under a fresh number they would become a second report.
    """
    number = as_uuid(request.args.get("number"))
    if number is None and request.headers.get("Sec-Fetch-Dest") == "document":
        return see_other(f"/s/{scheme.slug}/report?number={uuid.uuid4()}")
    mine = the_viewer().premises.get(scheme.id)
    form = ReportForm(
        formdata=None,
        data={
            "client_id": str(number or uuid.uuid4()), "premises": str(mine or ""), "occurred_at": field_time(now()),
        },
    )  # fmt: skip
    return report_page(scheme, form, Photos(), status=200)


def report_page(scheme: Scheme, form: ReportForm, photos: Photos, status: int, **more: Any) -> Response:
    offer(form, scheme)
    return page(
        "incidents/new.html", fragment="incidents/_form.html", status=status, incident=None,
        action=f"/s/{scheme.slug}/report", **form_page(scheme, form, photos), **more,
    )  # fmt: skip


def offer(form: Any, scheme: Scheme, keep: str = "") -> Any:
    """The form with the choices of the scheme, and with what this viewer may say."""
    practice = can(the_viewer(), "incident.exercise", scheme)
    kinds, premises = kinds_of(scheme.id, keep=keep), premises_of(scheme.id)
    return form.offer(kinds, premises, appearance=scheme.appearance, practice=practice)


def kind_of(incident: Incident) -> str:
    """The tile that it was reported under: one that is no longer offered stays a choice of its own report."""
    return incident.category_own or incident.category_code


def form_page(scheme: Scheme, form: ReportForm, photos: Photos) -> dict[str, Any]:
    """What the form is drawn from, new or edited."""
    return {
        "scheme": scheme, "here": scheme, "categories": list(form.kinds.values()), "staged": photos.staged,
        "photo_errors": photos.errors, "members": member_count(scheme.id, but=the_viewer().user_id), "form": form,
        "flags": FLAGS, "hate": HATE, "questions": QUESTIONS,
    }  # fmt: skip


@room.post("/s/<slug>/report", verb="incident.report", of=the_scheme)
def report(scheme: Scheme) -> Response:
    """Take a report. What is wrong comes back with everything that was typed and every photo."""
    viewer = the_viewer()
    form = offer(ReportForm(), scheme)
    client_id = as_uuid(form.client_id.data)
    if client_id is None:
        problem(400, "key_missing", _("The report carries no number of its own (client_id)."))
    if rows_changed(form):
        return report_page(scheme, form, photos_of_request(viewer, scheme), status=200)
    fine = form.validate()
    photos = photos_of_request(viewer, scheme)
    if not fine or photos.errors:
        if not fine:
            refused(form)
        photos.refuse_machine()
        return report_page(scheme, form, photos, status=photos.status or 422)
    facts = form.facts()
    if asks_first(facts) and (alike := alike_to(facts, scheme)):
        return report_page(scheme, form, photos, status=422, alike=alike)
    try:
        sent = actions.report(viewer, scheme, client_id, facts, photos.attachments, form.typed_time)
    except KeyReused as reused:
        return sent_already(reused.thing_id, form, photos)
    if sent.replayed and photos.staged:
        drop_staged(viewer, photos.staged)  # the same pictures came again with the same report
    return created(sent, f"/incidents/{sent.id}", reference=sent.reference, replayed=sent.replayed)


def rows_changed(form: ReportForm) -> bool:
    """Another row, a row less, or the questions of the kind: buttons of the form that send nothing."""
    add, drop = request.form.get("add", ""), request.form.get("drop", "")
    if add in ("people", "vehicles", "goods"):
        form[add].another()
    elif drop.partition("-")[0] in ("people", "vehicles", "goods"):
        form[drop.partition("-")[0]].without(drop)
    return bool(add or drop)


def asks_first(facts: Facts) -> bool:
    """Whether a report that looks like another waits for an answer: our own form says that it can show the question.

    What is happening now never waits; a machine is never asked.
    """
    wanted = "ask_first" in request.form and "not_duplicate" not in request.form
    return wanted and not facts.in_progress and not wants_json()


def alike_to(facts: Facts, scheme: Scheme) -> list[Card]:
    return look_alikes(db.session(), scheme.id, facts, now(), but=the_viewer().user_id)


@room.get("/s/<slug>/report/alike", verb="incident.report", of=the_scheme)
def alike(scheme: Scheme) -> Response:
    """While a report is being written: those that it may be. Only kind and place are asked with."""
    kinds = {kind.code: kind.base for kind in kinds_of(scheme.id)}
    chosen, premises = kinds.get(request.args.get("category", "")), as_uuid(request.args.get("premises"))
    facts = Facts(category_code=chosen or "", occurred_at=now(), premises_id=premises)
    found = alike_to(facts, scheme) if chosen else []
    return page(
        "incidents/alike.html", fragment="incidents/_alike.html", alike=found, scheme=scheme, here=scheme
    )


def sent_already(incident_id: uuid.UUID, form: ReportForm, photos: Photos) -> Response:
    """Back, change, send again: the incident opens for editing with what was typed."""
    incident = the_incident(incident_id)
    if wants_json() or incident is None:
        problem(422, "key_reused", _("This report was sent already, with other words."), saved=True)
    said = {**form.data, "answers": form.answers.data, "row_version": str(incident.row_version)}
    typed = EditForm(formdata=None, data=said)
    return edit_page(incident, typed, photos, status=422, sent_already=True)


# ---- edit


@room.get("/incidents/<uuid:incident_id>/edit", verb="incident.edit", of=the_incident)
def edit(incident: Incident) -> Response:
    """The report's form, filled with what stands."""
    looks.note("incident.read", the_viewer(), incident)
    refuse_withdrawn(incident)
    return edit_page(incident, EditForm.of(incident), Photos(), status=200)


def edit_page(incident: Incident, form: EditForm, photos: Photos, status: int, **more: Any) -> Response:
    scheme = db.session.get_one(Scheme, incident.scheme_id)
    offer(form, scheme, keep=kind_of(incident))
    return page(
        "incidents/edit.html", fragment="incidents/_form.html", status=status, incident=incident,
        action=f"/incidents/{incident.id}/edit", card=the_card(incident), **form_page(scheme, form, photos), **more,
    )  # fmt: skip


@room.post("/incidents/<uuid:incident_id>/edit", verb="incident.edit", of=the_incident)
def save(incident: Incident) -> Response:
    """Change the report; where somebody else did meanwhile, show both."""
    viewer = the_viewer()
    scheme = db.session.get_one(Scheme, incident.scheme_id)
    form = offer(EditForm(), scheme, keep=kind_of(incident))
    if not re.fullmatch(r"[0-9]{1,18}", form.row_version.data or ""):
        problem(400, "version_missing", _("The form does not say which version it changes (row_version)."))
    if rows_changed(form):
        return edit_page(incident, form, photos_of_request(viewer, scheme), status=200)
    fine = form.validate()
    photos = photos_of_request(viewer, scheme)
    if not fine or photos.errors:
        if not fine:
            refused(form)
        photos.refuse_machine()
        return edit_page(incident, form, photos, status=photos.status or 422)
    facts, version = form.facts(incident), int(form.row_version.data or 0)
    try:
        actions.edit(viewer, incident, facts, version, photos.attachments)
    except Stale as stale:
        return stale_page(stale.incident, form, facts, photos)
    return see_other(f"/incidents/{incident.id}")


def stale_page(standing: Incident, form: EditForm, facts: Facts, photos: Photos) -> Response:
    """409: what stands now above, what was typed below, ready to be sent again."""
    now_standing = {
        "category": kind_of(standing), "narrative": standing.narrative, "row_version": standing.row_version,
    }  # fmt: skip
    if wants_json():
        problem(409, "stale", _("Somebody changed it meanwhile."), standing=now_standing, sent=form.data)
    typed = MultiDict(request.form)
    typed["row_version"] = str(standing.row_version)
    theirs, yours = words_of(standing, [Facts.standing(standing).as_json(), facts.as_json()])
    return edit_page(
        standing, EditForm(formdata=typed), photos, status=409, differ=rows_of(yours, theirs), stale=True
    )
