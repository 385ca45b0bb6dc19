"""Settings of a scheme; incidents that the police know of, and those that are practice.

Revision ID: 20261125_settings
Revises: 20261124_first
Create Date: 2026-11-25
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261125_settings"
down_revision = "20261124_first"
branch_labels = None
depends_on = None

# column, type, what rows that stand already have
SCHEME = (
    ("reporter_shown", sa.String(10), "name"),
    ("appearance", sa.Boolean(), sa.false()),
    ("break_through", sa.Boolean(), sa.true()),
    ("officers_see_unreported", sa.Boolean(), sa.true()),
    ("offline_reading", sa.Boolean(), sa.true()),
    ("approval", sa.Boolean(), sa.true()),
)
INCIDENT = (("told_police", sa.Boolean(), sa.false()), ("exercise", sa.Boolean(), sa.false()))


def upgrade() -> None:
    # Added in place, not by rebuilding the table: SQLite would take a table that others point to for emptied.
    for table, columns in (("scheme", SCHEME), ("incident", INCIDENT)):
        for name, kind, before in columns:
            op.add_column(table, sa.Column(name, kind, nullable=False, server_default=before))


def downgrade() -> None:
    for table, columns in (("scheme", SCHEME), ("incident", INCIDENT)):
        for name, _kind, _before in columns:
            op.drop_column(table, name)
