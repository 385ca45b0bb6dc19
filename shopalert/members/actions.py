"""What a coordinator does with a member, and a member with their own place: changed, suspended, removed, left.

Whatever takes something away takes all of it in one transaction (SE5): what waits for their devices and letter boxes
from this scheme, and where it was their only one their sessions and devices too. Then their open screens are looked
at. From the next request on the database itself says what they are.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from shopalert import mail
from shopalert.accounts import sessions
from shopalert.accounts.actions import close, look_at_streams
from shopalert.accounts.models import User, UserSession
from shopalert.alerts import choices
from shopalert.alerts.devices import PENDING
from shopalert.alerts.models import Delivery
from shopalert.db import act, db, now, the_act
from shopalert.mail.models import Mail
from shopalert.schemes.models import Membership, Scheme
from shopalert.schemes.viewer import Viewer, memberships
from shopalert.wall import crossing

KEPT = timedelta(days=730)  # of who has left: as long as what they reported


class LastCoordinator(Exception):
    """A scheme without one could let nobody in."""


@dataclass(frozen=True)
class Place:
    """What a member is in a scheme."""

    role: str
    premises_id: uuid.UUID | None
    employer: str
    call_sign: str
    authorised_by: str


@act("member.manage")
def change(viewer: Viewer, member: Membership, place: Place) -> None:
    """Role, premises and the rest. What the new role does not see leaves their screens; what it sees more of is
    guarded by the shorter session of those who see more."""
    session, before = db.session(), member.role
    if before == "coordinator" and place.role != "coordinator":
        keep_a_coordinator(session, member)
    changed = [name for name in vars(place) if getattr(member, name) != getattr(place, name)]
    for name in changed:
        setattr(member, name, getattr(place, name))
    the_act().about, the_act().details["changed"] = member, changed
    if before != place.role:
        the_act().details.update(before=before, role=place.role)
        member.changed_at = now()
        if place.role == "coordinator":
            shorten_sessions(session, member.user_id)
        drop_what_waits(session, member)
        look_at_streams(member.user_id)


@act("member.manage")
def suspend(viewer: Viewer, member: Membership) -> int:
    """Shut out of this scheme until it is lifted. How many sessions that ended."""
    session = db.session()
    keep_a_coordinator(session, member)
    member.suspended_at = member.suspended_at or now()
    the_act().details["suspended"] = True
    return shut_out(session, member, "suspended")


@act("member.manage")
def lift(viewer: Viewer, member: Membership) -> None:
    """They are again what they were. Alerts they turn on anew."""
    member.suspended_at, member.changed_at = None, now()
    the_act().about, the_act().details["suspended"] = member, False
    look_at_streams(member.user_id)


@act("member.manage")
def remove(viewer: Viewer, member: Membership) -> int:
    """A member no more. How many sessions that ended."""
    session = db.session()
    keep_a_coordinator(session, member)
    the_act().details["removed"] = True
    return depart(session, member, "removed")


@act("member.leave")
def leave(viewer: Viewer, member: Membership) -> int:
    """They go by themselves. How many sessions that ended."""
    session = db.session()
    keep_a_coordinator(session, member)
    return depart(session, member, "left")


@act("member.manage")
def end_sessions(viewer: Viewer, member: Membership) -> int:
    """Signed out on every device, with all their alerts; they may sign in again."""
    the_act().about = member
    the_act().details["sessions"] = ended = close(db.session(), member.user_id)
    return ended


# ---- how


def depart(session: Session, member: Membership, why: str) -> int:
    member.removed_at = member.shown_until = now()
    member.kept_until = now() + KEPT
    member.responder = False  # who comes back is chosen anew
    choices.forget(session, member.user_id, member.scheme_id)
    return shut_out(session, member, why)


def shut_out(session: Session, member: Membership, why: str) -> int:
    """Nothing of this scheme reaches them from now on."""
    member.changed_at = now()
    session.flush()
    drop_what_waits(session, member)
    ended = 0
    if belongs_elsewhere(member):
        look_at_streams(member.user_id)
    else:
        ended = close(session, member.user_id)
    the_act().about = member
    the_act().details.update(why=why, sessions=ended)
    tell(session, member, why)
    return ended


def drop_what_waits(session: Session, member: Membership) -> None:
    """Alerts and letters of this scheme that have not gone yet."""
    session.execute(
        sa.update(Delivery)
        .where(
            Delivery.user_id == member.user_id, Delivery.scheme_id == member.scheme_id,
            Delivery.state.in_(PENDING),
        )
        .values(state="gone", failure="no longer a member", lease_until=None)
        .execution_options(synchronize_session=False)
    )  # fmt: skip
    mail.cancel(session, Mail.user_id == member.user_id, Mail.scheme_id == member.scheme_id)


def belongs_elsewhere(member: Membership) -> bool:
    """Whether anything else is theirs to see; then their sessions go on with that. Asked across the wall: their
    other schemes are none of the coordinator's."""
    with crossing("viewer") as session:
        return any(
            scheme_id != member.scheme_id for _, scheme_id, *_ in memberships(session, [member.user_id])
        )


def keep_a_coordinator(session: Session, member: Membership) -> None:
    """Raise LastCoordinator where nobody could let anybody in afterwards. Two who go at once wait for each other."""
    if member.role != "coordinator":
        return
    session.get_one(Scheme, member.scheme_id, with_for_update=True, populate_existing=True)
    others = sa.select(Membership.id).join(User, User.id == Membership.user_id)
    others = others.where(
        Membership.scheme_id == member.scheme_id, Membership.role == "coordinator", Membership.id != member.id,
        Membership.removed_at.is_(None), Membership.suspended_at.is_(None), User.suspended_at.is_(None),
    )  # fmt: skip
    if session.scalar(others.limit(1)) is None:
        raise LastCoordinator


def shorten_sessions(session: Session, user_id: uuid.UUID) -> None:
    """Sessions that were begun as a member's do not last a month as a coordinator's."""
    end = now() + sessions.OTHERS_STAY
    session.execute(
        sa.update(UserSession)
        .where(UserSession.user_id == user_id, UserSession.absolute_end > end)
        .values(absolute_end=end)
        .execution_options(synchronize_session=False)
    )


def tell(session: Session, member: Membership, why: str) -> None:
    """Who is shut out learns it by mail, not by a page that will not open."""
    user, scheme = session.get_one(User, member.user_id), session.get_one(Scheme, member.scheme_id)
    name = {"scheme": scheme.name}
    subject, text = {
        "removed": (
            _("You are no longer a member of %(scheme)s", **name),
            _("a coordinator of %(scheme)s has ended your membership.", **name),
        ),
        "suspended": (
            _("Your membership of %(scheme)s is suspended", **name),
            _(
                "a coordinator of %(scheme)s has suspended your membership. Until it is lifted you see nothing of it.",
                **name,
            ),
        ),
        "left": (
            _("You have left %(scheme)s", **name),
            _("you have left %(scheme)s. To come back you need a new invitation.", **name),
        ),
    }[why]
    mail.post(
        session,
        user.email,
        "scheme_ended",
        {"name": user.short_name, "subject": subject, "text": text},
        user_id=user.id,
    )
