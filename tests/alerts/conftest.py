"""A push service and a small town for the tests of alerts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.alerts.small import Town, small_app
from tests.push_service import PushService


@pytest.fixture(scope="session")
def push_service() -> Iterator[PushService]:
    """One for all: every test makes devices of its own. Its two ports are two push services to a sender."""
    with PushService(origins=3) as service:
        yield service


@pytest.fixture
def settings(tmp_path: Path, push_service: PushService) -> dict[str, Any]:
    data = tmp_path / "data"
    data.mkdir(mode=0o700)
    return {**push_service.settings, "DATA_DIR": str(data), "VAPID_SUBJECT": "mailto:ops@shop.example"}


@pytest.fixture
def town(settings: dict[str, Any]) -> Town:
    return Town(small_app(settings))
