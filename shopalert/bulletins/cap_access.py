"""Who reads the feed of warnings: addresses that a scheme gives away, and what is read through one.

Whoever comes with a token stands at the wall as a plain member of that one scheme and of nothing else.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from shopalert.accounts import links
from shopalert.bulletins.cap import ALERT, CANCEL, UPDATE, Earlier, Message
from shopalert.bulletins.models import Bulletin, BulletinVersion, CapToken
from shopalert.bulletins.publishing import held
from shopalert.bulletins.vocabulary import WARNING
from shopalert.db import Busy, act, db, now, the_act, uuid7, writing
from shopalert.permissions import can
from shopalert.schemes.models import Scheme
from shopalert.schemes.viewer import Viewer, viewers
from shopalert.wall import crossing, entered

MONTHS = (1, 3, 12)
KEPT = timedelta(days=90)  # after its end: who had given it to whom
NOTED_EVERY = timedelta(minutes=1)
NOBODY = uuid.UUID(int=0)


@dataclass(frozen=True)
class Subscriber:
    """One who reads what members read in these schemes, and is nobody there."""

    schemes: tuple[uuid.UUID, ...]
    user_id: uuid.UUID = NOBODY
    coordinator_schemes: tuple[uuid.UUID, ...] = ()
    police_schemes: tuple[uuid.UUID, ...] = ()
    told_only_schemes: tuple[uuid.UUID, ...] = ()
    threads: tuple[str, ...] = ()


# ---- addresses


@act("cap.manage")
def give(viewer: Viewer, scheme: Scheme, label: str, months: int) -> tuple[CapToken, str]:
    """An address for one subscriber. Its secret is told to the caller, once."""
    secret, at = links.new_secret(), the_act().at
    ends = at + timedelta(days=30 * months)
    row = CapToken(
        id=uuid7(at), scheme_id=scheme.id, author_id=viewer.user_id, label=label,
        token_hash=links.hash_of_secret(secret), created_at=at, expires_at=ends, kept_until=ends + KEPT,
    )  # fmt: skip
    db.session().add(row)
    the_act().about, the_act().details["months"] = row, months
    return row, secret


@act("cap.manage")
def revoke(_viewer: Viewer, row: CapToken) -> None:
    """It opens nothing from now on. Revoked twice it is once."""
    fresh = db.session.get_one(CapToken, row.id, with_for_update=True, populate_existing=True)
    the_act().about = fresh
    if fresh.revoked_at is None:
        fresh.revoked_at, fresh.kept_until = the_act().at, the_act().at + KEPT


def given(session: Session, scheme: Scheme) -> list[CapToken]:
    """The scheme's, those that open something first."""
    asked = sa.select(CapToken).where(CapToken.scheme_id == scheme.id)
    return list(session.scalars(asked.order_by(CapToken.revoked_at.is_not(None), CapToken.id.desc())))


def the_token(cap_id: uuid.UUID) -> CapToken | None:
    return db.session.scalar(sa.select(CapToken).where(CapToken.id == cap_id))


def holding(rows: Sequence[CapToken]) -> set[uuid.UUID]:
    """Which of these open something now."""
    return {row.id for row in rows if row.revoked_at is None and row.expires_at > now()} & of_people_here(
        rows
    )


def of_people_here(rows: Sequence[CapToken]) -> set[uuid.UUID]:
    """Those whose maker still may give addresses of that scheme."""
    with crossing("cap") as session:
        makers = viewers(session, {row.author_id for row in rows})
    return {row.id for row in rows if can(makers.get(row.author_id), "cap.manage", row)}


def opened(secret: str) -> CapToken | None:
    """The address of this secret if it opens anything: neither past its end nor revoked, its maker still there."""
    if len(secret) > links.LONGEST:
        return None
    with crossing("cap") as session:
        row = session.scalar(sa.select(CapToken).where(CapToken.token_hash == links.hash_of_secret(secret)))
    if row is None or row.id not in holding([row]):
        return None
    note_use(row)
    return row


def note_use(row: CapToken) -> None:
    at = now()
    if row.used_at is not None and at - row.used_at < NOTED_EVERY:
        return
    with (
        suppress(Busy, sa.exc.SQLAlchemyError),
        crossing("cap") as session,
        writing(session),
    ):  # it is read all the same
        session.execute(
            sa.update(CapToken).where(CapToken.id == row.id).values(used_at=at),
            execution_options={"synchronize_session": False},
        )


# ---- let out


@act("cap.open")
def let_out(viewer: Viewer, bulletin: Bulletin, to_all: bool) -> None:
    """A warning may be read by everybody, in all schemes that have it; or no longer."""
    for row in held(viewer, bulletin, "cap.open"):
        row.open_to_all = to_all
    the_act().details["to_all"] = to_all


# ---- what is read


