"""Mentions as they are written and read; a plain matter of text."""

from __future__ import annotations

import uuid

import pytest

from shopalert.chat.mentions import MOST, Meant, placed, spelt

ASHA, BOTH, SHOP = (uuid.uuid4() for _ in range(3))
KNOWN = {
    "asha": Meant("Asha", [ASHA]),
    "ash": Meant("Ash", [BOTH, ASHA]),
    "harper's": Meant("Harper's", premises=SHOP),
    "pc mercer": Meant("PC Mercer", [BOTH]),
}
NAMES = {str(ASHA): "Asha", str(BOTH): "PC Mercer", str(SHOP): "Harper's"}


@pytest.mark.parametrize(
    ("text", "kept", "many"),
    [
        ("@Asha look", "@{0} look", 1),
        ("thanks @asha, and @Harper's!", "thanks @{0}, and @{1}!", 2),
        ("@Asha @Asha", "@{0} @{0}", 1),
        ("@Ashanti and asha@example.org", "@Ashanti and asha@example.org", 0),
        ("(@PC Mercer)", "(@{0})", 1),
        ("@Nobody", "@Nobody", 0),
        ("@", "@", 0),
    ],
)
def test_the_longest_name_that_ends_with_its_word_is_meant(text, kept, many):
    found, meant = placed(text, KNOWN)
    assert (found, len(meant)) == (kept, many)


def test_the_text_comes_back_with_the_names_that_may_be_read():
    found, meant = placed("@Asha and @harper's, not @Nobody", KNOWN)
    assert spelt(found, meant, NAMES) == "@Asha and @Harper's, not @Nobody"
    assert spelt(found, meant, {**NAMES, str(ASHA): "Larkmead"}) == "@Larkmead and @Harper's, not @Nobody"
    assert spelt("@{7}", meant, NAMES) == "@{7}"


def test_a_name_that_two_have_means_both():
    found, meant = placed("@Ash", KNOWN)
    assert meant == [{"people": sorted([str(ASHA), str(BOTH)])}]
    assert set(spelt(found, meant, NAMES)[1:].split(" / ")) == {"Asha", "PC Mercer"}


def test_nobody_calls_the_whole_town():
    many = {f"p{n}": Meant(f"P{n}", [uuid.uuid4()]) for n in range(MOST + 5)}
    assert len(placed(" ".join(f"@p{n}" for n in range(MOST + 5)), many)[1]) == MOST
