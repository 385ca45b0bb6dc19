"""A call for help on open screens: who is called sees it at once, the caller sees who comes, all clear ends it."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Town
from tests.people import ASHA, BEN, IVY, LEO

pytestmark = pytest.mark.browser


def test_called_coming_and_over_on_three_screens(town: Town) -> None:
    ben, leo, ivy = town.live(BEN), town.live(LEO), town.live(IVY)
    asha = town.live(ASHA, "/s/wickford/need-help")
    asha.click(".help-button")
    asha.wait_for_url("**/calls/*")
    for page in (ben, leo):
        expect(page.locator(".help-line")).to_contain_text("Harper's")
    ben.click(".help-line")
    ben.click("#coming button")
    expect(asha.locator("main")).to_contain_text("Ben is coming")
    leo.evaluate("window.stayed = true")
    ben.click("form[action$='/all-clear'] button")
    expect(asha.locator("main")).to_contain_text("said by Ben")
    expect(asha.locator("form[action$='/all-clear']")).to_have_count(0)
    expect(leo.locator(".help-line")).to_have_count(0)
    assert leo.evaluate("window.stayed"), "taken away without a reload"
    expect(ivy.locator(".help-line")).to_have_count(0)
    assert not town.complaints


def test_without_a_connection_it_says_so_and_sends_nothing(town: Town) -> None:
    asha = town.live(ASHA, "/s/wickford/need-help")
    asha.context.set_offline(True)
    asha.click(".help-button")
    expect(asha.locator("[data-send-state]")).to_contain_text("Not sent")
    expect(asha.locator("a[href='tel:999']").first).to_be_visible()
    expect(asha.locator("main")).to_contain_text("Harper's, High Street, SS12 9AA")
    asha.context.set_offline(False)
    assert "/need-help" in asha.url
    expect(town.live(BEN).locator(".help-line")).to_have_count(0)
