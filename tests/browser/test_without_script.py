"""Reports, chat, alerts and the door in a browser without scripts and without a worker: plain pages and forms."""

from __future__ import annotations

import re
import uuid
from contextlib import suppress
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Error, Locator, Page, Route, expect

from shopalert.alerts.models import Subscription
from shopalert.db import writing
from shopalert.wall import crossing
from tests.browser.conftest import DESK, Town
from tests.browser.plain import Plain, sends
from tests.people import ASHA, BEN, DEV, IVY, LEO, PASSWORD, Person

pytestmark = pytest.mark.browser

INCIDENT = re.compile(r"/incidents/[0-9a-f-]{36}(#.*)?$")


def refresh(page: Page) -> None:
    """The Refresh link, as a reader presses it."""
    page.locator("main .refresh-line a.button", has_text="Refresh").click()
    page.wait_for_load_state()


def send_button(page: Page) -> Locator:
    return page.locator(".sendbar button[type=submit]")


def choose(page: Page, category: str = "shop_theft") -> None:
    page.locator(f"label:has(input[name=category][value={category}])").click()


def card(page: Page, incident: object) -> Locator:
    return page.locator(f"[id='incident-{incident}']")


def id_in(page: Page) -> str:
    assert INCIDENT.search(page.url), page.url
    return urlsplit(page.url).path.rsplit("/", 1)[1]


# ---- the door


@sends("POST accounts.try_sign_in", "POST accounts.ask_for_help", "POST accounts.sign_out")
def test_in_and_out(plain: Plain) -> None:
    page = plain.open(None, "/s/wickford/report")
    page.fill("input[name=email]", LEO.email)
    page.fill("input[name=password]", "not the password")
    button = page.locator("main form button[type=submit]")
    plain.press(button)
    expect(page.locator("[data-error-summary]")).to_contain_text("not right")
    expect(page.locator("input[name=email]")).to_have_value(LEO.email)
    page.click("text=I cannot sign in")
    plain.press(button)
    expect(page.locator("[data-error-summary]")).to_be_visible()
    page.fill("input[name=email]", LEO.email)
    plain.press(button)
    expect(page.locator("main .notice[role=status]")).to_contain_text("Thank you")
    page.goto("/s/wickford/report")
    page.fill("input[name=email]", LEO.email)
    page.fill("input[name=password]", PASSWORD)
    plain.press(button)
    assert urlsplit(page.url).path == "/s/wickford/report", "not where one wanted to go"
    page.goto("/more")
    plain.press(page.locator("form[action='/sign-out'] button"))
    assert urlsplit(page.url).path == "/sign-in"
    page.goto("/more")
    assert urlsplit(page.url).path == "/sign-in"


@sends("POST accounts.end_session")
def test_a_session_elsewhere_is_ended(plain: Plain) -> None:
    elsewhere = plain.open(LEO, "/more", user_agent="Other")
    page = plain.open(LEO, "/more")
    page.click("text=Where you are signed in")
    others = page.locator("li.item:not(.item--here) form button")
    before = others.count()
    assert before
    for _ in range(before):
        plain.press(others.first)
    assert others.count() == 0
    expect(page.locator("li.item--here")).to_contain_text("This device")
    elsewhere.reload()
    assert urlsplit(elsewhere.url).path == "/sign-in"


# ---- report and read


