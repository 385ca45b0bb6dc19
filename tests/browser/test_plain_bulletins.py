"""Bulletins in browsers without scripts: an officer warns two of three schemes, shops read it and answer, it is
corrected and recalled, and it ends by itself."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, expect

from shopalert.bulletins.models import Bulletin
from shopalert.db import now, writing
from shopalert.schemes.models import Scheme
from shopalert.wall import crossing
from shopalert.words import field_time
from tests.browser.conftest import PHONE
from tests.browser.plain import Plain, sends
from tests.people import ASHA, BEN, CAROL, DEV, IVY, OLU

pytestmark = pytest.mark.browser
TITLE = "False twenties in the High Street"


def ids(plain: Plain) -> dict[str, str]:
    """The newest bulletin of each scheme."""
    with plain.town.world.app.app_context(), crossing("command") as session:
        asked = (
            sa.select(Scheme.slug, Bulletin.id)
            .join(Scheme, Scheme.id == Bulletin.scheme_id)
            .order_by(Bulletin.id)
        )
        return {slug: str(id_) for slug, id_ in session.execute(asked)}


def warn(plain: Plain) -> Page:
    """Dev warns of counterfeit twenties until tomorrow, in Wickford and Billericay."""
    desk = plain.open(DEV, "/desk")
    desk.goto("/bulletins")
    desk.click("main a[href='/bulletins/new']")
    desk.click("main a[href*='template=counterfeit']")
    for slug in ("wickford", "billericay"):
        desk.locator(f"label:has(input[value='scheme:{slug}'])").click()
    desk.fill("[name=title]", TITLE)
    desk.fill("[name=serial]", "AH42")
    desk.fill("[name=ends_at]", field_time(now() + timedelta(days=1)))
    plain.press(desk.locator("main form[action='/bulletins'] button[type=submit]"))
    expect(desk.locator("main h1")).to_have_text(TITLE)
    return desk


@sends(
    "POST bulletins.publish",
    "POST bulletins.reply",
    "POST bulletins.judge",
    "POST bulletins.correct",
    "POST bulletins.recall",
    "POST bulletins.read",
)
def test_from_the_warning_to_its_recall(own_plain: Plain) -> None:
    plain = own_plain
    desk = warn(plain)
    at = ids(plain)
    assert set(at) == {"wickford", "billericay"}
    shop = plain.open(ASHA, "/s/wickford/", viewport=PHONE)
    expect(shop.locator(f"#pinned #bulletin-{at['wickford']}")).to_contain_text(TITLE)
    assert shop.evaluate("document.scrollingElement.scrollWidth") <= PHONE["width"]
    expect(plain.open(OLU, "/s/southend/").locator("#pinned article")).to_have_count(0)
    shop.click(f"#bulletin-{at['wickford']} a")
    expect(shop.locator("main")).to_contain_text("AH42")
    expect(shop.locator("main")).to_contain_text("Put it in an envelope or bag")
    plain.press(shop.locator("#use button[value=yes]"))
    expect(shop.locator("#use button[aria-pressed=true]")).to_contain_text("1")
    shop.fill("[name=text]", "We took one on Friday.")
    plain.press(shop.locator("#replies button[type=submit]"))
    desk.goto(f"/bulletins/{at['wickford']}")
    expect(desk.locator("#replies")).to_contain_text("We took one on Friday.")
    expect(desk.locator("main")).to_contain_text("1 of 5 have read it")
    desk.click("main a[href$='/correction']")
    desk.fill("[name=title]", "False tenners in the High Street")
    desk.locator("label:has(input[name=denomination][value='10'])").click()
    plain.press(desk.locator("main form[action$='/correction'] button[type=submit]"))
    expect(desk.locator("main")).to_contain_text("0 of 5 have read it")
    other = plain.open(CAROL, f"/bulletins/{at['billericay']}")
    expect(other.locator("main h1")).to_have_text("False tenners in the High Street")
    press_that_it_is_read(plain, at["wickford"])
    desk.goto(f"/bulletins/{at['wickford']}/recall")
    desk.fill("[name=why]", "They were real")
    plain.press(desk.locator("main form[action$='/recall'] button[type=submit]"))
    for page in (shop, other):
        answer = page.goto(f"/bulletins/{at['wickford' if page is shop else 'billericay']}")
        assert answer and answer.status == 404
    expect(plain.open(ASHA, "/s/wickford/").locator("#pinned article")).to_have_count(0)


def press_that_it_is_read(plain: Plain, bulletin: str) -> None:
    """The button of a page that was open while the bulletin was corrected."""
    page = plain.open(BEN, f"/bulletins/{bulletin}")
    page.route(
        "**/bulletins/*",
        lambda route: route.continue_(headers={**route.request.headers, "HX-Request": "true"}),
    )
    with plain.town.world.app.app_context(), crossing("seed") as session, writing(session):
        session.execute(sa.update(Bulletin).values(corrected_at=now()))
    page.reload()
    page.unroute("**/bulletins/*")
    # The fragment has the token of its reader's session, as the page has.
    with page.expect_navigation():
        page.locator("form[action$='/reading'] button").click()
    plain.sent.add("POST bulletins.read")
    expect(page.locator("main")).to_contain_text("You have read this")


@sends("POST bulletins.publish", "POST answers.answer")
def test_an_appeal_is_answered_to_police_and_coordinators(own_plain: Plain) -> None:
    plain = own_plain
    desk = plain.open(DEV, "/bulletins/new?kind=appeal")
    desk.locator("label:has(input[value='scheme:wickford'])").click()
    desk.fill("[name=title]", "A man with a green rucksack")
    desk.fill("[name=text]", "He was in the arcade on Friday.")
    plain.press(desk.locator("main form[action='/bulletins'] button[type=submit]"))
    at = ids(plain)["wickford"]
    shop = plain.open(ASHA, f"/bulletins/{at}", viewport=PHONE)
    shop.fill("#answers [name=name]", "Somebody called Finch")
    plain.press(shop.locator("#answers button[type=submit]"))
    expect(shop.locator("#answers")).to_contain_text("Finch")
    expect(plain.open(BEN, f"/bulletins/{at}").locator("#answers")).to_contain_text("Finch")
    expect(plain.open(IVY, f"/bulletins/{at}").locator("#answers")).not_to_contain_text("Finch")


@sends("POST bulletins.publish", "POST bulletins.correct", "POST bulletins.recall")
def test_an_appeal_with_a_picture_reaches_two_of_three_schemes_and_goes_with_its_recall(
    own_plain: Plain,
) -> None:
    plain = own_plain
    desk = plain.open(DEV, "/bulletins/new?kind=appeal")
    for slug in ("wickford", "billericay"):
        desk.locator(f"label:has(input[value='scheme:{slug}'])").click()
    desk.fill("[name=title]", "Who is this at the till?")
    desk.fill("[name=text]", "He paid with a false note.")
    desk.set_input_files("[name=photos]", plain.photo())
    send = desk.locator("main form[action='/bulletins'] button[type=submit]")
    plain.press(send)
    expect(desk.locator("#errors")).to_contain_text("Say in a few words what each picture shows")
    desk.locator("[name^=alt-]").fill("A man in a green coat at the till")
    plain.press(send)
    at = ids(plain)
    assert set(at) == {"wickford", "billericay"}
    addresses = {}
    for person, slug in ((ASHA, "wickford"), (CAROL, "billericay")):
        shop = plain.open(person, f"/s/{slug}/bulletins", viewport=PHONE)
        expect(shop.locator(f"#bulletin-{at[slug]} .shot img")).to_have_js_property("complete", True)
        shop.click(f"#bulletin-{at[slug]} a")
        shown = shop.get_by_role("img", name="A man in a green coat at the till")
        expect(shown).to_be_visible()
        assert shown.evaluate("image => image.decode().then(() => image.naturalWidth)") == 900
        assert shown.bounding_box()["y"] < shop.locator(".prose").bounding_box()["y"]  # type: ignore[index]
        assert shop.evaluate("document.scrollingElement.scrollWidth") <= PHONE["width"]
        addresses[slug] = str(shown.get_attribute("src"))
    desk.goto(f"/bulletins/{at['wickford']}/correction")
    desk.set_input_files("[name=photos]", plain.photo("second.jpg", "navy"))
    desk.fill("[name=alt]", "The car that he left in")
    plain.press(desk.locator("main form[action$='/correction'] button[type=submit]"))
    shop = plain.open(CAROL, f"/bulletins/{at['billericay']}")
    expect(shop.get_by_role("img", name="The car that he left in")).to_be_visible()
    stranger = plain.open(OLU, "/s/southend/")
    for path in (*(f"/bulletins/{each}" for each in at.values()), *addresses.values()):
        answer = stranger.goto(path)
        assert answer and answer.status == 404, path
    desk.goto(f"/bulletins/{at['wickford']}/recall")
    desk.fill("[name=why]", "Not him")
    plain.press(desk.locator("main form[action$='/recall'] button[type=submit]"))
    for person, slug in ((ASHA, "wickford"), (CAROL, "billericay")):
        page = plain.open(person, f"/s/{slug}/bulletins")
        expect(page.locator("main")).not_to_contain_text("Who is this")
        for path in (f"/bulletins/{at[slug]}", addresses[slug], addresses[slug].replace("/view", "/thumb")):
            answer = page.goto(path)
            assert answer and answer.status == 404, path


@sends("POST bulletins.publish", "POST answers.answer", "POST answers.all_clear")
def test_a_missing_person_is_seen_and_found(own_plain: Plain) -> None:
    plain = own_plain
    desk = plain.open(DEV, "/bulletins/new")
    desk.click("main a[href*='kind=missing']")
    desk.locator("label:has(input[value='scheme:wickford'])").click()
    desk.fill("[name=text]", "Margery, who may be confused.")
    desk.fill("[name=clothes]", "A red coat")
    plain.press(desk.locator("main form[action='/bulletins'] button[type=submit]"))
    at = ids(plain)["wickford"]
    shop = plain.open(ASHA, "/s/wickford/", viewport=PHONE)
    shop.click(f"#bulletin-{at} a")
    expect(shop.locator("main")).to_contain_text("A red coat")
    assert shop.evaluate("document.scrollingElement.scrollWidth") <= PHONE["width"]
    shop.fill("#answers [name=name]", "At the bus station")
    plain.press(shop.locator("#answers button[type=submit]"))
    desk.goto(f"/bulletins/{at}")
    expect(desk.locator("#answers")).to_contain_text("bus station")
    plain.press(desk.locator("form[action$='/all-clear'] button"))
    answer = shop.goto(f"/bulletins/{at}")
    assert answer and answer.status == 404


@sends("POST bulletins.publish", "POST bulletins.remind")
def test_it_ends_by_itself_and_says_who_had_not_read_it(own_plain: Plain) -> None:
    plain = own_plain
    warn(plain)
    at = ids(plain)
    plain.open(ASHA, f"/bulletins/{at['wickford']}")
    coordinator = plain.open(BEN, f"/bulletins/{at['wickford']}/readers")
    expect(coordinator.locator("main")).to_contain_text("1 of 5 have read it")
    expect(coordinator.locator("section:has(#unread-title)")).not_to_contain_text("Asha")
    plain.press(coordinator.locator("form[action$='/reminder'] button"))
    expect(coordinator.locator("form[action$='/reminder'] button")).to_be_disabled()
    with plain.town.world.app.app_context(), crossing("seed") as session, writing(session):
        session.execute(sa.update(Bulletin).values(ends_at=now() - timedelta(seconds=1)))
    shop = plain.open(ASHA, "/s/wickford/", viewport=PHONE)
    expect(shop.locator("#pinned article")).to_have_count(0)
    shop.goto("/s/wickford/bulletins")
    expect(shop.locator("main")).to_contain_text(re.compile("Over"))
