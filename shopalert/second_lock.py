"""The second wall, for migrations: PostgreSQL's own row-level security on a table of a scheme's rows.

`shopalert/wall.py` tells each transaction whose turn it is; docs/decisions/0005 says why there are two.
"""

from __future__ import annotations

from typing import Any

# A sub-select is made once a statement; without one PostgreSQL would take the setting apart for every row.
CROSSING = "(SELECT current_setting('shopalert.crossing', true) = 'yes')"
MINE = "scheme_id = ANY ((SELECT string_to_array(current_setting('shopalert.schemes', true), ',')::uuid[])::uuid[])"


def lock(op: Any, table: str, *, without_scheme: bool = False) -> None:
    """Let only sessions of the row's scheme, or of the house, touch `table`; nothing on SQLite.

    `without_scheme` admits rows that belong to no scheme (a test of one's own alerts, say).
    """
    if op.get_bind().dialect.name != "postgresql":
        return
    rule = f"{CROSSING} OR {MINE}" + (" OR scheme_id IS NULL" if without_scheme else "")
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY wall ON {table} USING ({rule}) WITH CHECK ({rule})")
