"""What templates get of a share: the same for everybody of the scheme that was given it.

Made across the wall, because the report's premises, pictures and kind stand in the other scheme. It is only ever made
of a share that was found under the wall, or for a live fragment, which goes to that scheme's members alone. What is not
here is not shared: no chat, no sighting, no name of the reporter.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from shopalert.bulletins import cards as bulletins
from shopalert.bulletins.models import Bulletin
from shopalert.evidence.models import Attachment
from shopalert.incidents.cards import Chip, Picture, card_of, facts_query, pictures_of
from shopalert.incidents.models import Incident
from shopalert.schemes.models import Scheme, Share
from shopalert.sharing.lookup import INCIDENT, names_of, pictures_shown
from shopalert.words import day


@dataclass(frozen=True)
class SharedShot(Picture):
    """A picture under the share's own address, which ends with it."""

    share_id: uuid.UUID | None = None

    @property
    def thumb_url(self) -> str | None:
        return f"/shared/{self.share_id}/files/{self.id}/thumb" if self.state == "ready" else None

    @property
    def view_url(self) -> str:
        return f"/shared/{self.share_id}/files/{self.id}/view"


@dataclass(frozen=True)
class SharedCard:
    """One shared thing in a list or as a live fragment."""

    share: Share
    origin: Scheme
    to: Scheme
    title: str
    place: str
    said: str
    by: str
    at: datetime
    glyph: str = ""
    hue: str = ""
    icon: str = ""
    reference: str = ""
    happening_now: bool = False
    all_clear: bool = False
    chips: list[Chip] = field(default_factory=list)
    pictures: list[SharedShot] = field(default_factory=list)

    @property
    def dom_id(self) -> str:
        return self.share.dom_id

    @property
    def url(self) -> str:
        return self.share.url

    @property
    def mark(self) -> str:
        """Shared by Wickford until 6 Dec."""
        return _("Shared by %(scheme)s until %(day)s", scheme=self.origin.name, day=day(self.share.until))


def shared_cards(session: Session, shares: Sequence[Share], at: datetime) -> list[SharedCard]:
    """Five queries, however many they are. The session crosses the wall."""
    if not shares:
        return []
    schemes = names_of(session, {each for s in shares for each in (s.from_scheme_id, s.to_scheme_id)})
    incidents = [share.thing_id for share in shares if share.kind == INCIDENT]
    others = [share.thing_id for share in shares if share.kind != INCIDENT]
    found = {**of_incidents(session, incidents), **of_bulletins(session, others, at)}
    made = []
    for share in shares:
        if share.thing_id in found:
            parts = dict(found[share.thing_id])
            shots = [SharedShot(**vars(each), share_id=share.id) for each in parts.pop("shots", [])]
            two: dict[str, Any] = {"origin": schemes[share.from_scheme_id], "to": schemes[share.to_scheme_id]}
            made.append(SharedCard(share=share, **two, **parts, pictures=shots))
    return made


def of_incidents(session: Session, ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, dict[str, Any]]:
    """What a card says of each report: its reporter by the business alone."""
    if not ids:
        return {}
    pictures = pictures_of(session, Attachment.incident_id.in_(ids), *pictures_shown())
    found = {}
    for row in session.execute(facts_query().where(Incident.id.in_(ids))):
        card = card_of(row, [], None, None)
        found[row.id] = {
            "title": card.title, "place": card.place, "said": card.narrative, "at": card.at,
            "by": row.business or _("A member"), "glyph": card.glyph, "hue": card.hue, "reference": card.reference,
            "happening_now": card.happening_now, "all_clear": card.all_clear,
            "chips": card.chips, "shots": pictures.get(row.id, []),
        }  # fmt: skip
    return found


def of_bulletins(session: Session, ids: Sequence[uuid.UUID], at: datetime) -> dict[uuid.UUID, dict[str, Any]]:
    if not ids:
        return {}
    rows = list(session.scalars(sa.select(Bulletin).where(Bulletin.id.in_(ids))))
    return {
        card.id: {
            "title": card.title, "place": card.label, "said": card.said, "at": card.at, "icon": card.icon,
            "by": card.by if card.police else _("The coordinator"), "chips": card.chips, "shots": card.pictures,
        }
        for card in bulletins.cards(session, rows, at)
    }  # fmt: skip
