"""Uploads that stood still for too long go, with their bytes; and so do bytes that no row names."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from shopalert.config import config
from shopalert.db import now, system_act
from shopalert.evidence.storage import arriving
from shopalert.uploads.models import Upload
from shopalert.wall import crossing

BATCH = 500
REMEMBERED = timedelta(days=7)  # that an upload was, after it is over


def sweep() -> int:
    """One round; how many were dropped."""
    dropped, before = 0, now() - timedelta(hours=config().upload_hours)
    open_ = sa.select(Upload).where(
        Upload.finished_at.is_(None), Upload.ended_at.is_(None), Upload.created_at < before
    )
    with crossing("janitor") as session:
        late = [upload.id for upload in session.scalars(open_) if upload.expires_at() < now()]
        for at in range(0, len(late), BATCH):
            with system_act("upload.sweep", session) as doing:
                rows = list(session.scalars(sa.select(Upload).where(Upload.id.in_(late[at : at + BATCH]))))
                for upload in rows:
                    upload.ended_at = now()
                    upload.partial().drop()
                doing.details["uploads"] = [str(upload.id) for upload in rows]
            dropped += len(rows)
    forget()
    arriving().sweep_drafts(2 * config().upload_hours * 3600.0)
    return dropped


def forget() -> None:
    """Rows that nobody asks for any more."""
    old = Upload.created_at < now() - max(REMEMBERED, timedelta(hours=2 * config().upload_hours))
    over = sa.or_(Upload.finished_at.is_not(None), Upload.ended_at.is_not(None))
    with crossing("janitor") as session:
        if session.scalar(sa.select(Upload.id).where(old, over).limit(1)) is not None:
            with system_act("upload.forget", session):
                session.execute(sa.delete(Upload).where(old, over))
