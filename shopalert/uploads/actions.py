"""What can be done with a file that comes in pieces: begin it, end it, and have it whole."""

from __future__ import annotations

import io
import secrets
import shutil
import uuid
from typing import Any

import sqlalchemy as sa

from shopalert.config import config
from shopalert.db import act, db, now, the_act
from shopalert.evidence.actions import A_DAY, DAILY_BYTES, drop_staged, header_of_clip, row_of, tidy
from shopalert.evidence.models import Attachment
from shopalert.evidence.partial import Partial, stored
from shopalert.evidence.signature import Header, NotAccepted
from shopalert.evidence.storage import Damaged, Folder, NoRoom, Stored, arriving, files, off_the_loop
from shopalert.protection.clocks import clocks
from shopalert.schemes.viewer import Viewer
from shopalert.uploads.models import Upload

MB = 1024 * 1024
MOST_OPEN = 20  # of one person at a time
KEPT_FREE = 0.05  # of the disk, and no more than that many bytes: what a report needs is not given to films
KEPT_FREE_MOST = 500 * MB


class NotWhole(Exception):
    """All bytes came, and they are not those that were announced."""


# ---- begun


def begin(
    viewer: Viewer, scheme: Any, length: int, name: str, sha256: str, client_id: uuid.UUID | None
) -> Upload:
    """Make room for a file of this length. Begun twice with one key it is the same. Raises NotAccepted, NoRoom."""
    if client_id is not None and (before := begun_before(viewer, scheme, length, client_id)) is not None:
        return before
    refuse_too_long(length)
    refuse_full_disk(length)
    partial = Partial(arriving(), secrets.token_hex(16), length)
    off_the_loop(partial.begin)
    try:
        return note_begun(viewer, scheme, partial, tidy(name), sha256, client_id)
    except BaseException:
        partial.drop()  # nobody knows of it
        raise


def begun_before(viewer: Viewer, scheme: Any, length: int, client_id: uuid.UUID) -> Upload | None:
    """The viewer's own upload with this key that still stands."""
    query = sa.select(Upload).where(
        Upload.author_id == viewer.user_id, Upload.client_id == client_id, Upload.scheme_id == scheme.id,
        Upload.length == length, Upload.ended_at.is_(None), Upload.finished_at.is_(None),
    )  # fmt: skip
    found = db.session.scalars(query.order_by(Upload.id.desc()).limit(1)).first()
    return found if found is not None and found.expires_at() > now() and found.partial().exists() else None


def refuse_too_long(length: int) -> None:
    if length > config().max_clip_mb * MB:
        raise NotAccepted(413, "too_large")


def refuse_full_disk(length: int) -> None:
    """Said before a phone sends for an hour."""
    disk = shutil.disk_usage(config().data_dir)
    if disk.free - length < min(disk.total * KEPT_FREE, KEPT_FREE_MOST):
        raise NoRoom


@act("upload.begin")
def note_begun(
    viewer: Viewer, scheme: Any, partial: Partial, name: str, sha256: str, client_id: uuid.UUID | None
) -> Upload:
    """The row of an empty file that is on the disk."""
    at = the_act().at
    refuse_quota(viewer, scheme.id, partial.length)
    upload = Upload(
        scheme_id=scheme.id, author_id=viewer.user_id, client_id=client_id, stored_as=partial.name,
        file_name=name, length=partial.length, sha256=sha256, created_at=at, **clocks("upload", at),
    )  # fmt: skip
    db.session.add(upload)
    db.session.flush()
    the_act().about = upload
    return upload


def refuse_quota(viewer: Viewer, scheme_id: uuid.UUID, length: int) -> None:
    """A scheme's day has a limit, and a person's: what was given up does not count."""
    day = sa.and_(Upload.ended_at.is_(None), Upload.created_at > now() - A_DAY)
    of_scheme, mine, open_ = db.session.execute(
        sa.select(
            sa.func.coalesce(sa.func.sum(Upload.length), 0),
            sa.func.coalesce(
                sa.func.sum(sa.case((Upload.author_id == viewer.user_id, Upload.length), else_=0)), 0
            ),
            sa.func.count(
                sa.case((sa.and_(Upload.author_id == viewer.user_id, Upload.finished_at.is_(None)), 1))
            ),
        ).where(Upload.scheme_id == scheme_id, day)
    ).one()
    if open_ >= MOST_OPEN or mine + length > DAILY_BYTES:
        raise NotAccepted(429, "too_many_requests")
    if of_scheme + length > config().clips_mb_per_day * MB:
        raise NotAccepted(429, "quota_used")


# ---- whole


def finish(viewer: Viewer, upload: Upload, partial: Partial) -> None:
    """All bytes are here: look at them once more as they lie there, and keep them. Raises NotWhole.

    Done again after a crash at any place it comes to the same.
    """
    if upload.finished_at is not None:
        return
    store, picture = files(), upload.length <= config().max_upload_mb * MB
    header, kept = off_the_loop(lambda: take_in(store, partial, picture))
    if kept is None or kept.size != upload.length or upload.sha256 not in ("", kept.sha256.hex()):
        end(viewer, upload, "not_whole")
        store.delete(upload.stored_as)
        raise NotWhole
    note_finished(viewer, upload, header, kept)


def take_in(store: Folder, partial: Partial, picture: bool) -> tuple[Header, Stored | None]:
    """Put the file among the others and read it from end to end. Only what is small enough may be a picture."""
    if partial.exists():
        final = store.path(partial.name)
        store.make(final.parent)
        partial.become(final)
    try:
        start = b"".join(store.get(partial.name)) if picture else next(store.get(partial.name))
        return header_of_clip(io.BytesIO(start), whole=picture), stored(store, partial.name)
    except (Damaged, FileNotFoundError):
        return Header("", 0, 0), None


@act("file.stage")
def note_finished(viewer: Viewer, upload: Upload, header: Header, kept: Stored) -> None:
    """The row of the file, with its hash, still its uploader's alone."""
    standing = db.session.get_one(Upload, upload.id, with_for_update=True, populate_existing=True)
    if standing.finished_at is not None:
        return
    standing.finished_at = the_act().at
    attachment = row_of(
        header, kept, standing.scheme_id, viewer.user_id, the_act().at,
        id=standing.id, file_name=standing.file_name,
    )  # fmt: skip
    db.session.add(attachment)
    db.session.flush()
    the_act().about = attachment
    the_act().details["sha256"] = attachment.sha256


def is_stored(upload: Upload) -> bool:
    """Its bytes stand among the files already, though no row says so: a crash between the two."""
    return upload.finished_at is None and files().exists(upload.stored_as)


# ---- ended


@act("upload.end")
def end(viewer: Viewer, upload: Upload, why: str) -> None:
    """Give it up. One that is part of an incident already stays there: then the caller has refused."""
    standing = db.session.get_one(Upload, upload.id, with_for_update=True, populate_existing=True)
    standing.ended_at = the_act().at
    the_act().about, the_act().details["why"] = standing, why
    if standing.finished_at is not None and (whole := attachment_of(standing)) is not None:
        drop_staged(viewer, [whole])
    standing.partial().drop()


def attachment_of(upload: Upload) -> Attachment | None:
    """What became of it, where the viewer sees it."""
    return db.session.scalar(sa.select(Attachment).where(Attachment.id == upload.id))
