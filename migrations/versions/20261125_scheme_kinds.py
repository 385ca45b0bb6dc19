"""Kinds of incident that a scheme hides or adds; the changes of its settings that its members read.

Revision ID: 20261125_kinds
Revises: 20261125_mail
Create Date: 2026-11-25
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from shopalert.db import Moment
from shopalert.second_lock import lock

revision = "20261125_kinds"
down_revision = "20261125_mail"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("scheme", sa.Column("settings_version", sa.Integer(), nullable=False, server_default="1"))
    op.add_column("incident", sa.Column("category_own", sa.String(40), nullable=False, server_default=""))
    op.create_table(
        "scheme_category",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("scheme_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(40), nullable=False),
        sa.Column("base_code", sa.String(30), nullable=False),
        sa.Column("label", sa.String(80), nullable=False),
        sa.Column("glyph", sa.String(30), nullable=False),
        sa.Column("hue", sa.String(10), nullable=False),
        sa.Column("shown", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["scheme_id"], ["scheme.id"], name=op.f("fk_scheme_category_scheme_id_scheme")
        ),
        sa.ForeignKeyConstraint(
            ["base_code"], ["category.code"], name=op.f("fk_scheme_category_base_code_category")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scheme_category")),
        sa.UniqueConstraint("scheme_id", "code", name=op.f("uq_scheme_category_scheme_id_code")),
    )
    op.create_index(op.f("ix_scheme_category_scheme_id"), "scheme_category", ["scheme_id"])
    op.create_table(
        "scheme_change",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("scheme_id", sa.Uuid(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("setting", sa.String(40), nullable=False),
        sa.Column("before", sa.String(40), nullable=False),
        sa.Column("after", sa.String(40), nullable=False),
        sa.Column("thing", sa.String(40), nullable=False),
        sa.ForeignKeyConstraint(["scheme_id"], ["scheme.id"], name=op.f("fk_scheme_change_scheme_id_scheme")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scheme_change")),
    )
    op.create_index(op.f("ix_scheme_change_scheme_id"), "scheme_change", ["scheme_id"])
    for table in ("scheme_category", "scheme_change"):
        lock(op, table)


def downgrade() -> None:
    op.drop_table("scheme_change")
    op.drop_table("scheme_category")
    op.drop_column("incident", "category_own")
    op.drop_column("scheme", "settings_version")
