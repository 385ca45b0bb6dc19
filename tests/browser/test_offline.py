"""Read without a connection: what was opened, sealed on the phone, with its age, until it has to go."""

from __future__ import annotations

import json
import uuid
from functools import partial
from itertools import pairwise
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from shopalert.assets import asset
from shopalert.db import db, writing
from shopalert.incidents import actions
from shopalert.incidents.models import Incident
from shopalert.members import actions as members
from shopalert.schemes.models import Membership, Scheme
from shopalert.wall import crossing
from tests.browser.conftest import DESK, Town, wait_for_state
from tests.browser.device import PLANT, incidents_read, kept, kept_things, places_with, stored
from tests.browser.test_pwa import end_sessions, file, with_worker
from tests.people import ASHA, BEN, IVY, Person
from tests.services import eventually

pytestmark = pytest.mark.browser

WORDS = "A tall man hid razors in a green duffel bag."
SAID = "He left towards the station car park."
FEED = "/s/wickford/"
# A clock of the test's own, which goes on from where it is set.
CLOCK = """
const clock = Date.now.bind(Date)
const ahead = () => Number(localStorage.getItem('hours ahead of the clock') || 0) * 3600000
Date.now = () => clock() + ahead()
"""
SHELL = "caches.keys().then(async names => Boolean(names.length && await caches.match('/offline')))"
FAILED = "localStorage.getItem('shopalert-kept')"
SET = """hours => {
  localStorage.setItem('hours ahead of the clock', hours)
  document.dispatchEvent(new Event('visibilitychange'))
}"""


def id_of(path: str) -> uuid.UUID:
    return uuid.UUID(path.rsplit("/", 1)[1])


def open_and_keep(page: Page, path: str, count: int) -> None:
    page.goto(path)
    eventually(lambda: kept(page) == count, 20)


def reading(town: Town, person: Person = IVY, **options: Any) -> tuple[Page, str, BrowserContext]:
    """Somebody who has read the feed and an incident; the phone has kept both."""
    incident = town.world.report(ASHA, narrative=WORDS)
    town.world.say(BEN, incident, SAID)
    profile = town.browser_of(person, **options)
    page = town.open(profile, "/more")
    with_worker(page)
    open_and_keep(page, FEED, 1)
    open_and_keep(page, f"/incidents/{incident}", 2)
    return page, f"/incidents/{incident}", profile


def go_offline(town: Town, page: Page, path: str) -> None:
    town.server.kill()
    page.goto(path)


def nothing_can_be_read(page: Page, path: str) -> None:
    """Without the server this address shows that there is no connection, and nothing else."""
    page.goto(path)
    page.wait_for_selector("sa-reader[data-state=nothing]")
    assert page.inner_text("h1") == "No connection"
    assert page.locator("[data-copy]").inner_text() == ""
    assert WORDS not in page.content()


def gone(page: Page) -> bool:
    """No database of what was kept is left."""
    found: bool = page.evaluate(
        "indexedDB.databases().then(all => !all.some(each => each.name === 'shopalert-kept'))"
    )
    return found


def gone_soon(page: Page, seconds: float = 10) -> None:
    eventually(lambda: page.wait_for_timeout(50) or gone(page), seconds)


def switch_off(town: Town) -> None:
    with town.world.app.app_context(), crossing("seed") as session, writing(session):
        session.get_one(Scheme, town.world.schemes["wickford"]).offline_reading = False


def withdraw(town: Town, incident: str) -> None:
    with town.world.seen_as(ASHA) as viewer:
        actions.withdraw(viewer, db.session.get_one(Incident, id_of(incident)), "It was the cleaner.")


# ---- reading


