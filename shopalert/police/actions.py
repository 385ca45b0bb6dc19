"""What can be put on an incident for the police: their numbers, and what they ask of the shop."""

from __future__ import annotations

import uuid
from typing import Any

import sqlalchemy as sa

from shopalert.alerts.outbox import announce
from shopalert.db import act, db, the_act
from shopalert.incidents.actions import hold, police_know
from shopalert.incidents.models import Incident
from shopalert.outcomes.actions import Said, add_step, steps_of
from shopalert.outcomes.models import PoliceStep
from shopalert.outcomes.vocabulary import NOT_REPORTED, RECORDED, REPORTED
from shopalert.outcomes.working_days import day_of
from shopalert.police.models import ForPolice, PoliceNumber
from shopalert.police.numbers import COLUMNS, standing
from shopalert.protection.clocks import clocks
from shopalert.schemes.viewer import Viewer


@act("police.number")
def put_numbers(viewer: Viewer, incident: Incident, numbers: dict[str, str]) -> list[str]:
    """Put these numbers on the incident, by kind; an empty one takes it away. Which kinds changed."""
    incident = hold(incident)
    had, at = standing(incident), the_act().at
    changed = {kind: number for kind, number in numbers.items() if number != had[kind]}
    if not changed:
        return []
    rows = [
        PoliceNumber(
            scheme_id=incident.scheme_id, incident_id=incident.id, kind=kind, number=number,
            author_id=viewer.user_id, by_police=incident.scheme_id in viewer.police_schemes, at=at,
            **clocks("incident", at),
        )
        for kind, number in changed.items()
    ]  # fmt: skip
    db.session.add_all(rows)
    for kind, number in changed.items():
        setattr(incident, COLUMNS[kind].key, number)
    db.session.flush()
    step = what_they_show(viewer, incident, {kind for kind, number in changed.items() if number})
    the_act().details["kinds"] = sorted(changed)
    announce(
        "police.numbers",
        incident,
        rows=[str(row.id) for row in rows],
        step=str(step.id) if step else "",
    )
    return list(changed)


def what_they_show(viewer: Viewer, incident: Incident, given: set[str]) -> PoliceStep | None:
    """A number shows that the police know of it; a crime number that they recorded it. Nobody has to say so again."""
    if not given:
        return None
    police_know(viewer, incident)
    code = RECORDED if "crime" in given else REPORTED
    early = (NOT_REPORTED, REPORTED) if code == RECORDED else (NOT_REPORTED,)
    if incident.progress not in early or code in {step.code for step in steps_of(incident.id)}:
        return None
    day = day_of(the_act().at)
    return add_step(viewer, incident, Said(code, day, day), uuid.uuid4(), b"")


@act("police.details")
def keep_details(viewer: Viewer, incident: Incident, facts: dict[str, Any]) -> None:
    """What the force asks beside the report; what was given before is replaced."""
    incident = hold(incident)
    row = db.session.scalar(sa.select(ForPolice).where(ForPolice.incident_id == incident.id))
    at = the_act().at
    if row is None:
        row = ForPolice(scheme_id=incident.scheme_id, incident_id=incident.id, **clocks("incident", at))
        db.session.add(row)
    row.author_id, row.at = viewer.user_id, at
    for name, value in facts.items():
        setattr(row, name, value)
