"""The link of a new instance; districts that were merged into others; what a database was filled with.

Revision ID: 20261125_start
Revises: 20261125_kinds
Create Date: 2026-11-25
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261125_start"
down_revision = "20261125_kinds"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "set_up_link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_set_up_link")),
    )
    op.add_column("district", sa.Column("ended_at", sa.DateTime(), nullable=True))
    op.add_column("instance", sa.Column("filled_by", sa.String(length=10), nullable=False, server_default=""))
    remember_the_demonstration()


def remember_the_demonstration() -> None:
    """A database that was filled before this column was there says so in its audit."""
    audit = sa.table("audit_row", sa.column("verb"))
    instance = sa.table("instance", sa.column("filled_by"))
    for name in ("demo", "seed"):
        filled = sa.exists(sa.select(sa.literal(1)).select_from(audit).where(audit.c.verb == f"{name}.load"))
        op.get_bind().execute(sa.update(instance).where(filled).values(filled_by=name))


def downgrade() -> None:
    op.drop_column("instance", "filled_by")
    op.drop_column("district", "ended_at")
    op.drop_table("set_up_link")
