"""Advice: what kind of premises a site is, what advice it was given, and what of it is done.

Revision ID: 20261129_advice
Revises: 20261126_uploads
Create Date: 2026-11-29
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from shopalert import db as house
from shopalert.second_lock import lock

revision = "20261129_advice"
down_revision = "20261126_uploads"
branch_labels = None
depends_on = None


def make(table: str, *columns: sa.schema.SchemaItem) -> None:
    """A table of rows of a scheme for one business, with both clocks and both walls."""
    op.create_table(
        table,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("scheme_id", sa.Uuid(), nullable=False),
        sa.Column("audience", sa.String(60), nullable=False),
        *columns,
        sa.Column("shown_until", house.Moment(), nullable=False),
        sa.Column("kept_until", house.Moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        points(table, "scheme_id", "scheme"),
    )
    op.create_index(op.f(f"ix_{table}_scheme_id"), table, ["scheme_id"])
    lock(op, table)


def points(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}_{to}"))


def upgrade() -> None:
    op.add_column("premises", sa.Column("trade", sa.String(20), nullable=False, server_default=""))
    make(
        "advice",
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("sent_hash", sa.LargeBinary(32), nullable=False),
        sa.Column("premises_id", sa.Uuid(), nullable=False),
        sa.Column("about_id", sa.Uuid(), nullable=True),
        sa.Column("piece", sa.String(40), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("sent_as", sa.String(12), nullable=False),
        sa.Column("at", house.Moment(), nullable=False),
        sa.Column("read_at", house.Moment(), nullable=True),
        sa.Column("follow_up_at", house.Moment(), nullable=True),
        sa.Column("reminded_at", house.Moment(), nullable=True),
        points("advice", "author_id", "user"),
        points("advice", "premises_id", "premises"),
        points("advice", "about_id", "incident"),
        sa.UniqueConstraint("author_id", "client_id", name=op.f("uq_advice_author_id_client_id")),
    )
    op.create_index(op.f("ix_advice_premises_id"), "advice", ["premises_id"])
    op.create_index("ix_advice_reminded_at_follow_up_at", "advice", ["reminded_at", "follow_up_at"])
    make(
        "advice_tick",
        sa.Column("advice_id", sa.Uuid(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("at", house.Moment(), nullable=False),
        points("advice_tick", "advice_id", "advice"),
        points("advice_tick", "author_id", "user"),
        sa.UniqueConstraint("advice_id", "step", name=op.f("uq_advice_tick_advice_id_step")),
    )


def downgrade() -> None:
    for table in ("advice_tick", "advice"):
        op.drop_table(table)
    op.drop_column("premises", "trade")
