"""What can be done with an incident: report, edit, withdraw, all clear, seen here."""

from __future__ import annotations

import uuid
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from shopalert.alerts.outbox import announce
from shopalert.db import act, db, insert_new, the_act, uuid7
from shopalert.evidence.actions import attach, restrict
from shopalert.evidence.models import Attachment
from shopalert.idempotency import hash_of, sent_before
from shopalert.incidents.facts import Facts
from shopalert.incidents.models import Incident, IncidentVersion, ReferenceCounter, Sighting, Step
from shopalert.incidents.police_told import police_told
from shopalert.protection.clocks import clocks, kept_until
from shopalert.schemes.models import Scheme
from shopalert.schemes.viewer import Viewer
from shopalert.words import local


class Stale(Exception):
    """Somebody changed it meanwhile; `incident` is what stands now."""

    def __init__(self, incident: Incident) -> None:
        super().__init__(incident.reference)
        self.incident = incident


class Withdrawn(Exception):
    """It was taken back: nothing more is written into it."""


@dataclass(frozen=True)
class Sent:
    """A thing that was sent, and whether it stood already."""

    id: uuid.UUID
    replayed: bool
    reference: str = ""
    extra: dict[str, Any] = field(default_factory=dict)


@act("incident.report")
def report(
    viewer: Viewer,
    scheme: Scheme,
    client_id: uuid.UUID,
    facts: Facts,
    photos: list[Attachment],
    typed_time: bool = True,
) -> Sent:
    """Report an incident to a scheme; the same report again is the same incident.

    `typed_time` says whether the reporter gave the time: the server's own guess is no part of what was
    sent, or a repeat a minute later would be another body. Raises KeyReused.
    """
    session = db.session()
    said = facts.as_json() | {"scheme": str(scheme.id), "photos": sorted(photo.sha256 for photo in photos)}
    sent = hash_of(said if typed_time else {**said, "occurred_at": None})
    received = the_act().at
    new = insert_new(
        session, Incident, ["author_id", "client_id"],
        id=uuid7(), scheme_id=scheme.id, author_id=viewer.user_id, client_id=client_id, sent_hash=sent,
        reference=f"?{uuid.uuid4().hex[:18]}", received_at=received, status="open", row_version=1,
        **asdict(facts), **clocks("incident", received),
    )  # fmt: skip
    if new is None:
        old = sent_before(session, Incident, viewer.user_id, client_id, sent)
        reference = session.scalar(
            sa.select(Incident.__table__.c.reference).where(Incident.__table__.c.id == old)
        )
        return Sent(old, True, reference or "")
    incident = session.get_one(Incident, new)
    incident.reference = next_reference(scheme, received)
    attach(viewer, photos, incident)
    session.add(version_of(incident, 1, viewer.user_id, facts))
    the_act().about = incident
    announce("incident.reported", incident)
    return Sent(new, False, incident.reference)


def next_reference(scheme: Scheme, at: datetime) -> str:
    """The scheme's next number of the year: WIC-2026-00421."""
    session, year = db.session(), local(at).year
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    first = insert(ReferenceCounter).values(scheme_id=scheme.id, year=year, last=1)
    number = session.scalar(
        first.on_conflict_do_update(
            index_elements=["scheme_id", "year"], set_={"last": ReferenceCounter.last + 1}
        ).returning(ReferenceCounter.last)
    )
    return f"{scheme.code}-{year}-{number:05d}"


def version_of(incident: Incident, number: int, author_id: uuid.UUID, facts: Facts) -> IncidentVersion:
    """What the incident says from now on."""
    at = the_act().at
    return IncidentVersion(
        scheme_id=incident.scheme_id, incident_id=incident.id, number=number, author_id=author_id, at=at,
        facts=facts.as_json(), **clocks("incident", at),
    )  # fmt: skip


