"""Sharing in browsers without scripts: a coordinator shows a report to the next town, then no more; so does police."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from playwright.sync_api import expect

from shopalert.schemes.models import Share
from shopalert.wall import crossing
from tests.browser.conftest import PHONE
from tests.browser.plain import Plain, sends
from tests.house.routes import Things
from tests.people import ASHA, BEN, CAROL, DEV

pytestmark = pytest.mark.browser
SAID = "Filled a pram with razors and left by the yard"


def newest(plain: Plain) -> str:
    with plain.town.world.app.app_context(), crossing("command") as session:
        return str(session.scalars(sa.select(Share.id).order_by(Share.id.desc())).first())


@sends("POST sharing.share_incident", "POST sharing.end")
def test_a_report_is_shared_read_and_shared_no_more(plain: Plain) -> None:
    incident = plain.town.world.report(ASHA, narrative=SAID)
    home = plain.open(BEN, f"/incidents/{incident}")
    home.click("main a[href$='/shares']")
    plain.press(home.locator("main form[action$='/shares'] button[type=submit]"))
    expect(home.locator("#errors")).to_contain_text("Choose at least one scheme")
    home.locator("label:has(input[value=billericay])").click()
    home.fill("[name=reason]", "The same two")
    plain.press(home.locator("main form[action$='/shares'] button[type=submit]"))
    expect(home.locator("main")).to_contain_text("Shared with Billericay until")
    shop = plain.open(CAROL, "/s/billericay/", viewport=PHONE)
    expect(shop.locator("#shared")).to_contain_text("Shared by Wickford until")
    shop.click("#shared a")
    expect(shop.locator("main")).to_contain_text(SAID)
    expect(shop.locator("main form")).to_have_count(0)
    plain.press(home.locator("form[action$='/end'] button"))
    expect(home.locator("main")).not_to_contain_text("Shared with Billericay until")
    answer = shop.goto(f"/shared/{newest(plain)}")
    assert answer is not None and answer.status == 404


@sends("POST sharing.share_bulletin")
def test_an_officer_shares_a_bulletin(plain: Plain) -> None:
    bulletin = Things(plain.town.world, BEN, "wickford").value("bulletin_id")
    desk = plain.open(DEV, f"/bulletins/{bulletin}/shares")
    desk.locator("label:has(input[value=billericay])").click()
    desk.fill("[name=reason]", "It helps you too")
    plain.press(desk.locator("main form[action$='/shares'] button[type=submit]"))
    expect(desk.locator("main")).to_contain_text("Shared with Billericay until")
    shop = plain.open(CAROL, "/s/billericay/shared", viewport=PHONE)
    expect(shop.locator("#shared")).to_contain_text("Look out")
