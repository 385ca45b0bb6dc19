"""The rooms of the feed of warnings: its addresses, which a scheme gives away, and what machines read at them."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Response, flash, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import SelectField
from wtforms.validators import DataRequired

from shopalert.accounts import links
from shopalert.bulletins import cap, cap_access
from shopalert.bulletins.cap_access import MONTHS, the_token
from shopalert.bulletins.forms import line
from shopalert.bulletins.lookup import the_bulletin
from shopalert.bulletins.models import Bulletin, CapToken
from shopalert.config import config
from shopalert.db import db, now
from shopalert.incidents.views import refused
from shopalert.pages import page, see_other
from shopalert.room import PUBLIC, Room
from shopalert.schemes.lookup import the_scheme
from shopalert.schemes.models import Scheme
from shopalert.schemes.names import bylines
from shopalert.schemes.viewer import the_viewer
from shopalert.wall import crossing

room = Room("cap", __name__)


class SubscriberForm(FlaskForm):
    """Who gets an address, and for how long."""

    label = line(_l("Who reads it"), 80, DataRequired(_l("Say which office or system reads it.")))
    months = SelectField(
        _l("For how long"), coerce=int, default=12, choices=[(each, each) for each in MONTHS]
    )


# ---- addresses


@room.get("/s/<slug>/cap", verb="cap.manage", of=the_scheme)
def subscribers(scheme: Scheme) -> Response:
    """Who reads the warnings by machine, and a new address."""
    return subscribers_page(scheme, SubscriberForm())


@room.post("/s/<slug>/cap", verb="cap.manage", of=the_scheme)
def give(scheme: Scheme) -> Response:
    """A new address, shown on this answer and never again."""
    form = SubscriberForm()
    if not form.validate():
        refused(form)
        return subscribers_page(scheme, form, 422)
    _row, secret = cap_access.give(the_viewer(), scheme, form.label.data or "", form.months.data)
    return subscribers_page(
        scheme, SubscriberForm(formdata=None), 201, links.address(f"/cap/{secret}/feed.atom")
    )


def subscribers_page(scheme: Scheme, form: SubscriberForm, status: int = 200, told: str = "") -> Response:
    session = db.session()
    rows = cap_access.given(session, scheme)
    return page(
        "bulletins/cap.html", status=status, scheme=scheme, here=scheme, form=form, told=told, rows=rows,
        holding=cap_access.holding(rows), by=bylines(session, scheme.id, {row.author_id for row in rows}),
        spans={1: _("One month"), 3: _("Three months"), 12: _("A year")}, at=now(),
    )  # fmt: skip


@room.post("/cap/addresses/<uuid:cap_id>/revocation", verb="cap.manage", of=the_token)
def revoke(row: CapToken) -> Response:
    cap_access.revoke(the_viewer(), row)
    flash(_("This address opens nothing any more."), "ok")
    scheme = db.session.get_one(Scheme, row.scheme_id)
    return see_other(f"/s/{scheme.slug}/cap")


@room.post("/bulletins/<uuid:bulletin_id>/opening", verb="cap.open", of=the_bulletin)
def let_out(bulletin: Bulletin) -> Response:
    """A warning is for everybody from now on, or for its schemes alone."""
    to_all = request.form.get("to_all") == "yes"
    cap_access.let_out(the_viewer(), bulletin, to_all)
    flash(_("Everybody may read it now.") if to_all else _("It is for its schemes alone."), "ok")
    return see_other(bulletin.url)


# ---- what machines read


@room.get("/cap/<token>/feed.atom", verb=PUBLIC)
def feed(token: str) -> Response:
    """A scheme's warnings; where the address opens nothing, nothing."""
    row = cap_access.opened(token)
    if row is None:
        return nothing()
    with crossing("cap") as session:
        scheme = session.get_one(Scheme, row.scheme_id)
    found = cap_access.messages(row.scheme_id, now())
    said = cap.feed(
        found, _("Warnings of %(scheme)s", scheme=scheme.name), links.address(f"/cap/{token}/feed.atom"),
        row.created_at, f"urn:uuid:{scheme.id}",
    )  # fmt: skip
    return answered(said, cap.ATOM_TYPE)


@room.get("/cap/public.atom", verb=PUBLIC)
def public_feed() -> Response:
    """What officers let out. Where there is nothing of that, there is no feed."""
    found = cap_access.messages(None, now())
    if not found:
        return nothing()
    itself = links.address("/cap/public.atom")
    return answered(cap.feed(found, _("Public warnings"), itself, now(), itself), cap.ATOM_TYPE)


@room.get("/cap/<token>/<message>.xml", verb=PUBLIC)
def message(token: str, message: str) -> Response:
    """One message, as it stands in the feed or is pointed to from there."""
    row = None if token == cap.PUBLIC else cap_access.opened(token)
    if row is None and token != cap.PUBLIC:
        return nothing()
    found = cap_access.message(row.scheme_id if row else None, message, now())
    if found is None:
        return nothing()
    return answered(cap.alert(found, sender()), cap.CAP_TYPE)


def sender() -> str:
    return f"shopalert@{urlsplit(config().base_url).hostname}"


def answered(said: bytes, kind: str) -> Response:
    """With a mark of its words: who has them already is told so, and nothing else."""
    response = Response(said, content_type=f"{kind}; charset=utf-8")
    response.add_etag()
    response.make_conditional(request)
    return response


def nothing() -> Response:
    """No words: nobody learns whether an address was ever any."""
    return Response(status=404, content_type="text/plain; charset=utf-8")