def test_an_incident_opened_before_is_read_with_the_server_down(own_town: Town) -> None:
    page, incident, _ = reading(own_town)
    go_offline(own_town, page, incident)
    copy = page.locator("[data-copy]")
    expect(copy).to_contain_text(WORDS)
    expect(copy).to_contain_text(SAID)
    assert page.inner_text("h1") == "No connection"
    assert page.locator("h1").count() == 1
    assert "Read just now" in page.inner_text("[data-age]")
    assert WORDS not in page.title() and "Shop theft" not in page.title()
    for what in ("form", "textarea", "input", "select", "img", "sa-chat", "sa-refresh", "[hx-get]"):
        assert copy.locator(what).count() == 0, what
    assert copy.locator("button").count() == 0
    page.goto(FEED)
    expect(page.locator("[data-copy] article")).to_have_count(1)
    page.click("[data-copy] article a")
    page.wait_for_url(f"**{incident}")
    expect(copy).to_contain_text(SAID)
    assert not own_town.complaints


def test_links_lead_only_to_what_is_kept(own_town: Town) -> None:
    other = own_town.world.report(BEN, narrative="Not opened by anybody.")
    page, incident, _ = reading(own_town)
    go_offline(own_town, page, FEED)
    expect(page.locator("[data-copy]")).to_contain_text("Not opened by anybody.")
    expect(page.locator("[data-copy] a")).to_have_count(1)
    links = page.eval_on_selector_all("[data-copy] a", "all => all.map(each => each.getAttribute('href'))")
    assert links == [incident]
    page.goto(f"/incidents/{other}")
    assert page.locator("[data-copy]").inner_text() == ""
    expect(page.locator("[data-list] a")).to_have_count(2)
    listed = page.eval_on_selector_all("[data-list] a", "all => all.map(each => each.getAttribute('href'))")
    assert listed == [incident, FEED]
    for path in ("/", "/kept", "/alerts"):
        page.goto(path)
        expect(page.locator("[data-list] a")).to_have_count(2)


def test_it_goes_on_by_itself_when_the_server_is_back(own_town: Town) -> None:
    page, incident, _ = reading(own_town)
    go_offline(own_town, page, incident)
    expect(page.locator("[data-copy]")).to_contain_text(WORDS)
    own_town.server.start()
    page.wait_for_selector("sa-live[data-state=live]", state="attached", timeout=20000)
    assert page.locator("sa-reader").count() == 0


def test_what_happens_while_it_is_open_is_kept_too(own_town: Town) -> None:
    page, incident, _ = reading(own_town)
    page.wait_for_selector("sa-live[data-state=live]", state="attached")
    own_town.world.say(BEN, id_of(incident), "Police are on their way.")
    page.wait_for_selector("text=Police are on their way.")
    page.wait_for_timeout(2500)
    go_offline(own_town, page, incident)
    expect(page.locator("[data-copy]")).to_contain_text("Police are on their way.")


def test_what_is_opened_from_the_list_on_a_wide_screen_is_kept_too(own_town: Town) -> None:
    incident = own_town.world.report(ASHA, narrative=WORDS)
    page = own_town.open(IVY, "/more", viewport=DESK)
    with_worker(page)
    open_and_keep(page, FEED, 1)
    page.click("#feed article a")
    page.wait_for_url(f"**/incidents/{incident}")
    expect(page.locator(".incident")).to_contain_text(WORDS)
    eventually(lambda: page.wait_for_timeout(50) or kept(page) == 2, 20)
    go_offline(own_town, page, f"/incidents/{incident}")
    expect(page.locator("[data-copy]")).to_contain_text(WORDS)
    expect(page.locator("[data-copy] .incident")).to_have_count(1)


def test_pictures_are_never_kept_and_what_people_typed_stays_words(own_town: Town) -> None:
    hostile = "<img src=/pwned onerror=pwned=1><a href='javascript:pwned=1'>x</a>"
    page = own_town.live(ASHA, "/s/wickford/report")
    with_worker(page)
    page.set_input_files("input[type=file]", [file("till.jpg")])
    page.wait_for_selector("[name=staged]")
    page.check("input[name=category][value=shop_theft]", force=True)
    page.fill("textarea[name=narrative]", hostile)
    page.click("sa-report .sendbar button[type=submit]")
    page.wait_for_url("**/incidents/*")
    incident = page.url
    assert page.locator(".gallery img").count() == 1
    eventually(lambda: kept(page) == 1)
    go_offline(own_town, page, incident)
    copy = page.locator("[data-copy]")
    expect(copy).to_contain_text("1 picture, not kept on this device")
    expect(copy).to_contain_text(hostile)
    assert page.evaluate("typeof pwned") == "undefined"
    assert copy.locator("img, a[href^='javascript']").count() == 0
    assert not own_town.complaints