@sends("POST incidents.report", "POST chat.say #say")
def test_a_report_with_a_photo_reaches_another_member_who_refreshes(plain: Plain) -> None:
    feed = plain.open(IVY, "/s/wickford/")
    asha = plain.open(ASHA, "/s/wickford/")
    asha.click(".places a:has-text('Report')")
    asha.fill("textarea[name=narrative]", "Two people filled a rucksack with razors.")
    asha.fill("input[name=value_lost]", "about ten")
    asha.set_input_files("input[name=photos]", [plain.photo(), plain.photo("other.jpg", "navy")])
    plain.press(send_button(asha))
    expect(asha.locator("[data-error-summary] li")).to_have_count(2)
    expect(asha.locator("#category-error")).to_contain_text("Choose what kind")
    expect(asha.locator("#value_lost-error")).to_contain_text("in pounds")
    expect(asha.locator("textarea[name=narrative]")).to_have_value(
        "Two people filled a rucksack with razors."
    )
    expect(asha.locator("input[name=value_lost]")).to_have_value("about ten")
    assert asha.locator("input[name=staged]:checked").count() == 2, "a photo was lost"
    asha.locator("label:has(input[name=staged])").last.click()  # and one is left out
    choose(asha)
    asha.fill("input[name=value_lost]", "£340")
    plain.press(send_button(asha))
    incident = id_in(asha)
    expect(asha.locator("h1")).to_contain_text("£340")

    assert card(feed, incident).count() == 0
    refresh(feed)
    expect(card(feed, incident)).to_contain_text("filled a rucksack")
    expect(card(feed, incident).locator(".shot")).to_have_count(1)
    card(feed, incident).locator("h2 a").click()
    feed.wait_for_url(INCIDENT)
    pictures = feed.locator(".gallery a")
    for _ in range(40):
        if pictures.count():
            break
        feed.wait_for_timeout(250)
        refresh(feed)
    with feed.expect_navigation() as opened:
        pictures.click()
    assert opened.value and opened.value.headers["content-type"] == "image/jpeg"
    feed.go_back()

    feed.set_input_files("input[name=photos]", plain.photo("chat.jpg"))
    feed.fill("textarea[name=text]", "One of them came to us, too.")
    plain.press(feed.locator("form#say button[type=submit]"))
    expect(feed.locator(".chat__lines article")).to_contain_text("One of them came to us, too.")
    expect(feed.locator(".chat__lines article .shot")).to_have_count(1)
    feed.fill("textarea[name=text]", "")
    plain.press(feed.locator("form#say button[type=submit]"))
    expect(feed.locator("[data-error-summary]")).to_contain_text("Write something")
    refresh(asha)
    expect(asha.locator(".chat__lines")).to_contain_text("One of them came to us, too.")


@sends("POST incidents.report", "POST incidents.save")
def test_back_other_words_and_send_again_is_a_change_of_the_same_report(plain: Plain) -> None:
    page = plain.open(ASHA, "/s/wickford/")
    page.click(".places a:has-text('Report')")
    choose(page)
    page.fill("textarea[name=narrative]", "Two people.")
    plain.press(send_button(page))
    incident = id_in(page)
    page.go_back()
    expect(page.locator("textarea[name=narrative]")).to_have_value("Two people.")
    choose(page, "threats_abuse")
    page.fill("textarea[name=narrative]", "Three people, and they shouted.")
    page.set_input_files("input[name=photos]", plain.photo())
    plain.press(send_button(page))
    expect(page.locator("main [role=alert]").first).to_contain_text("sent already")
    expect(page.locator("textarea[name=narrative]")).to_have_value("Three people, and they shouted.")
    assert page.locator("input[name=staged]:checked").count() == 1
    expect(page.locator("main form.form")).to_have_attribute("action", f"/incidents/{incident}/edit")
    plain.press(send_button(page))
    assert id_in(page) == incident
    expect(page.locator("#main")).to_contain_text("Three people, and they shouted.")
    expect(page.locator(".gallery .shot")).to_have_count(1)
    page.goto("/s/wickford/report")
    choose(page)
    plain.press(send_button(page))
    assert id_in(page) != incident, "the next report is one of its own"


@sends("POST incidents.sight #seen-form", "POST incidents.sight #seen")
def test_seen_here_from_the_card_and_from_the_incident(plain: Plain) -> None:
    incident = plain.town.world.report(ASHA, in_progress=True)
    ivy = plain.open(IVY, "/s/wickford/")
    plain.press(card(ivy, incident).locator("button[form=seen-form]"))
    assert id_in(ivy) == str(incident)
    sightings = ivy.locator(".quiet-line--sighting")
    expect(sightings).to_have_count(1)
    expect(sightings).to_contain_text("Larkmead Pharmacy")
    plain.press(ivy.locator("button[form=seen]:visible"))
    expect(sightings).to_have_count(2)
    ivy.click("form#seen summary")
    ivy.select_option("form#seen select[name=premises]", label="Harper's")
    ivy.fill("form#seen input[name=note]", "Running towards the station")
    plain.press(ivy.locator("form#seen .seen__fields button"))
    expect(sightings).to_have_count(3)
    expect(sightings.last).to_contain_text("Running towards the station")
    ivy.goto("/s/wickford/")
    expect(card(ivy, incident).locator(".card__seen")).to_contain_text("3 sightings")