def step(incident: Incident, kind: str, viewer: Viewer, note: str = "") -> Step:
    """A line in the chat that says what became of the incident."""
    at = the_act().at
    row = Step(
        scheme_id=incident.scheme_id, incident_id=incident.id, kind=kind, author_id=viewer.user_id, at=at,
        note=note, **clocks("incident", at),
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    return row


def hold(incident: Incident) -> Incident:
    """The incident as it stands in this transaction, held against others. What the report says is not changed."""
    fresh = db.session.get(Incident, incident.id, with_for_update=True, populate_existing=True)
    # Withdrawn a moment ago it may be behind the viewer's wall by now.
    if fresh is None or (fresh.withdrawn_at is not None and the_act().verb != "incident.withdraw"):
        raise Withdrawn
    the_act().about = fresh
    return fresh


def take(incident: Incident, row_version: int | None = None) -> Incident:
    """The same, for changing what it says. Raises Stale where it has moved on."""
    fresh = hold(incident)
    if row_version is not None and fresh.row_version != row_version:
        raise Stale(fresh)
    fresh.row_version += 1
    return fresh


def police_know(viewer: Viewer, incident: Incident) -> None:
    """Within an action on a held incident: a number or a step shows that the police were told."""
    if incident.told_police:
        return
    incident.told_police = True
    incident.row_version += 1
    db.session.add(version_of(incident, incident.row_version, viewer.user_id, Facts.standing(incident)))
    police_told(incident, known_before=False)


def refuse_withdrawn(incident: Incident) -> None:
    """Raise Withdrawn where nothing more may be written."""
    if incident.withdrawn_at is not None:
        raise Withdrawn


@act("incident.edit")
def edit(
    viewer: Viewer, incident: Incident, facts: Facts, row_version: int, photos: list[Attachment]
) -> Incident:
    """Change what an incident says; the version before is kept. Raises Stale."""
    incident = take(incident, row_version)
    known_before = incident.told_police
    facts = replace(facts, told_police=facts.told_police or incident.police_have_it)
    for name, value in asdict(facts).items():
        setattr(incident, name, value)
    if not facts.in_progress:
        incident.all_clear_at = None
    attach(viewer, photos, incident)
    restrict(viewer, incident)
    db.session.add(version_of(incident, incident.row_version, viewer.user_id, facts))
    announce("incident.edited", incident, step=str(step(incident, "edited", viewer).id))
    police_told(incident, known_before)
    return incident


@act("incident.all_clear")
def all_clear(viewer: Viewer, incident: Incident) -> Incident:
    """It is over: the incident is no longer happening now. Said twice it is said once."""
    incident = take(incident)
    if incident.all_clear_at is None:
        incident.all_clear_at = the_act().at
        announce("incident.all_clear", incident, step=str(step(incident, "all_clear", viewer).id))
    return incident


@act("incident.withdraw")
def withdraw(viewer: Viewer, incident: Incident, reason: str) -> Incident:
    """Take a report back, with the reason: it leaves every member's screen, and is erased in 30 days."""
    incident = take(incident)
    if incident.withdrawn_at is None:
        incident.withdrawn_at, incident.status = the_act().at, "withdrawn"
        incident.shown_until, incident.kept_until = the_act().at, kept_until("withdrawn", the_act().at)
        line = str(step(incident, "withdrawn", viewer, reason).id)
        announce("incident.withdrawn", incident)
        for audience in ("coordinators", "police"):  # who still may read it sees why in its chat
            announce("incident.withdrawn_why", incident, audience=audience, step=line)
    return incident


@act("sighting.add")
def sight(
    viewer: Viewer, incident: Incident, client_id: uuid.UUID, premises_id: uuid.UUID | None, note: str = ""
) -> Sent:
    """Seen here, now: puts a timed sighting on the incident. Raises KeyReused."""
    session, at = db.session(), the_act().at
    sent = hash_of({"incident": str(incident.id), "premises": str(premises_id or ""), "note": note})
    new = insert_new(
        session, Sighting, ["author_id", "client_id"],
        id=uuid7(), scheme_id=incident.scheme_id, incident_id=incident.id, author_id=viewer.user_id,
        client_id=client_id, sent_hash=sent, premises_id=premises_id, seen_at=at, note=note, **clocks("sighting", at),
    )  # fmt: skip
    if new is None:
        return Sent(sent_before(session, Sighting, viewer.user_id, client_id, sent), True)
    refuse_withdrawn(incident)  # after the repeat: what was taken stays taken
    sighting = session.get_one(Sighting, new)
    the_act().about = sighting
    announce("sighting.added", sighting)
    return Sent(new, False)
