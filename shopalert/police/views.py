"""The page "To the police": what they still need, when they come, the report to copy, and their numbers."""

from __future__ import annotations

import sqlalchemy as sa
from flask import Response, flash, request
from flask_babel import gettext as _

from shopalert.db import db
from shopalert.incidents.cards import Card
from shopalert.incidents.models import Incident
from shopalert.incidents.views import may_read, refused, the_card, the_incident
from shopalert.pages import page, see_other
from shopalert.permissions import can
from shopalert.police import actions
from shopalert.police.forces import asks_of
from shopalert.police.forms import DetailsForm, NumbersForm
from shopalert.police.meter import grounds_999, grounds_to_attend, meter
from shopalert.police.models import ForPolice
from shopalert.police.numbers import standing, warnings
from shopalert.police.summary import Told, summary
from shopalert.police.vocabulary import NUMBERS
from shopalert.protection import looks
from shopalert.room import Room
from shopalert.schemes.models import Scheme
from shopalert.schemes.viewer import the_viewer

room = Room("police", __name__)


@room.get("/incidents/<uuid:incident_id>/police", verb="police.report", of=the_incident)
def show(incident: Incident) -> Response:
    """All of it on one page; that somebody read it stands in the audit, as it holds more than the report."""
    looks.note("police.report", the_viewer(), incident)
    return police_page(incident)


@room.post("/incidents/<uuid:incident_id>/police/numbers", verb="police.number", of=the_incident)
def put_numbers(incident: Incident) -> Response:
    """Take the numbers; what may be odd about one stands beside it afterwards."""
    form = NumbersForm()
    if not form.validate():
        refused(form)
        return police_page(incident, numbers=form, status=422)
    if actions.put_numbers(the_viewer(), incident, form.said(request.form)):
        flash(_("Saved. The reporter and who follows it are told."), "ok")
    return see_other(f"/incidents/{incident.id}/police#numbers")


@room.post("/incidents/<uuid:incident_id>/police/details", verb="police.details", of=the_incident)
def keep_details(incident: Incident) -> Response:
    """Take what the force asks beside the report, and show the report that it makes."""
    form = DetailsForm()
    if not form.validate():
        refused(form)
        return police_page(incident, details=form, status=422)
    actions.keep_details(the_viewer(), incident, form.facts)
    return see_other(f"/incidents/{incident.id}/police#copy")


def police_page(
    incident: Incident,
    numbers: NumbersForm | None = None,
    details: DetailsForm | None = None,
    status: int = 200,
) -> Response:
    card, beside = the_card(incident), beside_of(incident)
    scheme = db.session.get_one(Scheme, incident.scheme_id)
    asks = asks_of(scheme)
    may_enter = can(the_viewer(), "police.number", incident)
    return page(
        "police/show.html", status=status, incident=incident, card=card, scheme=scheme, here=scheme, asks=asks,
        meter=meter(asks.needs, incident, beside), grounds=grounds_999(incident),
        attend=grounds_to_attend(incident, beside), text=summary(asks, told(incident, card, beside)),
        kinds=NUMBERS, standing=standing(incident), numbers=numbers or NumbersForm.of(incident),
        warnings=warnings(db.session(), asks, incident) if may_enter else {},
        details=details or DetailsForm.of(beside, as_before(incident, beside)),
    )  # fmt: skip


def beside_of(incident: Incident) -> ForPolice | None:
    return db.session.scalar(sa.select(ForPolice).where(ForPolice.incident_id == incident.id))


def told(incident: Incident, card: Card, beside: ForPolice | None) -> Told:
    """What the summary is made of, as far as this reader may read it."""
    place = [card.place, incident.premises.postcode if incident.premises else ""]
    return Told(
        incident, beside, kind=card.category, place=", ".join(part for part in place if part),
        business=incident.premises.name if incident.premises else "", pictures=len(card.pictures), **may_read(incident),
    )  # fmt: skip


def as_before(incident: Incident, beside: ForPolice | None) -> dict[str, str]:
    """Whom to ask, as this person last said in this scheme: so it is typed once."""
    viewer = the_viewer()
    if beside is not None or viewer.is_police:
        return {}
    last = db.session.scalar(
        sa.select(ForPolice)
        .where(ForPolice.scheme_id == incident.scheme_id, ForPolice.author_id == viewer.user_id)
        .order_by(ForPolice.at.desc())
        .limit(1)
    )
    if last is None:
        return {"contact_name": viewer.name}
    return {name: getattr(last, name) for name in ("contact_name", "contact_number", "available", "support")}
