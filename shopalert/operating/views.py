"""The operator's room: what is still missing, districts and schemes. And the set-up that leads into it."""

from __future__ import annotations

from typing import Any, NoReturn

from flask import Response, flash, request, session
from flask_babel import gettext as _

from shopalert.accounts import devices, login
from shopalert.config import config
from shopalert.operating import actions, doctor, lookup, set_up, watch
from shopalert.operating.actions import Unfit
from shopalert.operating.forms import (
    DistrictsForm,
    ForceForm,
    MergeForm,
    NameForm,
    OperatorForm,
    PersonForm,
    SchemeForm,
)
from shopalert.operating.offered import ESSEX
from shopalert.operating.people import Person
from shopalert.operating.welcome import welcome
from shopalert.pages import not_found, page, problem, see_other
from shopalert.room import PUBLIC, Room
from shopalert.schemes.models import District, Scheme
from shopalert.schemes.viewer import the_viewer

room = Room("operating", __name__)

HERE = "/operating/"
LINK = "set_up"  # in the browser's cookie: the hash of the link that it opened


# ---- set-up: until there is an operator


@room.get("/set-up/<token>", verb=PUBLIC)
def open_link(token: str) -> Response:
    """The link of the console. The token leaves the address; nothing is used up yet."""
    hashed = set_up.hash_of(token)
    if not set_up.stands(hashed):
        gone()
    session[LINK] = hashed.hex()
    return see_other("/set-up")


@room.get("/set-up", verb=PUBLIC)
def begin() -> Response:
    if not set_up.stands(opened_link()):
        gone()
    return page("operating/set_up.html", form=OperatorForm())


@room.post("/set-up", verb=PUBLIC)
def set_up_operator() -> Response:
    """The link is used up: the first operator is here, and goes on with the other steps."""
    form = OperatorForm(request.form)
    if not set_up.stands(opened_link()):
        gone()
    if form.validate():
        device = devices.label(request.user_agent.string)
        said = (form.name.data or "", form.email.data or "", form.password.data or "")
        try:
            token, viewer = set_up.begin(opened_link(), *said, device)
        except set_up.Gone:
            gone()
        except Unfit as unfit:
            refuse(form, unfit)
        else:
            login.welcome(token, viewer)
            return see_other("/operating/next")
    return page("operating/set_up.html", form=form, status=422)


def opened_link() -> bytes:
    try:
        return bytes.fromhex(session.get(LINK, ""))
    except (TypeError, ValueError):
        return b""


def gone() -> NoReturn:
    """Used, replaced, unknown, or there is an operator: nobody can tell which."""
    session.pop(LINK, None)
    problem(
        410,
        "gone",
        _(
            "This link is not valid, or no longer. An instance that is not set up yet shows a new one on its"
            " console each time it starts."
        ),
    )


# ---- the room


@room.get("/operating/", verb="instance.look")
def home() -> Response:
    return page(
        "operating/home.html",
        progress=lookup.progress(),
        found=doctor.found(config()),
        alarms=watch.standing(),
    )


@room.get("/operating/next", verb="instance.look")
def next_step() -> Response:
    """Where set-up goes on: the first step that is not done."""
    ways = {
        "force": "/operating/force",
        "districts": "/operating/districts/new",
        "scheme": "/operating/schemes/new",
    }
    progress = lookup.progress()
    if progress.next == "coordinator":
        return see_other(f"/operating/schemes/{progress.without[0].slug}")
    return see_other(ways.get(progress.next, HERE))


@room.get("/operating/health", verb="instance.look")
def health() -> Response:
    """What the doctor finds, in words."""
    return page("operating/health.html", found=doctor.found(config()))


def done(words: str, otherwise: str) -> Response:
    """Say what was done; on to the next step of set-up, or where one was."""
    flash(words, "ok")
    return see_other("/operating/next" if lookup.progress().next else otherwise)


def refuse(form: Any, unfit: Unfit) -> None:
    """The reason beside its field."""
    field = getattr(form, unfit.field, None)
    if field is None:
        form.form_errors.append(unfit.reason)
    else:
        field.errors = [*field.errors, unfit.reason]


# ---- force and districts


@room.get("/operating/force", verb="district.add")
def force() -> Response:
    return page(
        "operating/force.html", form=ForceForm(obj=lookup.progress().force), progress=lookup.progress()
    )


@room.post("/operating/force", verb="district.add")
def name_force() -> Response:
    form = ForceForm(request.form)
    if not form.validate():
        return page("operating/force.html", form=form, progress=lookup.progress(), status=422)
    actions.name_force(the_viewer(), form.name.data or "")
    return done(_("The force is %(name)s.", name=form.name.data), "/operating/districts")


@room.get("/operating/districts", verb="instance.look")
def districts() -> Response:
    return page(
        "operating/districts.html", districts=lookup.districts_counted(), force=lookup.progress().force
    )


@room.get("/operating/districts/new", verb="district.add")
def new_districts() -> Response:
    form = DistrictsForm()
    if not lookup.all_districts():
        form.offered.data = list(ESSEX)  # all are ticked: it is easier to take away
    return districts_form(form)


