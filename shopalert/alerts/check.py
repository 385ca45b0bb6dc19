"""Will alerts reach me? A real one to one's own device, and what became of it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from flask import Response, jsonify

from shopalert.alerts.devices import devices_of
from shopalert.alerts.models import Delivery, Subscription
from shopalert.alerts.recipients import TEST
from shopalert.alerts.views import own_device
from shopalert.db import now
from shopalert.pages import page
from shopalert.room import SIGNED_IN, Room
from shopalert.schemes.viewer import the_viewer
from shopalert.wall import crossing

room = Room("check", __name__)

OLD = timedelta(hours=1)  # a test of before says nothing of now
ARRIVED = ("shown", "opened")
LOST = ("failed", "gone")


@dataclass(frozen=True)
class Tested:
    """The newest test of one device."""

    state: str = ""  # a delivery's; empty where none was sent lately
    sent: datetime | None = None
    seconds: float = 0.0  # until the device said that it showed it

    @property
    def arrived(self) -> bool:
        return self.state in ARRIVED

    @property
    def lost(self) -> bool:
        return self.state in LOST


@room.get("/alerts/check", verb=SIGNED_IN)
def look() -> Response:
    """Step by step for this device, by script; without it what to look at, and what became of the tests sent."""
    devices = devices_of(the_viewer())
    return page("alerts/check.html", devices=devices, tested=newest([device.id for device in devices]))


@room.get("/alerts/devices/<uuid:device_id>/test", verb=SIGNED_IN, of=own_device)
def outcome(device: Subscription) -> Response:
    """What became of the newest test of one's device: asked again and again until it has arrived."""
    said = newest([device.id]).get(device.id, Tested())
    return jsonify(state=said.state, arrived=said.arrived, lost=said.lost, seconds=said.seconds)


def newest(device_ids: list[uuid.UUID]) -> dict[uuid.UUID, Tested]:
    """The newest test of each of these devices. They belong to no scheme, so they are read across the wall."""
    tests = (
        sa.select(Delivery.subscription_id, Delivery.state, Delivery.queued_at, Delivery.shown_at)
        .where(Delivery.subscription_id.in_(device_ids), Delivery.kind == TEST)
        .where(Delivery.queued_at > now() - OLD)
        .order_by(Delivery.id)
    )
    with crossing("deliveries") as session:
        return {row.subscription_id: tested(row) for row in session.execute(tests)}


def tested(row: Any) -> Tested:
    took = (row.shown_at - row.queued_at).total_seconds() if row.shown_at else 0.0
    return Tested(row.state, row.queued_at, round(took, 1))
