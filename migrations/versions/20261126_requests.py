"""Requests of the police: what is asked of whom by when, the link that goes with it, and what became of it.

Revision ID: 20261126_requests
Revises: 20261126_channels
Create Date: 2026-11-26
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from shopalert import db as house
from shopalert.second_lock import lock

revision = "20261126_requests"
down_revision = "20261126_channels"
branch_labels = None
depends_on = None


def make(table: str, *columns: sa.schema.SchemaItem) -> None:
    """A table of rows of an incident, with both clocks and both walls."""
    op.create_table(
        table,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("scheme_id", sa.Uuid(), nullable=False),
        sa.Column("incident_id", sa.Uuid(), nullable=False),
        *columns,
        sa.Column("shown_until", house.Moment(), nullable=False),
        sa.Column("kept_until", house.Moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        points(table, "scheme_id", "scheme"),
        points(table, "incident_id", "incident"),
    )
    op.create_index(op.f(f"ix_{table}_scheme_id"), table, ["scheme_id"])
    op.create_index(op.f(f"ix_{table}_incident_id"), table, ["incident_id"])
    lock(op, table)


def points(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}_{to}"))


def upgrade() -> None:
    make(
        "request",
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("sent_hash", sa.LargeBinary(32), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("premises_id", sa.Uuid(), nullable=True),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("at", house.Moment(), nullable=False),
        sa.Column("due_at", house.Moment(), nullable=False),
        sa.Column("answered_at", house.Moment(), nullable=True),
        sa.Column("reminded_at", house.Moment(), nullable=True),
        points("request", "author_id", "user"),
        points("request", "premises_id", "premises"),
        points("request", "person_id", "user"),
        sa.UniqueConstraint("author_id", "client_id", name=op.f("uq_request_author_id_client_id")),
    )
    op.create_index(op.f("ix_request_premises_id"), "request", ["premises_id"])
    op.create_index(op.f("ix_request_person_id"), "request", ["person_id"])
    op.create_index("ix_request_state_due_at", "request", ["state", "due_at"])
    make(
        "request_link",
        sa.Column("audience", sa.String(60), nullable=False),
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("url", sa.String(500), nullable=False),
        points("request_link", "request_id", "request"),
        sa.UniqueConstraint("request_id", name=op.f("uq_request_link_request_id")),
    )
    make(
        "request_move",
        sa.Column("audience", sa.String(60), nullable=False),
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=True),
        sa.Column("move", sa.String(12), nullable=False),
        sa.Column("before", sa.String(12), nullable=False),
        sa.Column("after", sa.String(12), nullable=False),
        sa.Column("at", house.Moment(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("receipt", sa.String(120), nullable=False),
        sa.Column("comment_id", sa.Uuid(), nullable=True),
        points("request_move", "request_id", "request"),
        points("request_move", "author_id", "user"),
        points("request_move", "comment_id", "comment"),
    )
    op.create_index(op.f("ix_request_move_request_id"), "request_move", ["request_id"])


def downgrade() -> None:
    for table in ("request_move", "request_link", "request"):
        op.drop_table(table)
