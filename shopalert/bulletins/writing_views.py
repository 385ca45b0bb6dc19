"""The rooms in which bulletins are written, corrected and recalled. They bring the reading rooms with them."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import replace

import sqlalchemy as sa
from flask import Response, flash, request
from flask_babel import gettext as _
from flask_babel import ngettext

from shopalert.alerts.sayings import distance_in_words
from shopalert.bulletins import force, publishing
from shopalert.bulletins.areas import WHOLE
from shopalert.bulletins.cards import cards
from shopalert.bulletins.enclosures import DOCUMENTS, PICTURES, Enclosed, enclosed_by, standing_files
from shopalert.bulletins.forms import BulletinForm, RecallForm, begun, standing
from shopalert.bulletins.lookup import siblings, the_bulletin
from shopalert.bulletins.models import Bulletin
from shopalert.bulletins.publishing import Moved, NotStanding
from shopalert.bulletins.views import room
from shopalert.bulletins.vocabulary import COUNTERFEIT, KINDS, METRES, SEVERITIES, TEMPLATES, WARNING
from shopalert.db import db, now
from shopalert.evidence.actions import drop_staged
from shopalert.idempotency import KeyReused
from shopalert.incidents.forms import as_uuid
from shopalert.incidents.views import refused
from shopalert.pages import created, page, problem, see_other
from shopalert.permissions import can
from shopalert.schemes.lookup import schemes_of
from shopalert.schemes.models import District, Premises, Scheme
from shopalert.schemes.viewer import the_viewer

SCHEME, DISTRICT = "scheme:", "district:"


def mine_to_tell() -> list[Scheme]:
    """The schemes that the viewer may publish to, by name."""
    viewer = the_viewer()
    return [scheme for scheme in schemes_of(viewer) if can(viewer, "bulletin.publish", scheme)]


def districts_of(schemes: Sequence[Scheme]) -> list[District]:
    """Whole districts are offered where there is more than one scheme in them to choose from."""
    ids = {scheme.district_id for scheme in schemes}
    return list(db.session.scalars(sa.select(District).where(District.id.in_(ids)).order_by(District.name)))


def targets(schemes: Sequence[Scheme]) -> list[tuple[str, str]]:
    whole = force.force_of(the_viewer())
    return [
        *([(force.TO, whole[0])] if whole else []),
        *((DISTRICT + each.slug, each.name) for each in districts_of(schemes)),
        *((SCHEME + each.slug, each.name) for each in schemes),
    ]


def chosen(schemes: Sequence[Scheme], said: Sequence[str]) -> list[Scheme]:
    """The schemes that were ticked, by themselves or with their whole district."""
    whole = {each.id for each in districts_of(schemes) if DISTRICT + each.slug in said}
    return [each for each in schemes if SCHEME + each.slug in said or each.district_id in whole]


def form_for(schemes: Sequence[Scheme], **options: object) -> BulletinForm:
    ids = [each.id for each in schemes]
    sites = db.session.scalars(sa.select(Premises).where(Premises.scheme_id.in_(ids)).order_by(Premises.name))
    codes = {each.id: each.code for each in schemes} if len(schemes) > 1 else {}
    return BulletinForm(list(sites), codes, targets(schemes), **options)


# ---- new


@room.get("/bulletins/new", verb="bulletin.publish")
def new() -> Response:
    """First what it is, then the form with what that needs."""
    schemes = mine_to_tell()
    kind, template = request.args.get("kind", ""), request.args.get("template", "")
    of = request.args.get("scheme", "")
    if kind not in KINDS:
        offered = {scheme.kind for scheme in schemes}
        usual = {
            code: each
            for code, each in TEMPLATES.items()
            if not each.scheme_kind or each.scheme_kind in offered
        }
        return page("bulletins/choose.html", kinds=KINDS, usual=usual, of=of, schemes=schemes)
    ticked = [SCHEME + each.slug for each in schemes if each.slug == of or len(schemes) == 1]
    data = begun(kind, template, ticked) | {"client_id": str(uuid.uuid4())}
    return writing(form_for(schemes, formdata=None, data=data), schemes)


@room.post("/bulletins", verb="bulletin.publish")
def publish() -> Response:
    """Publish it, or keep it until its time comes; what can't be taken comes back with its words."""
    schemes = mine_to_tell()
    form = form_for(schemes)
    client_id = as_uuid(form.client_id.data)
    if client_id is None:
        problem(400, "key_missing", _("The bulletin carries no number of its own (client_id)."))
    fine = form.validate()
    files = enclosed_by(the_viewer(), schemes[0]) if schemes else Enclosed()
    whole = force.force_of(the_viewer()) if force.TO in (form.to.data or []) else None
    to = whole[1] if whole else chosen(schemes, form.to.data or [])
    if fine and whole:
        fine = holds_everywhere(form)
    if fine and form.where.data == "premises" and len(to) > 1:
        form.where.errors = [_("Premises can be chosen for one scheme at a time.")]
        fine = False
    if not fine or files.errors:
        return sent_back(form, schemes, files, fine)
    try:
        with force.writing_to(the_viewer(), to) as viewer:
            sent = publishing.publish(
                viewer, to, client_id, replace(form.draft(), to_force=whole is not None), files.files
            )
    except KeyReused:
        problem(422, "key_reused", _("This bulletin was sent already, with other words."), saved=True)
    if sent.replayed and files.loose:
        drop_staged(the_viewer(), files.loose)  # the same files came again with the same bulletin
    if not sent.replayed:
        flash(ngettext("It goes to %(num)d scheme.", "It goes to %(num)d schemes.", len(to)), "ok")
    mine = force.row_of_mine(the_viewer(), client_id) or sent.id
    return created(replace(sent, id=mine), f"/bulletins/{mine}", replayed=sent.replayed)


