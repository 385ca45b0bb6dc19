"""PostgreSQL's own wall asks once a statement whose turn it is, not once a row.

Revision ID: 20261130_wall_once
Revises: 20261129_sharing
Create Date: 2026-11-30
"""

from __future__ import annotations

import re

import sqlalchemy as sa
from alembic import op

revision = "20261130_wall_once"
down_revision = "20261129_sharing"
branch_labels = None
depends_on = None

# As PostgreSQL writes down what `second_lock` said before; a sub-select is made once a statement.
CROSSING = "(current_setting('shopalert.crossing'::text, true) = 'yes'::text)"
SCHEMES = "(string_to_array(current_setting('shopalert.schemes'::text, true), ','::text))::uuid[]"


def upgrade() -> None:
    bind = op.get_bind()
    if bind.dialect.name != "postgresql":
        return
    walls = bind.execute(
        sa.text("SELECT tablename, qual, with_check FROM pg_policies WHERE policyname = 'wall'")
    )
    for table, rule, check in walls.all():
        op.execute(
            f"ALTER POLICY wall ON {table} USING ({asked_once(rule)}) WITH CHECK ({asked_once(check)})"
        )


def downgrade() -> None:
    """Either form lets the same rows through."""


def asked_once(rule: str) -> str:
    rule = re.sub("(?<!SELECT )" + re.escape(CROSSING), f"(SELECT {CROSSING})", rule)
    return re.sub("(?<!SELECT )" + re.escape(SCHEMES), f"(SELECT {SCHEMES})::uuid[]", rule)
