"""The rooms of bulletins: the list, one of them, and what its readers do with it. Writing is in `writing_views`."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask import Response, flash, g, request
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.exc import SQLAlchemyError

from shopalert.alerts.outbox import cursor_now
from shopalert.bulletins import force, lookup, receipts
from shopalert.bulletins.answers import answers_of
from shopalert.bulletins.cards import BulletinCard, cards
from shopalert.bulletins.enclosures import documents_of
from shopalert.bulletins.forms import AnswerForm, ReplyForm, fresh_reply
from shopalert.bulletins.lookup import the_bulletin
from shopalert.bulletins.markdown import prose
from shopalert.bulletins.models import Bulletin, BulletinVersion
from shopalert.bulletins.publishing import NotStanding
from shopalert.bulletins.vocabulary import (
    ANSWERED,
    AT_RISK,
    COUNTERFEIT,
    HOLDING,
    KINDS,
    MISSING,
    NOTES,
    WITH_A_NOTE,
)
from shopalert.db import Busy, db, now
from shopalert.evidence.actions import note_thumbs_listed
from shopalert.idempotency import KeyReused
from shopalert.incidents.forms import as_uuid
from shopalert.incidents.views import refused
from shopalert.pages import (
    Problem,
    answer_problem,
    created,
    not_found,
    page,
    problem,
    see_other,
    wants_fragment,
)
from shopalert.permissions import can
from shopalert.protection import looks
from shopalert.protection.looks import OfScheme
from shopalert.room import Room
from shopalert.schemes.lookup import schemes_of, the_scheme
from shopalert.schemes.models import Premises, Scheme
from shopalert.schemes.names import bylines
from shopalert.schemes.viewer import current_viewer, the_viewer
from shopalert.words import clock, iso, parse_local

room = Room("bulletins", __name__)


@room.app_errorhandler(NotStanding)
def no_longer(_error: NotStanding) -> Response:
    """It was open when it was recalled, or when its time was over."""
    words = _("This was recalled or is over: nothing about it can be changed any more.")
    return answer_problem(Problem(409, "withdrawn", words))


# ---- lists


@room.get("/bulletins", verb="bulletin.read")
def everywhere() -> Response:
    """Of all one's schemes; a publication of several stands there once."""
    mine = schemes_of(the_viewer())
    if len(mine) == 1:
        return see_other(f"/s/{mine[0].slug}/bulletins")
    return list_page(mine, "/bulletins", None)


@room.get("/s/<slug>/bulletins", verb="bulletin.read", of=the_scheme)
def of_scheme(scheme: Scheme) -> Response:
    return list_page([scheme], f"/s/{scheme.slug}/bulletins", scheme)


def list_page(schemes: Sequence[Scheme], url: str, scheme: Scheme | None) -> Response:
    session, viewer, at = db.session(), the_viewer(), now()
    cursor = cursor_now(session)
    ids = [each.id for each in schemes]
    kind = request.args.get("kind", "")
    kind = kind if kind in KINDS else ""
    before = place_of_page()
    rows, further = lookup.page_of(session, ids, kind, before, at)
    first = before is None
    standing = lookup.pinned(session, viewer, ids, at, True) if first and kind in ("", *HOLDING) else []
    standing = [row for row in standing if kind in ("", row.kind)]
    rest = f"&kind={kind}" if kind else ""
    pinned = lookup.listed(session, viewer, standing, at)
    later = lookup.listed(session, viewer, lookup.to_come(session, ids, at), at) if first and not kind else []
    others = lookup.listed(session, viewer, rows, at)
    note_thumbs([each.card for each in (*pinned, *later, *others)])
    return page(
        "bulletins/index.html", schemes=schemes, scheme=scheme, here_url=url, kinds=KINDS, kind=kind, first=first,
        cursor=cursor, pinned=pinned, to_come=later, rows=others,
        further_url=f"{url}?before={iso(further)}{rest}" if further else None,
        writes=any(can(viewer, "bulletin.publish", each) for each in schemes),
        **({"here": scheme} if scheme else {}),
    )  # fmt: skip


def place_of_page() -> datetime | None:
    with suppress(ValueError, OverflowError):
        return parse_local(request.args["before"]) if "before" in request.args else None
    return None


