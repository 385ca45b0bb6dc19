"""Store and rows in step: nothing staged stays for ever, nothing of a report is ever removed."""

from __future__ import annotations

import os
import time
from datetime import timedelta

import sqlalchemy as sa

from shopalert.db import now, writing
from shopalert.evidence import janitor
from shopalert.evidence.models import Attachment, Derivative
from shopalert.evidence.storage import cache, files
from shopalert.wall import crossing
from tests.people import ASHA


def make_old(album, attachment_id=None):
    """Let a day pass for the files, and for this row."""
    with album.world.app.app_context():
        for store in (files(), cache()):
            for path in store.root.rglob("*"):
                if path.is_file():
                    os.utime(path, (time.time() - 90_000,) * 2)
        if attachment_id:
            with crossing("command") as session, writing(session):
                old = sa.update(Attachment).where(Attachment.id == attachment_id)
                session.execute(old.values(received_at=now() - timedelta(hours=25)))


def sweep(album):
    with album.world.app.app_context():
        return janitor.sweep()


def test_staged_for_a_day_goes_with_its_copies_and_bytes(album, world):
    attached, old, fresh = album.on(world.report(ASHA)), album.staged(), album.staged()
    album.make_copies()
    make_old(album, old.id)
    make_old(album, attached)
    swept = sweep(album)
    assert (swept.staged, swept.missing) == (1, [])
    assert swept.orphans == 3
    left = album.ask(lambda session: set(session.scalars(sa.select(Attachment.id))))
    assert left == {attached, fresh.id}
    assert album.ask(lambda session: session.scalar(sa.select(sa.func.count(Derivative.id)))) == 4
    with album.world.app.app_context():
        assert len(list(files().names())) == 6


def test_young_orphans_stay_and_old_ones_go(album):
    with album.world.app.app_context():
        files().put(b"a row may yet be written")
        assert janitor.sweep().orphans == 0
    make_old(album)
    assert sweep(album).orphans == 1
    with album.world.app.app_context():
        assert not list(files().names())


def test_yesterdays_watermarks_go(album):
    with album.world.app.app_context():
        cache().put(b"x", name="ab" * 32)
    assert sweep(album).cached == 0
    make_old(album)
    assert sweep(album).cached == 1


def test_a_row_without_bytes_is_reported(album, world):
    attached = album.on(world.report(ASHA))
    assert sweep(album).missing == []
    with album.world.app.app_context():
        files().delete(album.row(attached).stored_as)
    assert sweep(album).missing == [attached]
