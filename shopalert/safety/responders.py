"""Whom a call for help is told to: the responders of a scheme, the colleagues, police where the scheme says so."""

from __future__ import annotations

import uuid

import sqlalchemy as sa
from sqlalchemy.orm import Session

from shopalert.accounts.models import User
from shopalert.alerts.live import SETTINGS_CHANGED
from shopalert.alerts.outbox import announce
from shopalert.db import act, db, the_act
from shopalert.incidents.announcements import police_of
from shopalert.schemes.models import Membership, Scheme
from shopalert.schemes.viewer import Viewer, counts, responds


def responders(session: Session, scheme_id: uuid.UUID) -> set[uuid.UUID]:
    """The people chosen; where nobody is, the coordinators and the leads."""
    asked = sa.select(Membership.user_id).where(Membership.scheme_id == scheme_id, counts(), responds())
    return set(session.scalars(asked))


def colleagues(session: Session, scheme_id: uuid.UUID, premises_id: uuid.UUID | None) -> set[uuid.UUID]:
    """Who works at these premises."""
    if premises_id is None:
        return set()
    asked = sa.select(Membership.user_id).where(
        Membership.scheme_id == scheme_id, Membership.premises_id == premises_id, counts()
    )
    return set(session.scalars(asked))


def police(session: Session, scheme_id: uuid.UUID) -> set[uuid.UUID]:
    """The police of the district, where the scheme has them alerted."""
    scheme = session.get_one(Scheme, scheme_id)
    return police_of(session, scheme_id) if scheme.help_tells_police else set()


def members_to_choose(scheme_id: uuid.UUID) -> list[tuple[Membership, User]]:
    """Everybody of the scheme who can be called, by name."""
    asked = (
        sa.select(Membership, User)
        .join(User, User.id == Membership.user_id)
        .where(Membership.scheme_id == scheme_id, counts(), User.suspended_at.is_(None))
        .order_by(User.name)
    )
    return [(row[0], row[1]) for row in db.session.execute(asked)]


@act("safety.choose")
def choose(viewer: Viewer, scheme: Scheme, chosen: set[uuid.UUID]) -> bool:
    """From now on these memberships are called, and nobody else; none of them is the default. Whether it changed."""
    changed = False
    for member, _ in members_to_choose(scheme.id):
        if member.responder != (member.id in chosen):
            member.responder, member.changed_at = not member.responder, the_act().at
            changed = True
    the_act().about = scheme
    the_act().details["chosen"] = len(chosen)
    if changed:
        announce(SETTINGS_CHANGED, scheme)  # what they may see is another: open screens read themselves anew
    return changed
