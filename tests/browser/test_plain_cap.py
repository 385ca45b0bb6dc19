"""Addresses of the feed of warnings in browsers without scripts: given, read, let out, revoked."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from shopalert.db import now
from shopalert.words import field_time
from tests.browser.plain import Plain, sends
from tests.people import BEN, DEV

pytestmark = pytest.mark.browser


@sends("POST cap.give", "POST cap.let_out", "POST cap.revoke", "POST bulletins.publish")
def test_an_address_is_given_and_revoked(own_plain: Plain) -> None:
    plain = own_plain
    page = plain.open(BEN, "/s/wickford/bulletins")
    page.click("main a[href='/s/wickford/cap']")
    page.fill("[name=label]", "CCTV room")
    plain.press(page.locator("main form[action='/s/wickford/cap'] button[type=submit]"))
    path = "/cap/" + page.locator("main code").inner_text().split("/cap/")[1]
    machine = plain.town.world.app.test_client()
    assert machine.get(path).status_code == 200
    desk = plain.open(DEV, "/bulletins/new?kind=warning&template=counterfeit")
    desk.locator("label:has(input[value='scheme:wickford'])").click()
    desk.fill("[name=ends_at]", field_time(now() + timedelta(days=1)))
    plain.press(desk.locator("main form[action='/bulletins'] button[type=submit]"))
    plain.press(desk.locator("form[action$='/opening'] button"))
    expect(desk.locator("main")).to_contain_text("Everybody may read it in the public feed")
    assert machine.get("/cap/public.atom").status_code == 200
    page.goto("/s/wickford/cap")
    plain.press(page.locator("form[action$='/revocation'] button"))
    expect(page.locator("main")).to_contain_text(re.compile("Revoked"))
    assert machine.get(path).status_code == 404
