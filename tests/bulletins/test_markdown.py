"""What somebody writes becomes a safe subset of HTML, whatever it is."""

from __future__ import annotations

import re

import lxml.html
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopalert.bulletins.markdown import TAGS, prose, words_of
from shopalert.text import UNSHOWN

HOSTILE = (
    "<script>alert(1)</script>", "<img src=https://evil.example/x.png onerror=alert(1)>", "![x](https://evil.example/x.png)",
    "[x](javascript:alert(1))", "[x](data:text/html;base64,PHNjcmlwdD4=)", "[x](http://plain.example)", "[x](//evil.example)",
    "[x](https://bank.example@evil.example/)", "<a href='https://x.example' onclick=alert(1)>x</a>", "<https://x.example>",
    '<div hx-get="/sign-out" hx-trigger="load">x</div>', "&#x202e;gnp.exe", "[&#x202e;](https://x.example/%E2%80%AE)",
    "[r]: javascript:alert(1)\n\n[r]", "![r][r]\n\n[r]: https://evil.example/p.png", "`<b onload=x>`", "```html\n<script>\n```",
    "<style>*{display:none}</style>", "<svg/onload=alert(1)>", "<!-- x -->", "[x](https://x.example \"onmouseover='y'\")",
    "# <iframe src=https://evil.example>", "- <object data=https://evil.example>", "> <form action=https://evil.example>",
    "[x](JaVaScRiPt:alert(1))", "[x](https://)", "[x](vbscript:x)", "</div></main><h1>", "\u2067abc\u2069", "[x](<https://a b>)",
)  # fmt: skip
anything = st.one_of(
    st.text(max_size=300),
    st.lists(st.one_of(st.sampled_from(HOSTILE), st.sampled_from(list("*_#->![]()<>`&;\n \t\"'=")), st.text(max_size=12))).map("".join),
)  # fmt: skip


def safe(html: str) -> None:
    """Tags and attributes of the list alone; nothing that loads, runs, submits or turns text around."""
    if not html.strip():
        return
    for element in lxml.html.fragment_fromstring(html, create_parent="div").iter():
        if element.getparent() is None:
            continue
        assert element.tag in TAGS, element.tag
        allowed = {"a": {"href", "rel"}, "ol": {"start"}}.get(element.tag, set())
        assert set(element.attrib) <= allowed, element.attrib
        if "href" in element.attrib:
            assert element.get("href").startswith("https://") and element.get("rel") == "noopener noreferrer"
            assert "@" not in element.get("href").split("/")[2]
    assert not UNSHOWN & set(html)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_words(text):
    safe(prose(text).html)


@given(anything)
def test_whatever_is_written(text):
    safe(prose(text).html)
    assert "\n" not in words_of(text)


def test_what_is_meant_stands():
    made = prose(
        "# One\n\n## Two\n\n**bold** *soft*\n\n- a\n- b\n\n3. c\n\n[Bank](https://www.bankofengland.co.uk/notes)\n\n> said"
    ).html
    for part in (
        "<h2>One</h2>", "<h3>Two</h3>", "<strong>bold</strong>", "<em>soft</em>", "<li>a</li>", '<ol start="3">',
        '<a href="https://www.bankofengland.co.uk/notes" rel="noopener noreferrer">Bank</a>', "<blockquote>",
    ):  # fmt: skip
        assert part in made


def test_the_words_alone():
    assert (
        words_of("# Look\n\n- at **both**\n- sides\n\n[here](https://x.example)") == "Look at both sides here"
    )


@pytest.mark.parametrize(
    ("text", "levels"),
    [
        ("## A", "2"),
        ("# A\n\n### B", "23"),
        ("### A\n\n# B\n\n## C", "223"),
        ("# A\n\n## B\n\n### C\n\n#### D\n\n# E", "23442"),
    ],
)
def test_headings_leave_no_level_out(text, levels):
    assert re.findall(r"<h(\d)>", prose(text).html) == list(levels)
    assert re.findall(r"</h(\d)>", prose(text).html) == list(levels)
