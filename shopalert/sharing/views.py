"""The rooms of sharing: a thing is given to other schemes, and what one's own was given is read."""

from __future__ import annotations

from typing import Any

from flask import Response, flash
from flask_babel import gettext as _
from flask_babel import ngettext

from shopalert.alerts.outbox import cursor_now
from shopalert.bulletins.cards import cards as bulletin_cards
from shopalert.bulletins.enclosures import documents_of
from shopalert.bulletins.lookup import the_bulletin
from shopalert.bulletins.markdown import prose
from shopalert.bulletins.models import Bulletin
from shopalert.bulletins.vocabulary import AT_RISK, COUNTERFEIT, KINDS, NOTES, WITH_A_NOTE
from shopalert.db import db, now
from shopalert.evidence.actions import note_look, note_thumbs_listed
from shopalert.evidence.storage import files
from shopalert.evidence.views import marked, name_of, not_ready, refuse_other_sites, saved, sent, short
from shopalert.incidents.models import Incident
from shopalert.incidents.views import refused, the_card, the_incident
from shopalert.pages import Problem, answer_problem, page, see_other
from shopalert.protection import looks
from shopalert.room import Room
from shopalert.schemes.lookup import the_scheme
from shopalert.schemes.models import Scheme, Share
from shopalert.schemes.names import bylines
from shopalert.schemes.viewer import the_viewer
from shopalert.sharing import actions, lookup
from shopalert.sharing.cards import SharedCard, shared_cards
from shopalert.sharing.forms import ShareForm, usual_day
from shopalert.sharing.lookup import INCIDENT, Given, SharedPicture, Thing, kind_of, the_given, the_share
from shopalert.wall import crossing

room = Room("sharing", __name__)
IN_FEED = 5


@room.app_errorhandler(actions.NotStanding)
def cannot(_error: actions.NotStanding) -> Response:
    words = _(
        "This can’t be shared: it was withdrawn or is over, is an exercise, or is kept from the police."
    )
    return answer_problem(Problem(409, "withdrawn", words))


# ---- giving


@room.get("/incidents/<uuid:incident_id>/shares", verb="share.incident", of=the_incident)
def ask_incident(incident: Incident) -> Response:
    """With which schemes, why, until when."""
    return asking(incident)


@room.post("/incidents/<uuid:incident_id>/shares", verb="share.incident", of=the_incident)
def share_incident(incident: Incident) -> Response:
    return sharing(incident)


@room.get("/bulletins/<uuid:bulletin_id>/shares", verb="share.bulletin", of=the_bulletin)
def ask_bulletin(bulletin: Bulletin) -> Response:
    return asking(bulletin)


@room.post("/bulletins/<uuid:bulletin_id>/shares", verb="share.bulletin", of=the_bulletin)
def share_bulletin(bulletin: Bulletin) -> Response:
    return sharing(bulletin)


def asking(thing: Thing, form: ShareForm | None = None, status: int = 200) -> Response:
    viewer, at = the_viewer(), now()
    schemes = lookup.may_be_given(viewer, thing)
    known = {each.to_scheme_id for each in lookup.given(db.session(), thing.id, at)}
    here = db.session.get_one(Scheme, thing.scheme_id)
    card: Any = (
        the_card(thing) if isinstance(thing, Incident) else bulletin_cards(db.session(), [thing], at)[0]
    )
    if isinstance(thing, Incident):
        looks.note("incident.read", viewer, thing)
    if form is None:
        form = ShareForm(schemes, formdata=None, data={"to": [], "until": usual_day()})
    return page(
        "sharing/share.html", status=status, form=form, thing=thing, card=card, kind=kind_of(thing), here=here,
        known={each.slug for each in schemes if each.id in known}, earliest=f"{now():%Y-%m-%d}",
        stands=thing.id in lookup.shareable(db.session(), [thing.id], at),
    )  # fmt: skip


def sharing(thing: Thing) -> Response:
    form = ShareForm(lookup.may_be_given(the_viewer(), thing))
    if not form.schemes:
        return asking(thing, form)  # which says that there is nobody to share with
    if not form.validate():
        refused(form)
        return asking(thing, form, 422)
    many = actions.share(the_viewer(), thing, form.chosen, form.ends, form.reason.data or "")
    flash(ngettext("Shared with %(num)d scheme.", "Shared with %(num)d schemes.", many), "ok")
    return see_other(home_of(kind_of(thing), thing.id))


def home_of(kind: str, thing_id: Any) -> str:
    return f"/incidents/{thing_id}" if kind == INCIDENT else f"/bulletins/{thing_id}"


@room.post("/shares/<uuid:share_id>/end", verb="share.end", of=the_given)
def end(given: Given) -> Response:
    """Shown there no more. Ended twice it is ended once."""
    if actions.end(the_viewer(), given.id):
        flash(_("It is shared no more."), "ok")
    return see_other(home_of(given.share.kind, given.share.thing_id))


# ---- reading what was given


