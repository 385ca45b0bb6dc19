"""The whole report in a browser without scripts: rows are added by buttons that send the form and bring it back."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.plain import Plain, sends
from tests.browser.test_without_script import choose, id_in, send_button
from tests.people import ASHA, BEN, LEO

pytestmark = pytest.mark.browser


def group(page: Page, name: str) -> None:
    """Fold a group out, where it is folded."""
    if page.locator(f"details#{name}:not([open])").count():
        page.click(f"details#{name} > summary")


@sends("POST incidents.report", "POST incidents.save")
def test_a_whole_report_and_a_change_of_it(own_plain: Plain) -> None:
    plain = own_plain
    page = plain.open(ASHA, "/s/wickford/report")
    choose(page)
    plain.press(page.locator("button:has-text('Questions for this kind')"))
    page.locator("label:has(input[name='answers-how'][value=trolley])").click()
    group(page, "people")
    page.fill("[name='people-0-clothing']", "Green parka")
    plain.press(page.locator("#people button[name=add]"))
    page.fill("[name='people-1-clothing']", "Grey hooded top")
    plain.press(page.locator("#people button[name=add]"))
    plain.press(page.locator("button[name=drop][value='people-2']"))
    expect(page.locator("#people [data-row]")).to_have_count(2)
    group(page, "goods")
    page.fill("[name='goods-0-what']", "Razors")
    page.fill("[name='goods-0-count']", "10")
    page.fill("[name='goods-0-each']", "twelve")
    plain.press(send_button(page))
    expect(page.locator("[data-error-summary]")).to_contain_text("in pounds")
    expect(page.locator("[name='people-1-clothing']")).to_have_value("Grey hooded top")
    expect(page.locator("[name='answers-how'][value=trolley]")).to_be_checked()
    page.fill("[name='goods-0-each']", "12")
    plain.press(page.locator("#goods button[name=add]"))
    expect(page.locator("[data-total]")).to_have_text("£120")
    plain.press(send_button(page))
    incident = id_in(page)
    for words in ("Green parka", "Grey hooded top", "Razors", "£120", "Pushed a trolley out"):
        expect(page.locator("#main")).to_contain_text(words)

    page.goto(f"/incidents/{incident}/edit")
    expect(page.locator("[name='people-0-clothing']")).to_have_value("Green parka")
    group(page, "vehicles")
    page.fill("[name='vehicles-0-colour']", "Blue")
    plain.press(send_button(page))
    expect(page.locator("#main")).to_contain_text("Blue")


@sends("POST incidents.report", "POST chat.add")
def test_is_it_the_same_thing(own_plain: Plain) -> None:
    plain = own_plain
    standing = plain.town.world.report(ASHA, narrative="Two people took coats.")
    for answer in ("Yes, add mine to it", "No, send mine as its own"):
        page = plain.open(LEO, "/s/wickford/report")
        choose(page, "shop_theft_attempt")
        page.select_option("[name=premises]", label="Harper's")
        page.fill("textarea[name=narrative]", "They came to us, too.")
        plain.press(send_button(page))
        expect(page.locator(".asked")).to_contain_text("Two people took coats.")
        expect(page.locator("textarea[name=narrative]")).to_have_value("They came to us, too.")
        plain.press(page.locator(f".asked button:has-text('{answer}')").first)
        expect(page.locator("#main")).to_contain_text("They came to us, too.")
        assert (str(standing) in page.url) is answer.startswith("Yes")


@sends("POST incidents.report")
def test_practice(own_plain: Plain) -> None:
    page = own_plain.open(BEN, "/s/wickford/report")
    choose(page, "threats_abuse")
    page.locator("label:has(input[name=exercise])").click()
    own_plain.press(send_button(page))
    expect(page.locator("h1")).to_contain_text("EXERCISE")
    page.goto("/s/wickford/")
    expect(page.locator("#feed > article").first).to_contain_text("EXERCISE")
