"""The pages of an incident: sent once however often, nothing typed is lost, gone is gone."""

from __future__ import annotations

import io
import re
import threading
import uuid
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shopalert.db import now
from shopalert.evidence.models import Attachment
from shopalert.incidents.models import Incident, IncidentVersion, Sighting
from shopalert.text import is_plain, normal
from shopalert.wall import crossing
from tests.browse import Browser
from tests.people import ASHA, BEN, CAROL, DEV, IVY
from tests.world import picture

JSON = {"Accept": "application/json", "Sec-Fetch-Site": "same-origin"}
HTML = {"Accept": "text/html", "Sec-Fetch-Site": "same-origin"}


def body(**more):
    return {
        "client_id": str(uuid.uuid4()),
        "category": "shop_theft",
        "narrative": "Two people took coats.",
        **more,
    }


@pytest.fixture
def asha(world):
    return Browser(world.client(ASHA))


def send(browser, fields, headers=JSON, path="/s/wickford/report", page=None):
    return browser.post(path, fields, headers=headers, page=page)


def rows(world, model, *where):
    with world.app.app_context(), crossing("command") as session:
        return list(session.scalars(sa.select(model).where(*where)))


def typed(text, name):
    """What stands in a field of a form that came back."""
    area = re.search(rf'<textarea[^>]*name="{name}"[^>]*>\n?(.*?)</textarea>', text, re.S)
    if area:
        return area[1]
    field = re.search(rf'<input[^>]*name="{name}"[^>]*value="([^"]*)"', text)
    return field[1] if field else None


# ---- sent once


def test_a_machine_is_told_what_was_made(world, asha):
    answer = send(asha, body())
    assert answer.status_code == 201
    made = answer.json
    assert made["url"] == f"/incidents/{made['id']}" == answer.headers["Location"]
    assert re.fullmatch(r"WIC-\d{4}-00001", made["reference"])
    assert "Idempotency-Replayed" not in answer.headers


def test_the_same_again_is_the_same_answer(world, asha):
    said = body(value_lost="12.50", occurred_at="2026-11-20T10:00")
    first, again = send(asha, said), send(asha, said)
    assert (again.status_code, again.json) == (201, first.json)
    assert again.headers["Idempotency-Replayed"] == "true"
    assert len(rows(world, Incident)) == 1


def test_a_page_goes_to_the_incident_however_often_it_is_sent(world, asha):
    said = body()
    answers = [send(asha, said, HTML) for _ in range(3)]
    assert {(a.status_code, a.headers["Location"]) for a in answers} == {
        (303, answers[0].headers["Location"])
    }
    assert len(rows(world, Incident)) == 1


def test_another_body_is_key_reused_for_a_machine(world, asha):
    said = body()
    send(asha, said)
    answer = send(asha, {**said, "narrative": "Something else."})
    assert (answer.status_code, answer.json["code"], answer.json["saved"]) == (422, "key_reused", True)
    assert [row.narrative for row in rows(world, Incident)] == ["Two people took coats."]


def test_back_change_and_send_again_opens_the_report_with_what_was_typed(world, asha):
    said = body()
    where = send(asha, said, HTML).headers["Location"]
    page = send(asha, {**said, "narrative": "What I typed since.", "value_lost": "99"}, HTML)
    assert page.status_code == 422
    assert f'action="{where}/edit"' in page.text
    assert "key_reused" not in page.text
    assert typed(page.text, "narrative") == "What I typed since."
    assert typed(page.text, "value_lost") == "99"
    version = typed(page.text, "row_version")
    saved = send(
        asha, {**said, "narrative": "What I typed since.", "row_version": version}, HTML, f"{where}/edit"
    )
    assert saved.status_code == 303
    assert rows(world, Incident)[0].narrative == "What I typed since."


def test_without_a_key_nothing_is_taken(world, asha):
    for key in ("", "x", "0" * 36, "1" * 35):
        answer = send(asha, body(client_id=key))
        assert (answer.status_code, answer.json["code"]) == (400, "key_missing")
    assert rows(world, Incident) == []


def test_the_key_is_each_persons_own(world, asha):
    said = body()
    mine = send(asha, said).json
    yours = send(Browser(world.client(IVY)), said)
    assert yours.status_code == 201
    assert yours.json["id"] != mine["id"]


