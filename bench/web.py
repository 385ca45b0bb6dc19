"""From the icon to a sent alert, in taps, seconds and bytes, on a phone with a slow connection.

    python3 dev.py bench web [--runs 5]

A real server on SQLite, in one process, without a proxy; a real Chromium that is slowed down as Lighthouse does: a
round trip of 150 ms, 1.6 Mbit/s down, 750 kbit/s up, a processor four times slower. Seconds are what the machine makes
somebody wait: thinking and typing are theirs. Bytes are what went over the wire, headers included, for somebody who
was never there; what the service worker fetches in the background once the page stands is said beside it.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median as middle
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from bench import lighthouse
from bench.client import Client
from tests.browser.conftest import launch
from tests.services import serving

PHONE: dict[str, Any] = {
    "viewport": {"width": 360, "height": 740}, "device_scale_factor": 2, "has_touch": True, "is_mobile": True,
    "locale": "en-GB",
}  # fmt: skip
SLOW_4G = {"offline": False, "latency": 150, "downloadThroughput": 1.6e6 / 8, "uploadThroughput": 750e3 / 8}
SLOWER = 4  # times, the processor
BYTES_LIMIT, TAPS_LIMIT, ALERT_LIMIT, FULL_LIMIT = 90_000, 3, 10.0, 30.0
TEXT = "Two people filled a rucksack with razors and left towards the station."


@dataclass
class Phone:
    """A browser that counts what it loads and how often it is tapped."""

    page: Page
    taps: int = 0
    typed: int = 0
    loaded: Counter[str] = field(default_factory=Counter)
    requests: int = 0

    @classmethod
    def of(cls, context: BrowserContext) -> Phone:
        made = cls(context.new_page())
        link = context.new_cdp_session(made.page)
        kinds: dict[str, str] = {}
        for domain in ("Network.enable", "Page.enable"):
            link.send(domain)
        link.send("Network.emulateNetworkConditions", SLOW_4G)
        link.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
        link.on("Network.responseReceived", lambda event: kinds.update({event["requestId"]: event["type"]}))
        link.on("Network.requestWillBeSent", made.redirected)
        link.on("Network.loadingFinished", lambda event: made.note(kinds, event))
        return made

    def redirected(self, event: dict[str, Any]) -> None:
        """A redirect is an answer, too: it has no end of its own in the browser's count."""
        if "redirectResponse" in event:
            self.requests += 1
            self.loaded["Redirect"] += int(event["redirectResponse"]["encodedDataLength"])

    def note(self, kinds: dict[str, str], event: dict[str, Any]) -> None:
        self.requests += 1
        self.loaded[kinds.get(event["requestId"], "Other")] += int(event["encodedDataLength"])

    def tap(self, what: str) -> None:
        self.taps += 1
        self.page.locator(what).first.tap()

    def type(self, where: str, text: str) -> None:
        self.typed += len(text)
        self.page.locator(where).first.fill(text)


def sign_in(page: Page, user: dict[str, Any]) -> None:
    page.fill("input[name=email]", user["email"])
    page.fill("input[name=password]", user["password"])
    page.click("main form button[type=submit]")
    page.wait_for_selector("#feed", state="attached")


def first_visit(browser: Browser, url: str, user: dict[str, Any], home: str) -> Phone:
    """Bytes of sign-in, feed and report for a browser that has never been here. No worker: it comes after the page."""
    with browser.new_context(**PHONE, service_workers="block") as context:
        phone = Phone.of(context)
        phone.page.goto(f"{url}/sign-in", wait_until="load")
        sign_in(phone.page, user)
        phone.page.goto(f"{url}/s/{home}/report", wait_until="load")
        phone.page.wait_for_timeout(500)
        return phone


def worker_fetches(browser: Browser, url: str, user: dict[str, Any]) -> int:
    """Files that the service worker puts by for later, once the first page stands."""
    with browser.new_context(**PHONE) as context:
        asked: list[str] = []
        context.on("request", lambda request: asked.append(request.url) if request.service_worker else None)
        page = context.new_page()
        page.goto(f"{url}/sign-in")
        sign_in(page, user)
        page.evaluate("navigator.serviceWorker.ready.then(() => null)")
        page.wait_for_timeout(1500)
        return len(asked)


def the_alert(phone: Phone, url: str) -> float:
    """Open the app as its icon does; report; seconds until it says that it is sent."""
    began = time.monotonic()
    phone.page.goto(f"{url}/?source=icon", wait_until="commit")
    phone.tap("nav a[href$='/report']")
    phone.tap("label:has(input[name=category][value=shop_theft])")
    phone.tap("form[action$='/report'] .sendbar button[type=submit]")
    phone.page.wait_for_url("**/incidents/*")
    return time.monotonic() - began


