"""What a person decides about the app on their devices."""

from __future__ import annotations

import sqlalchemy as sa

from shopalert.accounts.models import User
from shopalert.db import act, db, now
from shopalert.schemes.viewer import Viewer


@act("install.dismiss")
def dismiss_invitation(viewer: Viewer) -> None:
    """Invite them no more to put ShopAlert on their Home Screen."""
    db.session.execute(
        sa.update(User)
        .where(User.id == viewer.user_id, User.install_dismissed_at.is_(None))
        .values(install_dismissed_at=now())
    )
