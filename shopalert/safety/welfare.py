"""How are you after yesterday? Asked of the reporter of violence; the answer is for coordinators and their own lead."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from shopalert.alerts.outbox import announce
from shopalert.db import act, db, now, the_act
from shopalert.safety.models import Welfare
from shopalert.schemes.names import Byline, bylines
from shopalert.schemes.viewer import Viewer

ASKED, ANSWERED = "welfare.asked", "welfare.answered"
CALL = "call"
ANSWERS = {"fine": _l("Fine"), "not_good": _l("Not so good"), CALL: _l("Please call me")}


@act("welfare.answer")
def answer(viewer: Viewer, row: Welfare, said: str, words: str) -> None:
    """What they say; said again it is changed. The audit holds that it was said, not what."""
    row = db.session.get_one(Welfare, row.id, with_for_update=True, populate_existing=True)
    row.answer, row.words, row.answered_at = said, words, the_act().at
    the_act().about = row
    for audience in dict.fromkeys(filter(None, (row.first, row.second))):
        announce(ANSWERED, row, audience=audience)


@dataclass(frozen=True)
class Answered:
    """One answer, by name: for those to whom it is."""

    row: Welfare
    who: Byline


def answered(session: Session, scheme_id: uuid.UUID) -> list[Answered]:
    """Of the last weeks, who wants a call first, the newest at the top."""
    query = (
        sa.select(Welfare)
        .where(Welfare.scheme_id == scheme_id, Welfare.answer != "", Welfare.shown_until > now())
        .order_by(sa.case((Welfare.answer == CALL, 0), else_=1), Welfare.id.desc())
        .limit(100)
    )
    rows = list(session.scalars(query))
    who = bylines(session, scheme_id, {row.author_id for row in rows})
    return [Answered(row, who[row.author_id]) for row in rows]


def asked_of_me(session: Session, user_id: uuid.UUID) -> list[Welfare]:
    """What this person was asked and has not answered."""
    mine = sa.select(Welfare).where(
        Welfare.author_id == user_id, Welfare.answer == "", Welfare.shown_until > now()
    )
    return list(session.scalars(mine.order_by(Welfare.id.desc()).limit(2)))
