"""What a phone sends without a page: one item a request, with the key that makes it one thing however often sent."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import Response, request
from flask_babel import gettext as _

from shopalert.db import db
from shopalert.idempotency import KeyReused
from shopalert.incidents import actions
from shopalert.incidents.forms import as_uuid
from shopalert.incidents.models import Incident
from shopalert.pages import created, not_found, not_permitted, problem
from shopalert.permissions import can
from shopalert.room import SIGNED_IN, Room
from shopalert.schemes.viewer import the_viewer

room = Room("sync", __name__)


@room.post("/sync", verb=SIGNED_IN)
def sync() -> Response:
    """One item: `{"kind": "sighting", "incident": id, "client_id": id}`, from the button on an alert."""
    if not request.is_json:
        problem(415, "unsupported_media", _("Items are sent as JSON."))
    item: Any = request.get_json(silent=True)
    if not isinstance(item, dict):
        problem(400, "bad_request", _("This request could not be read."))
    key = as_uuid(str(item.get("client_id") or request.headers.get("Idempotency-Key") or ""))
    if key is None:
        problem(400, "key_missing", _("The item carries no number of its own (client_id)."))
    if item.get("kind") != "sighting":
        problem(422, "unknown_kind", _("This kind of item is not known."))
    return sighting(item, key)


def sighting(item: dict[str, Any], key: Any) -> Response:
    """Seen here, by one tap on the alert: at the premises of whoever tapped."""
    viewer = the_viewer()
    incident_id = as_uuid(str(item.get("incident") or ""))
    incident = (
        db.session.scalar(sa.select(Incident).where(Incident.id == incident_id)) if incident_id else None
    )
    if incident is None:
        not_found()
    if not can(viewer, "sighting.add", incident):
        not_permitted()
    try:
        sent = actions.sight(viewer, incident, key, viewer.premises.get(incident.scheme_id))
    except KeyReused:
        problem(422, "key_reused", _("This was sent already, with other words."), saved=True)
    return created(sent, f"/incidents/{incident.id}#sighting-{sent.id}", replayed=sent.replayed)
