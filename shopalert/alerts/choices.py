"""What people chose to be woken by, as rows: read for many at once, changed by themselves, ended as they leave."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import asdict, dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from shopalert.accounts.models import User
from shopalert.alerts.models import Preference, Subscription, Watch
from shopalert.alerts.preferences import AT_A_DESK, NOWHERE, STANDARD, Choice, Post
from shopalert.db import act, db, insert_new, the_act, uuid7
from shopalert.schemes.models import Membership, PoliceRole, Premises, Scheme
from shopalert.schemes.viewer import Viewer

FOLLOW, MUTE = "follow", "mute"
KEY = ["user_id", "scheme_id"]


@dataclass(frozen=True)
class Wish:
    """One person's choice in a scheme, from where, and their letters."""

    choice: Choice = STANDARD
    post: Post = NOWHERE
    digest_hour: int | None = None
    newsletter: bool = False
    email: str = ""


# ---- read


def wishes_of(
    session: Session, scheme_id: uuid.UUID, user_ids: Collection[uuid.UUID]
) -> dict[uuid.UUID, Wish]:
    """What these people of a scheme wish. One query, however many they are."""
    rows = session.execute(
        sa.select(
            User.id,
            User.email,
            Preference,
            Premises.lat,
            Premises.lon,
            Premises.trading_hours,
            at_a_desk(scheme_id),
        )
        .select_from(User)
        .outerjoin(Preference, sa.and_(Preference.user_id == User.id, Preference.scheme_id == scheme_id))
        .outerjoin(
            Membership,
            sa.and_(
                Membership.user_id == User.id,
                Membership.scheme_id == scheme_id,
                Membership.removed_at.is_(None),
            ),
        )
        .outerjoin(Premises, Premises.id == Membership.premises_id)
        .where(User.id.in_(user_ids))
    )
    return {
        row[0]: wish_of(row[2], Post(row[3], row[4], hours_of(row[5])), row[1], at_desk=row[6])
        for row in rows
    }


def at_a_desk(scheme_id: uuid.UUID) -> sa.ColumnElement[bool]:
    """Police of the scheme whom no alert can reach: a force's browser installs nothing and takes no push."""
    police = (
        sa.select(PoliceRole.id)
        .join(Scheme, Scheme.district_id == PoliceRole.district_id)
        .where(PoliceRole.user_id == User.id, PoliceRole.ended_at.is_(None), Scheme.id == scheme_id)
    )
    device = sa.select(Subscription.id).where(Subscription.user_id == User.id, Subscription.gone_at.is_(None))
    return sa.and_(police.exists(), ~device.exists())


def wish_of(row: Preference | None, post: Post, email: str = "", at_desk: bool = False) -> Wish:
    """A row, understood; without one the standard, or that of a desk."""
    if row is None:
        return Wish(AT_A_DESK if at_desk else STANDARD, post, email=email)
    choice = Choice(
        push=row.push, live=row.live, mail=row.mail, closed=row.closed, digest=row.digest,
        quiet=hours_of(row.quiet), without=frozenset(row.without), metres=row.metres,
    )  # fmt: skip
    return Wish(choice, post, row.digest_hour, row.newsletter, email)


def hours_of(kept: Any) -> dict[str, tuple[str, str]]:
    """Hours as JSON keeps them."""
    return {day: (str(hours[0]), str(hours[1])) for day, hours in (kept or {}).items() if hours}


def muted_by(session: Session, incident_id: uuid.UUID | None) -> set[uuid.UUID]:
    """Who wants to hear no more of an incident."""
    return wish_to(session, incident_id, MUTE)


def followers(session: Session, incident_id: uuid.UUID | None) -> set[uuid.UUID]:
    """Who wants to hear of everything that is said in an incident."""
    return wish_to(session, incident_id, FOLLOW)


def wish_to(session: Session, incident_id: uuid.UUID | None, wish: str) -> set[uuid.UUID]:
    if incident_id is None:
        return set()
    asked = sa.select(Watch.user_id).where(Watch.incident_id == incident_id, Watch.wish == wish)
    return set(session.scalars(asked))


def muted_among(session: Session, user_id: uuid.UUID, incident_ids: Collection[uuid.UUID]) -> set[uuid.UUID]:
    """Of which of these incidents one person wants to hear no more."""
    asked = sa.select(Watch.incident_id).where(
        Watch.user_id == user_id, Watch.incident_id.in_(incident_ids), Watch.wish == MUTE
    )
    return set(session.scalars(asked)) if incident_ids else set()


def watch_of(viewer: Viewer, incident_id: uuid.UUID) -> str:
    """What the viewer said of an incident: follow, mute or nothing."""
    asked = sa.select(Watch.wish).where(Watch.incident_id == incident_id, Watch.user_id == viewer.user_id)
    return db.session.scalar(asked) or ""


# ---- changed


@act("alerts.choose")
def choose(viewer: Viewer, scheme: Scheme, wish: Wish) -> None:
    """From now on this wakes the viewer in this scheme."""
    session = db.session()
    facts = asdict(wish.choice) | {"digest_hour": wish.digest_hour, "newsletter": wish.newsletter}
    facts |= {"without": sorted(wish.choice.without), "changed_at": the_act().at}
    facts["quiet"] = {day: list(hours) for day, hours in wish.choice.quiet.items()}
    if (
        insert_new(session, Preference, KEY, id=uuid7(), user_id=viewer.user_id, scheme_id=scheme.id, **facts)
        is None
    ):
        session.execute(
            sa.update(Preference)
            .where(Preference.user_id == viewer.user_id, Preference.scheme_id == scheme.id)
            .values(**facts)
            .execution_options(synchronize_session=False)
        )
    the_act().about = scheme


@act("incident.watch")
def watch(viewer: Viewer, incident: Any, wish: str) -> None:
    """Follow an incident, mute it, or neither any more."""
    session = db.session()
    mine = sa.and_(Watch.incident_id == incident.id, Watch.user_id == viewer.user_id)
    session.execute(sa.delete(Watch).where(mine).execution_options(synchronize_session=False))
    if wish:
        of = {"scheme_id": incident.scheme_id, "incident_id": incident.id, "user_id": viewer.user_id}
        insert_new(session, Watch, ["user_id", "incident_id"], id=uuid7(), wish=wish, at=the_act().at, **of)
    the_act().about = incident
    the_act().details["wish"] = wish


def forget(session: Session, user_id: uuid.UUID, scheme_id: uuid.UUID) -> None:
    """Who leaves a scheme leaves their choices there. In the transaction of the leaving."""
    for model in (Preference, Watch):
        session.execute(
            sa.delete(model)
            .where(model.user_id == user_id, model.scheme_id == scheme_id)
            .execution_options(synchronize_session=False)
        )
