"""The screens of the house on the demonstration: quiet, within the window, within a thumb's reach, open to everybody.

The same screens and the same checks as `python3 dev.py screenshots`, which looks at all in all sizes and both themes:
here on the smallest phone by day, walked by Tab alone, each page once and whatever says that something went wrong; and
one page of each room on a desk by night.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.browser.demo_town import DemoTown, demonstration, loaded_once
from tests.browser.screens import SCREENS, Screen
from tests.browser.screenshots import NOT_SCREENS, Gallery, missing

pytestmark = pytest.mark.browser

FIRST = {screen.route: screen for screen in reversed(SCREENS)}  # of each page
ON_A_PHONE = [screen for screen in SCREENS if screen is FIRST[screen.route] or screen.quiet]
ON_A_DESK = {screen.route.partition(".")[0]: screen for screen in reversed(SCREENS)}.values()  # of each room
LOOKS = [(each, "phone", "light") for each in ON_A_PHONE] + [(each, "desk", "dark") for each in ON_A_DESK]


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DemoTown]:
    with demonstration(loaded_once(tmp_path_factory), tmp_path_factory.mktemp("demo")) as town:
        yield town


@pytest.fixture(scope="session")
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
