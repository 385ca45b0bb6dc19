"""The newcomer's side: the link, the one form, waiting; and a member's own place: the agreement, leaving."""

from __future__ import annotations

import uuid
from typing import Any

import sqlalchemy as sa
from flask import Response, flash, request
from flask_babel import gettext as _

from shopalert.accounts import devices, links, login, throttle
from shopalert.accounts.actions import user_by
from shopalert.accounts.passwords import Weak, check_new
from shopalert.db import db
from shopalert.members import actions, agreements, invitations, joining, lookup
from shopalert.members.actions import LastCoordinator
from shopalert.members.forms import PERIODS, ROLE_WORDS, AgreementForm, JoinForm
from shopalert.members.invitations import Spent
from shopalert.members.joining import Joined, MustSignIn
from shopalert.members.models import Invitation
from shopalert.pages import page, problem, see_other, wants_page
from shopalert.permissions import can
from shopalert.room import PUBLIC, SIGNED_IN, Room
from shopalert.schemes.lookup import the_scheme
from shopalert.schemes.models import Premises, Scheme
from shopalert.schemes.viewer import current_viewer, the_viewer
from shopalert.wall import crossing

room = Room("joining", __name__)

INVITATION = login.INVITATION  # what the cookie calls it
# Where one may go before the agreement was accepted again.
UNGATED = ("/agree", "/sign-in", "/sign-out", "/sessions", "/privacy", "/accessibility", "/help", "/join", "/waiting",
           "/offline", "/reset", "/forgot", *login.FOR_ALL)  # fmt: skip


# ---- the link


@room.get("/join/<secret>", verb=PUBLIC)
def open_link(secret: str) -> Response:
    """The secret leaves the address; nothing is looked up and nothing used: scanners of mail open links too."""
    links.carry(INVITATION, secret)
    return see_other("/join")


@room.get("/join", verb=PUBLIC)
def join() -> Response:
    with Opened() as opened:
        return opened.show(opened.form())


@room.post("/join", verb=PUBLIC)
def take() -> Response:
    with Opened() as opened:
        form = opened.form()
        if not form.validate():
            return opened.show(form, 422)
        row, viewer = opened.row, current_viewer()
        try:
            if viewer is not None:
                joined = joining.join_as(viewer, row, form.newcomer())
            else:
                check_new(form.password.data, opened.easy_to_guess(form))
                joined = joining.join(
                    row, form.newcomer(), form.password.data, devices.label(request.user_agent.string)
                )
        except Weak as weak:
            form.password.errors = [weak.reason]
            return opened.show(form, 422)
        except MustSignIn:
            return see_other("/join")  # somebody took the address meanwhile; the page says what to do
        return arrived(joined)


class Opened:
    """The invitation that this browser carries, with what its page needs. Else the one page for all that is spent."""

    def __enter__(self) -> Opened:
        try:
            with crossing("joining") as session:
                self.row: Invitation = invitations.find(
                    session, links.carried(INVITATION), request.remote_addr
                )
                self.scheme = session.get_one(Scheme, self.row.scheme_id)
                self.places = places(session, self.row)
                self.agreement = agreements.current(session, self.row.scheme_id)
                self.known = self.row.email != "" and user_by(session, self.row.email) is not None
        except Spent:
            spent()
        except throttle.TooMany as wait:
            problem(
                429,
                "too_many_requests",
                _("Too many tries. Wait a few minutes and try again."),
                retry_after=wait.wait,
            )
        return self

    def __exit__(self, kind: Any, *_: Any) -> None:
        if kind is Spent:
            spent()

    def form(self) -> JoinForm:
        return JoinForm.of(self.row, self.places, current_viewer() is not None)

    def easy_to_guess(self, form: JoinForm) -> list[str]:
        email = self.row.email or (form.email.data or "")
        return [form.name.data, email.split("@")[0], self.scheme.name]

    def show(self, form: JoinForm, status: int = 200) -> Response:
        viewer = current_viewer()
        return page(
            "members/join.html",
            form=form,
            row=self.row,
            scheme=self.scheme,
            places=self.places,
            agreement=self.agreement,
            role=ROLE_WORDS[self.row.role],
            stranger=viewer is not None and self.row.email not in ("", viewer.email),
            must_sign_in=viewer is None and self.known,
            status=status,
        )


def spent() -> None:
    """Used, past its end, revoked or unknown: the same to everybody."""
    links.put_down(INVITATION)
    problem(
        410,
        "spent",
        _(
            "This link opens nothing any more: it was used, is too old, or is not complete. Ask for a new one."
        ),
    )


