"""How much of what the town was told one has not read: in the bar, on every page."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa

from shopalert.bulletins.models import Bulletin
from shopalert.db import now, uuid7, writing
from shopalert.protection.clocks import clocks
from shopalert.wall import crossing
from shopalert.words import field_time
from tests.house.test_queries import counted
from tests.people import ASHA, BEN, CAROL, DEV, ELLEN, IVY, LEO, OLU


def count(town, person, path="/more"):
    found = re.findall(r"data-told-count>([0-9+]+)<", town.browsers[person].get(path).text)
    assert len(found) == 1, found
    asked = town.browsers[person].client.get("/unread", headers={"Accept": "application/json"}).get_json()
    if path == "/more" and "+" not in found[0]:
        assert len(asked["told"]) == int(found[0])
    return found[0]


def test_it_goes_up_when_told_and_down_when_read(town):
    assert count(town, ASHA) == count(town, DEV) == "0"
    first, second = town.warn(), town.advise()
    assert count(town, ASHA) == "2" and count(town, CAROL) == "1" and count(town, OLU) == "0"
    assert count(town, DEV) == "1" and count(town, BEN) == "1"  # not what one wrote oneself
    assert count(town, ASHA, f"/bulletins/{second}") == "1"  # the page that reads it knows
    assert count(town, ASHA) == "1"
    assert count(town, ASHA, "/s/wickford/bulletins") == "1"  # a list reads nothing
    assert count(town, ASHA, f"/bulletins/{town.of(first, 'wickford')}") == "0"


def test_corrected_it_is_unread_again_and_recalled_it_is_none(town):
    bulletin = town.advise()
    assert count(town, ASHA, f"/bulletins/{bulletin}") == "0"
    town.correct(BEN, bulletin, text="Hedgerow")
    assert count(town, ASHA) == "1"
    town.do(BEN, bulletin, "recall", why="No")
    assert count(town, ASHA) == count(town, DEV) == "0"


def test_what_is_to_come_or_over_or_old_counts_not(town):
    town.advise(publish_at=field_time(now() + timedelta(hours=1)))
    assert count(town, ASHA) == "0"
    town.wait(hours=2)
    town.warn()
    assert count(town, ASHA) == "2"
    town.wait(days=2)
    assert count(town, ASHA) == "1"
    town.wait(days=30)
    assert count(town, ASHA) == "0"


def test_what_is_for_few_premises_counts_for_these_and_for_who_answers_for_the_scheme(town):
    site = str(town.world.premises["Harper's"])
    town.warn(DEV, "wickford", where="premises", premises=site, near_only="y")
    seen = {person.name.split()[0]: count(town, person) for person in (ASHA, LEO, IVY, BEN)}
    assert seen["Asha"] == "1" and seen["Ben"] == "1" and seen["Ivy"] == "0", seen
    # The list marks the same ones.
    marked = {
        p: "data-unread data-into" in town.browsers[p].get("/s/wickford/bulletins").text for p in (ASHA, IVY)
    }
    assert marked == {ASHA: True, IVY: False}


def test_read_in_one_scheme_is_read(town):
    told = town.publish(DEV, "wickford", "billericay", kind="advice")
    assert count(town, ELLEN) == "1"
    assert "data-unread data-into" in town.browsers[ELLEN].get("/bulletins").text
    town.browsers[ELLEN].get(f"/bulletins/{town.of(told, 'wickford')}")
    assert count(town, ELLEN) == "0"
    assert "data-unread data-into" not in town.browsers[ELLEN].get("/bulletins").text


def test_no_further_than_99(town):
    at = now()
    with town.world.app.app_context(), crossing("seed") as session, writing(session):
        session.execute(
            sa.insert(Bulletin),
            [
                {
                    "id": uuid7(at), "scheme_id": town.world.schemes["wickford"], "publication_id": uuid7(at),
                    "author_id": town.world.users[BEN.name], "kind": "advice", "title": f"No. {number}", "text": "",
                    "published_at": at - timedelta(minutes=number), "announced_at": at, "audience": "members",
                    **clocks("bulletin", at),
                }
                for number in range(120)
            ],
        )  # fmt: skip
    assert count(town, ASHA) == "99+"


@pytest.mark.parametrize("path", ["/s/wickford/", "/more", "/s/wickford/bulletins"])
def test_it_costs_one_query_a_page(town, path):
    client = town.browsers[ASHA].client
    for _ in range(3):
        town.advise()
    client.get(path, headers={"Accept": "text/html"})
    with counted() as found:
        assert client.get(path, headers={"Accept": "text/html"}).status_code == 200
    asked = [each for each in found if "bulletin_reading" in each and "near_only" in each.split("FROM")[0]]
    assert len(asked) == 1, "\n".join(asked)
