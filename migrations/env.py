"""Alembic's entry: the application's own engine and tables. Run by `flask db …`."""

from __future__ import annotations

from alembic import context
from flask import current_app

from shopalert.db import db


def run() -> None:
    """Migrate over one connection; a step that fails leaves the schema as the step before it."""
    with db.engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=db.metadata,
            transaction_per_migration=True,
            user_module_prefix="house.",
            **current_app.extensions["migrate"].configure_args,
        )
        with context.begin_transaction():
            context.run_migrations()


run()
