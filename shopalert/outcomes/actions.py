"""What can be said of a crime: that something happened to it, and that it did not after all."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from shopalert.alerts.outbox import announce
from shopalert.db import act, db, insert_new, the_act, uuid7
from shopalert.idempotency import hash_of, sent_before
from shopalert.incidents.actions import Sent, hold, police_know
from shopalert.incidents.models import Incident
from shopalert.outcomes.models import PoliceNote, PoliceStep
from shopalert.outcomes.standing import Planned, refusal, refusal_to_take_back, standing
from shopalert.protection.clocks import clocks
from shopalert.schemes.viewer import Viewer


class Refused(Exception):
    """It can't follow what was said; `why` is a code of standing.py."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True)
class Said:
    """What somebody says of a crime."""

    code: str
    happened_on: date
    told_on: date
    note: str = ""
    sentence: str = ""
    for_police: str = ""


@act("progress.add")
def add(viewer: Viewer, incident: Incident, client_id: uuid.UUID, said: Said) -> Sent:
    """Something happened to the crime; said twice it stands once. Raises Refused, KeyReused."""
    sent = hash_of({"incident": str(incident.id), **vars(said)})
    if known(viewer, client_id):
        return Sent(sent_before(db.session(), PoliceStep, viewer.user_id, client_id, sent), True)
    incident = hold(incident)
    step = add_step(viewer, incident, said, client_id, sent)
    if step is None:  # it came twice at one moment
        return Sent(sent_before(db.session(), PoliceStep, viewer.user_id, client_id, sent), True)
    announce("progress.added", step)
    if said.for_police:
        note_for_police(viewer, step, said.for_police)
    return Sent(step.id, False)


def known(viewer: Viewer, client_id: uuid.UUID) -> bool:
    """Whether it stands already: asked before anything is held for it."""
    mine = PoliceStep.author_id == viewer.user_id, PoliceStep.client_id == client_id
    return db.session.scalar(sa.select(PoliceStep.id).where(*mine)) is not None


def add_step(
    viewer: Viewer, incident: Incident, said: Said, client_id: uuid.UUID, sent: bytes
) -> PoliceStep | None:
    """Within an action on a held incident: the step, and where the crime stands now. Raises Refused."""
    session, at = db.session(), the_act().at
    steps = steps_of(incident.id)
    number = 1 + (session.scalar(sa.select(sa.func.max(PoliceStep.number)).where(of(incident))) or 0)
    if why := refusal(steps, Planned(said.code, said.happened_on, number)):
        raise Refused(why)
    new = insert_new(
        session, PoliceStep, ["author_id", "client_id"],
        id=uuid7(), scheme_id=incident.scheme_id, incident_id=incident.id, number=number, code=said.code,
        happened_on=said.happened_on, told_on=said.told_on, note=said.note, sentence=said.sentence,
        author_id=viewer.user_id, client_id=client_id, sent_hash=sent,
        by_police=incident.scheme_id in viewer.police_schemes, at=at, **clocks("incident", at),
    )  # fmt: skip
    if new is None:
        return None
    step = session.get_one(PoliceStep, new)
    settle(incident, [*steps, step])
    police_know(viewer, incident)
    return step


def of(incident: Incident) -> sa.ColumnElement[bool]:
    return PoliceStep.incident_id == incident.id


def steps_of(incident_id: uuid.UUID) -> list[PoliceStep]:
    """The steps that hold, as entered."""
    asked = sa.select(PoliceStep).where(PoliceStep.incident_id == incident_id)
    return list(
        db.session.scalars(asked.where(PoliceStep.taken_back_at.is_(None)).order_by(PoliceStep.number))
    )


def settle(incident: Incident, steps: Sequence[PoliceStep]) -> None:
    """Where it stands, kept on the incident for lists."""
    now = standing(steps)
    incident.progress, incident.outcome, incident.court = now.progress, now.outcome, now.court


def note_for_police(viewer: Viewer, step: PoliceStep, text: str) -> None:
    """For colleagues alone: a row and an event of their own."""
    at = the_act().at
    note = PoliceNote(
        scheme_id=step.scheme_id, incident_id=step.incident_id, audience="police", step_id=step.id,
        author_id=viewer.user_id, text=text, at=at, **clocks("incident", at),
    )  # fmt: skip
    db.session.add(note)
    db.session.flush()
    announce("progress.noted", note, audience="police")


@act("progress.take_back")
def take_back(viewer: Viewer, incident: Incident, step: PoliceStep) -> None:
    """It was not so: the step is struck out, and everybody who was told is told. Twice is once. Raises Refused."""
    incident = hold(incident)
    session = db.session()
    fresh = session.get_one(PoliceStep, step.id, populate_existing=True)
    if fresh.taken_back_at is not None:
        return
    steps = steps_of(incident.id)
    if why := refusal_to_take_back(steps, fresh.number):
        raise Refused(why)
    fresh.taken_back_at = the_act().at
    settle(incident, [each for each in steps if each.number != fresh.number])
    announce("progress.taken_back", fresh)
