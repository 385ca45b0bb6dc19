"""The whole report without a script: rows come and go and lose nothing, what is wrong is said, and every reader
reads what is theirs."""

from __future__ import annotations

import re
import uuid

import pytest
import sqlalchemy as sa

from shopalert.db import now, writing
from shopalert.incidents.models import Incident, IncidentVersion
from shopalert.schemes.models import Scheme
from shopalert.wall import crossing
from tests.browse import Browser
from tests.incidents.test_views import HTML, JSON, body, rows, send, typed
from tests.people import ASHA, BEN, CAROL, DEV, IVY, LEO
from tests.world import picture

WHOLE = {
    "violence": "y",
    "people_count": "3",
    "people-0-sex": "m",
    "people-0-age": "25_34",
    "people-0-height": "tall",
    "people-0-build": "slim",
    "people-0-complexion": "freckled",
    "people-0-hair": "Short and ginger",
    "people-0-clothing": "Green parka",
    "people-0-marks": "Swallow on the neck",
    "people-0-carrying": "Red rucksack",
    "people-1-sex": "f",
    "people-1-clothing": "Grey hooded top",
    "vehicles-0-registration": "ek12 abc",
    "vehicles-0-type": "van",
    "vehicles-0-colour": "White",
    "vehicles-0-make": "Ford",
    "vehicles-0-model": "Transit",
    "goods-0-what": "Coat",
    "goods-0-count": "3",
    "goods-0-each": "80",
    "goods-1-what": "Scarf",
    "goods-1-each": "12.50",
    "goods-1-recovered": "y",
    "came_to": "attempted",
    "occurred_at": "2026-11-20T10:00",
    "occurred_until": "2026-11-20T10:40",
    "direction": "Towards the station",
    "words_spoken": "Get out of my way",
    "flags": ["organised", "hate_race"],
    "answers-how": "lined_bag",
}


@pytest.fixture
def asha(world):
    return Browser(world.client(ASHA))


def whole(**more):
    return body(**{**WHOLE, **more})


def switch(world, **settings):
    with world.app.app_context(), crossing("seed") as session, writing(session):
        session.execute(sa.update(Scheme).where(Scheme.slug == "wickford").values(**settings))


def the_one(world):
    [found] = rows(world, Incident)
    return found


def sent(world, browser, **more):
    answer = send(browser, whole(**more), HTML)
    assert answer.status_code == 303, answer.text[:2000]
    return the_one(world)


# ---- what is understood


def test_all_of_it_is_kept(world, asha):
    found = sent(world, asha)
    assert found.people == [
        {
            "sex": "m", "age": "25_34", "height": "tall", "build": "slim", "complexion": "freckled",
            "hair": "Short and ginger", "clothing": "Green parka",
            "marks": "Swallow on the neck", "carrying": "Red rucksack",
        },
        {"sex": "f", "clothing": "Grey hooded top"},
    ]  # fmt: skip
    assert found.vehicles == [
        {"type": "van", "colour": "White", "make": "Ford", "model": "Transit", "registration": "EK12ABC"}
    ]
    assert found.goods == [
        {"what": "Coat", "count": 3, "each_pence": 8000},
        {"what": "Scarf", "count": 1, "each_pence": 1250, "recovered": True},
    ]
    assert (found.value_lost_pence, found.value_recovered_pence, found.people_count) == (25250, 1250, 3)
    assert (found.came_to, found.direction, found.words_spoken) == (
        "attempted", "Towards the station", "Get out of my way",
    )  # fmt: skip
    assert found.flags == ["hate", "organised", "hate_race"]
    assert found.answers == {"how": "lined_bag"}
    assert (found.occurred_until - found.occurred_at).total_seconds() == 40 * 60
    assert found.priority.reasons == ("violence", "hate", "organised")


