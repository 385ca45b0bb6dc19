"""Channels: a scheme's standing chats.

Revision ID: 20261126_channels
Revises: 20261126_talk
Create Date: 2026-11-26
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from shopalert import db as house
from shopalert.second_lock import lock

revision = "20261126_channels"
down_revision = "20261126_talk"
branch_labels = None
depends_on = None


def of_scheme(table: str, *more: sa.schema.SchemaItem) -> None:
    """A table of a scheme's rows."""
    op.create_table(
        table,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("scheme_id", sa.Uuid(), nullable=False),
        *more,
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.ForeignKeyConstraint(["scheme_id"], ["scheme.id"], name=op.f(f"fk_{table}_scheme_id_scheme")),
    )
    op.create_index(op.f(f"ix_{table}_scheme_id"), table, ["scheme_id"])
    lock(op, table)


def upgrade() -> None:
    of_scheme(
        "channel",
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("announcements", sa.Boolean(), nullable=False),
        sa.Column("slow_seconds", sa.Integer(), nullable=False),
        sa.Column("created_at", house.Moment(), nullable=False),
        sa.UniqueConstraint("scheme_id", "name", name=op.f("uq_channel_scheme_id_name")),
    )
    of_scheme(
        "channel_line",
        sa.Column("channel_id", sa.Uuid(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("sent_hash", sa.LargeBinary(32), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("mentions", sa.JSON(), nullable=False),
        sa.Column("at", house.Moment(), nullable=False),
        sa.Column("by_police", sa.Boolean(), nullable=False),
        sa.Column("removed_at", house.Moment(), nullable=True),
        sa.Column("hidden_at", house.Moment(), nullable=True),
        sa.Column("hidden_by_id", sa.Uuid(), nullable=True),
        sa.Column("hidden_why", sa.String(200), nullable=False),
        sa.Column("shown_until", house.Moment(), nullable=False),
        sa.Column("kept_until", house.Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["channel_id"], ["channel.id"], name=op.f("fk_channel_line_channel_id_channel")
        ),
        sa.ForeignKeyConstraint(["author_id"], ["user.id"], name=op.f("fk_channel_line_author_id_user")),
        sa.UniqueConstraint("author_id", "client_id", name=op.f("uq_channel_line_author_id_client_id")),
    )
    op.create_index("ix_channel_line_channel_id_at", "channel_line", ["channel_id", "at"])
    of_scheme(
        "channel_mark",
        sa.Column("channel_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("at", house.Moment(), nullable=False),
        sa.Column("muted", sa.Boolean(), nullable=False),
        sa.Column("shown_until", house.Moment(), nullable=True),
        sa.Column("kept_until", house.Moment(), nullable=True),
        sa.ForeignKeyConstraint(
            ["channel_id"], ["channel.id"], name=op.f("fk_channel_mark_channel_id_channel")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_channel_mark_user_id_user")),
        sa.UniqueConstraint("user_id", "channel_id", name=op.f("uq_channel_mark_user_id_channel_id")),
    )


def downgrade() -> None:
    for table in ("channel_mark", "channel_line", "channel"):
        op.drop_table(table)
