"""Bulletins: one row a scheme of one publication, their versions, who has read them, and replies to the author.

Revision ID: 20261129_bulletins
Revises: 20261129_safety
Create Date: 2026-11-29
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from shopalert import db as house
from shopalert.second_lock import lock

revision = "20261129_bulletins"
down_revision = "20261129_safety"
branch_labels = None
depends_on = None

NOBODY = "00000000-0000-0000-0000-000000000000"


def columns() -> list[sa.Column]:
    """Made anew each time: a column belongs to one table."""
    return [
        sa.Column("publication_id", sa.Uuid(), nullable=False, server_default=NOBODY),
        sa.Column("sent_hash", sa.LargeBinary(32), nullable=False, server_default=""),
        sa.Column("by_police", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("template", sa.String(30), nullable=False, server_default=""),
        sa.Column("announced_at", house.Moment(), nullable=True),
        sa.Column("starts_at", house.Moment(), nullable=True),
        sa.Column("ends_at", house.Moment(), nullable=True),
        sa.Column("ended_at", house.Moment(), nullable=True),
        sa.Column("severity", sa.String(10), nullable=False, server_default=""),
        sa.Column("near_only", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("area", sa.JSON(), nullable=False, server_default="{}"),
        sa.Column("premises_ids", sa.JSON(), nullable=False, server_default="[]"),
        sa.Column("note", sa.JSON(), nullable=False, server_default="{}"),
        sa.Column("corrected_at", house.Moment(), nullable=True),
        sa.Column("withdrawn_at", house.Moment(), nullable=True),
        sa.Column("recalled_why", sa.String(200), nullable=False, server_default=""),
        sa.Column("reminded_at", house.Moment(), nullable=True),
    ]


def make(
    table: str, keys: dict[str, str], *columns: sa.schema.SchemaItem, alone: tuple[str, ...] = ()
) -> None:
    """A table of rows of a bulletin, with both clocks and both walls. `alone` are keys without an index."""
    op.create_table(
        table,
        sa.Column("id", sa.Uuid(), nullable=False),
        *(sa.Column(name, sa.Uuid(), nullable=False) for name in keys),
        *columns,
        sa.Column("shown_until", house.Moment(), nullable=False),
        sa.Column("kept_until", house.Moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        *(
            sa.ForeignKeyConstraint([name], [f"{of}.id"], name=op.f(f"fk_{table}_{name}_{of}"))
            for name, of in keys.items()
        ),
    )
    for name in keys:
        if name not in alone:
            op.create_index(op.f(f"ix_{table}_{name}"), table, [name])
    lock(op, table)


def upgrade() -> None:
    # Added in place: SQLite would take a table that others point to for emptied.
    for column in columns():
        op.add_column("bulletin", column)
    op.create_index(op.f("ix_bulletin_author_id"), "bulletin", ["author_id"])
    op.create_index(
        "uq_bulletin_publication_id_scheme_id", "bulletin", ["publication_id", "scheme_id"], unique=True
    )
    op.create_index("ix_bulletin_scheme_id_published_at", "bulletin", ["scheme_id", "published_at"])
    of = {"scheme_id": "scheme", "bulletin_id": "bulletin"}
    make(
        "bulletin_version",
        {**of, "author_id": "user"},
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", house.Moment(), nullable=False),
        sa.Column("why", sa.String(200), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.UniqueConstraint("bulletin_id", "number", name=op.f("uq_bulletin_version_bulletin_id_number")),
        alone=("author_id",),
    )
    make(
        "bulletin_reading",
        {**of, "user_id": "user"},
        sa.Column("read_at", house.Moment(), nullable=False),
        sa.Column("useful", sa.Boolean(), nullable=True),
        sa.UniqueConstraint("bulletin_id", "user_id", name=op.f("uq_bulletin_reading_bulletin_id_user_id")),
    )
    make(
        "bulletin_reply",
        {**of, "author_id": "user", "to_id": "user"},
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("sent_hash", sa.LargeBinary(32), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", house.Moment(), nullable=False),
        sa.UniqueConstraint("author_id", "client_id", name=op.f("uq_bulletin_reply_author_id_client_id")),
    )


def downgrade() -> None:
    for table in ("bulletin_reply", "bulletin_reading", "bulletin_version"):
        op.drop_table(table)
    op.drop_index("ix_bulletin_scheme_id_published_at", "bulletin")
    op.drop_index("uq_bulletin_publication_id_scheme_id", "bulletin")
    op.drop_index(op.f("ix_bulletin_author_id"), "bulletin")
    for column in reversed(columns()):
        op.drop_column("bulletin", column.name)
