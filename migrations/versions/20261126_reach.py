"""When a device last showed an alert and what it has not shown since; urgent alerts that are said again.

Revision ID: 20261126_reach
Revises: 20261125_feed
Create Date: 2026-11-26
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from shopalert import db as house
from shopalert.second_lock import lock

revision = "20261126_reach"
down_revision = "20261125_feed"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("subscription", sa.Column("last_shown_at", house.Moment(), nullable=True))
    op.add_column("subscription", sa.Column("unshown", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("subscription", sa.Column("unshown_since", house.Moment(), nullable=True))
    op.add_column("subscription", sa.Column("gone_why", sa.String(40), nullable=False, server_default=""))
    op.create_table(
        "repeat",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("scheme_id", sa.Uuid(), nullable=False),
        sa.Column("event_seq", sa.BigInteger().with_variant(sa.Integer, "sqlite"), nullable=False),
        sa.Column("due_at", house.Moment(), nullable=False),
        sa.Column("done_at", house.Moment(), nullable=True),
        sa.Column("told", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["scheme_id"], ["scheme.id"], name=op.f("fk_repeat_scheme_id_scheme")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_repeat")),
        sa.UniqueConstraint("event_seq", name=op.f("uq_repeat_event_seq")),
    )
    op.create_index(op.f("ix_repeat_scheme_id"), "repeat", ["scheme_id"])
    op.create_index("ix_repeat_done_at_due_at", "repeat", ["done_at", "due_at"])
    lock(op, "repeat")
    op.add_column(
        "scheme", sa.Column("repeat_urgent", sa.Boolean(), nullable=False, server_default=sa.true())
    )
    op.create_table(
        "alarm",
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("since", house.Moment(), nullable=False),
        sa.Column("told_at", house.Moment(), nullable=True),
        sa.Column("ended_at", house.Moment(), nullable=True),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_alarm")),
    )


def downgrade() -> None:
    op.drop_table("alarm")
    op.drop_column("scheme", "repeat_urgent")
    op.drop_table("repeat")
    for column in ("gone_why", "unshown_since", "unshown", "last_shown_at"):
        op.drop_column("subscription", column)
