"""Invitations: made by a coordinator, told once, opened by whoever holds the link, used up by a POST alone."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from shopalert import mail
from shopalert.accounts import links, throttle
from shopalert.accounts.actions import normal_email
from shopalert.accounts.models import User
from shopalert.db import act, db, now, system_act, the_act, uuid7
from shopalert.mail.models import Mail
from shopalert.members.models import Invitation
from shopalert.schemes.models import Membership, Scheme
from shopalert.schemes.viewer import Viewer
from shopalert.wall import crossing

GOOD_FOR = timedelta(hours=72)
MOST_USES = 300  # of an open one
KEPT = timedelta(days=90)  # after its end: who was invited by whom


class Spent(Exception):
    """Used, past its end, revoked, or none of ours: nobody learns which."""


@dataclass(frozen=True)
class Guest:
    """Who is invited, and as what."""

    email: str
    name: str = ""
    role: str = "member"
    premises_id: uuid.UUID | None = None
    employer: str = ""


# ---- making


@act("member.invite")
def invite(viewer: Viewer, scheme: Scheme, guests: Iterable[Guest]) -> list[tuple[Invitation, str]]:
    """Invite these people, each by a letter of their own. What was sent to an address before is good no more.

    The secrets are told to the caller, once.
    """
    session, made = db.session(), []
    for guest in guests:
        made.append(write(session, scheme, guest, viewer.user_id, viewer.name))
    the_act().about = made[0][0] if len(made) == 1 else scheme
    the_act().details["invited"] = len(made)
    return made


@act("member.invite")
def invite_all(viewer: Viewer, scheme: Scheme) -> tuple[Invitation, str]:
    """An open invitation: for the poster at the meeting."""
    secret = links.new_secret()
    row = Invitation(
        id=uuid7(), scheme_id=scheme.id, token_hash=links.hash_of_secret(secret), invited_by_id=viewer.user_id,
        expires_at=now() + GOOD_FOR,
    )  # fmt: skip
    db.session().add(row)
    the_act().about, the_act().details["open"] = row, True
    return row, secret


def invite_by_operator(
    scheme_id: uuid.UUID, guest: Guest, by: Viewer | None = None
) -> tuple[Invitation, str]:
    """The same from a command or the operator's page: of a scheme's first coordinator, say."""
    with crossing("command") as session, system_act("member.invite", session) as doing:
        doing.viewer = by
        scheme = session.get_one(Scheme, scheme_id)
        doing.about, secret = write(session, scheme, guest, by.user_id if by else None, "")
        return doing.about, secret


def write(
    session: Session, scheme: Scheme, guest: Guest, by: uuid.UUID | None, inviter: str
) -> tuple[Invitation, str]:
    secret, email, at = links.new_secret(), normal_email(guest.email), now()
    session.execute(
        sa.update(Invitation)
        .where(Invitation.scheme_id == scheme.id, Invitation.email == email, standing())
        .values(revoked_at=now())
        .execution_options(synchronize_session=False)
    )
    row = Invitation(
        id=uuid7(), scheme_id=scheme.id, token_hash=links.hash_of_secret(secret), email=email, name=guest.name,
        role=guest.role, premises_id=guest.premises_id, employer=guest.employer, invited_by_id=by,
        created_at=at, expires_at=at + GOOD_FOR, kept_until=at + GOOD_FOR + KEPT,
    )  # fmt: skip
    session.add(row)
    facts = {
        "name": guest.name.split(" ")[0], "by": inviter, "scheme": scheme.name, "until": row.expires_at,
        "link": link(secret),
    }  # fmt: skip
    mail.post(
        session, email, "scheme_invitation", facts, scheme_id=scheme.id, expires_at=row.expires_at,
        kind=letter_of(row),
    )  # fmt: skip
    return row, secret


def letter_of(row: Invitation) -> str:
    """The kind of its letter, by which it is found again: 40 letters and no address in it."""
    return f"inv.{row.id}"


def link(secret: str) -> str:
    return links.address(f"/join/{secret}")


@act("member.invite")
def revoke(viewer: Viewer, row: Invitation) -> None:
    """The link opens nothing from now on, and a letter that waits is not sent."""
    session = db.session()
    row.revoked_at = row.revoked_at or now()
    mail.cancel(session, Mail.kind == letter_of(row))
    the_act().about, the_act().details["revoked"] = row, True


# ---- finding


def standing() -> sa.ColumnElement[bool]:
    """Invitations that still open something."""
    return sa.and_(
        Invitation.revoked_at.is_(None),
        Invitation.expires_at > now(),
        sa.case((Invitation.email == "", Invitation.uses < MOST_USES), else_=Invitation.uses < 1),
    )


def pending(session: Session, scheme_id: uuid.UUID) -> list[Invitation]:
    """What still opens something, the newest first."""
    statement = (
        sa.select(Invitation)
        .options(joinedload(Invitation.premises))
        .where(Invitation.scheme_id == scheme_id, standing())
        .order_by(Invitation.created_at.desc(), Invitation.id.desc())
    )
    return list(session.scalars(statement))


def find(session: Session, secret: str, address: str | None) -> Invitation:
    """The invitation of a link, across the wall: its holder is not inside yet. Raises Spent, throttle.TooMany."""
    network = throttle.network_of(address)
    wrong = throttle.account_key(f"invitation {secret}")
    throttle.check(session, wrong, network)
    row = session.scalar(
        sa.select(Invitation)
        .options(joinedload(Invitation.premises))
        .where(Invitation.token_hash == links.hash_of_secret(secret), standing())
    )
    if row is None:
        note_wrong(wrong, network)
        raise Spent
    return row


def note_wrong(wrong: bytes, network: str) -> None:
    """Who tries many links is slowed, as who tries many accounts. The same wrong link counts as one."""
    with crossing("joining") as session:
        known = throttle.failures(session, wrong)
        if known:
            return
        with system_act("member.join", session) as doing:
            doing.outcome = "refused"
            doing.details["network"] = network
            throttle.record(session, wrong, network)


def use(session: Session, row: Invitation) -> None:
    """One use of it, in the transaction of the joining; of two at once a bound one lets in the first. Raises Spent."""
    done: Any = session.execute(
        sa.update(Invitation)
        .where(Invitation.id == row.id, standing())
        .values(uses=Invitation.uses + 1, used_at=now())
        .execution_options(synchronize_session=False)
    )
    if not done.rowcount:
        raise Spent


# ---- what an address is already


def known_in(session: Session, scheme_id: uuid.UUID, emails: Iterable[str]) -> tuple[set[str], set[str]]:
    """Of these addresses those of members, and those that were invited and have not come yet."""
    wanted = list(emails)
    members = sa.select(User.email).join(Membership, Membership.user_id == User.id)
    members = members.where(
        Membership.scheme_id == scheme_id, Membership.removed_at.is_(None), User.email.in_(wanted)
    )
    invited = sa.select(Invitation.email).where(
        Invitation.scheme_id == scheme_id, Invitation.email.in_(wanted), standing()
    )
    return set(session.scalars(members)), set(session.scalars(invited))
