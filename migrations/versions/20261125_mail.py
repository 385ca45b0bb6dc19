"""Mail that leaves the house.

Revision ID: 20261125_mail
Revises: 20261125_settings
Create Date: 2026-11-25
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import shopalert.db as house

revision = "20261125_mail"
down_revision = "20261125_settings"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "mail",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("scheme_id", sa.Uuid(), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("queued_at", house.Moment(), nullable=False),
        sa.Column("due_at", house.Moment(), nullable=False),
        sa.Column("expires_at", house.Moment(), nullable=False),
        sa.Column("lease_until", house.Moment(), nullable=True),
        sa.Column("sent_at", house.Moment(), nullable=True),
        sa.Column("failure", sa.String(length=80), nullable=False),
        sa.Column("shown_until", house.Moment(), nullable=True),
        sa.Column("kept_until", house.Moment(), nullable=True),
        sa.ForeignKeyConstraint(["scheme_id"], ["scheme.id"], name=op.f("fk_mail_scheme_id_scheme")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_mail_user_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail")),
    )
    op.create_index("ix_mail_state_due_at", "mail", ["state", "due_at"])
    op.create_index(op.f("ix_mail_user_id"), "mail", ["user_id"])


def downgrade() -> None:
    op.drop_table("mail")
