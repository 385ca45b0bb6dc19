"""The police loop, whole: asked for, answered with a film over a bad road, accepted, numbered, and what came of it.

The officer sits at a plain browser, the shop holds a phone; the reporter's phone rings once for each step and never
else.
"""

from __future__ import annotations

import hashlib
import json
import platform
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from playwright.sync_api import expect

from shopalert.evidence.models import Attachment
from shopalert.outcomes.vocabulary import STATION
from tests import phones
from tests.browser.conftest import PHONE, Town
from tests.browser.officers import Officer, in_chromium_80, reads, without_script
from tests.browser.phone import Phone
from tests.browser.proxies import dropping
from tests.browser.test_clips import MB, film
from tests.people import ASHA, DEV, IVY, PASSWORD
from tests.push_service import PushService
from tests.services import eventually

pytestmark = pytest.mark.browser

ASKED = "The till from two o'clock to half past."
NUMBER = "42/123456/26"
STEPS = ("allocated", "suspect_identified", "suspect_arrested", "charged_summonsed")
SHIPPED = sys.platform == "linux" and platform.machine() == "x86_64"
BROWSERS = [
    pytest.param(without_script, id="without script"),
    pytest.param(
        in_chromium_80,
        id="Chromium 80",
        marks=pytest.mark.skipif(not SHIPPED, reason="npm has Chromium 80 for Linux on x86-64 alone"),
    ),
]
At = Callable[[Town, Path], AbstractContextManager[Officer]]


@pytest.fixture(scope="module")
def service() -> Iterator[PushService]:
    with PushService() as running:
        yield running


@pytest.fixture
def pushing(make_town: Callable[..., Town], service: PushService) -> Town:
    """A town whose push service is ours on loopback."""
    service.forget()
    return make_town(**{name: str(value) for name, value in service.settings.items()})


@dataclass
class Rings:
    """A phone that must ring exactly once for each thing."""

    phone: Phone
    titles: list[str] = field(default_factory=list)

    def once(self, title: str) -> str:
        """It rang for this, the lock screen shows it; the path that it leads to."""
        self.titles.append(title)
        message = self.phone.alerts(len(self.titles), 20)[-1]
        assert self.heard() == self.titles
        self.phone.deliver(message)
        eventually(lambda: title in [each["title"] for each in self.phone.lock_screen()])
        leads_to: str = json.loads(message["payload"])["notification"]["navigate"]
        return leads_to.removeprefix(self.phone.town.url)

    def heard(self) -> list[str]:
        arrived = self.phone.service.received(self.phone.device)
        assert not any(each["problem"] for each in arrived)
        return [json.loads(each["payload"])["notification"]["title"] for each in arrived]


@pytest.mark.parametrize("at", BROWSERS)
def test_from_the_desk_to_the_outcome(at: At, pushing: Town, service: PushService, tmp_path: Path) -> None:
    town = pushing
    asha, ivy = Rings(Phone(town, ASHA, service)), Rings(Phone(town, IVY, service))
    incident = str(town.world.report(ASHA, narrative="Two people filled a rucksack with razors."))
    ivy.once("Shop theft")
    with at(town, tmp_path) as officer:
        sign_in(officer)
        asked = ask_for_cctv(officer, incident, to=town.world.premises["Harper's"])
        assert asha.once("Police ask you: CCTV") == asked
        sent = answer_over_a_bad_road(town, asked, tmp_path)
        accept(officer, incident, asked)
        asha.once("Accepted, thank you: CCTV")
        screen = town.live(ASHA, f"/incidents/{incident}")
        enter_the_number(officer, incident)
        assert asha.once("Police: number added") == f"/incidents/{incident}"
        expect(screen.locator(".chat")).to_contain_text(NUMBER)
        for step in map(STATION.__getitem__, STEPS):
            say_what_happened(officer, incident, step.code)
            asha.once(f"Police: {step.short}")
            expect(screen.locator(".chat")).to_contain_text(step.label, timeout=10_000)  # by itself
    assert kept(town) == (len(sent), hashlib.sha256(sent).hexdigest())
    screen.wait_for_timeout(1500)
    assert asha.heard() == asha.titles, "it rang for something else, or twice"
    assert ivy.heard() == ["Shop theft"], "the loop is between the police and who reported"
    assert not town.complaints


