"""Open screens: everything reaches each of them once, in order, whatever happens on the way."""

from __future__ import annotations

import time
import uuid

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page

from shopalert.alerts import choices
from shopalert.alerts.choices import Wish
from shopalert.alerts.preferences import Choice
from shopalert.db import db
from shopalert.incidents import actions
from shopalert.incidents.models import Incident
from shopalert.schemes.models import Scheme
from tests import services
from tests.browser.conftest import Town, wait_for_state
from tests.browser.proxies import cutting, holding_back
from tests.people import ASHA, BEN, CAROL, DEV, IVY, LEO, Person

pytestmark = pytest.mark.browser

HELD = "navigator.locks.query().then(found => found.held)"
NOTE_WHAT_COMES = (
    "window.came = []; document.addEventListener('live:incident', event => came.push(event.detail.id))"
)


def cards(page: Page) -> list[str]:
    found: list[str] = page.evaluate("[...document.querySelectorAll('#feed > *')].map(card => card.id)")
    return found


NOTE_COUNTS = (
    "window.counted = []; document.addEventListener('live:counts', event => counted.push(event.detail))"
)
COUNTED = "([id, replies]) => counted.some(each => each[id] && each[id].replies === replies)"
# Two cards, the second just when a page that is too busy to paint has slept through the end of the first one's glide.
BUSY = """async () => {
  const release = document.querySelector('script[type=module]').src.replace('app.js', '')
  const { deliver } = await import(release + 'live/show.js')
  const model = document.querySelector('#feed > article')
  const put = number => {
    const card = model.cloneNode(true)
    card.id = 'incident-ffffffff-0000-7000-8000-00000000000' + number
    card.dataset.into = 'feed'
    card.dataset.at = 'start'
    deliver({ event: 'incident', data: card.outerHTML })
  }
  put(1)
  await new Promise(resolve => setTimeout(resolve, 120))
  const until = performance.now() + 600
  while (performance.now() < until);
  put(2)
}"""


def card_of(incident_id: uuid.UUID) -> str:
    return f"incident-{incident_id}"


def send_a_report(page: Page, narrative: str = "Two people filled a rucksack with razors.") -> float:
    """Fill the form and press Send; when that was."""
    page.check("input[name=category][value=shop_theft]", force=True)
    page.fill("textarea[name=narrative]", narrative)
    pressed = time.monotonic()
    page.click("sa-report .sendbar button[type=submit]")
    return pressed


def see(page: Page, dom_id: str, seconds: float = 3) -> None:
    page.wait_for_selector(f"[id='{dom_id}']", state="attached", timeout=seconds * 1000)


# ---- two screens


def test_a_report_is_on_another_screen_within_a_second(town: Town) -> None:
    ivy, carol = town.live(IVY), town.live(CAROL, "/s/billericay/")
    for narrative in ("The first.", "The second."):
        asha = town.live(ASHA, "/s/wickford/report")
        pressed = send_a_report(asha, narrative)
        ivy.wait_for_selector(f"#feed > article:first-child:has-text('{narrative}')", timeout=3000)
        took = time.monotonic() - pressed
        print(f"pressed to shown: {took:.3f} s")
        asha.wait_for_url("**/incidents/*")
        assert cards(ivy)[0] == "incident-" + asha.url.rsplit("/", 1)[1]
    assert (
        took < 1.0 * services.slowness()
    )  # the second: a server just started still reads its templates at the first
    ivy.wait_for_timeout(500)
    assert cards(carol) == []
    assert ivy.evaluate("shifts") == []
    assert not town.complaints


def test_an_answer_is_in_the_open_chat_and_counted_on_the_card(town: Town) -> None:
    incident = town.world.report(ASHA)
    asha, ivy = town.live(ASHA, f"/incidents/{incident}"), town.live(IVY)
    dev = town.live(DEV, f"/incidents/{incident}")
    dev.fill("#text", "An officer is on the way.")
    pressed = time.monotonic()
    dev.click("form#say button[type=submit]")
    line = asha.wait_for_selector("sa-chat .line[id^=comment-]", timeout=3000)
    assert time.monotonic() - pressed < 1.0 * services.slowness()
    assert line and "An officer is on the way." in line.inner_text()
    ivy.wait_for_selector(f"[id='{card_of(incident)}'] [data-count=replies]:text-is('1')", timeout=3000)
    dev.wait_for_selector("sa-chat .line[id^=comment-][data-mine]", timeout=3000)
    assert dev.input_value("#text") == ""
    assert dev.locator("sa-chat .line[id^=comment-]").count() == 1
    assert asha.locator("sa-chat [data-mine]").count() == 0


