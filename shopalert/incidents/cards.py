"""What templates get: a card for each incident.

The same few queries for one incident or for twenty, and nothing in a card depends on who looks: the wall
of the session has decided that already. Pages and live fragments are made from the same cards.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from shopalert.accounts.models import User
from shopalert.directions import apart
from shopalert.evidence.models import CLIP, Attachment, Derivative
from shopalert.evidence.recordings import what_it_is
from shopalert.incidents.description import FLAG, GUARDED_FLAGS
from shopalert.incidents.exercise import titled
from shopalert.incidents.models import Category, Incident, Sighting
from shopalert.incidents.priority import priority_of
from shopalert.incidents.reach import Reach, reach_of
from shopalert.incidents.telling import came_to_words, people_words
from shopalert.schemes.models import Business, Premises, Scheme, SchemeCategory
from shopalert.schemes.names import readable
from shopalert.words import money


@dataclass(frozen=True)
class Chip:
    """A short fact with a colour and a word: danger, warn, police, ok, plain."""

    kind: str
    text: str
    icon: str | None = None


@dataclass(frozen=True)
class Picture:
    """A picture, or a clip by its frame, as far as its shared copies are made: preparing, ready, failed."""

    id: uuid.UUID
    state: str
    alt: str
    width: int | None = None
    height: int | None = None
    clip: str = ""  # what kind of film it is

    @property
    def thumb_url(self) -> str | None:
        return f"/files/{self.id}/thumb" if self.state == "ready" else None

    @property
    def view_url(self) -> str:
        return f"/clips/{self.id}" if self.clip else f"/files/{self.id}/view"


@dataclass(frozen=True)
class Seen:
    """The last sighting, and how many there are."""

    at: datetime
    by: str
    count: int


@dataclass(frozen=True)
class InScheme:
    """The scheme of a card."""

    id: uuid.UUID
    name: str
    slug: str


@dataclass(frozen=True)
class Card:
    """One incident as everybody of its audience sees it in a list."""

    id: uuid.UUID
    reference: str
    scheme: InScheme
    category_code: str
    category: str
    glyph: str
    hue: str
    title: str
    place: str
    at: datetime
    received_at: datetime
    narrative: str
    reporter: str
    author_id: uuid.UUID
    row_version: int
    happening_now: bool
    all_clear: bool
    withdrawn: bool
    urgent: bool
    violence: bool
    weapon: bool
    replies: int
    police_replied: bool
    stirred_at: datetime  # the last thing that members could learn of it
    stirred_by: uuid.UUID
    exercise: bool = False
    chips: list[Chip] = field(default_factory=list)
    pictures: list[Picture] = field(default_factory=list)
    seen: Seen | None = None
    reach: Reach | None = None

    @property
    def dom_id(self) -> str:
        return f"incident-{self.id}"

    @property
    def url(self) -> str:
        return f"/incidents/{self.id}"


COLUMNS = (
    Incident.id, Incident.reference, Incident.scheme_id, Incident.category_code, Incident.narrative,
    Incident.occurred_at, Incident.received_at, Incident.in_progress, Incident.violence, Incident.weapon,
    Incident.value_lost_pence, Incident.withdrawn_at, Incident.all_clear_at, Incident.replies,
    Incident.police_replied, Incident.row_version, Incident.author_id, Incident.exercise, Incident.flags,
    Incident.came_to, Incident.people_count, Incident.stirred_at, Incident.stirred_by_id,
    Incident.crime_number, Incident.progress, Incident.outcome, Incident.court,
)  # fmt: skip

more_chips: list[Callable[[Any], list[Chip]]] = []  # what rooms above this one have to say of a row

# An incident's kind: as its scheme has added it, else as in the list.
KIND = (
    ("category", SchemeCategory.label, Category.label),
    ("glyph", SchemeCategory.glyph, Category.glyph),
    ("hue", SchemeCategory.hue, Category.hue),
)


def facts_query() -> sa.Select[*tuple[Any, ...]]:
    """One row an incident, with the names it needs; rows rather than objects, as lists are read most."""
    return (
        sa.select(
            *COLUMNS,
            Scheme.name.label("scheme_name"), Scheme.slug.label("scheme_slug"),
            *(sa.func.coalesce(own, base).label(name) for name, own, base in KIND),
            Premises.name.label("premises"), Premises.street,
            readable(Incident.scheme_id).label("reporter"), Business.name.label("business"),
        )
        .select_from(Incident)
        .join(Scheme, Scheme.id == Incident.scheme_id)
        .join(Category, Category.code == Incident.category_code)
        .outerjoin(
            SchemeCategory,
            sa.and_(
                SchemeCategory.scheme_id == Incident.scheme_id, SchemeCategory.code == Incident.category_own
            ),
        )
        .join(User, User.id == Incident.author_id)
        .outerjoin(Premises, Premises.id == Incident.premises_id)
        .outerjoin(Business, Business.id == Premises.business_id)
    )  # fmt: skip


def cards(session: Session, query: sa.Select[*tuple[Any, ...]]) -> list[Card]:
    """The cards of a `facts_query()` with its conditions and order: four queries, however many they are."""
    rows = session.execute(query).all()
    ids = [row.id for row in rows]
    if not ids:
        return []
    pictures = pictures_of(session, Attachment.incident_id.in_(ids), Attachment.comment_id.is_(None))
    seen, reach = sightings_of(session, ids), reach_of(session, ids)
    return [card_of(row, pictures.get(row.id, []), seen.get(row.id), reach.get(row.id)) for row in rows]


def card(session: Session, incident_id: uuid.UUID) -> Card | None:
    """One incident's card, or None where the session does not see it."""
    found = cards(session, facts_query().where(Incident.id == incident_id))
    return found[0] if found else None


