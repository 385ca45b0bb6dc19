"""Finding schemes and what belongs to them, under the wall."""

from __future__ import annotations

import uuid
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from shopalert.accounts.models import User
from shopalert.db import db
from shopalert.schemes.models import Membership, Premises, Scheme
from shopalert.schemes.viewer import counts, current_viewer


def the_scheme(slug: str) -> Scheme | None:
    """The scheme of an address, for those who see it; for all others it does not exist."""
    viewer = current_viewer()
    if not slug.isascii() or not slug.isprintable():
        return None  # PostgreSQL takes no NUL, and no slug holds such things
    scheme = db.session.scalar(sa.select(Scheme).where(Scheme.slug == slug))
    return scheme if scheme and viewer and scheme.id in viewer.schemes else None


@lru_cache(1)
def asking_for_schemes() -> Any:
    """Made once: every page asks."""
    return (
        sa.select(Scheme).where(Scheme.id.in_(sa.bindparam("schemes", expanding=True))).order_by(Scheme.name)
    )


def schemes_of(viewer: Any) -> list[Scheme]:
    """All schemes that the viewer sees, by name."""
    return list(db.session.scalars(asking_for_schemes(), {"schemes": list(viewer.schemes)}))


def premises_of(scheme_id: uuid.UUID) -> list[Premises]:
    """The scheme's premises, by name."""
    return list(
        db.session.scalars(sa.select(Premises).where(Premises.scheme_id == scheme_id).order_by(Premises.name))
    )


def member_count(scheme_id: uuid.UUID, but: uuid.UUID | None = None) -> int:
    """How many people a scheme has; or how many a report of one of them goes to."""
    count = (
        sa.select(sa.func.count(Membership.id))
        .join(User, User.id == Membership.user_id)
        .where(Membership.scheme_id == scheme_id, counts(), User.suspended_at.is_(None))
    )
    if but is not None:
        count = count.where(Membership.user_id != but)
    return db.session.scalar(count) or 0
