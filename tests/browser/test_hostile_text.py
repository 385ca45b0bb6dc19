"""Text that wants to be more than text, typed into every field and looked at in a real browser.

Nothing of it runs, asks the server for anything or breaks the policy: on pages, in fragments that arrive live,
and even where it had got into the page as elements (the fence).
"""

from __future__ import annotations

import io
import uuid
from datetime import timedelta
from urllib.parse import quote

import pytest
import sqlalchemy as sa
from playwright.sync_api import BrowserContext, Page

from shopalert.db import now, writing
from shopalert.schemes.models import Premises, SchemeCategory
from shopalert.wall import crossing
from shopalert.words import field_time
from tests.browse import Browser
from tests.browser.conftest import Town
from tests.house.routes import token_of
from tests.people import ASHA, BEN, IVY
from tests.world import picture

pytestmark = pytest.mark.browser

HOSTILE = (
    "\"'><script>pwned=1</script><img src=/pwned onerror=pwned=1><b hx-get=/pwned hx-trigger=load hx-on:click=pwned=1>"
    "</textarea></title><svg onload=pwned=1>{{7*7}}${7*7}<a href=javascript:pwned=1>x</a>\u2028event: gone"
)
WATCH = """
window.violations = []
document.addEventListener('securitypolicyviolation',
  event => violations.push(event.effectiveDirective + ' ' + event.blockedURI))
"""


def profile(town: Town, person: object, asked: list[str]) -> BrowserContext:
    context = town.browser_of(person)  # type: ignore[arg-type]
    context.add_init_script(WATCH)
    context.on("request", lambda request: asked.append(request.url))
    return context


def is_unharmed(page: Page, asked: list[str]) -> None:
    page.wait_for_load_state("networkidle") if "search" in page.url else page.wait_for_timeout(150)
    assert page.evaluate("[typeof pwned, violations]") == ["undefined", []], page.url
    assert not [url for url in asked if "pwned" in url.split("?")[0]], page.url


def test_hostile_text_stays_text_wherever_it_is_shown(town: Town) -> None:
    asked: list[str] = []
    coming = town.live(profile(town, IVY, asked))
    incident = town.world.report(ASHA, narrative=HOSTILE, in_progress=True)
    coming.wait_for_selector(f"#incident-{incident}")
    is_unharmed(coming, asked)

    chat = town.live(profile(town, IVY, asked), f"/incidents/{incident}")
    comment = town.world.say(BEN, incident, HOSTILE)
    chat.wait_for_selector(f"#comment-{comment}")
    assert "<script>pwned=1</script>" in chat.locator(f"#comment-{comment}").inner_text()
    browser = Browser(town.world.client(ASHA))
    browser.post(
        f"/incidents/{incident}/sightings",
        {"client_id": str(uuid.uuid4()), "note": HOSTILE[:290], "premises": ""},
    )
    chat.wait_for_selector("text=Seen again")
    is_unharmed(chat, asked)

    for path in ("", "/versions", "/facts"):
        is_unharmed(town.open(profile(town, BEN, asked), f"/incidents/{incident}{path}"), asked)
    is_unharmed(town.open(profile(town, BEN, asked), f"/search?q={quote(HOSTILE[:190])}"), asked)
    is_unharmed(town.open(profile(town, ASHA, asked), f"/incidents/{incident}/edit"), asked)
    browser.post(f"/incidents/{incident}/withdrawal", {"reason": HOSTILE})
    is_unharmed(town.open(profile(town, BEN, asked), f"/incidents/{incident}"), asked)
    town.close()


def test_hostile_text_stays_text_in_a_toast(town: Town) -> None:
    asked: list[str] = []
    street = HOSTILE[:110]
    with town.world.app.app_context(), crossing("seed") as session, writing(session):
        own = {"code": "own_x", "base_code": "fraud", "label": HOSTILE[:80], "glyph": "bag", "hue": "other"}
        session.add(SchemeCategory(scheme_id=town.world.schemes["wickford"], **own))
        session.execute(sa.update(Premises).values(street=street))
    page = town.live(profile(town, ASHA, asked), "/s/wickford/report")
    town.world.report(IVY, in_progress=True, category_code="fraud", category_own="own_x")
    page.wait_for_selector(".toast__card:not([hidden])")
    said = page.inner_text(".toast__link")
    assert HOSTILE[:80] in said and street in said, said
    is_unharmed(page, asked)
    assert not page.locator("sa-toast img, sa-toast script, sa-toast [hx-get]").count()
    town.close()


