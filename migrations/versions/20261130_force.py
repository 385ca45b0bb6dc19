"""Which officers may write to the whole force, and which bulletins went to it.

Revision ID: 20261130_force
Revises: 20261130_words
Create Date: 2026-11-30
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261130_force"
down_revision = "20261130_words"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("user", sa.Column("tells_force", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("bulletin", sa.Column("to_force", sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    op.drop_column("bulletin", "to_force")
    op.drop_column("user", "tells_force")
