"""To the police and back in a browser without scripts: what they ask, their numbers, what happened, and taken back."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.plain import Plain, sends
from tests.people import ASHA, DEV

pytestmark = pytest.mark.browser


@sends("POST police.keep_details", "POST police.put_numbers")
def test_a_shop_says_what_they_ask_and_gets_its_numbers_down(own_plain: Plain) -> None:
    plain = own_plain
    incident = plain.town.world.report(ASHA, narrative="Two people took coats.")
    page = plain.open(ASHA, f"/incidents/{incident}")
    page.click("a[href$='/police']")
    text = page.locator("#report-text")
    expect(text).to_be_visible()
    expect(page.locator("sa-copy button")).to_be_hidden()
    page.locator("label:has(input[name=cctv][value=none])").click()
    plain.press(page.locator("form[action$='/police/details'] button[type=submit]"))
    assert "Two people took coats." in text.input_value() and "No camera has it" in text.input_value()
    page.fill("[name=online]", "as they said")
    plain.press(page.locator("form[action$='/police/numbers'] button[type=submit]"))
    expect(page.locator("[name=online]")).to_have_value("AS THEY SAID")
    page.goto(f"/incidents/{incident}")
    expect(page.locator("#main")).to_contain_text("Reported to the police")


@sends("POST outcomes.add #add", "POST outcomes.take_back")
def test_an_officer_says_what_happened_and_puts_it_right(own_plain: Plain) -> None:
    plain = own_plain
    incident = plain.town.world.report(ASHA, narrative="Two people took coats.")
    page = plain.open(DEV, f"/incidents/{incident}")
    page.click("a[href$='/progress']")
    add = page.locator("form#add button[type=submit]")
    page.select_option("[name=code]", "convicted")
    page.fill("[name=for_police]", "Interview on Monday.")
    plain.press(add)
    expect(page.locator("[data-error-summary]")).to_contain_text("enter that there was one first")
    page.select_option("[name=code]", "suspect_arrested")
    expect(page.locator("[name=for_police]")).to_have_value("Interview on Monday.")
    plain.press(add)
    expect(page.locator(".course")).to_contain_text("Suspect arrested")
    expect(page.locator(".course")).to_contain_text("Interview on Monday.")
    plain.press(page.locator("form[action$='/retraction'] button"))
    expect(page.locator(".course")).to_contain_text("Taken back")
    page = plain.open(ASHA, f"/incidents/{incident}")
    expect(page.locator(".chat")).to_contain_text("Taken back, it was not so: Suspect arrested")
    assert "Interview on Monday." not in page.content()


@sends("GET home.desk")
def test_an_officer_looks_at_one_scheme_of_the_desk(own_plain: Plain) -> None:
    plain, world = own_plain, own_plain.town.world
    world.report(ASHA, narrative="Two people took coats.")
    page = plain.open(DEV, "/desk")
    choose(plain, page, "wickford")
    expect(page.locator("main")).to_contain_text("Two people took coats.")
    choose(plain, page, "billericay")
    expect(page.locator("main")).not_to_contain_text("Two people took coats.")


def choose(plain: Plain, page: Page, scheme: str) -> None:
    page.click("summary:has-text('Filter')")
    page.select_option("select[name=scheme]", scheme)
    plain.press(page.locator("form[action='/desk'] button[type=submit]"))
    expect(page.locator("select[name=scheme]")).to_have_value(scheme)
