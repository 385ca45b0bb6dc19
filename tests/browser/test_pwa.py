"""The installed app: manifest, worker, offline page, alerts, and what stays on the device."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from playwright.sync_api import BrowserContext, Page, Playwright

from shopalert.accounts import sessions
from shopalert.alerts.push import to_base64url
from shopalert.assets import asset
from shopalert.db import writing
from shopalert.wall import crossing
from tests.browser.conftest import Town, launch, launch_profile, wait_for_state
from tests.browser.phone import REGISTER
from tests.browser.test_live import card_of, send_a_report
from tests.people import ASHA, IVY
from tests.services import eventually
from tests.world import picture

pytestmark = pytest.mark.browser

KEPT = """async () => {
  const found = []
  for (const name of await caches.keys()) {
    for (const request of await (await caches.open(name)).keys()) found.push(new URL(request.url).pathname)
  }
  return found
}"""
NOTIFICATIONS = """async () => {
  const registration = await navigator.serviceWorker.ready
  return (await registration.getNotifications()).map(each => ({
    title: each.title, body: each.body, tag: each.tag, silent: each.silent, data: each.data, actions: each.actions
  }))
}"""


def with_worker(page: Page) -> None:
    """Wait until the worker is active and this page is its own."""
    page.evaluate("navigator.serviceWorker.ready.then(() => null)")
    page.wait_for_selector("html.js")
    eventually(lambda: page.evaluate("Boolean(navigator.serviceWorker.controller)"))


def test_nothing_stands_against_installing(playwright: Playwright, town: Town, tmp_path: Path) -> None:
    profile = launch_profile(playwright, tmp_path / "profile", base_url=town.url)
    town.contexts.append(profile)
    profile.add_cookies([town.cookie(ASHA)])
    page = town.live(profile)
    with_worker(page)
    cdp = page.context.new_cdp_session(page)
    assert cdp.send("Page.getInstallabilityErrors")["installabilityErrors"] == []
    manifest = cdp.send("Page.getAppManifest")
    assert manifest["errors"] == []
    assert json.loads(manifest["data"])["display"] == "standalone"


def test_the_device_keeps_static_files_and_the_offline_page_and_nothing_else(town: Town) -> None:
    incident = town.world.report(ASHA)
    page = town.open(ASHA, asset("icons/favicon.svg"))
    page.evaluate(
        "caches.open('shopalert-of-last-week').then(cache => cache.put('/static/old.js', new Response('')))"
    )
    page.goto("/s/wickford/")
    with_worker(page)
    for path in (
        "/s/wickford/",
        f"/incidents/{incident}",
        "/search?q=razors",
        "/alerts",
        "/more",
        "/s/wickford/report",
    ):
        page.goto(path)
        wait_for_state(page, "live")
    page.set_input_files("input[type=file]", [file("till.jpg")])
    page.wait_for_selector("[name=staged]")
    send_a_report(page)
    page.wait_for_url("**/incidents/*")
    found = page.evaluate(KEPT)
    assert "/offline" in found
    assert any(path.endswith("/css/app.css") for path in found)
    assert [path for path in found if not re.match(r"/static/[0-9a-f]{8}/|/offline$", path)] == []
    assert len(page.evaluate("caches.keys()")) == 1, "the cache of an older release is gone"
    assert page.evaluate("indexedDB.databases().then(found => found.map(each => each.name))") == [
        "shopalert-kept"
    ], "what may be read offline, and it is sealed: see test_offline.py"
    assert page.evaluate("sessionStorage.getItem('htmx-history-cache')") is None, "no page in htmx's history"


def file(name: str, **options: Any) -> Any:
    return {"name": name, "mimeType": "image/jpeg", "buffer": picture(**options).read()}


def test_without_the_server_any_address_shows_the_offline_page_and_goes_on_by_itself(own_town: Town) -> None:
    town = own_town
    page = town.live(ASHA)
    with_worker(page)
    town.server.kill()
    for path in ("/s/wickford/", "/more", "/files/none/view"):
        page.goto(path)
        assert page.inner_text("h1") == "No connection"
        assert page.evaluate("getComputedStyle(document.querySelector('.button')).minHeight") != "0px", (
            "it has its styles"
        )
    assert page.title().startswith("No connection")
    page.goto("/s/wickford/")
    town.server.start()
    wait_for_state(page, "live", 15)
    assert not town.complaints


def test_a_report_that_cannot_be_sent_keeps_the_form(own_town: Town) -> None:
    town = own_town
    page = town.live(ASHA, "/s/wickford/report")
    page.set_input_files("input[type=file]", [file("till.jpg")])
    page.wait_for_selector("[name=staged]")
    key = page.input_value("[name=client_id]")
    town.server.kill()
    send_a_report(page, "They left by the back door.")
    page.wait_for_selector("[data-send-state]:has-text('Not sent. Try again')")
    assert page.input_value("textarea[name=narrative]") == "They left by the back door."
    assert "wait" not in page.inner_text("form").lower()
    town.server.start()
    page.click("sa-report .sendbar button[type=submit]")
    page.wait_for_url("**/incidents/*")
    assert "They left by the back door." in page.inner_text("main")
    assert page.locator("sa-refresh img").count() == 1
    assert key


def test_an_impatient_thumb_makes_one_report(town: Town) -> None:
    page, ivy = town.live(ASHA, "/s/wickford/report"), town.live(IVY)
    page.check("input[name=category][value=shop_theft]", force=True)
    page.fill("textarea[name=narrative]", "Pressed three times.")
    page.evaluate(
        "const send = document.querySelector('sa-report .sendbar button'); send.click(); send.click(); send.click()"
    )
    page.wait_for_url("**/incidents/*")
    ivy.wait_for_selector(f"[id='incident-{page.url.rsplit('/', 1)[1]}']")
    ivy.wait_for_timeout(1000)
    assert ivy.locator("#feed > article:has-text('Pressed three times.')").count() == 1


def test_a_field_in_error_loses_no_photo(town: Town) -> None:
    page = town.live(ASHA, "/s/wickford/report")
    page.set_input_files("input[type=file]", [file("one.jpg"), file("two.jpg", colour="navy")])
    eventually(lambda: page.locator("[name=staged]").count() == 2)
    page.fill("textarea[name=narrative]", "No kind chosen.")
    page.fill("[name=value_lost]", "a lot")
    page.click("sa-report .sendbar button[type=submit]")
    page.wait_for_selector("[data-error-summary]")
    assert page.evaluate("document.activeElement.hasAttribute('data-error-summary')")
    assert page.locator("[name=staged]:checked").count() == 2
    assert page.input_value("textarea[name=narrative]") == "No kind chosen."
    page.fill("[name=value_lost]", "12.50")
    send_a_report(page, "Now with a kind.")
    page.wait_for_url("**/incidents/*")
    assert page.locator("sa-refresh .gallery > *").count() == 2


# ---- alerts


@pytest.fixture
def alerted(town: Town) -> tuple[BrowserContext, Page, Any, str]:
    """A profile that may show notifications, its page, CDP, and the worker's registration."""
    profile = town.browser_of(IVY, permissions=["notifications"])
    page = town.live(profile)
    with_worker(page)
    cdp = profile.new_cdp_session(page)
    registrations: list[str] = []
    cdp.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda event: registrations.extend(each["registrationId"] for each in event["registrations"]),
    )
    cdp.send("ServiceWorker.enable")
    eventually(lambda: page.wait_for_timeout(50) or registrations)
    return profile, page, cdp, registrations[0]


