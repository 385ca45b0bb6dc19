"""The door: sign in, sign out, cannot sign in, and the list of one's own sessions."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import NoReturn

import sqlalchemy as sa
from flask import Response, flash, request
from flask_babel import gettext as _

from shopalert.accounts import actions, devices, links, login, passwords, resets, sessions, throttle
from shopalert.accounts.actions import Attempt, NotLetIn
from shopalert.accounts.forms import ForgotForm, NewPasswordForm, SignInForm
from shopalert.accounts.models import UserSession
from shopalert.db import db
from shopalert.pages import local_path, page, problem, see_other, wants_json
from shopalert.room import PUBLIC, SIGNED_IN, Room
from shopalert.schemes.viewer import current_viewer, the_viewer

room = Room("accounts", __name__)

# Only the browser's caches and stores: with "cookies" it would also forget what other sites of the force keep here.
RESET = "reset"  # in the cookie: the link that this browser has opened
WIPE = '"cache", "storage"'


@room.get("/sign-in", verb=PUBLIC)
def sign_in() -> Response:
    if current_viewer() is not None:
        return see_other(local_path(request.args.get("next")))
    return door(SignInForm())


@room.post("/sign-in", verb=PUBLIC)
def try_sign_in() -> Response:
    form = SignInForm(request.form)
    if not form.validate():
        return turned_away(form, 422, "invalid", _("Enter your e-mail address and your password."))
    try:
        token, viewer = actions.sign_in(attempt(form))
    except throttle.TooMany as wait:
        text = _("Too many tries. Wait a few minutes and try again.")
        return turned_away(form, 429, "too_many_requests", text, wait.wait)
    except NotLetIn:
        return turned_away(form, 422, "sign_in_failed", _("The e-mail or the password is not right."))
    wanted = local_path(request.form.get("next"))
    put_back = login.still_invited(wanted == "/join")
    login.welcome(token, viewer)
    put_back()
    return see_other(wanted)


@room.post("/sign-out", verb=PUBLIC)
def sign_out() -> Response:
    viewer = current_viewer()
    if viewer is not None:
        actions.sign_out(viewer)
    login.forget()
    response = see_other("/sign-in")
    response.headers["Clear-Site-Data"] = WIPE
    return response


@room.get("/forgot", verb=PUBLIC)
def forgot() -> Response:
    return page("accounts/forgot.html", form=ForgotForm(), asked=False)


@room.post("/forgot", verb=PUBLIC)
def ask_for_help() -> Response:
    """The same answer to everybody: no address is told from another."""
    form = ForgotForm(request.form)
    if not form.validate():
        return page("accounts/forgot.html", form=form, asked=False, status=422)
    try:
        resets.ask(form.email.data or "", request.remote_addr)
    except throttle.TooMany as wait:
        form.form_errors.append(_("Too many tries. Wait a few minutes and try again."))
        response = page("accounts/forgot.html", form=form, asked=False, status=429)
        response.headers["Retry-After"] = str(wait.wait)
        return response
    return page("accounts/forgot.html", form=form, asked=True)


@room.get("/reset/<secret>", verb=PUBLIC)
def open_reset(secret: str) -> Response:
    """The secret leaves the address. Nothing is used up: scanners of mail open links too."""
    links.carry(RESET, secret)
    return see_other("/reset")


@room.get("/reset", verb=PUBLIC)
def reset() -> Response:
    try:
        whose = resets.whose(links.carried(RESET))
    except resets.Spent:
        spent()
    return page("accounts/reset.html", form=NewPasswordForm(), email=whose.email)


@room.post("/reset", verb=PUBLIC)
def choose_password() -> Response:
    form, secret = NewPasswordForm(request.form), links.carried(RESET)
    try:
        whose = resets.whose(secret)
        if form.validate():
            resets.choose(secret, form.password.data or "")
            links.put_down(RESET)
            if current_viewer() is not None:
                login.forget()
            flash(_("Your new password is set. Sign in with it."), "ok")
            return see_other("/sign-in")
    except resets.Spent:
        spent()
    except passwords.Weak as weak:
        form.password.errors = [weak.reason]
    return page("accounts/reset.html", form=form, email=whose.email, status=422)


def spent() -> NoReturn:
    """Used, past its end, or unknown: the same to everybody."""
    links.put_down(RESET)
    problem(
        410,
        "spent",
        _(
            "This link opens nothing any more: it was used, is too old, or is not complete. Ask for a new one."
        ),
    )


@room.get("/sessions", verb=SIGNED_IN)
def own_sessions() -> Response:
    viewer = the_viewer()
    rows = sessions.listing(db.session(), viewer.user_id)
    return page("accounts/sessions.html", sessions=[Listed.of(row, viewer.session_id) for row in rows])


def own_session(session_id: uuid.UUID) -> UserSession | None:
    """One of the viewer's own sessions that still counts."""
    mine = sa.select(UserSession).join(UserSession.user).where(sessions.standing())
    return db.session.scalar(
        mine.where(UserSession.id == session_id, UserSession.user_id == the_viewer().user_id)
    )


@room.post("/sessions/<uuid:session_id>/end", verb=SIGNED_IN, of=own_session)
def end_session(other: UserSession) -> Response:
    viewer = the_viewer()
    if other.id == viewer.session_id:
        return sign_out()
    actions.end_session(viewer, other)
    return see_other("/sessions")


# ---- how


@dataclass(frozen=True)
class Listed:
    """A line in the list of sessions."""

    id: uuid.UUID
    label: str
    created_at: datetime
    seen_at: datetime
    here: bool
    address: str = ""  # not kept

    @classmethod
    def of(cls, row: UserSession, here: uuid.UUID | None) -> Listed:
        return cls(row.id, row.device, row.created_at, row.last_seen_at, row.id == here)


def attempt(form: SignInForm) -> Attempt:
    return Attempt(
        email=form.email.data or "",
        password=form.password.data or "",
        code=form.code.data or "",
        address=request.remote_addr,
        device=devices.label(request.user_agent.string),
        before=current_viewer(),
    )


def door(form: SignInForm, status: int = 200) -> Response:
    wanted = local_path(request.form.get("next") or request.args.get("next"))
    return page("accounts/sign_in.html", form=form, next=wanted, status=status)


def turned_away(form: SignInForm, status: int, code: str, message: str, wait: int | None = None) -> Response:
    """The form again, with the address and without the password; to a machine its code."""
    if wants_json():
        problem(status, code, message, retry_after=wait)
    if not form.errors:
        form.form_errors.append(message)
    response = door(form, status)
    if wait is not None:
        response.headers["Retry-After"] = str(wait)
    return response