def pinned_warnings(schemes: Sequence[Scheme]) -> list[Any]:
    """What stands on top of a feed or a desk: the warnings that hold now."""
    session, viewer, at = db.session(), the_viewer(), now()
    found = cards(session, lookup.pinned(session, viewer, [each.id for each in schemes], at), at)
    note_thumbs(found)
    return found


def note_thumbs(listed: Sequence[BulletinCard]) -> None:
    """Whose small pictures a page shows: one row a scheme."""
    of: dict[uuid.UUID, list[uuid.UUID]] = {}
    for card in listed:
        of.setdefault(card.scheme.id, []).extend(each.id for each in card.pictures)
    for scheme_id, ids in of.items():
        note_thumbs_listed(the_viewer(), OfScheme(scheme_id), ids)


def my_site(schemes: Sequence[Scheme]) -> tuple[str, bool]:
    """Where the reader works, and whether warnings for near-by premises are theirs wherever these are."""
    viewer = the_viewer()
    answers = {*viewer.coordinator_schemes, *viewer.police_schemes}
    sites = " ".join(str(site) for each in schemes if (site := viewer.premises.get(each.id)))
    return sites, all(each.id in answers for each in schemes)


def bulletins_unread() -> list[uuid.UUID]:
    """The publications that the viewer has not read, asked once a request."""
    viewer = current_viewer()
    if viewer is None or not viewer.schemes or g.get("database_is_lost"):
        return []
    if "bulletins_unread" not in g:
        g.bulletins_unread = lookup.unread_publications(db.session(), viewer, now())
    return [each for each in g.bulletins_unread if each != g.get("bulletin_just_read")]


@room.app_context_processor
def for_every_page() -> dict[str, Any]:
    return {"pinned_warnings": pinned_warnings, "my_site": my_site, "bulletins_unread": bulletins_unread}


# ---- one


@room.get("/bulletins/<uuid:bulletin_id>", verb="bulletin.read", of=the_bulletin)
def show(bulletin: Bulletin) -> Response:
    """Opening it is reading it; where a page that is open reads it anew, that is not known."""
    read = None
    if not wants_fragment():
        looks.note("bulletin.read", the_viewer(), bulletin)
        with suppress(Busy, SQLAlchemyError):  # it is read all the same, and counts as unread
            read = receipts.note_read(the_viewer(), bulletin)
            g.bulletin_just_read = bulletin.publication_id if read else None  # its page was begun before
    return standing(bulletin, fresh_reply(), read=read)


def standing(
    bulletin: Bulletin,
    form: ReplyForm,
    status: int = 200,
    read: bool | None = None,
    answering: AnswerForm | None = None,
) -> Response:
    """Its page; `_text.html` is the part of it that changes when it is corrected. `read` is what is known of that:
    this session began before it was written down."""
    session, viewer, at = db.session(), the_viewer(), now()
    scheme = session.get_one(Scheme, bulletin.scheme_id)
    replies = receipts.replies_of(session, bulletin)
    yes, no, mine = receipts.usefulness(session, bulletin, viewer.user_id)
    manages = can(viewer, "bulletin.receipts", bulletin)
    answers = answers_of(session, bulletin)
    return page(
        "bulletins/show.html", fragment="bulletins/_text.html", status=status, cursor=cursor_now(session),
        bulletin=bulletin, card=cards(session, [bulletin], at)[0], scheme=scheme, here=scheme,
        prose=prose(bulletin.text), documents=documents_of(session, bulletin.id),
        kind=KINDS[bulletin.kind], counterfeit=bulletin.template == COUNTERFEIT,
        with_a_note=WITH_A_NOTE, at_risk=AT_RISK, notes=NOTES, sites=sites_of(bulletin),
        siblings=lookup.siblings(session, bulletin) if manages else [],
        read=receipts.has_read(session, bulletin, viewer.user_id) if read is None else read,
        mine=bulletin.author_id == viewer.user_id,
        useful=yes, not_useful=no, my_useful=mine, replies=replies,
        who=bylines(session, bulletin.scheme_id, {each.author_id for each in replies}), reply_form=form,
        readers=receipts.readers(session, bulletin) if manages and bulletin.announced_at else None,
        asks=bulletin.kind in ANSWERED, missing=bulletin.kind == MISSING, answers=answers,
        answering=answering or AnswerForm.fresh(), reads_all=manages,
        answered_by=bylines(session, bulletin.scheme_id, {each.author_id for each in answers}),
        elsewhere=force.elsewhere(viewer, bulletin),
        stands=bulletin.stands(at), to_come=bulletin.published_at > at, printed_at=at,
    )  # fmt: skip


