"""What may stand in one place of the house stands in that place alone."""

import ast
import re
from pathlib import Path

import pytest

HOME = Path(__file__).resolve().parents[2]
SHOPALERT = HOME / "shopalert"
SOURCES = sorted(SHOPALERT.rglob("*.py"))
TEMPLATES = sorted([*(HOME / "templates").rglob("*.html"), *(HOME / "templates").rglob("*.js")])

# What, as a pattern on a line of code: where alone it may be.
ONLY_IN = {
    r"\.commit\(": {"db.py"},
    r"[\"']HX-": {"pages.py"},
    r"datetime\.(utc)?now\(|datetime\.today\(|date\.today\(": {"db.py"},
    r"^\s*(import|from) (requests|urllib3|urllib\.request|http\.client)\b": {"alerts/connections.py"},
    r"^\s*(import|from) smtplib\b": {"mail/carrier.py"},
    r"render_template_string|\bMarkup\(": set(),
    r"\bpickle\b|\beval\(|\bexec\(": set(),
}


def name(path: Path) -> str:
    return str(path.relative_to(SHOPALERT))


def lines_of(path: Path) -> list[str]:
    """The lines of code: docstrings and comments may say what they like."""
    text = path.read_text()
    lines = text.splitlines()
    for node in ast.walk(ast.parse(text)):
        if (
            isinstance(node, ast.Expr)
            and isinstance(node.value, ast.Constant)
            and isinstance(node.value.value, str)
        ):
            for number in range(node.lineno - 1, (node.end_lineno or node.lineno)):
                lines[number] = ""
    return [re.sub(r"(^|\s)#.*", "", line) for line in lines]


@pytest.mark.parametrize("pattern", ONLY_IN)
def test_only_in(pattern):
    found = {name(path) for path in SOURCES if any(re.search(pattern, line) for line in lines_of(path))}
    assert found <= ONLY_IN[pattern]


def test_the_patterns_can_find_something():
    db = "\n".join(lines_of(SHOPALERT / "db.py"))
    assert re.search(r"\.commit\(", db)
    assert re.search(r"datetime\.now\(", db)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(HOME)))
def test_templates_escape_everything(path):
    assert not re.search(r"\|\s*safe\b|autoescape\s+false|\bMarkup\b", path.read_text())


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(HOME)))
def test_templates_hold_nothing_inline(path):
    if path.suffix == ".html":
        text = re.sub(r"\{#.*?#\}", "", path.read_text(), flags=re.DOTALL)
        assert not re.search(
            r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)|javascript:|hx-on|hx-vals=.js:", text
        )


def test_no_file_is_a_cellar():
    """Over 400 lines is a smell; the demonstration's lists of words are long by nature."""
    long = {
        name(p): n for p in SOURCES if (n := len(p.read_text().splitlines())) > 400 and "demo" not in p.parts
    }
    assert not long
