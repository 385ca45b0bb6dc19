"""What an operator sees: who is there, where they belong, what is still missing. Nothing that a scheme holds."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from shopalert.accounts import sessions
from shopalert.accounts.models import User, UserSession
from shopalert.operating.actions import standing_roles, the_force
from shopalert.schemes.models import District, Force, Membership, PoliceRole, Scheme
from shopalert.wall import crossing

PAGE = 50  # people
GROUPS = ("all", "coordinators", "police", "operators", "suspended")


@dataclass(frozen=True)
class Belongs:
    """One role of a person: in a scheme or in a district."""

    role: str
    where: str
    police: bool


@dataclass
class Listed:
    """A person and all that they are."""

    user: User
    belongs: list[Belongs] = field(default_factory=list)


@dataclass
class Counted:
    """A district or scheme, with how many of something it has."""

    thing: Any
    people: int = 0
    coordinators: int = 0
    schemes: list[Scheme] = field(default_factory=list)


@dataclass(frozen=True)
class Progress:
    """How far the instance is set up. Each step can be finished at any later time."""

    force: Force | None
    districts: int
    schemes: int
    coordinators: int
    without: list[Scheme]  # schemes that nobody coordinates

    @property
    def steps(self) -> tuple[tuple[str, bool], ...]:
        """(step, done), in their order."""
        return (
            ("operator", True),
            ("force", self.force is not None),
            ("districts", self.districts > 0),
            ("scheme", self.schemes > 0),
            ("coordinator", self.coordinators > 0),
        )

    @property
    def next(self) -> str:
        """The first step that is not done; nothing when the instance is set up."""
        return next((step for step, done in self.steps if not done), "")


def progress() -> Progress:
    with crossing("operating") as session:
        without = list(session.scalars(sa.select(Scheme).where(~coordinated()).order_by(Scheme.name)))
        return Progress(
            force=the_force(session),
            districts=count(session, sa.select(District.id).where(District.ended_at.is_(None))),
            schemes=count(session, sa.select(Scheme.id)),
            coordinators=count(session, coordinators()),
            without=without,
        )


def count(session: Session, what: Any) -> int:
    return session.scalar(sa.select(sa.func.count()).select_from(what.subquery())) or 0


def coordinators() -> sa.Select[uuid.UUID]:
    """Memberships of coordinators who can act."""
    return (
        sa.select(Membership.id)
        .join(User, User.id == Membership.user_id)
        .where(Membership.role == "coordinator", Membership.removed_at.is_(None), User.suspended_at.is_(None))
    )


def coordinated() -> sa.ColumnElement[bool]:
    """Whether a scheme has somebody who coordinates it."""
    return coordinators().where(Membership.scheme_id == Scheme.id).exists()


# ---- districts and schemes


def all_districts() -> list[District]:
    """Those that were not merged away, by name."""
    with crossing("operating") as session:
        return list(
            session.scalars(sa.select(District).where(District.ended_at.is_(None)).order_by(District.name))
        )


def districts_counted() -> list[Counted]:
    """Districts with their schemes and the number of their police."""
    with crossing("operating") as session:
        police = people_in(session, sa.select(PoliceRole.district_id), PoliceRole)
        schemes: dict[uuid.UUID, list[Scheme]] = defaultdict(list)
        for scheme in session.scalars(sa.select(Scheme).order_by(Scheme.name)):
            schemes[scheme.district_id].append(scheme)
    return [
        Counted(each, people=police.get(each.id, 0), schemes=schemes.get(each.id, []))
        for each in all_districts()
    ]


def people_in(session: Session, place: Any, table: Any) -> dict[uuid.UUID, int]:
    """How many people stand in each place."""
    ended = table.ended_at if table is PoliceRole else table.removed_at
    statement = (
        place.add_columns(sa.func.count(sa.distinct(table.user_id)))
        .join(User, User.id == table.user_id)
        .where(ended.is_(None), User.suspended_at.is_(None))
        .group_by(*place.selected_columns)
    )
    return {row[0]: row[1] for row in session.execute(statement)}


def schemes_counted() -> list[Counted]:
    """Schemes with the number of their people and of those who coordinate them."""
    with crossing("operating") as session:
        schemes = list(session.scalars(sa.select(Scheme).order_by(Scheme.name)))
        members = people_in(session, sa.select(Membership.scheme_id), Membership)
        leading = sa.select(Membership.scheme_id).where(Membership.role == "coordinator")
        led = people_in(session, leading, Membership)
    return [
        Counted(each, people=members.get(each.id, 0), coordinators=led.get(each.id, 0)) for each in schemes
    ]


def by_slug(kind: Any, slug: str) -> Any:
    """A district or scheme by its address; None for what is no address."""
    if not slug.isascii() or not slug.isprintable():
        return None
    with crossing("operating") as session:
        return session.scalar(sa.select(kind).where(kind.slug == slug))


# ---- people


def people(words: str, group: str, after: uuid.UUID | None = None) -> tuple[list[Listed], uuid.UUID | None]:
    """People whose name or address holds the words, the newest first, and where the next page begins."""
    statement = sa.select(User).order_by(User.id.desc()).limit(PAGE + 1)
    if words:
        like = "%" + words.lower().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
        held = (sa.func.lower(column).like(like, escape="\\") for column in (User.name, User.email))
        statement = statement.where(sa.or_(*held))
    if (narrowed := narrowing(group)) is not None:
        statement = statement.where(narrowed)
    if after is not None:
        statement = statement.where(User.id < after)
    with crossing("operating") as session:
        found = list(session.scalars(statement))
        listed = with_roles(session, found[:PAGE])
    return listed, found[PAGE - 1].id if len(found) > PAGE else None


def everybody(group: str) -> Iterator[Listed]:
    """All people of a group, a page at a time: for the command line."""
    after = None
    while True:
        found, after = people("", group, after)
        yield from found
        if after is None:
            return


def narrowing(group: str) -> sa.ColumnElement[bool] | None:
    """The condition of a group of people."""
    if group == "coordinators":
        return User.id.in_(
            sa.select(Membership.user_id).where(
                Membership.role == "coordinator", Membership.removed_at.is_(None)
            )
        )
    if group == "police":
        return User.id.in_(sa.select(PoliceRole.user_id).where(PoliceRole.ended_at.is_(None)))
    if group == "operators":
        return User.is_operator.is_(True)
    return User.suspended_at.is_not(None) if group == "suspended" else None


def with_roles(session: Session, users: Collection[User]) -> list[Listed]:
    """What each of these people is: two queries for all."""
    found = {user.id: Listed(user) for user in users}
    as_member = (
        sa.select(Membership.user_id, Membership.role, Scheme.name)
        .join(Scheme, Scheme.id == Membership.scheme_id)
        .where(Membership.user_id.in_(found), Membership.removed_at.is_(None))
        .order_by(Scheme.name)
    )
    as_police = (
        sa.select(PoliceRole.user_id, PoliceRole.role, District.name)
        .join(District, District.id == PoliceRole.district_id)
        .where(PoliceRole.user_id.in_(found), PoliceRole.ended_at.is_(None))
        .order_by(District.name)
    )
    for statement, police in ((as_member, False), (as_police, True)):
        for user_id, role, where in session.execute(statement):
            found[user_id].belongs.append(Belongs(role, where, police))
    return list(found.values())


def the_person(user_id: uuid.UUID) -> Listed | None:
    with crossing("operating") as session:
        user = session.get(User, user_id)
        return with_roles(session, [user])[0] if user else None


def held_by(user_id: uuid.UUID) -> dict[uuid.UUID, str]:
    """The role that a person has in each of their districts; the higher one where there are two."""
    with crossing("operating") as session:
        roles = session.scalars(standing_roles(user_id=user_id).order_by(PoliceRole.role.desc()))
        return {role.district_id: role.role for role in roles}


def open_sessions(user_id: uuid.UUID) -> list[UserSession]:
    with crossing("operating") as session:
        return sessions.listing(session, user_id)


def coordinators_of(scheme_id: uuid.UUID) -> list[User]:
    with crossing("operating") as session:
        statement = (
            sa.select(User)
            .join(Membership, Membership.user_id == User.id)
            .where(
                Membership.scheme_id == scheme_id,
                Membership.role == "coordinator",
                Membership.removed_at.is_(None),
            )
            .order_by(User.name)
        )
        return list(session.scalars(statement))
