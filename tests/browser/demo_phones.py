"""Phones of the demonstration: some that have gone deaf, and what became of the alerts of a report."""

from __future__ import annotations

import uuid
from datetime import timedelta

import sqlalchemy as sa
from flask import Flask

from shopalert.accounts.models import User
from shopalert.alerts.deaf import GONE
from shopalert.alerts.models import Delivery, Event, Subscription
from shopalert.db import now, writing
from shopalert.incidents.models import Incident
from shopalert.protection.clocks import clocks
from shopalert.schemes.models import Membership
from shopalert.wall import crossing
from tests.people import IVY


def deaf_phones(app: Flask) -> None:
    """Ivy's phone takes alerts and shows none, and the service of her computer gave it up."""
    with app.app_context(), crossing("seed") as session, writing(session):
        ivy = session.scalars(sa.select(User).where(User.email == IVY.email)).one()
        facts = {"user_id": ivy.id, "origin": "https://phones.invalid"}
        since = {
            "last_success_at": now() - timedelta(hours=1),
            "unshown_since": now() - timedelta(days=2),
        }
        phone = {"label": "Chrome on Android", "endpoint": "https://phones.invalid/1", "unshown": 5}
        desk = {"label": "Edge on Windows", "gone_at": now() - timedelta(days=1), "gone_why": GONE}
        session.add_all([Subscription(**phone, **facts, **since), Subscription(**desk, **facts)])


def reached(app: Flask, incident_id: uuid.UUID) -> None:
    """What became of the alerts of a report, to phones that have been signed out since."""
    states = ["failed", *["sent"] * 3, *["opened"] * 11]
    with app.app_context(), crossing("seed") as session, writing(session):
        incident = session.get_one(Incident, incident_id)
        event = session.scalars(sa.select(Event.seq).where(Event.incident_id == incident_id)).first()
        members = session.scalars(
            sa.select(Membership.user_id).where(
                Membership.scheme_id == incident.scheme_id, Membership.user_id != incident.author_id
            )
        ).all()
        for number, user_id in enumerate(members):
            device = Subscription(user_id=user_id, origin="https://phones.invalid", gone_at=now())
            session.add(device)
            session.flush()
            session.add(
                Delivery(
                    scheme_id=incident.scheme_id, event_seq=event, kind="incident.reported",
                    incident_id=incident_id, subscription_id=device.id, user_id=user_id,
                    state=states[number] if number < len(states) else "shown", expires_at=now(),
                    token_hash=uuid.uuid4().bytes * 2, **clocks("incident", now()),
                )
            )  # fmt: skip
