"""The page "To the police" and the numbers that come back: who may, what is said, what only warns."""

from __future__ import annotations

import pytest

from shopalert.db import now
from shopalert.incidents.models import Incident
from shopalert.police.models import ForPolice, PoliceNumber
from tests.browse import Browser, text_of
from tests.outcomes.loop import (
    LONG_AGO,
    add,
    alerted,
    events,
    everybody_has_a_phone,
    numbers,
    of,
)
from tests.outcomes.test_actions import audited, rows
from tests.people import ASHA, BEN, CAROL, DEV, ELLEN, IVY, LEO, OLU, PAT

DETAILS = {
    "contact_name": "Asha Kaur", "contact_number": "01268 555 010", "available": "Monday to Friday", "cctv": "saved",
    "support": "yes", "reported_elsewhere": "no", "evidence": "yes",
}  # fmt: skip


@pytest.fixture
def theft(world):
    return world.report(
        ASHA, narrative="Filled a pram and left.", value_lost_pence=18600,
        people=[{"sex": "f", "clothing": "Green parka"}], occurred_at=now() - LONG_AGO,
        goods=[{"what": "Baby milk", "count": 12, "each_pence": 1550}],
    )  # fmt: skip


def opened(world, person, incident, status=200):
    return Browser(world.client(person)).get(f"/incidents/{incident}/police", status)


def report_of(page):
    (area,) = [each for each in page.all("textarea") if each.get("id") == "report-text"]
    return area.text.strip()


def put(world, person, where, **given):
    browser = Browser(world.client(person))
    page = browser.get(f"/incidents/{where}/police")
    return browser.post(f"/incidents/{where}/police/numbers", given, page=page)


# ---- what is still needed, and the report


def test_what_is_missing_is_named_with_the_way_to_add_it(world, theft):
    page = opened(world, ASHA, theft)
    assert "Essex Police still needs 6 things" in page.text
    needed = {text_of(item): item.find(".//{*}a") for item in page.tree.iterfind(".//ul[@class='needed']/li")}
    assert len(needed) == 6
    assert all(link is not None and link.get("href").lstrip("#") in page.ids() for link in needed.values())
    bare = world.report(ASHA, narrative="", premises_id=None)
    links = [
        each.get("href") for each in opened(world, ASHA, bare).all("a") if each.get("class") == "needed__go"
    ]
    assert f"/incidents/{bare}/edit#narrative" in links


def test_what_was_answered_is_in_the_report_in_the_forms_order(world, theft):
    browser = Browser(world.client(ASHA))
    page = browser.get(f"/incidents/{theft}/police")
    answer = browser.post(f"/incidents/{theft}/police/details", DETAILS, page=page)
    assert answer.status_code == 303
    page = browser.get(answer.location.split("#")[0])
    assert "Essex Police can record this" in page.text
    text = report_of(page)
    heads = [line.split(":")[0] for line in text.splitlines()]
    assert heads == [
        "Our reference", "Date and time", "Place", "What happened", "What was taken", "Its value", "Who did it", "CCTV",
        "Whom to contact", "Direct number", "When they are there", "Support for a prosecution", "Reported elsewhere",
        "Evidence to secure",
    ]  # fmt: skip
    for words in (
        "Harper's, High Street, SS12 9AA",
        "12 × Baby milk, £15.50 each",
        "£186",
        "Green parka",
        "01268 555 010",
    ):
        assert words in text
    assert "There is evidence that an officer has to secure" in page.text


def test_whom_to_ask_is_typed_once(world, theft):
    browser = Browser(world.client(ASHA))
    browser.post(
        f"/incidents/{theft}/police/details", DETAILS, page=browser.get(f"/incidents/{theft}/police")
    )
    another = world.report(ASHA)
    page = browser.get(f"/incidents/{another}/police")
    held = {each.get("name"): each.get("value") for each in page.all("input") if each.get("type") != "radio"}
    assert (held["contact_name"], held["contact_number"]) == ("Asha Kaur", "01268 555 010")
    assert "01268 555 010" not in report_of(page), "offered, not given"


def test_a_ground_for_999_comes_first_and_only_where_it_is_true(world, theft):
    assert "tel:999" not in opened(world, ASHA, theft).text
    grave = world.report(ASHA, in_progress=True, violence=True)
    text = opened(world, ASHA, grave).text
    assert text.index("tel:999") < text.index('id="needed"')
    assert "Police put attendance first here" in text


def test_who_may_not_report_it_reads_neither_the_page_nor_the_number_to_ring(world, theft):
    browser = Browser(world.client(ASHA))
    browser.post(
        f"/incidents/{theft}/police/details", DETAILS, page=browser.get(f"/incidents/{theft}/police")
    )
    for person in (ASHA, LEO, BEN, DEV, ELLEN):
        assert "01268 555 010" in opened(world, person, theft).text, person.name
    for person, status in ((IVY, 403), (PAT, 403), (CAROL, 404), (OLU, 404)):
        opened(world, person, theft, status)
        assert "01268 555 010" not in world.client(person).get(f"/incidents/{theft}").text
    assert len(rows(world, ForPolice)) == len(audited(world, "police.details")) == 1


