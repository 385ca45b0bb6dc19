"""What templates get: a card for each bulletin, the same for everybody who may read it."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from shopalert.bulletins.areas import area_words
from shopalert.bulletins.enclosures import shown_pictures
from shopalert.bulletins.markdown import words_of
from shopalert.bulletins.models import Bulletin
from shopalert.bulletins.vocabulary import EVENT, HOLDING, KINDS, NOTES, TEMPLATES
from shopalert.evidence.models import Attachment
from shopalert.incidents.cards import Chip, InScheme, Picture, pictures_of
from shopalert.incidents.exercise import titled
from shopalert.schemes.models import Scheme
from shopalert.schemes.names import Byline, bylines
from shopalert.words import when


@dataclass(frozen=True)
class BulletinCard:
    """One bulletin in a list, pinned, or as a live fragment."""

    id: uuid.UUID
    publication: uuid.UUID
    scheme: InScheme
    kind: str
    label: str
    icon: str
    title: str
    said: str
    by: str
    business: str
    police: bool
    author_id: uuid.UUID
    at: datetime
    starts_at: datetime | None
    ends_at: datetime | None
    corrected: bool
    recalled: bool
    over: bool
    urgent: bool
    row_version: int
    near: list[str] | None = None  # premises for which alone it is pinned; none: for everybody
    chips: list[Chip] = field(default_factory=list)
    pictures: list[Picture] = field(default_factory=list)

    @property
    def dom_id(self) -> str:
        return f"bulletin-{self.id}"

    @property
    def url(self) -> str:
        return f"/bulletins/{self.id}"

    @property
    def holds(self) -> bool:
        return self.kind in HOLDING

    @property
    def pinned(self) -> bool:
        return self.holds and not self.over and not self.recalled


def cards(session: Session, rows: Sequence[Bulletin], at: datetime) -> list[BulletinCard]:
    """Three queries, and one more for each scheme: its names."""
    of = {row.scheme_id for row in rows}
    schemes = (
        {each.id: each for each in session.scalars(sa.select(Scheme).where(Scheme.id.in_(of)))} if of else {}
    )
    by = {
        each: bylines(session, each, {row.author_id for row in rows if row.scheme_id == each}) for each in of
    }
    shown = shown_pictures([row.id for row in rows])
    pictures = pictures_of(session, *shown, owner=Attachment.bulletin_id) if rows else {}
    return [
        card_of(
            row, schemes[row.scheme_id], by[row.scheme_id].get(row.author_id), at, pictures.get(row.id, [])
        )
        for row in rows
    ]


def card_of(
    row: Bulletin, scheme: Scheme, by: Byline | None, at: datetime, pictures: list[Picture]
) -> BulletinCard:
    kind = KINDS[row.kind]
    usual = TEMPLATES.get(row.template)
    return BulletinCard(
        id=row.id, publication=row.publication_id,
        scheme=InScheme(scheme.id, scheme.name, scheme.slug), kind=row.kind, label=str(kind.label),
        icon=usual.icon if usual else kind.icon, title=titled(row.title, row.exercise),
        said=words_of(row.text)[:300],
        by=by.who if by else _("The coordinator"), business=by.business if by else "", police=row.by_police,
        author_id=row.author_id, at=row.published_at, starts_at=row.starts_at, ends_at=row.ends_at,
        corrected=row.corrected_at is not None, recalled=row.recalled, over=row.over(at),
        urgent=row.severity == "urgent", row_version=row.row_version,
        near=[str(each) for each in row.premises_ids] if row.near_only else None, chips=chips_of(row, at),
        pictures=pictures,
    )  # fmt: skip


def chips_of(row: Bulletin, at: datetime) -> list[Chip]:
    """What stands out, in the order of its weight."""
    found = []
    if row.recalled:
        found.append(Chip("warn", _("Recalled")))
    elif row.published_at > at:
        found.append(Chip("plain", _("Comes out %(when)s", when=when(row.published_at)), "clock"))
    elif row.over(at):
        found.append(Chip("plain", _("Over"), "check"))
    if row.severity == "urgent":
        found.append(Chip("danger", _("Urgent"), "warn"))
    if row.note.get("denomination"):
        found.append(Chip("warn", _("%(note)s notes", note=NOTES[row.note["denomination"]]), "note"))
    if words := area_words(row.area, len(row.premises_ids)):
        found.append(Chip("plain", words, "pin"))
    if row.kind == EVENT and row.starts_at:
        found.append(Chip("plain", when(row.starts_at), "clock"))
    if row.corrected_at:
        found.append(Chip("plain", _("Corrected"), "edit"))
    return found
