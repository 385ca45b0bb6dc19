"""Files that come in pieces, and clips among the pictures.

Revision ID: 20261126_uploads
Revises: 20261126_requests
Create Date: 2026-11-26
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from shopalert import db as house
from shopalert.second_lock import lock

revision = "20261126_uploads"
down_revision = "20261126_requests"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("attachment", sa.Column("kind", sa.String(10), nullable=False, server_default="picture"))
    op.create_table(
        "upload",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("scheme_id", sa.Uuid(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=True),
        sa.Column("stored_as", sa.String(64), nullable=False),
        sa.Column("file_name", sa.String(120), nullable=False),
        sa.Column("length", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("created_at", house.Moment(), nullable=False),
        sa.Column("finished_at", house.Moment(), nullable=True),
        sa.Column("ended_at", house.Moment(), nullable=True),
        sa.Column("shown_until", house.Moment(), nullable=False),
        sa.Column("kept_until", house.Moment(), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["user.id"], name=op.f("fk_upload_author_id_user")),
        sa.ForeignKeyConstraint(["scheme_id"], ["scheme.id"], name=op.f("fk_upload_scheme_id_scheme")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_upload")),
        sa.UniqueConstraint("stored_as", name=op.f("uq_upload_stored_as")),
    )
    op.create_index(op.f("ix_upload_scheme_id"), "upload", ["scheme_id"])
    op.create_index("ix_upload_author_id_created_at", "upload", ["author_id", "created_at"])
    lock(op, "upload")


def downgrade() -> None:
    op.drop_table("upload")
    op.drop_column("attachment", "kind")