# ---- what lies on the phone


def test_what_is_kept_lies_there_sealed_and_its_keys_cannot_be_taken_out(town: Town) -> None:
    page, incident, _ = reading(town)
    found = stored(page)
    assert "a key that can be taken out" not in found
    assert found["shopalert-kept/keys"].count(b"a key") == 2
    assert all(kept_things(page)[f"shopalert-kept/{shelf}"] for shelf in ("state", "labels", "bodies"))
    for words in (WORDS, SAID, "razors", "Asha", "Shop theft", str(town.world.users[IVY.name])):
        assert places_with(page, words) == [], words
    assert set(places_with(page, incident)) <= {"sessionStorage"}, "where this tab is, by htmx"
    for place, plant in PLANT.items():  # it would have been found
        page.evaluate(plant, f"{place}: {WORDS}")
    assert len(places_with(page, WORDS)) == len(PLANT)


def test_nothing_is_left_after_signing_out(town: Town) -> None:
    page, incident, _ = reading(town)
    page.evaluate(PLANT["database"], WORDS)
    page.goto("/more")
    page.click("sa-sign-out button")
    page.wait_for_url("**/sign-in*")
    assert page.evaluate("indexedDB.databases()") == []
    assert kept_things(page) == {}
    for words in (WORDS, SAID, incident):
        assert places_with(page, words) == []
    page.wait_for_timeout(1500)
    assert gone(page), "and nothing comes back"


def test_signed_out_without_scripts_nothing_is_left_either(town: Town) -> None:
    page, incident, _ = reading(town)
    page.goto("/more")
    page.evaluate("HTMLFormElement.prototype.submit.call(document.querySelector('sa-sign-out form'))")
    page.wait_for_url("**/sign-in*")
    gone_soon(page)
    eventually(lambda: page.wait_for_timeout(50) or places_with(page, incident) == [])


def test_nothing_is_left_when_another_person_signs_in(own_town: Town) -> None:
    page, incident, profile = reading(own_town)
    before = kept_things(page)["shopalert-kept/bodies"]
    profile.clear_cookies()
    profile.add_cookies([own_town.cookie(BEN)])
    page.goto("/alerts")
    eventually(lambda: page.wait_for_timeout(50) or kept(page) == 0)
    assert before not in b"".join(kept_things(page).values())
    for words in (WORDS, SAID, incident):
        assert places_with(page, words) == []
    own_town.server.kill()
    nothing_can_be_read(page, incident)
    assert page.locator("[data-list] a").count() == 0


# ---- when it goes


def test_it_goes_a_day_after_the_last_contact_also_from_the_screen(own_town: Town) -> None:
    page, incident, _ = reading(own_town)
    page.add_init_script(CLOCK)
    go_offline(own_town, page, incident)
    page.evaluate(SET, 23.9)
    expect(page.locator("[data-age]")).to_have_text("Read 23 h ago")
    assert WORDS in page.inner_text("[data-copy]")
    page.evaluate(SET, 24.1)
    expect(page.locator("[data-copy]")).to_be_empty()
    gone_soon(page)
    page.evaluate(SET, 0)
    nothing_can_be_read(page, incident)


def test_a_clock_that_is_set_back_makes_nothing_younger(own_town: Town) -> None:
    page, incident, _ = reading(own_town)
    page.add_init_script(CLOCK)
    own_town.server.kill()
    for ahead, state in ((20, "copy"), (0, "copy"), (5, "nothing")):
        page.evaluate(SET, ahead)
        page.goto(incident)
        page.wait_for_selector(f"sa-reader[data-state={state}]")
    gone_soon(page)


