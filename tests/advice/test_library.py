"""The library: every piece is whole, names what exists, and is to be read again by a day that has not come."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopalert.advice.pieces import FOLDER, found_by, library
from shopalert.advice.vocabulary import SIGNS, SUBJECTS, TRADES
from shopalert.incidents.description import FLAG_CODES, GUARDED_FLAGS
from shopalert.incidents.vocabulary import CODES

PIECES = list(library().values())
WRITTEN = date(2026, 11, 29)
# Nobody of a shop is to lay hands on anybody, nor to go after them.
OVERREACH = re.compile(
    r"citizen.s arrest|\bdetain|\barrest them|\bhold (him|her|them)\b|\bgrab\b", re.IGNORECASE
)


def test_there_are_at_least_forty_and_of_each_subject_some():
    assert len(PIECES) >= 40
    assert set(Counter(piece.subject for piece in PIECES)) == set(SUBJECTS)


@pytest.mark.parametrize("piece", PIECES, ids=lambda piece: piece.id)
def test_a_piece_is_whole(piece):
    assert re.fullmatch(r"[a-z0-9-]{3,40}", piece.id)
    assert piece.id not in ("ours", "given", "trade"), "that is another page's address"
    assert piece.kinds
    assert set(piece.kinds) <= set(CODES)
    assert set(piece.flags) <= set(SIGNS)
    assert set(piece.premises) <= set(TRADES)
    assert piece.text
    assert 3 <= len(piece.steps) <= 6
    assert len({*piece.text, *piece.steps}) == len(piece.text) + len(piece.steps)
    for words in (piece.title, *piece.text, *piece.steps):
        assert 8 <= len(words) <= 330, words
        assert words == words.strip()
        assert words[-1] in ".?!”" or words == piece.title, words
        assert not OVERREACH.search(words), words


@pytest.mark.parametrize("piece", PIECES, ids=lambda piece: piece.id)
def test_a_piece_says_what_to_read_on_and_when_it_is_read_again(piece):
    assert WRITTEN < piece.review <= date(2028, 12, 31)
    assert piece.reading
    for reading in piece.reading:
        address = urlsplit(reading.url)
        assert (address.scheme, address.query, address.fragment) == ("https", "", "")
        assert "." in (address.hostname or "")
        assert reading.name


def test_what_is_to_be_read_on_is_named_by_some_piece():
    import tomllib

    named = {reading.name for piece in PIECES for reading in piece.reading}
    listed = tomllib.loads((FOLDER / "reading.toml").read_text())
    assert {each["name"] for each in listed.values()} == named


def test_every_kind_of_incident_and_of_premises_finds_advice():
    for code in CODES:
        assert found_by(kind=code), code
    for trade in TRADES:
        assert any(not piece.premises or trade in piece.premises for piece in PIECES), trade


def test_signs_are_of_the_report_and_never_what_is_kept_for_few():
    assert not set(SIGNS) & GUARDED_FLAGS
    assert set(SIGNS) - set(FLAG_CODES) == {"weapon", "violence", "in_progress", "night", "again_here"}


@given(
    st.sampled_from(["", *CODES]),
    st.sampled_from(["", *TRADES]),
    st.sampled_from(["", "note", "999 calm", "zzz"]),
)
def test_what_is_found_fits_all_that_was_asked(kind, premises, words):
    found = found_by(kind, premises, words)
    for piece in PIECES:
        fits = (
            (not kind or kind in piece.kinds)
            and (not premises or not piece.premises or premises in piece.premises)
            and all(word in piece.words for word in words.split())
        )
        assert (piece in found) == fits


def test_no_file_of_the_library_is_long():
    for file in FOLDER.glob("*.toml"):
        assert len(file.read_text().splitlines()) <= 400, file.name
