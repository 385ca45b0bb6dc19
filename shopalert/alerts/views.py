"""Alerts on this person's devices: the key, the subscription, the receipts, and the page that shows them all."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Response, g, jsonify, request, url_for

from shopalert.alerts.deaf import GONE, Deaf, deaf_of
from shopalert.alerts.devices import (
    add_device,
    devices_of,
    find,
    note_receipt,
    remove_device,
    test_alerts,
)
from shopalert.alerts.forms import given_up, new_device, receipt
from shopalert.alerts.models import Subscription
from shopalert.alerts.push import public_key, vapid_key
from shopalert.config import config
from shopalert.db import db
from shopalert.pages import not_found, page, see_other, wants_json
from shopalert.room import PUBLIC, SIGNED_IN, Room
from shopalert.schemes.viewer import current_viewer, the_viewer

room = Room("alerts", __name__)


@room.get("/push/key", verb=PUBLIC)
def key() -> Response:
    """What a browser needs to subscribe: our public key."""
    return Response(public_key(vapid_key(config())), mimetype="text/plain")


@room.post("/push/subscription", verb=SIGNED_IN)
def subscribe() -> Response:
    """Alert this device. Sent at each start of the app: some browsers change their subscription in silence."""
    said = new_device()
    device, new = add_device(the_viewer(), said.endpoint, said.origin, said.p256dh, said.auth, said.expired)
    response = jsonify(id=str(device.id))
    response.status_code = 201 if new else 200
    return response


@room.delete("/push/subscription", verb=SIGNED_IN)
def unsubscribe() -> Response:
    """Alert this device no more. Another's device does not exist."""
    device = find(the_viewer(), given_up())
    if device is None:
        not_found()
    remove_device(the_viewer(), device.id)
    return Response(status=204)


@room.post("/push/receipt", verb=PUBLIC)
def take_receipt() -> Response:
    """The worker showed an alert, or a person opened it. The token says of which delivery, and proves it."""
    said = receipt()
    if not note_receipt(said.token, opened=said.opened):
        not_found()
    return Response(status=204)


@room.get("/alerts", verb=SIGNED_IN)
def settings() -> Response:
    """The devices that are alerted, and the means to try them."""
    deaf = deaf_of(db.session(), [the_viewer().user_id]).get(the_viewer().user_id, [])
    return page(
        "alerts/settings.html",
        devices=devices_of(the_viewer()),
        deaf={each.device_id: each for each in deaf},
        lost=[each for each in deaf if each.gone],
        vapid_key=public_key(vapid_key(config())),
        tested=request.args.get("tested", type=int),
    )


@room.post("/alerts/test", verb=SIGNED_IN)
def test() -> Response:
    """Test my alerts: a real one, through the real queue."""
    many = test_alerts(the_viewer())
    if wants_json():
        return jsonify(devices=many)
    if request.form.get("next") == url_for("check.look"):
        return see_other(url_for("check.look"))
    return see_other(url_for("alerts.settings", tested=many))


def own_device(device_id: uuid.UUID) -> Subscription | None:
    """One of the viewer's devices; another's does not exist."""
    return next((each for each in devices_of(the_viewer()) if each.id == device_id), None)


def own_or_lost(device_id: uuid.UUID) -> Subscription | None:
    """The same, or one that its service has given up."""
    device = db.session.get(Subscription, device_id)
    if device is None or device.user_id != the_viewer().user_id:
        return None
    return device if device.gone_at is None or device.gone_why == GONE else None


@room.post("/alerts/devices/<uuid:device_id>/removal", verb=SIGNED_IN, of=own_or_lost)
def remove(device: Subscription) -> Response:
    """Alert one of one's devices no more, from any other."""
    remove_device(the_viewer(), device.id)
    return Response(status=204) if wants_json() else see_other(url_for("alerts.settings"))


# ---- on every page


def gone_deaf() -> list[Deaf]:
    """The viewer's devices that show no alerts any more: said on the next page they open, whatever it is."""
    viewer = current_viewer()
    if (
        viewer is None
        or not viewer.schemes
        or g.get("database_is_lost")
        or request.path.startswith("/alerts")
    ):
        return []
    return deaf_of(db.session(), [viewer.user_id]).get(viewer.user_id, [])


@room.app_context_processor
def for_the_frame() -> dict[str, Any]:
    return {"gone_deaf": gone_deaf}
