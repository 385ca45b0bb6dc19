"""The two ways past the wall of the session are few, named, and known here by name."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from shopalert.reasons import REASONS
from tests.house.test_once import SOURCES, lines_of, name

# Tables and text are not guarded by the session. Each place below asks for its own author's row, or crosses anyway.
TABLES = {
    "idempotency.py": "a repeat finds its own row, whatever its author may see today",
    "bulletins/publishing.py": "the rows of that publication",
    "incidents/actions.py": "the reference of that row",
    "bulletins/search.py": "the words of a publication, by whoever publishes or takes it back",
    "incidents/index.py": "the words for every audience are written by whoever adds some of them",
    "chat/lines.py": "the comments of every audience, for that index",
}


def calls_of(path: Path, function: str) -> list[ast.Call]:
    tree = ast.parse(path.read_text())
    return [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) == function
    ]


def test_tables_are_asked_in_known_places_alone():
    found = {name(path) for path in SOURCES if any(".__table__" in line for line in lines_of(path))}
    assert found - {"wall.py"} <= set(TABLES)


def test_text_is_only_a_condition_of_an_index():
    for path in SOURCES:
        for line in lines_of(path):
            if re.search(r"\bsa\.text\(|\bsqlalchemy\.text\(", line):
                assert "_where=" in line, f"{name(path)}: {line}"


def test_every_crossing_says_a_known_reason_and_every_reason_is_used():
    used: set[str] = set()
    for path in SOURCES:
        for call in calls_of(path, "crossing"):
            reason = call.args[0]
            assert isinstance(reason, ast.Constant), (
                f"{name(path)}:{call.lineno}: the reason must stand there as it is"
            )
            used.add(str(reason.value))
    assert used == set(REASONS), "a reason that nobody has any more"