def messages(scheme_id: uuid.UUID | None, at: datetime) -> list[Message]:
    """The newest message of each warning that holds, or would hold had it not been taken back; of one scheme, or of
    all that were let out."""
    return [each[-1] for each in chains(scheme_id, at)]


def message(scheme_id: uuid.UUID | None, identifier: str, at: datetime) -> Message | None:
    """One of those that may be read now. Of what was taken back that remains alone."""
    found = (one for chain in chains(scheme_id, at) for one in chain)
    return next((one for one in found if one.identifier == identifier), None)


def chains(scheme_id: uuid.UUID | None, at: datetime) -> list[list[Message]]:
    out = sa.and_(
        Bulletin.kind == WARNING, Bulletin.audience == "members", Bulletin.announced_at.is_not(None),
        Bulletin.ends_at > at, Bulletin.open_to_all if scheme_id is None else Bulletin.scheme_id == scheme_id,
    )  # fmt: skip
    with crossing("cap") as session:
        schemes = (
            set(session.scalars(sa.select(Bulletin.scheme_id).where(out)))
            if scheme_id is None
            else {scheme_id}
        )
        back = taken_back(session, out)
    with entered(Subscriber(tuple(schemes))), Session(db.engine, expire_on_commit=False) as session:
        return [*standing(session, out), *back]


def standing(session: Session, out: Any) -> list[list[Message]]:
    """All that was said by each warning that stands, oldest first."""
    rows = list(
        session.scalars(sa.select(Bulletin).where(out, Bulletin.withdrawn_at.is_(None)).order_by(Bulletin.id))
    )
    names = names_of(session, {row.scheme_id for row in rows})
    said = versions(session, {row.id for row in rows}, BulletinVersion.facts)
    return [chain for row in rows if (chain := chain_of(row, names[row.scheme_id], said.get(row.id, [])))]


def chain_of(row: Bulletin, scheme: str, said: Sequence[Any]) -> list[Message]:
    """An alert, and an update for each correction after people were told; each points to all before it."""
    made: list[Message] = []
    for each, sent in told(row, said):
        made.append(
            Message(
                row.id, each.number, UPDATE if made else ALERT, sent, scheme, row.open_to_all,
                exercise=bool(each.facts.get("exercise")), premises=len(row.premises_ids), facts=each.facts,
                earlier=tuple(Earlier(one.identifier, one.sent) for one in made),
            )
        )  # fmt: skip
    return made


def told(row: Any, said: Sequence[Any]) -> list[tuple[Any, datetime]]:
    """The versions that people were told, and when. What was corrected before that nobody was told."""
    later = [each for each in said if each.at > row.announced_at]
    first = [each for each in said if each.at <= row.announced_at][-1:] or [
        later.pop(0) for _one in later[:1]
    ]
    return [*((each, row.announced_at) for each in first), *((each, each.at) for each in later)]


def taken_back(session: Session, out: Any) -> list[list[Message]]:
    """That a warning was recalled, and which messages that ends; none of its words are even asked for."""
    asked = sa.select(
        Bulletin.id, Bulletin.scheme_id, Bulletin.announced_at, Bulletin.withdrawn_at, Bulletin.row_version,
        Bulletin.open_to_all, Bulletin.exercise,
    )  # fmt: skip
    rows = session.execute(asked.where(out, Bulletin.withdrawn_at.is_not(None)).order_by(Bulletin.id)).all()
    names = names_of(session, {row.scheme_id for row in rows})
    said = versions(session, {row.id for row in rows})
    made = []
    for row in rows:
        ended = [Earlier(f"{row.id}.{each.number}", sent) for each, sent in told(row, said.get(row.id, []))]
        gone = Message(
            row.id, row.row_version + 1, CANCEL, row.withdrawn_at, names[row.scheme_id], row.open_to_all,
            exercise=row.exercise, earlier=tuple(ended),
        )  # fmt: skip
        made.append([gone])
    return made


def names_of(session: Session, ids: set[uuid.UUID]) -> dict[uuid.UUID, str]:
    asked = sa.select(Scheme.id, Scheme.name).where(Scheme.id.in_(ids))
    return {row.id: row.name for row in session.execute(asked)} if ids else {}


def versions(session: Session, ids: set[uuid.UUID], *more: Any) -> dict[uuid.UUID, list[Any]]:
    """What was said when, by bulletin."""
    if not ids:
        return {}
    asked = sa.select(BulletinVersion.bulletin_id, BulletinVersion.number, BulletinVersion.at, *more)
    found: dict[uuid.UUID, list[Any]] = {}
    for row in session.execute(
        asked.where(BulletinVersion.bulletin_id.in_(ids)).order_by(BulletinVersion.number)
    ):
        found.setdefault(row.bulletin_id, []).append(row)
    return found
