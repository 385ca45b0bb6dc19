"""A running town and real browsers that look at it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import flask_migrate
import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, sync_playwright

from shopalert import create_app
from shopalert.db import db
from tests import services
from tests.browser.plain import Plain
from tests.browser.tabs import leave
from tests.people import Person
from tests.world import World

# What Playwright switches off, for a second list takes the place of the first; and the pop-ups of the address bar: a
# renderer of their own for each window.
SWITCHED_OFF = (
    "AimEnabled", "AvoidCorsURLLoaderRestartOnRedirect", "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose", "HttpsFirstBalancedModeAutoEnable", "HttpsUpgrades", "LensOverlay", "MediaRouter",
    "NetworkTimeServiceQuerying", "OptimizationHints", "PaintHolding", "PreconnectToSearch",
    "TcpPortRandomizationWin", "ThirdPartyStoragePartitioning", "WebUIOmniboxAimPopup", "WebUIOmniboxPopup",
)  # fmt: skip
ARGUMENTS = [
    "--disable-gpu", "--no-first-run", "--disable-background-networking",
    f"--disable-features={','.join(SWITCHED_OFF)}",
]  # fmt: skip
PHONE = {"width": 360, "height": 740}
DESK = {"width": 1440, "height": 900}

# Every layout shift that the page's reader did not cause.
SHIFTS = """
window.shifts = []
new PerformanceObserver(list => {
  for (const entry of list.getEntries()) {
    const what = entry.sources.map(({ node, previousRect, currentRect }) => [
      node && `${node.nodeName} ${node.id || node.className || ''}`,
      JSON.stringify(previousRect), JSON.stringify(currentRect)
    ])
    if (!entry.hadRecentInput) shifts.push([entry.value, what])
  }
}).observe({ type: 'layout-shift', buffered: true })
"""


def program(arguments: tuple[str, ...] = ()) -> dict[str, Any]:
    """Which Chromium, and how: without the calls home."""
    found = services.chromium_program()
    assert found, "no Chromium: python3 dev.py test installs one"
    return {
        "executable_path": found,
        "args": [*ARGUMENTS, *arguments, *(["--no-sandbox"] if os.geteuid() == 0 else [])],
    }


def launch(playwright: Playwright, *arguments: str, **options: Any) -> Browser:
    """Chromium; each of its contexts is a fresh profile that keeps nothing."""
    return playwright.chromium.launch(**program(arguments), **options)


def launch_profile(playwright: Playwright, folder: Path, **options: Any) -> BrowserContext:
    """Chromium with one ordinary profile on the disk: nobody installs an app in a private window."""
    return playwright.chromium.launch_persistent_context(folder, **program(), **options)


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    browser = launch(playwright)
    yield browser
    browser.close()


class Town:
    """A running server, the cast in their schemes, and a browser for each of them."""

    def __init__(self, server: services.Server, world: World, browser: Browser) -> None:
        self.server, self.world, self.browser = server, world, browser
        self.contexts: list[BrowserContext] = []
        self.complaints: list[str] = []

    @property
    def url(self) -> str:
        return self.server.url

    def browser_of(self, person: Person | None = None, **options: Any) -> BrowserContext:
        """A fresh profile, signed in as the person: tabs opened in it share their cookies, locks and worker."""
        context = self.browser.new_context(
            **{"viewport": PHONE, "base_url": self.url, "locale": "en-GB", **options}
        )
        if person is not None:
            context.add_cookies([self.cookie(person)])
        self.contexts.append(context)
        return context

    def cookie(self, person: Person) -> Any:
        cookie = self.world.client(person).get_cookie("sa")
        assert cookie is not None
        return {"name": "sa", "value": cookie.value, "url": self.url, "httpOnly": True, "sameSite": "Lax"}

    def open(self, person: Person | BrowserContext, path: str = "/s/wickford/", **options: Any) -> Page:
        """A tab with a page, in a fresh profile of the person or in one that is there."""
        context = person if isinstance(person, BrowserContext) else self.browser_of(person, **options)
        page = context.new_page()
        page.add_init_script(SHIFTS)
        page.on("pageerror", lambda error: self.complaints.append(f"{page.url}: {error}"))
        page.goto(path)
        return page

    def live(self, person: Person | BrowserContext, path: str = "/s/wickford/", **options: Any) -> Page:
        """The same, once its dot says that it is live."""
        page = self.open(person, path, **options)
        wait_for_state(page, "live")
        return page

    def close(self) -> None:
        """Close every profile that was opened."""
        for context in self.contexts:
            leave(context)
            context.close()
        self.contexts.clear()


def wait_for_state(page: Page, state: str, seconds: float = 15) -> None:
    page.wait_for_selector(f"sa-live[data-state={state}]", state="attached", timeout=seconds * 1000)


def town_app(folder: Path) -> Flask:
    """The application on the same data as the server, for what tests do as somebody without a browser."""
    return create_app({"data_dir": folder, "background": False})


@pytest.fixture(scope="session")
def settled(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, World]:
    """A town at the newest schema with the cast in it, to be copied."""
    folder = tmp_path_factory.mktemp("settled")
    folder.chmod(0o700)
    app = town_app(folder)
    with app.app_context():
        flask_migrate.upgrade()
        db.session.remove()
    world = World(app)
    with app.app_context():
        db.engine.dispose()
    return folder, world


class Towns:
    """Copies of the settled town, each served by a process of its own, until they are closed."""

    def __init__(self, folder: Path, settled: tuple[Path, World], browser: Browser) -> None:
        self.folder, self.settled, self.browser = folder, settled, browser
        self.running: list[Town] = []

    def make(self, browser: Browser | None = None, **settings: str) -> Town:
        """Start one with settings of its own."""
        settled, settled_world = self.settled
        data = self.folder / f"town{len(self.running)}"
        shutil.copytree(settled, data)
        data.chmod(0o700)
        world = World.__new__(World)
        world.__dict__.update(settled_world.__dict__)
        world.app = town_app(data)
        server = services.Server(data, **settings).hand_over().start()
        self.running.append(Town(server, world, browser or self.browser))
        return self.running[-1]

    def close(self) -> None:
        for town in self.running:
            town.close()
            town.server.kill()
            with town.world.app.app_context():
                db.session.remove()
                db.engine.dispose()


@pytest.fixture
def make_town(
    chromium: Browser, settled: tuple[Path, World], tmp_path: Path
) -> Iterator[Callable[..., Town]]:
    """Start towns of this test's own."""
    towns = Towns(tmp_path, settled, chromium)
    yield towns.make
    towns.close()


@pytest.fixture
def own_town(make_town: Callable[..., Town]) -> Town:
    """A running town that the test may break."""
    return make_town()


@pytest.fixture(scope="session")
def shared_town(
    chromium: Browser, settled: tuple[Path, World], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Town]:
    towns = Towns(tmp_path_factory.mktemp("shared"), settled, chromium)
    yield towns.make()
    towns.close()


@pytest.fixture
def town(shared_town: Town) -> Iterator[Town]:
    """The running town that tests share: others have reported here before."""
    shared_town.complaints.clear()
    yield shared_town
    shared_town.close()


@pytest.fixture
def plain(town: Town, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Plain]:
    """Browsers without scripts; at the end exactly those forms were sent that the test names by `@sends`."""
    yield from sending(town, tmp_path, request)


@pytest.fixture
def own_plain(own_town: Town, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Plain]:
    """The same, for journeys that change the scheme itself."""
    yield from sending(own_town, tmp_path, request)


def sending(town: Town, folder: Path, request: pytest.FixtureRequest) -> Iterator[Plain]:
    made = Plain(town, folder)
    yield made
    assert made.sent == getattr(request.function, "sends", set()), "other forms than the test says"