def test_following_an_incident_is_one_press_with_scripts_too(town: Town) -> None:
    page = town.live(IVY, f"/incidents/{town.world.report(ASHA)}")
    page.click("form.watch button[value=follow]")
    page.wait_for_selector("form.watch [aria-pressed=true]:has-text('Following')")


def test_what_was_changed_cleared_or_withdrawn_changes_on_a_second_screen(town: Town) -> None:
    incident = town.world.report(ASHA, in_progress=True)
    ivy, beside = town.live(IVY), town.live(LEO, f"/incidents/{incident}")
    see(ivy, card_of(incident))
    asha = town.live(ASHA, f"/incidents/{incident}/edit")
    asha.fill("textarea[name=narrative]", "Now three people.")
    began = time.monotonic()
    asha.click("sa-report .sendbar button[type=submit]")
    ivy.wait_for_selector("text=Now three people.", timeout=3000)
    assert time.monotonic() - began < 1.0 * services.slowness()
    beside.wait_for_selector("sa-refresh >> text=Now three people.", timeout=3000)
    asha.wait_for_url(f"**/incidents/{incident}")
    began = time.monotonic()
    asha.click("form[action$='/all-clear'] button")
    ivy.wait_for_selector(f"[id='{card_of(incident)}'] >> text=All clear", timeout=3000)
    assert time.monotonic() - began < 1.0 * services.slowness()
    beside.wait_for_selector("sa-chat [id^=step-]", timeout=3000)
    asha.goto(f"/incidents/{incident}/withdrawal")
    asha.fill("[name=reason]", "It was a misunderstanding.")
    began = time.monotonic()
    asha.click("main form button[type=submit]")
    ivy.wait_for_selector(f"[id='{card_of(incident)}']", state="detached", timeout=3000)
    assert time.monotonic() - began < 1.0 * services.slowness()
    assert not town.complaints


def test_seen_here_from_a_card_is_one_tap(town: Town) -> None:
    incident = town.world.report(ASHA, in_progress=True)
    asha, ivy = town.live(ASHA, f"/incidents/{incident}"), town.live(IVY)
    ivy.click(f"[id='{card_of(incident)}'] button[form=seen-form]")
    asha.wait_for_selector("sa-chat [id^=sighting-]", timeout=3000)
    ivy.wait_for_selector(f"[id='{card_of(incident)}'] .card__seen", timeout=3000)
    assert "Sent: seen here" in ivy.inner_text(f"[id='{card_of(incident)}'] button[form=seen-form]")
    ivy.click(f"[id='{card_of(incident)}'] button[form=seen-form]")
    ivy.wait_for_timeout(500)
    assert asha.locator("sa-chat [id^=sighting-]").count() == 1
    asha.click("button:visible:text-is('Seen here')")
    asha.wait_for_selector("button:visible:has-text('Sent: seen here')", timeout=3000)
    asha.locator("sa-chat [id^=sighting-]").nth(1).wait_for(timeout=3000)
    assert ivy.url.endswith("/s/wickford/")


# ---- nothing jumps


def test_cards_arrive_without_a_shift(town: Town) -> None:
    for number in range(12):
        town.world.report(ASHA, narrative=f"Earlier thing {number}.")
    ivy = town.live(IVY)
    first = town.world.report(ASHA, narrative="Read at the top: it goes in.", in_progress=True)
    see(ivy, card_of(first))
    burst = [town.world.report(ASHA, narrative=f"One of three at once {number}.") for number in range(3)]
    see(ivy, card_of(burst[-1]))
    town.world.say(BEN, first, "Seen it.")
    ivy.wait_for_selector(f"[id='{card_of(first)}'] [data-count=replies]:text-is('1')", timeout=3000)
    ivy.evaluate("scrollTo(0, 700)")
    ivy.wait_for_timeout(200)
    watched = ivy.evaluate_handle(
        "[...document.querySelectorAll('#feed > article')].find(card => card.getBoundingClientRect().top > 300)"
    )
    before = watched.evaluate("card => card.getBoundingClientRect().top")
    ivy.evaluate(NOTE_COUNTS)
    held = [town.world.report(ASHA, narrative=f"Meanwhile {number}.") for number in range(3)]
    ivy.wait_for_selector("[data-pill]:has-text('3 new')", timeout=4000)
    town.world.say(BEN, held[0], "Said while its card is held back.")
    ivy.wait_for_function(COUNTED, arg=[card_of(held[0]), 1], timeout=4000)
    assert watched.evaluate("card => card.getBoundingClientRect().top") == before
    assert not set(map(card_of, held)) & set(cards(ivy))
    assert ivy.evaluate("shifts") == []
    ivy.click("[data-pill]")
    assert cards(ivy)[:7] == [card_of(each) for each in (*reversed(held), *reversed(burst), first)]
    assert ivy.inner_text(f"[id='{card_of(held[0])}'] [data-count=replies]") == "1"
    assert ivy.evaluate("scrollY") == 0
    ivy.wait_for_timeout(600)
    assert ivy.evaluate("shifts") == []


