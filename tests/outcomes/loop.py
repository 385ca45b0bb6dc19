"""What the police's part of an incident is made of, by the house's own actions."""

from __future__ import annotations

import uuid
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from shopalert.alerts.models import Delivery, Event, Subscription
from shopalert.db import db, now, writing
from shopalert.incidents.models import Incident
from shopalert.outcomes import actions
from shopalert.outcomes.actions import Said
from shopalert.outcomes.models import PoliceStep
from shopalert.outcomes.working_days import day_of
from shopalert.police import actions as police
from shopalert.wall import crossing
from tests.people import Person
from tests.world import World

LONG_AGO = timedelta(days=40)


def incident_of(incident_id: uuid.UUID) -> Incident:
    return db.session.scalars(sa.select(Incident).where(Incident.id == incident_id)).one()


def before(days: int) -> date:
    """So many days ago, by the town's clock."""
    return day_of(now()) - timedelta(days=days)


def add(
    world: World,
    person: Person,
    incident_id: uuid.UUID,
    code: str,
    days_ago: int = 0,
    told: int | None = None,
    **more: Any,
) -> uuid.UUID:
    """A step that happened so many days ago and was told as many, or `told`, days ago."""
    with world.seen_as(person) as viewer:
        said = Said(code, before(days_ago), before(days_ago if told is None else told), **more)
        return actions.add(viewer, incident_of(incident_id), uuid.uuid4(), said).id


def take_back(world: World, person: Person, step_id: uuid.UUID) -> None:
    with world.seen_as(person) as viewer:
        step = db.session.scalars(sa.select(PoliceStep).where(PoliceStep.id == step_id)).one()
        actions.take_back(viewer, incident_of(step.incident_id), step)


def numbers(world: World, person: Person, where: uuid.UUID, **given: str) -> list[str]:
    """Put these numbers on the incident, by kind."""
    with world.seen_as(person) as viewer:
        return police.put_numbers(viewer, incident_of(where), given)


def of(world: World, incident_id: uuid.UUID) -> Incident:
    """The incident as it stands."""
    with world.app.app_context(), crossing("command") as session:
        return session.get_one(Incident, incident_id)


def everybody_has_a_phone(world: World) -> None:
    with world.app.app_context(), crossing("seed") as session, writing(session):
        for name, user_id in world.users.items():
            address = f"https://push.example/{name}"
            session.add(Subscription(user_id=user_id, endpoint=address, origin="https://push.example"))


def alerted(world: World, *kinds: str) -> list[str]:
    """Who was alerted of such an event, once for each alert."""
    with world.app.app_context(), crossing("deliveries") as session:
        ids = session.scalars(
            sa.select(Delivery.user_id).where(Delivery.kind.in_(kinds)).order_by(Delivery.id)
        )
        names = {user_id: name for name, user_id in world.users.items()}
        return [names[user_id].split()[0] for user_id in ids]


def events(world: World, kind: str) -> list[Event]:
    with world.app.app_context(), crossing("live") as session:
        return list(session.scalars(sa.select(Event).where(Event.kind == kind).order_by(Event.seq)))
