"""What can be done with pictures: receive, attach, leave out, and write down who looks at them."""

from __future__ import annotations

import io
import uuid
from collections.abc import Callable, Collection, Iterable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any, BinaryIO

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.orm import Session, selectinload
from werkzeug.datastructures import FileStorage

from shopalert.config import config
from shopalert.db import act, db, now, the_act
from shopalert.evidence import recordings, signature
from shopalert.evidence.images import decoders
from shopalert.evidence.models import CLIP, DOCUMENT, PICTURE, VARIANTS, Attachment, Derivative
from shopalert.evidence.signature import Header, NotAccepted
from shopalert.evidence.storage import Stored, files, off_the_loop
from shopalert.protection import audit, looks
from shopalert.protection.clocks import clocks
from shopalert.schemes.viewer import Viewer

A_DAY = timedelta(hours=24)
DAILY_FILES, DAILY_BYTES = 2_000, 6_000_000_000  # of one person: far above a bad day, far below a full disk


# ---- received


def stage(
    viewer: Viewer, scheme: Any, upload: FileStorage | bytes, lease: timedelta | None = None
) -> Attachment:
    """Keep a picture for its author until it becomes part of a report.

    Its bytes are hashed, encrypted and on the disk before the row is written. With a lease the caller makes
    the copies; if it fails to, the worker does. Raises NotAccepted, NoRoom.
    """
    header, stored, name = keep(upload)
    try:
        return note_staged(viewer, scheme, header, stored, name, lease)
    except BaseException:
        files().delete(stored.name)  # nobody knows of it; where this fails too, the janitor finds it
        raise


def keep(upload: FileStorage | bytes) -> tuple[Header, Stored, str]:
    """Judge a picture by its first bytes and store it. Raises NotAccepted, NoRoom."""
    stream: BinaryIO = io.BytesIO(upload) if isinstance(upload, bytes) else upload.stream  # type: ignore[assignment]
    refuse_too_large(stream)
    judge = JUDGES.get(getattr(upload, "name", ""), signature.read)
    header = off_the_loop(lambda: judge(stream))
    name = "" if isinstance(upload, bytes) else tidy(upload.filename or "")
    return header, files().put(stream), name


def header_of_clip(stream: BinaryIO, whole: bool = True) -> Header:
    """What comes as a clip is kept whatever it is; a photo among them is a photo."""
    start = stream.read(recordings.LOOKED_AT)
    stream.seek(0)
    if not start:
        raise signature.unsupported()
    with suppress(NotAccepted):
        if whole:
            return signature.read(stream)
    return Header(recordings.recognise(start).media_type, 0, 0)


JUDGES: dict[str, Callable[[BinaryIO], Header]] = {
    "clips": header_of_clip,
    "documents": signature.read_document,
}  # by the field of the form; all others are for pictures


def refuse_too_large(stream: BinaryIO) -> None:
    """More bytes than allowed, whether they were kept on the way in or only counted."""
    size = stream.seek(0, 2)
    stream.seek(0)
    spool = getattr(stream, "raw", stream)
    if getattr(spool, "too_large", False) or size > config().max_upload_mb * 1024 * 1024:
        raise NotAccepted(413, "too_large")


def tidy(name: str) -> str:
    """The phone's name for it, as a note: no path, nothing that does not print."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    return "".join(letter for letter in last if letter.isprintable())[:120]


@act("file.stage")
def note_staged(
    viewer: Viewer, scheme: Any, header: Header, stored: Stored, name: str, lease: timedelta | None
) -> Attachment:
    """The row of a stored picture, and the copies that are to be made of it."""
    refuse_flood(viewer, stored.size)
    attachment = row_of(header, stored, scheme.id, viewer.user_id, the_act().at, file_name=name)
    if lease is not None:
        for copy in attachment.copies:
            copy.state, copy.lease_until, copy.attempts = "working", now() + lease, 1
    db.session.add(attachment)
    db.session.flush()
    the_act().about = attachment
    the_act().details["sha256"] = attachment.sha256
    return attachment


def row_of(
    header: Header, stored: Stored, scheme_id: uuid.UUID, author_id: uuid.UUID, at: datetime, **more: Any
) -> Attachment:
    """A picture and its two copies, still to be made; of a clip they show a frame; of a document there are none."""
    variants: tuple[str, ...] = VARIANTS
    if header.media_type in recordings.FORMATS:
        more = {"kind": CLIP, **more}
    if header.media_type == signature.PDF:
        more, variants = {"kind": DOCUMENT, "state": "ready", **more}, ()
    return Attachment(
        scheme_id=scheme_id, author_id=author_id, stored_as=stored.name, sha256=stored.sha256.hex(),
        size=stored.size, media_type=header.media_type, width=header.width, height=header.height, received_at=at,
        copies=[Derivative(variant=variant) for variant in variants], **{**clocks("picture", at), **more},
    )  # fmt: skip


def refuse_flood(viewer: Viewer, size: int) -> None:
    """One person's day has a limit, or one account could fill the disk for all. Bytes that several schemes share count
    once."""
    mine = (
        sa.select(Attachment.stored_as, Attachment.size)
        .where(Attachment.author_id == viewer.user_id, Attachment.received_at > now() - A_DAY)
        .distinct()
        .subquery()
    )
    day = sa.select(sa.func.count(), sa.func.coalesce(sa.func.sum(mine.c.size), 0)).select_from(mine)
    many, sum_ = db.session.execute(day).one()
    if many >= DAILY_FILES or sum_ + size > DAILY_BYTES:
        raise NotAccepted(429, "too_many_requests")


def staged(
    viewer: Viewer, tokens: Iterable[str], kinds: Collection[str] = (PICTURE, CLIP)
) -> list[Attachment]:
    """The viewer's own pictures named by a form, in its order; what is no longer there is left out.

    One that was attached meanwhile counts: the form that was sent may be sent again.
    """
    ids = []
    for token in dict.fromkeys(tokens):
        try:
            ids.append(uuid.UUID(token) if len(token) == 36 else None)
        except ValueError:
            continue
    if not ids:  # most reports have no picture
        return []
    query = sa.select(Attachment).where(
        Attachment.id.in_(ids), Attachment.author_id == viewer.user_id, Attachment.kind.in_(kinds)
    )
    query = query.options(selectinload(Attachment.copies)).execution_options(populate_existing=True)
    found = {attachment.id: attachment for attachment in db.session.scalars(query)}
    return [found[one] for one in ids if one in found]


# ---- attached


@act("file.attach")
def attach(
    viewer: Viewer,
    attachments: Sequence[Attachment],
    incident: Any,
    comment: Any = None,
    audience: str = "members",
) -> list[Attachment]:
    """Make staged pictures part of an incident, or of a comment and then of its audience alone.

    Only the author's own, staged ones: one that is part of a report already stays where it is.
    """
    ids = [attachment.id for attachment in attachments]
    if not ids:
        return []
    query = sa.select(Attachment).where(
        Attachment.id.in_(ids), Attachment.author_id == viewer.user_id, Attachment.loose()
    )
    taken = list(db.session.scalars(query.with_for_update().execution_options(populate_existing=True)))
    for attachment in taken:
        attachment.incident_id, attachment.scheme_id = incident.id, incident.scheme_id
        attachment.comment_id = comment.id if comment is not None else None
        attachment.audience = comment.audience if comment is not None else audience
        attachment.restricted = incident.restricts_pictures
    db.session.flush()
    the_act().details["files"] = [{"id": str(each.id), "sha256": each.sha256} for each in taken]
    return taken


@act("file.restrict")
def restrict(viewer: Viewer, incident: Any) -> None:
    """All pictures of an incident follow it: a child's are for its author, coordinators and police."""
    pictures = sa.update(Attachment).where(Attachment.incident_id == incident.id)
    db.session.execute(pictures.values(restricted=incident.restricts_pictures))


