"""To the police and back: their numbers, what they ask of a shop, progress and outcome, notes of their own.

Revision ID: 20261126_police
Revises: 20261126_chat
Create Date: 2026-11-26
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from shopalert import db as house
from shopalert.second_lock import lock

revision = "20261126_police"
down_revision = "20261126_chat"
branch_labels = None
depends_on = None

# column, length, what incidents that stand already have
INCIDENT = (
    *(("incident_number", 40, ""), ("crime_number", 40, ""), ("online_number", 40, "")),
    *(("progress", 60, "not_reported"), ("outcome", 60, ""), ("court", 60, "")),
)
TABLES = ("police_step", "police_note", "police_number", "for_police")


def of_incident(table: str, *columns: sa.Column, author: bool = True) -> None:
    """A table of what belongs to an incident, with both clocks, behind the second lock."""
    keys = {"scheme_id": "scheme", "incident_id": "incident", **({"author_id": "user"} if author else {})}
    op.create_table(
        table,
        sa.Column("id", sa.Uuid(), nullable=False),
        *(sa.Column(name, sa.Uuid(), nullable=False) for name in keys),
        *columns,
        sa.Column("at", house.Moment(), nullable=False),
        sa.Column("shown_until", house.Moment(), nullable=False),
        sa.Column("kept_until", house.Moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        *(
            sa.ForeignKeyConstraint([name], [f"{of}.id"], name=op.f(f"fk_{table}_{name}_{of}"))
            for name, of in keys.items()
        ),
    )
    for name in ("scheme_id", "incident_id"):
        op.create_index(op.f(f"ix_{table}_{name}"), table, [name])


def text(name: str, length: int | None = None) -> sa.Column:
    return sa.Column(name, sa.String(length) if length else sa.Text(), nullable=False)


def upgrade() -> None:
    # Added in place, not by rebuilding the table: SQLite would take a table that others point to for emptied.
    for name, length, before in INCIDENT:
        op.add_column("incident", sa.Column(name, sa.String(length), nullable=False, server_default=before))
    of_incident(
        "police_step",
        sa.Column("number", sa.Integer(), nullable=False),
        text("code", 60),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("told_on", sa.Date(), nullable=False),
        text("note"),
        text("sentence"),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("sent_hash", sa.LargeBinary(32), nullable=False),
        sa.Column("by_police", sa.Boolean(), nullable=False),
        sa.Column("taken_back_at", house.Moment(), nullable=True),
        sa.UniqueConstraint("incident_id", "number", name=op.f("uq_police_step_incident_id_number")),
        sa.UniqueConstraint("author_id", "client_id", name=op.f("uq_police_step_author_id_client_id")),
    )
    op.create_index("ix_police_step_scheme_id_happened_on", "police_step", ["scheme_id", "happened_on"])
    of_incident(
        "police_note",
        text("audience", 60),
        sa.Column("step_id", sa.Uuid(), nullable=False),
        text("text"),
        sa.ForeignKeyConstraint(
            ["step_id"], ["police_step.id"], name=op.f("fk_police_note_step_id_police_step")
        ),
    )
    op.create_index(op.f("ix_police_note_step_id"), "police_note", ["step_id"])
    of_incident(
        "police_number",
        text("kind", 10),
        text("number", 40),
        sa.Column("by_police", sa.Boolean(), nullable=False),
    )
    op.create_index("ix_police_number_number", "police_number", ["number"])
    of_incident(
        "for_police",
        text("contact_name", 80),
        text("contact_number", 30),
        text("available", 200),
        *(text(name, 10) for name in ("cctv", "support", "reported_elsewhere", "evidence")),
        sa.UniqueConstraint("incident_id", name=op.f("uq_for_police_incident_id")),
    )
    for table in TABLES:
        lock(op, table)


def downgrade() -> None:
    for table in ("police_note", "police_step", "police_number", "for_police"):
        op.drop_table(table)
    for name, *_rest in reversed(INCIDENT):
        op.drop_column("incident", name)