@sends("POST incidents.sight", "POST incidents.sight #seen")
def test_a_sighting_that_cannot_be_taken_comes_back(plain: Plain) -> None:
    incident = plain.town.world.report(ASHA)
    ivy = plain.open(IVY, f"/incidents/{incident}")
    ivy.click("form#seen summary")
    ivy.locator("form#seen input[name=note]").evaluate("field => field.removeAttribute('maxlength')")
    ivy.fill("form#seen input[name=note]", "so " * 150)
    plain.press(ivy.locator("form#seen .seen__fields button"))
    expect(ivy.locator("[data-error-summary]")).to_contain_text("300")
    ivy.fill("main form input[name=note]", "so much")
    plain.press(ivy.locator("main form.form button[type=submit]"))
    expect(ivy.locator(".quiet-line--sighting")).to_contain_text("so much")


@sends("POST incidents.save", "POST incidents.all_clear", "POST incidents.withdraw")
def test_changed_cleared_withdrawn(plain: Plain) -> None:
    incident = plain.town.world.report(ASHA, in_progress=True)
    asha, other = plain.open(ASHA, f"/incidents/{incident}"), plain.open(BEN, f"/incidents/{incident}/edit")
    feed = plain.open(IVY, "/s/wickford/")
    asha.click("main a:has-text('Change')")
    asha.fill("textarea[name=narrative]", "Three people, not two.")
    plain.press(send_button(asha))
    expect(asha.locator("#main")).to_contain_text("changed the report")

    other.fill("textarea[name=narrative]", "They came back for bags.")
    plain.press(send_button(other))
    both = other.locator("section.both")
    expect(both).to_contain_text("Three people, not two.")
    expect(both).to_contain_text("They came back for bags.")
    expect(other.locator("textarea[name=narrative]")).to_have_value("They came back for bags.")
    other.fill("textarea[name=narrative]", "Three people, not two. They came back for bags.")
    plain.press(send_button(other))
    assert id_in(other) == str(incident)
    other.click("main a:has-text('all kept')")
    expect(other.locator("li.version")).to_have_count(3)
    refresh(feed)
    expect(card(feed, incident)).to_contain_text("They came back for bags.")

    refresh(asha)
    plain.press(asha.locator("form[action$='/all-clear'] button"))
    expect(asha.locator(".state--over")).to_contain_text("All clear")
    refresh(feed)
    expect(card(feed, incident)).to_contain_text("All clear")

    asha.click("main a:has-text('Withdraw')")
    button = asha.locator("main form button[type=submit]")
    plain.press(button)
    expect(asha.locator("[data-error-summary]")).to_contain_text("Say why")
    asha.fill("textarea[name=reason]", "It was the cleaner.")
    plain.press(button)
    refresh(feed)
    assert card(feed, incident).count() == 0
    other.goto(f"/incidents/{incident}")
    expect(other.locator(".state--gone")).to_be_visible()
    expect(other.locator("#main")).to_contain_text("It was the cleaner.")


@sends("POST chat.say #say")
def test_an_officer_answers_and_the_reporter_refreshes(plain: Plain) -> None:
    incident = plain.town.world.report(ASHA, narrative="Man with a blue rucksack.")
    asha = plain.open(ASHA, f"/incidents/{incident}")
    dev = plain.open(DEV, "/", viewport=DESK)
    assert urlsplit(dev.url).path == "/desk"
    dev.click(f"a[href='/incidents/{incident}'] >> nth=0")
    for audience, words in (("police", "Known to us."), ("members", "Please keep the CCTV from 13:35.")):
        dev.locator(f"label:has(input[name=audience][value={audience}])").click()
        dev.fill("textarea[name=text]", words)
        plain.press(dev.locator("form#say button[type=submit]"))
        expect(dev.locator(".chat__lines")).to_contain_text(words)
    assert asha.locator("article.line--police").count() == 0
    refresh(asha)
    expect(asha.locator("article.line--police")).to_contain_text("Please keep the CCTV")
    assert "Known to us." not in asha.content()


