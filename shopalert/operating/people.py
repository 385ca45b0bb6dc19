"""What an operator does about people: coordinators, officers with their districts, operators; suspension and return.

Whoever may see less than a moment ago is put out in the same transaction: sessions, devices, what waits for them;
their open screens are asked about when it is done.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from shopalert.accounts import actions as accounts
from shopalert.accounts.actions import close, look_at_streams, normal_email
from shopalert.accounts.models import User
from shopalert.db import insert_new, now, uuid7
from shopalert.operating.actions import Unfit, hold, operating, standing_roles
from shopalert.schemes.models import District, Membership
from shopalert.schemes.viewer import Viewer


@dataclass(frozen=True)
class Person:
    """Somebody to be added: who they are, and what they will be where."""

    email: str
    name: str
    short_name: str = ""
    rank: str = ""
    schemes: Mapping[uuid.UUID, str] = field(default_factory=dict)  # role by scheme
    districts: Mapping[uuid.UUID, str] = field(default_factory=dict)  # role by district
    operator: bool = False

    @property
    def shown_as(self) -> str:
        """What others see: the first name; of police their rank's first word and their surname."""
        if self.short_name:
            return self.short_name
        names = self.name.split()
        return f"{self.rank.split()[0]} {names[-1]}" if self.rank else names[0]


def add(
    viewer: Viewer | None, verb: str, person: Person, password_hash: str, *, known_too: bool = False
) -> tuple[User, bool]:
    """Add a person with their roles; whether they are new. `known_too` gives the roles to one who is here already."""
    with operating(viewer, verb) as (session, doing):
        user, new = user_of(session, person, password_hash)
        if not new and not known_too:
            raise Unfit("email", _("%(email)s is there already.", email=user.email))
        if not new and user.suspended_at is not None:
            raise Unfit("email", _("%(email)s is suspended. End the suspension first.", email=user.email))
        for scheme_id, role in person.schemes.items():
            join(session, user.id, scheme_id, role)
        for district_id, role in person.districts.items():
            hold(session, user.id, district_id, role)
        user.is_operator = user.is_operator or person.operator
        if not new:
            user.rank_title = user.rank_title or person.rank or None
            close(session, user.id)  # more rights, another session: a member's lasts for a month
        doing.about = user
        doing.details.update(
            schemes=list(person.schemes), districts=list(person.districts), operator=person.operator
        )
        session.flush()
        return user, new


def user_of(session: Session, person: Person, password_hash: str) -> tuple[User, bool]:
    """The account of this address, made if there is none; of two who add it at once the second finds it."""
    email = normal_email(person.email)
    new = insert_new(
        session,
        User,
        ["email"],
        id=uuid7(),
        email=email,
        name=person.name,
        short_name=person.shown_as,
        rank_title=person.rank or None,
        password_hash=password_hash,
        is_operator=person.operator,
        created_at=now(),
    )
    return session.scalars(sa.select(User).where(User.email == email)).one(), new is not None


def join(session: Session, user_id: uuid.UUID, scheme_id: uuid.UUID, role: str) -> None:
    """A place in the scheme with this role, or this role in the place that they have or had."""
    keys = {"user_id": user_id, "scheme_id": scheme_id}
    place = session.scalar(sa.select(Membership).filter_by(**keys))
    if place is None:
        session.add(Membership(**keys, role=role))
    else:
        place.role, place.removed_at, place.suspended_at = role, None, None
        place.changed_at = now()


def place_officer(viewer: Viewer | None, user_id: uuid.UUID, wanted: Mapping[uuid.UUID, str]) -> bool:
    """These districts in these roles, and no others: whether anything changed.

    Where a district ends, everything that hung on it ends in this transaction.
    """
    with operating(viewer, "officer.place") as (session, doing):
        session.get_one(User, user_id, with_for_update=True)
        had = {
            (role.district_id, role.role): role for role in session.scalars(standing_roles(user_id=user_id))
        }
        ended, begun = had.keys() - set(wanted.items()), set(wanted.items()) - had.keys()
        for key in ended:
            had[key].ended_at = now()
        session.flush()
        for district_id, role in begun:
            if session.get_one(District, district_id).ended_at is not None:
                raise Unfit("districts", _("That district was merged into another."))
            hold(session, user_id, district_id, role)
        doing.about = session.get_one(User, user_id)
        doing.details.update(ended=[each for each, _role in ended], begun=[each for each, _role in begun])
        if not wanted:
            doing.about.tells_force = False  # who is of the police again asks for it again
        if ended or (begun and not had):
            close(session, user_id)
        elif begun:
            look_at_streams(user_id)
        return bool(ended or begun)


def let_tell_force(viewer: Viewer | None, user_id: uuid.UUID, allowed: bool) -> None:
    """Whether an officer may write to the whole force. It opens nothing to read."""
    with operating(viewer, "officer.to_force") as (session, doing):
        user = session.get_one(User, user_id, with_for_update=True)
        if allowed and session.scalar(standing_roles(user_id=user_id)) is None:
            raise Unfit("person", _("Only police write to the whole force. Give them a district first."))
        user.tells_force = allowed
        doing.about = user
        doing.details["allowed"] = allowed


def move_officer(
    viewer: Viewer | None, user_id: uuid.UUID, held: Mapping[uuid.UUID, str], old: uuid.UUID, new: uuid.UUID
) -> bool:
    """From one district to another, in the role that they had; what else they hold stays."""
    kept = {district: role for district, role in held.items() if district != old}
    return place_officer(viewer, user_id, {**kept, new: held[old]})


def suspend(viewer: Viewer, user: User) -> int:
    """Take everything at once. Nobody puts themselves out: a last operator would lock the door from outside."""
    if user.id == viewer.user_id:
        raise Unfit("person", _("You cannot suspend yourself. Another operator can."))
    return accounts.suspend(user, viewer)
