"""The whole report: people, vehicles, goods, answers, flags; what came of it, until when, which way, what was said.

Revision ID: 20261125_report
Revises: 20261125_install
Create Date: 2026-11-25
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261125_report"
down_revision = "20261125_install"
branch_labels = None
depends_on = None

EMPTY_LIST, EMPTY_DICT = sa.text("'[]'"), sa.text("'{}'")
# column, type, what rows that stand already have; None: may stay empty
INCIDENT = (
    ("occurred_until", sa.DateTime(), None),
    ("came_to", sa.String(20), ""),
    ("people_count", sa.Integer(), None),
    ("value_recovered_pence", sa.Integer(), None),
    ("direction", sa.String(200), ""),
    ("words_spoken", sa.Text(), ""),
    ("flags", sa.JSON(), EMPTY_LIST),
    ("people", sa.JSON(), EMPTY_LIST),
    ("vehicles", sa.JSON(), EMPTY_LIST),
    ("goods", sa.JSON(), EMPTY_LIST),
    ("answers", sa.JSON(), EMPTY_DICT),
)
ATTACHMENT = (("restricted", sa.Boolean(), sa.false()),)


def upgrade() -> None:
    # Added in place, not by rebuilding the table: SQLite would take a table that others point to for emptied.
    for table, columns in (("incident", INCIDENT), ("attachment", ATTACHMENT)):
        for name, kind, before in columns:
            op.add_column(table, sa.Column(name, kind, nullable=before is None, server_default=before))


def downgrade() -> None:
    for table, columns in (("incident", INCIDENT), ("attachment", ATTACHMENT)):
        for name, _kind, _before in columns:
            op.drop_column(table, name)