@sends("GET home.search")
def test_search(plain: Plain) -> None:
    incident = plain.town.world.report(ASHA, narrative="Woman with a zebra umbrella.")
    page = plain.open(IVY, "/s/wickford/")
    page.click(".places a:has-text('Search')")
    page.fill("main input[name=q]", "umbrella zebra")
    plain.press(page.locator("main form[role=search] button"))
    expect(page.locator("main article")).to_have_count(1)
    expect(card(page, incident)).to_be_visible()
    page.fill("main input[name=q]", "zeppelin")
    plain.press(page.locator("main form[role=search] button"))
    expect(page.locator("main")).to_contain_text("Nothing found")


@sends("POST alerts.test", "POST alerts.remove")
def test_alerts(plain: Plain) -> None:
    world = plain.town.world
    with world.app.app_context(), crossing("seed") as session, writing(session):
        device = {"endpoint": f"https://push.invalid/{uuid.uuid4()}", "origin": "https://push.invalid"}
        session.add(Subscription(user_id=world.users[LEO.name], label="Old tablet", **device))
    page = plain.open(LEO, "/alerts")
    expect(page.locator("main")).to_contain_text("scripts are off")
    removal = page.locator("form[action$='/removal'] button")
    plain.press(removal)
    expect(page.locator("main")).not_to_contain_text("Old tablet")
    plain.press(page.locator("form[action='/alerts/test'] button"))
    expect(page.locator("main [role=status]:visible").first).to_contain_text("None of your devices")


@sends("POST wake.save", "POST incidents.watch")
def test_what_wakes_me_is_chosen_and_said(plain: Plain) -> None:
    incident = plain.town.world.report(ASHA)
    page = plain.open(IVY, "/alerts")
    page.click("main a:has-text('Wickford')")
    page.locator("label:has(input[name=preset][value=near])").click()
    page.fill("input[name=quiet_from]", "22:00")
    plain.press(page.locator(".sendbar button"))
    expect(page.locator("[data-error-summary]")).to_contain_text("both times")
    page.fill("input[name=quiet_to]", "07:00")
    plain.press(page.locator(".sendbar button"))
    expect(page.locator("#said")).to_contain_text("only urgent alerts within 500 m ring")
    page.goto(f"/incidents/{incident}")
    plain.press(page.locator("button:has-text('Follow')"))
    expect(page.locator("button[aria-pressed=true]")).to_contain_text("Following")
    plain.press(page.locator("button:has-text('Mute')"))
    expect(page.locator("button[aria-pressed=true]")).to_contain_text("Muted")


# ---- the page that refreshes itself


@pytest.mark.parametrize(("person", "path"), [(IVY, "/s/wickford/"), (DEV, "/desk")])
def test_a_list_refreshes_itself_until_that_is_turned_off(plain: Plain, person: Person, path: str) -> None:
    page = plain.open(person, path)
    meta = page.locator("meta[http-equiv=refresh]")
    expect(meta).to_have_attribute("content", "60")
    assert "/s/" not in (page.locator("sa-live").inner_text() or "")
    expect(page.locator("sa-live .live__word")).not_to_be_visible()
    page.click("main a[href='?refresh=off']")
    expect(meta).to_have_count(0)
    page.click(".refresh-line span a")
    expect(meta).to_have_count(1)

    asked: list[str] = []

    def quicker(route: Route) -> None:
        """A minute takes a second here. Another refresh may have taken the place of this one meanwhile."""
        asked.append(route.request.url)
        with suppress(Error):
            body = route.fetch().text().replace('content="60"', 'content="1"')
            route.fulfill(body=body, content_type="text/html")

    page.route(f"**{path}", quicker)
    page.goto(path)
    page.wait_for_timeout(2500)
    assert len(asked) > 1
    page.unroute(f"**{path}")


def test_with_script_a_list_does_not_refresh_itself(town: Town) -> None:
    page = town.live(IVY)
    assert page.locator("meta[http-equiv=refresh]").count() == 0
    assert page.locator(".refresh-line:visible").count() == 0


@sends("POST help.tour")
def test_the_first_steps_are_put_away_and_wanted_again(plain: Plain) -> None:
    page = plain.open(ASHA, "/help")
    plain.press(page.locator("button[name=again]"))
    steps = page.locator("section.first")
    expect(steps).to_contain_text("Welcome, Asha")
    steps.locator("a", has_text="Let alerts reach you").click()
    assert urlsplit(page.url).path == "/alerts/check"
    page.go_back()
    plain.press(steps.locator("button", has_text="Got it"))
    assert urlsplit(page.url).path == "/s/wickford/"
    expect(steps).to_have_count(0)
