"""Every screen of the house on the demonstration: quiet, within the window, within a thumb's reach, open to everybody.

The same screens and the same checks as `python3 dev.py screenshots`, on the smallest phone by day and on a
desk by night. The phone's are walked by Tab alone, too.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.browser.demo_town import DemoTown, demonstration, loaded_once
from tests.browser.screens import SCREENS, Screen
from tests.browser.screenshots import NOT_SCREENS, Gallery, missing

pytestmark = pytest.mark.browser

LOOKS = (("phone", "light"), ("desk", "dark"))


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DemoTown]:
    with demonstration(loaded_once(tmp_path_factory), tmp_path_factory.mktemp("demo")) as town:
        yield town


@pytest.mark.parametrize(("size", "theme"), LOOKS, ids=["phone-light", "desk-dark"])
@pytest.mark.parametrize("screen", SCREENS, ids=lambda screen: screen.name)
def test_a_screen_is_as_every_screen_must_be(
    demo: DemoTown, chromium: Browser, screen: Screen, size: str, theme: str
) -> None:
    gallery = Gallery(demo, chromium)
    gallery.take(screen, size, theme)
    assert not gallery.faults, "\n".join(gallery.faults)


def test_no_screen_of_the_house_is_left_out(demo: DemoTown) -> None:
    assert not missing(demo)
    known = {rule.endpoint for rule in demo.app.url_map.iter_rules()}
    assert {screen.route for screen in SCREENS} | NOT_SCREENS <= known, "a screen that is no more"