def test_a_member_who_is_removed_while_reading_loses_it_at_once(own_town: Town) -> None:
    page, incident, _ = reading(own_town)
    wait_for_state(page, "live")
    with own_town.world.seen_as(BEN) as viewer:
        mine = Membership.user_id == own_town.world.users[IVY.name]
        members.remove(viewer, db.session.query(Membership).filter(mine).one())
    page.wait_for_url("**/sign-in*", timeout=10_000)
    gone_soon(page, 5)
    eventually(lambda: page.wait_for_timeout(50) or places_with(page, incident) == [])
    own_town.server.kill()
    nothing_can_be_read(page, incident)


def test_a_session_that_ended_meanwhile_takes_it_with_it_at_the_next_alert(own_town: Town) -> None:
    """No page is open: the worker asks, because an alert has come."""
    page, _, profile = reading(own_town, permissions=["notifications"])
    page.goto(asset("icons/favicon.svg"))  # a window of the site without a page of it
    registrations: list[str] = []
    cdp = profile.new_cdp_session(page)
    cdp.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda event: registrations.extend(each["registrationId"] for each in event["registrations"]),
    )
    cdp.send("ServiceWorker.enable")
    eventually(lambda: page.wait_for_timeout(50) or registrations)
    assert kept(page) == 2
    end_sessions(own_town)
    alert = json.dumps({"web_push": 8030, "notification": {"title": "New alert", "navigate": own_town.url}})
    cdp.send(
        "ServiceWorker.deliverPushMessage",
        {"origin": own_town.url, "registrationId": registrations[0], "data": alert},
    )
    gone_soon(page)


def test_a_withdrawn_report_goes_by_itself_and_out_of_the_list(own_town: Town) -> None:
    page, incident, _ = reading(own_town)
    other = own_town.world.report(BEN, narrative="Bread was taken.")
    open_and_keep(page, f"/incidents/{other}", 3)
    page.goto(FEED)
    eventually(lambda: incidents_read(page, FEED) == 2)
    wait_for_state(page, "live")
    withdraw(own_town, incident)
    eventually(lambda: page.wait_for_timeout(50) or kept(page) == 2)
    go_offline(own_town, page, FEED)
    expect(page.locator("[data-copy] article")).to_have_count(1)
    expect(page.locator("[data-copy]")).to_contain_text("Bread was taken.")
    assert WORDS not in page.content()
    nothing_can_be_read(page, incident)


def test_what_was_withdrawn_while_the_phone_slept_goes_with_the_next_page(town: Town) -> None:
    page, incident, profile = reading(town)
    page.close()
    withdraw(town, incident)
    page = town.open(profile, "/alerts")
    eventually(lambda: page.wait_for_timeout(50) or kept(page) == 1)


def test_where_the_scheme_does_not_allow_it_nothing_is_kept_and_what_was_goes(own_town: Town) -> None:
    page, incident, _ = reading(own_town)
    switch_off(own_town)
    page.goto("/alerts")
    gone_soon(page)
    for path in (FEED, incident):
        page.goto(path)
        page.wait_for_timeout(2500)
        assert gone(page)
    page.goto("/kept")
    expect(page.locator("main")).to_contain_text("this scheme does not allow it")
    own_town.server.kill()
    nothing_can_be_read(page, incident)


def test_an_open_page_keeps_nothing_more_once_it_hears_that_it_may_not(own_town: Town) -> None:
    page, incident, _ = reading(own_town)
    wait_for_state(page, "live")
    switch_off(own_town)
    page.evaluate("window.dispatchEvent(new Event('online'))")
    eventually(lambda: page.wait_for_timeout(50) or kept(page) == 0)
    own_town.world.say(BEN, id_of(incident), "Not to be kept.")
    page.wait_for_selector("text=Not to be kept.")
    page.wait_for_timeout(2000)
    assert kept(page) == 0


# ---- told plainly


