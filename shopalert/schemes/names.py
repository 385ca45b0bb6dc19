"""Whose names are read by whom, where a scheme shows its members the business alone.

Police and coordinators always read names. The database is asked only for what the reader may have, so that a name
that is hidden is in no page, fragment or search answer. Where nobody is entered (live fragments, which are the same
for all members) it is what members read; `live.py` renders once more for those who read names.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from shopalert.accounts.models import User
from shopalert.asked import COORDINATED, POLICED
from shopalert.schemes.models import Business, Membership, Premises, Scheme


def readable(scheme_id: Any, name: Any = User.short_name) -> sa.ColumnElement[str | None]:
    """The name of a member of this scheme (a column, or an id), or nothing where who looks may not read it."""
    everybody = sa.select(Scheme.id).where(Scheme.reporter_shown == "name")
    scheme_id = sa.literal(scheme_id, sa.Uuid()) if isinstance(scheme_id, uuid.UUID) else scheme_id
    may = sa.or_(scheme_id.in_(everybody), scheme_id.in_(COORDINATED), scheme_id.in_(POLICED))
    return sa.case((may, name))


def hiding(session: Session, scheme_ids: Iterable[uuid.UUID]) -> set[uuid.UUID]:
    """Which of these schemes show their members the business alone."""
    asked = sa.select(Scheme.id).where(Scheme.id.in_(scheme_ids), Scheme.reporter_shown == "business")
    return set(session.scalars(asked))


@dataclass(frozen=True)
class ReadsNames:
    """At the wall in the place of those who read the names of one scheme: for rendering what they are all sent."""

    scheme_id: uuid.UUID

    @property
    def police_schemes(self) -> tuple[uuid.UUID, ...]:
        return (self.scheme_id,)

    user_id = uuid.UUID(int=0)
    schemes: tuple[uuid.UUID, ...] = ()
    coordinator_schemes: tuple[uuid.UUID, ...] = ()
    told_only_schemes: tuple[uuid.UUID, ...] = ()
    threads: tuple[str, ...] = ()


@dataclass(frozen=True)
class Byline:
    """Who did something, as who looks may read it: `who` is never empty, `business` may be."""

    who: str
    business: str
    role: str | None


def byline(name: str | None, business: str | None, role: str | None) -> Byline:
    """The name with the business beside it, or the business in the name's place."""
    if name is not None:
        return Byline(name, business or "", role)
    return Byline(business or role_in_words(role), "", role)


def role_in_words(role: str | None) -> str:
    """Who somebody is that has neither a name nor a business to show."""
    return {"coordinator": _("The coordinator"), "partner": _("A partner")}.get(role or "", _("A member"))


def bylines(session: Session, scheme_id: uuid.UUID, user_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, Byline]:
    """Those people as this scheme shows them. Police have no membership: they are named."""
    ids = set(user_ids)
    if not ids:
        return {}
    here = sa.and_(Membership.user_id == User.id, Membership.scheme_id == scheme_id)
    rows = session.execute(
        sa.select(
            User.id,
            sa.case((Membership.id.is_(None), User.short_name), else_=readable(scheme_id)).label("name"),
            sa.func.coalesce(Business.name, Membership.employer).label("business"),
            Membership.role,
        )
        .outerjoin(Membership, here)
        .outerjoin(Premises, Premises.id == Membership.premises_id)
        .outerjoin(Business, Business.id == Premises.business_id)
        .where(User.id.in_(ids))
    )
    return {row.id: byline(row.name, row.business, row.role) for row in rows}
