"""Chats that are resolved or slow; ready texts of a force.

Revision ID: 20261126_talk
Revises: 20261126_police
Create Date: 2026-11-26
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from shopalert import db as house

revision = "20261126_talk"
down_revision = "20261126_police"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("incident", sa.Column("resolved_at", house.Moment(), nullable=True))
    op.add_column("incident", sa.Column("slow_seconds", sa.Integer(), nullable=False, server_default="0"))
    op.create_table(
        "canned_text",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("force_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.String(60), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("changed_at", house.Moment(), nullable=False),
        sa.ForeignKeyConstraint(["force_id"], ["force.id"], name=op.f("fk_canned_text_force_id_force")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_canned_text")),
    )
    op.create_index(op.f("ix_canned_text_force_id"), "canned_text", ["force_id"])


def downgrade() -> None:
    op.drop_table("canned_text")
    op.drop_column("incident", "slow_seconds")
    op.drop_column("incident", "resolved_at")
