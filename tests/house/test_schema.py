"""The migrations lead to exactly what the models say, on both engines, and a second upgrade does nothing."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from flask_migrate import upgrade

import shopalert
from shopalert import create_app
from shopalert.db import db
from tests import services

for models in Path(shopalert.__file__).parent.glob("*/models.py"):  # also those that no view uses yet
    importlib.import_module(f"shopalert.{models.parent.name}.models")


def ours(name, kind, _parents):
    """All but the index of search: each engine makes its own, and SQLite a handful of tables behind it."""
    return not (name or "").startswith("passage_index")


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database(request) -> Iterator[str]:
    if request.param == "sqlite":
        yield ""
    else:
        with services.postgres() as cluster:
            yield cluster.new_database()


def test_head_of_the_migrations_is_what_the_models_say(database, tmp_path):
    tmp_path.chmod(0o700)
    app = create_app({"DATA_DIR": tmp_path, "DATABASE_URL": database, "BACKGROUND": False})
    with app.app_context():
        upgrade()
        upgrade()
        with db.engine.connect() as connection:
            opts = {"compare_type": True, "include_name": ours}
            context = MigrationContext.configure(connection, opts=opts)
            differences = compare_metadata(context, db.metadata)
            assert differences == [], "\n".join(map(str, differences))
        db.engine.dispose()
