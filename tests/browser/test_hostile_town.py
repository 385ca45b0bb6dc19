"""The whole house over a store in which every word that somebody may have typed is hostile.

One walk over every screen, by everybody: nothing of it runs, loads, asks, opens a dialog or breaks the policy, no
attribute of a page comes from it, and what runs from right to left turns nothing beside it.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser import hostile
from tests.browser.demo_town import DemoTown, demonstration, loaded_once
from tests.browser.screens import SCREENS

pytestmark = pytest.mark.browser

# What people typed and no screen shows, with the reason.
NOT_SHOWN = {
    "user_session.device": "written anew by each sign-in from a list of ours",
    "upload.file_name": "said to the script that goes on with it",
    "police_number.number": "the history of a number; pages show the one that stands",
    "channel_line.hidden_why": "no line of a channel is hidden in the demonstration",
    "person_of_interest.description": "the gallery has no screens yet",
}


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DemoTown]:
    with demonstration(loaded_once(tmp_path_factory), tmp_path_factory.mktemp("demo")) as town:
        yield town


def test_every_column_of_words_is_known(demo: DemoTown) -> None:
    """A new one is hostile here without anybody remembering it; one that is gone is named no more."""
    known = set(hostile.columns())
    assert known >= hostile.GIVEN, hostile.GIVEN - known
    assert known >= hostile.CHECKED, hostile.CHECKED - known
    assert set(NOT_SHOWN) <= set(hostile.typed())


@pytest.mark.timeout(1500)  # each screen of the house, one after the other
def test_hostile_text_stays_text_on_every_screen(demo: DemoTown, chromium: Browser, tmp_path: Path) -> None:
    with hostile.hostile_town(demo, tmp_path) as (town, more):
        walk = hostile.Walk(town, chromium)
        for screen in (*SCREENS, *more):
            walk.look(screen)
        walk.close()
    assert not walk.faults, "\n".join(walk.faults)
    unseen = {name for number, name in enumerate(hostile.typed()) if number not in walk.seen}
    assert unseen <= set(NOT_SHOWN), f"on no screen: {unseen - set(NOT_SHOWN)}"
