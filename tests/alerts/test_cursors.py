"""Cursors are opaque, have one spelling each, and cannot be made by anybody else."""

from __future__ import annotations

import os
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopalert.alerts.cursors import Cursors

OURS = Cursors(os.urandom(32))
LETTERS = string.ascii_letters + string.digits + "-_+/= \n\x00é"


@given(st.integers(0, 2**63 - 1))
def test_a_cursor_opens_as_its_number(seq):
    sealed = OURS.seal(seq)
    assert OURS.open(sealed, seq) == seq
    assert len(sealed) == 22
    assert str(seq) not in sealed or seq < 10_000


def test_a_cursor_above_the_newest_number_is_not_ours():
    assert OURS.open(OURS.seal(41), 41) == 41
    assert OURS.open(OURS.seal(41), 40) is None  # of a backup that was put back


def test_no_letter_can_be_changed():
    good = OURS.seal(41)
    forged = [good[:i] + letter + good[i + 1 :] for i in range(22) for letter in LETTERS if letter != good[i]]
    assert len(forged) > 1400
    assert [each for each in forged if OURS.open(each, 50) is not None] == []


@pytest.mark.parametrize(
    "forged",
    ["", "41", "0", "-1", "A" * 22, "A" * 10_000, "é" * 22, "\x00" * 22, "=" * 22, "null", "\ud800" * 22],
)
def test_what_is_no_cursor_is_refused(forged):
    assert OURS.open(forged, 2**62) is None


def test_one_spelling_only():
    good = OURS.seal(41)
    for other in (good + "=", good + "==", good[:-1], good + "A", " " + good, good + "\n", good.swapcase()):
        assert OURS.open(other, 50) is None, other


def test_another_instances_cursor_is_refused():
    assert Cursors(os.urandom(32)).open(OURS.seal(41), 50) is None


@given(st.text(max_size=60))
def test_text_from_anywhere_never_raises(text):
    assert OURS.open(text, 2**62) is None


def test_neighbours_look_nothing_alike():
    one, two = OURS.seal(41), OURS.seal(42)
    assert sum(a == b for a, b in zip(one, two, strict=True)) < 12
