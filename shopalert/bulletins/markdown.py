"""Markdown through a safe subset: paragraphs, headings, lists, emphasis, quotes, code, and links to https.

Two sieves, one after the other. The parser knows no HTML, no pictures and no addresses but https; what it makes then
goes through nh3 with a list of what may be there. An entity is shown as it was typed: it could stand for a character
that turns other text around.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urlsplit

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token

from shopalert.text import UNSHOWN

LONGEST = 12_000
TAGS = {"p", "br", "h2", "h3", "h4", "ul", "ol", "li", "strong", "em", "blockquote", "hr", "code", "pre", "a"}
HEADINGS = ("h2", "h3", "h4")  # the page's own title is above them
NOT_KNOWN = ("image", "html_inline", "html_block", "entity", "reference")


def leads_where_it_may(address: str) -> bool:
    """Whole https addresses alone, with nobody's name before the @."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return address.startswith("https://") and bool(parts.hostname) and "@" not in parts.netloc


def made() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False}).disable(list(NOT_KNOWN))
    parser.validateLink = leads_where_it_may  # type: ignore[assignment,method-assign]
    parser.normalizeLinkText = lambda link: link  # type: ignore[method-assign]  # never decoded: see above
    return parser


PARSER = made()


@dataclass(frozen=True)
class Prose:
    """HTML that has been through both sieves, for a template to put in as it is."""

    html: str

    def __html__(self) -> str:
        return self.html


@lru_cache(maxsize=256)
def prose(text: str) -> Prose:
    """What somebody wrote, as HTML that may stand in a page."""
    tokens = PARSER.parse(text)
    in_order(tokens)
    rendered = PARSER.renderer.render(tokens, PARSER.options, {})
    clean = nh3.clean(
        rendered, tags=TAGS, attributes={"a": {"href"}, "ol": {"start"}, "*": set()}, url_schemes={"https"},
        link_rel="noopener noreferrer",
    )  # fmt: skip
    return Prose("".join(letter for letter in clean if letter not in UNSHOWN))


def in_order(tokens: list[Token]) -> None:
    """Headings begin below the page's title and leave no level out, whatever somebody began with."""
    headings = [token for token in tokens if token.type in ("heading_open", "heading_close")]
    used, depth = sorted({token.tag for token in headings}), -1
    for token in headings:
        if token.type == "heading_open":
            depth = min(used.index(token.tag), depth + 1, len(HEADINGS) - 1)
        token.tag = HEADINGS[depth]


def words_of(text: str) -> str:
    """The words alone, in one line: for lists and cards."""
    said = (
        " ".join(inner(token))
        for token in PARSER.parse(text)
        if token.type in ("inline", "fence", "code_block")
    )
    return " ".join(" ".join(said).split())


def inner(token: Token) -> list[str]:
    if token.children is None:
        return [token.content]
    return ["".join(" " if child.type.endswith("break") else child.content for child in token.children)]