def test_only_the_kind_is_asked_for(world, asha):
    answer = send(asha, {"client_id": str(uuid.uuid4()), "category": "shop_theft"}, HTML)
    assert answer.status_code == 303
    found = the_one(world)
    assert (found.people, found.vehicles, found.goods, found.flags, found.answers) == ([], [], [], [], {})
    assert (found.value_lost_pence, found.people_count, found.occurred_until) == (None, None, None)


def test_a_value_that_was_typed_stands_before_the_sum(world, asha):
    assert sent(world, asha, value_lost="500", value_recovered="0").value_lost_pence == 50000
    assert the_one(world).value_recovered_pence == 0


def test_who_may_be_a_child_makes_it_a_report_about_one(world, asha):
    assert "child" in sent(world, asha, **{"people-1-age": "under_18"}).flags


def test_answers_of_another_kind_are_no_answers(world, asha):
    send(asha, body(category="robbery", **{"answers-how": "lined_bag", "answers-target": "till"}), HTML)
    assert the_one(world).answers == {"target": "till"}


# ---- rows without a script


def test_another_row_is_the_same_form_with_a_row_more(world, asha):
    page = send(asha, whole(add="people", photos=[(picture(), "a.jpg")]), HTML)
    assert page.status_code == 200
    for name, value in WHOLE.items():
        if (
            isinstance(value, str)
            and value not in ("y", "m", "f", "van", "attempted", "lined_bag")
            and "age" not in name
        ):
            shown = re.search(rf'name="{name}"[^>]*value="{re.escape(value)}"', page.text)
            picked = re.search(rf'<option value="{value}" selected', page.text)
            assert shown or picked or typed(page.text, name) == value, name
    for name, value in (
        ("people-0-sex", "m"),
        ("came_to", "attempted"),
        ("answers-how", "lined_bag"),
        ("flags", "hate_race"),
    ):
        assert re.search(rf'name="{name}" value="{value}" checked', page.text), name
    assert 'name="goods-1-recovered" value="y" checked' in page.text
    assert 'name="people-2-clothing"' in page.text
    assert 'name="people-3-clothing"' not in page.text
    assert len(re.findall(r'name="staged"[^>]*value="[0-9a-f-]{36}"', page.text)) == 1
    assert typed(page.text, "client_id")
    assert rows(world, Incident) == []


def test_a_row_can_be_left_out(world, asha):
    page = send(asha, whole(drop="people-0"), HTML)
    assert page.status_code == 200
    assert "Green parka" not in page.text
    assert typed(page.text, "people-0-clothing") == "Grey hooded top"
    assert typed(page.text, "goods-0-what") == "Coat"
    assert re.search(r'<details class="more" id="people" open', page.text)


def test_rows_have_an_end(world, asha):
    full = {f"vehicles-{n}-colour": "Red" for n in range(5)}
    page = send(asha, body(add="vehicles", **full), HTML)
    assert page.text.count('name="vehicles-5-colour"') == 0
    answer = send(asha, body(**full, **{"vehicles-5-colour": "Blue"}))
    assert answer.status_code == 422 and "vehicles" in answer.json["fields"]


def test_the_questions_of_a_kind_come_without_a_script(asha):
    page = send(asha, body(category="counterfeit", add="answers"), HTML)
    asked = page.text.split("data-asked")[1].split("<template")[0]
    assert 'name="answers-note"' in asked and 'name="answers-serial"' in asked


def test_the_empty_form_is_folded(asha):
    text = asha.get("/s/wickford/report").text
    assert text.count('<details class="more"') == 5
    assert '<details class="more" id="people" open' not in text


