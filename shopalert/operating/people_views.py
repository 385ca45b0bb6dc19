"""The operator's room: people, with what they may see and how that ends."""

from __future__ import annotations

import uuid

from flask import Response, flash, request
from flask_babel import gettext as _

from shopalert.accounts import actions as accounts
from shopalert.operating import lookup, people
from shopalert.operating.actions import Unfit
from shopalert.operating.forms import Districts, OfficerForm, PersonForm
from shopalert.operating.lookup import Listed
from shopalert.operating.people import Person
from shopalert.operating.views import HERE, refuse, room
from shopalert.operating.welcome import welcome
from shopalert.pages import not_found, page, see_other
from shopalert.schemes.viewer import the_viewer


@room.get("/operating/people", verb="instance.look")
def all_people() -> Response:
    words, group = request.args.get("q", "")[:120].strip(), request.args.get("group", "all")
    group = group if group in lookup.GROUPS else "all"
    try:
        after = uuid.UUID(request.args["after"]) if "after" in request.args else None
    except ValueError:
        not_found()
    found, older = lookup.people(words if words.isprintable() else "", group, after)
    return page("operating/people.html", people=found, older=older, words=words, group=group)


@room.get("/operating/officers/new", verb="officer.place")
def new_officer() -> Response:
    return officer_form(OfficerForm(), Districts(lookup.all_districts()))


@room.post("/operating/officers", verb="officer.place")
def add_officer() -> Response:
    form, places = OfficerForm(request.form), Districts(lookup.all_districts(), request.form)
    form.validate()
    if not places.wanted:
        form.form_errors.append(_("Give the officer at least one district."))
    if not form.errors:
        said = (form.email.data or "", form.name.data or "")
        try:
            return welcome("officer.place", Person(*said, rank=form.rank.data or "", districts=places.wanted))
        except Unfit as unfit:
            refuse(form, unfit)
    return officer_form(form, places, 422)


def officer_form(form: OfficerForm, places: Districts, status: int = 200) -> Response:
    return page("operating/officer_new.html", form=form, places=places, status=status)


@room.get("/operating/operators/new", verb="operator.add")
def new_operator() -> Response:
    return page("operating/operator_new.html", form=PersonForm())


@room.post("/operating/operators", verb="operator.add")
def add_operator() -> Response:
    form = PersonForm(request.form)
    if form.validate():
        try:
            return welcome("operator.add", Person(form.email.data or "", form.name.data or "", operator=True))
        except Unfit as unfit:
            refuse(form, unfit)
    return page("operating/operator_new.html", form=form, status=422)


@room.get("/operating/people/<uuid:person_id>", verb="instance.look")
def person(person_id: uuid.UUID) -> Response:
    return person_page(the_person(person_id))


@room.post("/operating/people/<uuid:person_id>/districts", verb="officer.place")
def place_officer(person_id: uuid.UUID) -> Response:
    """Which districts a person reads from now on; an access that ends, ends with this."""
    found = the_person(person_id)
    places = Districts(lookup.all_districts(), request.form)
    people.place_officer(the_viewer(), found.user.id, places.wanted)
    flash(
        _("%(name)s’s districts are changed. What they no longer see has ended.", name=found.user.name), "ok"
    )
    return see_other(f"{HERE}people/{found.user.id}")


@room.post("/operating/people/<uuid:person_id>/force", verb="officer.to_force")
def let_tell_force(person_id: uuid.UUID) -> Response:
    """May write to the whole force, or may no longer."""
    found = the_person(person_id)
    allowed = request.form.get("allowed") == "yes"
    try:
        people.let_tell_force(the_viewer(), found.user.id, allowed)
    except Unfit as unfit:
        flash(unfit.reason, "warn")
    else:
        name = found.user.name
        said = (
            _("%(name)s may write to the whole force.", name=name)
            if allowed
            else _("%(name)s no longer writes to the whole force.", name=name)
        )
        flash(said, "ok")
    return see_other(f"{HERE}people/{found.user.id}")


@room.post("/operating/people/<uuid:person_id>/suspension", verb="person.suspend")
def suspend(person_id: uuid.UUID) -> Response:
    found = the_person(person_id)
    try:
        ended = people.suspend(the_viewer(), found.user)
    except Unfit as unfit:
        flash(unfit.reason, "warn")
    else:
        flash(_("%(name)s is suspended; %(n)s sessions ended.", name=found.user.name, n=ended), "ok")
    return see_other(f"{HERE}people/{found.user.id}")


@room.post("/operating/people/<uuid:person_id>/return", verb="person.suspend")
def restore(person_id: uuid.UUID) -> Response:
    found = the_person(person_id)
    accounts.restore(found.user, the_viewer())
    flash(_("%(name)s may sign in again.", name=found.user.name), "ok")
    return see_other(f"{HERE}people/{found.user.id}")


@room.post("/operating/people/<uuid:person_id>/sessions/end", verb="person.suspend")
def end_sessions(person_id: uuid.UUID) -> Response:
    """Out of all browsers, with all alerts; the account stays as it is."""
    found = the_person(person_id)
    ended = accounts.end_all_sessions(the_viewer(), found.user)
    flash(_("%(n)s sessions ended.", n=ended), "ok")
    return see_other(f"{HERE}people/{found.user.id}")


def person_page(found: Listed, status: int = 200) -> Response:
    user = found.user
    return page(
        "operating/person.html",
        person=found,
        places=Districts(lookup.all_districts(), held=lookup.held_by(user.id)),
        sessions=lookup.open_sessions(user.id),
        me=user.id == the_viewer().user_id,
        status=status,
    )


def the_person(person_id: uuid.UUID) -> Listed:
    found = lookup.the_person(person_id)
    if found is None:
        not_found()
    return found
