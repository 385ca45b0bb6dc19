"""What the tests of the chat share."""

from __future__ import annotations

import pytest

from shopalert.alerts.models import Subscription
from shopalert.db import writing
from shopalert.wall import crossing


@pytest.fixture
def devices(world):
    """The cast, each with a device that takes alerts."""
    with world.app.app_context(), crossing("seed") as session, writing(session):
        for name, user_id in world.users.items():
            address = f"https://push.example/{name}"
            session.add(Subscription(user_id=user_id, endpoint=address, origin="https://push.example"))
    return world