def places(session: Any, row: Invitation) -> list[Premises]:
    """The scheme's premises, for the list on the joining page."""
    return list(
        session.scalars(
            sa.select(Premises).where(Premises.scheme_id == row.scheme_id).order_by(Premises.name)
        )
    )


def arrived(joined: Joined) -> Response:
    """In, or waiting; signed in where the invitation was for one address."""
    if joined.viewer is not None:
        login.welcome(joined.token, joined.viewer)
    links.put_down(INVITATION)
    if joined.inside:
        return see_other(f"/s/{joined.scheme.slug}/")
    return see_other("/waiting" if joined.viewer or current_viewer() else "/joined")


@room.get("/joined", verb=PUBLIC)
def joined() -> Response:
    """The same to everybody who came by an open invitation."""
    return page("members/joined.html")


@room.get("/waiting", verb=SIGNED_IN)
def waiting() -> Response:
    user_id = the_viewer().user_id
    return page("members/waiting.html", waits=joining.waits_where(user_id), shut=joining.shut_out_of(user_id))


# ---- the agreement


@room.get("/s/<slug>/agreement", verb="agreement.read", of=the_scheme)
def agreement(scheme: Scheme) -> Response:
    standing = agreements.current(db.session(), scheme.id)
    return shown(scheme, AgreementForm(data={"text": standing.text, "months": standing.months}))


def shown(scheme: Scheme, form: AgreementForm, status: int = 200) -> Response:
    standing = agreements.current(db.session(), scheme.id)
    return page(
        "members/agreement.html",
        scheme=scheme,
        here=scheme,
        agreement=standing,
        form=form,
        periods=PERIODS,
        publishes=can(the_viewer(), "agreement.publish", scheme),
        status=status,
    )


@room.post("/s/<slug>/agreement", verb="agreement.publish", of=the_scheme)
def publish(scheme: Scheme) -> Response:
    form = AgreementForm()
    if not form.validate():
        return shown(scheme, form, 422)
    made = agreements.publish(the_viewer(), scheme, form.text.data, form.months.data)
    flash(_("Version %(version)s is published. Everybody is asked to read it.", version=made.version), "ok")
    return see_other(f"/s/{scheme.slug}/agreement")


@room.get("/agree", verb=SIGNED_IN)
def gate() -> Response:
    """What has to be read again before anything else."""
    with crossing("joining") as session:
        due = agreements.due(session, the_viewer().user_id)
        texts = [(member, scheme, agreements.current(session, scheme.id)) for member, scheme in due]
    return page("members/agree.html", texts=texts, fault="") if texts else see_other("/")


@room.post("/agree", verb=SIGNED_IN)
def agree() -> Response:
    chosen = []
    for said in request.form.getlist("scheme"):
        try:
            chosen.append(uuid.UUID(said))
        except ValueError:
            continue
    agreements.agree(the_viewer(), chosen)
    return see_other("/agree" if agreements.must_agree(the_viewer().user_id) else "/")


@room.before_app_request
def keep_at_the_gate() -> Response | None:
    """Whoever has to read the agreement again is shown it instead of the page they ask for. What is sent goes through:
    a report is not held up by a form."""
    viewer = current_viewer()
    if viewer is None or request.method != "GET" or request.path.startswith(UNGATED) or not wants_page():
        return None
    return see_other("/agree") if agreements.must_agree(viewer.user_id) else None


# ---- one's own place


@room.get("/s/<slug>/membership", verb="member.leave", of=the_scheme)
def membership(scheme: Scheme) -> Response:
    viewer = the_viewer()
    own = lookup.own_membership(viewer.user_id, scheme.id)
    accepted = agreements.accepted_by(db.session(), scheme.id).get(viewer.user_id)
    return page(
        "members/own.html",
        scheme=scheme,
        here=scheme,
        own=own,
        accepted=accepted,
        role=ROLE_WORDS[own.role] if own else "",
    )


@room.post("/s/<slug>/departure", verb="member.leave", of=the_scheme)
def leave(scheme: Scheme) -> Response:
    viewer = the_viewer()
    own = lookup.own_membership(viewer.user_id, scheme.id)
    if own is None:
        return see_other("/")
    try:
        actions.leave(viewer, own)
    except LastCoordinator:
        problem(
            409,
            "last_coordinator",
            _("You are the only coordinator of the scheme. Make somebody else coordinator first."),
        )
    if len(viewer.schemes) == 1:
        login.forget()
    flash(_("You have left %(scheme)s.", scheme=scheme.name), "ok")
    return see_other("/" if len(viewer.schemes) > 1 else "/sign-in")