def deliver(town: Town, cdp: Any, registration: str, **notification: Any) -> None:
    message = {"web_push": 8030, "mutable": True, "notification": notification}
    cdp.send(
        "ServiceWorker.deliverPushMessage",
        {"origin": town.url, "registrationId": registration, "data": json.dumps(message)},
    )


def test_an_alert_is_shown_replaced_by_its_tag_and_receipted(town: Town, alerted: Any) -> None:
    profile, page, cdp, registration = alerted
    receipts: list[dict[str, Any]] = []
    profile.route(
        "**/push/receipt",
        lambda route: (receipts.append(route.request.post_data_json), route.fulfill(status=204)),
    )
    told = {"navigate": f"{town.url}/incidents/1", "tag": "incident-1", "lang": "en-GB", "dir": "ltr"}
    deliver(
        town, cdp, registration, title="Shop theft in progress", body="High Street", silent=False,
        actions=[{"action": "seen", "title": "Seen here"}, {"action": "open", "title": "Open"}],
        data={"alert": "a1", "receipt": "token-1"}, **told,
    )  # fmt: skip
    shown = eventually(lambda: page.evaluate(NOTIFICATIONS))
    assert [(each["title"], each["body"], each["tag"]) for each in shown] == [
        ("Shop theft in progress", "High Street", "incident-1")
    ]
    assert [action["action"] for action in shown[0]["actions"]] == ["seen", "open"]
    deliver(
        town,
        cdp,
        registration,
        title="All clear: Shop theft",
        body="High Street",
        silent=True,
        data={"alert": "a2", "receipt": "token-2"},
        **told,
    )
    eventually(lambda: page.evaluate(NOTIFICATIONS)[0]["title"] == "All clear: Shop theft")
    assert len(page.evaluate(NOTIFICATIONS)) == 1
    eventually(lambda: page.wait_for_timeout(50) or len(receipts) == 2)
    assert receipts == [{"token": "token-1", "shown": True}, {"token": "token-2", "shown": True}]