def sites_of(bulletin: Bulletin) -> list[Premises]:
    """The premises of its area, by name."""
    ids = [found for each in bulletin.premises_ids if (found := as_uuid(str(each)))]
    if not ids:
        return []
    return list(db.session.scalars(sa.select(Premises).where(Premises.id.in_(ids)).order_by(Premises.name)))


@room.get("/bulletins/<uuid:bulletin_id>/versions", verb="bulletin.read", of=the_bulletin)
def versions(bulletin: Bulletin) -> Response:
    """Everything that it has said."""
    session = db.session()
    asked = sa.select(BulletinVersion).where(BulletinVersion.bulletin_id == bulletin.id)
    kept = list(session.scalars(asked.order_by(BulletinVersion.number.desc())))
    scheme = session.get_one(Scheme, bulletin.scheme_id)
    return page(
        "bulletins/versions.html", bulletin=bulletin, card=cards(session, [bulletin], now())[0], here=scheme,
        versions=[(each, prose(each.facts["text"])) for each in kept],
        by=bylines(session, bulletin.scheme_id, {each.author_id for each in kept}),
    )  # fmt: skip


# ---- what its readers do


@room.post("/bulletins/<uuid:bulletin_id>/reading", verb="bulletin.read", of=the_bulletin)
def read(bulletin: Bulletin) -> Response:
    """I have read this."""
    receipts.note_read(the_viewer(), bulletin)
    return see_other(bulletin.url)


@room.post("/bulletins/<uuid:bulletin_id>/use", verb="bulletin.useful", of=the_bulletin)
def judge(bulletin: Bulletin) -> Response:
    """Useful, not useful, or neither any more."""
    said = {"yes": True, "no": False, "": None}
    wish = request.form.get("useful", "")
    if wish not in said:
        problem(422, "invalid", _("Yes, no, or neither."))
    receipts.judge(the_viewer(), bulletin, said[wish])
    return see_other(f"{bulletin.url}#use")


@room.post("/bulletins/<uuid:bulletin_id>/replies", verb="bulletin.reply", of=the_bulletin)
def reply(bulletin: Bulletin) -> Response:
    """To its author alone."""
    form = ReplyForm()
    client_id = as_uuid(form.client_id.data)
    if client_id is None:
        problem(400, "key_missing", _("The reply carries no number of its own (client_id)."))
    if not form.validate():
        refused(form)
        return standing(bulletin, form, 422)
    try:
        sent = receipts.reply(the_viewer(), bulletin, client_id, form.text.data or "")
    except KeyReused:
        problem(422, "key_reused", _("This reply was sent already, with other words."), saved=True)
    return created(sent, f"{bulletin.url}#replies", replayed=sent.replayed)


# ---- who has read it


@room.get("/bulletins/<uuid:bulletin_id>/readers", verb="bulletin.receipts", of=the_bulletin)
def who_has_read(bulletin: Bulletin) -> Response:
    """Who has read what it says now, and who has not."""
    session = db.session()
    if bulletin.announced_at is None:
        return not_found()
    found = receipts.readers(session, bulletin)
    people = [who for who, _at in found.read] + found.unread
    scheme = session.get_one(Scheme, bulletin.scheme_id)
    again = bulletin.reminded_at + receipts.ONCE_IN if bulletin.reminded_at else None
    return page(
        "bulletins/readers.html", bulletin=bulletin, card=cards(session, [bulletin], now())[0], here=scheme,
        readers=found, by=bylines(session, bulletin.scheme_id, people), stands=bulletin.stands(now()),
        again=again if again and again > now() else None,
    )  # fmt: skip


@room.post("/bulletins/<uuid:bulletin_id>/reminder", verb="bulletin.remind", of=the_bulletin)
def remind(bulletin: Bulletin) -> Response:
    """An alert to those alone who have not read it, once an hour at most."""
    try:
        many = receipts.remind(the_viewer(), bulletin)
    except receipts.RemindedLately as lately:
        problem(
            409,
            "too_soon",
            _("They were reminded lately. Again from %(clock)s.", clock=clock(lately.free_at)),
        )
    flash(ngettext("%(num)d person is reminded.", "%(num)d people are reminded.", many), "ok")
    return see_other(f"{bulletin.url}/readers")
