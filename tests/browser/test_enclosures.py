"""Pictures of bulletins with scripts: sent as they are chosen, waited for by the form, and kept on no phone."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import PHONE, Town
from tests.browser.device import kept
from tests.browser.test_offline import go_offline, open_and_keep
from tests.browser.test_pwa import with_worker
from tests.people import BEN, IVY
from tests.world import picture

pytestmark = pytest.mark.browser
ALT = "A false note beside a real one"


def file(folder: Path) -> str:
    made = folder / "still.jpg"
    made.write_bytes(picture("darkgreen", (900, 700)).read())
    return str(made)


def slowly(route: Route) -> None:
    time.sleep(1)
    route.continue_()


def writing(town: Town, folder: Path, way: Callable[[Route], None] | None = None) -> Page:
    """Ben advises, and has chosen a picture."""
    page = town.open(BEN, "/bulletins/new?kind=advice", viewport=PHONE)
    if way:
        page.route("**/photos?described", way)
    page.wait_for_selector("html.js")
    page.fill("[name=title]", "Look twice")
    page.fill("[name=text]", "At both sides.")
    page.set_input_files("[name=photos]", file(folder))
    return page


def publish(page: Page) -> None:
    page.click("main form[action='/bulletins'] button[type=submit]")


def test_a_form_that_is_sent_too_soon_waits_for_its_picture_and_asks_what_it_shows(
    own_town: Town, tmp_path: Path
) -> None:
    page = writing(own_town, tmp_path, slowly)
    publish(page)
    expect(page.locator("#errors")).to_contain_text(
        "Say in a few words what each picture shows", timeout=20000
    )
    alt = page.locator("[name^=alt-]")
    expect(alt).to_have_count(1)
    expect(alt).to_have_attribute("aria-invalid", "true")
    alt.fill(ALT)
    publish(page)
    expect(page.locator("main h1")).to_have_text("Look twice", timeout=20000)
    expect(page.get_by_role("img", name=ALT)).to_be_visible()
    assert page.evaluate("document.scrollingElement.scrollWidth") <= PHONE["width"]


def test_a_phone_keeps_its_words_and_no_picture(own_town: Town, tmp_path: Path) -> None:
    desk = writing(own_town, tmp_path)
    desk.locator("[name^=alt-]").fill(ALT)
    publish(desk)
    expect(desk.get_by_role("img", name=ALT)).to_be_visible(timeout=20000)
    path = "/bulletins/" + desk.url.rsplit("/", 1)[1]
    page = own_town.open(IVY, "/more")
    with_worker(page)
    open_and_keep(page, path, 1)
    go_offline(own_town, page, path)
    page.wait_for_selector("sa-reader[data-state=copy]")
    copy = page.locator("[data-copy]")
    expect(copy).to_contain_text("At both sides.")
    expect(copy).to_contain_text("not kept on this device")
    assert copy.locator("img").count() == 0 and kept(page) == 1