def test_what_cannot_be_read_is_shown_all_the_same(town: Town, alerted: Any) -> None:
    _profile, page, cdp, registration = alerted
    cdp.send(
        "ServiceWorker.deliverPushMessage",
        {"origin": town.url, "registrationId": registration, "data": "not JSON"},
    )
    assert eventually(lambda: page.evaluate(NOTIFICATIONS))[0]["title"] == "New alert"


CLICK = """async ({ action }) => {
  const notification = (await self.registration.getNotifications())[0]
  self.dispatchEvent(new NotificationEvent('notificationclick', { notification, action }))
}"""


def test_seen_here_on_the_alert_puts_a_sighting_on_the_incident(town: Town, alerted: Any) -> None:
    profile, page, cdp, registration = alerted
    incident = town.world.report(ASHA, in_progress=True)
    beside = town.live(ASHA, f"/incidents/{incident}")
    told = {"navigate": f"{town.url}/incidents/{incident}", "tag": f"incident-{incident}"}
    deliver(town, cdp, registration, title="Shop theft", data={"alert": "a", "receipt": "t"}, **told)
    eventually(lambda: page.evaluate(NOTIFICATIONS))
    worker = profile.service_workers[0]
    worker.evaluate(CLICK, {"action": "seen"})
    eventually(lambda: [each["title"] for each in page.evaluate(NOTIFICATIONS)] == ["Sent: seen here"])
    beside.wait_for_selector(".quiet-line--sighting", timeout=3000)
    profile.route("**/sync", lambda route: route.abort())
    worker.evaluate(CLICK, {"action": "seen"})
    eventually(
        lambda: [each["title"] for each in page.evaluate(NOTIFICATIONS)] == ["Not sent. Open to try again"]
    )


def test_a_tap_on_the_alert_opens_the_incident_in_the_window_that_is_there(town: Town, alerted: Any) -> None:
    profile, page, cdp, registration = alerted
    incident = town.world.report(ASHA)
    deliver(
        town,
        cdp,
        registration,
        title="Shop theft",
        navigate=f"https://elsewhere.example/incidents/{incident}",
        data={},
    )
    eventually(lambda: page.evaluate(NOTIFICATIONS))
    profile.service_workers[0].evaluate(CLICK, {"action": ""})
    page.wait_for_url(f"{town.url}/incidents/{incident}")