def withhold(condition: Any, withheld: bool = True) -> None:
    """Within an action: these pictures go out of members' sight with their message, or come back with it."""
    pictures = sa.update(Attachment).where(condition).values(withheld=withheld)
    db.session.execute(pictures, execution_options={"synchronize_session": False})


@act("file.drop")
def drop_staged(viewer: Viewer, attachments: Iterable[Attachment]) -> int:
    """Leave staged pictures out. Their bytes go with the janitor, who asks no transaction to be undone."""
    ids = [attachment.id for attachment in attachments]
    query = sa.select(Attachment).where(
        Attachment.id.in_(ids), Attachment.author_id == viewer.user_id, Attachment.loose()
    )
    rows = list(db.session.scalars(query.with_for_update()))
    for row in rows:
        db.session.delete(row)
    the_act().details["files"] = [str(row.id) for row in rows]
    return len(rows)


# ---- looked at


def note_look(attachment: Attachment, variant: str) -> None:
    """Write down who looks at which picture, before its bytes leave."""
    audit.note("file.original" if variant == "original" else "file.view", attachment, variant=variant)


def note_thumbs_listed(viewer: Viewer, about: Any, ids: Iterable[uuid.UUID]) -> None:
    """One audit row for all thumbnails of a page; `about` is the scheme or the incident that it shows."""
    listed = [str(one) for one in ids]
    if listed:
        looks.note("file.list", viewer, about, files=listed)


# ---- by the house itself


def place(
    session: Session, data: bytes, *, scheme_id: uuid.UUID, author_id: uuid.UUID, incident_id: uuid.UUID,
    comment_id: uuid.UUID | None = None, audience: str = "members", at: datetime | None = None, ready: bool = False,
) -> Attachment:  # fmt: skip
    """A picture of the demonstration or of a fixture, in a session that crosses the wall.

    With `ready` its copies are made at once instead of by the worker. The caller commits.
    """
    header, stored, _ = keep(data)
    attachment = row_of(
        header, stored, scheme_id, author_id, at or now(),
        incident_id=incident_id, comment_id=comment_id, audience=audience,
    )  # fmt: skip
    session.add(attachment)
    if ready:
        made = {copy.variant: copy for copy in decoders().copies(data)}
        for row in attachment.copies:
            fill(row, made[row.variant].width, made[row.variant].height, files().put(made[row.variant].data))
        attachment.state = "ready"
    session.flush()
    return attachment


def fill(row: Derivative, width: int, height: int, stored: Stored) -> None:
    """The copy is made and on the disk."""
    row.state, row.lease_until, row.stored_as = "ready", None, stored.name
    row.width, row.height, row.size = width, height, stored.size


def missing_files(session: Session) -> list[uuid.UUID]:
    """Pictures whose bytes are gone. There must be none."""
    store = files()
    rows = session.execute(sa.select(Attachment.id, Attachment.stored_as))
    gone = [row.id for row in rows if not store.exists(row.stored_as)]
    copies = session.execute(
        sa.select(Derivative.attachment_id, Derivative.stored_as).where(Derivative.stored_as.is_not(None))
    )
    gone += [row.attachment_id for row in copies if not store.exists(row.stored_as)]
    if gone:
        current_app.logger.error("%d pictures have a row and no file", len(set(gone)))
    return list(dict.fromkeys(gone))
