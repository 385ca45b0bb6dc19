"""Lists of what was given: to a business, in a scheme; and what became of it, in figures."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from shopalert.advice.models import Advice, AdviceTick
from shopalert.advice.pieces import Piece
from shopalert.incidents.cards import place_of
from shopalert.schemes.names import Byline, bylines

MANY = 100
LOOKED_BACK = timedelta(days=365)


@dataclass(frozen=True)
class Line:
    """Advice as a line of a list: the same few queries for one and for many."""

    advice: Advice
    piece: Piece
    by: Byline
    place: str
    done: int  # steps that are ticked

    @property
    def of(self) -> int:
        return len(self.piece.steps)

    @property
    def whole(self) -> bool:
        return 0 < self.of <= self.done


def lines(session: Session, *conditions: Any) -> list[Line]:
    """What was given, the newest first."""
    query = sa.select(Advice).where(*conditions).order_by(Advice.id.desc()).limit(MANY)
    rows = list(session.scalars(query.options(joinedload(Advice.premises))))
    counted = sa.select(AdviceTick.advice_id, sa.func.count(AdviceTick.id)).group_by(AdviceTick.advice_id)
    done = (
        dict(session.execute(counted.where(AdviceTick.advice_id.in_([row.id for row in rows]))).all())
        if rows
        else {}
    )
    by: dict[Any, Byline] = {}
    for scheme_id in {row.scheme_id for row in rows}:
        authors = {row.author_id for row in rows if row.scheme_id == scheme_id}
        by.update({(scheme_id, who): line for who, line in bylines(session, scheme_id, authors).items()})
    return [
        Line(
            row, row.of_library, by[row.scheme_id, row.author_id], place_of(row.premises.name, row.premises.street),
            done.get(row.id, 0),
        )
        for row in rows
    ]  # fmt: skip


def given_to(session: Session, premises_id: uuid.UUID) -> list[Line]:
    return lines(session, Advice.premises_id == premises_id, Advice.withdrawn_at.is_(None))


def given_in(session: Session, scheme_id: uuid.UUID, at: datetime) -> list[Line]:
    """Of a scheme, in the last year."""
    return lines(session, Advice.scheme_id == scheme_id, Advice.at > at - LOOKED_BACK)


def how_many_unread(session: Session, premises: Iterable[uuid.UUID | None]) -> int:
    """For the page that leads there."""
    sites = [site for site in premises if site is not None]
    if not sites:
        return 0
    asked = sa.select(sa.func.count(Advice.id)).where(
        Advice.premises_id.in_(sites), Advice.read_at.is_(None), Advice.withdrawn_at.is_(None)
    )
    return session.scalar(asked) or 0


@dataclass(frozen=True)
class Figures:
    """What was taken up: of pieces sent, how many were read, begun, and done with all their steps."""

    sent: int = 0
    read: int = 0
    begun: int = 0
    whole: int = 0
    steps: int = 0
    done: int = 0  # steps

    @property
    def share(self) -> int | None:
        """Per cent of all steps."""
        return round(100 * self.done / self.steps) if self.steps else None


def figures(given: Sequence[Line]) -> Figures:
    """What was taken back counts nowhere."""
    found = [each for each in given if each.advice.withdrawn_at is None]
    return Figures(
        sent=len(found), read=sum(each.advice.read_at is not None for each in found),
        begun=sum(each.done > 0 for each in found), whole=sum(each.whole for each in found),
        steps=sum(each.of for each in found), done=sum(min(each.done, each.of) for each in found),
    )  # fmt: skip
