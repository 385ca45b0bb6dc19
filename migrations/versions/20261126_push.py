"""Push services that are down are left alone.

Revision ID: 20261126_push
Revises: 20261126_reach
Create Date: 2026-11-26
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261126_push"
down_revision = "20261126_reach"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("push_service", sa.Column("failures", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("push_service", sa.Column("failing_since", sa.DateTime()))


def downgrade() -> None:
    op.drop_column("push_service", "failing_since")
    op.drop_column("push_service", "failures")