# ---- the officer


def sign_in(officer: Officer) -> None:
    officer.open("/sign-in")
    officer.fill("email", DEV.email)
    officer.fill("password", PASSWORD)
    officer.go("form[action='/sign-in'] button[type=submit]")
    assert officer.read("h1") == "Desk"


def ask_for_cctv(officer: Officer, incident: str, to: Any) -> str:
    """From the desk by way of the incident; the request's address."""
    reads(officer, "filled a rucksack with razors")
    officer.go(f"#incident-{incident} .card__title a")
    officer.go("a[href$='/requests/new']")
    officer.press("input[name=kind][value=cctv]")
    officer.choose("to", f"premises:{to}")
    officer.fill("what", ASKED)
    officer.choose("days", "2")
    officer.go(f"form[action='/incidents/{incident}/requests'] button[type=submit]")
    reads(officer, ASKED)
    return "/requests/" + officer.url.rsplit("/", 1)[1]


def accept(officer: Officer, incident: str, asked: str) -> None:
    """It waits for them on the desk; the film can be reached."""
    officer.open("/desk")
    reads(officer, "Waiting for me")
    officer.go(f"main a[href='{asked}']")
    reads(officer, "It is the whole half hour.")
    assert officer.count("main a[href^='/clips/']") == 1
    officer.go(f"form[action='{asked}/acceptance'] button[type=submit]")
    reads(officer, "Accepted")
    assert officer.count("form[action$='/acceptance']") == 0
    for path, untrue in ((f"/incidents/{incident}", "Nobody has written yet"), ("/desk", "Unread")):
        officer.open(path)
        shown = officer.read("body")
        assert "Shop theft" in shown and untrue not in shown and "No connection" not in shown


def enter_the_number(officer: Officer, incident: str) -> None:
    officer.open(f"/incidents/{incident}")
    officer.go(f"a[href='/incidents/{incident}/police']")
    officer.fill("crime", NUMBER)
    officer.go("form[action$='/police/numbers'] button[type=submit]")
    reads(officer, "Saved. The reporter and who follows it are told.", "body")


def say_what_happened(officer: Officer, incident: str, code: str) -> None:
    officer.go("header a.bar__back")
    officer.go(f"a[href='/incidents/{incident}/progress']")
    before = officer.count(".course__one")
    officer.choose("code", code)
    officer.fill("note", f"Said of {code}.")
    officer.go("form#add button[type=submit]")
    reads(officer, f"Said of {code}.")
    assert officer.count(".course__one") == before + 1


# ---- the shop


def answer_over_a_bad_road(town: Town, asked: str, folder: Path) -> bytes:
    """From `Asked` in one tap, with a film that goes on by itself through two tunnels and a restart; what was sent."""
    path = film(folder, 40 * MB)

    def restart() -> None:
        town.server.kill()
        town.server.start()

    with dropping(town.server.port, (9 * MB, int), (20 * MB, int), (31 * MB, restart)) as road:
        page = town.open(ASHA, "/s/wickford/", base_url=road.url, viewport=PHONE)
        page.click(".places a[href='/requests']")
        expect(page.locator("main .item")).to_have_count(1)
        page.click(f"main a[href='{asked}']")
        expect(page.locator("main")).to_contain_text(ASKED)
        assert page.evaluate("document.scrollingElement.scrollWidth") <= PHONE["width"]
        page.set_input_files("input[name=clips]", str(path))
        page.fill("[name=text]", "It is the whole half hour.")
        page.click("form[action$='/answers'] button[type=submit]")  # at once: it waits for its film
        expect(page.locator(".line a.shot--clip")).to_be_visible(timeout=60_000)
        expect(page.locator("main")).to_contain_text("Answered")
        assert not road.places, "it dropped everywhere it should"
        assert road.sent < 60 * MB, "what had arrived was sent again"
    return path.read_bytes()


def kept(town: Town) -> tuple[int, str]:
    """The one film that there is: its size, and the hash of what the police download."""
    (clip,) = phones.rows(town.world, sa.select(Attachment))
    original = town.world.client(DEV).get(f"/files/{clip.id}/original").data
    assert hashlib.sha256(original).hexdigest() == clip.sha256
    return len(original), clip.sha256