# ---- what is wrong


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"people_count": "many"}, "people_count"),
        ({"people_count": "100"}, "people_count"),
        ({"people-0-age": "old"}, "people-0-age"),
        ({"people-0-clothing": "x" * 301}, "people-0-clothing"),
        ({"goods-0-each": "about ten"}, "goods-0-each"),
        ({"goods-0-count": "0"}, "goods-0-count"),
        ({"vehicles-0-registration": "x" * 16}, "vehicles-0-registration"),
        ({"value_recovered": "x"}, "value_recovered"),
        ({"occurred_until": "2026-11-20T09:59"}, "occurred_until"),
        ({"came_to": "done"}, "came_to"),
        ({"direction": "x" * 201}, "direction"),
        ({"words_spoken": "x" * 1001}, "words_spoken"),
        ({"flags": ["murder"]}, "flags"),
        ({"answers-how": "magic"}, "answers-how"),
        ({"exercise": "y"}, "exercise"),
        ({"goods-0-count": "9999", "goods-0-each": "9999999"}, "value_lost"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_nothing_else_is_lost(world, asha, fields, wrong):
    answer = send(asha, whole(**fields))
    assert (answer.status_code, list(answer.json["fields"])) == (422, [wrong])
    page = send(asha, whole(**fields), HTML)
    assert page.status_code == 422
    assert f'id="{wrong}-error"' in page.text
    assert f'href="#{wrong}"' in page.text
    assert f'id="{wrong}"' in page.text, "the summary leads nowhere"
    for kept in ("Swallow on the neck", "Scarf", "Transit"):
        assert kept in page.text
    assert rows(world, Incident) == []


# ---- what is read


def test_members_read_what_was_given(world, asha):
    path = f"/incidents/{sent(world, asha).id}"
    for where in (path, f"{path}/facts", f"{path}/versions"):
        text = Browser(world.client(IVY)).get(where).text
        for words in (
            "Man or boy", "25 to 34", "Tall", "Slim", "Freckled", "Short and ginger", "Green parka",
            "Swallow on the neck", "Red rucksack", "Grey hooded top", "Van", "White", "Ford Transit", "…ABC", "Coat",
            "Scarf", "£252.50", "Attempted", "Towards the station", "Get out of my way", "Foil-lined bag",
        ):  # fmt: skip
            assert words in text, f"{where}: {words}"
    text = Browser(world.client(IVY)).get(path).text
    assert "Urgent" in text and "3 people" in text


def test_a_whole_registration_and_what_the_hate_was_about_are_not_for_every_member(world, asha):
    incident = sent(world, asha)
    for where in ("", "/facts", "/versions"):
        ivy = Browser(world.client(IVY)).get(f"/incidents/{incident.id}{where}").text
        assert "EK12ABC" not in ivy
        assert "Hate: race" not in ivy and "Hate" in ivy
        for person in (ASHA, BEN, DEV):
            text = Browser(world.client(person)).get(f"/incidents/{incident.id}{where}").text
            assert "EK12ABC" in text and "Hate: race" in text, f"{person.name} {where}"
        assert "EK12ABC" in Browser(world.client(LEO)).get(f"/incidents/{incident.id}{where}").text


def test_the_description_of_who_may_be_a_child_is_kept_for_coordinators_and_police(world, asha):
    incident = sent(world, asha, **{"people-0-age": "under_18"})
    for where in ("", "/facts", "/versions"):
        path = f"/incidents/{incident.id}{where}"
        assert "Green parka" not in Browser(world.client(IVY)).get(path).text
        for person in (ASHA, BEN, DEV):
            assert "Green parka" in Browser(world.client(person)).get(path).text


def test_appearance_only_where_the_scheme_has_it_on(world, asha):
    said = {"people-0-appearance": "IC1"}
    assert "appearance" not in sent(world, asha, **said).people[0]
    assert "people-0-appearance" not in asha.get("/s/wickford/report").text
    switch(world, appearance=True)
    assert "people-0-appearance" in asha.get("/s/wickford/report").text
    where = send(asha, whole(**said), HTML).headers["Location"]
    [kept] = rows(world, Incident, Incident.id == uuid.UUID(where[-36:]))
    assert kept.people[0]["appearance"] == "IC1"
    for page in ("", "/facts", "/versions"):
        assert "White North European" in Browser(world.client(IVY)).get(where + page).text
    switch(world, appearance=False)
    for page in ("", "/facts", "/versions", "/edit"):
        assert "White North European" not in asha.get(where + page).text


def test_nobody_outside_reads_any_of_it(world, asha):
    incident = sent(world, asha)
    for where in ("", "/facts", "/versions"):
        Browser(world.client(CAROL)).get(f"/incidents/{incident.id}{where}", 404)


# ---- changed


def test_the_form_of_a_change_holds_all_of_it_and_changes_nothing_by_itself(world, asha):
    incident = sent(world, asha)
    page = asha.get(f"/incidents/{incident.id}/edit")
    fields: dict[str, list[str]] = {}
    form = next(each for each in page.all("form") if (each.get("action") or "").endswith("/edit"))
    for each in form.iter("input"):
        if each.get("type") in ("radio", "checkbox") and each.get("checked") is None:
            continue
        fields.setdefault(each.get("name") or "", []).append(each.get("value") or "")
    for each in form.iter("textarea"):
        fields[each.get("name")] = [each.text or ""]
    for each in form.iter("select"):
        chosen = [option.get("value") for option in each.iter("option") if option.get("selected") is not None]
        fields[each.get("name")] = chosen[:1]
    fields = {
        name: values for name, values in fields.items() if "NUMBER" not in name and name not in ("", "photos")
    }
    assert send(asha, fields, HTML, f"/incidents/{incident.id}/edit").status_code == 303
    first, second = (row.facts for row in rows(world, IncidentVersion))
    assert first == second


def test_a_row_more_in_a_change(world, asha):
    incident = sent(world, asha)
    said = {**whole(), "row_version": "1", "add": "goods"}
    page = send(asha, said, HTML, f"/incidents/{incident.id}/edit")
    assert page.status_code == 200
    assert 'name="goods-2-what"' in page.text
    assert f'formaction="/incidents/{incident.id}/edit#goods"' in page.text


def test_both_are_shown_with_all_that_differs(world, asha):
    incident = sent(world, asha)
    path = f"/incidents/{incident.id}/edit"
    theirs = {**whole(direction="To the market", **{"people-0-clothing": "Blue coat"}), "row_version": "1"}
    assert send(Browser(world.client(BEN)), theirs, HTML, path).status_code == 303
    mine = {**whole(direction="To the bridge", **{"goods-0-count": "4"}), "row_version": "1"}
    page = send(asha, mine, HTML, path)
    assert page.status_code == 409
    both = page.text.split('<section class="both"')[1].split("</section>")[0]
    for words in (
        "To the market",
        "To the bridge",
        "Blue coat",
        "Green parka",
        "4 × Coat",
        "3 × Coat",
        "£332.50",
    ):
        assert words in both, words
    assert "Transit" not in both, "what does not differ is not compared"
    assert typed(page.text, "direction") == "To the bridge"
    assert typed(page.text, "goods-0-count") == "4"


# ---- is it the same thing?


def asked(browser, **more):
    return send(browser, body(ask_first="y", narrative="Two men with coats.", **more), HTML)


def test_what_may_be_the_same_is_offered_before_it_is_sent(world):
    standing = world.report(ASHA, narrative="Two people took coats.")
    leo = Browser(world.client(LEO))
    here = {
        "premises": str(world.premises["Harper's"]),
        "people-0-clothing": "Green parka",
        "direction": "North",
    }
    page = asked(leo, **here)
    assert page.status_code == 422
    offer = page.text.split('<section class="asked"')[1].split("</section>")[0]
    assert f"/incidents/{standing}" in offer and "Two people took coats." in offer
    assert typed(page.text, "people-0-clothing") == "Green parka"
    assert len(rows(world, Incident)) == 1
    assert asked(leo, not_duplicate="y", **here).status_code == 303
    assert len(rows(world, Incident)) == 2


def test_who_says_yes_adds_to_it_and_reports_nothing(world):
    standing = world.report(ASHA)
    said = body(
        narrative="Saw them, too.",
        direction="North",
        photos=[(picture(), "a.jpg")],
        **{"people-0-clothing": "Parka"},
    )
    leo = Browser(world.client(LEO))
    answers = [
        send(leo, {**said, "photos": [(picture(), "a.jpg")]}, HTML, f"/incidents/{standing}/additions")
        for _ in range(2)
    ]
    assert {answer.headers["Location"] for answer in answers} == {answers[0].headers["Location"]}
    assert answers[0].headers["Location"].startswith(f"/incidents/{standing}#comment-")
    page = Browser(world.client(IVY)).get(f"/incidents/{standing}").text
    for words in ("Saw them, too.", "Parka", "Went: North", "Leo"):
        assert words in page
    assert len(rows(world, Incident)) == 1


def test_an_addition_says_nothing_of_a_child_to_everybody(world):
    standing = world.report(ASHA)
    child = {"people-0-age": "under_18", "people-0-clothing": "School blazer"}
    send(Browser(world.client(LEO)), body(**child), HTML, f"/incidents/{standing}/additions")
    assert "School blazer" not in Browser(world.client(IVY)).get(f"/incidents/{standing}").text


def test_nothing_waits_for_an_answer_but_our_own_form_with_time_to_ask(world):
    world.report(ASHA)
    here, leo = {"premises": str(world.premises["Harper's"])}, Browser(world.client(LEO))
    assert send(leo, body(**here), HTML).status_code == 303
    assert asked(leo, in_progress="y", **here).status_code == 303
    assert send(leo, body(ask_first="y", **here), JSON).status_code == 201
    assert asked(leo, premises="", category="counterfeit").status_code == 303
    assert len(rows(world, Incident)) == 5


def test_nobody_is_asked_about_their_own(world):
    world.report(LEO, premises_id=world.premises["Harper's"])
    here, leo = {"premises": str(world.premises["Harper's"])}, Browser(world.client(LEO))
    assert asked(Browser(world.client(IVY)), **here).status_code == 422
    assert asked(leo, **here).status_code == 303


def test_reports_of_another_scheme_are_never_offered(world):
    world.report(CAROL, "billericay", narrative="Two men with coats and a rucksack.")
    assert asked(Browser(world.client(LEO)), premises="").status_code == 303


def test_while_it_is_written_the_form_names_those_it_may_be(world):
    standing = world.report(ASHA)
    leo = Browser(world.client(LEO))
    query = "?category=shop_theft&premises=" + str(world.premises["Harper's"])
    assert f"/incidents/{standing}" in leo.get(f"/s/wickford/report/alike{query}").text
    assert f"/incidents/{standing}" not in leo.get("/s/wickford/report/alike?category=welfare").text


# ---- practice


@pytest.mark.parametrize(("person", "may"), [(ASHA, False), (LEO, True), (BEN, True), (DEV, False)])
def test_who_may_practise_finds_the_switch(world, person, may):
    browser = Browser(world.client(person))
    assert ('name="exercise"' in browser.get("/s/wickford/report").text) is may
    assert send(browser, body(exercise="y"), HTML).status_code == (303 if may else 422)
    assert [row.exercise for row in rows(world, Incident)] == ([True] if may else [])


def test_practice_stays_practice_when_it_is_changed(world):
    ben = Browser(world.client(BEN))
    where = send(ben, body(exercise="y"), HTML).headers["Location"]
    assert 'name="exercise"' not in ben.get(f"{where}/edit").text
    changed = {"row_version": "1", "category": "asb", "narrative": "Changed."}
    assert send(ben, changed, HTML, f"{where}/edit").status_code == 303
    assert the_one(world).exercise
    assert the_one(world).occurred_at <= now()
