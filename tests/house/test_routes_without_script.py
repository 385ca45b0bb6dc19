"""Every GET route opened as a plain browser opens it, and every form posted: a new route is in it at once.

`Browser` checks each page: one h1, labels, tokens, nothing inline, no foreign origin. Nothing here runs a script.
"""

from __future__ import annotations

import pytest

from tests.browse import Browser
from tests.house.routes import QUERIES, Things, ask, routes, token_of
from tests.people import ASHA, BEN, DEV, GUS, IVY

# What is no page: what a program asks for.
NOT_PAGES = {
    "live.stream", "live.poll", "pwa.worker", "pwa.manifest", "pwa.session", "alerts.key", "assets.static",
    "check.outcome", "work.what_is_unread",
    "health.alive", "health.ready", "health.metrics", "evidence.thumb", "evidence.view", "evidence.original",
}  # fmt: skip
# How an empty instance begins.
SET_UP = {"operating.open_link", "operating.begin", "operating.set_up_operator"}
# Pages that some of these people may not open, by what they get instead.
COORDINATORS = ("members.", "joining.publish", "settings.")
SPENT = ("accounts.reset", "accounts.choose_password", "joining.join", "joining.take")  # no link was opened
INSTEAD = {
    ("home.desk", "Asha"): 403, ("home.desk", "Ben"): 403, ("home.desk", "Gus"): 403,
    ("home.search", "Gus"): 403, ("home.home", "Asha"): 303, ("home.home", "Ben"): 303,
    ("letters.newest", "Asha"): 303, ("letters.newest", "Ben"): 303, ("letters.newest", "PC Mercer"): 303,
    ("work.search_words", "Gus"): 403,
    ("home.home", "PC Mercer"): 303, ("home.home", "Gus"): 303, ("home.report", "Asha"): 303,
    ("home.report", "Ben"): 303, ("home.report", "PC Mercer"): 303, ("home.report", "Gus"): 303,
    ("settings.show", "Asha"): 403, ("settings.show", "PC Mercer"): 403,
    ("settings.kinds", "Asha"): 403, ("settings.kinds", "PC Mercer"): 403,
}  # fmt: skip


@pytest.mark.parametrize("person", [ASHA, BEN, DEV, GUS], ids=lambda person: person.name)
def test_every_page_is_whole_without_script(app, world, person):
    things = Things(world, person if person is not GUS else ASHA, "wickford")
    browser = Browser(world.client(person))
    opened = 0
    for method, rule, endpoint in routes(app):
        if method != "GET" or endpoint in NOT_PAGES:
            continue
        path = things.path(rule) + QUERIES.get(endpoint, "")
        status = INSTEAD.get((endpoint, person.short_name), 200)
        if person is GUS and app.view_functions[endpoint].loader is not None:
            status = 404
        if endpoint == "accounts.sign_in":
            status = 303  # who is signed in goes on
        if endpoint.startswith("operating."):
            status = 303 if endpoint == "operating.next_step" else 200
            status = status if person is GUS else 403
        if endpoint in SET_UP or endpoint in SPENT:
            status = 410  # there is an operator, and no link was opened
        if endpoint.startswith("members.") and person is not GUS:
            status = 200 if person is BEN else 403
        if endpoint in ("joining.open_link", "accounts.open_reset", "joining.gate"):
            status = 303
        if endpoint == "joining.membership" and person is DEV:
            status = 403
        page = browser.get(path, status)
        if status < 300:
            assert page.answer.mimetype == "text/html", path
            assert page.all("main"), f"{path}: no main"
        opened += 1
    assert opened >= 15


def test_the_door_is_whole_without_script(world):
    browser = Browser(world.client())
    for path in ("/sign-in", "/forgot", "/privacy", "/accessibility", "/offline"):
        assert browser.get(path).all("main"), path


def test_what_is_no_page_is_still_a_route(app):
    assert {endpoint for _, _, endpoint in routes(app)} >= NOT_PAGES


def test_every_form_answers_with_another_page(app, world):
    """Post, redirect, get: after each form stands a whole page, and reloading it sends nothing again."""
    posted = 0
    for route in routes(app):
        method, _, endpoint = route
        if method != "POST" or not sends_a_form(endpoint) or endpoint in (*SET_UP, *SPENT):
            continue
        client = world.client(who_sends(endpoint))
        answer = ask(client, route, Things(world, ASHA, "wickford"), token_of(client))
        world.everybody_agreed()  # to what was published a moment ago
        assert answer.status_code in (200, 201, 303), (route, answer.text[:300])
        if answer.status_code == 303:
            where = answer.headers["Location"].split("#")[0]
            Browser(client).get("/more" if where == "/" else where)  # the start leads on to a feed or a desk
        posted += 1
    assert posted >= 10


def who_sends(endpoint):
    if endpoint.startswith("operating."):
        return GUS
    return BEN if endpoint.startswith(COORDINATORS) else IVY if endpoint == "joining.leave" else ASHA


def sends_a_form(endpoint):
    from tests.house.routes import BODIES

    return BODIES["POST", endpoint][0] == "form" if ("POST", endpoint) in BODIES else True


def test_the_feed_refreshes_itself_only_without_script_and_can_be_told_not_to(world):
    browser = Browser(world.client(ASHA))
    text = browser.get("/s/wickford/").text
    assert "<noscript>" in text
    assert 'http-equiv="refresh" content="60' in text.split("<noscript>")[1].split("</noscript>")[0]
    assert ">Refresh</a>" in text
