"""Threads: what is said on an incident between one business and the police, and nobody else.

A thread is an audience, `thread:<premises>`; somebody who works at no premises has one of their own, `thread:<person>`.
The wall lets in who works there now and the police of the scheme's district.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from shopalert.chat.models import Comment
from shopalert.db import db
from shopalert.permissions import can
from shopalert.schemes.models import Membership, Premises
from shopalert.schemes.names import bylines
from shopalert.wall import THREAD, thread_of


def audiences_for(viewer: Any, incident: Any) -> list[tuple[str, str]]:
    """To whom this viewer may speak in this incident: (audience, label)."""
    found = [("members", _("All members and police"))]
    if can(viewer, "comment.to_coordinators", incident):
        found.append(("coordinators", _("Coordinators only")))
    found += [(audience, label) for audience, label in threads_for(viewer, incident).items()]
    if can(viewer, "comment.to_police", incident):
        found.append(("police", _("Police only")))
    return found


def threads_for(viewer: Any, incident: Any) -> dict[str, str]:
    """The threads that this viewer may write to, and what each is called for them."""
    found = {}
    if incident.scheme_id in viewer.premises and can(viewer, "comment.privately", incident):
        own = viewer.premises[incident.scheme_id] or viewer.user_id
        found[thread_of(own)] = (
            _("Police and my shop only") if own != viewer.user_id else _("Police and me only")
        )
    if can(viewer, "comment.to_police", incident):
        names = names_of(db.session(), incident.scheme_id, threads_with_police(db.session(), incident))
        found |= {audience: _("Police and %(shop)s only", shop=name) for audience, name in names.items()}
    return found


def threads_with_police(session: Session, incident: Any) -> list[str]:
    """Where the police may speak: to whose report it is, to where it happened, and to who wrote to them."""
    place = session.execute(
        sa.select(Membership.premises_id).where(
            Membership.user_id == incident.author_id, Membership.scheme_id == incident.scheme_id
        )
    ).first()
    found = [thread_of(place.premises_id or incident.author_id)] if place else []
    if incident.premises_id is not None:
        found.append(thread_of(incident.premises_id))
    spoken = sa.select(Comment.audience).where(
        Comment.incident_id == incident.id, Comment.audience.startswith(THREAD)
    )
    return list(dict.fromkeys([*found, *session.scalars(spoken.distinct().order_by(Comment.audience))]))


def owner_of(audience: str) -> uuid.UUID | None:
    """The premises or the person whose thread this is; none where it is no thread."""
    return uuid.UUID(audience.removeprefix(THREAD)) if audience.startswith(THREAD) else None


def names_of(session: Session, scheme_id: uuid.UUID, audiences: Iterable[str]) -> dict[str, str]:
    """Threads by the name of the business, or of who works at none. Two queries, however many they are."""
    owners = {owner: audience for audience in audiences if (owner := owner_of(audience)) is not None}
    if not owners:
        return {}
    sites = sa.select(Premises.id, Premises.name).where(Premises.id.in_(owners))
    named = {row.id: row.name for row in session.execute(sites)}
    people = bylines(session, scheme_id, owners.keys() - named.keys())
    named |= {user_id: byline.who for user_id, byline in people.items()}
    return {audience: named.get(owner, _("A member")) for owner, audience in owners.items()}


def people_of(session: Session, scheme_id: uuid.UUID, audience: str) -> set[uuid.UUID]:
    """Who is in a thread beside the police."""
    owner = owner_of(audience)
    if owner is None:
        return set()
    staff = sa.select(Membership.user_id).where(
        Membership.scheme_id == scheme_id,
        Membership.removed_at.is_(None),
        sa.or_(Membership.premises_id == owner, Membership.user_id == owner),
    )
    return set(session.scalars(staff))