@room.get("/s/<slug>/shared", verb="share.read", of=the_scheme)
def of_scheme(scheme: Scheme) -> Response:
    """Everything that other schemes show this one now."""
    cursor = cursor_now(db.session())
    found = received_cards(scheme)
    note_listed(scheme, found)
    return page("sharing/index.html", scheme=scheme, here=scheme, cards=found, cursor=cursor)


def received_cards(scheme: Scheme, most: int | None = None) -> list[SharedCard]:
    shares, at = lookup.received([scheme.id], now()), now()
    if not shares:
        return []
    with crossing("sharing") as session:
        return shared_cards(session, shares[:most], at)


def note_listed(scheme: Scheme, cards: list[SharedCard]) -> None:
    note_thumbs_listed(the_viewer(), scheme, [each.id for card in cards for each in card.pictures])


@room.get("/shared/<uuid:share_id>", verb="share.read", of=the_share)
def show(share: Share) -> Response:
    """The report or the bulletin, and nothing that hangs on it. The audit of the scheme that it came from says who
    read it."""
    cursor, at = cursor_now(db.session()), now()
    scheme = db.session.get_one(Scheme, share.to_scheme_id)
    with crossing("sharing") as session:
        card = shared_cards(session, [share], at)[0]
        thing: Any = session.get_one(Incident if share.kind == INCIDENT else Bulletin, share.thing_id)
        looks.note("share.read", the_viewer(), thing, share=share.id, scheme=scheme.code)
        note_listed(scheme, [card])
        return page(
            "sharing/show.html", fragment="sharing/_thing.html", share=share, card=card, thing=thing, here=scheme,
            cursor=cursor, **parts_of(thing, share),
        )  # fmt: skip


def parts_of(thing: Thing, share: Share) -> dict[str, Any]:
    """As any member reads a report: nothing that is kept for coordinators and police, no whole registration."""
    if isinstance(thing, Incident):
        return {
            "incident": thing, "guarded": False, "reads_people": not thing.restricts_pictures, "whole_plate": False,
            "appearance": False,
        }  # fmt: skip
    return {
        "bulletin": thing, "documents": documents_of(db.session(), thing.id, f"/shared/{share.id}/files"),
        "prose": prose(thing.text), "kind": KINDS[thing.kind], "notes": NOTES,
        "counterfeit": thing.template == COUNTERFEIT, "with_a_note": WITH_A_NOTE, "at_risk": AT_RISK,
    }  # fmt: skip


def the_picture(share_id: Any, file_id: Any) -> SharedPicture | None:
    refuse_other_sites()
    return lookup.the_picture(share_id, file_id)


@room.get("/shared/<uuid:share_id>/files/<uuid:file_id>/thumb", verb="share.read", of=the_picture)
def thumb(shared: SharedPicture) -> Response:
    copy = shared.attachment.copy("thumb")
    if copy is None or not copy.stored_as:
        return not_ready(shared.attachment)
    body = [files().read(copy.stored_as)]
    return sent(body, "image/jpeg", f"picture-{short(shared.attachment)}-small.jpg")


@room.get("/shared/<uuid:share_id>/files/<uuid:file_id>/view", verb="share.read", of=the_picture)
def view(shared: SharedPicture) -> Response:
    """The large copy, with the viewer's name and the date across it."""
    copy = shared.attachment.copy("view")
    if copy is None or not copy.stored_as:
        return not_ready(shared.attachment)
    note_look(shared.attachment, "view")
    body = [marked(copy, the_viewer(), now())]
    return sent(body, "image/jpeg", f"picture-{short(shared.attachment)}.jpg")


def the_document(share_id: Any, document_id: Any) -> SharedPicture | None:
    refuse_other_sites()
    return lookup.the_document(share_id, document_id)


@room.get("/shared/<uuid:share_id>/files/<uuid:document_id>/document", verb="share.read", of=the_document)
def document(shared: SharedPicture) -> Response:
    return saved(shared.attachment, "document", name_of(shared.attachment))


# ---- on other pages


def shared_with_us(scheme: Scheme) -> list[SharedCard]:
    """The newest for the top of a feed."""
    found = received_cards(scheme, IN_FEED)
    note_listed(scheme, found)
    return found


def given_away(thing: Thing) -> list[dict[str, Any]]:
    """With whom a thing is shared now, as its own scheme reads it."""
    shares = lookup.given(db.session(), thing.id, now())
    if not shares:
        return []
    to = lookup.names_of(db.session(), {share.to_scheme_id for share in shares})
    by = bylines(db.session(), thing.scheme_id, {share.shared_by_id for share in shares})
    return [
        {"share": share, "scheme": to[share.to_scheme_id].name, "by": by[share.shared_by_id].who,
         "mine": lookup.mine_to_end(share)}
        for share in shares
    ]  # fmt: skip


def can_be_shared(thing: Thing) -> bool:
    return bool(lookup.may_be_given(the_viewer(), thing)) and thing.id in lookup.shareable(
        db.session(), [thing.id], now()
    )


@room.app_context_processor
def what_pages_ask() -> dict[str, Any]:
    return {"shared_with_us": shared_with_us, "given_away": given_away, "can_be_shared": can_be_shared}