def the_full_report(phone: Phone, url: str, photo: Path) -> float:
    """The same with everything that the first screen of the form asks for, and a photo."""
    began = time.monotonic()
    phone.page.goto(f"{url}/?source=icon", wait_until="commit")
    phone.tap("nav a[href$='/report']")
    phone.tap("label:has(input[name=in_progress])")
    phone.tap("label:has(input[name=category][value=shop_theft])")
    phone.tap("textarea[name=narrative]")
    phone.type("textarea[name=narrative]", TEXT)
    phone.taps += 2  # the camera's own: take it, use it
    phone.page.set_input_files("input[type=file][name=photos]", str(photo))
    phone.page.wait_for_selector("input[name=staged]", state="attached")
    for flag in ("violence", "weapon"):
        box = phone.page.locator(f"label:has(input[name={flag}])").first
        if box.is_visible():
            phone.tap(f"label:has(input[name={flag}])")
    if phone.page.locator("input[name=value_lost]").first.is_visible():
        phone.tap("input[name=value_lost]")
        phone.type("input[name=value_lost]", "64.50")
    phone.tap("form[action$='/report'] .sendbar button[type=submit]")
    phone.page.wait_for_url("**/incidents/*")
    return time.monotonic() - began


def main() -> int:
    options = argparse.ArgumentParser()
    options.add_argument("--runs", type=int, default=5)
    runs = options.parse_args().runs
    with tempfile.TemporaryDirectory() as folder:
        photo = Path(folder) / "photo.jpg"
        photo.write_bytes(a_photo())
        with serving(Path(folder) / "data") as server, sync_playwright() as driver:
            server.stop()
            said = server.flask("shopalert", "seed", "--fixture", "two-schemes", "--plain-sign-in", "--json")
            server.start()
            browser = launch(driver)
            fixture = json.loads(said.stdout)
            reached = measure(browser, server.url, fixture, photo, runs)
            browser.close()
            good = lighthouse.measured(pages(server.url, fixture), runs)
            return 0 if reached and good else 1


def a_photo() -> bytes:
    from tests.world import picture

    return picture("darkgreen", (1600, 1200)).read()


def somebody(fixture: dict[str, Any]) -> tuple[dict[str, Any], str]:
    """A member, and the scheme they are in."""
    home = next(scheme["slug"] for scheme in fixture["schemes"] if scheme["kind"] == "retail")
    user = next(
        user for user in fixture["users"]
        if user["role"] == "member" and home in user["scheme_slugs"] and not user["suspended"] and not user["removed"]
    )  # fmt: skip
    return user, home


def pages(url: str, fixture: dict[str, Any]) -> dict[str, tuple[str, str]]:
    """What Lighthouse looks at: each page's address, and the cookie of who is signed in."""
    user, home = somebody(fixture)
    client = Client(url)
    client.sign_in(user)
    incident = next(each["url"] for each in fixture["incidents"] if each["scheme_slug"] == home)
    mine = client.headers()["Cookie"]
    return {
        "sign-in": (f"{url}/sign-in", ""),
        "feed": (f"{url}/s/{home}/", mine),
        "report": (f"{url}/s/{home}/report", mine),
        "incident": (f"{url}{incident}", mine),
    }


def measure(browser: Browser, url: str, fixture: dict[str, Any], photo: Path, runs: int) -> bool:
    """Bytes, taps and seconds; whether all are where they should be."""
    user, home = somebody(fixture)
    first_visit(browser, url, user, home)  # a server just started still reads its templates
    visits = [first_visit(browser, url, user, home) for _ in range(runs)]
    visit = sorted(visits, key=lambda each: each.loaded.total())[runs // 2]
    with browser.new_context(**PHONE) as context:
        sign_in_once = context.new_page()
        sign_in_once.goto(f"{url}/sign-in")
        sign_in(sign_in_once, user)
        sign_in_once.close()
        alert, alerts = timed(context, lambda phone: the_alert(phone, url), runs)
        full, fulls = timed(context, lambda phone: the_full_report(phone, url, photo), runs)
    parts = ", ".join(f"{kind.lower()} {size / 1000:.1f}" for kind, size in visit.loaded.most_common())
    print(f"a phone on slow 4G, a processor {SLOWER} times slower, median of {runs}:")
    told = [
        line("sign-in, feed and report, first visit", visit.loaded.total() / 1000, "kB", BYTES_LIMIT / 1000),
        line("icon to sent alert", alert.taps, "taps", TAPS_LIMIT),
        line("icon to sent alert, waiting", middle(alerts), "s", ALERT_LIMIT),
        line(f"full report ({full.taps} taps, {full.typed} letters), waiting", middle(fulls), "s", FULL_LIMIT),
    ]  # fmt: skip
    print(f"  of the first visit, {visit.requests} answers, kB: {parts}")
    print(f"  put by later by the service worker: {worker_fetches(browser, url, user)} files")
    return all(told)


def timed(context: BrowserContext, way: Any, runs: int) -> tuple[Phone, list[float]]:
    """A way gone several times; the phone of the last, and the seconds of each after the first."""
    seconds = []
    for _ in range(runs + 1):
        phone = Phone.of(context)
        seconds.append(way(phone))
        phone.page.close()
    return phone, seconds[1:]


def line(what: str, found: float, unit: str, limit: float) -> bool:
    held = found <= limit
    print(f"  {what}: {found:.3g} {unit} ({'within' if held else 'OVER'} {limit:g})")
    return held


if __name__ == "__main__":
    sys.exit(main())
