"""Police ask, a shop answers, in browsers without scripts: until it is what they need, or not needed any more."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PHONE
from tests.browser.plain import Plain, sends
from tests.people import ASHA, DEV

pytestmark = pytest.mark.browser


@sends("POST requests.make", "POST requests.answer #say", "POST requests.reopen", "POST requests.accept")
def test_an_officer_asks_for_footage_until_it_is_what_is_needed(own_plain: Plain) -> None:
    plain, world = own_plain, own_plain.town.world
    incident = world.report(ASHA)
    desk = plain.open(DEV, f"/incidents/{incident}")
    desk.click("a[href$='/requests/new']")
    desk.select_option("select[name=to]", index=0)
    desk.fill("[name=what]", "The till from two o'clock to half past.")
    plain.press(desk.locator("form[action$='/requests'] button[type=submit]"))
    expect(desk.locator("h1")).to_be_visible()
    phone = plain.open(ASHA, "/requests", viewport=PHONE)
    phone.click("main a[href^='/requests/']")
    expect(phone.locator("main")).to_contain_text("The till from two o'clock to half past.")
    assert phone.evaluate("document.scrollingElement.scrollWidth") <= PHONE["width"]
    phone.fill("[name=text]", "It is on a stick at the till.")
    plain.press(phone.locator("form[action$='/answers'] button[type=submit]"))
    desk.goto("/requests")
    desk.click("main a[href^='/requests/']")
    expect(desk.locator("main")).to_contain_text("It is on a stick at the till.")
    desk.fill("[name=missing]", "The door, too.")
    plain.press(desk.locator("form[action$='/reopening'] button[type=submit]"))
    phone.goto("/requests")
    phone.click("main a[href^='/requests/']")
    expect(phone.locator("main")).to_contain_text("The door, too.")
    phone.fill("[name=text]", "Both are on it now.")
    plain.press(phone.locator("form[action$='/answers'] button[type=submit]"))
    desk.reload()
    plain.press(desk.locator("form[action$='/acceptance'] button[type=submit]"))
    expect(desk.locator("form[action$='/acceptance']")).to_have_count(0)
    phone.reload()
    expect(phone.locator("main")).to_contain_text("Accepted")


@sends("POST requests.make", "POST requests.withdraw")
def test_what_is_not_needed_any_more_is_taken_back(own_plain: Plain) -> None:
    plain, world = own_plain, own_plain.town.world
    incident = world.report(ASHA)
    desk = plain.open(DEV, f"/incidents/{incident}/requests/new")
    desk.locator("label:has(input[value=statement])").click()
    plain.press(desk.locator("form[action$='/requests'] button[type=submit]"))
    desk.goto("/requests")
    desk.click("main a[href^='/requests/']")
    plain.press(desk.locator("form[action$='/withdrawal'] button[type=submit]"))
    phone = plain.open(ASHA, "/requests", viewport=PHONE)
    expect(phone.locator("main form[action$='/answers']")).to_have_count(0)
    expect(phone.locator("main")).not_to_contain_text("Open")
