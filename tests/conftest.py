"""Fixtures: the same tests on SQLite alone and on real PostgreSQL with real Redis."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import flask_migrate
import pytest
from flask import Flask

from shopalert import create_app
from shopalert.db import db
from tests import services
from tests.world import World

BOTH = ("sqlite", "postgres")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--engine", choices=("sqlite", "postgres", "both"), default="both")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "engine" in metafunc.fixturenames:
        chosen = metafunc.config.getoption("--engine")
        metafunc.parametrize("engine", BOTH if chosen == "both" else (chosen,), indirect=True, scope="session")


@pytest.fixture(scope="session")
def cluster() -> Iterator[services.Postgres]:
    """One PostgreSQL for the whole run."""
    with services.postgres() as found:
        yield found


@pytest.fixture(scope="session")
def redis_server() -> Iterator[services.Redis]:
    """One Redis for the whole run."""
    with services.redis() as found:
        yield found


@pytest.fixture(scope="session")
def engine(request: pytest.FixtureRequest) -> str:
    """On which database the test runs."""
    return str(request.param)


@pytest.fixture(scope="session")
def migrated(engine: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """An empty town at the newest schema, to be copied for each test."""
    folder = tmp_path_factory.mktemp("migrated")
    folder.chmod(0o700)
    settings: dict[str, Any] = {"data_dir": folder, "testing": True}
    if engine == "postgres":
        settings["database_url"] = request.getfixturevalue("cluster").new_database()
    app = create_app(settings)
    with app.app_context():
        flask_migrate.upgrade()
        db.session.remove()
        db.engine.dispose()
    return settings.get("database_url") or folder / "shopalert.db"


@pytest.fixture
def settings(engine: str, migrated: Any, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[dict[str, Any]]:
    """What the application of one test starts with: a database of its own."""
    data = tmp_path / "data"
    data.mkdir(mode=0o700)
    found: dict[str, Any] = {"data_dir": data, "testing": True, "background": False, "secret_key": "t" * 40}
    if engine == "sqlite":
        shutil.copy(migrated, data / "shopalert.db")
        (data / "shopalert.db").chmod(0o600)
        yield found
        return
    cluster: services.Postgres = request.getfixturevalue("cluster")
    found["database_url"] = cluster.new_database(services.database_name(migrated))
    found["redis_url"] = request.getfixturevalue("redis_server").url
    yield found
    cluster.drop_database(found["database_url"])


@pytest.fixture
def app(settings: dict[str, Any]) -> Iterator[Flask]:
    """The application; nothing runs in its background."""
    made = create_app(settings)
    yield made
    with made.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def world(app: Flask) -> World:
    """The cast in their schemes."""
    return World(app)
