"""Requests through HTTP: an officer asks, a colleague answers, the officer accepts; who sees what of it."""

from __future__ import annotations

import re
import uuid
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from shopalert.alerts.models import Delivery, Event, Subscription
from shopalert.db import now, writing
from shopalert.protection.models import AuditRow
from shopalert.requests import clock
from shopalert.requests.models import Request
from shopalert.settings.readers import LISTS, READS
from shopalert.wall import crossing
from tests.browse import Browser
from tests.people import ASHA, BEN, CAROL, DEV, IVY, LEO, OLU, PAT
from tests.uploads.tus import Tus
from tests.world import picture

FILM = (Path(__file__).parents[1] / "uploads" / "clip.mp4").read_bytes()
LINK = "https://evidence.essex.example/upload/7f3a"
WORDS = "The till from ten past two"
ANSWER = "He walks out at 14:12"


@pytest.fixture
def browsers(world):
    return {person: Browser(world.client(person)) for person in (ASHA, BEN, CAROL, DEV, IVY, LEO, OLU, PAT)}


@pytest.fixture
def made(world, browsers):
    """Dev asks Harper's, where Asha works, for CCTV of an incident that Ben reported."""
    incident = world.report(BEN)
    return incident, ask(world, browsers, incident)


def ask(world, browsers, incident, **more):
    premises = "premises:" + str(world.premises["Harper's"])
    fields = {
        "client_id": str(uuid.uuid4()), "kind": "cctv", "days": "2", "to": premises,
        "what": WORDS, "link": LINK, **more,
    }  # fmt: skip
    answer = browsers[DEV].post(f"/incidents/{incident}/requests", fields)
    assert answer.status_code == 303, answer.text[:500]
    return answer.location.rsplit("/", 1)[1]


def state_of(world, request_id):
    with world.app.app_context(), crossing("command") as session:
        return session.scalar(sa.select(Request.state).where(Request.id == uuid.UUID(request_id)))


def events(world, request_id):
    with world.app.app_context(), crossing("command") as session:
        query = sa.select(Event.kind).where(Event.thing_id == uuid.UUID(request_id)).order_by(Event.seq)
        return list(session.scalars(query))


def test_asked_answered_accepted(world, browsers, made):
    _, request_id = made
    assert WORDS in browsers[ASHA].get(f"/requests/{request_id}").text
    mine = browsers[ASHA].get("/requests")
    assert f"/requests/{request_id}" in mine.text
    assert 'href="/requests"' in browsers[ASHA].get("/s/wickford/").text
    assert "What I am waiting for" in browsers[DEV].get("/requests").text
    said = browsers[ASHA].post(
        f"/requests/{request_id}/answers",
        {
            "client_id": str(uuid.uuid4()),
            "text": ANSWER,
            "receipt": "EV-771",
            "photos": (picture(), "till.jpg"),
        },
        content_type="multipart/form-data",
    )
    assert said.status_code == 303, said.text[:800]
    assert state_of(world, request_id) == "answered"
    read = browsers[DEV].get(f"/requests/{request_id}")
    assert ANSWER in read.text
    assert "EV-771" in read.text
    assert "Waiting for me" in browsers[DEV].get("/requests").text
    assert browsers[DEV].post(f"/requests/{request_id}/acceptance", {}).status_code == 303
    assert state_of(world, request_id) == "accepted"
    assert browsers[DEV].post(f"/requests/{request_id}/acceptance", {}).status_code == 409
    assert events(world, request_id) == ["request.made", "request.answered", "request.accepted"]
    assert 'href="/requests"' not in browsers[ASHA].get("/s/wickford/").text
    with world.app.app_context(), crossing("command") as session:
        done = AuditRow.verb.startswith("request."), AuditRow.verb.not_in((*READS, *LISTS))
        verbs = list(session.scalars(sa.select(AuditRow.verb).where(*done)))
    assert sorted(verbs) == ["request.accept", "request.answer", "request.make"]


