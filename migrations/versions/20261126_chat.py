"""Messages that answer others, are changed, removed, hidden and reported; what they said before.

Revision ID: 20261126_chat
Revises: 20261126_push
Create Date: 2026-11-26
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from shopalert import db as house
from shopalert.second_lock import lock

revision = "20261126_chat"
down_revision = "20261126_push"
branch_labels = None
depends_on = None

COMMENT = (
    ("quotes_id", sa.Uuid(), None),
    ("mentions", sa.JSON(), "[]"),
    ("edited_at", house.Moment(), None),
    ("removed_at", house.Moment(), None),
    ("hidden_at", house.Moment(), None),
    ("hidden_by_id", sa.Uuid(), None),
    ("hidden_why", sa.String(200), ""),
)


def about_a_comment(table: str, *columns: sa.Column[object]) -> None:
    """A table of rows about comments, walled as they are."""
    op.create_table(
        table,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("scheme_id", sa.Uuid(), nullable=False),
        sa.Column("incident_id", sa.Uuid(), nullable=False),
        sa.Column("audience", sa.String(60), nullable=False),
        sa.Column("comment_id", sa.Uuid(), nullable=False),
        *columns,
        sa.Column("shown_until", house.Moment(), nullable=False),
        sa.Column("kept_until", house.Moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        *(
            sa.ForeignKeyConstraint([f"{of}_id"], [f"{of}.id"], name=op.f(f"fk_{table}_{of}_id_{of}"))
            for of in ("scheme", "incident", "comment")
        ),
    )
    for of in ("scheme_id", "incident_id", "comment_id"):
        op.create_index(op.f(f"ix_{table}_{of}"), table, [of])
    lock(op, table)


def upgrade() -> None:
    # Added in place, not by rebuilding the table: SQLite would take a table that others point to for emptied.
    for name, kind, before in COMMENT:
        column = sa.Column(name, kind, nullable=before is None, server_default=before)
        op.add_column("comment", column)
    op.create_index(op.f("ix_comment_quotes_id"), "comment", ["quotes_id"])
    op.add_column(
        "attachment", sa.Column("withheld", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    about_a_comment(
        "comment_version",
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("said_at", house.Moment(), nullable=False),
        sa.Column("replaced_at", house.Moment(), nullable=False),
    )
    about_a_comment(
        "abuse_report",
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("at", house.Moment(), nullable=False),
        sa.Column("handled_at", house.Moment(), nullable=True),
        sa.Column("handled_by_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["author_id"], ["user.id"], name=op.f("fk_abuse_report_author_id_user")),
        sa.UniqueConstraint("author_id", "comment_id", name=op.f("uq_abuse_report_author_id_comment_id")),
    )


def downgrade() -> None:
    op.drop_table("abuse_report")
    op.drop_table("comment_version")
    op.drop_column("attachment", "withheld")
    op.drop_index(op.f("ix_comment_quotes_id"), "comment")
    for name, _kind, _before in COMMENT:
        op.drop_column("comment", name)
