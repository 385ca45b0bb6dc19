"""What suggestions need of the house: how often it happened here, and what kind of premises it was."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from shopalert.advice.pieces import Piece, library
from shopalert.advice.suggesting import SAID, Case, case_of, in_words, suggest
from shopalert.advice.vocabulary import WITHIN_DAYS
from shopalert.incidents.models import Incident
from shopalert.schemes.models import SchemeCategory


@dataclass(frozen=True)
class Suggested:
    """A piece for one incident, with its reasons as they are read."""

    piece: Piece
    reasons: tuple[str, ...]


def case_here(session: Session, incident: Incident) -> Case:
    """The incident as suggestions see it: one query."""
    trade = incident.premises.trade if incident.premises else ""
    return case_of(incident, kind_in_words(session, incident), how_many_here(session, incident), trade)


def kind_in_words(session: Session, incident: Incident) -> str:
    """What its scheme calls the kind."""
    own = sa.select(SchemeCategory.label).where(
        SchemeCategory.scheme_id == incident.scheme_id, SchemeCategory.code == incident.category_own
    )
    return (session.scalar(own) if incident.category_own else "") or _(incident.category.label)


def how_many_here(session: Session, incident: Incident) -> int:
    """The how many-eth report of its kind at its place within the days before it; practice does not count."""
    if incident.premises_id is None or incident.exercise:
        return 0
    since = incident.occurred_at - timedelta(days=WITHIN_DAYS)
    asked = sa.select(sa.func.count(Incident.id)).where(
        Incident.real(),
        Incident.scheme_id == incident.scheme_id,
        Incident.premises_id == incident.premises_id,
        Incident.category_code == incident.category_code,
        Incident.occurred_at > since,
        Incident.occurred_at <= incident.occurred_at,
    )
    return session.scalar(asked) or 0


def suggested_for(session: Session, incident: Incident) -> list[Suggested]:
    """The few pieces that fit an incident."""
    case = case_here(session, incident)
    return [
        Suggested(each.piece, tuple(in_words(case, reason) for reason in each.reasons[:SAID]))
        for each in suggest(case, library().values())
    ]
