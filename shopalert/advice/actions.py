"""What can be done with advice: send a piece to a business, tick what is done, say what kind of premises one is."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from shopalert.advice.models import Advice, AdviceTick
from shopalert.advice.vocabulary import follow_up_after
from shopalert.alerts.outbox import announce
from shopalert.db import act, db, insert_new, now, the_act, uuid7, writing
from shopalert.idempotency import hash_of, sent_before
from shopalert.incidents.actions import Sent
from shopalert.protection.clocks import clocks, kept_until
from shopalert.schemes.models import Premises, Scheme
from shopalert.schemes.viewer import Viewer
from shopalert.wall import crossing, thread_of


class NotTheirs(Exception):
    """It was sent to somebody else."""


@dataclass(frozen=True)
class Given:
    """Which piece to whom, with which words; about an incident perhaps, to be looked at again after some days."""

    piece: str
    premises_id: uuid.UUID
    words: str = ""
    about_id: uuid.UUID | None = None
    days: int = 0  # none: it is not followed up


@act("advice.send")
def send(viewer: Viewer, scheme: Scheme, client_id: uuid.UUID, given: Given) -> Sent:
    """Send a piece to one business; sent twice it stands once. Raises KeyReused."""
    session, at = db.session(), the_act().at
    sent = hash_of({"scheme": str(scheme.id), **{name: str(each) for name, each in vars(given).items()}})
    as_police = "police" in viewer.audiences(scheme.id)
    new = insert_new(
        session, Advice, ["author_id", "client_id"],
        id=uuid7(), scheme_id=scheme.id, audience=thread_of(given.premises_id), author_id=viewer.user_id,
        client_id=client_id, sent_hash=sent, premises_id=given.premises_id, about_id=given.about_id, piece=given.piece,
        words=given.words, sent_as="police" if as_police else "coordinators", at=at,
        follow_up_at=follow_up_after(at, given.days) if given.days else None, **clocks("bulletin", at),
    )  # fmt: skip
    if new is None:
        return Sent(sent_before(session, Advice, viewer.user_id, client_id, sent), True)
    advice = session.get_one(Advice, new)
    the_act().about = advice
    announce("advice.sent", advice, audience=advice.audience)
    return Sent(new, False)


def is_theirs(viewer: Viewer, advice: Advice) -> bool:
    """Whether the viewer works where it was sent."""
    return advice.withdrawn_at is None and advice.audience in viewer.threads


@act("advice.withdraw")
def withdraw(viewer: Viewer, advice: Advice, why: str) -> None:
    """Take it back: the business reads it no more, nobody asks after it, and it is erased in 30 days. Twice is once."""
    at = the_act().at
    advice = db.session.get_one(Advice, advice.id, with_for_update=True, populate_existing=True)
    the_act().about = advice
    if advice.withdrawn_at is None:
        advice.withdrawn_at, advice.withdrawn_why, advice.shown_until = at, why, at
        advice.kept_until = kept_until("withdrawn", at)
        announce("advice.withdrawn", advice, audience=advice.audience)


@act("advice.tick")
def tick(viewer: Viewer, advice: Advice, done: Collection[int]) -> None:
    """These steps are done, the others are not. The sender is told when all of them are. Raises NotTheirs."""
    if not is_theirs(viewer, advice):
        raise NotTheirs
    session, at = db.session(), the_act().at
    advice = session.get_one(Advice, advice.id, with_for_update=True, populate_existing=True)
    the_act().about = advice
    steps = set(range(1, len(advice.of_library.steps) + 1))
    before = set(session.scalars(sa.select(AdviceTick.step).where(AdviceTick.advice_id == advice.id)))
    after = steps & set(done)
    gone = sa.delete(AdviceTick).where(AdviceTick.advice_id == advice.id, AdviceTick.step.in_(before - after))
    session.execute(gone, execution_options={"synchronize_session": False})
    for step in sorted(after - before):
        session.add(
            AdviceTick(
                scheme_id=advice.scheme_id, audience=advice.audience, advice_id=advice.id, step=step,
                author_id=viewer.user_id, at=at, **clocks("bulletin", at),
            )
        )  # fmt: skip
    session.flush()
    if steps and after == steps != before:
        announce("advice.done", advice, audience=advice.sent_as)


@act("advice.trade")
def say_trade(viewer: Viewer, scheme: Scheme, trade: str) -> None:
    """What kind of premises the viewer works at. Raises NotTheirs where they work at none here."""
    premises_id = viewer.premises.get(scheme.id)
    if premises_id is None:
        raise NotTheirs
    premises = db.session.get_one(Premises, premises_id)
    premises.trade = trade
    the_act().about = premises


def note_read(viewer: Viewer, advice: Advice, at: datetime | None = None) -> None:
    """The first of the business has it open; written once, whatever is looked at later."""
    if advice.read_at is not None or not is_theirs(viewer, advice):
        return
    with crossing("reading") as session, writing(session):
        session.execute(
            sa.update(Advice)
            .where(Advice.id == advice.id, Advice.read_at.is_(None))
            .values(read_at=at or now()),
            execution_options={"synchronize_session": False},
        )
