"""Who was invited to put ShopAlert on their Home Screen, and has answered.

Revision ID: 20261125_install
Revises: 20261125_start
Create Date: 2026-11-25
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261125_install"
down_revision = "20261125_start"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("user", sa.Column("install_dismissed_at", sa.DateTime(), nullable=True))


def downgrade() -> None:
    op.drop_column("user", "install_dismissed_at")
