"""The door: sign in, sign out, cannot sign in, and the list of one's own sessions."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from flask import Response, request
from flask_babel import gettext as _

from shopalert.accounts import actions, devices, login, sessions, throttle
from shopalert.accounts.actions import Attempt, NotLetIn
from shopalert.accounts.forms import ForgotForm, SignInForm
from shopalert.accounts.models import UserSession
from shopalert.db import db
from shopalert.pages import local_path, page, problem, see_other, wants_json
from shopalert.room import PUBLIC, SIGNED_IN, Room
from shopalert.schemes.viewer import current_viewer, the_viewer

room = Room("accounts", __name__)

# Only the browser's caches and stores: with "cookies" it would also forget what other sites of the force keep here.
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
    login.welcome(token, viewer)
    return see_other(local_path(request.form.get("next")))


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
    asked = form.validate()
    return page("accounts/forgot.html", form=form, asked=asked, status=200 if asked else 422)


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
