"""From an empty database to the first alert between two new shops: after `serve` nobody needs a shell any more.

An operator opens the link on the console, makes force, districts, a scheme and its first coordinator; the coordinator
prints a poster, two shops read its code with their cameras, join and are let in; one reports, the other sees it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from tests import services
from tests.browser import camera
from tests.browser.conftest import DESK, PHONE, wait_for_state

pytestmark = pytest.mark.browser
PASSWORDS = {"Gus Hale": "lanterns over quiet water", "Asha Kaur": "seven green lanterns swing",
             "Leo Brand": "nine loud kettles whistle"}  # fmt: skip
NARRATIVE = "Two people filled a rucksack with razors."


class People:
    """Each with a fresh profile of their own, at the same address."""

    def __init__(self, browser: Browser, url: str) -> None:
        self.browser, self.url = browser, url
        self.complaints: list[str] = []

    def sit_down(self, path: str, size: dict[str, int]) -> Page:
        context = self.browser.new_context(viewport=size, base_url=self.url, locale="en-GB")  # type: ignore[arg-type]
        page = context.new_page()
        page.on("pageerror", lambda error: self.complaints.append(f"{page.url}: {error}"))
        page.goto(path)
        return page


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[services.Server]:
    """`serve` on a database in which nothing is."""
    with services.serving(tmp_path / "empty") as server:
        yield server


@pytest.fixture
def people(empty: services.Server, chromium: Browser) -> Iterator[People]:
    made = People(chromium, empty.url)
    yield made
    assert not made.complaints
    for context in chromium.contexts:
        context.close()


def test_from_an_empty_database_to_the_first_alert_between_two_new_shops(
    empty: services.Server, people: People
) -> None:
    gus = people.sit_down(empty.set_up_link, DESK)
    password = set_up(gus)
    ben = people.sit_down("/", DESK)
    sign_in(ben, "ben@example.org", password)
    printed = poster(ben)

    asha = people.sit_down(printed, PHONE)
    leo = people.sit_down(printed, PHONE)
    ask_to_join(asha, "Asha Kaur", "Harper's", "High Street")
    ask_to_join(leo, "Leo Brand", "Brand Pharmacy", "Market Road")
    sign_in(asha, "asha@example.org", PASSWORDS["Asha Kaur"])
    expect(asha.locator("h1")).to_have_text("Where you stand")  # nobody comes in by the poster alone
    let_in(ben, "Asha Kaur", "Leo Brand")

    asha.click("main a:has-text('Look again')")
    expect(asha.locator("main")).to_contain_text("Welcome, Asha")
    asha.click("section.first button:has-text('Got it')")
    expect(asha.locator("section.first")).to_have_count(0)
    sign_in(leo, "leo@example.org", PASSWORDS["Leo Brand"])
    wait_for_state(leo, "live")
    expect(leo.locator("main")).to_contain_text("All quiet")
    report(asha)
    asha.click("form[action$='/report'] .sendbar button[type=submit]")
    expect(leo.locator("#feed > article")).to_contain_text(NARRATIVE, timeout=5000)  # how fast: test_the_path
    expect(leo.locator("#feed > article")).to_contain_text("Harper's")
    asha.wait_for_url(re.compile(r"/incidents/[0-9a-f-]{36}"))
    assert "/incidents/" not in gus.content(), "the operator reads what is reported"


def set_up(page: Page) -> str:
    """The operator's five steps; the password of the first coordinator, which is shown once."""
    page.fill("input[name=name]", "Gus Hale")
    page.fill("input[name=email]", "gus@example.org")
    page.fill("input[name=password]", PASSWORDS["Gus Hale"])
    page.click("main button[type=submit]")
    page.fill("input[name=name]", "Essex Police")
    page.click("main button[type=submit]")
    page.wait_for_selector("input[name=offered][value=Basildon]:checked")
    page.click("main button[type=submit]")
    page.fill("input[name=name]", "Wickford")
    page.locator("label:has(input[name=kind][value=retail])").click()
    page.fill("input[name=code]", "wic")
    page.select_option("select[name=district]", label="Basildon")
    page.click("main button[type=submit]")
    page.fill("main form[action$='/coordinators'] input[name=name]", "Ben Okoro")
    page.fill("main form[action$='/coordinators'] input[name=email]", "ben@example.org")
    page.click("main form[action$='/coordinators'] button[type=submit]")
    password = page.locator("p.token").inner_text()
    page.click("main a:has-text('Operator’s room')")
    expect(page.locator("h1").first).to_be_attached()
    return password


def sign_in(page: Page, email: str, password: str) -> None:
    if urlsplit(page.url).path != "/sign-in":
        page.goto("/sign-in")
    page.fill("input[name=email]", email)
    page.fill("input[name=password]", password)
    page.click("main form button[type=submit]")
    page.wait_for_url(lambda url: urlsplit(url).path != "/sign-in")


def poster(page: Page) -> str:
    """The coordinator makes a poster; what a camera reads from it."""
    page.click("a[href='/more'] >> visible=true")
    page.click("main a:has-text('Members of Wickford')")
    page.click("main a:has-text('Invite people')")
    page.click("main button:has-text('Make a poster')")
    page.click("main a:has-text('A4 page')")
    link = camera.read(page.locator("svg.qr").screenshot())
    expect(page.locator(".poster__foot")).to_contain_text(link)
    return link


def ask_to_join(page: Page, name: str, shop: str, street: str) -> None:
    assert urlsplit(page.url).path == "/join", "the secret stays in the address"
    page.fill("input[name=name]", name)
    page.fill("input[name=email]", f"{name.split()[0].lower()}@example.org")
    page.fill("input[name=password]", PASSWORDS[name])
    page.select_option("select[name=premises]", "other")
    if not page.locator("input[name=business]").is_visible():
        page.click("summary:has-text('not in the list')")
    page.fill("input[name=business]", shop)
    page.fill("input[name=street]", street)
    page.click("summary:has-text('Data-sharing agreement')")
    page.locator("label:has(input[name=agreed])").click()
    page.click("main button[type=submit]:has-text('Join')")
    expect(page.locator("h1")).to_have_text("Thank you")


def let_in(page: Page, *names: str) -> None:
    page.goto("/s/wickford/members")
    for name in names:
        page.click(f"li:has-text('{name}') button:has-text('Let in')")
        expect(page.locator("main")).to_contain_text(f"{name} is in")


def report(page: Page) -> None:
    page.click("a[href='/s/wickford/report'] >> visible=true")
    page.locator("label:has(input[name=category][value=shop_theft])").click()
    page.fill("textarea[name=narrative]", NARRATIVE)
