"""Every declared pair of colours is legible in every theme: WCAG 2.2 contrast, computed from tokens.css itself."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

CSS = Path(__file__).resolve().parents[2] / "static" / "css"
TOKENS = (CSS / "tokens.css").read_text("utf-8")
PAIRS = re.findall(r"@pair (\S+) (\S+) ([\d.]+)", TOKENS)
VALUE = re.compile(r"--raw-([\w-]+):\s*(#[0-9a-f]{6})", re.I)


def themes() -> dict[str, dict[str, str]]:
    """The raw colours of each theme: the first block, and what each media query changes of it."""
    blocks = re.split(r"@media (?:screen and )?\(", TOKENS)
    light = dict(VALUE.findall(blocks[0]))
    found = {"light": light}
    for block in blocks[1:]:
        query = block.split("{", 1)[0]
        changed = dict(VALUE.findall(block))
        if "prefers-contrast" in query and "dark" in query:
            found["dark, more contrast"] = {**found["dark"], **changed}
        elif "prefers-contrast" in query:
            found["light, more contrast"] = {**light, **changed}
        elif "dark" in query:
            found["dark"] = {**light, **changed}
    return found


def luminance(colour: str) -> float:
    """Relative luminance of #rrggbb."""
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """From 1 to 21."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def test_contrast_is_computed_as_wcag_does() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


def test_there_are_pairs_and_all_themes() -> None:
    assert len(PAIRS) > 40
    assert set(themes()) == {"light", "dark", "light, more contrast", "dark, more contrast"}


@pytest.mark.parametrize("theme", ["light", "dark", "light, more contrast", "dark, more contrast"])
def test_every_pair_is_legible(theme: str) -> None:
    colours = themes()[theme]
    poor = [
        f"{one} on {other}: {contrast(colours[one], colours[other]):.2f}, needs {needed}"
        for one, other, needed in PAIRS
        if contrast(colours[one], colours[other]) < float(needed)
    ]
    assert not poor, f"{theme}: {poor}"


def test_components_use_meanings_that_exist_and_no_colour_of_their_own() -> None:
    """Raw values are tokens.css's alone; a shade over a picture is the one exception."""
    known = set(re.findall(r"--([\w-]+):", TOKENS))
    for file in sorted(CSS.rglob("*.css")):
        text = re.sub(r"/\*.*?\*/", "", file.read_text("utf-8"), flags=re.S)
        own = set(re.findall(r"--([\w-]+):", text))
        used = set(re.findall(r"var\(--([\w-]+)", text))
        assert used <= known | own, f"{file.name}: {used - known - own}"
        if file.name not in ("tokens.css", "print.css"):
            assert (
                not re.search(r"#[0-9a-f]{3,8}\b(?![^{]*\{)|oklch|var\(--raw-", text, re.I)
                or file.name == "print.css"
            ), file.name


def test_stylesheets_keep_the_house_style() -> None:
    """Layers everywhere but for browsers without any, no !important, no id selectors, every brace closed."""
    for file in sorted(CSS.rglob("*.css")):
        text = re.sub(r"/\*.*?\*/", "", file.read_text("utf-8"), flags=re.S)
        start = "@supports not (text-emphasis: filled) {" if file.name == "plain.css" else "@layer"
        assert text.lstrip().startswith(start), file.name
        assert "!important" not in text, file.name
        assert not re.search(r"""(["'])[^"'\n]*[{};][^"'\n]*\1""", text), (
            f"{file.name}: spaces around these are left out"
        )
        assert text.count("{") == text.count("}"), file.name
        assert not re.search(r"(^|[\s,])#[a-z][\w-]*[^{};]*\{", text, re.M | re.I), file.name
