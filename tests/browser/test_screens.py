"""Every screen of the house on the demonstration: quiet, within the window, within a thumb's reach, open to everybody.

The same screens and the same checks as `python3 dev.py screenshots`, all on the smallest phone by day and walked by
Tab alone, and one of each room on a desk by night; there all are looked at in all sizes and both themes.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.browser.demo_town import DemoTown, demonstration, loaded_once
from tests.browser.screens import SCREENS, Screen
from tests.browser.screenshots import NOT_SCREENS, Gallery, missing

pytestmark = pytest.mark.browser

ON_A_DESK = {
    screen.route.partition(".")[0]: screen for screen in reversed(SCREENS)
}.values()  # the first of each room
LOOKS = [(screen, "phone", "light") for screen in SCREENS] + [(each, "desk", "dark") for each in ON_A_DESK]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DemoTown]:
    with demonstration(loaded_once(tmp_path_factory), tmp_path_factory.mktemp("demo")) as town:
        yield town


@pytest.fixture(scope="module")
def gallery(demo: DemoTown, chromium: Browser) -> Gallery:
    return Gallery(demo, chromium, kept=True)


@pytest.mark.parametrize(
    ("screen", "size", "theme"),
    [pytest.param(*look, id=f"{look[0].name}-{look[1]}-{look[2]}") for look in LOOKS],
)
def test_a_screen_is_as_every_screen_must_be(gallery: Gallery, screen: Screen, size: str, theme: str) -> None:
    gallery.faults.clear()
    gallery.take(screen, size, theme)
    assert not gallery.faults, "\n".join(gallery.faults)


def test_no_screen_of_the_house_is_left_out(demo: DemoTown) -> None:
    assert not missing(demo)
    known = {rule.endpoint for rule in demo.app.url_map.iter_rules()}
    assert {screen.route for screen in SCREENS} | NOT_SCREENS <= known, "a screen that is no more"
