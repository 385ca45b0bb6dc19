"""What phones keep for the stock room: the page that shows it, and the answer to whether it still stands.

The copies themselves never come here: pages are kept by `js/kept`, sealed, on the phone that read them.
"""

from __future__ import annotations

import uuid
from typing import Any

import sqlalchemy as sa
from flask import Response, jsonify, request
from flask_babel import gettext as _

from shopalert.bulletins.lookup import standing as standing_bulletins
from shopalert.db import db, now
from shopalert.incidents.forms import as_uuid
from shopalert.incidents.models import Incident
from shopalert.pages import page, problem
from shopalert.room import SIGNED_IN, Room
from shopalert.schemes.lookup import schemes_of
from shopalert.schemes.viewer import the_viewer

room = Room("kept", __name__)

MOST = 1000  # incidents and bulletins that a phone may ask about: fifty pages, and the cards of its lists


@room.get("/kept", verb=SIGNED_IN)
def kept() -> Response:
    """What this phone keeps. The list is the phone's own: the server does not know it."""
    return page("pwa/kept.html", schemes=schemes_of(the_viewer()))


@room.post("/sync/kept", verb=SIGNED_IN)
def standing() -> Response:
    """Which of these incidents and bulletins may be kept: seen by this person, standing, of a scheme that allows it."""
    asked: Any = request.get_json(silent=True)
    named = asked.get("incidents") if isinstance(asked, dict) else None
    if not isinstance(named, list) or len(named) > MOST:
        problem(400, "bad_request", _("This request could not be read."))
    ids = {found for each in named if (found := as_uuid(str(each)))}
    allowing = [scheme for scheme in schemes_of(the_viewer()) if scheme.offline_reading]
    return jsonify(
        me=str(the_viewer().user_id),
        schemes=[scheme.slug for scheme in allowing],
        standing=[str(each) for each in still_standing(ids, [scheme.id for scheme in allowing])],
    )


def still_standing(ids: set[uuid.UUID], scheme_ids: list[uuid.UUID]) -> list[uuid.UUID]:
    """Under the wall; what others have and what nobody has are not in it alike."""
    if not ids or not scheme_ids:
        return []
    query = sa.select(Incident.id).where(
        Incident.id.in_(ids), Incident.scheme_id.in_(scheme_ids), Incident.withdrawn_at.is_(None)
    )
    return [*db.session.scalars(query), *standing_bulletins(ids, scheme_ids, now())]