def test_asked_again_and_withdrawn(world, browsers, made):
    _, request_id = made
    answer = {"client_id": str(uuid.uuid4()), "text": "No CCTV there."}
    assert browsers[ASHA].post(f"/requests/{request_id}/answers", answer).status_code == 303
    assert browsers[ASHA].post(f"/requests/{request_id}/answers", answer).status_code == 303  # sent twice
    again = browsers[DEV].post(f"/requests/{request_id}/reopening", {"missing": "", "days": "1"})
    assert again.status_code == 422
    assert "Say what is still missing" in again.text
    wanted = {"missing": "The yard, then.", "days": "1"}
    assert browsers[DEV].post(f"/requests/{request_id}/reopening", wanted).status_code == 303
    assert "The yard, then." in browsers[ASHA].get(f"/requests/{request_id}").text
    assert browsers[DEV].post(f"/requests/{request_id}/withdrawal", {}).status_code == 303
    assert LINK not in browsers[ASHA].get(f"/requests/{request_id}").text
    assert state_of(world, request_id) == "withdrawn"
    assert (
        browsers[ASHA]
        .post(f"/requests/{request_id}/answers", {"client_id": str(uuid.uuid4()), "text": "Late."})
        .status_code
        == 409
    )
    said = ["request.made", "request.answered", "request.reopened", "request.withdrawn"]
    assert events(world, request_id) == said


def test_a_film_that_came_in_pieces_is_an_answer_by_itself(world, browsers, made):
    _, request_id = made
    here = f"/requests/{request_id}"
    page = browsers[ASHA].get(here)
    assert "sa-upload" in page.text
    tus = Tus(world, ASHA)
    url = tus.begin(len(FILM))
    tus.patch(url, 0, FILM)
    clip = url.rsplit("/", 1)[1]
    said = browsers[ASHA].post(
        f"{here}/answers", {"client_id": str(uuid.uuid4()), "text": "", "staged": clip}, page=page
    )
    assert said.status_code == 303, said.text[:500]
    assert state_of(world, request_id) == "answered"
    shown = browsers[DEV].get(here).text
    play = re.search(r"/clips/[0-9a-f-]{36}", shown).group() + "/play"
    assert browsers[DEV].client.get(play).status_code == 200
    assert browsers[LEO].client.get(play).status_code == 404


def test_words_link_and_answer_are_for_the_addressee_and_the_police_alone(world, browsers, made):
    incident, request_id = made
    browsers[ASHA].post(f"/requests/{request_id}/answers", {"client_id": str(uuid.uuid4()), "text": ANSWER})
    for person in (ASHA, DEV):
        page = browsers[person].get(f"/requests/{request_id}").text
        assert LINK in page
        assert WORDS in page
        assert ANSWER in page
    for person in (BEN, IVY, LEO, PAT):
        for path in (
            f"/requests/{request_id}",
            f"/incidents/{incident}",
            f"/incidents/{incident}/print",
            "/requests",
        ):
            page = browsers[person].client.get(path).text
            assert page
            for secret in (LINK, WORDS, ANSWER):
                assert secret not in page, f"{person.name} reads {secret} at {path}"
        assert "CCTV" in browsers[person].get(f"/incidents/{incident}").text, "that it was asked, all may see"
    for person in (CAROL, OLU):
        assert browsers[person].client.get(f"/requests/{request_id}").status_code == 404
    refused = browsers[IVY].post(
        f"/requests/{request_id}/answers", {"client_id": str(uuid.uuid4()), "text": "We?"}
    )
    assert refused.status_code == 403


def test_a_poll_says_that_it_was_asked_and_never_what(world, browsers):
    start = {person: browsers[person].client.get("/poll").json["cursor"] for person in (ASHA, IVY)}
    incident = world.report(BEN)
    ask(world, browsers, incident)
    for person, cursor in start.items():
        said = browsers[person].client.get(f"/poll?after={cursor}").text
        assert "request-" in said
        assert LINK not in said
        assert WORDS not in said


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"link": "http://evidence.example/x"}, "beginning with https://"),
        ({"link": "https://essex@evil.example/"}, "beginning with https://"),
        ({"days": "400"}, "Choose one of the days"),
        ({"to": "premises:" + "0" * 8}, "Not a valid choice"),
    ],
)
def test_what_cannot_be_asked_comes_back_with_its_words(world, browsers, wrong, said):
    incident = world.report(BEN)
    fields = {
        "client_id": str(uuid.uuid4()), "kind": "cctv", "days": "2", "what": WORDS,
        "to": f"person:{world.users[BEN.name]}",
    }  # fmt: skip
    answer = browsers[DEV].post(f"/incidents/{incident}/requests", fields | wrong)
    assert answer.status_code == 422
    assert said in answer.text
    assert WORDS in answer.text


