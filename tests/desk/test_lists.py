"""The desk as officers see it: what comes first and why, whose schemes, page after page."""

from __future__ import annotations

import re
from typing import Any

import pytest
import sqlalchemy as sa

from shopalert.db import db, now, writing
from shopalert.desk import lists
from shopalert.desk.ranking import holding
from shopalert.incidents.models import Incident
from shopalert.schemes.models import District, PoliceRole, Scheme
from shopalert.wall import crossing
from tests.browse import Browser, Page, text_of
from tests.house.test_queries import opened
from tests.people import ASHA, BEN, CAROL, DEV, ELLEN, IVY, LEO, OLU


def ranked_of(page: Page) -> list[tuple[str, str]]:
    """(incident, why) of each card of what is new."""
    found = []
    for box in page.all("div"):
        if box.get("class") == "ranked":
            why, card = box.findall("p")[0], box.find("article")
            found.append((card.get("id").removeprefix("incident-"), " · ".join(text_of(s) for s in why[1:])))
    return found


def desk(world: Any, person: Any = DEV, query: str = "") -> Page:
    return Browser(world.client(person)).get(f"/desk{query}")


def test_the_weightiest_comes_first_and_each_says_why(world):
    plain = world.report(LEO)
    hate = world.report(CAROL, "billericay", flags=["hate"], category_code="asb")
    held = world.report(IVY, flags=["detained"])
    now_ = world.report(CAROL, "billericay", in_progress=True)
    knife = world.report(CAROL, "billericay", weapon=True)
    hit = world.report(CAROL, "billericay", violence=True, in_progress=True)
    practice = world.report(BEN, violence=True, exercise=True)
    page = desk(world)
    assert [(str(i), why) for i, why in ranked_of(page)] == [
        (str(hit), "Violence · Happening now · 4 here in 30 days"),
        (str(knife), "Weapon · 4 here in 30 days"),
        (str(held), "Person held"),
        (str(now_), "Happening now · 4 here in 30 days"),
        (str(hate), "Hate · 4 here in 30 days"),
        (str(practice), "Its age"),
        (str(plain), "Its age"),
    ]
    words = text_of(page.tree)
    assert words.index("A weapon was seen or shown.") < words.index("A person is being held.")


def test_the_database_weighs_as_the_rule_says(world):
    facts = [
        {"category_code": kind, "violence": v, "weapon": w, "in_progress": p, "flags": flags}
        for kind, v, w, p, flags in [
            ("shop_theft", False, False, False, []), ("robbery", False, True, True, ["detained", "hate"]),
            ("weapon", True, False, False, ["hate"]), ("violence_worker", False, False, True, ["detained"]),
            ("asb", False, False, False, ["hate", "child"]), ("shop_theft", True, True, False, ["domestic"]),
        ]
    ]  # fmt: skip
    made = [(world.report(person, **each), each) for each, person in zip(facts, (LEO, BEN) * 3, strict=True)]
    with world.seen_as(DEV) as viewer:
        found, further = lists.ranked(db.session(), viewer, [world.schemes["wickford"]], now())
        rows = {one.card.id: one for one in found}
        for incident, each in made:
            said = {k: v for k, v in each.items() if k != "in_progress"}
            here = rows[incident].here
            expected = holding(**said, happening_now=each["in_progress"], at_premises=here)
            assert rows[incident].weight == expected
        assert {rows[incident].here for incident, _ in made} == {0, 3}  # three of Leo's, none of Ben's
    assert further is None


def test_what_was_read_goes_below_until_it_stirs_and_what_goes_on_stays(world):
    first, going_on = world.report(ASHA), world.report(IVY, in_progress=True)
    browser = Browser(world.client(DEV))
    for incident in (first, going_on):
        browser.get(f"/incidents/{incident}")
    page = browser.get("/desk")
    assert [i for i, _ in ranked_of(page)] == [str(going_on)]
    assert page.text.index("Read before") < page.text.index(f"incident-{first}")
    world.say(ASHA, first, "He is back.")
    assert [i for i, _ in ranked_of(browser.get("/desk"))] == [str(going_on), str(first)]


def test_nothing_new_says_so(world):
    assert "All quiet" in desk(world).text


