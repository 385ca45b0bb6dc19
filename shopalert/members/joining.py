"""Coming in: somebody uses an invitation, accepts the agreement, and waits where a coordinator lets people in.

Nobody inside sees a thing of those who wait but the coordinators, and those who wait see nothing of the scheme: they
have no membership yet.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from shopalert import mail
from shopalert.accounts import passwords, sessions
from shopalert.accounts.actions import look_at_streams, normal_email
from shopalert.accounts.models import User
from shopalert.db import act, db, insert_new, now, system_act, the_act, uuid7
from shopalert.mail.models import Mail
from shopalert.members import agreements, invitations
from shopalert.members.invitations import KEPT, Spent
from shopalert.members.models import Acceptance, Invitation, Joining
from shopalert.schemes.models import Business, Membership, Premises, Scheme
from shopalert.schemes.viewer import Viewer, viewer_of
from shopalert.wall import crossing

TOLD_AGAIN = timedelta(minutes=15)  # one letter about the same thing in so long


@dataclass(frozen=True)
class Newcomer:
    """What somebody says of themselves as they join."""

    name: str = ""
    email: str = ""
    premises_id: uuid.UUID | None = None
    business: str = ""  # with street and postcode: premises that the scheme does not know yet
    street: str = ""
    postcode: str = ""
    employer: str = ""
    authorised_by: str = ""


@dataclass(frozen=True)
class Joined:
    """What came of it: they are in, they wait, or they were in before; with the session that was opened."""

    scheme: Scheme
    inside: bool = False
    token: str = ""
    viewer: Viewer | None = None


class MustSignIn(Exception):
    """The address has an account: its owner comes in by signing in first."""


def join(row: Invitation, said: Newcomer, password: str, device: str) -> Joined:
    """A new person joins. Raises Spent, passwords.Weak, MustSignIn (of a bound invitation).

    By an open invitation nobody is signed in and the answer is the same where the address has an account: its owner
    gets a letter instead.
    """
    email = row.email or normal_email(said.email)
    with passwords.slots:
        kept_hash = passwords.hash_password(password)  # also where it will not be needed: it takes its time
    with crossing("joining") as session, system_act("member.join", session) as doing:
        invitations.use(session, row)
        scheme = session.get_one(Scheme, row.scheme_id)
        short = said.name.split()[0][:60]
        facts = {"name": said.name, "short_name": short, "password_hash": kept_hash, "is_operator": False}
        new = insert_new(session, User, ["email"], id=uuid7(), email=email, created_at=now(), **facts)
        user = session.scalars(sa.select(User).where(User.email == email)).one()
        if not new:
            if not row.is_open:
                raise MustSignIn
            tell_the_owner(session, user, scheme)
            return Joined(scheme)
        inside = come_in(session, user, scheme, row, said)
        if row.is_open:
            return Joined(scheme, inside)
        token, doing.viewer = sessions.begin(session, viewer_of(session, user), device)
        return Joined(scheme, inside, token, doing.viewer)


def join_as(viewer: Viewer, row: Invitation, said: Newcomer) -> Joined:
    """Somebody who is signed in joins a further scheme. Raises Spent."""
    with crossing("joining") as session, system_act("member.join", session) as doing:
        doing.viewer = viewer
        invitations.use(session, row)
        scheme = session.get_one(Scheme, row.scheme_id)
        user = session.get_one(User, viewer.user_id, with_for_update=True)
        if row.email and row.email != user.email:
            raise Spent  # it was for somebody else
        return Joined(scheme, come_in(session, user, scheme, row, said))


def come_in(session: Session, user: User, scheme: Scheme, row: Invitation, said: Newcomer) -> bool:
    """The agreement is accepted; whether they are in, or wait. Within a transaction that crosses the wall."""
    agreements.accept(session, user.id, scheme.id)
    standing = session.scalar(member_of(user.id, scheme.id).where(Membership.removed_at.is_(None)))
    the_act().about = standing
    if standing is not None:
        return standing.suspended_at is None
    asked = waiting(session, scheme.id, user.id) or Joining(
        id=uuid7(), scheme_id=scheme.id, user_id=user.id, asked_at=now()
    )
    asked.invitation_id, asked.role = row.id, row.role
    asked.premises_id = row.premises_id or said.premises_id
    new_place = asked.premises_id is None
    asked.business, asked.street, asked.postcode = (
        (said.business, said.street, said.postcode) if new_place else ("", "", "")
    )
    asked.employer, asked.authorised_by = said.employer or row.employer, said.authorised_by
    asked.user = user
    session.add(asked)
    session.flush()
    the_act().about = asked
    the_act().details.update(invitation=str(row.id), role=row.role)
    if row.is_open or scheme.approval:
        tell_coordinators(session, scheme)
        return False
    decide(session, asked, True)
    settle(session, asked, scheme)
    return True


def settle(session: Session, asked: Joining, scheme: Scheme) -> Membership:
    """From one who waits, a member: who was one before is one again."""
    member = session.scalar(member_of(asked.user_id, scheme.id))
    if member is None:
        member = Membership(id=uuid7(), scheme_id=scheme.id, user_id=asked.user_id, role=asked.role)
        session.add(member)
    accepted = session.scalars(
        sa.select(Acceptance)
        .where(Acceptance.user_id == asked.user_id, Acceptance.scheme_id == scheme.id)
        .order_by(Acceptance.accepted_at.desc())
        .limit(1)
    ).one()
    agreement = agreements.current(session, scheme.id)
    member.role, member.employer, member.authorised_by = asked.role, asked.employer, asked.authorised_by
    member.premises_id = asked.premises_id or new_premises(session, asked)
    member.joined_at = member.changed_at = now()
    member.removed_at = member.suspended_at = member.shown_until = member.kept_until = None
    fresh = accepted.version == agreement.version
    member.agree_by = (
        agreements.again_by(agreement, accepted.accepted_at) if fresh else now() + agreements.AGREEMENT_GRACE
    )
    asked.user.kept_until = None
    session.flush()
    look_at_streams(asked.user_id)  # open screens of theirs see more now
    return member


def new_premises(session: Session, asked: Joining) -> uuid.UUID | None:
    """The shop that they named; the scheme's own where it has one of that name in that street."""
    if not asked.business:
        return None
    known = session.scalar(
        sa.select(Premises).where(
            Premises.scheme_id == asked.scheme_id,
            sa.func.lower(Premises.name) == asked.business.lower(),
            sa.func.lower(Premises.street) == asked.street.lower(),
        )
    )
    if known is not None:
        return known.id
    business = session.scalar(
        sa.select(Business).where(sa.func.lower(Business.name) == asked.business.lower())
    )
    if business is None:
        business = Business(id=uuid7(), name=asked.business)
        session.add(business)
        session.flush()
    place = Premises(
        id=uuid7(), scheme_id=asked.scheme_id, business_id=business.id, name=asked.business,
        street=asked.street, postcode=asked.postcode,
    )  # fmt: skip
    session.add(place)
    session.flush()
    return place.id


