"""What a form that takes clips shows: those that its viewer has sent whole and not used yet."""

from __future__ import annotations

import uuid
from typing import Any

import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import selectinload

from shopalert.config import config
from shopalert.db import db, now
from shopalert.evidence.actions import A_DAY
from shopalert.evidence.models import CLIP, Attachment
from shopalert.schemes.viewer import current_viewer

MOST = 10


def clips_waiting(scheme_id: uuid.UUID) -> list[Attachment]:
    """The viewer's own clips of this scheme that are part of nothing: after a reload they are still there."""
    viewer = current_viewer()
    if viewer is None:
        return []
    query = sa.select(Attachment).where(
        Attachment.author_id == viewer.user_id, Attachment.incident_id.is_(None), Attachment.kind == CLIP,
        Attachment.scheme_id == scheme_id, Attachment.received_at > now() - A_DAY,
    )  # fmt: skip
    query = query.options(selectinload(Attachment.copies)).order_by(Attachment.id)
    return list(db.session.scalars(query.limit(MOST)))


def init_app(app: Flask) -> None:
    names: dict[str, Any] = {"clips_waiting": clips_waiting, "max_clip_mb": lambda: config().max_clip_mb}
    app.jinja_env.globals.update(names)
