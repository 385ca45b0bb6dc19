"""The feed of warnings in CAP: the addresses of its subscribers, and what of a warning goes out.

Revision ID: 20261129_cap
Revises: 20261129_bulletins
Create Date: 2026-11-29
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from shopalert import db as house
from shopalert.second_lock import lock

revision = "20261129_cap"
down_revision = "20261129_bulletins"
branch_labels = None
depends_on = None

KEYS = {"scheme_id": "scheme", "author_id": "user"}


def upgrade() -> None:
    for name in ("exercise", "open_to_all"):
        op.add_column("bulletin", sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_table(
        "cap_token",
        sa.Column("id", sa.Uuid(), nullable=False),
        *(sa.Column(name, sa.Uuid(), nullable=False) for name in KEYS),
        sa.Column("label", sa.String(80), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(32), nullable=False),
        sa.Column("created_at", house.Moment(), nullable=False),
        sa.Column("expires_at", house.Moment(), nullable=False),
        sa.Column("used_at", house.Moment(), nullable=True),
        sa.Column("revoked_at", house.Moment(), nullable=True),
        sa.Column("shown_until", house.Moment(), nullable=True),
        sa.Column("kept_until", house.Moment(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cap_token")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_cap_token_token_hash")),
        *(
            sa.ForeignKeyConstraint([name], [f"{of}.id"], name=op.f(f"fk_cap_token_{name}_{of}"))
            for name, of in KEYS.items()
        ),
    )
    for name in KEYS:
        op.create_index(op.f(f"ix_cap_token_{name}"), "cap_token", [name])
    lock(op, "cap_token")


def downgrade() -> None:
    op.drop_table("cap_token")
    for name in ("open_to_all", "exercise"):
        op.drop_column("bulletin", name)