def test_reminded_once_and_overdue_once(world, browsers, made):
    _, request_id = made
    device(world, ASHA)
    with world.app.app_context():
        assert clock.look(now()) == 0
        due = now() + timedelta(days=2)
        assert clock.look(due - timedelta(hours=3)) == 1
        assert clock.look(due - timedelta(hours=3)) == 0
        assert clock.look(due + timedelta(minutes=1)) == 1
        assert clock.look(due + timedelta(minutes=1)) == 0
    assert events(world, request_id) == ["request.made", "request.reminder", "request.overdue"]
    assert state_of(world, request_id) == "overdue"
    with world.app.app_context(), crossing("deliveries") as session:
        kinds = sorted(session.scalars(sa.select(Delivery.kind)))
    assert kinds == ["request.overdue", "request.reminder"]
    late = {"client_id": str(uuid.uuid4()), "text": "Here it is."}
    assert browsers[ASHA].post(f"/requests/{request_id}/answers", late).status_code == 303
    assert state_of(world, request_id) == "answered"


def device(world, person):
    with world.app.app_context(), crossing("seed") as session, writing(session):
        session.add(
            Subscription(
                user_id=world.users[person.name], endpoint=f"https://fcm.googleapis.com/{uuid.uuid4()}",
                origin="https://fcm.googleapis.com",
            )
        )  # fmt: skip


def test_whom_it_is_asked_of_is_alerted_and_nobody_else(world, browsers):
    for person in (ASHA, IVY, LEO, CAROL):
        device(world, person)
    incident = world.report(BEN)
    with world.app.app_context(), crossing("deliveries") as session, writing(session):
        session.execute(sa.delete(Delivery))
    request_id = ask(world, browsers, incident)
    with world.app.app_context(), crossing("deliveries") as session:
        rows = session.execute(sa.select(Delivery.user_id, Delivery.kind)).all()
    assert [tuple(row) for row in rows] == [(world.users[ASHA.name], "request.made")]
    assert state_of(world, request_id) == "open"


@pytest.mark.parametrize("spoke", [False, True], ids=["at first", "after a word of theirs"])
def test_who_asked_hears_of_an_answer_once(world, browsers, made, spoke):
    """As of any message to the police, or as of what they asked: never as of both."""
    incident, request_id = made
    if spoke:
        world.say(DEV, incident, "We are looking for them.")
    device(world, DEV)
    said = {"client_id": str(uuid.uuid4()), "text": ANSWER}
    assert browsers[ASHA].post(f"/requests/{request_id}/answers", said).status_code == 303
    with world.app.app_context(), crossing("deliveries") as session:
        assert list(session.scalars(sa.select(Delivery.user_id))) == [world.users[DEV.name]]


def test_nobody_waits_for_what_was_asked_about_a_withdrawn_report(world, browsers):
    """Its reporter still reads it, and can do nothing about it: so nothing is asked, nothing becomes late."""
    incident = world.report(ASHA)
    open_, answered = ask(world, browsers, incident), ask(world, browsers, incident)
    reply = {"client_id": str(uuid.uuid4()), "text": ANSWER}
    assert browsers[ASHA].post(f"/requests/{answered}/answers", reply).status_code == 303
    for person, title in ((ASHA, "Still to answer"), (DEV, "What I am waiting for"), (DEV, "Waiting for me")):
        assert title in browsers[person].get("/requests").text
    assert (
        browsers[ASHA].post(f"/incidents/{incident}/withdrawal", {"reason": "A mistake."}).status_code == 303
    )
    for person in (ASHA, DEV):
        page = browsers[person].get("/requests").text
        assert not any(title in page for title in ("Still to answer", "I am waiting for", "Waiting for me"))
        shown = browsers[person].get(f"/requests/{open_}")
        assert not [
            form for form in shown.all("form") if form.get("action").startswith(f"/requests/{open_}/")
        ]
        assert "was withdrawn" in shown.text
    assert 'href="/requests"' not in browsers[ASHA].get("/s/wickford/").text
    assert f"/requests/{open_}" not in browsers[DEV].get("/desk").text
    again = {"missing": "The yard.", "days": "1"}
    for person, path, fields in (
        (ASHA, f"{open_}/answers", {**reply, "client_id": str(uuid.uuid4())}), (DEV, f"{open_}/withdrawal", {}),
        (DEV, f"{answered}/acceptance", {}), (DEV, f"{answered}/reopening", again),
    ):  # fmt: skip
        assert browsers[person].post(f"/requests/{path}", fields).status_code == 409, path
    with world.app.app_context():
        assert clock.look(now() + timedelta(days=2, hours=-2)) == clock.look(now() + timedelta(days=3)) == 0
    assert (state_of(world, open_), state_of(world, answered)) == ("open", "answered")
