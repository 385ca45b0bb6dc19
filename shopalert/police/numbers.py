"""The three numbers of the police: how they are kept, and what may be odd about one. Nothing odd is ever refused."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from shopalert.incidents.models import Incident
from shopalert.police.forces import Asks
from shopalert.police.models import PoliceNumber
from shopalert.police.vocabulary import NUMBERS

COLUMNS = {
    "incident": Incident.incident_number,
    "crime": Incident.crime_number,
    "online": Incident.online_number,
}
LABELS = dict(NUMBERS)
MOST_NAMED = 3  # other incidents of the same number


@dataclass(frozen=True)
class Warns:
    """Why a number may be wrong, and where the same one stands already."""

    text: str
    others: tuple[tuple[str, str], ...] = ()  # (reference, address)


def clean(number: str) -> str:
    """One spelling for one number: capitals, no space at the ends, one between."""
    return " ".join(number.upper().split())


def standing(incident: Incident) -> dict[str, str]:
    """The numbers that an incident has, by kind; those that it has not are empty."""
    return {kind: getattr(incident, column.key) for kind, column in COLUMNS.items()}


def warnings(session: Session, asks: Asks, incident: Incident) -> dict[str, list[Warns]]:
    """What is odd about each number, for who may enter it."""
    found: dict[str, list[Warns]] = {kind: [] for kind in COLUMNS}
    for kind, number in standing(incident).items():
        if asks.odd(kind, number):
            example = asks.numbers[kind].example
            found[kind].append(
                Warns(
                    _(
                        "It does not look like one of %(force)s, such as %(example)s. Keep it if it is right.",
                        force=asks.name or _("the police"),
                        example=example,
                    )
                )
            )
        if others := same(session, incident.id, kind, number):
            found[kind].append(Warns(_("The same number stands on:"), tuple(others)))
    return found


def same(session: Session, incident_id: uuid.UUID, kind: str, number: str) -> list[tuple[str, str]]:
    """Other incidents that the session sees and that have this number now: (reference, address)."""
    if not number:
        return []
    entered = sa.select(PoliceNumber.incident_id).where(
        PoliceNumber.number == number, PoliceNumber.kind == kind
    )
    asked = sa.select(Incident.id, Incident.reference).where(
        Incident.id.in_(entered), Incident.id != incident_id, COLUMNS[kind] == number
    )
    rows = session.execute(asked.order_by(Incident.id.desc()).limit(MOST_NAMED))
    return [(row.reference, f"/incidents/{row.id}") for row in rows]
