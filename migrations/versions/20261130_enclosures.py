"""Pictures and documents of bulletins: one row in each scheme that has the bulletin, all naming the same bytes.

Revision ID: 20261130_enclosures
Revises: 20261130_taken_back
Create Date: 2026-11-30
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from shopalert.second_lock import CROSSING, MINE

revision = "20261130_enclosures"
down_revision = "20261130_taken_back"
branch_labels = None
depends_on = None

COPIES = "fk_derivative_attachment_id"
SHARED = (
    "{} IN (SELECT thing_id FROM share WHERE ended_at IS NULL AND to_scheme_id = ANY "
    "((SELECT string_to_array(current_setting('shopalert.schemes', true), ',')::uuid[])::uuid[]))"
)


def upgrade() -> None:
    let_go_of_the_copies(unique=True)
    with op.batch_alter_table("attachment") as table:
        table.add_column(sa.Column("bulletin_id", sa.Uuid(), nullable=True))
        table.add_column(sa.Column("alt", sa.String(200), nullable=False, server_default=""))
        table.drop_constraint("uq_attachment_stored_as", type_="unique")
        table.create_foreign_key("fk_attachment_bulletin_id_bulletin", "bulletin", ["bulletin_id"], ["id"])
    hold_the_copies(unique=False)
    op.create_index(op.f("ix_attachment_bulletin_id"), "attachment", ["bulletin_id"])
    op.create_index(op.f("ix_attachment_stored_as"), "attachment", ["stored_as"])
    op.create_index(op.f("ix_derivative_stored_as"), "derivative", ["stored_as"])
    second_lock("incident_id", "bulletin_id")


def downgrade() -> None:
    if not is_sqlite():
        op.execute("SELECT set_config('shopalert.crossing', 'yes', true)")
    op.execute("DELETE FROM attachment WHERE bulletin_id IS NOT NULL")
    second_lock("incident_id")
    op.drop_index(op.f("ix_derivative_stored_as"), "derivative")
    op.drop_index(op.f("ix_attachment_stored_as"), "attachment")
    op.drop_index(op.f("ix_attachment_bulletin_id"), "attachment")
    let_go_of_the_copies(unique=False)
    with op.batch_alter_table("attachment") as table:
        table.drop_constraint("fk_attachment_bulletin_id_bulletin", type_="foreignkey")
        table.create_unique_constraint("uq_attachment_stored_as", ["stored_as"])
        table.drop_column("alt")
        table.drop_column("bulletin_id")
    hold_the_copies(unique=True)


def let_go_of_the_copies(unique: bool) -> None:
    """SQLite changes a constraint by making the table anew, and takes one that others point to for emptied: while the
    pictures' table is made, their copies do not point to it. PostgreSQL does neither, and its second wall would hide the
    pictures from whoever makes the constraint again."""
    with op.batch_alter_table("derivative") as table:
        if is_sqlite():
            table.drop_constraint(COPIES, type_="foreignkey")
        if unique:
            table.drop_constraint("uq_derivative_stored_as", type_="unique")


def hold_the_copies(unique: bool) -> None:
    with op.batch_alter_table("derivative") as table:
        if is_sqlite():
            table.create_foreign_key(COPIES, "attachment", ["attachment_id"], ["id"], ondelete="CASCADE")
        if unique:
            table.create_unique_constraint("uq_derivative_stored_as", ["stored_as"])


def is_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


def second_lock(*owners: str) -> None:
    """PostgreSQL's own wall: what hangs on something that was shared is seen with it."""
    if is_sqlite():
        return
    rule = " OR ".join([CROSSING, MINE, *(SHARED.format(owner) for owner in owners)])
    op.execute("DROP POLICY wall ON attachment")
    op.execute(
        f"CREATE POLICY wall ON attachment USING ({rule}) WITH CHECK ({CROSSING} OR {MINE} OR scheme_id IS NULL)"
    )
