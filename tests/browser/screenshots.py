"""`python3 dev.py screenshots`: every screen, in both themes and three sizes, into docs/screens;
some of them, made small, into static/help.

Fails on a console error, horizontal overflow, a small target, a finding of axe or html-validate, a control that Tab
does not come to, or a screen of the house that is on no picture. `--only NAME…` takes some of them.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from dataclasses import dataclass, field
from functools import partial
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Response, sync_playwright

from tests.browser import checks, keyboard
from tests.browser.conftest import launch
from tests.browser.demo_town import DemoTown, demonstration, load, settle
from tests.browser.help_pictures import keep_for_help
from tests.browser.html_validate import faults_of
from tests.browser.screens import LOST, SCREENS, SIZES, THEMES, Screen
from tests.browser.tabs import goes_on
from tests.people import Person

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "screens"
# Not screens: what scripts, workers and machines read.
NOT_SCREENS = {
    "accounts.open_reset", "alerts.key", "assets.static", "check.outcome", "evidence.document", "evidence.original",
    "evidence.play",
    "cap.feed", "cap.message", "cap.public_feed", "sharing.document", "sharing.thumb", "sharing.view",
    "evidence.thumb", "evidence.view", "health.alive", "health.metrics", "health.ready", "home.home",
    "home.report", "incidents.alike", "joining.open_link", "letters.newest", "live.poll", "live.stream",
    "operating.next_step", "pwa.manifest", "pwa.session", "pwa.worker", "wake.said", "home.what_is_unread",
}  # fmt: skip


@dataclass
class Gallery:
    """The pictures taken, and what was found wrong on the way.

    `kept`: who looks goes on in the tab they had, with its worker and what it has kept, and what does not depend on
    the look is checked in the first one alone; no picture is taken. Pictures want a fresh browser each.
    """

    town: DemoTown
    browser: Browser
    kept: bool = False
    faults: list[str] = field(default_factory=list)
    tabs: dict[tuple[Person | None, str, str], Tab] = field(default_factory=dict)

    def take(self, screen: Screen, size: str, theme: str) -> bytes:
        """Go there as somebody would, check it, and take its picture."""
        alone = not self.kept or screen.quiet is LOST  # it leaves its connection as others do not want it
        key = (screen.who, size, theme)
        with goes_on(self.tabs, key, partial(self.tab, *key), alone=alone) as tab:
            return self.look(tab, screen, size, theme)

    def tab(self, person: Person | None, size: str, theme: str) -> Tab:
        return Tab(self.town.browser_of(self.browser, person, SIZES[size], theme))

    def look(self, tab: Tab, screen: Screen, size: str, theme: str) -> bytes:
        page, first = tab.page, (size, theme) == ("phone", "light")
        tab.said.clear()
        tab.sent.clear()
        page.goto(screen.address(self.town.places))
        settle(page)
        if screen.first:
            screen.first(page, self.town.places)
            settle(page)
        found = [line for line in tab.said if not any(known in line for known in screen.quiet)]
        found += [f"overflows: {what}" for what in checks.overflow(page)]
        found += [f"small target: {what}" for what in checks.small_targets(page)]
        if first or not self.kept:
            found += [f"html-validate {what}" for what in faults_of(tab.sent[-1].text())]
        shot = b"" if self.kept else page.screenshot()
        page.context.set_offline(False)
        found += [f"axe {what}" for what in checks.axe(page)]
        if first:  # last, for it moves about
            found += [f"keyboard: {what}" for what in keyboard.walk(page)]
        self.faults += [f"{screen.name} {size} {theme}: {what}" for what in found]
        return shot


class Tab:
    """A page, what its console said and the documents that it was given."""

    def __init__(self, context: BrowserContext) -> None:
        self.page = context.new_page()
        self.said: list[str] = []
        self.sent: list[Response] = []
        self.page.on("console", self.heard)
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.on("response", self.given)

    @property
    def context(self) -> BrowserContext:
        return self.page.context

    def heard(self, line: ConsoleMessage) -> None:
        if line.type in ("error", "warning"):
            self.said.append(line.text)

    def given(self, response: Response) -> None:
        if response.request.is_navigation_request() and not 300 <= response.status < 400:
            self.sent.append(response)


def keep(shot: bytes, name: str) -> None:
    """Few colours are enough for flat screens, and the repository stays small."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    small = Image.open(BytesIO(shot)).convert("RGB").quantize(128, dither=Image.Dither.NONE)
    small.save(FOLDER / f"{name}.png", optimize=True)


def missing(town: DemoTown) -> list[str]:
    """Screens of the house that no picture shows."""
    rules = [rule for rule in town.app.url_map.iter_rules() if "GET" in (rule.methods or ())]
    shown = {screen.route for screen in SCREENS} | NOT_SCREENS
    return [f"no picture of {rule.rule} ({rule.endpoint})" for rule in rules if rule.endpoint not in shown]


def photograph(gallery: Gallery, screen: Screen, sizes: list[str]) -> None:
    """The screen in these sizes and both themes; one that cannot be reached does not hide the others."""
    for size in sizes:
        for theme in THEMES:
            try:
                shot = gallery.take(screen, size, theme)
                keep(shot, f"{screen.name}-{size}-{theme}")
                keep_for_help(shot, screen.name, size, theme)
            except Exception as error:
                gallery.faults.append(f"{screen.name} {size} {theme}: {str(error)[:300]}")


def main() -> int:
    options = argparse.ArgumentParser()
    options.add_argument("--only", nargs="*", default=[])
    options.add_argument("--sizes", nargs="*", default=list(SIZES))
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as driver:
        loaded = Path(folder) / "loaded"
        load(loaded)
        with demonstration(loaded, Path(folder) / "served") as town:
            gallery = Gallery(town, launch(driver))
            gallery.faults += missing(town)
            for screen in SCREENS:
                if not chosen.only or screen.name in chosen.only:
                    photograph(gallery, screen, chosen.sizes)
                    print(screen.name, flush=True)
            gallery.browser.close()
    for fault in gallery.faults:
        print("FAULT", fault)
    print(f"{len(list(FOLDER.glob('*.png')))} pictures, {len(gallery.faults)} faults")
    return 1 if gallery.faults else 0


if __name__ == "__main__":
    sys.exit(main())
