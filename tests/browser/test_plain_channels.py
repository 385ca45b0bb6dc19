"""Channels, ready texts, and chats that are resolved or slowed down, in browsers without scripts."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE
from tests.browser.plain import Plain, sends
from tests.people import ASHA, BEN, ELLEN, IVY

pytestmark = pytest.mark.browser


def opened_by_ben(plain: Plain) -> Page:
    """A coordinator's browser, who has opened a channel."""
    page = plain.open(BEN, "/s/wickford/channels")
    page.fill("main input[name=name]", "Market days")
    plain.press(page.locator("form[action$='/channels'] button[type=submit]"))
    return page


@sends("POST channels.add", "POST channels.say #say", "POST channels.mute", "POST channels.slow_down")
def test_a_coordinator_opens_a_channel_and_members_write_there(own_plain: Plain) -> None:
    plain, page = own_plain, opened_by_ben(own_plain)
    page.goto("/s/wickford/channels")
    page.click("main a:has-text('Market days')")
    page.click(".pace summary")
    plain.press(page.locator("form[action$='/pace'] button").last)
    phone = plain.open(IVY, "/s/wickford/channels", viewport=PHONE)
    phone.click("main a:has-text('Market days')")
    phone.fill("textarea[name=text]", "The stalls come at six.")
    plain.press(phone.locator("form[action$='/lines'] button[type=submit]"))
    expect(phone.locator(".chat__lines")).to_contain_text("The stalls come at six.")
    plain.press(phone.locator("form[action$='/mute'] button"))
    expect(phone.locator("form[action$='/mute'] button")).to_contain_text("Muted")
    page.reload()
    expect(page.locator(".chat__lines")).to_contain_text("The stalls come at six.")


@sends(
    "POST channels.add",
    "POST channels.say #say",
    "POST channels.hide",
    "POST channels.restore",
    "POST channels.remove",
)
def test_a_message_of_a_channel_is_hidden_shown_again_and_removed(own_plain: Plain) -> None:
    plain, page = own_plain, opened_by_ben(own_plain)
    phone = plain.open(IVY, "/s/wickford/channels", viewport=PHONE)
    phone.locator("main a[href^='/channels/']").last.click()
    phone.fill("textarea[name=text]", "It was the Quillfeathers.")
    plain.press(phone.locator("form[action$='/lines'] button[type=submit]"))
    here = phone.locator(".line__do a").last.get_attribute("href")
    page.goto(str(here))
    page.fill("[name=why]", "It names a family.")
    plain.press(page.locator("form[action$='/hiding'] button"))
    read = plain.open(ASHA, "/s/wickford/channels")
    read.locator("main a[href^='/channels/']").last.click()
    expect(read.locator(".chat__lines")).not_to_contain_text("Quillfeathers")
    page.goto(str(here))
    plain.press(page.locator("form[action$='/restoration'] button"))
    read.reload()
    expect(read.locator(".chat__lines")).to_contain_text("Quillfeathers")
    phone.goto(str(here))
    plain.press(phone.locator("form[action$='/removal'] button"))
    read.reload()
    expect(read.locator(".chat__lines")).not_to_contain_text("Quillfeathers")


@sends("POST canned.add", "POST canned.change", "POST canned.remove")
def test_a_force_keeps_its_ready_texts(own_plain: Plain) -> None:
    page = own_plain.open(ELLEN, "/police/texts")
    page.fill("main [name=title]", "Keep it")
    page.fill("main [name=text]", "Please keep the footage.")
    own_plain.press(page.locator("form[action='/police/texts'] button[type=submit]"))
    page.goto("/police/texts")
    page.click("main a:has-text('Keep it')")
    page.fill("main [name=text]", "Please keep the footage for a month.")
    own_plain.press(page.locator("main form .button--primary"))
    page.goto("/police/texts")
    expect(page.locator("main")).to_contain_text("Please keep the footage for a month.")
    page.click("main a:has-text('Keep it')")
    own_plain.press(page.locator("form[action$='/removal'] button"))
    page.goto("/police/texts")
    expect(page.locator("main")).not_to_contain_text("for a month")


@sends("POST chat.resolve", "POST chat.slow_down")
def test_a_chat_is_slowed_down_and_marked_as_resolved(own_plain: Plain) -> None:
    plain, world = own_plain, own_plain.town.world
    page = plain.open(BEN, f"/incidents/{world.report(ASHA)}")
    page.click(".pace summary")
    plain.press(page.locator("form[action$='/pace'] button").last)
    expect(page.locator(".pace summary")).to_contain_text("Slow mode:")
    plain.press(page.locator("form[action$='/resolution'] button"))
    expect(page.locator("form[action$='/resolution']")).to_contain_text("open it again")