def test_a_lead_reads_of_a_child_no_more_than_elsewhere(world):
    incident = world.report(ASHA, flags=["child"], people=[{"clothing": "Quillfeather cap"}])
    assert "Quillfeather" in report_of(opened(world, ASHA, incident))
    assert "Quillfeather" in report_of(opened(world, DEV, incident))
    assert "Quillfeather" not in opened(world, LEO, incident).text


def test_too_much_is_refused_with_its_words(world, theft):
    browser = Browser(world.client(ASHA))
    page = browser.get(f"/incidents/{theft}/police")
    answer = browser.post(f"/incidents/{theft}/police/details", {"contact_name": "x" * 81}, page=page)
    assert answer.status_code == 422 and "x" * 81 in answer.text
    answer = browser.post(f"/incidents/{theft}/police/numbers", {"crime": "4" * 41}, page=page)
    assert answer.status_code == 422 and "4" * 41 in answer.text
    assert rows(world, PoliceNumber) == []


# ---- numbers


def test_numbers_come_onto_the_incident_and_are_told_once(world, theft):
    everybody_has_a_phone(world)
    assert put(world, DEV, theft, crime="42/123456/26", incident="", online="").status_code == 303
    assert put(world, DEV, theft, crime="42/123456/26", incident="", online="").status_code == 303
    stands = of(world, theft)
    assert (stands.crime_number, stands.progress, stands.told_police) == ("42/123456/26", "recorded", True)
    assert alerted(world, "police.numbers") == ["Asha"]
    assert alerted(world, "progress.added") == []
    assert len(events(world, "police.numbers")) == len(rows(world, PoliceNumber)) == 1
    page = world.client(IVY).get(f"/incidents/{theft}").text
    assert "42/123456/26" in page and "PC Mercer: Recorded as a crime" in page
    assert "Crime number</span>" in world.client(IVY).get("/s/wickford/").text


def test_three_numbers_at_once_are_one_alert(world, theft):
    everybody_has_a_phone(world)
    numbers(world, LEO, theft, incident="0421 OF TODAY", crime="42/1/26", online="BCA-1-26")
    assert alerted(world, "police.numbers") == ["Asha"]
    assert {each.kind for each in rows(world, PoliceNumber)} == {"incident", "crime", "online"}
    assert of(world, theft).progress == "recorded"


def test_a_number_shows_what_it_shows_once(world, theft):
    numbers(world, ASHA, theft, online="BCA-1-26")
    assert of(world, theft).progress == "reported"
    add(world, DEV, theft, "recorded", 1)
    numbers(world, ASHA, theft, crime="42/1/26")
    numbers(world, ASHA, theft, crime="42/2/26")
    assert of(world, theft).crime_number == "42/2/26"
    numbers(world, ASHA, theft, crime="")
    assert (of(world, theft).crime_number, of(world, theft).police_have_it) == ("", True)


def test_an_odd_number_is_kept_and_warned_of(world, theft):
    put(world, ASHA, theft, crime="  ring   them ", incident="", online="")
    assert of(world, theft).crime_number == "RING THEM"
    page = opened(world, ASHA, theft)
    assert "It does not look like one of Essex Police, such as 42/123456/26." in page.text
    put(world, ASHA, theft, crime="42/77/26", incident="", online="")
    assert "does not look like" not in opened(world, ASHA, theft).text


def test_the_same_number_elsewhere_is_shown_to_who_may_see_it(world, theft):
    other = world.report(IVY)
    away = world.report(CAROL, "billericay")
    for person, incident in ((IVY, other), (CAROL, away), (ASHA, theft)):
        numbers(world, person, incident, crime="42/9/26")
    asha, dev = opened(world, ASHA, theft).text, opened(world, DEV, theft).text
    assert f'href="/incidents/{other}"' in asha and f'href="/incidents/{away}"' not in asha
    assert f'href="/incidents/{other}"' in dev and f'href="/incidents/{away}"' in dev
    numbers(world, IVY, other, crime="42/10/26")
    assert f'href="/incidents/{other}"' not in opened(world, ASHA, theft).text


def test_a_crime_number_is_found_by_search(world, theft):
    numbers(world, DEV, theft, crime="42/654321/26")
    assert str(theft) in world.client(IVY).get("/search?q=42/654321/26").text
    assert str(theft) not in world.client(CAROL).get("/search?q=42/654321/26").text


def test_who_may_enter_a_number(world, theft):
    for person, may in ((ASHA, True), (LEO, True), (BEN, True), (DEV, True), (ELLEN, False)):
        browser = Browser(world.client(person))
        answer = browser.post(f"/incidents/{theft}/police/numbers", {"incident": person.name})
        assert answer.status_code == (303 if may else 403), person.name
    assert isinstance(of(world, theft), Incident)
