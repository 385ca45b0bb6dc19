"""Finding shares: what stands, what is given away of a thing, what this viewer's schemes were given."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from shopalert.bulletins.models import Bulletin
from shopalert.db import db, now
from shopalert.evidence.models import DOCUMENT, PICTURE, Attachment
from shopalert.incidents.models import Incident
from shopalert.permissions import can
from shopalert.schemes.models import Scheme, Share
from shopalert.schemes.viewer import Viewer, current_viewer, the_viewer

INCIDENT, BULLETIN = "incident", "bulletin"
Thing = Incident | Bulletin


def kind_of(thing: Thing) -> str:
    return INCIDENT if isinstance(thing, Incident) else BULLETIN


def not_over(at: datetime) -> sa.ColumnElement[bool]:
    return sa.and_(Share.ended_at.is_(None), Share.until > at)


def shareable(session: Session, ids: Iterable[uuid.UUID], at: datetime) -> set[uuid.UUID]:
    """Which of these things may stand in other schemes: as far as the session sees them, neither withdrawn nor over, no
    exercise, and nothing that its scheme keeps from the police."""
    wanted = set(ids)
    if not wanted:
        return set()
    open_to_police = sa.select(Scheme.id).where(Scheme.officers_see_unreported)
    incidents = sa.select(Incident.id).where(
        Incident.id.in_(wanted), Incident.withdrawn_at.is_(None), Incident.exercise.is_(False),
        sa.or_(Incident.told_police, Incident.scheme_id.in_(open_to_police)),
    )  # fmt: skip
    bulletins = session.scalars(sa.select(Bulletin).where(Bulletin.id.in_(wanted)))
    return {*session.scalars(incidents), *(row.id for row in bulletins if row.stands(at))}


# ---- on the thing


def given(session: Session, thing_id: uuid.UUID, at: datetime) -> list[Share]:
    """To whom a thing is shown now."""
    query = sa.select(Share).where(Share.thing_id == thing_id, not_over(at)).order_by(Share.id)
    return list(session.scalars(query))


def may_be_given(viewer: Viewer, thing: Thing) -> list[Scheme]:
    """The schemes that this viewer may show it to, by name: a coordinator all others of the force, an officer those of
    the same districts; only such as take what is shared."""
    if not can(viewer, f"share.{kind_of(thing)}", thing):
        return []
    wanted = [Scheme.takes_shares, Scheme.id != thing.scheme_id]
    if thing.scheme_id not in viewer.coordinator_schemes:
        wanted.append(Scheme.id.in_(viewer.police_schemes))
    return list(db.session.scalars(sa.select(Scheme).where(*wanted).order_by(Scheme.name)))


@dataclass(frozen=True)
class Given:
    """A share from the side of the scheme that it came from: that one's coordinators and police may end it."""

    share: Share

    @property
    def id(self) -> uuid.UUID:
        return self.share.id

    @property
    def scheme_id(self) -> uuid.UUID:
        return self.share.from_scheme_id


def the_given(share_id: uuid.UUID) -> Given | None:
    """The share of an address, for those who see the thing in its own scheme."""
    viewer, share = current_viewer(), db.session.get(Share, share_id)
    if viewer is None or share is None or share.from_scheme_id not in viewer.schemes:
        return None
    return Given(share)


# ---- in the scheme that it was given to


def received(scheme_ids: Sequence[uuid.UUID], at: datetime, *conditions: Any) -> list[Share]:
    """What these schemes were given and what still stands, as far as the wall shows the things; newest first."""
    if not scheme_ids:
        return []
    query = sa.select(Share).where(Share.to_scheme_id.in_(scheme_ids), not_over(at), *conditions)
    shares = list(db.session.scalars(query.order_by(Share.id.desc())))
    seen = shareable(db.session(), (share.thing_id for share in shares), at)
    return [share for share in shares if share.thing_id in seen]


def the_share(share_id: uuid.UUID) -> Share | None:
    """The share of an address, while it stands, for those of the scheme that was given it."""
    viewer = current_viewer()
    found = received(viewer.schemes, now(), Share.id == share_id) if viewer else []
    return found[0] if found else None


@dataclass(frozen=True)
class SharedPicture:
    """A picture of what was shared, in the scheme that was given it: the table is asked of that scheme."""

    share: Share
    attachment: Attachment

    @property
    def scheme_id(self) -> uuid.UUID:
        return self.share.to_scheme_id


def pictures_shown() -> tuple[Any, ...]:
    """The report's or bulletin's own pictures: none of a message, none of a child, no film."""
    return (
        Attachment.comment_id.is_(None), Attachment.kind == PICTURE, Attachment.audience == "members",
        Attachment.restricted.is_(False), Attachment.withheld.is_(False),
    )  # fmt: skip


def the_picture(share_id: uuid.UUID, file_id: uuid.UUID) -> SharedPicture | None:
    return of_share(share_id, file_id, *pictures_shown())


def the_document(share_id: uuid.UUID, file_id: uuid.UUID) -> SharedPicture | None:
    return of_share(share_id, file_id, Attachment.kind == DOCUMENT)


def of_share(share_id: uuid.UUID, file_id: uuid.UUID, *conditions: Any) -> SharedPicture | None:
    share = the_share(share_id)
    if share is None:
        return None
    owner = Attachment.incident_id if share.kind == INCIDENT else Attachment.bulletin_id
    query = sa.select(Attachment).where(Attachment.id == file_id, owner == share.thing_id, *conditions)
    found = db.session.scalar(query.options(selectinload(Attachment.copies)))
    return SharedPicture(share, found) if found else None


def names_of(session: Session, ids: Collection[uuid.UUID]) -> dict[uuid.UUID, Scheme]:
    if not ids:
        return {}
    return {each.id: each for each in session.scalars(sa.select(Scheme).where(Scheme.id.in_(ids)))}


def mine_to_end(share: Share) -> bool:
    return can(the_viewer(), "share.end", Given(share))
