"""What people do with their account: sign in, sign out, end a session elsewhere; and being suspended."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

import gevent
import sqlalchemy as sa
from sqlalchemy.orm import Session

from shopalert import mail
from shopalert.accounts import passwords, sessions, throttle
from shopalert.accounts.models import User, UserSession
from shopalert.db import act, db, now, release, system_act, the_act
from shopalert.mail.models import Mail
from shopalert.schemes.viewer import Viewer, viewer_of
from shopalert.wall import crossing


@dataclass(frozen=True)
class Attempt:
    """A try to sign in: what was typed, and from where."""

    email: str
    password: str
    code: str = ""
    address: str | None = None
    device: str = ""
    before: Viewer | None = None  # who had this browser's session until now

    @property
    def account(self) -> bytes:
        return throttle.account_key(normal_email(self.email))

    @property
    def network(self) -> str:
        return throttle.network_of(self.address)


class NotLetIn(Exception):
    """Unknown, wrong or suspended: nobody learns which."""


def normal_email(typed: str) -> str:
    """An address as it is kept."""
    return typed.strip().lower()


def sign_in(attempt: Attempt) -> tuple[str, Viewer]:
    """The new session's token and its viewer. Raises NotLetIn, or throttle.TooMany.

    Known or not, an account takes the same steps and the same time. Nothing of the database is held
    while the password is compared.
    """
    delay = throttle.check(db.session(), attempt.account, attempt.network)
    release(db.session())
    if delay:
        gevent.sleep(delay)
    with passwords.slots:
        throttle.check(
            db.session(), attempt.account, attempt.network
        )  # of a thousand at once only ten compare
        user = user_by(db.session(), attempt.email)
        release(db.session())
        right = passwords.matches(user.password_hash if user else None, attempt.password)
    # Where a second factor is set it must be asked for; this build cannot, so it does not open.
    if user is None or not right or user.suspended_at is not None or user.totp_secret is not None:
        refuse(None, attempt)
        raise NotLetIn
    with crossing("viewer") as session:
        viewer = viewer_of(session, user)
    try:
        return let_in(None, viewer, attempt, user.password_hash)
    except NotLetIn:
        refuse(None, attempt)
        raise


def user_by(session: Session, email: str) -> User | None:
    """The user of an address; what cannot be one is looked for all the same."""
    wanted = normal_email(email)
    if len(wanted) > 254 or not wanted.isprintable():
        wanted = ""
    return session.scalar(sa.select(User).where(User.email == wanted))


@act("account.sign_in")
def let_in(_: None, viewer: Viewer, attempt: Attempt, compared: str) -> tuple[str, Viewer]:
    """Open a session. Counted once more: guesses made at the same time must not get further than others.

    `compared` is the hash that was right. Raises NotLetIn where it was changed, or its owner suspended, meanwhile.
    """
    session, doing = db.session(), the_act()
    user = session.get_one(User, viewer.user_id, with_for_update=True, populate_existing=True)
    if user.suspended_at is not None or user.password_hash != compared:
        raise NotLetIn
    throttle.check(session, attempt.account, attempt.network)
    throttle.clear(session, attempt.account)
    if attempt.before is not None and attempt.before.session_id is not None:
        close(session, attempt.before.user_id, [attempt.before.session_id])
    token, doing.viewer = sessions.begin(session, viewer, attempt.device)
    doing.about = user
    doing.details.update(network=attempt.network, device=attempt.device)
    return token, doing.viewer


@act("account.sign_in")
def refuse(_: None, attempt: Attempt) -> None:
    """Count the failure."""
    throttle.record(db.session(), attempt.account, attempt.network)
    the_act().outcome = "refused"
    the_act().details.update(
        account=attempt.account.hex()[:16], network=attempt.network, device=attempt.device
    )


@act("account.sign_out")
def sign_out(viewer: Viewer) -> None:
    """End the session that this is, and its alerts."""
    if viewer.session_id is not None:
        close(db.session(), viewer.user_id, [viewer.session_id])
    the_act().about = db.session().get(UserSession, viewer.session_id)


@act("account.end_session")
def end_session(viewer: Viewer, other: UserSession) -> None:
    """End one's own session on another device."""
    close(db.session(), viewer.user_id, [other.id])
    the_act().about = other


@act("account.end_all_sessions")
def end_all_sessions(viewer: Viewer | None, user: User) -> int:
    """End all sessions of a person, with all their alerts."""
    the_act().about = user
    return close(db.session(), user.id)


def suspend(user: User, by: Viewer | None = None) -> int:
    """One transaction takes everything: no page, stream or alert from the next request on."""
    with crossing("command") as session, system_act("account.suspend", session) as doing:
        doing.viewer = by
        kept = session.get_one(User, user.id)
        kept.suspended_at = kept.suspended_at or now()
        mail.cancel(session, Mail.user_id == kept.id)
        doing.about = kept
        return close(session, user.id)


def restore(user: User, by: Viewer | None = None) -> None:
    """They may sign in again, and are what they were before."""
    with crossing("command") as session, system_act("account.restore", session) as doing:
        doing.viewer = by
        doing.about = session.get_one(User, user.id)
        doing.about.suspended_at = None


def reset_password(user: User, password: str) -> int:
    """A new password; whoever was signed in with the old one is out."""
    kept_hash = passwords.hash_password(password)  # before the transaction: it takes its time
    with crossing("command") as session, system_act("account.reset_password", session) as doing:
        kept = session.get_one(User, user.id)
        kept.password_hash = kept_hash
        throttle.clear(session, throttle.account_key(kept.email))
        doing.about = kept
        return close(session, user.id)


def close(session: Session, user_id: uuid.UUID, only: list[uuid.UUID] | None = None) -> int:
    """End sessions, and have this person's streams looked at once it is committed."""
    look_at_streams(user_id)
    return sessions.end(session, user_id, only)


def look_at_streams(user_id: uuid.UUID) -> None:
    """What this person may see is another thing after this act: their open screens are asked about."""
    details = the_act().details
    details["revoke"] = [*details.get("revoke", ()), str(user_id)]
