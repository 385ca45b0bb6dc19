"""What a person decides about their first steps."""

from __future__ import annotations

import sqlalchemy as sa

from shopalert.accounts.models import User
from shopalert.db import act, db, now
from shopalert.schemes.viewer import Viewer


@act("tour.end")
def end_tour(viewer: Viewer) -> None:
    """They have read the first steps, or do not want them: they do not come by themselves again."""
    db.session.execute(
        sa.update(User).where(User.id == viewer.user_id, User.toured_at.is_(None)).values(toured_at=now())
    )


@act("tour.again")
def begin_tour(viewer: Viewer) -> None:
    """Show them once more where one begins."""
    db.session.execute(sa.update(User).where(User.id == viewer.user_id).values(toured_at=None))
