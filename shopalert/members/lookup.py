"""Finding members, those who wait and invitations, under the wall; and the lines of the members' page."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from shopalert.accounts.models import User
from shopalert.alerts.deaf import Deaf, deaf_of
from shopalert.db import db
from shopalert.members import agreements
from shopalert.members.models import Invitation, Joining
from shopalert.schemes.models import Membership, Scheme


@dataclass(frozen=True)
class Line:
    """A member in the list."""

    member: Membership
    user: User
    accepted: tuple[int, datetime] | None  # version and day
    deaf: list[Deaf] = field(default_factory=list)  # phones that show no alerts any more

    @property
    def shut_out(self) -> bool:
        return self.member.suspended_at is not None or self.user.suspended_at is not None


def the_member(membership_id: uuid.UUID) -> Membership | None:
    """A member of one of the viewer's schemes; who was removed is none."""
    statement = sa.select(Membership).options(joinedload(Membership.premises))
    found: Membership | None = db.session.scalar(
        statement.where(Membership.id == membership_id, Membership.removed_at.is_(None))
    )
    return found


def the_joining(joining_id: uuid.UUID) -> Joining | None:
    """Somebody who waits, or waited: two coordinators may decide at once."""
    statement = sa.select(Joining).options(joinedload(Joining.user), joinedload(Joining.premises))
    found: Joining | None = db.session.scalar(statement.where(Joining.id == joining_id))
    return found


def the_invitation(invitation_id: uuid.UUID) -> Invitation | None:
    statement = sa.select(Invitation).options(joinedload(Invitation.premises))
    found: Invitation | None = db.session.scalar(statement.where(Invitation.id == invitation_id))
    return found


def scheme_of(thing: Membership | Joining | Invitation) -> Scheme:
    return db.session.get_one(Scheme, thing.scheme_id)


def user_of(member: Membership) -> User:
    return db.session.get_one(User, member.user_id)


def own_membership(user_id: uuid.UUID, scheme_id: uuid.UUID) -> Membership | None:
    statement = sa.select(Membership).options(joinedload(Membership.premises))
    found: Membership | None = db.session.scalar(
        statement.where(
            Membership.user_id == user_id, Membership.scheme_id == scheme_id, Membership.removed_at.is_(None)
        )
    )
    return found


def listing(scheme: Scheme, words: str = "", manages: bool = False) -> list[Line]:
    """The members by name; with words those whose name, address, employer or shop holds them all.

    Who manages them learns also whose phones show no alerts any more.
    """
    rows = db.session.execute(
        sa.select(Membership, User)
        .join(User, User.id == Membership.user_id)
        .options(joinedload(Membership.premises))
        .where(Membership.scheme_id == scheme.id, Membership.removed_at.is_(None))
        .order_by(sa.func.lower(User.name), Membership.id)
    )
    accepted = agreements.accepted_by(db.session(), scheme.id)
    wanted = words.casefold().split()
    found = [
        (member, user)
        for member, user in rows
        if not wanted or all(word in said_of(member, user) for word in wanted)
    ]
    deaf = deaf_of(db.session(), [user.id for _, user in found]) if manages else {}
    return [Line(member, user, accepted.get(user.id), deaf.get(user.id, [])) for member, user in found]


def said_of(member: Membership, user: User) -> str:
    place = member.premises.name if member.premises else ""
    return f"{user.name} {user.email} {member.employer} {member.call_sign} {member.role} {place}".casefold()


def how_many_wait(scheme_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, int]:
    """Of each scheme how many wait to be let in."""
    if not scheme_ids:
        return {}
    rows = db.session.execute(
        sa.select(Joining.scheme_id, sa.func.count())
        .where(Joining.scheme_id.in_(scheme_ids), Joining.decided_at.is_(None))
        .group_by(Joining.scheme_id)
    )
    return {row[0]: row[1] for row in rows}
