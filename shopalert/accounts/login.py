"""Who is asking: flask-login over the session table, and the viewer entered at the wall for the request."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask, g, request, session
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user
from flask_wtf.csrf import generate_csrf

from shopalert import wall
from shopalert.accounts import sessions
from shopalert.schemes.viewer import Viewer

# Asked for by everybody, the same for everybody: no query.
FOR_ALL = (
    "/static/",
    "/sw.js",
    "/manifest.webmanifest",
    "/offline",
    "/healthz",
    "/readyz",
    "/metrics",
    "/csp-reports",
)
INVITATION = "invitation"  # in the cookie: the link that this browser has opened
# The page asks by itself: that is not a person at work.
UNATTENDED = ("/stream", "/poll", "/push/", "/sync")
BY_ITSELF = ("/reach",)

manager = LoginManager()
manager.session_protection = None  # a phone changes its address all day; the row is what counts


class SignedIn(UserMixin):
    """flask-login's user: a session's token, with the viewer it stands for."""

    def __init__(self, token: str, viewer: Viewer) -> None:
        self.token, self.viewer = token, viewer

    def get_id(self) -> str:
        return self.token


@manager.user_loader
def by_token(token: str) -> SignedIn | None:
    """Asked once a request: what was ended a moment ago ends here."""
    viewer = sessions.viewer_by(token)
    return SignedIn(token, viewer) if viewer else None


def arrive() -> None:
    """Before every view: find the viewer, and enter the wall as they see it."""
    g.viewer = None
    g.pop("_login_user", None)  # of an earlier request where one application context serves several
    if not request.path.startswith(FOR_ALL) and "_user_id" in session:
        g.viewer = current_user.viewer if current_user.is_authenticated else None
        if g.viewer is None:
            forget()
        elif not request.path.startswith(UNATTENDED) and not request.path.endswith(BY_ITSELF):
            sessions.used(g.viewer.session_id)
    g.at_the_wall = wall.enter(g.viewer)


def depart(_: BaseException | None = None) -> None:
    """After it: nobody stands at the wall."""
    if (token := g.pop("at_the_wall", None)) is not None:
        wall.leave(token)


def welcome(token: str, viewer: Viewer) -> None:
    """This browser has a new session; nothing of an earlier one stays, its form tokens included."""
    empty()
    session.permanent = True
    login_user(SignedIn(token, viewer))
    session.pop("_id", None)  # a fingerprint that we do not use
    generate_csrf()  # now, or the first two pages that are opened side by side would each make one
    g.viewer = viewer


def still_invited(keep: bool) -> Callable[[], None]:
    """Who signs in to use an invitation has it afterwards too; nobody else finds it in a cookie of theirs."""
    secret = session.get(INVITATION) if keep else None

    def put_back() -> None:
        if secret:
            session[INVITATION] = secret

    return put_back


def forget() -> None:
    """This browser has no session."""
    logout_user()
    empty()
    g.viewer = None


def empty() -> None:
    """Nothing of the cookie stays, nor the form token that was made from it."""
    session.clear()
    g.pop("csrf_token", None)


def init_app(app: Flask) -> None:
    app.config.update(
        PERMANENT_SESSION_LIFETIME=sessions.MEMBERS_STAY,
        SESSION_REFRESH_EACH_REQUEST=False,  # the cookie says who, the row says how long
    )
    manager.init_app(app, add_context_processor=False)
    before: list[Any] = app.before_request_funcs.setdefault(None, [])
    before.insert(0, arrive)  # also a refusal is answered to somebody
    app.teardown_request(depart)
