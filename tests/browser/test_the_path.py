"""One report, from a shop's phone to every other screen: the main job, whole."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests import services
from tests.browser.conftest import DESK, Town
from tests.browser.phone import Phone
from tests.people import ASHA, CAROL, DEV, IVY, LEO
from tests.push_service import PushService
from tests.world import picture

NARRATIVE = "Two people filled a rucksack with razors, one wore a long green coat."


@pytest.fixture(scope="module")
def service() -> Iterator[PushService]:
    with PushService() as running:
        yield running


@pytest.fixture
def pushing(make_town: Callable[..., Town], service: PushService) -> Town:
    """A town whose push service is ours on loopback."""
    service.forget()
    return make_town(**{name: str(value) for name, value in service.settings.items()})


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    file = tmp_path / "still.jpg"
    file.write_bytes(picture("darkgreen", (1200, 900)).read())
    return file


def file_report(page: Page, photo: Path | None = None, narrative: str = NARRATIVE) -> str:
    """Fill in and send the report's form; the incident's id."""
    page.locator("label:has(input[name=category][value=shop_theft])").click()
    page.fill("textarea[name=narrative]", narrative)
    if photo:
        page.set_input_files("input[type=file][name=photos]", str(photo))
    page.click(".sendbar button[type=submit]")
    page.wait_for_url(re.compile(r"/incidents/[0-9a-f-]{36}"))
    return page.url.split("#")[0].rsplit("/", 1)[1]


def test_one_report_reaches_everybody_it_should_and_nobody_else(
    pushing: Town, service: PushService, photo: Path
) -> None:
    town = pushing
    leo = Phone(town, LEO, service)
    carol_phone = Phone(town, CAROL, service)
    ivy, carol = town.live(IVY), town.live(CAROL, "/s/billericay/")
    asha = town.live(ASHA, "/s/wickford/report")
    marked = ivy.evaluate("window.mark = 1")

    asha.locator("label:has(input[name=category][value=shop_theft])").click()
    asha.fill("textarea[name=narrative]", NARRATIVE)
    asha.set_input_files("input[type=file][name=photos]", str(photo))
    expect(asha.locator("input[name=staged]")).to_have_count(1, timeout=8000)
    sent = time.monotonic()
    asha.click(".sendbar button[type=submit]")
    ivy.wait_for_selector("#feed > article", timeout=3000)
    assert time.monotonic() - sent < 1.0 * services.slowness()
    asha.wait_for_url(re.compile(r"/incidents/"))
    incident = asha.url.rsplit("/", 1)[1]
    assert ivy.evaluate("window.mark") == marked, "the page was loaded again"
    expect(ivy.locator(f"#incident-{incident} img[src*='/thumb']")).to_be_visible(timeout=8000)

    arrived = leo.alerts(1)
    assert arrived[0]["problem"] in (None, "")
    shown = leo.deliver(arrived[0])
    assert [(each["title"], each["body"]) for each in shown] == [("Shop theft", "High Street")]
    for secret in ("razors", "green coat", "Asha", "Harper", "Kaur"):
        assert secret not in str(arrived[0]["payload"]), f"the payload says {secret}"
    reached = asha.locator(".reach__row", has_text="Delivered").locator("b")
    expect(reached).to_have_text("1", timeout=8000)  # by itself
    assert asha.url.endswith(f"/incidents/{incident}")
    expect(asha.locator("#say textarea")).to_be_visible()

    stranger = town.open(CAROL, f"/incidents/{incident}")
    assert stranger.locator("h1").is_visible() and NARRATIVE not in stranger.content()
    time.sleep(0.5)
    assert carol.locator("#feed > article").count() == 0
    assert service.received(carol_phone.device) == []

    dev = town.live(DEV, f"/incidents/{incident}", viewport=DESK)
    dev.fill("textarea[name=text]", "Please keep the CCTV from 13:35.")
    dev.click("form[action$='/comments'] button[type=submit]")
    expect(asha.locator("article.line--police")).to_contain_text("Please keep the CCTV", timeout=3000)
    assert not town.complaints


def test_what_becomes_of_a_report_reaches_screens_lock_screens_and_the_chat(
    pushing: Town, service: PushService
) -> None:
    town = pushing
    leo = Phone(town, LEO, service)
    asha = town.live(ASHA, "/s/wickford/report")
    asha.locator("label:has(input[name=in_progress])").click()
    incident = file_report(asha)
    first = leo.deliver(leo.alerts(1)[0])
    assert [each["title"] for each in first] == ["Shop theft in progress"]
    dev = town.live(DEV, f"/incidents/{incident}", viewport=DESK)
    feed = town.live(IVY)

    asha.goto(f"/incidents/{incident}/edit")
    asha.fill("textarea[name=narrative]", "Three people, not two.")
    changed = time.monotonic()
    asha.click(".sendbar button[type=submit]")
    expect(feed.locator(f"#incident-{incident}")).to_contain_text("Three people, not two.", timeout=2000)
    assert time.monotonic() - changed < 1.0 * services.slowness()
    expect(dev.locator("#main")).to_contain_text("changed the report")
    shown = leo.deliver(leo.alerts(2)[1])
    assert len(shown) == 1, "the notification was not replaced but added"

    asha.wait_for_url(f"**/incidents/{incident}")
    cleared = time.monotonic()
    asha.click("form[action$='/all-clear'] button")
    expect(feed.locator(f"#incident-{incident}")).to_contain_text("All clear", timeout=2000)
    assert time.monotonic() - cleared < 1.0 * services.slowness()
    expect(dev.locator("#main")).to_contain_text("All clear, says")
    assert [each["title"] for each in leo.deliver(leo.alerts(3)[2])] == ["All clear: Shop theft"]

    asha.goto(f"/incidents/{incident}/withdrawal")
    asha.fill("textarea[name=reason]", "It was the cleaner.")
    gone = time.monotonic()
    asha.click("form[action$='/withdrawal'] button[type=submit]")
    expect(feed.locator(f"#incident-{incident}")).to_have_count(0, timeout=2000)
    assert time.monotonic() - gone < 1.0 * services.slowness()
    expect(dev.locator("#main")).to_contain_text("It was the cleaner.", timeout=3000)
    assert [each["title"] for each in leo.deliver(leo.alerts(4)[3])] == ["An alert was withdrawn"]

    asha.goto(f"/incidents/{incident}/versions")
    expect(asha.locator("#main")).to_contain_text("razors")
    expect(asha.locator("#main")).to_contain_text("Three people, not two.")
    assert not town.complaints


def test_eight_tabs_are_open_and_a_ninth_loads(town: Town) -> None:
    context = town.browser_of(IVY)
    for _ in range(8):
        town.open(context)
    began = time.monotonic()
    ninth = town.open(context)
    assert ninth.locator("h1").is_visible()
    assert time.monotonic() - began < 2.0 * services.slowness()
