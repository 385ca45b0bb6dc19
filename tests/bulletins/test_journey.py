"""A bulletin from its writing to its end, through HTTP: who gets it and by which way, and who does not."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest

from shopalert.db import now
from shopalert.words import field_time
from tests.bulletins.conftest import WORDS
from tests.people import ASHA, BEN, CAROL, DEV, ELLEN, IVY, LEO, OLU, PAT

WICKFORD = {"Asha", "Ivy", "Leo", "Ben", "Pat"}


def test_a_warning_of_two_schemes_reaches_these_two_by_every_way(town):
    before = town.cursor()
    bulletin = town.warn(DEV, "wickford", "billericay")
    there = {"wickford": town.of(bulletin, "wickford"), "billericay": town.of(bulletin, "billericay")}
    for person, slug in ((ASHA, "wickford"), (CAROL, "billericay"), (ELLEN, "wickford")):
        page = f"/bulletins/{there[slug]}"
        assert town.reads(person, page), page
        assert town.reads(person, f"/s/{slug}/bulletins") and town.reads(person, f"/s/{slug}/")
        assert f'id="bulletin-{there[slug]}"' in "".join(
            each["data"] for each in town.polls(person, before) if each["event"] == "bulletin"
        )
    assert town.reads(ELLEN, "/desk")
    assert town.rung() == WICKFORD | {"Carol", "Ellen"}


def test_the_third_scheme_gets_it_by_no_way(town):
    before = town.cursor()
    bulletin = town.warn(DEV, "wickford", "billericay")
    assert town.reads(ASHA, "/s/wickford/bulletins") and town.reads(CAROL, "/s/billericay/bulletins")
    for path in (
        f"/bulletins/{town.of(bulletin, 'wickford')}",
        f"/bulletins/{town.of(bulletin, 'billericay')}",
    ):
        assert town.status(OLU, path) == 404
    for path in ("/s/southend/", "/s/southend/bulletins", "/desk", "/more"):
        assert not town.reads(OLU, path)
    assert town.polls(OLU, before) == [] and "Olu" not in town.rung()
    assert town.status(CAROL, f"/bulletins/{town.of(bulletin, 'wickford')}") == 404


def test_a_whole_district(town):
    bulletin = town.warn(DEV, "district:basildon")
    assert town.of(bulletin, "wickford") and town.of(bulletin, "billericay")


@pytest.mark.parametrize(
    ("by", "to"), [(BEN, "billericay"), (DEV, "southend"), (OLU, "wickford"), (OLU, "district:basildon")]
)
def test_nobody_publishes_where_they_are_not(town, by, to):
    answer = town.send(by, to, kind="advice")
    assert answer.status_code == 422 and town.events() == []


@pytest.mark.parametrize("person", [ASHA, LEO, PAT], ids=lambda person: person.name)
def test_members_leads_and_partners_do_not_publish(town, person):
    assert town.send(person, "wickford", kind="advice").status_code == 403
    assert town.status(person, "/bulletins/new") == 403
    assert "/bulletins/new" not in town.browsers[person].get("/s/wickford/bulletins").text
    assert "/bulletins/new" in town.browsers[BEN].get("/s/wickford/bulletins").text


def test_sent_twice_it_is_one(town):
    key = str(uuid.uuid4())
    first = town.send(BEN, "wickford", kind="advice", client_id=key)
    again = town.send(BEN, "wickford", kind="advice", client_id=key)
    assert (again.status_code, again.location) == (303, first.location)
    assert again.headers["Idempotency-Replayed"] == "true"
    assert town.send(BEN, "wickford", kind="advice", client_id=key, title="Something else").status_code == 422
    assert town.events() == ["bulletin.published"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"ends_at": ""}, {"ends_at": "tomorrow"}, {"starts_at": ""}, {"title": ""}, {"text": ""}, {"serial": "A!"},
        {"ends_at": field_time(now() - timedelta(hours=1))}, {"ends_at": field_time(now() + timedelta(days=100))},
        {"where": "circle"}, {"where": "premises"}, {"severity": "shrill"}, {"denomination": "7"},
        {"title": "Turned \u202e around"}, {"text": "Turned \u202e around"}, {"kind": "gossip"},
    ],
    ids=str,
)  # fmt: skip
def test_what_is_wrong_comes_back_with_its_words(town, wrong):
    said = {
        "kind": "warning", "template": "counterfeit", "severity": "normal", "starts_at": field_time(now()),
        "ends_at": field_time(now() + timedelta(days=1)), "where": "scheme", "denomination": "20", **wrong,
    }  # fmt: skip
    answer = town.send(BEN, "wickford", **said)
    assert answer.status_code == 422 and "data-error-summary" in answer.text
    assert "Look at **both** sides." in answer.text or "text" in wrong
    assert town.events() == []


def test_it_is_corrected_in_all_of_them(town):
    bulletin = town.warn()
    carol = town.of(bulletin, "billericay")
    before = town.cursor()
    assert (
        town.correct(DEV, bulletin, title="Tens, not twenties", denomination="10", why="Misread").status_code
        == 303
    )
    for person, id_ in ((ASHA, town.of(bulletin, "wickford")), (CAROL, carol)):
        page = town.browsers[person].get(f"/bulletins/{id_}").text
        assert "Tens, not twenties" in page and "£10" in page and WORDS not in page
        assert "Tens, not twenties" in "".join(each["data"] for each in town.polls(person, before))
        old = town.browsers[person].get(f"/bulletins/{id_}/versions").text
        assert WORDS in old and "Misread" in old
    assert town.rung("bulletin.corrected") == town.rung()
    assert town.correct(DEV, bulletin, row_version="1").status_code == 409


def test_it_is_recalled_everywhere(town):
    bulletin = town.warn()
    there = {ASHA: town.of(bulletin, "wickford"), CAROL: town.of(bulletin, "billericay")}
    before = town.cursor()
    assert town.do(DEV, bulletin, "recall", why="The notes were real").status_code == 303
    for person, id_ in there.items():
        slug = "wickford" if person is ASHA else "billericay"
        assert town.status(person, f"/bulletins/{id_}") == 404
        assert not town.reads(person, f"/s/{slug}/") and not town.reads(person, f"/s/{slug}/bulletins")
        assert ("gone", f'{{"id": "bulletin-{id_}"}}') in {
            (each["event"], str(each["data"]).replace("'", '"')) for each in town.polls(person, before)
        }
        kept = town.browsers[person].client.post(
            "/sync/kept", json={"incidents": [id_]},
            headers={"Sec-Fetch-Site": "same-origin", "X-Requested-With": "shopalert"},
        )  # fmt: skip
        assert kept.json["standing"] == []
    assert "The notes were real" in town.browsers[BEN].get(f"/bulletins/{there[ASHA]}").text
    assert town.rung("bulletin.recalled") == town.rung()
    assert town.correct(DEV, bulletin).status_code == 409


def test_who_may_recall(town):
    mine, polices = town.advise(BEN), town.of(town.warn(), "wickford")
    for person in (ASHA, LEO, PAT, DEV):
        assert town.do(person, mine, "recall", why="No").status_code == 403, person.name
    assert town.do(BEN, polices, "recall", why="No").status_code == 403
    assert town.do(ELLEN, polices, "recall", why="As agreed").status_code == 303
    assert town.do(BEN, mine, "recall", why="Wrong month").status_code == 303


def test_what_comes_out_later_is_its_authors_alone_until_then(town):
    bulletin = town.advise(BEN, publish_at=field_time(now() + timedelta(hours=3)))
    assert town.events() == [] and town.rung() == set()
    assert town.reads(BEN, "/s/wickford/bulletins") and town.reads(BEN, f"/bulletins/{bulletin}")
    for person in (ASHA, DEV, LEO):
        assert town.status(person, f"/bulletins/{bulletin}") == 404
        assert not town.reads(person, "/s/wickford/bulletins")
    town.wait(hours=4)
    assert town.events() == ["bulletin.published"] and town.rung() == WICKFORD - {"Ben"} | {"Dev", "Ellen"}
    assert town.reads(ASHA, f"/bulletins/{bulletin}")
    assert town.wait(hours=0) == 0


def test_recalled_before_its_time_nobody_hears_of_it(town):
    bulletin = town.advise(BEN, publish_at=field_time(now() + timedelta(hours=3)))
    assert town.do(BEN, bulletin, "recall", why="Not needed").status_code == 303
    assert town.wait(hours=4) == 0 and town.events() == []


def test_the_list_by_kind(town):
    town.advise(BEN, title="Lock the back door")
    town.publish(BEN, "wickford", kind="minutes", title="Minutes of May")
    page = town.browsers[IVY].get("/s/wickford/bulletins?kind=minutes").text
    assert "Minutes of May" in page and "Lock the back door" not in page
    assert "Lock the back door" in town.browsers[IVY].get("/s/wickford/bulletins?kind=nonsense").text