def test_alerts_are_asked_for_on_a_tap_with_the_reason(town: Town) -> None:
    page = town.live(IVY, "/alerts")
    page.add_init_script(
        "Notification.requestPermission = async () => { window.asked = true; return 'denied' }"
    )
    page.reload()
    page.wait_for_selector("sa-push[data-state]", state="attached")
    assert not page.evaluate("window.asked || false")
    states = {page.get_attribute("sa-push", "data-state")}
    assert states <= {"off", "blocked"}, states


A_PUSH_SERVICE = """keys => {
  const subscription = {
    endpoint: 'https://fcm.googleapis.com/fcm/send/of-a-test', options: {},
    toJSON () { return { endpoint: this.endpoint, expirationTime: null, keys } },
    async unsubscribe () { localStorage.removeItem('subscribed'); return true }
  }
  PushManager.prototype.getSubscription = async () => localStorage.getItem('subscribed') ? subscription : null
  PushManager.prototype.subscribe = async options => {
    if (!options.userVisibleOnly || options.applicationServerKey.length !== 65) throw new Error('wrong options')
    localStorage.setItem('subscribed', 'yes')
    return subscription
  }
}"""


def keys_of_a_device() -> dict[str, str]:
    point = ec.generate_private_key(ec.SECP256R1()).public_key()
    uncompressed = point.public_bytes(
        serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
    )
    return {"p256dh": to_base64url(uncompressed), "auth": to_base64url(bytes(16))}


def test_alerts_are_turned_on_compared_at_each_page_and_turned_off(own_town: Town) -> None:
    """Here no push service can be reached, so the browser's own part is played by the test."""
    profile = own_town.browser_of(IVY, permissions=["notifications"])
    profile.add_init_script(f"({A_PUSH_SERVICE})({json.dumps(keys_of_a_device())})")
    page = own_town.live(profile, "/alerts")
    with_worker(page)
    page.click("[data-act=on]")
    page.wait_for_selector("sa-push[data-state=on]")
    eventually(lambda: page.locator("form[action*='/alerts/devices/']").count() == 1)
    with page.expect_request("**/push/subscription") as compared:
        page.goto("/more")
    assert compared.value.method == "POST"
    assert compared.value.headers["x-requested-with"] == "shopalert"
    page.evaluate("localStorage.removeItem('subscribed')")
    page.goto("/more")
    eventually(
        lambda: page.evaluate("localStorage.getItem('subscribed')") == "yes"
    )  # dropped by the browser: again
    page.goto("/alerts")
    page.click("[data-act=off]")
    page.wait_for_selector("sa-push[data-state=off]")
    assert page.locator("form[action*='/alerts/devices/']").count() == 0
    page.goto("/more")
    page.wait_for_timeout(500)
    assert page.evaluate("localStorage.getItem('subscribed')") is None


CHANGED = """async ({ keys, old, given }) => {
  const made = { endpoint: 'https://fcm.googleapis.com/fcm/send/new-one' }
  made.toJSON = () => ({ endpoint: made.endpoint, expirationTime: null, keys })
  const sizeOf = key => key.length || key.byteLength
  self.asked = []
  PushManager.prototype.getSubscription = async () => null
  PushManager.prototype.subscribe = async options => { self.asked.push(options); return made }
  const event = new Event('pushsubscriptionchange')
  event.oldSubscription = old && { endpoint: old, options: { applicationServerKey: new Uint8Array(65).buffer } }
  event.newSubscription = given ? made : null
  let work
  event.waitUntil = promise => { work = promise }
  self.dispatchEvent(event)
  await work
  return self.asked.map(each => [each.userVisibleOnly, sizeOf(each.applicationServerKey)])
}"""


