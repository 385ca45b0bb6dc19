"""What people type, as it is understood."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopalert.incidents.forms import as_uuid, pence
from shopalert.text import is_plain, normal


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("", None),
        (" ", None),
        ("£", None),
        ("0", 0),
        ("7", 700),
        ("7.5", 750),
        ("7.05", 705),
        ("£1,000", 100000),
        ("0.01", 1),
    ],
)
def test_pounds(text, amount):
    assert pence(text) == amount


@pytest.mark.parametrize(
    "text", ["x", "-1", "1.234", "1..2", ".", "1e3", "NaN", "٣", "½", "10000000", "9" * 400, "1/2", "0x10"]
)
def test_no_pounds(text):
    with pytest.raises(ValueError):
        pence(text)


@given(st.integers(0, 999_999_999))
def test_any_amount_comes_back(amount):
    assert pence(f"{amount // 100}.{amount % 100:02d}") == amount


@given(st.text(max_size=40))
def test_any_text_as_an_amount_is_understood_or_refused(text):
    try:
        found = pence(text)
    except ValueError:
        return
    assert found is None or 0 <= found <= 999_999_999


@given(st.uuids())
def test_a_key_has_its_usual_spelling(key):
    assert as_uuid(str(key)) == key
    assert as_uuid(key.hex) is None
    assert as_uuid("{" + str(key) + "}") is None


@pytest.mark.parametrize("text", [None, "", "x" * 36, "\x00" * 36, "87f58970-2e49-45a8-8586-d7ced15e83f"])
def test_no_key(text):
    assert as_uuid(text) is None


@given(st.text())
def test_normal_text_is_normal_for_ever(text):
    once = normal(text)
    assert normal(once) == once
    assert "\r" not in once


@pytest.mark.parametrize(
    "character",
    [
        "\x00",
        "\x08",
        "\x1b",
        "\x7f",
        "\x85",
        "\x9f",
        "\u202a",
        "\u202e",
        "\u2066",
        "\u2069",
        "\ud800",
        chr(0xDFFF),
    ],
)
def test_what_hides_or_turns_other_text_is_not_plain(character):
    assert not is_plain(f"a{character}b")


@pytest.mark.parametrize(
    "text", ["a\nb", "a\tb", "Zoë", "漢字", "עברית", "👩🏽‍🚀", "e\u0301", "‘quoted’ – dash"]
)
def test_ordinary_writing_of_the_world_is_plain(text):
    assert is_plain(text)
