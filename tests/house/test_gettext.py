"""Every word that a person reads in a template goes through gettext."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

HOME = Path(__file__).resolve().parents[2]
TEMPLATES = sorted((HOME / "templates").rglob("*.html"))
READ_ALOUD = {"title", "aria-label", "alt", "placeholder", "aria-description"}
NAMES = re.compile(r"\bShopAlert\b")
# What a macro gives to an attribute: a class, or attributes themselves.
CODE = re.compile(r"[a-z]+(--?[a-z]+)*|[a-z-]+=\"[^\"]*\"(\s+[a-z-]+=\"[^\"]*\")*")

VOID = {"img", "input", "link", "meta", "br", "hr", "source", "path", "use", "circle"}


class Words(HTMLParser):
    """Text and spoken attributes that are left when everything of Jinja is taken out."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.depth = 0

    def handle_data(self, data: str) -> None:
        self.note(data)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.depth += tag not in VOID
        for name, value in attrs:
            if name in READ_ALOUD:
                self.note(value or "")

    def handle_endtag(self, tag: str) -> None:
        self.depth -= 1

    def note(self, text: str) -> None:
        text = NAMES.sub("", re.sub(r"&\w+;", "", text)).strip()
        if re.search(r"[A-Za-z]{2}", text) and not (self.depth <= 0 and CODE.fullmatch(text)):
            self.found.append(text)


def untranslated(source: str) -> list[str]:
    source = re.sub(r"\{#.*?#\}", "", source, flags=re.DOTALL)
    source = re.sub(r"\{%-?\s*trans\b.*?endtrans\s*-?%\}", "", source, flags=re.DOTALL)
    source = re.sub(r"\{\{.*?\}\}|\{%.*?%\}", "", source, flags=re.DOTALL)
    words = Words()
    words.feed(source)
    words.close()
    return words.found


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(HOME)))
def test_template_is_ready_for_translation(path):
    assert untranslated(path.read_text()) == []


def test_what_is_forgotten_is_found():
    assert untranslated('<p title="Close">{{ _("Seen") }} Hello</p>') == ["Close", "Hello"]