MARKDOWN = (
    f"{HOSTILE}\n\n![x](https://evil.example/pwned.png) [x](javascript:pwned=1) [x](data:text/html,pwned) <https://x.example>\n\n"
    '<div hx-get="/pwned" hx-trigger="load"></div>\n\n    <script>pwned=1</script>\n\n&#x202e;desrever [&#x202e;](https://x.example/%E2%80%AE)'
    "\n\n<iframe src=/pwned></iframe>\n\nשלום abc مرحبا def"
)


def test_hostile_markdown_stays_text_in_bulletins(town: Town) -> None:
    asked: list[str] = []
    coming = town.live(profile(town, IVY, asked))
    browser = Browser(town.world.client(BEN))
    said = {
        "kind": "warning", "template": "counterfeit", "title": HOSTILE[:139], "text": MARKDOWN, "severity": "urgent",
        "starts_at": field_time(now()), "ends_at": field_time(now() + timedelta(days=1)), "where": "scheme",
        "denomination": "20", "look_for": HOSTILE[:290], "to": "scheme:wickford",
    }  # fmt: skip
    answer = browser.post("/bulletins", {**said, "client_id": str(uuid.uuid4())})
    assert answer.status_code == 303, answer.text
    path = answer.location
    card = coming.locator(f"#pinned > #bulletin-{path.rsplit('/', 1)[1]}")
    card.wait_for()
    assert "<script>pwned=1</script>" in card.inner_text()
    is_unharmed(coming, asked)
    browser.post(f"{path}/correction", {**said, "row_version": "1", "why": HOSTILE[:190]})
    reader = Browser(town.world.client(IVY))
    reader.post(f"{path}/replies", {"client_id": str(uuid.uuid4()), "text": MARKDOWN[:1900]})
    for person in (IVY, BEN):
        for there in (path, f"{path}/versions", "/s/wickford/bulletins", "/s/wickford/"):
            page = town.open(profile(town, person, asked), there)
            is_unharmed(page, asked)
            assert (
                "\u202e" not in page.content()
                and not page.locator("main iframe, .prose img, .prose [hx-get]").count()
            )
    for there in ("correction", "recall", "readers"):
        is_unharmed(town.open(profile(town, BEN, asked), f"{path}/{there}"), asked)
    browser.post(f"{path}/recall", {"why": HOSTILE[:190]})
    is_unharmed(town.open(profile(town, BEN, asked), path), asked)
    assert all(url.startswith((town.url, "blob:", "data:")) for url in asked), (
        "something was loaded from elsewhere"
    )
    town.close()


def test_hostile_names_stay_text_at_the_door_and_beside_a_photo(town: Town) -> None:
    asked: list[str] = []
    page = town.open(profile(town, None, asked), f"/sign-in?next={quote(HOSTILE)}")
    page.fill("input[name=email]", f'"{HOSTILE[:60]}"@example.org')
    page.evaluate("document.querySelector('input[name=email]').type = 'text'")
    page.fill("input[name=password]", "not the right one")
    page.click("main button[type=submit]")
    page.wait_for_load_state()
    is_unharmed(page, asked)

    client = town.world.client(ASHA)
    answer = client.post(
        "/s/wickford/report",
        data={
            "client_id": str(uuid.uuid4()), "category": "asb", "narrative": HOSTILE, "value_lost": HOSTILE,
            "occurred_at": HOSTILE, "csrf_token": token_of(client),
            "photos": [(picture(), HOSTILE + ".jpg"), (io.BytesIO(b"<svg onload=pwned=1>"), HOSTILE + ".svg")],
        },
        headers={"Sec-Fetch-Site": "same-origin", "Accept": "text/html"},
        content_type="multipart/form-data",
    )  # fmt: skip
    assert answer.status_code in (415, 422)
    here = town.open(profile(town, ASHA, asked))
    here.route("**/given-back", lambda route: route.fulfill(body=answer.text, headers=dict(answer.headers)))
    here.goto("/given-back")
    assert "<script>pwned=1</script>" in here.input_value("textarea[name=narrative]")
    is_unharmed(here, asked)
    town.close()


def test_the_fence_holds_where_elements_got_in(town: Town) -> None:
    asked: list[str] = []
    incident = town.world.report(ASHA, narrative="Fenced.")
    page = town.open(profile(town, IVY, asked), f"/incidents/{incident}")
    page.wait_for_function("window.htmx")
    page.evaluate(
        """() => {
          const fence = document.querySelector('.narrative')
          fence.innerHTML = '<b hx-get="/pwned" hx-trigger="load"></b>'
            + '<b id="b" hx-on:click="pwned=1" hx-post="/pwned">x</b>'
          htmx.process(fence)
          fence.querySelector('#b').click()
        }"""
    )
    is_unharmed(page, asked)
    town.close()
