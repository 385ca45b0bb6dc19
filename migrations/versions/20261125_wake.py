"""What wakes whom: preferences, followed and muted incidents, silent deliveries, letters that were written.

Revision ID: 20261125_wake
Revises: 20261125_join
Create Date: 2026-11-25
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from shopalert import db as house
from shopalert.second_lock import lock

revision = "20261125_wake"
down_revision = "20261125_join"
branch_labels = None
depends_on = None

CLOCKS = (("shown_until", house.Moment()), ("kept_until", house.Moment()))


def clocks() -> list[sa.Column]:
    return [sa.Column(name, kind, nullable=True) for name, kind in CLOCKS]


def upgrade() -> None:
    op.add_column("delivery", sa.Column("silent", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_table(
        "preference",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("push", sa.String(length=24), nullable=False),
        sa.Column("live", sa.String(length=24), nullable=False),
        sa.Column("mail", sa.String(length=24), nullable=False),
        sa.Column("closed", sa.Integer(), nullable=False),
        sa.Column("quiet", sa.JSON(), nullable=False),
        sa.Column("without", sa.JSON(), nullable=False),
        sa.Column("metres", sa.Integer(), nullable=True),
        sa.Column("digest_hour", sa.Integer(), nullable=True),
        sa.Column("newsletter", sa.Boolean(), nullable=False),
        sa.Column("changed_at", house.Moment(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("scheme_id", sa.Uuid(), nullable=False),
        *clocks(),
        sa.ForeignKeyConstraint(["scheme_id"], ["scheme.id"], name=op.f("fk_preference_scheme_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_preference_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_preference")),
        sa.UniqueConstraint("user_id", "scheme_id", name=op.f("uq_preference_user_id_scheme_id")),
    )
    op.create_index(op.f("ix_preference_scheme_id"), "preference", ["scheme_id"])
    op.create_index(op.f("ix_preference_user_id"), "preference", ["user_id"])
    op.create_table(
        "watch",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("wish", sa.String(length=10), nullable=False),
        sa.Column("at", house.Moment(), nullable=False),
        sa.Column("incident_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("scheme_id", sa.Uuid(), nullable=False),
        *clocks(),
        sa.ForeignKeyConstraint(["incident_id"], ["incident.id"], name=op.f("fk_watch_incident_id")),
        sa.ForeignKeyConstraint(["scheme_id"], ["scheme.id"], name=op.f("fk_watch_scheme_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_watch_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_watch")),
        sa.UniqueConstraint("user_id", "incident_id", name=op.f("uq_watch_user_id_incident_id")),
    )
    op.create_index(op.f("ix_watch_incident_id"), "watch", ["incident_id"])
    op.create_index(op.f("ix_watch_scheme_id"), "watch", ["scheme_id"])
    op.create_index(op.f("ix_watch_user_id"), "watch", ["user_id"])
    op.create_table(
        "letter",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("period", sa.String(length=80), nullable=False),
        sa.Column("at", house.Moment(), nullable=False),
        *clocks(),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_letter_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter")),
        sa.UniqueConstraint("user_id", "kind", "period", name=op.f("uq_letter_user_id_kind_period")),
    )
    op.create_index(op.f("ix_letter_user_id"), "letter", ["user_id"])
    lock(op, "preference")
    lock(op, "watch")


def downgrade() -> None:
    for table in ("letter", "watch", "preference"):
        op.drop_table(table)
    op.drop_column("delivery", "silent")
