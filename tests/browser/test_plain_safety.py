"""Help for staff alone without scripts: called for in two taps, answered, over; a roll call; the day after violence."""

from __future__ import annotations

from datetime import UTC, timedelta

import pytest
from playwright.sync_api import expect

from shopalert.db import now
from shopalert.safety import clock
from shopalert.words import local
from tests.browser.conftest import PHONE
from tests.browser.plain import Plain, sends
from tests.people import ASHA, BEN, IVY, LEO

pytestmark = pytest.mark.browser


@sends(
    "POST safety.choose_responders",
    "POST safety.call",
    "POST safety.answer #coming",
    "POST safety.answer #not-coming",
    "POST safety.clear",
)
def test_two_taps_and_somebody_comes(own_plain: Plain) -> None:
    plain = own_plain
    desk = plain.open(BEN, "/s/wickford/settings")
    desk.click("a[href$='/settings/responders']")
    for name in ("Ivy Webb", "Leo Stone"):
        desk.locator(f"label:has-text('{name}')").click()
    plain.press(desk.locator("main form button[type=submit]"))
    expect(desk.locator("input[name=chosen]:checked")).to_have_count(2)
    phone = plain.open(ASHA, "/s/wickford/", viewport=PHONE)
    phone.click("a[href='/s/wickford/need-help']")
    plain.press(phone.locator(".help-button"))
    expect(phone.locator("main")).to_contain_text("Your call has gone out")
    assert phone.evaluate("document.scrollingElement.scrollWidth") <= PHONE["width"]
    for person, button in ((LEO, "#not-coming button"), (IVY, "#coming button")):
        other = plain.open(person, "/s/wickford/", viewport=PHONE)
        other.click(".help-line")
        expect(other.locator("main")).to_contain_text("Asha needs help")
        plain.press(other.locator(button))
    phone.reload()
    expect(phone.locator("main")).to_contain_text("Ivy is coming")
    expect(phone.locator("main")).to_contain_text("Leo cannot come")
    plain.press(phone.locator("form[action$='/all-clear'] button"))
    expect(phone.locator("main")).to_contain_text("said by Asha")
    phone.goto("/s/wickford/")
    expect(phone.locator(".help-line")).to_have_count(0)


@sends("POST care.ask", "POST care.answer_roll #safe", "POST care.answer_roll #help", "POST care.end_roll")
def test_everybody_is_asked_whether_they_are_safe(own_plain: Plain) -> None:
    plain = own_plain
    desk = plain.open(BEN, "/more")
    desk.click("a[href='/s/wickford/roll-call']")
    plain.press(desk.locator("main form button[type=submit]"))
    expect(desk.locator("main")).to_contain_text("has not answered")
    for person, button in ((ASHA, "#safe button"), (IVY, "#help button")):
        phone = plain.open(person, "/s/wickford/", viewport=PHONE)
        phone.click(".help-line--ask")
        plain.press(phone.locator(button))
    expect(phone.locator("main")).to_contain_text("Your call has gone out")
    desk.reload()
    expect(desk.locator("li:has-text('Asha')")).to_contain_text("is safe")
    expect(desk.locator("li:has-text('Ivy')")).to_contain_text("needs help")
    plain.press(desk.locator("form[action$='/end'] button"))
    expect(desk.locator("form[action$='/end']")).to_have_count(0)


@sends("POST care.answer_welfare")
def test_the_day_after_somebody_asks_how_one_is(own_plain: Plain) -> None:
    plain, world = own_plain, own_plain.town.world
    world.report(ASHA, violence=True)
    tomorrow = (local(now()) + timedelta(days=1)).replace(hour=12).astimezone(UTC)
    with world.app.app_context():
        assert clock.look(tomorrow) == 1
    phone = plain.open(ASHA, "/s/wickford/", viewport=PHONE)
    phone.click(".help-line--ask")
    phone.locator("label:has-text('Please call me')").click()
    phone.fill("[name=note]", "I did not sleep.")
    plain.press(phone.locator("main form button[type=submit]"))
    expect(phone.locator("main")).to_contain_text("Thank you")
    desk = plain.open(BEN, "/s/wickford/welfare")
    expect(desk.locator("main")).to_contain_text("I did not sleep.")
    expect(plain.open(LEO, "/s/wickford/welfare").locator("main")).not_to_contain_text("I did not sleep.")
