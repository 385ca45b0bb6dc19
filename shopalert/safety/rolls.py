"""Roll calls: ask everybody whether they are safe, answer by one tap, count, end."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from shopalert.accounts.models import User
from shopalert.alerts.outbox import announce
from shopalert.db import act, db, insert_new, the_act, uuid7
from shopalert.idempotency import hash_of, sent_before
from shopalert.incidents.actions import Sent
from shopalert.protection.clocks import clocks
from shopalert.safety import actions
from shopalert.safety.actions import Over
from shopalert.safety.models import RollAnswer, RollCall
from shopalert.schemes.models import Membership, Scheme
from shopalert.schemes.names import bylines
from shopalert.schemes.viewer import Viewer, counts
from shopalert.wall import thread_of

ASKED, ANSWERED, REMINDED, ENDED = "roll.asked", "roll.answered", "roll.reminded", "roll.ended"
SAFE, HELP = "safe", "help"


@act("safety.rollcall")
def ask(viewer: Viewer, scheme: Scheme, client_id: uuid.UUID, premises_id: uuid.UUID | None) -> Sent:
    """Ask everybody of the scheme, or of one shop; asked twice with one key it is one roll call. Raises KeyReused."""
    session, at = db.session(), the_act().at
    sent = hash_of({"scheme": str(scheme.id), "premises": str(premises_id or "")})
    new = insert_new(
        session, RollCall, ["author_id", "client_id"],
        id=uuid7(), scheme_id=scheme.id, author_id=viewer.user_id, client_id=client_id, sent_hash=sent,
        premises_id=premises_id, first=thread_of(premises_id) if premises_id else "members",
        second=thread_of(scheme.id), at=at, **clocks("help", at),
    )  # fmt: skip
    if new is None:
        return Sent(sent_before(session, RollCall, viewer.user_id, client_id, sent), True)
    the_act().about = roll = session.get_one(RollCall, new)
    people = who_is_there(session, scheme.id, premises_id) - {viewer.user_id}
    for person in sorted(people):
        session.add(
            RollAnswer(
                scheme_id=scheme.id, author_id=person, roll_id=roll.id, first="coordinators", second="police",
                **clocks("help", at),
            )
        )  # fmt: skip
    session.flush()
    the_act().details["people"] = len(people)
    announce(ASKED, roll, audience=roll.first)
    return Sent(new, False)


def who_is_there(session: Session, scheme_id: uuid.UUID, premises_id: uuid.UUID | None) -> set[uuid.UUID]:
    """Everybody of the scheme who can be asked, or of one shop."""
    asked = (
        sa.select(Membership.user_id)
        .join(User, User.id == Membership.user_id)
        .where(Membership.scheme_id == scheme_id, counts(), User.suspended_at.is_(None))
    )
    if premises_id is not None:
        asked = asked.where(Membership.premises_id == premises_id)
    return set(session.scalars(asked))


@act("safety.answer")
def answer(
    viewer: Viewer, roll: RollCall, scheme: Scheme, said: str, client_id: uuid.UUID
) -> uuid.UUID | None:
    """Safe, or not: then it is a call for help, whose id is given back. Raises Over."""
    session, at = db.session(), the_act().at
    roll = take(roll)
    row = my_answer(session, roll.id, viewer.user_id)
    if row is None:  # they were not asked
        return None
    called = None
    if said == HELP:
        called = actions.call(viewer, scheme, client_id, viewer.premises.get(scheme.id)).id
        the_act().about = roll
    row.said, row.at = (HELP if called else SAFE), at
    row.call_id = called or row.call_id
    for audience in ("coordinators", "police"):
        announce(ANSWERED, roll, audience=audience)
    return called


@act("safety.rollcall")
def end(viewer: Viewer, roll: RollCall) -> None:
    """It is over: nobody is asked any more. Raises Over."""
    roll = take(roll)
    roll.ended_at = the_act().at
    announce(ENDED, roll, audience=roll.first)


def take(roll: RollCall) -> RollCall:
    """The roll call as it stands in this transaction, for changing. Raises Over."""
    fresh = db.session.get_one(RollCall, roll.id, with_for_update=True, populate_existing=True)
    the_act().about = fresh
    if fresh.ended_at is not None:
        raise Over
    return fresh


def my_answer(session: Session, roll_id: uuid.UUID, user_id: uuid.UUID) -> RollAnswer | None:
    mine = sa.select(RollAnswer).where(RollAnswer.roll_id == roll_id, RollAnswer.author_id == user_id)
    return session.scalar(mine)


def not_answered(session: Session, roll_id: uuid.UUID) -> set[uuid.UUID]:
    """Who has said nothing yet."""
    asked = sa.select(RollAnswer.author_id).where(RollAnswer.roll_id == roll_id, RollAnswer.said == "")
    return set(session.scalars(asked))


@dataclass(frozen=True)
class Present:
    """One who was asked, by name, and what they said."""

    who: str
    business: str
    said: str
    at: datetime | None
    call_url: str


def present(session: Session, roll: RollCall) -> list[Present]:
    """Everybody who was asked: first who needs help, then who has said nothing, then who is safe."""
    rows = list(session.scalars(sa.select(RollAnswer).where(RollAnswer.roll_id == roll.id)))
    who = bylines(session, roll.scheme_id, {row.author_id for row in rows})
    found = [
        Present(
            who[row.author_id].who, who[row.author_id].business, row.said, row.at,
            f"/calls/{row.call_id}" if row.call_id else "",
        )
        for row in rows
    ]  # fmt: skip
    order = {HELP: 0, "": 1, SAFE: 2}
    return sorted(found, key=lambda each: (order[each.said], each.who))


def asked_of_me(session: Session, user_id: uuid.UUID) -> list[RollCall]:
    """The roll calls to which this person has still to answer."""
    return list(
        session.scalars(
            sa.select(RollCall)
            .join(RollAnswer, RollAnswer.roll_id == RollCall.id)
            .where(RollAnswer.author_id == user_id, RollAnswer.said == "", RollCall.ended_at.is_(None))
            .order_by(RollCall.id.desc())
            .limit(3)
        )
    )


def latest(session: Session, scheme_id: uuid.UUID) -> list[RollCall]:
    asked = sa.select(RollCall).where(RollCall.scheme_id == scheme_id).order_by(RollCall.id.desc())
    return list(session.scalars(asked.limit(5)))
