"""The whole report on a phone: three taps for the least of it, and all of it without a page in between."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESK, PHONE, Town
from tests.people import ASHA, BEN, IVY, LEO

pytestmark = pytest.mark.browser

INCIDENT = re.compile(r"/incidents/[0-9a-f-]{36}$")
TAPS = "addEventListener('pointerdown', () => { sessionStorage.taps = Number(sessionStorage.taps || 0) + 1 }, true)"


@pytest.fixture
def quiet(own_town: Town) -> Iterator[Town]:
    """A town in which nothing was reported yet: nothing is like it."""
    yield own_town
    assert not own_town.complaints


def tap(page: Page, what: str) -> None:
    page.locator(what).first.tap()


def fold_out(page: Page, group: str) -> None:
    page.locator(f"details#{group} > summary").click()


def send(page: Page) -> None:
    page.click(".sendbar button[type=submit]")


def test_a_shop_theft_is_three_taps(quiet: Town) -> None:
    context = quiet.browser_of(ASHA, has_touch=True)
    context.add_init_script(TAPS)
    page = quiet.open(context)
    tap(page, ".places a:has-text('Report')")
    tap(page, "label:has(input[name=category][value=shop_theft])")
    tap(page, ".sendbar button[type=submit]")
    page.wait_for_url(INCIDENT)
    assert page.evaluate("sessionStorage.taps") == "3"
    expect(page.locator("h1")).to_have_text("Shop theft")
    expect(page.locator("dl.facts")).to_contain_text("Harper's")


def test_a_whole_report_on_a_phone(quiet: Town) -> None:
    page = quiet.open(ASHA, "/s/wickford/report")
    page.evaluate("window.mark = 1")
    page.locator("label:has(input[name=category][value=shop_theft])").click()
    page.locator("label:has(input[name='answers-how'][value=lined_bag])").click()
    page.fill("textarea[name=narrative]", "Filled a pram and left by the side door.")
    says = page.locator("sa-priority")
    expect(says).to_be_hidden()

    fold_out(page, "people")
    page.locator("label:has(input[name='people-0-sex'][value=f])").click()
    page.select_option("[name='people-0-age']", "25_34")
    page.fill("[name='people-0-clothing']", "Green parka")
    page.click("#people [data-add]")
    expect(page.locator("[name='people-1-sex']").first).to_be_focused()
    page.fill("[name='people-1-clothing']", "Grey hooded top")
    page.click("#people [data-add]")
    page.locator("[data-row]:has([name='people-2-clothing']) [data-drop]").click()
    expect(page.locator("#people [data-row]")).to_have_count(2)

    fold_out(page, "goods")
    page.fill("[name='goods-0-what']", "Baby milk")
    page.fill("[name='goods-0-count']", "12")
    page.fill("[name='goods-0-each']", "15.50")
    expect(page.locator("[data-total]")).to_have_text("£186")
    page.click("#goods [data-add]")
    page.fill("[name='goods-1-what']", "Pram")
    page.fill("[name='goods-1-each']", "320")
    expect(page.locator("[data-total]")).to_have_text("£506")
    expect(says).to_contain_text("Put first for police. high value")
    page.check("[name='goods-1-recovered']")
    expect(page.locator("[data-back]")).to_contain_text("£320")

    fold_out(page, "vehicles")
    page.fill("[name='vehicles-0-registration']", "ek12 abc")
    fold_out(page, "went")
    page.fill("[name=direction]", "Towards the station")
    page.fill("[name=words_spoken]", "Mind your own business")
    fold_out(page, "flags")
    page.locator("label:has(input[name=flags][value=injury])").click()
    expect(says).to_contain_text("Urgent")
    expect(says).to_contain_text("somebody is hurt")

    page.fill("[name=people_count]", "several")
    send(page)
    expect(page.locator("[data-error-summary]")).to_be_focused()
    expect(page.locator("[name='people-1-clothing']")).to_have_value("Grey hooded top")
    expect(page.locator("[data-total]")).to_have_text("£506")
    expect(says).to_contain_text("Urgent")
    page.fill("[name=people_count]", "3")
    assert page.evaluate("window.mark") == 1, "the page was loaded again"
    send(page)
    page.wait_for_url(INCIDENT)
    shown = page.locator("#main")
    for words in (
        "3 people", "Green parka", "Grey hooded top", "25 to 34", "Baby milk", "£186", "£506", "EK12ABC", "Injury",
        "Towards the station", "Mind your own business", "Foil-lined bag", "of it got back: £320", "Urgent",
    ):  # fmt: skip
        expect(shown).to_contain_text(words)
    ivy = quiet.open(IVY, page.url)
    expect(ivy.locator("#main")).to_contain_text("…ABC")
    assert "EK12ABC" not in ivy.content()


def test_what_may_be_the_same_is_offered_and_can_be_added_to(quiet: Town) -> None:
    standing = quiet.world.report(ASHA, narrative="Two people took coats.")
    for answer in ("Yes, add mine", "No, send mine"):
        page = quiet.open(LEO, "/s/wickford/report")
        page.locator("label:has(input[name=category][value=suspicious])").click()
        page.select_option("[name=premises]", label="Harper's")
        expect(page.locator(".sendbar .alike")).to_contain_text("Asha")
        page.fill("textarea[name=narrative]", "Two people with a rucksack by the door.")
        send(page)
        asked = page.locator(".asked")
        expect(asked).to_contain_text("Two people took coats.")
        expect(asked).to_be_focused()
        expect(page.locator("textarea[name=narrative]")).to_have_value(
            "Two people with a rucksack by the door."
        )
        asked.locator("button", has_text=answer).click()
        page.wait_for_url(re.compile(r"/incidents/[0-9a-f-]{36}(#comment-.*)?$"))
        expect(page.locator("#main")).to_contain_text("Two people with a rucksack by the door.")
        assert (str(standing) in page.url) is (answer == "Yes, add mine")


def test_enter_in_a_field_sends_and_adds_no_row(quiet: Town) -> None:
    for category, scripted in (("asb", True), ("fraud", False)):
        context = quiet.browser_of(ASHA, java_script_enabled=scripted, viewport=PHONE if scripted else DESK)
        page = context.new_page()
        page.goto("/s/wickford/report")
        page.locator(f"label:has(input[name=category][value={category}])").click()
        page.locator("[name=value_lost]").press("Enter")
        page.wait_for_url(INCIDENT)


def test_practice_says_so_on_every_screen(quiet: Town) -> None:
    feed = quiet.live(IVY)
    page = quiet.open(BEN, "/s/wickford/report")
    page.locator("label:has(input[name=category][value=threats_abuse])").click()
    page.locator("label:has(input[name=exercise])").click()
    send(page)
    page.wait_for_url(INCIDENT)
    expect(page.locator("h1")).to_contain_text("EXERCISE")
    expect(page.locator(".state--exercise")).to_be_visible()
    expect(feed.locator("#feed > article").first).to_contain_text("EXERCISE: Threats or abuse")
    expect(feed.locator("#feed > article .chip--exercise")).to_have_text("Exercise")
    page.fill("textarea[name=text]", "Doors locked.")
    page.click("form#say button[type=submit]")
    expect(page.locator(".chat__lines article .chip--exercise")).to_be_visible()