# ---- by the coordinator


@act("member.manage")
def let_in(viewer: Viewer, asked: Joining, scheme: Scheme) -> bool:
    """They are a member from now on, and told so. Not where another coordinator has decided."""
    session = db.session()
    if not decide(session, asked, True):
        return False
    the_act().about, the_act().details["let_in"] = settle(session, asked, scheme), True
    greet(session, asked.user, scheme, "scheme_welcome")
    return True


@act("member.manage")
def decline(viewer: Viewer, asked: Joining, scheme: Scheme) -> bool:
    """They are told that it was not accepted. What they said is kept a while, for whoever asks why."""
    if not decide(db.session(), asked, False):
        return False
    the_act().about, the_act().details["let_in"] = asked, False
    greet(db.session(), asked.user, scheme, "scheme_declined")
    return True


def decide(session: Session, asked: Joining, yes: bool) -> bool:
    """Write the decision down; of two made at once the first stands."""
    done: Any = session.execute(
        sa.update(Joining)
        .where(Joining.id == asked.id, Joining.decided_at.is_(None))
        .values(decided_at=now(), let_in=yes, kept_until=now() + KEPT)
        .execution_options(synchronize_session=False)
    )
    return bool(done.rowcount)


def greet(session: Session, user: User, scheme: Scheme, letter: str) -> None:
    mail.post(session, user.email, letter, {"name": user.short_name, "scheme": scheme.name}, user_id=user.id)


