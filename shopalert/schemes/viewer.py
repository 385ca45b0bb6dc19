"""The viewer: a signed-in person with the schemes they see and their roles in each.

Made once a request from the database, so that a removal holds from the very next request.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any, NamedTuple

import sqlalchemy as sa
from flask import g, has_request_context
from sqlalchemy.orm import Session, aliased

from shopalert.accounts.models import User
from shopalert.db import Moment, now
from shopalert.permissions import POLICE_ROLES
from shopalert.schemes.models import District, Membership, PoliceRole, Scheme
from shopalert.wall import private_to, thread_of

UNTOLD = "untold"  # beside the audiences: may learn of what the police were not told of


@dataclass(frozen=True)
class Viewer:
    """Who looks, through which session, and what they are in each scheme."""

    user_id: uuid.UUID
    session_id: uuid.UUID | None
    name: str
    short_name: str
    email: str
    is_operator: bool = False
    tells_force: bool = False  # may write to the whole force, as long as police
    toured: bool = True  # needs the first steps no more
    roles: dict[uuid.UUID, frozenset[str]] = field(default_factory=dict)
    premises: dict[uuid.UUID, uuid.UUID | None] = field(default_factory=dict)  # of each membership
    threads: tuple[str, ...] = ()
    told_only: frozenset[uuid.UUID] = frozenset()  # schemes that show police only what police were told of

    @cached_property
    def schemes(self) -> tuple[uuid.UUID, ...]:
        return tuple(self.roles)

    @cached_property
    def coordinator_schemes(self) -> tuple[uuid.UUID, ...]:
        return tuple(scheme for scheme, roles in self.roles.items() if "coordinator" in roles)

    @cached_property
    def police_schemes(self) -> tuple[uuid.UUID, ...]:
        return tuple(scheme for scheme, roles in self.roles.items() if roles & set(POLICE_ROLES))

    @cached_property
    def told_only_schemes(self) -> tuple[uuid.UUID, ...]:
        """Where this viewer is police and nothing else, and the scheme keeps to itself what was not reported."""
        return tuple(s for s in self.told_only if self.roles_in(s) <= set(POLICE_ROLES))

    @cached_property
    def all_roles(self) -> frozenset[str]:
        everywhere = frozenset().union(*self.roles.values())
        return everywhere | {"operator"} if self.is_operator else everywhere

    @property
    def is_police(self) -> bool:
        return bool(self.police_schemes) or bool(self.all_roles & set(POLICE_ROLES))

    def roles_in(self, scheme_id: uuid.UUID) -> frozenset[str]:
        return self.roles.get(scheme_id, frozenset())

    def audiences(self, scheme_id: uuid.UUID) -> frozenset[str]:
        """The audiences of a scheme that this viewer belongs to."""
        if scheme_id not in self.roles:
            return frozenset()
        found = {"members", *self.threads}
        if scheme_id in self.coordinator_schemes:
            found.add("coordinators")
        if scheme_id in self.police_schemes:
            found.add("police")
        if scheme_id not in self.told_only_schemes:
            found.add(UNTOLD)
        return frozenset(found)

    @cached_property
    def log(self) -> dict[uuid.UUID, frozenset[str]]:
        """Which part of the event log is theirs: {scheme: audiences}."""
        return {scheme: self.audiences(scheme) for scheme in self.roles}


def counts(of: Any = Membership) -> sa.ColumnElement[bool]:
    """A membership that opens the scheme: neither removed nor suspended, and its agreement not run out."""
    moment: Any = sa.bindparam("moment", callable_=now, type_=Moment())
    return sa.and_(
        of.removed_at.is_(None),
        of.suspended_at.is_(None),
        sa.or_(of.agree_by.is_(None), of.agree_by > moment),
    )


def responds() -> sa.ColumnElement[bool]:
    """Who is called when somebody needs help: those chosen; where none is, the coordinators and the leads."""
    other, person = aliased(Membership), aliased(User)
    chosen = (
        sa.select(other.id)
        .join(person, person.id == other.user_id)
        .where(
            other.scheme_id == Membership.scheme_id,
            other.responder,
            counts(other),
            person.suspended_at.is_(None),
        )
        .correlate(Membership)
    )
    default = sa.and_(Membership.role.in_(("coordinator", "lead")), ~chosen.exists())
    return sa.or_(Membership.responder, default)


@lru_cache(1)
def asking_memberships() -> tuple[Any, Any]:
    """Of members, of police. Made once: they are asked at each request."""
    users: Any = sa.bindparam("users", expanding=True)
    as_member = (
        sa.select(
            *(Membership.user_id, Membership.scheme_id, Membership.role, Membership.premises_id),
            *(sa.literal(False), responds(), Membership.employer),
        )
        .join(User, User.id == Membership.user_id)
        .where(Membership.user_id.in_(users), counts(), User.suspended_at.is_(None))
    )
    as_police = (
        sa.select(
            *(PoliceRole.user_id, Scheme.id, PoliceRole.role, sa.null()),
            *(sa.not_(Scheme.officers_see_unreported), sa.literal(False), sa.literal("")),
        )
        .join(District, District.id == PoliceRole.district_id)
        .join(Scheme, Scheme.district_id == District.id)
        .join(User, User.id == PoliceRole.user_id)
        .where(PoliceRole.user_id.in_(users), PoliceRole.ended_at.is_(None), User.suspended_at.is_(None))
    )
    return as_member, as_police


class Place(NamedTuple):
    """What somebody is in a scheme, as a member or as police."""

    user_id: uuid.UUID
    scheme_id: uuid.UUID
    role: str
    premises_id: uuid.UUID | None
    told_only: bool  # the scheme shows police only what police were told of
    responds: bool = False  # is called when somebody needs help
    employer: str = ""

    @property
    def police(self) -> bool:
        return self.role in POLICE_ROLES

    @property
    def work(self) -> uuid.UUID | None:
        """Where they work: premises, or a firm that has none in this scheme."""
        firm = self.employer.strip().casefold()
        return self.premises_id or (uuid.uuid5(self.scheme_id, firm) if firm else None)


def memberships(session: Session, user_ids: Any) -> list[Place]:
    """The places of these users, members and police alike."""
    users = {"users": list(user_ids)}
    return [Place(*row) for asked in asking_memberships() for row in session.execute(asked, users)]


def standing_of(places: Iterable[Place]) -> dict[str, Any]:
    """What a viewer is made of, from one person's places."""
    roles: dict[uuid.UUID, set[str]] = {}
    premises: dict[uuid.UUID, uuid.UUID | None] = {}
    told_only = set()
    for place in places:
        roles.setdefault(place.scheme_id, set()).add(place.role)
        if place.role not in POLICE_ROLES:
            premises[place.scheme_id] = place.premises_id
        if place.told_only:
            told_only.add(place.scheme_id)
    return {
        "roles": {scheme: frozenset(found) for scheme, found in roles.items()},
        "premises": premises,
        "told_only": frozenset(told_only),
    }


