"""Alembic's entry: the application's own engine and tables. Run by `flask db …`."""

from __future__ import annotations

from alembic import context
from flask import current_app

from shopalert.db import db


def run() -> None:
    """Migrate over one connection, in one transaction on PostgreSQL, step by step on SQLite."""
    with db.engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=db.metadata,
            render_as_batch=True,
            compare_type=True,
            transaction_per_migration=True,
            user_module_prefix="house.",
            **current_app.extensions["migrate"].configure_args,
        )
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()


run()
