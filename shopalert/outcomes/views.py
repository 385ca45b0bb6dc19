"""The rooms of what came of it: the two lists of one incident, a step more, and a scheme's figures."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask import Response, request
from flask_babel import gettext as _

from shopalert.db import db, now
from shopalert.idempotency import KeyReused
from shopalert.incidents.forms import as_uuid
from shopalert.incidents.lines import bylines_of
from shopalert.incidents.models import Incident
from shopalert.incidents.views import refused, the_card, the_incident
from shopalert.outcomes import actions, figures
from shopalert.outcomes.actions import Refused
from shopalert.outcomes.forms import StepForm
from shopalert.outcomes.models import PoliceNote, PoliceStep
from shopalert.outcomes.standing import (
    COURT_NEEDS_IT,
    NOT_CHARGED,
    SAID_ALREADY,
    Standing,
    in_order,
    standing,
)
from shopalert.outcomes.vocabulary import LISTS, STATION
from shopalert.outcomes.working_days import TOLD_WITHIN, told_in_time, working_days_between
from shopalert.pages import created, not_found, page, problem, see_other
from shopalert.permissions import can
from shopalert.protection import looks
from shopalert.room import Room
from shopalert.schemes.lookup import the_scheme
from shopalert.schemes.models import Scheme
from shopalert.schemes.names import Byline
from shopalert.schemes.viewer import the_viewer

room = Room("outcomes", __name__)


@dataclass(frozen=True)
class Shown:
    """A step as its list shows it."""

    step: PoliceStep
    by: Byline
    notes: list[PoliceNote]  # the police's own; empty for everybody else

    @property
    def waited(self) -> int:
        """Working days until the shop was told."""
        return working_days_between(self.step.happened_on, self.step.told_on)

    @property
    def late(self) -> bool:
        return not told_in_time(self.step.happened_on, self.step.told_on)


@dataclass(frozen=True)
class Loop:
    """Both lists of one incident, as things happened, and where it stands."""

    progress: list[Shown]
    outcome: list[Shown]
    now: Standing

    @property
    def any(self) -> bool:
        return bool(self.progress or self.outcome)


def the_step(step_id: uuid.UUID) -> PoliceStep | None:
    """The step of an address, under the wall."""
    return db.session.scalar(sa.select(PoliceStep).where(PoliceStep.id == step_id))


def loop_of(incident: Incident) -> Loop:
    """Two queries, and one for names where there is anybody to name."""
    session = db.session()
    steps = list(session.scalars(sa.select(PoliceStep).where(PoliceStep.incident_id == incident.id)))
    by = bylines_of(session, steps)
    notes: dict[uuid.UUID, list[PoliceNote]] = {}
    if steps and incident.scheme_id in the_viewer().police_schemes:
        asked = sa.select(PoliceNote).where(PoliceNote.incident_id == incident.id).order_by(PoliceNote.id)
        for note in session.scalars(asked):
            notes.setdefault(note.step_id, []).append(note)
    shown = [Shown(step, by[step.author_id], notes.get(step.id, [])) for step in in_order(steps)]
    return Loop(
        progress=[one for one in shown if one.step.station.kind == "progress"],
        outcome=[one for one in shown if one.step.station.kind != "progress"],
        now=standing(step for step in steps if step.taken_back_at is None),
    )


@room.app_context_processor
def for_the_incident() -> dict[str, Any]:
    """The incident's own page includes the police's part of it."""
    return {"police_loop": loop_of, "STATION": STATION, "TOLD_WITHIN": TOLD_WITHIN}


# ---- the two lists


@room.get("/incidents/<uuid:incident_id>/progress", verb="incident.read", of=the_incident)
def show(incident: Incident) -> Response:
    """What the police did, and what came of it."""
    looks.note("incident.read", the_viewer(), incident)
    return lists_page(incident, StepForm.fresh())


def lists_page(incident: Incident, form: StepForm, status: int = 200) -> Response:
    scheme = db.session.get_one(Scheme, incident.scheme_id)
    return page(
        "outcomes/show.html", status=status, incident=incident, card=the_card(incident), here=scheme, scheme=scheme,
        steps=loop_of(incident), form=form, lists=LISTS,
    )  # fmt: skip


@room.post("/incidents/<uuid:incident_id>/progress", verb="progress.add", of=the_incident)
def add(incident: Incident) -> Response:
    """Take a step. What can't follow what was said comes back with its words."""
    form = StepForm().about(incident)
    client_id = as_uuid(form.client_id.data)
    if client_id is None:
        problem(400, "key_missing", _("The step carries no number of its own (client_id)."))
    if not can(the_viewer(), "progress.note", incident):
        del form.for_police
    if not form.validate():
        refused(form)
        return lists_page(incident, form, status=422)
    try:
        sent = actions.add(the_viewer(), incident, client_id, form.said)
    except Refused as error:
        form.code.errors = [in_words(error.why)]
        refused(form)
        return lists_page(incident, form, status=422)
    except KeyReused:
        problem(422, "key_reused", _("This step was sent already, with other words."), saved=True)
    where = f"/incidents/{incident.id}/progress#step-{sent.id}"
    return created(sent, where, replayed=sent.replayed)


@room.post("/police-steps/<uuid:step_id>/retraction", verb="progress.take_back", of=the_step)
def take_back(step: PoliceStep) -> Response:
    """It was not so after all."""
    incident = the_incident(step.incident_id)
    if incident is None:
        not_found()
    try:
        actions.take_back(the_viewer(), incident, step)
    except Refused as error:
        problem(409, error.why, in_words(error.why))
    return see_other(f"/incidents/{step.incident_id}/progress#step-{step.id}")


def in_words(why: str) -> str:
    return {
        SAID_ALREADY: _("That was said already, of the same day."),
        NOT_CHARGED: _("A court decides on a charge: enter that there was one first."),
        COURT_NEEDS_IT: _("A court’s result follows it: take that back first."),
    }[why]


# ---- figures


@room.get("/s/<slug>/outcomes", verb="outcomes.read", of=the_scheme)
def scheme_figures(scheme: Scheme) -> Response:
    """How much was reported, answered and told in time; of what this reader may see, in whole numbers."""
    asked = request.args.get("days", "")
    days = int(asked) if asked in {str(each) for each in figures.SPANS} else figures.SPANS[1]
    found = figures.figures_of(db.session(), scheme.id, days, now())
    # Who sees only what the police were told of would read that all of it was.
    told_only = scheme.id in the_viewer().told_only_schemes
    return page(
        "outcomes/figures.html",
        scheme=scheme,
        here=scheme,
        figures=found,
        spans=figures.SPANS,
        told_only=told_only,
    )
