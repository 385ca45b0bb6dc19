"""Advice in browsers without scripts: found, sent from an incident, read and ticked at the shop, counted."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PHONE
from tests.browser.plain import Plain, sends
from tests.people import ASHA, DEV

pytestmark = pytest.mark.browser
LINE = "I can walk the shop with you on Thursday."


@sends(
    "POST advice.send", "POST advice.tick", "POST advice.say_trade", "GET advice.shelf", "POST advice.withdraw",
)  # fmt: skip
def test_an_officer_advises_a_shop_and_sees_what_came_of_it(own_plain: Plain) -> None:
    plain, world = own_plain, own_plain.town.world
    incident = world.report(ASHA, weapon=True)
    desk = plain.open(DEV, f"/incidents/{incident}")
    expect(desk.locator("main")).to_contain_text("because a weapon was seen")
    desk.click("a[href*='/advice/weapon-seen']")
    desk.click("main a[href*='/weapon-seen/send']")
    desk.fill("[name=line]", LINE)
    plain.press(desk.locator("form[action$='/send'] button[type=submit]"))
    expect(desk.locator("main")).to_contain_text("Nobody of the business has opened it yet.")

    phone = plain.open(ASHA, "/s/wickford/advice", viewport=PHONE)
    phone.click("details.sift__all > summary")
    phone.select_option("[name=kind]", "counterfeit")
    plain.press(phone.locator("form[action$='/advice'] button[type=submit]"))
    expect(phone.locator("main")).to_contain_text("Check a note in five seconds")
    phone.click("main nav a[href$='/ours']")
    phone.select_option("[name=trade]", "gifts")
    plain.press(phone.locator("form[action$='/trade'] button[type=submit]"))
    expect(phone.locator("[name=trade]")).to_have_value("gifts")
    phone.click("main a[href^='/advice/']")
    expect(phone.locator("main")).to_contain_text(LINE)
    assert phone.evaluate("document.scrollingElement.scrollWidth") <= PHONE["width"]
    phone.locator("label:has(input[name=done])").nth(0).click()
    phone.locator("label:has(input[name=done])").nth(2).click()
    plain.press(phone.locator("form[action$='/ticks'] button[type=submit]"))
    expect(phone.locator("input[name=done]:checked")).to_have_count(2)

    desk.goto("/s/wickford/advice/given")
    expect(desk.locator("main")).to_contain_text("2 of 5 done")

    desk.click("main a[href^='/advice/']")
    desk.click("main a[href$='/withdrawal']")
    plain.press(desk.locator("form[action$='/withdrawal'] button[type=submit]"))
    expect(desk.locator("[data-error-summary]")).to_be_visible()
    desk.fill("[name=why]", "It was meant for the shop next door.")
    plain.press(desk.locator("form[action$='/withdrawal'] button[type=submit]"))
    expect(desk.locator("main")).to_contain_text("It was meant for the shop next door.")
    phone.reload()
    expect(phone.locator("main")).not_to_contain_text(LINE)
