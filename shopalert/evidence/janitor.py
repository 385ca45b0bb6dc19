"""Keeps the store and its rows in step: what was staged and never sent goes, and so do bytes without a row."""

from __future__ import annotations

import time
import uuid
from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa
from flask import current_app

from shopalert.db import now, system_act
from shopalert.evidence.actions import missing_files
from shopalert.evidence.models import Attachment, Derivative
from shopalert.evidence.storage import cache, files
from shopalert.wall import crossing

EVERY = 3600.0  # seconds
A_DAY = timedelta(hours=24)
BATCH = 500


@dataclass(frozen=True)
class Swept:
    """What a round found."""

    staged: int
    orphans: int
    cached: int
    missing: list[uuid.UUID]


def sweep() -> Swept:
    """One round. `missing` must be empty: those pictures have a row and no bytes."""
    staged = drop_old_staged()
    old = A_DAY.total_seconds()
    orphans = remove_orphans(old) + files().sweep_drafts(old)
    cached = sum(cache().delete(name) for name in list(cache().names(old))) + cache().sweep_drafts(old)
    with crossing("janitor") as session:
        missing = missing_files(session)
    if staged or orphans or missing:
        current_app.logger.info(
            "files: %d staged dropped, %d orphans removed, %d missing", staged, orphans, len(missing)
        )
    return Swept(staged, orphans, cached, missing)


def drop_old_staged() -> int:
    """Rows of pictures that nobody sent within a day."""
    dropped = 0
    old = sa.select(Attachment).where(Attachment.loose(), Attachment.received_at < now() - A_DAY)
    while True:
        with crossing("janitor") as session:
            if session.scalar(old.with_only_columns(Attachment.id).limit(1)) is None:
                return dropped
            with system_act("file.sweep", session) as doing:
                rows = list(session.scalars(old.limit(BATCH).with_for_update(skip_locked=True)))
                for row in rows:
                    session.delete(row)
                doing.details["files"] = [str(row.id) for row in rows]
        if not rows:
            return dropped
        dropped += len(rows)


def remove_orphans(older_than: float) -> int:
    """Bytes that no row names, and that are older than any transaction could be."""
    store, removed, names = files(), 0, []
    begun = time.time()
    for name in store.names(older_than):
        names.append(name)
        if len(names) == BATCH:
            removed += remove_unnamed(names)
            names = []
    removed += remove_unnamed(names)
    if time.time() - begun > 60:
        current_app.logger.info("looking for orphans took %d s", time.time() - begun)
    return removed


def remove_unnamed(names: list[str]) -> int:
    """Of these files, remove those that no row names."""
    if not names:
        return 0
    with crossing("janitor") as session:
        known = set(session.scalars(sa.select(Attachment.stored_as).where(Attachment.stored_as.in_(names))))
        known |= set(session.scalars(sa.select(Derivative.stored_as).where(Derivative.stored_as.in_(names))))
    return sum(files().delete(name) for name in names if name not in known)
