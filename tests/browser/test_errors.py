"""What goes wrong is said beside what was pressed, and nothing that was typed or chosen is lost."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from shopalert.accounts import sessions
from shopalert.db import writing
from shopalert.wall import crossing
from tests.browser.conftest import Town
from tests.people import ASHA, BEN, LEO
from tests.world import picture

pytestmark = pytest.mark.browser

TEXT = "Two people filled a rucksack with razors."
SEND = "sa-report form .sendbar button[type=submit]"
FULL = '<div role="alert" data-error="disk_full"><p>Not saved: the server’s disk is full.</p></div>'
LARGE = '<div role="alert" data-error="too_large"><p>That is too large to send.</p></div>'
BUSY = '<div role="alert" data-error="busy"><p>Not saved. Try again in a moment.</p></div>'
PROXY = "<html><body><h1>502 Bad Gateway</h1><hr>nginx</body></html>"


def file(name: str = "till.jpg") -> Any:
    return {"name": name, "mimeType": "image/jpeg", "buffer": picture("navy", (900, 700)).read()}


def filled_report(town: Town, path: str = "/s/wickford/report", person: Any = ASHA) -> Page:
    """A report's form with words and a photo that the server has."""
    page = town.live(person, path)
    page.locator("label:has(input[name=category][value=shop_theft])").click()
    page.fill("textarea[name=narrative]", TEXT)
    page.set_input_files("input[name=photos]", [file()])
    expect(page.locator("input[name=staged]")).to_have_count(1, timeout=10000)
    return page


def kept(page: Page) -> None:
    """Everything stands in the form, the button can be pressed again, and nothing is promised."""
    expect(page.locator("textarea[name=narrative]")).to_have_value(TEXT)
    assert page.locator("input[name=category][value=shop_theft]").is_checked()
    assert page.locator("input[name=staged]:checked").count() == 1
    expect(page.locator(SEND)).to_be_enabled()
    assert not page.locator(SEND).get_attribute("aria-busy")
    assert not re.search(r"wait|later|queue", page.inner_text("form .sendbar").lower())


def test_without_a_connection_the_form_and_its_photos_stay(town: Town) -> None:
    page = filled_report(town)
    page.context.set_offline(True)
    page.click(SEND)
    expect(page.locator("[data-send-state]")).to_have_text("Not sent. Try again")
    kept(page)
    page.context.set_offline(False)
    page.click(SEND)
    page.wait_for_url(re.compile(r"/incidents/[0-9a-f-]{36}"))
    expect(page.locator("sa-refresh .shot")).to_have_count(1)


@pytest.mark.parametrize(
    ("status", "body", "words"),
    [
        (413, LARGE, "That is too large to send."),
        (413, PROXY, "Not sent. Try again"),
        (503, BUSY, "Not saved. Try again in a moment."),
        (503, PROXY, "Not sent. Try again"),
        (507, FULL, "the server’s disk is full"),
        (502, PROXY, "Not sent. Try again"),
        (500, PROXY, "Not sent. Try again"),
    ],
)
def test_what_the_server_refuses_is_told_and_the_form_stays(
    town: Town, status: int, body: str, words: str
) -> None:
    page = filled_report(town)

    def refuse(route: Route) -> None:
        route.fulfill(status=status, body=body, content_type="text/html; charset=utf-8")

    page.context.route("**/s/wickford/report", refuse)
    page.click(SEND)
    expect(page.locator("[data-send-state]")).to_contain_text(words)
    assert "nginx" not in page.inner_text("form")
    kept(page)
    page.context.unroute("**/s/wickford/report")
    page.click(SEND)
    page.wait_for_url(re.compile(r"/incidents/[0-9a-f-]{36}"))


def test_a_change_in_error_keeps_words_and_photos(town: Town) -> None:
    incident = town.world.report(ASHA)
    page = filled_report(town, f"/incidents/{incident}/edit")
    page.fill("input[name=value_lost]", "a lot")
    page.click(SEND)
    expect(page.locator("[data-error-summary]")).to_be_focused()
    kept(page)
    page.fill("input[name=value_lost]", "12.50")
    page.click(SEND)
    page.wait_for_url(f"**/incidents/{incident}")
    expect(page.locator("sa-refresh .shot")).to_have_count(1)


def test_a_message_in_error_or_without_a_connection_keeps_words_and_photos(town: Town) -> None:
    incident = town.world.report(ASHA)
    page = town.live(BEN, f"/incidents/{incident}")
    form, button = page.locator("form#say"), page.locator("form#say button[type=submit]")
    form.locator("textarea").fill("One of them came to us.")
    page.set_input_files("form#say input[name=photos]", [file()])
    expect(form.locator("input[name=staged]")).to_have_count(1, timeout=10000)
    page.context.set_offline(True)
    button.click()
    expect(form.locator("[data-send-state]")).to_have_text("Not sent. Try again")
    page.context.set_offline(False)
    form.locator("textarea").evaluate("field => field.removeAttribute('maxlength')")
    form.locator("textarea").fill("very " * 900)
    button.click()
    expect(page.locator("form#say [data-error-summary]")).to_be_visible()
    assert page.locator("form#say input[name=staged]:checked").count() == 1
    expect(form.locator("textarea")).to_have_value(re.compile("very very"))
    form.locator("textarea").fill("One of them came to us.")
    button.click()
    expect(page.locator(".chat__lines article")).to_contain_text("One of them came to us.")
    expect(page.locator(".chat__lines article .shot")).to_have_count(1)


def test_a_session_that_ends_while_one_types_takes_nothing_away(own_town: Town) -> None:
    page = filled_report(own_town, person=LEO)
    app = own_town.world.app
    with app.app_context(), crossing("seed") as session, writing(session):
        assert sessions.end(session, own_town.world.users[LEO.name])
    page.wait_for_timeout(1500)
    page.click(SEND)
    state = page.locator("[data-send-state]")
    expect(state).to_contain_text("You have been signed out")
    expect(state.locator("a")).to_have_attribute("href", "/sign-in")
    expect(page.locator("textarea[name=narrative]")).to_have_value(TEXT)
    assert page.locator("input[name=staged]:checked").count() == 1
    page.context.add_cookies([own_town.cookie(LEO)])
    page.click(SEND)
    page.wait_for_url(re.compile(r"/incidents/[0-9a-f-]{36}"))
    expect(page.locator("#main")).to_contain_text(TEXT)
