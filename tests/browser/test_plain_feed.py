"""A feed to work in, in a browser without scripts: filters, saved views, what is unread, search and paper."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE
from tests.browser.plain import Plain, sends
from tests.people import ASHA, BEN, IVY

pytestmark = pytest.mark.browser
FEED = "/s/wickford/"


def shows(page: Page, said: list[str]) -> None:
    """What the cards say, newest first."""
    expect(page.locator("#feed .card__text")).to_have_text(said)


def button(page: Page, words: str):
    return page.locator("main button[type=submit]", has_text=words).first


@sends("GET incidents.feed", "POST work.save_view", "POST work.rename_view", "POST work.remove_view")
def test_a_filter_is_chosen_shared_named_and_let_go(own_plain: Plain) -> None:
    plain, world = own_plain, own_plain.town.world
    world.report(ASHA, narrative="A bottle was thrown.", violence=True)
    world.report(ASHA, narrative="Razors were taken.")
    page = plain.open(IVY, FEED, viewport=PHONE)
    shows(page, ["Razors were taken.", "A bottle was thrown."])
    page.click("summary:has-text('Filter')")
    page.locator("label:has(input[name=violence])").click()
    plain.press(button(page, "Show these"))
    shows(page, ["A bottle was thrown."])
    shared = plain.open(BEN, page.url.removeprefix(plain.town.url), viewport=PHONE)
    shows(shared, ["A bottle was thrown."])
    page.click("main a:has-text('Save this view')")
    page.fill("input[name=name]", "Loud")
    plain.press(button(page, "Save"))
    shows(page, ["A bottle was thrown."])
    page.goto(FEED)
    page.click("nav.filters a:has-text('Loud')")
    shows(page, ["A bottle was thrown."])
    page.click("main a:has-text('Change this view')")
    page.fill("input[name=name]", "Violence")
    plain.press(button(page, "Save"))
    expect(page.locator("nav.filters a[aria-current]")).to_have_text("Violence")
    page.click("main a:has-text('Change this view')")
    plain.press(button(page, "Remove this view"))
    shows(page, ["Razors were taken.", "A bottle was thrown."])
    expect(page.locator("nav.filters a:has-text('Violence')")).to_have_count(0)


@sends("POST work.read_all")
def test_what_is_unread_is_marked_counted_and_said_to_be_read(own_plain: Plain) -> None:
    plain, world = own_plain, own_plain.town.world
    first = world.report(ASHA, narrative="Razors were taken.")
    world.report(ASHA, narrative="A bottle was thrown.")
    page = plain.open(IVY, FEED, viewport=PHONE)
    expect(page.locator("#feed .card[data-unread]")).to_have_count(2)
    expect(page.locator(".places [data-unread-count]")).to_have_text("2")
    page.goto(f"/incidents/{first}")
    page.goto(FEED + "?unread=1")
    shows(page, ["A bottle was thrown."])
    plain.press(button(page, "Mark all read"))
    expect(page.locator("#feed .card[data-unread]")).to_have_count(0)
    expect(page.locator(".places [data-unread-count]")).to_be_hidden()


@sends("GET home.search")
def test_a_word_with_a_slip_finds_its_incident(own_plain: Plain) -> None:
    plain = own_plain
    plain.town.world.report(ASHA, narrative="They filled a rucksack with razors.")
    page = plain.open(IVY, "/search", viewport=PHONE)
    page.fill("main input[name=q]", "rucksak")
    plain.press(button(page, "Search"))
    expect(page.locator("main")).to_contain_text("rucksack")


@sends()
def test_an_incident_on_paper_says_who_printed_it(own_plain: Plain) -> None:
    plain, world = own_plain, own_plain.town.world
    incident = world.report(ASHA, narrative="They filled a rucksack with razors.")
    world.say(BEN, incident, "For our eyes.", "coordinators")
    world.say(BEN, incident, "We have it on film.")
    page = plain.open(IVY, f"/incidents/{incident}", viewport=PHONE)
    page.click("main a:has-text('Print')")
    page.wait_for_url(re.compile("/print$"))
    page.emulate_media(media="print")
    paper = page.locator("body").inner_text()
    for words in ("They filled a rucksack with razors.", "We have it on film.", IVY.name):
        assert words in paper
    assert "For our eyes." not in paper
    expect(page.locator(".bar, .places").first).to_be_hidden()
