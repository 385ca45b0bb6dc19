"""The data-sharing agreement of a scheme: its versions, who accepted which, and who has to read it again.

A scheme that has published nothing of its own uses `FIRST`; it becomes version 1 with the first person who accepts
it. Who has not accepted is shown it before every page for AGREEMENT_GRACE, with alerts going on, because a new
wording is no reason to leave a shop unwarned; after that the scheme is closed to them until they have.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from shopalert import mail
from shopalert.accounts.models import User
from shopalert.db import Moment, act, db, insert_new, now, system_act, the_act, uuid7
from shopalert.members.models import Acceptance, Agreement
from shopalert.schemes.models import AGREEMENT_GRACE, Membership, Scheme
from shopalert.schemes.viewer import Viewer
from shopalert.wall import crossing

MONTH = timedelta(days=365.25 / 12)
MONTHS = 12  # unless the scheme says otherwise
FIRST = _l(
    "What this is for\n"
    "We share reports of crime and disorder with the other members of this scheme and with the police, to keep "
    "staff and customers safe and to prevent and detect crime. We use them for nothing else.\n\n"
    "What I will do\n"
    "I report what I saw or know, fairly and without exaggeration, and I correct it when I was wrong. I describe "
    "what people did and what they looked like; I do not guess at their health, beliefs, or where they come from.\n\n"
    "Who may see it\n"
    "What I read here stays with those who need it for their work at my premises. I do not photograph the screen, "
    "print, forward or post it, and I do not talk about it with customers or on social media. My account is mine "
    "alone: I lend it to nobody, and I sign out on a device that others use.\n\n"
    "What it is not\n"
    "A report is not a conviction. I treat nobody worse than the law and our scheme’s rules allow because of what "
    "I read, and I leave arrests and searches to those who may make them.\n\n"
    "The law\n"
    "Reports about people are personal data, some of them about alleged offences (UK GDPR, Article 10; Data "
    "Protection Act 2018, Schedule 1). The scheme decides what is kept and for how long. Everything that I read or "
    "do here is logged. If data is lost, or seen by somebody who may not see it, I tell the coordinator the same "
    "day.\n\n"
    "When I leave\n"
    "My access ends when I leave my employer or the scheme. I keep no copies. Who breaks this agreement can be "
    "suspended, and using personal data without permission can be a criminal offence (Data Protection Act 2018, "
    "section 170)."
)


def current(session: Session, scheme_id: uuid.UUID) -> Agreement:
    """The version in force; the first one, not yet kept, where nothing was published."""
    newest = sa.select(Agreement).where(Agreement.scheme_id == scheme_id).order_by(Agreement.version.desc())
    found = session.scalars(newest.limit(1)).first()
    return found or Agreement(
        id=None, scheme_id=scheme_id, version=1, text=str(FIRST), months=MONTHS, published_at=now()
    )


def kept(session: Session, scheme_id: uuid.UUID) -> Agreement:
    """The version in force, kept from now on: what somebody accepted never changes."""
    found = current(session, scheme_id)
    if found.id is not None:
        return found
    facts = {"scheme_id": scheme_id, "version": 1, "text": found.text, "months": found.months}
    insert_new(session, Agreement, ["scheme_id", "version"], id=uuid7(), published_at=now(), **facts)
    return current(session, scheme_id)


def accept(session: Session, user_id: uuid.UUID, scheme_id: uuid.UUID) -> Agreement:
    """Write down that they accepted the version in force."""
    agreement = kept(session, scheme_id)
    session.add(
        Acceptance(
            scheme_id=scheme_id, user_id=user_id, agreement_id=agreement.id, version=agreement.version,
            accepted_at=now(),
        )
    )  # fmt: skip
    return agreement


def again_by(agreement: Agreement, accepted: datetime) -> datetime | None:
    """Until when an acceptance of that moment holds."""
    return accepted + agreement.months * MONTH + AGREEMENT_GRACE if agreement.months else None


# ---- asked again


def due(session: Session, user_id: uuid.UUID) -> list[tuple[Membership, Scheme]]:
    """Where this person has to read it again, or can come back by it."""
    rows = session.execute(
        sa.select(Membership, Scheme)
        .join(Scheme, Scheme.id == Membership.scheme_id)
        .where(Membership.user_id == user_id, asked())
        .order_by(Scheme.name)
    )
    return [(membership, scheme) for membership, scheme in rows]


def asked() -> sa.ColumnElement[bool]:
    """Memberships that are shown the agreement before anything else."""
    soon: Any = sa.bindparam("soon", callable_=lambda: now() + AGREEMENT_GRACE, type_=Moment())
    return sa.and_(
        Membership.removed_at.is_(None), Membership.suspended_at.is_(None), Membership.agree_by < soon
    )


@lru_cache(1)
def asking_whether() -> Any:
    """Made once: every page asks."""
    return sa.select(Membership.id).where(Membership.user_id == sa.bindparam("me"), asked()).limit(1)


def must_agree(user_id: uuid.UUID) -> bool:
    with crossing("joining") as session:
        return session.scalar(asking_whether(), {"me": user_id}) is not None


def agree(viewer: Viewer, scheme_ids: Collection[uuid.UUID]) -> int:
    """Accept what is due in these schemes; who was shut out is in again. How many."""
    with crossing("joining") as session, system_act("agreement.accept", session) as doing:
        doing.viewer = viewer
        found = [row for row in due(session, viewer.user_id) if row[1].id in scheme_ids]
        for membership, scheme in found:
            agreement = accept(session, viewer.user_id, scheme.id)
            membership.agree_by, membership.changed_at = again_by(agreement, now()), now()
            doing.about = membership
            doing.details["version"] = agreement.version
        return len(found)


# ---- by the coordinator


@act("agreement.publish")
def publish(viewer: Viewer, scheme: Scheme, text: str, months: int) -> Agreement:
    """A new version: everybody reads it at their next page, and is told by mail by when. Its author has read it."""
    session = db.session()
    version = kept(session, scheme.id).version + 1
    made = Agreement(
        id=uuid7(), scheme_id=scheme.id, version=version, text=text, months=months, published_at=now()
    )
    session.add(made)
    session.flush()
    members = session.execute(
        sa.select(Membership, User)
        .join(User, User.id == Membership.user_id)
        .where(Membership.scheme_id == scheme.id, Membership.removed_at.is_(None))
    ).all()
    for membership, user in members:
        if user.id == viewer.user_id:
            accept(session, user.id, scheme.id)
            membership.agree_by = again_by(made, now())
            continue
        membership.agree_by = min(membership.agree_by or now() + AGREEMENT_GRACE, now() + AGREEMENT_GRACE)
        if user.suspended_at is None:
            facts = {"name": user.short_name, "scheme": scheme.name, "by": membership.agree_by}
            mail.post(session, user.email, "agreement_new", facts, user_id=user.id, scheme_id=scheme.id)
    the_act().about = made
    the_act().details.update(version=version, months=months, members=len(members))
    return made


def accepted_by(session: Session, scheme_id: uuid.UUID) -> dict[uuid.UUID, tuple[int, datetime]]:
    """Of each person of a scheme the newest version that they accepted, and when."""
    rows: Any = session.execute(
        sa.select(Acceptance.user_id, Acceptance.version, Acceptance.accepted_at)
        .where(Acceptance.scheme_id == scheme_id)
        .order_by(Acceptance.accepted_at)
    )
    return {user_id: (version, at) for user_id, version, at in rows}