def test_a_page_too_busy_to_paint_holds_a_card_back_until_the_last_one_stands(town: Town) -> None:
    for number in range(4):
        town.world.report(ASHA, narrative=f"Earlier thing {number}.")
    ivy = town.live(IVY)
    ivy.evaluate(BUSY)
    see(ivy, "incident-ffffffff-0000-7000-8000-000000000002")
    ivy.wait_for_timeout(600)
    assert cards(ivy)[0].endswith("2")
    assert ivy.evaluate("shifts") == []


def test_what_happens_to_an_old_incident_does_not_bring_it_to_the_top(town: Town) -> None:
    old = town.world.report(ASHA, narrative="Of long ago.", in_progress=True)
    newer = [town.world.report(ASHA, narrative=f"Since then {number}.") for number in range(20)]
    ivy = town.live(IVY)
    assert card_of(old) not in cards(ivy)
    with town.world.seen_as(ASHA) as viewer:
        actions.all_clear(viewer, db.session.scalars(sa.select(Incident).where(Incident.id == old)).one())
    last = town.world.report(ASHA)
    see(ivy, card_of(last))
    assert cards(ivy)[:2] == [card_of(last), card_of(newer[-1])]
    assert card_of(old) not in cards(ivy)


# ---- many tabs, one stream


def test_nine_tabs_hold_one_stream_and_a_closed_leader_is_replaced(own_town: Town) -> None:
    town = own_town
    profile = town.browser_of(IVY)
    tabs = [town.live(profile) for _ in range(8)]
    began = time.monotonic()
    tabs.append(town.live(profile))
    print(f"ninth tab live after {time.monotonic() - began:.2f} s")
    assert time.monotonic() - began < 2.0 * services.slowness()
    assert len(tabs[0].evaluate(HELD)) == 1
    assert streams(town) == 1
    first = town.world.report(ASHA)
    for tab in tabs:
        see(tab, card_of(first))
    tabs.pop(0).close()
    began = time.monotonic()
    second = town.world.report(ASHA)
    for tab in tabs:
        see(tab, card_of(second), 5)
    print(f"leader replaced and next card on all after {time.monotonic() - began:.2f} s")
    assert time.monotonic() - began < 5.0
    for tab in tabs:
        assert cards(tab)[:2] == [card_of(second), card_of(first)]
    assert len(tabs[0].evaluate(HELD)) == 1
    assert not town.complaints


def streams(town: Town) -> int:
    """How many streams are open on the server, as it says itself."""
    for line in town.server.get("/metrics")[1].decode().splitlines():
        if line.startswith("shopalert_streams "):
            return int(float(line.split()[1]))
    raise AssertionError("the server does not say how many streams are open")


# ---- when bytes do not come


def test_behind_a_proxy_that_holds_back_the_page_polls_within_ten_seconds_and_streams_are_tried_again(
    town: Town,
) -> None:
    with holding_back(town.server.port) as proxy:
        began = time.monotonic()
        ivy = town.open(IVY, base_url=proxy.url)
        wait_for_state(ivy, "connecting")
        incident = town.world.report(ASHA)
        see(ivy, card_of(incident), 10)
        print(f"polled after {time.monotonic() - began:.1f} s")
        assert time.monotonic() - began < 10
        wait_for_state(ivy, "polling")
        assert "Checking" in ivy.inner_text("sa-live")
        assert proxy.asked["/stream"] == 1
        second = town.world.report(ASHA)
        see(ivy, card_of(second), 5)
        ivy.clock.install()
        ivy.clock.fast_forward("10:01")
        third = town.world.report(ASHA)
        see(ivy, card_of(third), 5)
        services.eventually(lambda: ivy.evaluate("1") and proxy.asked["/stream"] == 2, 5)
        ivy.close()


def test_behind_a_proxy_that_cuts_everything_after_ten_seconds_nothing_is_missed_nor_late(town: Town) -> None:
    """Streams first; when two in a row were cut before a beat, questions that wait, in the end shorter than the cut."""
    with cutting(town.server.port, 10) as proxy:
        ivy = town.live(IVY, base_url=proxy.url)
        ivy.evaluate(NOTE_WHAT_COMES)
        told, began = [], time.monotonic()
        while time.monotonic() - began < 34:
            told.append(card_of(town.world.report(ASHA)))
            see(ivy, told[-1], 4)
            ivy.wait_for_timeout(1500)
        wait_for_state(ivy, "polling", 1)
        assert proxy.asked["/stream"] == 2
        assert ivy.evaluate("came") == told
        assert cards(ivy)[: len(told)] == told[::-1]
        ivy.close()
    assert not town.complaints


