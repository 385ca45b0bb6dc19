"""Who has put the first steps away.

Revision ID: 20261126_help
Revises: 20261126_digest
Create Date: 2026-11-26
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from shopalert import db as house

revision = "20261126_help"
down_revision = "20261126_digest"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("user", sa.Column("toured_at", house.Moment(), nullable=True))


def downgrade() -> None:
    op.drop_column("user", "toured_at")
