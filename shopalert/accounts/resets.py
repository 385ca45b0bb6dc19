"""Forgotten password: a link by mail, good once and for half an hour, asked for by anybody about any address.

Whoever asks gets the same answer in the same time: the same rows are written where nobody has the address.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from shopalert import mail
from shopalert.accounts import links, passwords, throttle
from shopalert.accounts.actions import close, normal_email, user_by
from shopalert.accounts.models import PasswordReset, User
from shopalert.db import act, db, now, release, the_act
from shopalert.mail.models import Mail

GOOD_FOR = timedelta(minutes=30)
KEPT = timedelta(days=1)
PER_ACCOUNT = 3  # letters in throttle.WINDOW; per network as with sign-in


class Spent(Exception):
    """The link is used, too old, or none of ours: nobody learns which."""


def ask(email: str, address: str | None) -> None:
    """Send a link, if there is somebody to send it to. Raises throttle.TooMany."""
    account, network = throttle.account_key(normal_email(email)), throttle.network_of(address)
    check(db.session(), account, network)
    release(db.session())
    write(None, email, account, network)


def check(session: Session, account: bytes, network: str) -> None:
    """Raise TooMany where this address, or addresses from this network, were asked about too often."""
    since = now() - throttle.WINDOW
    asked = session.scalars(
        sa.select(PasswordReset.at)
        .where(PasswordReset.account == account, PasswordReset.at > since)
        .order_by(PasswordReset.at.desc())
        .limit(PER_ACCOUNT)
    ).all()
    if len(asked) >= PER_ACCOUNT:
        raise throttle.TooMany(throttle.until(asked[-1]))
    if throttle.is_exempt(network):
        return
    last = sa.func.max(PasswordReset.at)
    accounts: list[datetime] = list(
        session.scalars(
            sa.select(last)
            .where(PasswordReset.network == network, PasswordReset.at > since)
            .group_by(PasswordReset.account)
            .order_by(last.desc())
            .limit(throttle.PER_NETWORK)
        )
    )
    if len(accounts) >= throttle.PER_NETWORK:
        raise throttle.TooMany(throttle.until(accounts[-1]))


@act("account.ask_reset")
def write(_: None, email: str, account: bytes, network: str) -> None:
    """The link's row and its letter; both of nobody where nobody has the address."""
    session, secret = db.session(), links.new_secret()
    check(session, account, network)
    user = user_by(session, email)
    known = user if user is not None and user.suspended_at is None else None
    session.execute(sa.delete(PasswordReset).where(PasswordReset.at < now() - KEPT))
    row = PasswordReset(
        token_hash=links.hash_of_secret(secret), user_id=known.id if known else None, account=account,
        network=network, expires_at=now() + GOOD_FOR,
    )  # fmt: skip
    session.add(row)
    facts = {"name": known.short_name if known else "", "link": links.address(f"/reset/{secret}")}
    letter = mail.post(
        session, normal_email(email), "account_reset", facts, user_id=row.user_id, expires_at=row.expires_at
    )
    if known is None:
        letter.state, letter.sealed, letter.kept_until = "dropped", None, now() + KEPT
    the_act().details.update(account=account.hex()[:16], network=network)
    the_act().about = known


def usable(secret: str) -> Any:
    """The condition under which a link opens: ours, fresh, unused, and of somebody."""
    return sa.and_(
        PasswordReset.token_hash == links.hash_of_secret(secret),
        PasswordReset.used_at.is_(None),
        PasswordReset.expires_at > now(),
        PasswordReset.user_id.is_not(None),
    )


def whose(secret: str) -> User:
    """Whose link this is. Raises Spent."""
    statement = sa.select(User).join(PasswordReset, PasswordReset.user_id == User.id)
    user = db.session.scalar(statement.where(usable(secret), User.suspended_at.is_(None)))
    if user is None:
        raise Spent
    return user


def choose(secret: str, password: str) -> None:
    """Set the new password with the link. Raises Spent, or passwords.Weak."""
    user = whose(secret)
    passwords.check_new(password, (user.name, user.email.split("@")[0]))
    release(db.session())
    with passwords.slots:
        kept_hash = passwords.hash_password(password)
    use(None, secret, kept_hash)


@act("account.reset")
def use(_: None, secret: str, kept_hash: str) -> None:
    """The link is used, and all others with it; whoever was signed in is out; the owner is told."""
    session = db.session()
    quiet = {"synchronize_session": False}
    used = sa.update(PasswordReset).where(usable(secret)).values(used_at=now())
    user_id = session.scalar(used.returning(PasswordReset.user_id), execution_options=quiet)
    user = session.get(User, user_id, with_for_update=True, populate_existing=True) if user_id else None
    if user is None or user.suspended_at is not None:
        raise Spent
    others = sa.update(PasswordReset).where(PasswordReset.user_id == user.id, PasswordReset.used_at.is_(None))
    session.execute(others.values(used_at=now()), execution_options=quiet)
    mail.cancel(session, Mail.user_id == user.id, Mail.kind == "account.reset")
    user.password_hash = kept_hash
    throttle.clear(session, throttle.account_key(user.email))
    the_act().about, the_act().details["sessions"] = user, close(session, user.id)
    mail.post(session, user.email, "account_changed", {"name": user.short_name}, user_id=user.id)
