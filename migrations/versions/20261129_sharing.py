"""Whether a scheme takes what others share; shares of a thing are found by it.

Revision ID: 20261129_sharing
Revises: 20261129_answers
Create Date: 2026-11-29
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261129_sharing"
down_revision = "20261129_answers"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("scheme", sa.Column("takes_shares", sa.Boolean(), nullable=False, server_default=sa.true()))
    op.create_index("ix_share_thing_id", "share", ["thing_id"])


def downgrade() -> None:
    op.drop_index("ix_share_thing_id", "share")
    op.drop_column("scheme", "takes_shares")
