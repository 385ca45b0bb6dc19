"""When the reader of a reply to a bulletin was told of it: of the whole force the clock does it.

Revision ID: 20261201_told
Revises: 20261130_enclosures
Create Date: 2026-12-01
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from shopalert import db as house

revision = "20261201_told"
down_revision = "20261130_enclosures"
branch_labels = None
depends_on = None

UNTOLD = sa.text("told_at IS NULL")


def upgrade() -> None:
    op.add_column("bulletin_reply", sa.Column("told_at", house.Moment(), nullable=True))
    if (
        op.get_bind().dialect.name == "postgresql"
    ):  # its rows are locked to whoever does not say that they cross
        op.execute("SELECT set_config('shopalert.crossing', 'yes', true)")
    op.execute("UPDATE bulletin_reply SET told_at = at")
    op.create_index(
        "ix_bulletin_reply_untold", "bulletin_reply", ["id"], sqlite_where=UNTOLD, postgresql_where=UNTOLD
    )


def downgrade() -> None:
    op.drop_index("ix_bulletin_reply_untold", "bulletin_reply")
    op.drop_column("bulletin_reply", "told_at")
