"""Help for staff alone: calls for help and who comes, roll calls, how somebody is the day after violence.

Revision ID: 20261129_safety
Revises: 20261129_advice
Create Date: 2026-11-29
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from shopalert import db as house
from shopalert.second_lock import lock

revision = "20261129_safety"
down_revision = "20261129_advice"
branch_labels = None
depends_on = None


def make(table: str, *columns: sa.schema.SchemaItem) -> None:
    """A table of what is for one person and two audiences, with both clocks and both walls."""
    op.create_table(
        table,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("scheme_id", sa.Uuid(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("first", sa.String(60), nullable=False),
        sa.Column("second", sa.String(60), nullable=False),
        *columns,
        sa.Column("shown_until", house.Moment(), nullable=False),
        sa.Column("kept_until", house.Moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        points(table, "scheme_id", "scheme"),
        points(table, "author_id", "user"),
    )
    op.create_index(op.f(f"ix_{table}_scheme_id"), table, ["scheme_id"])
    op.create_index(op.f(f"ix_{table}_author_id"), table, ["author_id"])
    lock(op, table)


def points(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}_{to}"))


def upgrade() -> None:
    op.add_column(
        "scheme", sa.Column("help_tells_police", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.add_column(
        "membership", sa.Column("responder", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    make(
        "help_call",
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("sent_hash", sa.LargeBinary(32), nullable=False),
        sa.Column("premises_id", sa.Uuid(), nullable=True),
        sa.Column("at", house.Moment(), nullable=False),
        sa.Column("cleared_at", house.Moment(), nullable=True),
        sa.Column("cleared_by_id", sa.Uuid(), nullable=True),
        points("help_call", "premises_id", "premises"),
        points("help_call", "cleared_by_id", "user"),
        sa.UniqueConstraint("author_id", "client_id", name=op.f("uq_help_call_author_id_client_id")),
    )
    op.create_index("ix_help_call_cleared_at_at", "help_call", ["cleared_at", "at"])
    make(
        "help_answer",
        sa.Column("call_id", sa.Uuid(), nullable=False),
        sa.Column("coming", sa.Boolean(), nullable=False),
        sa.Column("at", house.Moment(), nullable=False),
        points("help_answer", "call_id", "help_call"),
        sa.UniqueConstraint("author_id", "call_id", name=op.f("uq_help_answer_author_id_call_id")),
    )
    op.create_index(op.f("ix_help_answer_call_id"), "help_answer", ["call_id"])
    make(
        "roll_call",
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("sent_hash", sa.LargeBinary(32), nullable=False),
        sa.Column("premises_id", sa.Uuid(), nullable=True),
        sa.Column("at", house.Moment(), nullable=False),
        sa.Column("reminded_at", house.Moment(), nullable=True),
        sa.Column("ended_at", house.Moment(), nullable=True),
        points("roll_call", "premises_id", "premises"),
        sa.UniqueConstraint("author_id", "client_id", name=op.f("uq_roll_call_author_id_client_id")),
    )
    op.create_index("ix_roll_call_ended_at_at", "roll_call", ["ended_at", "at"])
    make(
        "roll_answer",
        sa.Column("roll_id", sa.Uuid(), nullable=False),
        sa.Column("said", sa.String(10), nullable=False),
        sa.Column("at", house.Moment(), nullable=True),
        sa.Column("call_id", sa.Uuid(), nullable=True),
        points("roll_answer", "roll_id", "roll_call"),
        points("roll_answer", "call_id", "help_call"),
        sa.UniqueConstraint("author_id", "roll_id", name=op.f("uq_roll_answer_author_id_roll_id")),
    )
    op.create_index(op.f("ix_roll_answer_roll_id"), "roll_answer", ["roll_id"])
    make(
        "welfare",
        sa.Column("incident_id", sa.Uuid(), nullable=False),
        sa.Column("at", house.Moment(), nullable=False),
        sa.Column("answer", sa.String(10), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("answered_at", house.Moment(), nullable=True),
        points("welfare", "incident_id", "incident"),
        sa.UniqueConstraint("incident_id", name=op.f("uq_welfare_incident_id")),
    )


def downgrade() -> None:
    for table in ("welfare", "roll_answer", "roll_call", "help_answer", "help_call"):
        op.drop_table(table)
    op.drop_column("membership", "responder")
    op.drop_column("scheme", "help_tells_police")
