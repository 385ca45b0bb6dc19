"""Help as people meet it: on their first day, later, and before they have an account."""

from __future__ import annotations

from dataclasses import replace

import pytest
import sqlalchemy as sa

from shopalert.accounts.models import User
from shopalert.db import writing
from shopalert.help.guides import GUIDES
from shopalert.protection.models import AuditRow
from shopalert.wall import crossing
from tests.browse import Browser
from tests.people import ASHA, BEN, CAROL, DEV, ELLEN, FEMI, GUS, LEO, PAT, SAM

WELCOME = "Three things to know"
STARTS = {
    ASHA: "/s/wickford/",
    BEN: "/s/wickford/",
    CAROL: "/s/billericay/",
    DEV: "/desk",
    GUS: "/operating/",
}


@pytest.fixture
def first_day(world):
    """Nobody has put the first steps away."""
    with world.app.app_context(), crossing("seed") as session, writing(session):
        session.execute(sa.update(User).values(toured_at=None))
    return world


def links(page) -> set[str]:
    return {each.get("href") for each in page.all("a") if each.get("href")}


@pytest.mark.parametrize(("person", "start"), STARTS.items(), ids=lambda each: getattr(each, "name", each))
def test_three_steps_stand_where_one_begins_until_they_are_put_away(first_day, person, start):
    browser = Browser(first_day.client(person))
    page = browser.get(start)
    assert f"Welcome, {person.short_name}" in page.text and page.text.count('class="threes__one"') == 3
    answer = browser.post("/help/tour", {"next": start}, page=page)
    assert (answer.status_code, answer.location) == (303, start)
    assert WELCOME not in browser.get(start).text
    assert WELCOME not in Browser(first_day.client(person)).get(start).text, (
        "on another device they come again"
    )

    help_page = browser.get("/help")
    answer = browser.post("/help/tour", {"again": "yes"}, page=help_page)
    assert (answer.status_code, answer.location) == (303, "/")
    assert WELCOME in browser.get(start).text


def test_it_is_one_persons_own(first_day):
    asha, ben = (Browser(first_day.client(person)) for person in (ASHA, BEN))
    asha.post("/help/tour", {}, page=asha.get("/s/wickford/"))
    assert WELCOME in ben.get("/s/wickford/").text
    with first_day.app.app_context(), crossing("command") as session:
        verbs = list(session.scalars(sa.select(AuditRow.verb)))
    assert verbs.count("tour.end") == 1


def test_they_stand_nowhere_else(first_day):
    browser = Browser(first_day.client(ASHA))
    for path in ("/more", "/s/wickford/report", "/alerts", "/search", "/help"):
        assert WELCOME not in browser.get(path).text, path
    lost = browser.get("/s/billericay/", 404)
    assert WELCOME not in lost.text


@pytest.mark.parametrize("person", [ASHA, LEO, BEN, PAT, DEV, ELLEN, GUS], ids=lambda each: each.name)
def test_each_step_leads_where_one_may_go(first_day, person):
    browser = Browser(first_day.client(person))
    start = browser.get(STARTS.get(person) or ("/desk" if person is ELLEN else "/s/wickford/"))
    steps = [each.get("href") for each in start.all("a") if each.get("class") == "threes__one"]
    assert steps
    for path in steps:
        assert "{" not in path
        browser.get(path)


def test_a_step_without_a_scheme_leads_nowhere(world):
    """Somebody who was removed or suspended: no link into nothing."""
    for person in (FEMI, SAM):
        page = Browser(world.client(person)).get("/help/shop")
        assert not any("{slug}" in link or "/s//" in link for link in links(page))


@pytest.mark.parametrize("guide", GUIDES)
def test_each_guide_is_open_to_everybody_and_leads_on(world, guide):
    page = Browser(world.client()).get(f"/help/{guide}")
    assert page.text.count("<h1") == 1
    assert {f"/help/{other}" for other in GUIDES if other != guide} <= links(page)
    for part in page.all("img"):
        assert part.get("alt") is not None


@pytest.mark.parametrize(
    ("guide", "says"),
    [
        *(
            (guide, ("I need help", "Are you safe?", "Do you know?", "missing", "warning"))
            for guide in ("shop", "pub", "security")
        ),
        *((guide, ("Advice for us",)) for guide in ("shop", "pub", "security")),
        (
            "coordinator",
            (
                "Tell the town something",
                "take it back",
                "Share with other schemes",
                "roll call",
                "Do you know?",
            ),
        ),
        (
            "police",
            ("Tell the town something", "Recall it", "take it back", "Share with other schemes", "All clear"),
        ),
        ("partner", ("Advice and warnings", "missing", "I need help")),
        ("operator", ("whole force",)),
    ],
)
def test_each_kind_of_person_reads_of_what_came_to_be(world, guide, says):
    text = Browser(world.client()).get(f"/help/{guide}").text
    for words in says:
        assert words in text, words


def test_an_unknown_guide_is_nowhere(world):
    Browser(world.client(ASHA)).get("/help/thieves", 404)


def test_help_puts_ones_own_page_first_and_names_whom_to_ask(world):
    page = Browser(world.client(ASHA)).get("/help")
    assert page.text.index("/help/shop") < page.text.index("/help/pub")
    assert BEN.name in page.text and CAROL.name not in page.text
    stranger = Browser(world.client()).get("/help")
    assert BEN.name not in stranger.text and "Show me the first steps" not in stranger.text


def test_the_operators_address_stands_where_one_looks_for_it(world):
    for path in ("/help", "/privacy", "/accessibility"):
        assert "alerts@town.example" not in Browser(world.client()).get(path).text
    settings = world.app.config["SHOPALERT"]
    world.app.config["SHOPALERT"] = replace(settings, vapid_subject="mailto:alerts@town.example")
    for path in ("/help", "/privacy", "/accessibility"):
        assert "mailto:alerts@town.example" in links(Browser(world.client()).get(path)), path


def test_privacy_says_the_clocks_that_run(world):
    from shopalert.protection.clocks import CLOCKS

    page = Browser(world.client()).get("/privacy")
    rows = page.text.split('class="clocks"')[1].split("</table>")[0]
    for months in CLOCKS["incident"]:
        assert f"{months} months" in rows
    for words in ("Article 6(1)(ea)", "Article 10", "Information Commissioner", "30 days"):
        assert words in page.text


def test_one_gets_there_from_the_door_and_from_more(world):
    assert {"/help", "/privacy", "/accessibility"} <= links(Browser(world.client()).get("/sign-in"))
    assert {"/help", "/privacy", "/accessibility"} <= links(Browser(world.client(ASHA)).get("/more"))