def test_twelve_at_once_are_one(world, asha):
    said, token, answers = body(), asha.get("/more").token, []
    clients = [world.client(ASHA) for _ in range(12)]
    for client in clients:  # the same cookie: one phone whose sending is doubled
        for cookie in list(asha.client._cookies.values()):
            client.set_cookie(cookie.key, cookie.value, path=cookie.path)

    def post(client):
        for _ in range(20):
            answer = client.post("/s/wickford/report", data={**said, "csrf_token": token}, headers=JSON)
            if answer.status_code != 503:
                break
        answers.append(answer)

    threads = [threading.Thread(target=post, args=(client,)) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {answer.status_code for answer in answers} == {201}, [a.text[:200] for a in answers]
    assert len({answer.json["id"] for answer in answers}) == 1
    assert len(rows(world, Incident)) == 1


# ---- what was wrong comes back


def test_a_field_in_error_comes_back_with_everything_and_loses_no_photo(world, asha):
    said = body(category="", narrative="A long story <b>&", value_lost="12,5x", violence="y", premises="")
    page = send(asha, {**said, "photos": [(picture("red"), "a.jpg"), (picture("blue"), "b.jpg")]}, HTML)
    assert page.status_code == 422
    assert typed(page.text, "narrative") == "A long story &lt;b&gt;&amp;"
    assert typed(page.text, "value_lost") == "12,5x"
    assert typed(page.text, "client_id") == said["client_id"]
    assert re.search(r'name="violence"[^>]*checked', page.text)
    staged = re.findall(r'name="staged"[^>]*value="([0-9a-f-]{36})"', page.text)
    assert len(staged) == 2
    again = send(asha, {**said, "category": "asb", "value_lost": "12.50", "staged": staged}, HTML)
    assert again.status_code == 303
    incident = rows(world, Incident)[0]
    assert {p.id for p in rows(world, Attachment, Attachment.incident_id == incident.id)} == {
        uuid.UUID(s) for s in staged
    }


def test_a_file_that_is_no_picture_loses_neither_text_nor_the_other_photos(world, asha):
    said = body(narrative="Kept.")
    files = [(picture(), "good.jpg"), (io.BytesIO(b"no picture at all"), "bad.jpg")]
    page = send(asha, {**said, "photos": files}, HTML)
    assert page.status_code == 415
    assert typed(page.text, "narrative") == "Kept."
    assert len(re.findall(r'name="staged"[^>]*value="[0-9a-f-]{36}"', page.text)) == 1
    assert rows(world, Incident) == []


def test_a_program_is_told_of_the_picture_and_not_of_the_form(world, asha):
    answer = send(asha, body(photos=(io.BytesIO(b"no picture at all"), "bad.jpg")))
    assert (answer.status_code, answer.json["code"], answer.json["saved"]) == (
        415,
        "unsupported_media",
        False,
    )


def test_staged_photos_of_another_person_are_not_taken(world, asha):
    page = send(Browser(world.client(IVY)), body(category="", photos=(picture(), "a.jpg")), HTML)
    staged = re.findall(r'name="staged"[^>]*value="([0-9a-f-]{36})"', page.text)
    assert len(staged) == 1
    assert send(asha, body(staged=staged)).status_code == 201
    assert [p.incident_id for p in rows(world, Attachment)] == [None]


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"category": "murder"}, "category"),
        ({"category": ""}, "category"),
        ({"narrative": "x" * 5001}, "narrative"),
        ({"value_lost": "-1"}, "value_lost"),
        ({"value_lost": "1.234"}, "value_lost"),
        ({"value_lost": "10000000"}, "value_lost"),
        ({"value_lost": "١٢"}, "value_lost"),
        ({"value_lost": "1e3"}, "value_lost"),
        ({"occurred_at": "yesterday"}, "occurred_at"),
        ({"occurred_at": "2016-01-01T10:00"}, "occurred_at"),
        ({"occurred_at": "9999-12-31T23:59"}, "occurred_at"),
        ({"occurred_at": "0001-01-01T00:00"}, "occurred_at"),
        ({"premises": str(uuid.uuid4())}, "premises"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(world, asha, fields, wrong):
    answer = send(asha, body(**fields))
    assert (answer.status_code, answer.json["code"]) == (422, "invalid")
    assert list(answer.json["fields"]) == [wrong]
    page = send(asha, body(**fields), HTML)
    assert page.status_code == 422
    assert f'id="{wrong}-error"' in page.text
    assert rows(world, Incident) == []


def test_another_schemes_premises_are_no_choice(world, asha):
    answer = send(asha, body(premises=str(world.premises["Coppice Foods"])))
    assert answer.json["fields"].keys() == {"premises"}


@pytest.mark.parametrize(
    ("said", "pence"),
    [
        ("", None),
        ("0", 0),
        ("340", 34000),
        ("£1,234.5", 123450),
        (" 12.50 ", 1250),
        ("9999999.99", 999999999),
    ],
)
def test_values_are_understood_as_people_type_them(world, asha, said, pence):
    send(asha, body(value_lost=said))
    assert rows(world, Incident)[0].value_lost_pence == pence


def test_times_are_the_towns_and_may_carry_an_offset(world, asha):
    for said, at in (("2026-07-01T13:42", datetime(2026, 7, 1, 12, 42, tzinfo=UTC)),
                     ("2026-10-25T01:30Z", datetime(2026, 10, 25, 1, 30, tzinfo=UTC)),
                     ("2026-10-25T01:30", datetime(2026, 10, 25, 0, 30, tzinfo=UTC))):  # fmt: skip
        id_ = send(asha, body(occurred_at=said)).json["id"]
        assert rows(world, Incident, Incident.id == uuid.UUID(id_))[0].occurred_at == at


def test_a_report_without_a_time_is_now(world, asha):
    send(asha, body())
    assert abs(rows(world, Incident)[0].occurred_at - now()) < timedelta(minutes=1)


# ---- edit


def edit(browser, incident, version, headers=HTML, **more):
    fields = {"row_version": version, "category": "shop_theft", "narrative": "Changed.", **more}
    return send(browser, fields, headers, f"/incidents/{incident}/edit")


def test_an_edit_that_does_not_touch_the_time_keeps_it_to_the_second(world, asha):
    """Also in the second of October's two equal hours, which the form cannot tell from the first."""
    at = datetime(2026, 10, 25, 1, 30, 17, tzinfo=UTC)
    incident = world.report(ASHA, occurred_at=at)
    page = asha.get(f"/incidents/{incident}/edit")
    shown = typed(page.text, "occurred_at")
    assert shown == "2026-10-25T01:30"
    assert edit(asha, incident, 1, occurred_at=shown).status_code == 303
    assert rows(world, Incident)[0].occurred_at == at


def test_both_versions_are_shown_when_another_was_faster(world, asha):
    incident = world.report(ASHA, narrative="As it was.")
    assert edit(Browser(world.client(BEN)), incident, 1, narrative="Ben's words.").status_code == 303
    page = edit(asha, incident, 1, narrative="Asha's words.", value_lost="77")
    assert page.status_code == 409
    assert "Ben&#39;s words." in page.text
    assert typed(page.text, "narrative") == "Asha&#39;s words."
    assert typed(page.text, "row_version") == "2"
    assert edit(asha, incident, 2, narrative="Both.").status_code == 303
    assert [row.facts["narrative"] for row in rows(world, IncidentVersion)] == [
        "As it was.",
        "Ben's words.",
        "Both.",
    ]


def test_every_version_can_be_read(world, asha):
    incident = world.report(ASHA, narrative="First words.")
    for number, words in enumerate(("Second words.", "Third words."), 1):
        edit(asha, incident, number, narrative=words, violence="y")
    text = Browser(world.client(IVY)).get(f"/incidents/{incident}/versions").text
    for words in ("First words.", "Second words.", "Third words."):
        assert words in text


def test_a_form_that_does_not_say_its_version_is_refused(world, asha):
    incident = world.report(ASHA)
    for version in ("", "x", "1.0", "²", "9" * 5000):
        assert edit(asha, incident, version, JSON).status_code == 400


# ---- withdraw, all clear, seen here


def test_a_withdrawn_report_leaves_the_feed_and_is_gone_for_members(world, asha):
    incident, ivy = world.report(ASHA), Browser(world.client(IVY))
    assert f"incident-{incident}" in ivy.get("/s/wickford/").text
    assert send(asha, {"reason": ""}, HTML, f"/incidents/{incident}/withdrawal").status_code == 422
    assert send(asha, {"reason": "A mistake"}, HTML, f"/incidents/{incident}/withdrawal").status_code == 303
    assert f"incident-{incident}" not in ivy.get("/s/wickford/").text
    ivy.get(f"/incidents/{incident}", 404)
    for person in (ASHA, BEN, DEV):
        assert "A mistake" in Browser(world.client(person)).get(f"/incidents/{incident}").text


def test_into_a_withdrawn_report_nothing_more_is_written(world, asha):
    """Its author's page was open meanwhile: 409 with the reason, and nothing stands that was not there."""
    incident = world.report(ASHA)
    paths = {
        "comments": {"text": "More."},
        "sightings": {},
        "edit": {"row_version": "2", "category": "asb"},
        "all-clear": {},
    }
    send(asha, {"reason": "A mistake"}, HTML, f"/incidents/{incident}/withdrawal")
    for path, fields in paths.items():
        said = {"client_id": str(uuid.uuid4()), **fields}
        answer = send(asha, said, JSON, f"/incidents/{incident}/{path}")
        assert (answer.status_code, answer.json["code"], answer.json["saved"]) == (409, "withdrawn", False), (
            path
        )
        assert send(asha, said, HTML, f"/incidents/{incident}/{path}").status_code == 409
    assert rows(world, Sighting) == []
    assert len(rows(world, IncidentVersion)) == 1


def test_a_member_withdraws_only_their_own(world, asha):
    incident = world.report(IVY)
    assert send(asha, {"reason": "x"}, JSON, f"/incidents/{incident}/withdrawal").status_code == 403
    assert (
        send(
            Browser(world.client(CAROL)), {"reason": "x"}, JSON, f"/incidents/{incident}/withdrawal"
        ).status_code
        == 404
    )


def test_all_clear_shows_on_card_and_in_the_chat(world, asha):
    incident = world.report(ASHA, in_progress=True)
    assert "happening now" in asha.get("/s/wickford/").text
    send(asha, {}, HTML, f"/incidents/{incident}/all-clear")
    assert "happening now" not in asha.get("/s/wickford/").text
    assert "All clear, says Asha" in asha.get(f"/incidents/{incident}").text


def test_seen_here_is_at_ones_own_premises_and_once(world):
    incident, ivy, key = world.report(ASHA), Browser(world.client(IVY)), str(uuid.uuid4())
    for _ in range(2):
        assert send(ivy, {"client_id": key}, HTML, f"/incidents/{incident}/sightings").status_code == 303
    seen = rows(world, Sighting)
    assert [row.premises_id for row in seen] == [world.premises["Larkmead Pharmacy"]]
    assert "Seen at Larkmead Pharmacy" in ivy.get(f"/incidents/{incident}").text


def test_one_key_on_two_incidents_is_two_sightings_for_a_person_and_refused_to_a_machine(world):
    ivy, key = Browser(world.client(IVY)), str(uuid.uuid4())
    one, two = world.report(ASHA), world.report(ASHA)
    for incident in (one, two):
        assert send(ivy, {"client_id": key}, HTML, f"/incidents/{incident}/sightings").status_code == 303
    assert len(rows(world, Sighting)) == 2
    again = send(ivy, {"client_id": key}, JSON, f"/incidents/{two}/sightings")
    assert (again.status_code, again.json["code"]) == (422, "key_reused")


# ---- the feed


def test_older_and_newer_lead_through_the_whole_feed_and_back(world, asha):
    made = [str(world.report(ASHA)) for _ in range(45)]
    found, path, back = [], "/s/wickford/", None
    while path:
        text = asha.get(path).text
        found += re.findall(r'<article class="card[^>]*id="incident-([0-9a-f-]{36})"', text)
        older = re.search(r'href="(/s/wickford/\?before=[^"]+)"', text)
        back = re.search(r'href="(/s/wickford/\?after=[^"]+)"', text)
        path = older[1] if older else None
    assert found == made[::-1]
    newer = re.findall(r'<article class="card[^>]*id="incident-([0-9a-f-]{36})"', asha.get(back[1]).text)
    assert newer == made[5:25][::-1]


def test_an_empty_feed_is_a_page_too(world, asha):
    assert "<article" not in asha.get("/s/wickford/").text


# ---- any text at all


def test_any_text_is_refused_or_comes_back_the_same_and_escaped(world, asha):
    token = asha.get("/more").token
    anything = st.text(st.characters(codec="utf-8"), max_size=60) | st.sampled_from(
        [
            "<script>alert(1)</script>",
            "{{ 7*7 }}",
            "e\u0301",
            "\u202eevil",
            "a\x00b",
            "👩🏽‍🚀",
            "' OR 1=1 --",
            "\ufeffx",
            "&amp;",
        ]
    )

    @settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
    @given(anything)
    def holds(text):
        answer = asha.client.post(
            "/s/wickford/report", data={**body(narrative=text), "csrf_token": token}, headers=JSON
        )
        wanted = normal(text)
        if answer.status_code == 422:
            assert not is_plain(wanted), ascii(text)
            return
        assert answer.status_code == 201, ascii(text)
        assert is_plain(wanted), ascii(text)
        with world.app.app_context(), crossing("command") as session:
            assert (
                session.scalar(
                    sa.select(Incident.narrative).where(Incident.id == uuid.UUID(answer.json["id"]))
                )
                == wanted
            )
        page = asha.client.get(answer.json["url"], headers=HTML).text
        shown = re.search(r"hx-disable[^>]*>(.*?)</", page, re.S)
        assert "<script>alert" not in page
        assert shown is None or "<script" not in shown[1]

    holds()
