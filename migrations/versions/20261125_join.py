"""Joining: agreements and who accepted them, invitations, people who wait; suspension in a scheme; new passwords.

Revision ID: 20261125_join
Revises: 20261125_report
Create Date: 2026-11-25
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import shopalert.db as house
from shopalert.second_lock import lock

revision = "20261125_join"
down_revision = "20261125_report"
branch_labels = None
depends_on = None

WALLED = ("agreement", "acceptance", "invitation", "joining")


def upgrade() -> None:
    op.add_column("membership", sa.Column("authorised_by", sa.String(120), nullable=False, server_default=""))
    for name in ("agree_by", "suspended_at", "changed_at"):
        op.add_column("membership", sa.Column(name, house.Moment(), nullable=True))
    op.create_index(op.f("ix_membership_changed_at"), "membership", ["changed_at"])

    make(
        "agreement",
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("months", sa.Integer(), nullable=False),
        sa.Column("published_at", house.Moment(), nullable=False),
        sa.UniqueConstraint("scheme_id", "version", name=op.f("uq_agreement_scheme_id_version")),
    )
    make(
        "acceptance",
        points("acceptance", "user_id", "user"),
        points("acceptance", "agreement_id", "agreement"),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("accepted_at", house.Moment(), nullable=False),
        *clocks(),
    )
    make(
        "invitation",
        sa.Column("token_hash", sa.LargeBinary(32), nullable=False),
        sa.Column("email", sa.String(254), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("role", sa.String(20), nullable=False),
        points("invitation", "premises_id", "premises", nullable=True),
        sa.Column("employer", sa.String(120), nullable=False),
        points("invitation", "invited_by_id", "user", nullable=True),
        sa.Column("created_at", house.Moment(), nullable=False),
        sa.Column("expires_at", house.Moment(), nullable=False),
        sa.Column("used_at", house.Moment(), nullable=True),
        sa.Column("uses", sa.Integer(), nullable=False),
        sa.Column("revoked_at", house.Moment(), nullable=True),
        *clocks(),
        sa.UniqueConstraint("token_hash", name=op.f("uq_invitation_token_hash")),
    )
    make(
        "joining",
        points("joining", "user_id", "user"),
        points("joining", "invitation_id", "invitation"),
        sa.Column("role", sa.String(20), nullable=False),
        points("joining", "premises_id", "premises", nullable=True),
        sa.Column("business", sa.String(120), nullable=False),
        sa.Column("street", sa.String(120), nullable=False),
        sa.Column("postcode", sa.String(10), nullable=False),
        sa.Column("employer", sa.String(120), nullable=False),
        sa.Column("authorised_by", sa.String(120), nullable=False),
        sa.Column("asked_at", house.Moment(), nullable=False),
        sa.Column("decided_at", house.Moment(), nullable=True),
        sa.Column("let_in", sa.Boolean(), nullable=False),
        *clocks(),
    )
    for table, column in (("acceptance", "user_id"), ("joining", "user_id"), ("joining", "invitation_id")):
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column])
    for table in WALLED:
        lock(op, table)

    op.create_table(
        "password_reset",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(32), nullable=False),
        points("password_reset", "user_id", "user", nullable=True),
        sa.Column("account", sa.LargeBinary(32), nullable=False),
        sa.Column("network", sa.String(64), nullable=False),
        sa.Column("at", house.Moment(), nullable=False),
        sa.Column("expires_at", house.Moment(), nullable=False),
        sa.Column("used_at", house.Moment(), nullable=True),
        *clocks(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_password_reset")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_password_reset_token_hash")),
    )
    op.create_index("ix_password_reset_account_at", "password_reset", ["account", "at"])
    op.create_index("ix_password_reset_network_at", "password_reset", ["network", "at"])


def make(table: str, *columns: object) -> None:
    """A table of a scheme's rows."""
    op.create_table(
        table,
        sa.Column("id", sa.Uuid(), nullable=False),
        points(table, "scheme_id", "scheme"),
        *columns,
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )
    op.create_index(op.f(f"ix_{table}_scheme_id"), table, ["scheme_id"])


def points(table: str, column: str, to: str, *, nullable: bool = False) -> sa.Column:
    key = sa.ForeignKey(f"{to}.id", name=op.f(f"fk_{table}_{column}_{to}"))
    return sa.Column(column, sa.Uuid(), key, nullable=nullable)


def clocks() -> tuple[sa.Column, sa.Column]:
    return (
        sa.Column("shown_until", house.Moment(), nullable=True),
        sa.Column("kept_until", house.Moment(), nullable=True),
    )


def downgrade() -> None:
    for table in ("password_reset", *reversed(WALLED)):
        op.drop_table(table)
    op.drop_index(op.f("ix_membership_changed_at"), "membership")
    for name in ("changed_at", "suspended_at", "agree_by", "authorised_by"):
        op.drop_column("membership", name)
