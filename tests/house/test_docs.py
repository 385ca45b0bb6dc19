"""What the documents name exists: paths in the "to change … open …" table, links, pictures and commands."""

import re
from pathlib import Path

import pytest

import dev

HOME = Path(__file__).resolve().parents[2]
DOCUMENTS = sorted([*HOME.glob("*.md"), *(HOME / "docs").rglob("*.md")])
LINK = re.compile(r"!?\[[^\]]*\]\(([^)#\s]+)(?:#[^)]*)?\)")
COMMAND = re.compile(r"python3 dev\.py ([a-z]+)")


def rows_of_the_table():
    text = (HOME / "CONTRIBUTING.md").read_text()
    rows = [line.split("|")[1:3] for line in text.splitlines() if line.startswith("|") and "`" in line]
    return [(change.strip(), path) for change, paths in rows for path in re.findall(r"`([^`]+)`", paths)]


def test_the_table_has_rows():
    assert len({change for change, _ in rows_of_the_table()}) >= 10


@pytest.mark.parametrize(("change", "path"), rows_of_the_table())
def test_to_change_open(change, path):
    assert (HOME / path).exists(), f"to change {change}, {path} is to be opened, and is not there"


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(HOME)))
def test_links_lead_somewhere(document):
    for target in LINK.findall(document.read_text()):
        if "://" not in target and not target.startswith("mailto:"):
            assert (document.parent / target).exists(), target


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(HOME)))
def test_commands_are_known(document):
    assert set(COMMAND.findall(document.read_text())) <= set(dev.COMMANDS)


def test_tests_that_security_names_exist():
    named = re.findall(r"`(tests/[\w/.]+|test_\w+)`", (HOME / "docs" / "security.md").read_text())
    defined = {
        name
        for file in (HOME / "tests").rglob("test_*.py")
        for name in re.findall(r"def (test_\w+)", file.read_text())
    }
    missing = [name for name in named if name not in defined and not (HOME / name).exists()]
    assert named
    assert missing == []
