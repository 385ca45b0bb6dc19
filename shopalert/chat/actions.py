"""What can be done in a chat."""

from __future__ import annotations

import uuid

import sqlalchemy as sa

from shopalert.alerts.outbox import announce
from shopalert.chat.models import Comment
from shopalert.db import act, db, insert_new, the_act, uuid7
from shopalert.evidence.actions import attach
from shopalert.evidence.models import Attachment
from shopalert.idempotency import hash_of, sent_before
from shopalert.incidents.actions import Sent, refuse_withdrawn
from shopalert.incidents.models import Incident
from shopalert.protection.clocks import clocks
from shopalert.schemes.viewer import Viewer


@act("comment.say")
def say(
    viewer: Viewer,
    incident: Incident,
    client_id: uuid.UUID,
    text: str,
    audience: str,
    photos: list[Attachment],
) -> Sent:
    """Say something to one audience of an incident's chat; said twice it stands once. Raises KeyReused."""
    session, at = db.session(), the_act().at
    sent = hash_of(
        {
            "incident": str(incident.id),
            "text": text,
            "audience": audience,
            "photos": sorted(photo.sha256 for photo in photos),
        }
    )
    by_police = incident.scheme_id in viewer.police_schemes
    new = insert_new(
        session, Comment, ["author_id", "client_id"],
        id=uuid7(), scheme_id=incident.scheme_id, incident_id=incident.id, author_id=viewer.user_id,
        client_id=client_id, sent_hash=sent, audience=audience, text=text, at=at, by_police=by_police,
        **clocks("comment", at),
    )  # fmt: skip
    if new is None:
        return Sent(sent_before(session, Comment, viewer.user_id, client_id, sent), True)
    refuse_withdrawn(incident)  # after the repeat: what was taken stays taken
    comment = session.get_one(Comment, new)
    attach(viewer, photos, incident, comment=comment, audience=audience)
    if audience == "members":
        count_reply(incident, by_police)
    the_act().about = comment
    announce("comment.said", comment, audience=audience)
    return Sent(new, False)


def count_reply(incident: Incident, by_police: bool) -> None:
    """One more on the card. It is no new version of the report."""
    values: dict[str, object] = {"replies": Incident.replies + 1}
    if by_police:
        values["police_replied"] = True
    db.session.execute(sa.update(Incident).where(Incident.id == incident.id).values(**values))
    db.session.expire(incident, ["replies", "police_replied"])
