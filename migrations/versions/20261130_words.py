"""What search looks through of bulletins. Those that exist are read by each process as it starts (incidents/index.py).

Revision ID: 20261130_words
Revises: 20261130_wall_once
Create Date: 2026-11-30
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from shopalert import db as house
from shopalert.second_lock import lock

revision = "20261130_words"
down_revision = "20261130_wall_once"
branch_labels = None
depends_on = None

TABLE = "bulletin_passage"


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("scheme_id", sa.Uuid(), nullable=False),
        sa.Column("bulletin_id", sa.Uuid(), nullable=False),
        sa.Column("audience", sa.String(60), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("shown_until", house.Moment(), nullable=False),
        sa.Column("kept_until", house.Moment(), nullable=False),
        sa.ForeignKeyConstraint(["scheme_id"], ["scheme.id"], name=op.f(f"fk_{TABLE}_scheme_id_scheme")),
        sa.ForeignKeyConstraint(
            ["bulletin_id"], ["bulletin.id"], name=op.f(f"fk_{TABLE}_bulletin_id_bulletin")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{TABLE}")),
        sa.UniqueConstraint("number", name=op.f(f"uq_{TABLE}_number")),
        sa.UniqueConstraint("bulletin_id", "audience", name=op.f(f"uq_{TABLE}_bulletin_id_audience")),
    )
    for column in ("scheme_id", "bulletin_id"):
        op.create_index(op.f(f"ix_{TABLE}_{column}"), TABLE, [column])
    lock(op, TABLE)


def downgrade() -> None:
    op.drop_table(TABLE)
