"""What people know about an appeal, told to police and coordinators alone.

Revision ID: 20261129_answers
Revises: 20261129_cap
Create Date: 2026-11-29
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from shopalert import db as house
from shopalert.second_lock import lock

revision = "20261129_answers"
down_revision = "20261129_cap"
branch_labels = None
depends_on = None

KEYS = {"scheme_id": "scheme", "bulletin_id": "bulletin", "author_id": "user"}


def upgrade() -> None:
    op.create_table(
        "bulletin_answer",
        sa.Column("id", sa.Uuid(), nullable=False),
        *(sa.Column(name, sa.Uuid(), nullable=False) for name in KEYS),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("sent_hash", sa.LargeBinary(32), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("seen_at", house.Moment(), nullable=True),
        sa.Column("at", house.Moment(), nullable=False),
        sa.Column("shown_until", house.Moment(), nullable=False),
        sa.Column("kept_until", house.Moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bulletin_answer")),
        sa.UniqueConstraint("author_id", "client_id", name=op.f("uq_bulletin_answer_author_id_client_id")),
        *(
            sa.ForeignKeyConstraint([name], [f"{of}.id"], name=op.f(f"fk_bulletin_answer_{name}_{of}"))
            for name, of in KEYS.items()
        ),
    )
    for name in KEYS:
        op.create_index(op.f(f"ix_bulletin_answer_{name}"), "bulletin_answer", [name])
    lock(op, "bulletin_answer")


def downgrade() -> None:
    op.drop_table("bulletin_answer")
