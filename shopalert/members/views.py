"""The coordinator's side: who is in, who waits, who is invited; roles, suspension, removal, sessions."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, request, session
from flask_babel import gettext as _
from flask_babel import ngettext

from shopalert.accounts.models import User
from shopalert.accounts.sessions import listing as sessions_of
from shopalert.alerts.deaf import deaf_of
from shopalert.alerts.devices import devices_of_user
from shopalert.db import db
from shopalert.members import actions, agreements, invitations, joining, lists, lookup
from shopalert.members.actions import LastCoordinator
from shopalert.members.forms import ROLE_WORDS, InviteForm, MemberForm, choose_from
from shopalert.members.lookup import scheme_of, the_invitation, the_joining, the_member
from shopalert.members.models import Invitation, Joining
from shopalert.members.qr import code_of
from shopalert.pages import page, problem, see_other
from shopalert.permissions import can
from shopalert.room import Room
from shopalert.schemes.lookup import premises_of, the_scheme
from shopalert.schemes.models import Membership, Scheme
from shopalert.schemes.viewer import current_viewer, the_viewer

room = Room("members", __name__)


@room.get("/s/<slug>/members", verb="member.list", of=the_scheme)
def members(scheme: Scheme) -> Response:
    manages = can(the_viewer(), "member.manage", scheme)
    lines = lookup.listing(scheme, request.args.get("q", "")[:100], manages)
    return page(
        "members/index.html",
        scheme=scheme,
        here=scheme,
        words=request.args.get("q", "")[:100],
        lines=lines,
        unwarned=[line for line in lines if line.deaf and not line.shut_out],
        waiting=joining.who_waits(db.session(), scheme.id) if manages else [],
        invited=invitations.pending(db.session(), scheme.id) if manages else [],
        version=agreements.current(db.session(), scheme.id).version,
        roles=ROLE_WORDS,
    )


# ---- one member


@room.get("/memberships/<uuid:membership_id>", verb="member.manage", of=the_member)
def member(one: Membership) -> Response:
    return shown(one, MemberForm.of(one, premises_of(one.scheme_id)))


def shown(one: Membership, form: MemberForm, status: int = 200) -> Response:
    user = lookup.user_of(one)
    return page(
        "members/show.html",
        scheme=scheme_of(one),
        here=scheme_of(one),
        one=one,
        user=user,
        form=form,
        sessions=sessions_of(db.session(), user.id),
        devices=devices_of_user(user.id),
        deaf={each.device_id: each for each in deaf_of(db.session(), [user.id]).get(user.id, [])},
        accepted=agreements.accepted_by(db.session(), one.scheme_id).get(user.id),
        roles=ROLE_WORDS,
        status=status,
    )


@room.post("/memberships/<uuid:membership_id>", verb="member.manage", of=the_member)
def save(one: Membership) -> Response:
    form = MemberForm.of(one, premises_of(one.scheme_id))
    if not form.validate():
        return shown(one, form, 422)
    try:
        actions.change(the_viewer(), one, form.place())
    except LastCoordinator:
        last_coordinator()
    flash(_("Saved."), "ok")
    return see_other(f"/memberships/{one.id}" if still_manages(one) else "/")


@room.get("/memberships/<uuid:membership_id>/suspension", verb="member.manage", of=the_member)
def ask_to_suspend(one: Membership) -> Response:
    return sure(one, "suspension")


@room.post("/memberships/<uuid:membership_id>/suspension", verb="member.manage", of=the_member)
def suspend(one: Membership) -> Response:
    return done(one, actions.suspend, _("%(name)s is suspended.", name=name_of(one)))


@room.post("/memberships/<uuid:membership_id>/reinstatement", verb="member.manage", of=the_member)
def lift(one: Membership) -> Response:
    return done(one, actions.lift, _("%(name)s is a member again.", name=name_of(one)))


@room.get("/memberships/<uuid:membership_id>/removal", verb="member.manage", of=the_member)
def ask_to_remove(one: Membership) -> Response:
    return sure(one, "removal")


@room.post("/memberships/<uuid:membership_id>/removal", verb="member.manage", of=the_member)
def remove(one: Membership) -> Response:
    return done(one, actions.remove, _("%(name)s is no longer a member.", name=name_of(one)))


@room.post("/memberships/<uuid:membership_id>/sessions/end", verb="member.manage", of=the_member)
def end_sessions(one: Membership) -> Response:
    """SE6."""
    name, many = name_of(one), actions.end_sessions(the_viewer(), one)
    if current_viewer() and one.user_id == the_viewer().user_id:
        return see_other("/sign-in")
    words = ngettext(
        "%(num)d session of %(name)s was ended.", "%(num)d sessions of %(name)s were ended.", many, name=name
    )
    flash(words, "ok")
    return see_other(f"/memberships/{one.id}")


def name_of(one: Membership) -> str:
    found: User = lookup.user_of(one)
    return found.name


def sure(one: Membership, what: str) -> Response:
    return page(
        "members/sure.html",
        scheme=scheme_of(one),
        here=scheme_of(one),
        one=one,
        user=lookup.user_of(one),
        what=what,
    )


def done(one: Membership, action: Any, words: str) -> Response:
    slug = scheme_of(one).slug
    try:
        action(the_viewer(), one)
    except LastCoordinator:
        last_coordinator()
    if one.user_id == the_viewer().user_id:
        return see_other("/")  # they took it from themselves
    flash(words, "ok")
    return see_other(f"/s/{slug}/members")


def still_manages(one: Membership) -> bool:
    return one.user_id != the_viewer().user_id or one.role == "coordinator"


def last_coordinator() -> None:
    problem(
        409,
        "last_coordinator",
        _("This is the only coordinator of the scheme. Make somebody else coordinator first."),
    )


# ---- who waits


@room.post("/joinings/<uuid:joining_id>/approval", verb="member.manage", of=the_joining)
def approve(asked: Joining) -> Response:
    return decided(asked, joining.let_in, _("%(name)s is in, and was told by mail.", name=asked.user.name))


@room.post("/joinings/<uuid:joining_id>/refusal", verb="member.manage", of=the_joining)
def refuse(asked: Joining) -> Response:
    return decided(
        asked, joining.decline, _("%(name)s was not let in, and was told by mail.", name=asked.user.name)
    )


def decided(asked: Joining, action: Any, words: str) -> Response:
    scheme = scheme_of(asked)
    if action(the_viewer(), asked, scheme):
        flash(words, "ok")
    else:
        flash(_("Another coordinator has decided this already."), "warn")
    return see_other(f"/s/{scheme.slug}/members")


# ---- invitations


@room.get("/s/<slug>/invitations", verb="member.invite", of=the_scheme)
def new(scheme: Scheme) -> Response:
    return inviting(scheme, InviteForm())


def inviting(scheme: Scheme, form: InviteForm, status: int = 200) -> Response:
    choose_from(form, premises_of(scheme.id))
    return page("members/invite.html", scheme=scheme, here=scheme, form=form, roles=ROLE_WORDS, status=status)


@room.post("/s/<slug>/invitations", verb="member.invite", of=the_scheme)
def invite(scheme: Scheme) -> Response:
    form = InviteForm()
    choose_from(form, premises_of(scheme.id))
    if not form.validate():
        return inviting(scheme, form, 422)
    guest = form.guest()
    members, _invited = invitations.known_in(db.session(), scheme.id, [guest.email.lower()])
    if members:
        form.email.errors = [_("Somebody with this address is a member already.")]
        return inviting(scheme, form, 422)
    return told_once(*invitations.invite(the_viewer(), scheme, [guest])[0])


@room.post("/s/<slug>/invitations/open", verb="member.invite", of=the_scheme)
def invite_all(scheme: Scheme) -> Response:
    return told_once(*invitations.invite_all(the_viewer(), scheme))


def told_once(row: Invitation, secret: str) -> Response:
    """The link is kept nowhere but in the cookie of whoever made it, until they make another."""
    session["told"] = [str(row.id), secret]
    return see_other(f"/invitations/{row.id}")


def link_of(row: Invitation) -> str:
    kept = session.get("told")
    return invitations.link(kept[1]) if isinstance(kept, list) and kept[0] == str(row.id) else ""


@room.get("/invitations/<uuid:invitation_id>", verb="member.invite", of=the_invitation)
def invitation(row: Invitation) -> Response:
    return ticket(row, "members/invitation.html")


@room.get("/invitations/<uuid:invitation_id>/poster", verb="member.invite", of=the_invitation)
def poster(row: Invitation) -> Response:
    """One A4 page with the code and the steps."""
    return ticket(row, "members/poster.html")


def ticket(row: Invitation, template: str) -> Response:
    link = link_of(row)
    code = code_of(link) if link else None
    return page(template, scheme=scheme_of(row), row=row, link=link, code=code, roles=ROLE_WORDS)


@room.post("/invitations/<uuid:invitation_id>/revocation", verb="member.invite", of=the_invitation)
def revoke(row: Invitation) -> Response:
    invitations.revoke(the_viewer(), row)
    flash(_("The invitation opens nothing any more."), "ok")
    return see_other(f"/s/{scheme_of(row).slug}/members")


# ---- many at once


@room.get("/s/<slug>/invitations/list", verb="member.invite", of=the_scheme)
def new_list(scheme: Scheme) -> Response:
    return page(
        "members/list.html", scheme=scheme, here=scheme, rows=None, text="", fault="", most=lists.MOST
    )


@room.post("/s/<slug>/invitations/list", verb="member.invite", of=the_scheme)
def take_list(scheme: Scheme) -> Response:
    """First each row's fate, then, with the same list and `confirmed`, the letters."""
    rows: list[lists.Row] | None = None
    fault, text = "", request.form.get("text", "")
    try:
        if (file := request.files.get("file")) is not None and file.filename:
            text = lists.decoded(file.read(lists.LARGEST + 1))
        rows = lists.rows(db.session(), scheme, premises_of(scheme.id), text)
    except lists.Unreadable as why:
        fault = str(why)
    guests = [row.guest for row in rows or [] if row.guest]
    if guests and request.form.get("confirmed"):
        invitations.invite(the_viewer(), scheme, guests)
        flash(ngettext("%(num)d person is invited.", "%(num)d people are invited.", len(guests)), "ok")
        return see_other(f"/s/{scheme.slug}/members")
    return page(
        "members/list.html",
        scheme=scheme,
        here=scheme,
        rows=rows,
        text=text,
        fault=fault,
        many=len(guests),
        most=lists.MOST,
        roles=ROLE_WORDS,
        status=422 if fault else 200,
    )