@room.post("/operating/districts", verb="district.add")
def add_districts() -> Response:
    form = DistrictsForm(request.form)
    if form.validate():
        try:
            made = actions.add_districts(the_viewer(), form.names)
        except Unfit as unfit:
            refuse(form, unfit)
        else:
            return done(
                _("Added: %(names)s.", names=", ".join(each.name for each in made)), f"{HERE}districts"
            )
    return districts_form(form, 422)


def districts_form(form: DistrictsForm, status: int = 200) -> Response:
    standing = {each.name for each in lookup.all_districts()}
    return page(
        "operating/districts_new.html",
        form=form,
        offered=[name for name in ESSEX if name not in standing],
        progress=lookup.progress(),
        status=status,
    )


@room.get("/operating/districts/<district>", verb="district.add")
def district(district: str) -> Response:
    return district_page(the_district(district))


@room.post("/operating/districts/<district>/name", verb="district.add")
def rename_district(district: str) -> Response:
    found, form = the_district(district), NameForm(request.form)
    if not form.validate():
        return district_page(found, 422, name=form)
    actions.rename_district(the_viewer(), found.id, form.name.data or "")
    return done(_("It is called %(name)s now.", name=form.name.data), f"{HERE}districts")


@room.post("/operating/districts/<district>/merger", verb="district.add")
def merge_district(district: str) -> Response:
    found, form = the_district(district), MergeForm(request.form)
    others = {each.slug: each for each in lookup.all_districts() if each.id != found.id}
    form.into.choices = [(each.slug, each.name) for each in others.values()]
    if form.validate():
        into = others[form.into.data]
        actions.merge_district(the_viewer(), found.id, into.id)
        words = _("%(name)s is part of %(into)s now.", name=found.name, into=into.name)
        return done(words, f"{HERE}districts")
    return district_page(found, 422, merge=form)


def district_page(found: District, status: int = 200, **forms: Any) -> Response:
    others = [each for each in lookup.all_districts() if each.id != found.id]
    merge = forms.get("merge") or MergeForm()
    merge.into.choices = [(each.slug, each.name) for each in others]
    counted = next(each for each in lookup.districts_counted() if each.thing.id == found.id)
    return page(
        "operating/district.html",
        district=found,
        counted=counted,
        form=forms.get("name") or NameForm(obj=found),
        merge=merge,
        status=status,
    )


def the_district(slug: str) -> District:
    found: District | None = lookup.by_slug(District, slug)
    if found is None or found.ended_at is not None:
        not_found()
    return found


# ---- schemes and who coordinates them


@room.get("/operating/schemes", verb="instance.look")
def schemes() -> Response:
    return page("operating/schemes.html", schemes=lookup.schemes_counted(), districts=lookup.all_districts())


@room.get("/operating/schemes/new", verb="scheme.add")
def new_scheme() -> Response:
    return scheme_form(SchemeForm())


@room.post("/operating/schemes", verb="scheme.add")
def add_scheme() -> Response:
    form = SchemeForm(request.form)
    form.district.choices = district_choices()
    if form.validate():
        found = the_district(form.district.data)
        said = (form.name.data or "", form.code.data or "", form.kind.data, form.slug.data or "")
        try:
            made = actions.add_scheme(the_viewer(), found.id, *said)
        except Unfit as unfit:
            refuse(form, unfit)
        else:
            flash(_("%(name)s is here. Next, somebody to coordinate it.", name=made.name), "ok")
            return see_other(f"{HERE}schemes/{made.slug}")
    return scheme_form(form, 422)


def scheme_form(form: SchemeForm, status: int = 200) -> Response:
    form.district.choices = district_choices()
    return page("operating/scheme_new.html", form=form, progress=lookup.progress(), status=status)


def district_choices() -> list[tuple[str, str]]:
    return [(each.slug, each.name) for each in lookup.all_districts()]


@room.get("/operating/schemes/<slug>", verb="scheme.add")
def scheme(slug: str) -> Response:
    return scheme_page(the_scheme(slug), PersonForm())


@room.post("/operating/schemes/<slug>/name", verb="scheme.add")
def rename_scheme(slug: str) -> Response:
    found, form = the_scheme(slug), NameForm(request.form)
    if not form.validate():
        return scheme_page(found, PersonForm(), 422, form)
    actions.rename_scheme(the_viewer(), found.id, form.name.data or "")
    return done(_("It is called %(name)s now.", name=form.name.data), f"{HERE}schemes/{found.slug}")


@room.post("/operating/schemes/<slug>/coordinators", verb="coordinator.add")
def add_coordinator(slug: str) -> Response:
    found, form = the_scheme(slug), PersonForm(request.form)
    if form.validate():
        person = Person(form.email.data or "", form.name.data or "", schemes={found.id: "coordinator"})
        try:
            return welcome("coordinator.add", person)
        except Unfit as unfit:
            refuse(form, unfit)
    return scheme_page(found, form, 422)


def scheme_page(found: Scheme, form: PersonForm, status: int = 200, name: NameForm | None = None) -> Response:
    return page(
        "operating/scheme.html",
        scheme=found,
        form=form,
        rename=name or NameForm(obj=found),
        district=next((each for each in lookup.all_districts() if each.id == found.district_id), None),
        coordinators=lookup.coordinators_of(found.id),
        progress=lookup.progress(),
        status=status,
    )


def the_scheme(slug: str) -> Scheme:
    found: Scheme | None = lookup.by_slug(Scheme, slug)
    if found is None:
        not_found()
    return found