def test_without_locks_a_page_polls(town: Town) -> None:
    before = streams(town)
    profile = town.browser_of(IVY)
    profile.add_init_script("delete Navigator.prototype.locks")
    ivy = town.open(profile)
    wait_for_state(ivy, "polling")
    ivy.wait_for_timeout(500)
    assert streams(town) <= before


def test_after_a_crash_what_was_missed_is_shown_once_and_in_order(own_town: Town) -> None:
    town = own_town
    ivy = town.live(IVY)
    ivy.evaluate(NOTE_WHAT_COMES)
    before = town.world.report(ASHA)
    see(ivy, card_of(before))
    town.server.kill()
    wait_for_state(ivy, "offline")
    assert "Offline" in ivy.inner_text("sa-live")
    missed = [town.world.report(ASHA, narrative=f"While it was down {number}.") for number in range(3)]
    town.server.start()
    began = time.monotonic()
    see(ivy, card_of(missed[-1]), 20)
    print(f"caught up {time.monotonic() - began:.1f} s after the server was back")
    wait_for_state(ivy, "live", 20)
    expected = [card_of(each) for each in (before, *missed)]
    assert ivy.evaluate("came") == expected
    assert cards(ivy) == expected[::-1]
    assert not town.complaints


# ---- told on whatever page is open


def the_toast(page: Page, seconds: float = 3) -> str:
    """What the toast says, once it is there."""
    page.wait_for_selector(".toast__card:not([hidden])", timeout=seconds * 1000)
    return page.inner_text(".toast__link")


def said_aloud(page: Page) -> str:
    found: str = page.inner_text("sa-toast [role=status]")
    return found


def test_on_another_page_a_report_is_told_at_the_top_and_moves_nothing(town: Town) -> None:
    asha = town.live(ASHA, "/s/wickford/report")
    asha.fill("textarea[name=narrative]", "I am just writing")
    incident = town.world.report(IVY, in_progress=True)
    assert "Shop theft in progress" in the_toast(asha)
    assert "Shop theft in progress, Market Road" in said_aloud(asha)
    assert asha.evaluate("document.activeElement.name") == "narrative"
    assert asha.evaluate("shifts") == []
    asha.click(".toast__link")
    asha.wait_for_url(f"**/incidents/{incident}")
    assert asha.is_hidden(".toast__card")
    assert not town.complaints


def test_beside_its_card_a_report_is_only_said_aloud(town: Town) -> None:
    ivy = town.live(IVY)
    incident = town.world.report(ASHA)
    see(ivy, card_of(incident))
    ivy.wait_for_function("document.querySelector('sa-toast [role=status]').textContent")
    assert "Shop theft, High Street" in said_aloud(ivy)
    assert ivy.is_hidden(".toast__card")


def test_who_wants_no_toast_is_told_nothing_and_the_feed_has_it(town: Town) -> None:
    with town.world.seen_as(LEO) as viewer:
        scheme = db.session.get_one(Scheme, town.world.schemes["wickford"])
        choices.choose(viewer, scheme, Wish(Choice(live="3" * 24)))
    leo, ivy, feed = town.live(LEO, "/more"), town.live(IVY, "/more"), town.live(LEO)
    incident = town.world.report(ASHA)
    assert "Shop theft" in the_toast(ivy)
    see(feed, card_of(incident))
    assert leo.is_hidden(".toast__card") and said_aloud(feed) == ""


def test_a_toast_is_closed_or_put_right(town: Town) -> None:
    page = town.live(IVY, "/more")
    first = town.world.report(ASHA, in_progress=True)
    assert "in progress" in the_toast(page)
    page.click(".toast__card button")
    assert page.is_hidden(".toast__card")
    clear(town, ASHA, first)
    second = town.world.report(ASHA, in_progress=True)
    assert "in progress" in the_toast(page)  # not "All clear" of what had been closed
    clear(town, ASHA, second)
    page.wait_for_selector(".toast__link >> text=All clear: Shop theft", timeout=3000)


def clear(town: Town, person: Person, incident_id: uuid.UUID) -> None:
    with town.world.seen_as(person) as viewer:
        actions.all_clear(viewer, db.session.scalars(sa.select(Incident).filter_by(id=incident_id)).one())
