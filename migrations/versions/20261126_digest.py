"""The least priority that the day's letter counts.

Revision ID: 20261126_digest
Revises: 20261125_wake
Create Date: 2026-11-26
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261126_digest"
down_revision = "20261125_wake"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("preference", sa.Column("digest", sa.Integer(), nullable=False, server_default="0"))


def downgrade() -> None:
    op.drop_column("preference", "digest")
