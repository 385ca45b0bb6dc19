"""The scripts: short, plain enough for old browsers, doing nothing forbidden, every word translatable."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

HOME = Path(__file__).resolve().parents[2]
SCRIPTS = HOME / "static" / "js"
ALL = sorted(SCRIPTS.rglob("*.js"))
ELEMENTS = sorted((SCRIPTS / "elements").glob("*.js"))
WORDS = HOME / "templates" / "pwa" / "_words.html"
LONGEST = 120

# What came after ES2019, or to browsers after Chromium 80.
TOO_NEW = {
    r"\?\.(?!\d)": "optional chaining",
    r"\?\?": "nullish coalescing",
    r"\|\|=|&&=": "logical assignment",
    r"#\w+\s*(=|\()": "private members",
    r"^\s*static\s+\w+\s*=": "static fields",
    r"^await\b": "await at the top of a module",
    r"\d_\d": "digits in groups",
    r"\.replaceAll\(|\.at\(|\.replaceChildren\(|\.findLast": "newer methods",
    r"randomUUID|structuredClone|AbortSignal\.(timeout|any)|Promise\.(any|withResolvers)": "newer functions",
}
FORBIDDEN = {
    r"\beval\(|new Function|setTimeout\(\s*['\"`]": "evaluated text",
    r"document\.write|insertAdjacentHTML|outerHTML\s*=": "another way in for HTML",
    r"https?://(?!www\.w3\.org)": "another site",
    r"console\.": "notes for developers",
}


def code(path: Path) -> str:
    """The text without comments and without what stands in quotes."""
    text = re.sub(r"/\*.*?\*/", "", path.read_text("utf-8"), flags=re.DOTALL)
    text = re.sub(r"(^|\s)//.*", r"\1", text)
    return re.sub(r"'(?:\\.|[^'\\\n])*'", "''", text)


def found(patterns: dict[str, str], text: str) -> list[str]:
    return [what for pattern, what in patterns.items() if re.search(pattern, text, flags=re.MULTILINE)]


@pytest.mark.parametrize("path", ALL, ids=lambda path: str(path.relative_to(SCRIPTS)))
def test_a_script_is_read_by_old_browsers_and_does_nothing_forbidden(path: Path) -> None:
    assert found(TOO_NEW, code(path)) == []
    assert found(FORBIDDEN, code(path)) == []


@pytest.mark.parametrize("path", ALL, ids=lambda path: str(path.relative_to(SCRIPTS)))
def test_no_text_in_quotes_goes_over_a_line(path: Path) -> None:
    """The joined file is without indentation: it must mean nothing anywhere."""
    assert code(path).count("`") % 2 == 0
    assert not re.search(r"`[^`\n]*\n[^`]*`", "".join(re.findall(r"`[^`]*`", code(path))))


def test_what_is_too_new_or_forbidden_is_found() -> None:
    assert found(TOO_NEW, "const a = b?.c ?? d\nclass E {\n  static f = 1\n}") == [
        "optional chaining", "nullish coalescing", "static fields",
    ]  # fmt: skip
    assert found(FORBIDDEN, "eval('1'); console.log(1)") == ["evaluated text", "notes for developers"]


@pytest.mark.parametrize("path", ELEMENTS, ids=lambda path: path.stem)
def test_an_element_is_one_behaviour_in_one_short_file(path: Path) -> None:
    text = path.read_text("utf-8")
    assert len(text.splitlines()) <= LONGEST
    assert text.startswith(f"// <{path.stem}")
    assert len(re.findall(r"extends HTMLElement", text)) == 1
    entries = "".join((SCRIPTS / name).read_text("utf-8") for name in ("app.js", "check.js"))
    assert entries.count(f"'{path.stem}':") == 1, "not registered"


@pytest.mark.parametrize("path", ALL, ids=lambda path: str(path.relative_to(SCRIPTS)))
def test_imports_are_relative_and_lead_somewhere(path: Path) -> None:
    for target in re.findall(r"^import (?:.* from )?'([^']+)'", path.read_text("utf-8"), flags=re.MULTILINE):
        assert target.startswith("."), target
        assert (path.parent / target).resolve().is_file(), target


def test_every_element_of_a_template_exists() -> None:
    used = set()
    for path in (HOME / "templates").rglob("*.html"):
        used |= set(re.findall(r"<(sa-[a-z-]+)", path.read_text("utf-8")))
    assert used <= {path.stem for path in ELEMENTS}


def test_every_word_that_a_script_says_is_in_the_page_to_be_translated() -> None:
    said: set[str] = set()
    for path in ALL:
        text = path.read_text("utf-8")
        said |= set(re.findall(r"(?:\bword|\bbutton)\('((?:[^'\\]|\\.)+)'", text))
        said |= {
            words for pair in re.findall(r"\bword\([^()]*\? '([^']+)' : '([^']+)'\)", text) for words in pair
        }
    for states in re.findall(
        r"const WORDS = \{([^}]*)\}", (SCRIPTS / "elements/sa-live.js").read_text("utf-8")
    ):
        said |= set(re.findall(r": '([^']+)'", states))
    given = re.findall(r'entry\("([^"]+)", _\("([^"]+)"\)\)', WORDS.read_text("utf-8"))
    assert all(english == translated for english, translated in given)
    assert {english for english, _ in given} == said