@pytest.mark.parametrize(
    ("knows_old", "given", "asked"),
    [(True, False, [[True, 65]]), (False, False, [[True, 87]]), (True, True, []), (False, True, [])],
    ids=["the old one alone", "nothing", "both", "the new one alone"],
)
def test_a_subscription_that_the_browser_changes_is_told_by_the_worker(
    own_town: Town, knows_old: bool, given: bool, asked: list[Any]
) -> None:
    """Whatever the browser's event knows of the old one and the new one."""
    profile = own_town.browser_of(IVY, permissions=["notifications"])
    page = own_town.live(profile, "/alerts")
    with_worker(page)
    old = "https://fcm.googleapis.com/fcm/send/old-one"
    assert page.evaluate(REGISTER, {"endpoint": old, "keys": keys_of_a_device()}) == 201
    facts = {"keys": keys_of_a_device(), "old": old if knows_old else None, "given": given}
    assert profile.service_workers[0].evaluate(CHANGED, facts) == asked
    page.reload()
    # What it does not say was given up stays until its push service says that it is gone.
    assert page.locator("form[action*='/alerts/devices/']").count() == (1 if knows_old else 2)


# ---- leaving


def test_signing_out_leaves_nothing_on_the_device(town: Town) -> None:
    page = town.live(IVY, "/more")
    with_worker(page)
    page.evaluate("localStorage.setItem('shopalert-alerts', document.body.dataset.me)")
    page.click("sa-sign-out button")
    page.wait_for_url("**/sign-in*")
    assert page.evaluate("localStorage.length") == 0
    assert all(re.match(r"/static/|/offline", path) for path in page.evaluate(KEPT))
    page.goto("/more")
    assert "/sign-in" in page.url


# Chromium keeps no page in its back-forward cache that asked for anything no-store, as all of ours do; Safari does.
LEAVE = "dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }))"
COME_BACK = "dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))"
HIDDEN = "getComputedStyle(document.documentElement).display === 'none'"


def end_sessions(town: Town) -> None:
    with town.world.app.app_context(), crossing("seed") as session, writing(session):
        assert sessions.end(session, town.world.users[IVY.name])


def test_a_page_come_back_to_is_shown_when_the_session_is_known_and_goes_on(town: Town) -> None:
    page = town.live(IVY)
    page.evaluate(LEAVE)
    assert page.evaluate(HIDDEN)
    incident = town.world.report(ASHA)
    page.wait_for_timeout(1500)
    assert page.locator(f"[id='{card_of(incident)}']").count() == 0, "it holds no stream meanwhile"
    page.evaluate(COME_BACK)
    page.wait_for_selector(f"[id='{card_of(incident)}']", timeout=5000)
    assert not page.evaluate(HIDDEN)
    assert page.locator(f"[id='{card_of(incident)}']").count() == 1
    wait_for_state(page, "live")


def test_a_page_come_back_to_after_the_session_has_ended_is_never_shown(own_town: Town) -> None:
    incident = own_town.world.report(ASHA, narrative="Not for the next person.")
    page = own_town.live(IVY, f"/incidents/{incident}")
    page.evaluate(LEAVE)
    end_sessions(own_town)
    assert page.evaluate(f"{COME_BACK}, {HIDDEN}")
    page.wait_for_selector("form[action='/sign-in']")
    assert "Not for the next person." not in page.inner_text("body")


def test_back_after_the_session_has_ended_shows_nothing(
    playwright: Playwright, make_town: Callable[..., Town]
) -> None:
    """With the back-forward cache on, as people have it and test drivers do not."""
    browser = launch(playwright, ignore_default_args=["--disable-back-forward-cache"])
    town = make_town(browser)
    incident = town.world.report(ASHA, narrative="Not for the next person.")
    page = town.live(IVY, f"/incidents/{incident}")
    page.goto("/offline")
    end_sessions(town)
    page.evaluate("history.back()")
    page.wait_for_selector("form[action='/sign-in']")
    assert "Not for the next person." not in page.inner_text("body")
    town.close()
    browser.close()