def card_of(row: Any, pictures: list[Picture], seen: Seen | None, reach: Reach | None) -> Card:
    """Everything of one row, said."""
    now_happening = row.in_progress and row.all_clear_at is None and row.withdrawn_at is None
    return Card(
        id=row.id, reference=row.reference,
        scheme=InScheme(row.scheme_id, row.scheme_name, row.scheme_slug),
        category_code=row.category_code, category=_(row.category), glyph=row.glyph, hue=row.hue,
        title=title_of(row), place=place_of(row.premises, row.street),
        at=row.occurred_at, received_at=row.received_at, narrative=row.narrative,
        reporter=", ".join(apart(part) for part in (row.reporter, row.business) if part) or _("A member"),
        author_id=row.author_id, row_version=row.row_version, happening_now=now_happening,
        all_clear=row.all_clear_at is not None, withdrawn=row.withdrawn_at is not None,
        urgent=priority_of(
            row.category_code, happening_now=now_happening, violence=row.violence, weapon=row.weapon, flags=row.flags,
        ).urgent,
        violence=row.violence, weapon=row.weapon, replies=row.replies, police_replied=row.police_replied,
        exercise=row.exercise,
        stirred_at=row.stirred_at or row.received_at, stirred_by=row.stirred_by_id or row.author_id,
        chips=chips_of(row, now_happening), pictures=pictures, seen=seen, reach=reach,
    )  # fmt: skip


def title_of(row: Any) -> str:
    """A title line made from facts: "Shop theft · 2 people · £340". Where it was stands below it."""
    people = people_words(row.people_count) if row.people_count else ""
    facts = [_(row.category), people, money(row.value_lost_pence or None)]
    return titled(" · ".join(fact for fact in facts if fact), row.exercise)


def place_of(premises: str | None, street: str | None) -> str:
    """Where, as people of the town would say it."""
    return ", ".join(apart(part) for part in (premises, street) if part)


def chips_of(row: Any, happening_now: bool) -> list[Chip]:
    """What stands out, in the order of its weight."""
    found = [Chip("exercise", _("Exercise"))] if row.exercise else []
    if row.withdrawn_at is not None:
        found.append(Chip("warn", _("Withdrawn")))
    if happening_now:
        found.append(Chip("danger", _("In progress"), "now"))
    if row.violence:
        found.append(Chip("danger", _("Violence"), "fist"))
    if row.weapon:
        found.append(Chip("danger", _("Weapon"), "knife"))
    found += [
        Chip(FLAG[code].kind, _(FLAG[code].chip), FLAG[code].icon or None)
        for code in row.flags
        if code in FLAG and code not in GUARDED_FLAGS
    ]
    if row.came_to:
        found.append(Chip("plain", came_to_words(row.came_to)))
    if row.all_clear_at is not None:
        found.append(Chip("ok", _("All clear"), "check"))
    if row.police_replied:
        found.append(Chip("police", _("Officer replied"), "shield"))
    return [*found, *(chip for more in more_chips for chip in more(row))]


def pictures_of(
    session: Session, *conditions: Any, owner: Any = Attachment.incident_id
) -> dict[uuid.UUID, list[Picture]]:
    """The pictures of incidents (or of comments, or bulletins), each with the state of its thumbnail."""
    rows = session.execute(
        sa.select(
            owner.label("owner"), Attachment.id, Attachment.kind, Attachment.alt, Attachment.media_type,
            Attachment.file_name, Derivative.state, Derivative.width, Derivative.height,
        )
        .outerjoin(
            Derivative, sa.and_(Derivative.attachment_id == Attachment.id, Derivative.variant == "thumb")
        )
        .where(*conditions)
        .order_by(Attachment.received_at, Attachment.id)
    )  # fmt: skip
    found: dict[uuid.UUID, list[Picture]] = {}
    for row in rows:
        state = row.state if row.state in ("ready", "failed") else "preparing"
        of = found.setdefault(row.owner, [])
        clip = what_it_is(row.media_type, row.file_name) if row.kind == CLIP else ""
        alt = _("Clip %(n)s", n=len(of) + 1) if clip else row.alt or _("Picture %(n)s", n=len(of) + 1)
        of.append(Picture(row.id, state, alt, row.width, row.height, clip))
    return found


def sightings_of(session: Session, ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, Seen]:
    """The last sighting of each incident."""
    rows = session.execute(
        sa.select(Sighting.incident_id, Sighting.seen_at, Premises.name, readable(Sighting.scheme_id))
        .join(User, User.id == Sighting.author_id)
        .outerjoin(Premises, Premises.id == Sighting.premises_id)
        .where(Sighting.incident_id.in_(ids))
        .order_by(Sighting.id)
    )
    found: dict[uuid.UUID, Seen] = {}
    for incident_id, at, premises, who in rows:
        before = found.get(incident_id)
        found[incident_id] = Seen(at, premises or who or _("A member"), before.count + 1 if before else 1)
    return found