def both_districts(world: Any, person: Any) -> None:
    with world.app.app_context(), crossing("seed") as session, writing(session):
        southend = session.scalars(sa.select(District.id).where(District.slug == "southend")).one()
        session.add(PoliceRole(user_id=world.users[person.name], district_id=southend, role="officer"))


def test_schemes_of_ones_own_districts_and_filters(world):
    wickford, billericay = world.report(ASHA), world.report(CAROL, "billericay")
    for person in (DEV, ELLEN):
        assert {i for i, _ in ranked_of(desk(world, person))} == {str(wickford), str(billericay)}
        assert [i for i, _ in ranked_of(desk(world, person, "?scheme=billericay"))] == [str(billericay)]
    assert ranked_of(desk(world, OLU)) == []
    for query in ("?scheme=wickford", "?district=basildon", "?scheme=nowhere", "?after=7.x"):
        page = desk(world, OLU, query)
        assert ranked_of(page) == [] and "could not be understood" in page.text
    both_districts(world, DEV)  # as who works force-wide is given all of them
    assert len(ranked_of(desk(world))) == 2
    assert len(ranked_of(desk(world, DEV, "?district=basildon"))) == 2
    assert ranked_of(desk(world, DEV, "?district=southend")) == []
    odd = desk(world, DEV, "?district=southend&scheme=wickford")
    assert "could not be understood" in odd.text and ranked_of(odd) == []


def test_the_filtered_desk_takes_the_cards_of_its_schemes_alone(world):
    assert 'data-scheme="billericay wickford"' in desk(world, DEV, "?district=basildon").text
    assert 'data-scheme="billericay"' in desk(world, DEV, "?scheme=billericay").text


def test_pages_go_through_everything_once(world):
    made = [str(world.report(LEO, violence=n % 3 == 0)) for n in range(lists.PAGE + 5)]
    browser = Browser(world.client(DEV))
    page = browser.get("/desk")
    seen = [i for i, _ in ranked_of(page)]
    assert len(seen) == lists.PAGE
    further = re.search(r'href="(/desk\?after=[^"]+)"', page.text)
    assert further is not None
    seen += [i for i, _ in ranked_of(browser.get(further[1]))]
    assert sorted(seen) == sorted(made)
    violent = [i for n, i in enumerate(made) if n % 3 == 0]
    assert seen[: len(violent)] == violent[::-1]


def test_what_police_were_not_told_of_neither_stands_there_nor_counts(world):
    told = [world.report(LEO, told_police=True) for _ in range(2)]
    kept = world.report(LEO, violence=True)
    assert ranked_of(desk(world))[0][0] == str(kept)
    assert "3 here in 30 days" in desk(world).text
    with world.app.app_context(), crossing("seed") as session, writing(session):
        session.execute(sa.update(Scheme).values(officers_see_unreported=False))
    page = desk(world)
    assert {i for i, _ in ranked_of(page)} == {str(each) for each in told}
    assert "here in 30 days" not in page.text.split("How this is ordered")[1].split("</ol>")[1]


def test_withdrawn_is_not_new(world):
    incident = world.report(ASHA)
    assert ranked_of(desk(world))
    with world.app.app_context(), crossing("seed") as session, writing(session):
        session.execute(sa.update(Incident).where(Incident.id == incident).values(withdrawn_at=now()))
    assert not ranked_of(desk(world))


@pytest.mark.parametrize("query", ["", "?district=basildon"])
def test_many_schemes_cost_what_one_costs(world, query):
    """The same number of questions for one incident in one scheme and for many in nineteen."""
    client = world.client(DEV)
    world.report(LEO)
    opened(client, f"/desk{query}")
    few, _ = opened(client, f"/desk{query}")
    with world.app.app_context(), crossing("seed") as session, writing(session):
        basildon = session.scalars(sa.select(District.id).where(District.slug == "basildon")).one()
        session.add_all(
            Scheme(district_id=basildon, slug=f"town-{n}", name=f"Town {n}", code=f"T{n}", kind="retail")
            for n in range(17)
        )
    for _ in range(3):
        world.report(CAROL, "billericay", violence=True)
    many, text = opened(client, f"/desk{query}")
    assert text.count('class="ranked"') == 4 and "Town 16" in text
    assert len(many) == len(few), "\n".join(many)
