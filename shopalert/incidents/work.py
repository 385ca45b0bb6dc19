"""What makes a feed a place to work in: saved views, what was read, words to complete, and an incident on paper."""

from __future__ import annotations

import re
import uuid
from typing import Any

import sqlalchemy as sa
from flask import Response, flash, g, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from markupsafe import Markup
from wtforms import HiddenField, StringField
from wtforms.validators import DataRequired, Length

from shopalert.db import db, now
from shopalert.evidence.actions import note_thumbs_listed
from shopalert.incidents import saved, search, unread
from shopalert.incidents.filters import understood, waiting_for_reply
from shopalert.incidents.kinds import all_kinds
from shopalert.incidents.models import Incident, SavedView
from shopalert.incidents.views import everything, the_card, the_incident
from shopalert.pages import page, see_other
from shopalert.protection import looks
from shopalert.room import SIGNED_IN, Room
from shopalert.schemes.lookup import premises_of, the_scheme
from shopalert.schemes.models import Scheme
from shopalert.schemes.viewer import current_viewer, the_viewer
from shopalert.text import PlainText, one_line
from shopalert.words import iso

room = Room("work", __name__)


class ViewForm(FlaskForm):
    """A view's name; its filter comes with it and is read again as any address is."""

    name = StringField(
        _l("Name of the view"),
        filters=[one_line],
        validators=[
            DataRequired(_l("Give the view a name.")), PlainText(),
            Length(max=60, message=_l("Keep it under 60 letters.")),
        ],
    )  # fmt: skip
    query = HiddenField()


# ---- saved views


def the_view(view_id: uuid.UUID) -> SavedView | None:
    """One's own view; another's does not exist."""
    mine = sa.select(SavedView).where(SavedView.id == view_id, SavedView.author_id == the_viewer().user_id)
    return db.session.scalar(mine)


@room.get("/s/<slug>/views", verb="scheme.read", of=the_scheme)
def name_view(scheme: Scheme) -> Response:
    """Which name shall it have?"""
    return name_page(scheme, ViewForm(formdata=None, data={"query": clean(scheme, request.args)}))


@room.post("/s/<slug>/views", verb="scheme.read", of=the_scheme)
def save_view(scheme: Scheme) -> Response:
    """Keep the filter that the feed stands on."""
    form = ViewForm()
    form.query.data = clean(
        scheme, dict(pair.split("=", 1) for pair in (form.query.data or "").split("&") if "=" in pair)
    )
    if not form.validate():
        return name_page(scheme, form, status=422)
    try:
        view = saved.save(the_viewer(), scheme, form.name.data or "", form.query.data)
    except saved.TooMany:
        form.name.errors = [_("You have %(n)d views here. Remove one first.", n=saved.MOST)]
        return name_page(scheme, form, status=422)
    flash(_("Saved. It stands above the feed."), "ok")
    return see_other(f"/s/{scheme.slug}/?{view.query}")


def name_page(scheme: Scheme, form: ViewForm, status: int = 200) -> Response:
    return page("incidents/view_new.html", status=status, scheme=scheme, here=scheme, form=form)


def clean(scheme: Scheme, args: Any) -> str:
    """A filter as this house writes it, whatever was sent."""
    kinds = [kind.code for kind in all_kinds(scheme.id)]
    found, _odd = understood(args, kinds, [place.id for place in premises_of(scheme.id)])
    return found.query


@room.get("/views/<uuid:view_id>", verb=SIGNED_IN, of=the_view)
def view(view: SavedView) -> Response:
    """Rename it, or let it go."""
    return view_page(view, ViewForm(formdata=None, data={"name": view.name}))


@room.post("/views/<uuid:view_id>", verb=SIGNED_IN, of=the_view)
def rename_view(view: SavedView) -> Response:
    form = ViewForm()
    if not form.validate():
        return view_page(view, form, status=422)
    try:
        saved.rename(the_viewer(), view, form.name.data or "")
    except saved.NameTaken:
        form.name.errors = [_("You have a view of that name here.")]
        return view_page(view, form, status=422)
    return see_other(feed_of(view))


@room.post("/views/<uuid:view_id>/removal", verb=SIGNED_IN, of=the_view)
def remove_view(view: SavedView) -> Response:
    there = feed_of(view).partition("?")[0]
    saved.remove(the_viewer(), view)
    return see_other(there)


def view_page(view: SavedView, form: ViewForm, status: int = 200) -> Response:
    scheme = db.session.get_one(Scheme, view.scheme_id)
    return page("incidents/view.html", status=status, scheme=scheme, here=scheme, view=view, form=form)


def feed_of(view: SavedView) -> str:
    return f"/s/{db.session.get_one(Scheme, view.scheme_id).slug}/?{view.query}"


# ---- what was read


@room.post("/s/<slug>/reading", verb="scheme.read", of=the_scheme)
def read_all(scheme: Scheme) -> Response:
    """Everything of the scheme is read."""
    unread.read_all(the_viewer(), scheme.id)
    return see_other(f"/s/{scheme.slug}/")


@room.post("/incidents/<uuid:incident_id>/reading", verb="incident.read", of=the_incident)
def read_one(incident: Incident) -> Response:
    """An open page saw something new arrive."""
    unread.note_read(the_viewer(), incident)
    return see_other(f"/incidents/{incident.id}")


def unread_now() -> dict[str, Any]:
    """What this viewer has not read and not answered, asked once a request."""
    viewer = current_viewer()
    if viewer is None or not viewer.schemes or g.get("database_is_lost"):
        return {"ids": [], "reply": 0, "at": iso(now())}
    if "unread_now" not in g:
        at = iso(now())
        ids = unread.unread_ids(db.session(), viewer, viewer.schemes)
        g.unread_now = {"ids": ids, "reply": waiting_for_reply(db.session(), viewer), "at": at}
    found: dict[str, Any] = g.unread_now
    return found


@room.app_context_processor
def for_every_page() -> dict[str, Any]:
    return {"unread_now": unread_now}


@room.app_template_filter("as_unread")
def as_unread(card: Markup) -> Markup:
    """A card, which is the same for everybody, marked for one reader of a page."""
    return card.replace(" data-into=", " data-unread data-into=", 1)


@room.app_template_filter("pieces")
def pieces(text: str, found: search.Found) -> list[tuple[str, bool]]:
    """A text in pieces, and which of them were looked for; shortened around the first of those."""
    parts = re.split(r"([^\W_]+(?:['’][^\W_]+)*)", text)
    hits = {at for at in range(1, len(parts), 2) if search.matches(parts[at], found)}
    first = max(0, min(hits, default=0) - 40)
    last = first + 100
    shown = [(part, at in hits) for at, part in enumerate(parts[first:last], first)]
    return [*([("… ", False)] if first else []), *shown, *([(" …", False)] if last < len(parts) else [])]


# ---- search


@room.get("/search/words", verb="incident.search")
def search_words() -> Response:
    """Words to complete what is being typed: of what this reader may see, and nothing else."""
    found = search.complete(db.session(), request.args.get("q", "")[:200])
    return page("incidents/search_words.html", fragment="incidents/_search_words.html", words=found)


# ---- paper


@room.get("/incidents/<uuid:incident_id>/print", verb="incident.read", of=the_incident)
def on_paper(incident: Incident) -> Response:
    """Everything that this reader may see, for an A4 printer; who printed, and when, stands on it and in the audit."""
    found = the_card(incident)
    looks.note("incident.print", the_viewer(), incident)
    note_thumbs_listed(the_viewer(), incident, [picture.id for picture in found.pictures])
    return page("incidents/print.html", printed_at=now(), **everything(incident, found))
