"""Who has read a bulletin, who has not, whether it was useful, and what they answer its author."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from shopalert.accounts.models import User
from shopalert.alerts.outbox import announce
from shopalert.bulletins.areas import is_near
from shopalert.bulletins.models import Bulletin, BulletinReading, BulletinReply
from shopalert.bulletins.publishing import NotStanding
from shopalert.db import act, db, insert_new, now, the_act, uuid7, writing
from shopalert.idempotency import hash_of, sent_before
from shopalert.incidents.actions import Sent
from shopalert.protection.clocks import clocks
from shopalert.schemes.models import Membership
from shopalert.schemes.viewer import Viewer, counts
from shopalert.wall import crossing

ONCE_IN = timedelta(hours=1)


class RemindedLately(Exception):
    """Once an hour is enough; `free_at` is when it may be done again."""

    def __init__(self, free_at: datetime) -> None:
        super().__init__(str(free_at))
        self.free_at = free_at


@dataclass(frozen=True)
class Readers:
    """The members whom a bulletin is for: who has read what it says now, and when; and who has not."""

    read: list[tuple[uuid.UUID, datetime]]
    unread: list[uuid.UUID]
    useful: int
    not_useful: int

    @property
    def of(self) -> int:
        return len(self.read) + len(self.unread)


# ---- read


def note_read(viewer: Viewer, bulletin: Bulletin) -> bool:
    """The viewer has it open. Where that is known already nothing is written. Whether it is read by now."""
    at = now()
    if has_read(db.session(), bulletin, viewer.user_id):
        return True
    if not bulletin.stands(at):
        return False
    with crossing("reading") as session, writing(session):
        note(session, viewer.user_id, bulletin, at)
    return True


def has_read(session: Session, bulletin: Bulletin, user_id: uuid.UUID) -> bool:
    """What it says now: who read it before it was corrected has not."""
    mine = sa.select(BulletinReading.read_at).where(
        BulletinReading.bulletin_id == bulletin.id, BulletinReading.user_id == user_id
    )
    read_at = session.scalar(mine)
    return read_at is not None and read_at >= since(bulletin)


def since(bulletin: Bulletin) -> datetime:
    return bulletin.corrected_at or bulletin.published_at


def note(session: Session, user_id: uuid.UUID, bulletin: Bulletin, at: datetime, **more: Any) -> None:
    """It is read, as of now; `more` is what else they said of it."""
    of = {"scheme_id": bulletin.scheme_id, "bulletin_id": bulletin.id, "user_id": user_id, "read_at": at}
    new = insert_new(
        session, BulletinReading, ["bulletin_id", "user_id"], id=uuid7(), **of, **more, **clocks("bulletin", at)
    )  # fmt: skip
    if new is None:
        mine = sa.and_(BulletinReading.bulletin_id == bulletin.id, BulletinReading.user_id == user_id)
        change = sa.update(BulletinReading).where(mine).values(read_at=at, **more)
        session.execute(change, execution_options={"synchronize_session": False})


def meant(session: Session, bulletin: Bulletin) -> list[uuid.UUID]:
    """The members whom it is for: of the scheme, or of the premises near by; not its author."""
    asked = (
        sa.select(Membership.user_id, Membership.premises_id)
        .join(User, User.id == Membership.user_id)
        .where(
            Membership.scheme_id == bulletin.scheme_id, counts(), User.suspended_at.is_(None),
            Membership.user_id != bulletin.author_id,
        )
        .order_by(User.short_name, User.id)
    )  # fmt: skip
    rows = session.execute(asked).all()
    return [who for who, site in rows if not bulletin.near_only or is_near(bulletin.premises_ids, site)]


def readers(session: Session, bulletin: Bulletin) -> Readers:
    """As of now. Who has left is in neither list."""
    rows = session.execute(
        sa.select(BulletinReading.user_id, BulletinReading.read_at, BulletinReading.useful).where(
            BulletinReading.bulletin_id == bulletin.id
        )
    ).all()
    at = {row.user_id: row.read_at for row in rows if row.read_at >= since(bulletin)}
    told = meant(session, bulletin)
    said = [row.useful for row in rows]
    return Readers(
        read=sorted(((who, at[who]) for who in told if who in at), key=lambda each: each[1]),
        unread=[who for who in told if who not in at], useful=said.count(True), not_useful=said.count(False),
    )  # fmt: skip


def usefulness(session: Session, bulletin: Bulletin, user_id: uuid.UUID) -> tuple[int, int, bool | None]:
    """(yes, no, what this person said)."""
    rows = session.execute(
        sa.select(BulletinReading.user_id, BulletinReading.useful).where(
            BulletinReading.bulletin_id == bulletin.id, BulletinReading.useful.is_not(None)
        )
    ).all()
    mine = [row.useful for row in rows if row.user_id == user_id]
    said = [row.useful for row in rows]
    return said.count(True), said.count(False), mine[0] if mine else None


def read_by(user_id: Any) -> Any:
    """A condition on bulletins: this person has read it as it is now, in whichever of its schemes."""
    same, mine = sa.orm.aliased(Bulletin), BulletinReading
    asked = sa.select(mine.id).where(
        mine.user_id == user_id, mine.bulletin_id == same.id, same.publication_id == Bulletin.publication_id,
        mine.read_at >= sa.func.coalesce(same.corrected_at, same.published_at),
    )  # fmt: skip
    return asked.exists()


def unread_among(session: Session, viewer: Viewer, rows: list[Bulletin]) -> set[uuid.UUID]:
    """Which of these the viewer has not read as they are now. One query."""
    theirs = [row.id for row in rows if row.author_id != viewer.user_id]
    asked = sa.select(Bulletin.id).where(Bulletin.id.in_(theirs), ~read_by(viewer.user_id))
    return set(session.scalars(asked)) if theirs else set()


# ---- done


@act("bulletin.useful")
def judge(viewer: Viewer, bulletin: Bulletin, useful: bool | None) -> None:
    """Whether it was of use; nothing takes back what was said."""
    the_act().about = bulletin
    note(db.session(), viewer.user_id, bulletin, the_act().at, useful=useful)


@act("bulletin.reply")
def reply(viewer: Viewer, bulletin: Bulletin, client_id: uuid.UUID, text: str) -> Sent:
    """To its author, and to nobody else; said twice it stands once. Raises KeyReused, NotStanding."""
    session, at = db.session(), the_act().at
    sent = hash_of({"bulletin": str(bulletin.id), "text": text})
    new = insert_new(
        session, BulletinReply, ["author_id", "client_id"],
        id=uuid7(), scheme_id=bulletin.scheme_id, bulletin_id=bulletin.id, author_id=viewer.user_id,
        to_id=bulletin.author_id, client_id=client_id, sent_hash=sent, text=text, at=at,
        told_at=None if bulletin.to_force else at, **clocks("comment", at),
    )  # fmt: skip
    if new is None:
        return Sent(sent_before(session, BulletinReply, viewer.user_id, client_id, sent), True)
    if bulletin.recalled:
        raise NotStanding
    said = session.get_one(BulletinReply, new)
    the_act().about = said
    if (
        not bulletin.to_force
    ):  # whoever wrote to all schemes may not see this one: the clock knows which they see
        announce("bulletin.replied", said)
    return Sent(new, False)


@act("bulletin.remind")
def remind(viewer: Viewer, bulletin: Bulletin) -> int:
    """Tell it once more to those who have not read it. How many those are. Raises RemindedLately, NotStanding."""
    at = the_act().at
    fresh = db.session.get_one(Bulletin, bulletin.id, with_for_update=True, populate_existing=True)
    the_act().about = fresh
    if not fresh.stands(at):
        raise NotStanding
    if fresh.reminded_at and at - fresh.reminded_at < ONCE_IN:
        raise RemindedLately(fresh.reminded_at + ONCE_IN)
    fresh.reminded_at = at
    announce("bulletin.reminded", fresh)
    return len(readers(db.session(), fresh).unread)


def replies_of(session: Session, bulletin: Bulletin) -> list[BulletinReply]:
    """Under the wall: all for the author, for everybody else their own."""
    asked = (
        sa.select(BulletinReply).where(BulletinReply.bulletin_id == bulletin.id).order_by(BulletinReply.id)
    )
    return list(session.scalars(asked))
