"""What was looked at is gathered, and written as soon as it can be."""

from __future__ import annotations

import sqlalchemy as sa

from shopalert.db import writing
from shopalert.protection import looks
from shopalert.protection.models import AuditRow
from shopalert.wall import crossing
from tests.people import ASHA, BEN


def rename(world, old, new):
    with world.app.app_context(), crossing("seed") as session, writing(session):
        session.execute(sa.text(f"ALTER TABLE {old} RENAME TO {new}"))


def reads(world):
    with world.app.app_context(), crossing("audit") as session:
        return session.scalar(
            sa.select(sa.func.count()).select_from(AuditRow).where(AuditRow.verb == "incident.read")
        )


def test_what_cannot_be_written_now_is_written_later(world, monkeypatch):
    monkeypatch.setattr(looks._gathering, "working", True)
    incident = world.report(ASHA)
    assert world.client(BEN).get(f"/incidents/{incident}").status_code == 200
    rename(world, "audit_row", "audit_row_away")  # as a full disk would refuse
    looks.flush(world.app)
    assert len(looks._gathering.acts) == 1
    assert world.client(BEN).get(f"/incidents/{incident}").status_code == 200
    rename(world, "audit_row_away", "audit_row")
    looks.flush(world.app)
    assert not looks._gathering.acts and reads(world) == 2
