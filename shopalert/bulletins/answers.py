"""What somebody knows about an appeal, or where a missing person was seen: told to the police and the coordinators.

The wall (`Confided`) shows an answer to these of its scheme and to whoever gave it; no list, stream or search has it.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from shopalert.alerts.outbox import announce
from shopalert.bulletins.models import Bulletin, BulletinAnswer
from shopalert.bulletins.publishing import NotStanding
from shopalert.bulletins.vocabulary import ANSWERED
from shopalert.db import act, db, insert_new, the_act, uuid7
from shopalert.idempotency import hash_of, sent_before
from shopalert.incidents.actions import Sent
from shopalert.protection.clocks import clocks
from shopalert.schemes.viewer import Viewer
from shopalert.words import iso


@dataclass(frozen=True)
class Known:
    """What they tell. Of an appeal `name` is who it is, of a missing person where they were seen."""

    name: str = ""
    text: str = ""
    seen_at: datetime | None = None


@act("bulletin.answer")
def answer(viewer: Viewer, bulletin: Bulletin, client_id: uuid.UUID, known: Known) -> Sent:
    """To the police and the coordinators of the scheme; told twice it stands once. Raises KeyReused, NotStanding."""
    session, at = db.session(), the_act().at
    seen = iso(known.seen_at) if known.seen_at else ""
    sent = hash_of({"bulletin": str(bulletin.id), "name": known.name, "text": known.text, "seen": seen})
    new = insert_new(
        session, BulletinAnswer, ["author_id", "client_id"],
        id=uuid7(), scheme_id=bulletin.scheme_id, bulletin_id=bulletin.id, author_id=viewer.user_id,
        client_id=client_id, sent_hash=sent, name=known.name, text=known.text, seen_at=known.seen_at, at=at,
        **clocks("person", at),
    )  # fmt: skip
    if new is None:
        return Sent(sent_before(session, BulletinAnswer, viewer.user_id, client_id, sent), True)
    if bulletin.kind not in ANSWERED or not bulletin.stands(at):
        raise NotStanding
    told = session.get_one(BulletinAnswer, new)
    the_act().about = told
    announce("bulletin.answered", told)
    return Sent(new, False)


def answers_of(session: Session, bulletin: Bulletin) -> list[BulletinAnswer]:
    """Under the wall: all for police and coordinators, for everybody else their own."""
    asked = sa.select(BulletinAnswer).where(BulletinAnswer.bulletin_id == bulletin.id)
    return list(session.scalars(asked.order_by(BulletinAnswer.id)))