# ---- who is told


def tell_the_owner(session: Session, user: User, scheme: Scheme) -> None:
    """Their address was typed on a joining page: a letter, but not one for each time."""
    lately = sa.select(Mail.id).where(
        Mail.user_id == user.id, Mail.kind == "scheme.known", Mail.queued_at > now() - TOLD_AGAIN
    )
    if session.scalar(lately.limit(1)) is None and user.suspended_at is None:
        greet(session, user, scheme, "scheme_known")


def tell_coordinators(session: Session, scheme: Scheme) -> None:
    """Somebody waits. One letter while another waits to be sent."""
    coordinators = session.scalars(
        sa.select(User)
        .join(Membership, Membership.user_id == User.id)
        .where(
            Membership.scheme_id == scheme.id, Membership.role == "coordinator",
            Membership.removed_at.is_(None), Membership.suspended_at.is_(None), User.suspended_at.is_(None),
        )
    )  # fmt: skip
    for user in coordinators:
        told = sa.select(Mail.id).where(
            Mail.user_id == user.id, Mail.scheme_id == scheme.id, Mail.kind == "scheme.waiting",
            Mail.queued_at > now() - TOLD_AGAIN,
        )  # fmt: skip
        if session.scalar(told.limit(1)) is None:
            facts = {"name": user.short_name, "scheme": scheme.name, "slug": scheme.slug}
            mail.post(session, user.email, "scheme_waiting", facts, user_id=user.id, scheme_id=scheme.id)


# ---- finding


def member_of(user_id: uuid.UUID, scheme_id: uuid.UUID) -> sa.Select[Membership]:
    return sa.select(Membership).where(Membership.user_id == user_id, Membership.scheme_id == scheme_id)


def waiting(session: Session, scheme_id: uuid.UUID, user_id: uuid.UUID) -> Joining | None:
    """Their request, if it waits."""
    statement = sa.select(Joining).where(
        Joining.scheme_id == scheme_id, Joining.user_id == user_id, Joining.decided_at.is_(None)
    )
    found: Joining | None = session.scalar(statement)
    return found


def who_waits(session: Session, scheme_id: uuid.UUID) -> list[Joining]:
    """Requests that nobody has decided, the oldest first."""
    statement = (
        sa.select(Joining)
        .options(joinedload(Joining.user), joinedload(Joining.premises))
        .where(Joining.scheme_id == scheme_id, Joining.decided_at.is_(None))
        .order_by(Joining.asked_at, Joining.id)
    )
    return list(session.scalars(statement))


def waits_where(user_id: uuid.UUID) -> list[Scheme]:
    """The schemes that have not decided about this person yet."""
    with crossing("joining") as session:
        statement = sa.select(Scheme).join(Joining, Joining.scheme_id == Scheme.id)
        return list(
            session.scalars(statement.where(Joining.user_id == user_id, Joining.decided_at.is_(None)))
        )


def shut_out_of(user_id: uuid.UUID) -> list[Scheme]:
    """The schemes in which this person is suspended."""
    with crossing("joining") as session:
        statement = sa.select(Scheme).join(Membership, Membership.scheme_id == Scheme.id)
        shut = sa.and_(Membership.suspended_at.is_not(None), Membership.removed_at.is_(None))
        return list(session.scalars(statement.where(Membership.user_id == user_id, shut)))
