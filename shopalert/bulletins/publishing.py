"""What can be done with a bulletin: publish it, correct it, recall it. Each reaches all schemes that have it."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from shopalert.alerts.outbox import announce
from shopalert.bulletins.areas import Area
from shopalert.bulletins.models import Bulletin, BulletinVersion
from shopalert.bulletins.vocabulary import HOLDING, MISSING
from shopalert.db import act, db, insert_new, now, the_act, uuid7
from shopalert.evidence.enclosing import Enclosure, enclose, let_go
from shopalert.idempotency import KeyReused, hash_of
from shopalert.incidents.actions import Sent
from shopalert.permissions import can
from shopalert.protection.clocks import clocks, kept_until
from shopalert.schemes.lookup import premises_of
from shopalert.schemes.models import Scheme
from shopalert.schemes.viewer import Viewer
from shopalert.words import iso

KEY = ["publication_id", "scheme_id"]


class NotStanding(Exception):
    """It was recalled, or its time is over: nothing about it changes any more."""


class Moved(Exception):
    """Somebody corrected it meanwhile."""


@dataclass(frozen=True)
class Draft:
    """What a bulletin says. A moment that was not typed is that of sending."""

    kind: str
    title: str
    text: str
    template: str = ""
    publish_at: datetime | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    severity: str = ""
    near_only: bool = False
    area: Area = field(default_factory=Area)
    note: dict[str, str] = field(default_factory=dict)
    exercise: bool = False
    to_force: bool = False

    def as_json(self) -> dict[str, Any]:
        return {
            **vars(self),
            "area": self.area.as_json(),
            **{name: iso(at) if (at := getattr(self, name)) else None for name in MOMENTS},
        }

    def comes_out(self, at: datetime) -> datetime:
        """When people are told: a warning as it begins, anything else when it was to be sent."""
        asked = self.starts_at if self.kind in HOLDING else self.publish_at
        return max(asked, at) if asked else at


MOMENTS = ("publish_at", "starts_at", "ends_at")
SAID = ("kind", "template", "title", "text", "ends_at", "severity", "near_only", "note", "exercise")


@act("bulletin.publish")
def publish(
    viewer: Viewer,
    schemes: Sequence[Scheme],
    client_id: uuid.UUID,
    draft: Draft,
    files: Sequence[Enclosure] = (),
) -> Sent:
    """Tell it to these schemes, now or when its time comes; sent twice it is one. Raises KeyReused."""
    session, at = db.session(), the_act().at
    publication = uuid.uuid5(client_id, str(viewer.user_id))
    said = {
        "schemes": sorted(str(scheme.id) for scheme in schemes),
        "files": sorted(each.said for each in files),
    }
    sent = hash_of({**draft.as_json(), **said})
    if before := sent_before(publication, sent):
        return before
    comes_out, rows = draft.comes_out(at), []
    for scheme in sorted(schemes, key=lambda each: each.name):
        new = insert_new(
            session, Bulletin, KEY,
            id=uuid7(at), scheme_id=scheme.id, publication_id=publication, sent_hash=sent, author_id=viewer.user_id,
            by_police=scheme.id in viewer.police_schemes, audience="members", published_at=comes_out, row_version=1,
            to_force=draft.to_force, announced_at=at if comes_out <= at else None,
            **said_by(draft, scheme.id, comes_out), **clocks_of(draft, comes_out),
        )  # fmt: skip
        if new is None:  # the same, sent twice at once: the other was quicker
            return sent_before(publication, sent) or Sent(publication, True)
        rows.append(session.get_one(Bulletin, new))
    if files:
        enclose(viewer, files, rows)
    for row in rows:
        session.add(version_of(row, viewer, files))
        if row.announced_at:
            announce("bulletin.published", row)
    the_act().about = rows[0]
    the_act().details["schemes"] = sorted(scheme.code for scheme in schemes)
    return Sent(rows[0].id, False)


def sent_before(publication: uuid.UUID, sent: bytes) -> Sent | None:
    """What was sent with this key already. Raises KeyReused where it said something else."""
    table = Bulletin.__table__
    known = sa.select(table.c.id, table.c.sent_hash).where(table.c.publication_id == publication)
    first = db.session.execute(known.order_by(table.c.id)).first()
    if first is None:
        return None
    if first.sent_hash != sent:
        raise KeyReused(first.id)
    return Sent(first.id, True)


def said_by(draft: Draft, scheme_id: uuid.UUID, comes_out: datetime) -> dict[str, Any]:
    """The columns that a draft fills in one scheme."""
    starts = draft.starts_at or (comes_out if draft.kind in HOLDING else None)
    return {
        **{name: getattr(draft, name) for name in SAID}, "starts_at": starts, "area": draft.area.as_json(),
        "premises_ids": draft.area.among(premises_of(scheme_id)),
    }  # fmt: skip


def clocks_of(draft: Draft, comes_out: datetime) -> dict[str, datetime]:
    """What is said of a missing person is shown until its end, and erased soon after."""
    if draft.kind == MISSING and draft.ends_at:
        return {"shown_until": draft.ends_at, "kept_until": kept_until("withdrawn", draft.ends_at)}
    return clocks("bulletin", comes_out)


def version_of(row: Bulletin, viewer: Viewer, files: Sequence[Enclosure], why: str = "") -> BulletinVersion:
    """What it says from now on."""
    at = the_act().at
    facts = {name: getattr(row, name) for name in (*SAID, "starts_at", "area")}
    facts |= {name: iso(moment) if (moment := facts[name]) else None for name in ("starts_at", "ends_at")}
    facts["pictures"] = [each.alt for each in files if not each.attachment.is_document]
    facts["documents"] = [each.attachment.file_name for each in files if each.attachment.is_document]
    return BulletinVersion(
        scheme_id=row.scheme_id, bulletin_id=row.id, author_id=viewer.user_id, number=row.row_version, at=at, why=why,
        facts=facts, shown_until=row.shown_until, kept_until=row.kept_until,
    )  # fmt: skip


@act("bulletin.correct")
def correct(
    viewer: Viewer,
    bulletin: Bulletin,
    draft: Draft,
    why: str,
    row_version: int,
    files: Sequence[Enclosure] = (),
) -> None:
    """Say it better, in all schemes that have it, and with these files; who had read it has not read this.
    Raises NotStanding, Moved."""
    at = the_act().at
    rows = held(viewer, bulletin, "bulletin.correct")
    for row in rows:
        if row.recalled or row.over(at):
            raise NotStanding
        if row.row_version != row_version:
            raise Moved
        out = row.announced_at is not None
        # What is out already began when it began, and is of the kind that it was told as.
        now_said = (
            replace(draft, kind=row.kind, starts_at=row.starts_at) if out else replace(draft, kind=row.kind)
        )
        comes_out = row.published_at if out else now_said.comes_out(at)
        for name, value in said_by(now_said, row.scheme_id, comes_out).items():
            setattr(row, name, value)
        row.row_version += 1
        if row.kind == MISSING:
            row.shown_until, row.kept_until = clocks_of(now_said, comes_out).values()
        db.session.add(version_of(row, viewer, files, why))
        if out:
            row.corrected_at = at
            announce("bulletin.corrected", row)
        else:
            row.published_at = comes_out
            tell_now_if_due(row, at)
    enclose(viewer, files, rows)


def tell_now_if_due(row: Bulletin, at: datetime) -> None:
    if row.published_at <= at:
        row.announced_at = at
        announce("bulletin.published", row)


@act("bulletin.recall")
def recall(viewer: Viewer, bulletin: Bulletin, why: str) -> None:
    """Take it back: it leaves every screen and every phone, and is erased in 30 days. Recalled twice it is once."""
    at = the_act().at
    for row in held(viewer, bulletin, "bulletin.recall"):
        if row.recalled:
            continue
        row.recalled_why = why
        forget(db.session(), row, at)
        if row.announced_at:
            announce("bulletin.recalled", row)


@act("bulletin.all_clear")
def all_clear(viewer: Viewer, bulletin: Bulletin) -> None:
    """The missing person was found: nobody needs to look, and members read nothing of them any more. Said twice it is
    once. Raises NotStanding where nobody is missing."""
    if bulletin.kind != MISSING:
        raise NotStanding
    at = the_act().at
    for row in held(viewer, bulletin, "bulletin.all_clear"):
        if row.recalled:
            continue
        forget(db.session(), row, at)
        if row.announced_at:
            announce("bulletin.all_clear", row)


def forget(session: Session, row: Bulletin, at: datetime) -> None:
    """Members read nothing of it from now on, nor what it said before; it is erased in 30 days."""
    gone = {"shown_until": at, "kept_until": kept_until("withdrawn", at)}
    row.withdrawn_at, row.shown_until, row.kept_until = at, gone["shown_until"], gone["kept_until"]
    session.execute(
        sa.update(BulletinVersion).where(BulletinVersion.bulletin_id == row.id).values(**gone),
        execution_options={"synchronize_session": False},
    )
    let_go(session, row.id, **gone)


def held(viewer: Viewer, bulletin: Bulletin, verb: str) -> list[Bulletin]:
    """The rows of the same publication that are the viewer's to change, as they stand, held against others."""
    same = sa.select(Bulletin).where(Bulletin.publication_id == bulletin.publication_id).order_by(Bulletin.id)
    rows = db.session.scalars(same.with_for_update().execution_options(populate_existing=True))
    the_act().about = bulletin
    return [row for row in rows if can(viewer, verb, row)]


def stands_now(bulletin: Bulletin) -> bool:
    return bulletin.stands(now())
