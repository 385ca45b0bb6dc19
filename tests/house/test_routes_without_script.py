"""Every GET route opened as a plain browser opens it, and every form posted: a new route is in it at once.

`Browser` checks each page: one h1, labels, tokens, nothing inline, no foreign origin. Nothing here runs a script.
"""

from __future__ import annotations

import pytest

from tests.browse import Browser
from tests.house.routes import QUERIES, Things, ask, routes, token_of
from tests.people import ASHA, BEN, DEV, ELLEN, GUS, IVY

# What is no page: what a program asks for.
NOT_PAGES = {
    "live.stream", "live.poll", "pwa.worker", "pwa.manifest", "pwa.session", "alerts.key", "assets.static",
    "check.outcome", "home.what_is_unread",
    "health.alive", "health.ready", "health.metrics", "evidence.thumb", "evidence.view", "evidence.original",
    "evidence.play", "cap.feed", "cap.message", "cap.public_feed", "sharing.document", "sharing.thumb", "sharing.view",
    "evidence.document",
}  # fmt: skip
# How an empty instance begins.
SET_UP = {"operating.open_link", "operating.begin", "operating.set_up_operator"}
# Pages that some of these people may not open, by what they get instead.
COORDINATORS = (
    "members.",
    "joining.publish",
    "settings.",
    "lines.hide",
    "lines.restore",
    "lines.handle",
    "chat.slow",
    "channels.add",
    "channels.slow",
    "channels.hide",
    "channels.restore",
    "safety.choose_responders",
    "care.ask",
    "care.end_roll",
    "bulletins.publish",
    "bulletins.correct",
    "bulletins.recall",
    "bulletins.remind",
    "cap.",
    "answers.all_clear",
    "sharing.share_incident",
    "sharing.share_bulletin",
    "sharing.end",
)
SPENT = ("accounts.reset", "accounts.choose_password", "joining.join", "joining.take")  # no link was opened
INSTEAD = {
    ("advice.new", "Asha"): 403, ("advice.all_given", "Asha"): 403, ("advice.ask_why", "Asha"): 403,
    ("requests.new", "Asha"): 403, ("requests.new", "Ben"): 403,
    ("bulletins.everywhere", "Asha"): 303, ("bulletins.everywhere", "Ben"): 303, ("bulletins.everywhere", "Gus"): 403,
    ("bulletins.new", "Asha"): 403, ("bulletins.new", "Gus"): 403, ("bulletins.ask_what", "Asha"): 403,
    ("sharing.ask_incident", "Asha"): 403, ("sharing.ask_bulletin", "Asha"): 403,
    ("bulletins.ask_why", "Asha"): 403, ("bulletins.who_has_read", "Asha"): 403,
    ("cap.subscribers", "Asha"): 403,
    ("home.desk", "Asha"): 403, ("home.desk", "Ben"): 403, ("home.desk", "Gus"): 403,
    ("home.search", "Gus"): 403, ("home.home", "Asha"): 303, ("home.home", "Ben"): 303,
    ("letters.newest", "Asha"): 303, ("letters.newest", "Ben"): 303, ("letters.newest", "PC Mercer"): 303,
    ("work.search_words", "Gus"): 403,
    ("home.home", "PC Mercer"): 303, ("home.home", "Gus"): 303, ("home.report", "Asha"): 303,
    ("home.report", "Ben"): 303, ("home.report", "PC Mercer"): 303, ("home.report", "Gus"): 303,
    ("canned.texts", "Asha"): 403, ("canned.texts", "Ben"): 403, ("canned.texts", "Gus"): 403,
    ("canned.show", "Asha"): 403, ("canned.show", "Ben"): 403, ("canned.show", "Gus"): 403,
    ("canned.show", "PC Mercer"): 403,
    ("lines.abuse", "Asha"): 403, ("lines.abuse", "PC Mercer"): 403,
    ("safety.responders", "Asha"): 403, ("safety.responders", "PC Mercer"): 403,
    ("care.roll", "Asha"): 403, ("care.roll", "PC Mercer"): 403, ("care.count_roll", "Asha"): 403,
    ("care.read_welfare", "Asha"): 403, ("care.read_welfare", "PC Mercer"): 403,
    ("care.how_are_you", "PC Mercer"): 403, ("safety.need", "PC Mercer"): 403,
    ("settings.show", "Asha"): 403, ("settings.show", "PC Mercer"): 403,
    ("settings.kinds", "Asha"): 403, ("settings.kinds", "PC Mercer"): 403,
    ("settings.readers", "Asha"): 403, ("settings.readers", "PC Mercer"): 403,
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
        maker = BEN if endpoint == "bulletins.correct" else ASHA  # its author's alone to correct
        answer = ask(client, route, Things(world, maker, "wickford"), token_of(client))
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
    if endpoint.startswith("outcomes.") or (
        endpoint.startswith("requests.") and endpoint != "requests.answer"
    ):
        return DEV
    if endpoint in ("advice.send", "cap.let_out"):
        return DEV
    if endpoint.startswith("canned."):
        return ELLEN
    if endpoint == "advice.withdraw":
        return BEN
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
