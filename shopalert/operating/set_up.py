"""Setting up an empty instance: one link, shown on the console, that makes the first operator.

Whoever reads the console runs the machine; nobody else can begin. The link's hash is kept, not the link. Each start
of an empty instance shows a new one, and the first operator takes it away for good.
"""

from __future__ import annotations

import secrets

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from shopalert.accounts import passwords, sessions
from shopalert.accounts.actions import normal_email
from shopalert.accounts.models import User
from shopalert.accounts.sessions import hash_of
from shopalert.db import now, system_act
from shopalert.operating.actions import Unfit
from shopalert.operating.models import SetUpLink
from shopalert.schemes.viewer import Viewer, viewer_of
from shopalert.wall import crossing


class Gone(Exception):
    """The link was used, is not the newest, or never was one."""


def offer() -> str | None:
    """The token of a new link, where nobody runs this instance yet; that of an earlier start is void."""
    with crossing("operating") as session:
        if has_operator(session):
            return None
    token = secrets.token_urlsafe(32)
    with crossing("operating") as session, system_act("set_up.offer", session):
        session.merge(SetUpLink(id=1, token_hash=hash_of(token), made_at=now()))
    return token


def has_operator(session: Session) -> bool:
    """Whether somebody runs this instance; a suspended operator counts, so that set-up never comes back."""
    return session.scalar(sa.select(User.id).where(User.is_operator).limit(1)) is not None


def stands(token_hash: bytes) -> bool:
    """Whether this is the link that the console showed last, and nobody has used it."""
    with crossing("operating") as session:
        kept = session.scalar(sa.select(SetUpLink.token_hash).where(SetUpLink.id == 1))
        return kept is not None and secrets.compare_digest(kept, token_hash) and not has_operator(session)


def begin(token_hash: bytes, name: str, email: str, password: str, device: str) -> tuple[str, Viewer]:
    """Make the first operator, and sign them in: the session's token and its viewer.

    Raises Gone where the link has been used, also by somebody who was faster in this very moment.
    """
    if not stands(token_hash):
        raise Gone  # before the slow hash: a stranger costs nothing
    kept = passwords.hash_password(password)
    with crossing("operating") as session, system_act("set_up.begin", session) as doing:
        used = session.execute(sa.delete(SetUpLink).where(SetUpLink.token_hash == token_hash))
        if not used.rowcount or has_operator(session):  # type: ignore[attr-defined]
            raise Gone
        if session.scalar(sa.select(User.id).where(User.email == normal_email(email))):
            raise Unfit("email", _("Somebody has this address already. Use another."))
        operator = User(
            email=normal_email(email),
            name=name,
            short_name=name.split()[0],
            password_hash=kept,
            is_operator=True,
        )
        session.add(operator)
        session.flush()
        token, viewer = sessions.begin(session, viewer_of(session, operator), device)
        doing.viewer, doing.about = viewer, operator
        return token, viewer
