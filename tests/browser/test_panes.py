"""A list with what is chosen from it beside it, and keys that go through it; on a phone the list is a list of links."""

from __future__ import annotations

import re
import uuid
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from shopalert.bulletins import publishing
from shopalert.bulletins.publishing import Draft
from shopalert.db import db, now
from shopalert.schemes.models import Scheme
from tests.browser.conftest import DESK, PHONE, Town
from tests.people import ASHA, BEN, DEV

pytestmark = pytest.mark.browser
DETAIL = "#detail [data-incident]"


def three(town: Town) -> list[str]:
    """Three reports, the newest first."""
    return [str(town.world.report(ASHA, narrative=f"They took coats, {n}.")) for n in range(3)][::-1]


def opened(page: Page, incident: str) -> None:
    """It stands beside the list, which says so, and has its own address."""
    expect(page.locator(f"#detail [data-incident='{incident}']")).to_be_visible()
    page.wait_for_url(f"**/incidents/{incident}")
    expect(page.locator(".panes__list a[aria-current=page]")).to_have_attribute(
        "href", f"/incidents/{incident}"
    )


@pytest.mark.parametrize(("person", "path"), [(BEN, "/s/wickford/"), (DEV, "/desk")], ids=["feed", "desk"])
def test_a_card_opens_beside_the_list_and_back_goes_back(own_town: Town, person, path) -> None:
    newest, middle, _ = three(own_town)
    page = own_town.live(person, path, viewport=DESK)
    for incident in (newest, middle):
        page.click(f"[id='incident-{incident}'] .card__title a")
        opened(page, incident)
        expect(page.locator("#feed article")).to_have_count(3)
    page.fill("#detail #text", "We have it on film.")
    page.click("#detail form#say button[type=submit]")
    expect(page.locator("#detail .line", has_text="We have it on film.")).to_be_visible()
    page.reload()
    expect(page.locator("h1", has_text="Shop theft").first).to_be_visible()
    page.go_back()
    expect(page.locator("main")).to_be_visible()
    assert not own_town.complaints


def test_a_warning_in_the_list_is_a_page_of_its_own(own_town: Town) -> None:
    newest, _, _ = three(own_town)
    with own_town.world.seen_as(DEV) as viewer:
        wickford = db.session.get_one(Scheme, own_town.world.schemes["wickford"])
        ends = now() + timedelta(days=1)
        told = Draft("warning", "Twenties", "Look closely.", severity="normal", starts_at=now(), ends_at=ends)
        publishing.publish(viewer, [wickford], uuid.uuid4(), told)
    page = own_town.live(BEN, "/s/wickford/", viewport=DESK)
    page.keyboard.press("j")
    opened(page, newest)
    page.go_back()
    page.click("#pinned .card__title a")
    expect(page.locator("main h1", has_text="Twenties")).to_be_visible()
    expect(page.locator("sa-panes")).to_have_count(0)
    assert not own_town.complaints


def test_keys_go_through_the_list(own_town: Town) -> None:
    newest, middle, _ = three(own_town)
    page = own_town.live(BEN, "/s/wickford/", viewport=DESK)
    page.keyboard.press("j")
    opened(page, newest)
    page.keyboard.press("j")
    opened(page, middle)
    page.keyboard.press("k")
    opened(page, newest)
    page.keyboard.press("r")
    expect(page.locator("#detail #text")).to_be_focused()
    page.keyboard.type("j k r / ?")
    expect(page.locator("#detail #text")).to_have_value("j k r / ?")
    opened(page, newest)
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    expect(page.locator("input[type=search]:focus")).to_have_count(1)
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    expect(page.locator("dialog[open]")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("dialog[open]")).to_have_count(0)
    assert not own_town.complaints


def test_who_turned_the_keys_off_is_left_alone(own_town: Town) -> None:
    three(own_town)
    page = own_town.live(BEN, "/s/wickford/", viewport=DESK)
    page.keyboard.press("?")
    page.locator("label:has([data-keys-on])").click()
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    page.wait_for_timeout(600)
    expect(page.locator(DETAIL)).to_have_count(0)


def test_on_a_phone_a_card_is_a_link_to_a_page(own_town: Town) -> None:
    newest = three(own_town)[0]
    page = own_town.live(BEN, "/s/wickford/", viewport=PHONE)
    page.click(f"[id='incident-{newest}'] .card__title a")
    page.wait_for_url(re.compile(f"/incidents/{newest}$"))
    expect(page.locator(".panes__list .card").first).to_be_hidden()
    assert not own_town.complaints
