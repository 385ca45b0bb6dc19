"""Advice that was sent to a business can be taken back.

Revision ID: 20261130_taken_back
Revises: 20261130_force
Create Date: 2026-11-30
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from shopalert import db as house

revision = "20261130_taken_back"
down_revision = "20261130_force"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("advice", sa.Column("withdrawn_at", house.Moment(), nullable=True))
    op.add_column("advice", sa.Column("withdrawn_why", sa.String(200), nullable=False, server_default=""))


def downgrade() -> None:
    op.drop_column("advice", "withdrawn_why")
    op.drop_column("advice", "withdrawn_at")