def holds_everywhere(form: BulletinForm) -> bool:
    """Whether a warning to the whole force has no smaller area; the form says so otherwise."""
    if form.kind.data != WARNING or form.where.data == WHOLE:
        return True
    form.where.errors = [_("To the whole force it holds everywhere.")]
    return False


def sent_back(
    form: BulletinForm,
    schemes: Sequence[Scheme],
    files: Enclosed,
    fine: bool,
    bulletin: Bulletin | None = None,
) -> Response:
    """The form again, with what was wrong with its words or its files."""
    if not fine:
        refused(form)
    files.refuse_machine()
    return writing(form, schemes, files.status or 422, bulletin, files)


def writing(
    form: BulletinForm, schemes: Sequence[Scheme], status: int = 200, bulletin: Bulletin | None = None,
    files: Enclosed | None = None,
) -> Response:  # fmt: skip
    """The form, new or for a correction."""
    kind = form.kind.data if form.kind.data in KINDS else "advice"
    return page(
        "bulletins/new.html" if bulletin is None else "bulletins/correct.html", status=status, form=form,
        schemes=schemes, districts=districts_of(schemes), kind_code=kind, kind=KINDS[kind], is_warning=kind == WARNING,
        counterfeit=kind == WARNING and form.template.data == COUNTERFEIT, severities=SEVERITIES,
        usual=TEMPLATES.get(form.template.data or ""), metres=[(each, distance_in_words(each)) for each in METRES],
        picks=len(schemes) == 1, bulletin=bulletin, whole=force.force_of(the_viewer()) if bulletin is None else None,
        card=cards(db.session(), [bulletin], now())[0] if bulletin else None,
        out=bulletin is not None and bulletin.announced_at is not None, files=files or Enclosed(),
        most_pictures=PICTURES, most_documents=DOCUMENTS,
    )  # fmt: skip


# ---- corrected


def schemes_that_have(bulletin: Bulletin) -> list[Scheme]:
    return siblings(db.session(), bulletin)


@room.get("/bulletins/<uuid:bulletin_id>/correction", verb="bulletin.correct", of=the_bulletin)
def ask_what(bulletin: Bulletin) -> Response:
    refuse_over(bulletin)
    schemes = schemes_that_have(bulletin)
    form = form_for(schemes, formdata=None, data=standing(bulletin))
    return writing(form, schemes, bulletin=bulletin, files=standing_files(bulletin))


@room.post("/bulletins/<uuid:bulletin_id>/correction", verb="bulletin.correct", of=the_bulletin)
def correct(bulletin: Bulletin) -> Response:
    """It says something better from now on, in all schemes that have it."""
    refuse_over(bulletin)
    schemes = schemes_that_have(bulletin)
    form = form_for(schemes)
    form.correcting = bulletin
    form.kind.data, form.template.data = bulletin.kind, bulletin.template  # as it was told
    fine, files = form.validate(), enclosed_by(the_viewer(), db.session.get_one(Scheme, bulletin.scheme_id))
    if fine and bulletin.to_force:
        fine = holds_everywhere(form)
    if not fine or files.errors:
        return sent_back(form, schemes, files, fine, bulletin)
    version = form.row_version.data or ""
    known = int(version) if version.isdecimal() else 0
    try:
        with force.reaching_all(the_viewer(), bulletin) as viewer:
            publishing.correct(viewer, bulletin, form.draft(), form.why.data or "", known, files.files)
    except Moved:
        problem(409, "stale", _("Somebody corrected it meanwhile. Look at it again."))
    flash(_("Corrected, in all schemes that have it."), "ok")
    return see_other(bulletin.url)


def refuse_over(bulletin: Bulletin) -> None:
    """Raises NotStanding."""
    if bulletin.recalled or bulletin.over(now()):
        raise NotStanding


# ---- recalled


@room.get("/bulletins/<uuid:bulletin_id>/recall", verb="bulletin.recall", of=the_bulletin)
def ask_why(bulletin: Bulletin) -> Response:
    """What recalling does, and the reason."""
    return recalling(bulletin, RecallForm())


@room.post("/bulletins/<uuid:bulletin_id>/recall", verb="bulletin.recall", of=the_bulletin)
def recall(bulletin: Bulletin) -> Response:
    form = RecallForm()
    if not form.validate():
        refused(form)
        return recalling(bulletin, form, 422)
    with force.reaching_all(the_viewer(), bulletin) as viewer:
        publishing.recall(viewer, bulletin, form.why.data or "")
    flash(_("Recalled. It leaves every screen and every phone."), "ok")
    return see_other(bulletin.url)


def recalling(bulletin: Bulletin, form: RecallForm, status: int = 200) -> Response:
    return page(
        "bulletins/recall.html", status=status, bulletin=bulletin, form=form,
        card=cards(db.session(), [bulletin], now())[0], here=db.session.get_one(Scheme, bulletin.scheme_id),
    )  # fmt: skip