def test_the_phone_tells_what_it_keeps_and_forgets_it_when_asked(own_town: Town) -> None:
    page, incident, _ = reading(own_town)
    page.goto("/kept")
    expect(page.locator("[data-list] a")).to_have_count(2)
    assert page.get_attribute("[data-list] a >> nth=0", "href") == incident
    assert page.inner_text("[data-sum]").startswith("2 pages, ")
    assert page.inner_text("[data-lasts]") == "24 hours"
    page.click("[data-forget]")
    expect(page.locator("[data-when=forgotten]")).to_be_visible()
    assert kept_things(page) == {}
    own_town.server.kill()
    nothing_can_be_read(page, incident)


def with_little_room(town: Town, room: int) -> tuple[Page, Any]:
    """A phone that has the worker, and so many bytes of room for the rest, before anything is kept."""
    profile = town.browser_of()
    page = town.open(profile, "/offline")
    page.evaluate("navigator.serviceWorker.ready.then(() => null)")
    eventually(lambda: page.wait_for_timeout(50) or page.evaluate(SHELL))
    cdp = profile.new_cdp_session(page)
    used = cdp.send("Storage.getUsageAndQuota", {"origin": town.url})["usage"]
    cdp.send("Storage.overrideQuotaForOrigin", {"origin": town.url, "quotaSize": used + room})
    profile.add_cookies([town.cookie(IVY)])
    return page, cdp


def test_a_phone_without_room_says_so_and_reading_goes_on(town: Town) -> None:
    page, cdp = with_little_room(town, 1)
    incident = town.world.report(BEN, narrative=WORDS)
    page.goto(f"/incidents/{incident}")
    eventually(lambda: page.wait_for_timeout(50) or page.evaluate(FAILED) == "full")
    assert WORDS in page.inner_text("main")
    page.goto("/kept")
    expect(page.locator("[data-when=full]")).to_be_visible()
    assert page.locator("[data-list] a").count() == 0
    cdp.send("Storage.overrideQuotaForOrigin", {"origin": town.url})
    open_and_keep(page, f"/incidents/{incident}", 1)
    page.goto("/kept")
    expect(page.locator("[data-when=some]")).to_be_visible()
    expect(page.locator("[data-when=full]")).to_be_hidden()
    assert not town.complaints


def test_where_room_is_short_the_older_half_goes_for_what_is_read_now(town: Town) -> None:
    page, _ = with_little_room(town, 80_000)
    counted = []
    for number in range(14):
        words = "".join(chr(33 + (each * 7919 + number) % 90) for each in range(3900))
        path = f"/incidents/{town.world.report(BEN, narrative=words)}"
        page.goto(path)
        eventually(partial(incidents_read, page, path), 20)
        counted.append(kept(page))
    print(counted)
    assert counted[0] == 1
    assert any(later <= earlier for earlier, later in pairwise(counted)), counted
    assert page.evaluate(FAILED) is None


@pytest.mark.parametrize(
    "missing",
    [
        "Object.defineProperty(window, 'indexedDB', { value: undefined })",
        "IDBFactory.prototype.open = () => { throw new DOMException('no', 'SecurityError') }",
        "SubtleCrypto.prototype.generateKey = async () => { throw new DOMException('no', 'NotSupportedError') }",
    ],
    ids=["no databases", "databases refused", "no keys"],
)
def test_a_browser_that_keeps_nothing_says_so_and_reads_all_the_same(town: Town, missing: str) -> None:
    incident = town.world.report(ASHA, narrative=WORDS)
    profile = town.browser_of(IVY)
    profile.add_init_script(missing)
    page = town.open(profile, f"/incidents/{incident}")
    with_worker(page)
    wait_for_state(page, "live")
    page.wait_for_timeout(1500)
    assert WORDS in page.inner_text("main")
    page.goto("/kept")
    expect(page.locator("[data-when=unsupported]")).to_be_visible()
    assert not town.complaints


def test_without_scripts_the_page_says_that_nothing_is_kept(town: Town) -> None:
    page = town.open(IVY, "/kept", java_script_enabled=False)
    expect(page.locator("[data-when=unsupported]")).to_be_visible()
