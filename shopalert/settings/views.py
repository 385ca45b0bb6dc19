"""The rooms of a scheme's settings: what the coordinator decides, and what every member may read of it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Response, flash, request
from flask_babel import gettext as _

from shopalert.db import db, now
from shopalert.incidents.kinds import ALWAYS, all_kinds
from shopalert.incidents.views import refused
from shopalert.pages import page, problem, see_other, wants_json
from shopalert.room import Room
from shopalert.schemes.lookup import the_scheme
from shopalert.schemes.models import Scheme, SchemeChange
from shopalert.schemes.viewer import the_viewer
from shopalert.settings import actions
from shopalert.settings.actions import KIND, Stale, TooMany
from shopalert.settings.forms import AddedForm, KindsForm, SettingsForm, Versioned
from shopalert.settings.readers import DAYS, asked_day, days_before, tomorrow
from shopalert.settings.vocabulary import BY_NAME, GLYPHS, HUES, SETTINGS

room = Room("settings", __name__)
NEWS = timedelta(days=14)  # for so long the feed says that something was changed


# ---- what to decide


@room.get("/s/<slug>/settings", verb="scheme.settings", of=the_scheme)
def show(scheme: Scheme) -> Response:
    """Each setting with its choices, and what each does."""
    return settings_page(scheme, SettingsForm.of(scheme))


def settings_page(scheme: Scheme, form: Any, status: int = 200, **more: Any) -> Response:
    return page(
        "settings/settings.html",
        status=status,
        scheme=scheme,
        here=scheme,
        form=form,
        settings=SETTINGS,
        **more,
    )


@room.post("/s/<slug>/settings", verb="scheme.settings", of=the_scheme)
def decide(scheme: Scheme) -> Response:
    """Take what was decided; where another decided meanwhile, show what stands now."""
    form = SettingsForm()
    version = needed(form)
    if not form.validate():
        refused(form)
        return settings_page(scheme, form, status=422)
    try:
        changed = actions.decide(the_viewer(), scheme, version, form.chosen)
    except Stale:
        return stale(scheme, form)
    said(len(changed))
    return see_other(f"/s/{scheme.slug}/settings")


def needed(form: Versioned) -> int:
    """The version that the form was opened at."""
    if form.version is None:
        problem(400, "version_missing", _("The form does not say which version it changes (row_version)."))
    return form.version


def said(many: int) -> None:
    if many:
        flash(_("Saved. Members can read what was changed."), "ok")
    else:
        flash(_("Nothing was changed: it was so already."), "info")


def stale(scheme: Scheme, form: SettingsForm) -> Response:
    """409: beside each choice that differs stands how it is now; sent again it is decided."""
    standing = {setting.name: setting.of(scheme) for setting in SETTINGS}
    if wants_json():
        problem(409, "stale", _("Somebody changed it meanwhile."), standing=standing, sent=form.chosen)
    form.row_version.raw_data = None
    form.row_version.data = str(scheme.settings_version)
    return settings_page(scheme, form, status=409, standing=standing)


# ---- who reads along


@room.get("/s/<slug>/settings/readers", verb="access.read", of=the_scheme)
def readers(scheme: Scheme) -> Response:
    """Which officers opened reports of the scheme, day by day."""
    end = asked_day(request.args.get("before", ""))
    start = end - timedelta(days=DAYS)
    days = days_before(db.session(), scheme.id, end)
    latest = end == tomorrow()
    return page("settings/readers.html", scheme=scheme, here=scheme, days=days, start=start, latest=latest)


# ---- kinds of incident


@room.get("/s/<slug>/settings/kinds", verb="scheme.settings", of=the_scheme)
def kinds(scheme: Scheme) -> Response:
    """Which kinds the report form offers, and a new one."""
    return kinds_page(scheme)


def kinds_page(
    scheme: Scheme,
    form: KindsForm | None = None,
    added: AddedForm | None = None,
    status: int = 200,
    **more: Any,
) -> Response:
    found = all_kinds(scheme.id)
    shown = [kind.code for kind in found if kind.shown]
    form = form or KindsForm(
        formdata=None, data={"shown": shown, "row_version": str(scheme.settings_version)}
    )
    added = added or AddedForm(formdata=None)
    return page(
        "settings/kinds.html", status=status, scheme=scheme, here=scheme, kinds=found, form=form.offer(found),
        added=added.offer(found), always=ALWAYS, glyphs=GLYPHS, hues=HUES, **more,
    )  # fmt: skip


@room.post("/s/<slug>/settings/kinds", verb="scheme.settings", of=the_scheme)
def show_kinds(scheme: Scheme) -> Response:
    form = KindsForm().offer(all_kinds(scheme.id))
    version = needed(form)
    if not form.validate():
        refused(form)
        return kinds_page(scheme, form, status=422)
    try:
        changed = actions.show_kinds(the_viewer(), scheme, version, set(form.shown.data or []))
    except Stale:
        if wants_json():
            problem(409, "stale", _("Somebody changed it meanwhile."))
        form.row_version.data = str(scheme.settings_version)
        return kinds_page(scheme, form, status=409, stale=True)
    said(len(changed))
    return see_other(f"/s/{scheme.slug}/settings/kinds")


@room.post("/s/<slug>/settings/kinds/added", verb="scheme.settings", of=the_scheme)
def add_kind(scheme: Scheme) -> Response:
    form = AddedForm().offer(all_kinds(scheme.id))
    if not form.validate():
        refused(form)
        return kinds_page(scheme, added=form, status=422)
    try:
        actions.add_kind(
            the_viewer(), scheme, form.label.data or "", form.base.data, form.glyph.data, form.hue.data
        )
    except TooMany:
        form.label.errors = [_("The scheme has as many kinds of its own as a list can bear. Hide one first.")]
        refused(form)
        return kinds_page(scheme, added=form, status=422)
    flash(_("Added. It stands in the report form now."), "ok")
    return see_other(f"/s/{scheme.slug}/settings/kinds#main")  # not at the form, where a browser would stay


# ---- what everybody may read


@room.get("/s/<slug>/about", verb="scheme.read", of=the_scheme)
def about(scheme: Scheme) -> Response:
    """What this scheme has agreed, in words, and what was changed when."""
    found = all_kinds(scheme.id)
    labels = {kind.code: _(kind.label) for kind in found}
    return page(
        "settings/about.html", scheme=scheme, here=scheme, settings=SETTINGS, kinds=found,
        changes=[in_words(row, labels) for row in actions.changes(scheme)],
    )  # fmt: skip


def in_words(row: SchemeChange, labels: dict[str, str]) -> dict[str, Any]:
    """A change as a member reads it."""
    if row.setting == KIND:
        kind = labels.get(row.thing, row.thing)
        texts = {
            "hidden": _("“%(kind)s” is no longer offered in the report form", kind=kind),
            "shown": _("“%(kind)s” is offered in the report form again", kind=kind),
            "added": _("“%(kind)s” was added to the report form", kind=kind),
        }
        return {"at": row.at, "title": _("Kinds of incident"), "text": texts.get(row.after, ""), "before": ""}
    setting = BY_NAME.get(row.setting)
    if setting is None:
        return {"at": row.at, "title": row.setting, "text": row.after, "before": row.before}
    now_, before = setting.choice(row.after), setting.choice(row.before)
    return {"at": row.at, "title": _(setting.title), "text": _(now_.label), "before": _(before.label)}


@room.app_context_processor
def news() -> dict[str, Any]:
    """For the feed: what the scheme changed lately, in one line."""
    return {"scheme_news": scheme_news}


def scheme_news(scheme: Scheme) -> dict[str, Any] | None:
    """The latest change, as long as it is news."""
    found = actions.changes(scheme, most=1)
    if not found or found[0].at < now() - NEWS:
        return None
    labels = {kind.code: _(kind.label) for kind in all_kinds(scheme.id)} if found[0].setting == KIND else {}
    return in_words(found[0], labels)
