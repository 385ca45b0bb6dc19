"""Where a scheme shows the police only what they were told of: what happens when they are told, or not after all."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from shopalert.alerts.outbox import announce
from shopalert.db import db
from shopalert.incidents.models import Incident
from shopalert.schemes.models import Scheme


@dataclass(frozen=True)
class NoMore:
    """An incident that its readers must forget: an event about it alone would not get through to them."""

    id: uuid.UUID
    scheme_id: uuid.UUID


def police_told(incident: Incident, known_before: bool) -> None:
    """Within an action that may have changed it: officers are alerted now, or it leaves their screens."""
    scheme = db.session.get_one(Scheme, incident.scheme_id)
    if scheme.officers_see_unreported or incident.told_police == known_before:
        return
    if incident.told_police:
        announce("incident.told", incident, audience="police")
    else:
        announce("incident.untold", NoMore(incident.id, incident.scheme_id), audience="police")
