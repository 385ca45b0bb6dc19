"""A push service and a small town for the tests of alerts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from shopalert.db import db
from tests.alerts.small import Town, small_app
from tests.push_service import PushService


@pytest.fixture(scope="session")
def push_service() -> Iterator[PushService]:
    """One for all: every test makes devices of its own. Its two ports are two push services to a sender."""
    with PushService(origins=3) as service:
        yield service


@pytest.fixture
def push_settings(tmp_path: Path, push_service: PushService) -> dict[str, Any]:
    """What an operator would set to use the service of the tests."""
    data = tmp_path / "alerts"
    data.mkdir(mode=0o700)
    return {**push_service.settings, "DATA_DIR": str(data), "VAPID_SUBJECT": "mailto:ops@shop.example"}


@pytest.fixture
def town(push_settings: dict[str, Any]) -> Town:
    """The small town, on SQLite."""
    return Town(small_app(push_settings), push_settings)


@pytest.fixture
def town_on_both(
    engine: str, push_settings: dict[str, Any], request: pytest.FixtureRequest
) -> Iterator[Town]:
    """The small town, on SQLite and on PostgreSQL."""
    settings = dict(push_settings)
    if engine == "postgres":
        cluster = request.getfixturevalue("cluster")
        settings["DATABASE_URL"] = cluster.new_database()
    town = Town(small_app(settings), settings)
    yield town
    with town.app.app_context():
        db.engine.dispose()
    if engine == "postgres":
        cluster.drop_database(settings["DATABASE_URL"])
