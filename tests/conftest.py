"""Fixtures: the same tests on SQLite alone and on real PostgreSQL with real Redis."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import flask_migrate
import hypothesis
import pytest
from flask import Flask
from jinja2 import FileSystemBytecodeCache

from shopalert import create_app
from shopalert.alerts.missed import missed
from shopalert.db import db
from tests import quick, services
from tests.world import World

HERE = Path(__file__).parent
BOTH = ("sqlite", "postgres")
# They measure time, or take the machine for themselves: `python3 dev.py test` runs them after the others, one by one.
ALONE = (
    "alerts/test_doors.py", "alerts/test_push.py", "alerts/test_stream.py", "browser/test_live.py",
    "browser/test_steady.py", "browser/test_the_path.py",
    "commands/test_serve.py::test_a_person_signs_in_streams_and_the_server_ends_when_told",
    "commands/test_serve.py::test_argon2_does_not_halt_the_others",
    "commands/test_serve.py::test_ctrl_c_leaves_no_process",
    "evidence/test_derivatives.py", "evidence/test_images.py", "faults/", "house/test_dev.py",
)  # fmt: skip
# Minutes each: begun last, they would keep one core busy while the others have nothing to do.
LONGEST = ("browser/test_hostile_town.py", "browser/test_nothing_left_out.py", "house/test_secrets.py")
# What the database itself has a part in. All else is tried on SQLite, and on PostgreSQL too with `--engine both`; that
# each statement of the house is one for PostgreSQL, tests/house/test_table.py shows there: every address, every form.
ON_BOTH = (
    # its locks, queues, numbers and constraints
    "accounts/test_throttle.py", "alerts/test_beats.py", "alerts/test_breakers.py", "alerts/test_dispatcher.py",
    "alerts/test_doors.py", "alerts/test_figures.py", "alerts/test_live.py", "alerts/test_missed.py",
    "alerts/test_model.py", "alerts/test_outbox.py", "alerts/test_repeats.py", "alerts/test_stream.py",
    "commands/test_audit.py", "commands/test_serve.py", "deploy/*", "evidence/test_derivatives.py",
    "evidence/test_janitor.py", "evidence/test_kept_through_migrations.py", "faults/*", "incidents/test_sync.py",
    "incidents/test_twelve.py", "letters/test_writing.py", "mail/test_worker.py", "operating/test_watch.py",
    "protection/test_audit.py", "test_health.py", "uploads/test_server.py",
    # its second wall
    "house/test_audience.py", "house/test_table.py", "house/test_untold.py",
    "house/test_wall.py", "security/test_ended_rights.py", "sharing/test_machine.py",
    # statements that each has its own way with
    "bulletins/test_force.py", "bulletins/test_receipts.py", "bulletins/test_search.py", "desk/test_lists.py",
    "house/test_queries.py", "house/test_schema.py", "house/test_time.py", "incidents/test_actions.py",
    "incidents/test_cards.py", "incidents/test_filters.py", "incidents/test_reach.py", "incidents/test_search.py",
    "incidents/test_work.py",
)  # fmt: skip


quick.share_addresses()
# Others run beside it: how long an example takes to be made or tried says nothing.
hypothesis.settings.register_profile(
    "beside others", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("beside others")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--engine",
        choices=("sqlite", "postgres", "both"),
        help="where all run; else only ON_BOTH on PostgreSQL too",
    )
    parser.addoption(
        "--in-memory", action="store_true", help="write nothing to the disk: what lasts is not tried"
    )


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("--in-memory") and not hasattr(config, "workerinput"):
        quick.into_memory(config)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.nodeid.removeprefix("tests/").startswith(ALONE):
            item.add_marker("alone")
    first = [HERE / name for name in LONGEST]
    items.sort(key=lambda item: item.path not in first)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "engine" in metafunc.fixturenames:
        on = engines(metafunc.config.getoption("--engine"), metafunc.definition.path.relative_to(HERE))
        metafunc.parametrize("engine", on, indirect=True, scope="session")


def engines(chosen: str | None, test: Path) -> tuple[str, ...]:
    """On which databases the tests of this module run."""
    if chosen in BOTH:
        return (chosen,)
    asks_the_database = any(test.match(pattern) for pattern in ON_BOTH)
    return BOTH if asks_the_database or chosen == "both" else ("sqlite",)


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


@pytest.fixture(scope="session")
def settled(
    engine: str, migrated: Any, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Any, World]:
    """The same with the cast in their schemes, and who is who."""
    folder = tmp_path_factory.mktemp("settled")
    folder.chmod(0o700)
    settings: dict[str, Any] = {"data_dir": folder, "testing": True, "background": False}
    if engine == "postgres":
        cluster: services.Postgres = request.getfixturevalue("cluster")
        settings["database_url"] = cluster.new_database(services.database_name(migrated))
    else:
        copy_of(migrated, folder)
    app = create_app(settings)
    world = World(app)
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
    return settings.get("database_url") or folder / "shopalert.db", world


def copy_of(database: Path, folder: Path) -> None:
    shutil.copy(database, folder / "shopalert.db")
    (folder / "shopalert.db").chmod(0o600)


@pytest.fixture
def settings(
    engine: str, migrated: Any, request: pytest.FixtureRequest, tmp_path: Path
) -> Iterator[dict[str, Any]]:
    """What the application of one test starts with: a database of its own, with the cast where it is asked for."""
    start = request.getfixturevalue("settled")[0] if "world" in request.fixturenames else migrated
    data = tmp_path / "data"
    data.mkdir(mode=0o700)
    found: dict[str, Any] = {"data_dir": data, "testing": True, "background": False, "secret_key": "t" * 40}
    if engine == "sqlite":
        copy_of(start, data)
        yield found
        return
    cluster: services.Postgres = request.getfixturevalue("cluster")
    found["database_url"] = cluster.new_database(services.database_name(start))
    found["redis_url"] = request.getfixturevalue("redis_server").url
    yield found
    cluster.drop_database(found["database_url"])


@pytest.fixture(scope="session")
def compiled_templates(tmp_path_factory: pytest.TempPathFactory) -> FileSystemBytecodeCache:
    """Each template is compiled once for the whole run, not once for each test's application."""
    return FileSystemBytecodeCache(str(tmp_path_factory.mktemp("templates")))


@pytest.fixture
def app(settings: dict[str, Any], compiled_templates: FileSystemBytecodeCache) -> Iterator[Flask]:
    """The application; nothing runs in its background."""
    made = create_app(settings)
    made.jinja_env.bytecode_cache = compiled_templates
    quick.share_statements(made)
    yield made
    with made.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def world(app: Flask, settled: tuple[Any, World]) -> World:
    """The cast in their schemes."""
    # All towns are copies of one: what was made for readers of another would be taken for its own.
    missed.forget()
    return settled[1].moved_to(app)