def threads_of(user_id: uuid.UUID, places: Iterable[Place]) -> tuple[str, ...]:
    """The threads with the police that somebody is in: their own, those of where they work, and of each scheme whose
    calls for help they may see that of its responders. Who leads at their work is in an audience of its leads."""
    places = list(places)
    sites = {place.premises_id for place in places if place.premises_id is not None}
    rings = {place.scheme_id for place in places if place.responds or place.role == "coordinator"}
    led = {place.work for place in places if place.role == "lead" and place.work}
    return (
        thread_of(user_id),
        *(thread_of(each) for each in sorted(sites | rings)),
        *(private_to(each) for each in (user_id, *sorted(led))),
    )


def places_of(session: Session, user_ids: Any) -> dict[uuid.UUID, list[Place]]:
    """The places of each of these people; who belongs nowhere is not among them."""
    of: dict[uuid.UUID, list[Place]] = {}
    for place in memberships(session, user_ids):
        of.setdefault(place.user_id, []).append(place)
    return of


def viewers(session: Session, user_ids: Any) -> dict[uuid.UUID, Viewer]:
    """These people as the wall and the table see them now, nameless. Who belongs nowhere is not among them."""
    return {
        user_id: Viewer(user_id, None, "", "", "", threads=threads_of(user_id, places), **standing_of(places))
        for user_id, places in places_of(session, user_ids).items()
    }


def viewer_of(session: Session, user: User) -> Viewer:
    """The viewer that this user is now. The session must cross the wall: it asks what may be seen."""
    return viewer_from(user, memberships(session, [user.id]))


def viewer_from(user: Any, places: list[Place], session_id: uuid.UUID | None = None) -> Viewer:
    """The viewer that a user with these places is."""
    return Viewer(
        user_id=user.id,
        session_id=session_id,
        name=user.name,
        short_name=user.short_name,
        email=user.email,
        is_operator=user.is_operator,
        tells_force=user.tells_force,
        toured=user.toured_at is not None,
        threads=threads_of(user.id, places),
        **standing_of(places),
    )


def current_viewer() -> Viewer | None:
    """The viewer of this request; None when signed out."""
    return g.get("viewer") if has_request_context() else None


def the_viewer() -> Viewer:
    """The viewer of a request that only the signed-in reach."""
    viewer = current_viewer()
    if viewer is None:
        raise RuntimeError("nobody is signed in")
    return viewer
