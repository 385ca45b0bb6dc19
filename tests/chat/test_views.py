"""Messages by form: to the audiences of one's role, with photos, and nothing typed is lost."""

from __future__ import annotations

import re
import uuid

import pytest
import sqlalchemy as sa

from shopalert.chat.models import Comment
from shopalert.evidence.models import Attachment
from shopalert.wall import crossing
from tests.browse import Browser
from tests.people import ASHA, BEN, CAROL, DEV, ELLEN, IVY, LEO, PAT
from tests.world import picture

JSON = {"Accept": "application/json"}
MAY = {
    ASHA: {"members"}, LEO: {"members"}, PAT: {"members"}, BEN: {"members", "coordinators"},
    DEV: {"members", "police"}, ELLEN: {"members", "police"},
}  # fmt: skip


def send(browser, incident, headers=None, **fields):
    fields = {"client_id": str(uuid.uuid4()), "text": "They went north.", **fields}
    return browser.post(f"/incidents/{incident}/comments", fields, headers=headers or {})


def comments(world):
    with world.app.app_context(), crossing("command") as session:
        return session.scalars(sa.select(Comment).order_by(Comment.id)).all()


@pytest.mark.parametrize("person", MAY, ids=lambda person: person.name)
def test_each_role_speaks_to_its_own_audiences(world, person):
    incident, browser = world.report(IVY), Browser(world.client(person))
    for audience in ("members", "coordinators", "police", "thread:x", "", "everybody"):
        answer = send(browser, incident, JSON, audience=audience)
        assert answer.status_code == (201 if audience in MAY[person] else 422), (audience, answer.text)
    assert {row.audience for row in comments(world)} == MAY[person]
    offered = set(re.findall(r'name="audience" value="(\w+)"', browser.get(f"/incidents/{incident}").text))
    assert offered == MAY[person]


def test_a_message_is_on_the_page_for_its_audience(world):
    incident = world.report(ASHA)
    send(Browser(world.client(BEN)), incident, text="For coordinators", audience="coordinators")
    send(Browser(world.client(DEV)), incident, text="For police", audience="police")
    send(Browser(world.client(IVY)), incident, text="For all <b>&", audience="members")
    seen = {
        person: Browser(world.client(person)).get(f"/incidents/{incident}").text
        for person in (ASHA, BEN, DEV)
    }
    assert "For all &lt;b&gt;&amp;" in seen[ASHA]
    assert [("For coordinators" in seen[p], "For police" in seen[p]) for p in (ASHA, BEN, DEV)] == [
        (False, False), (True, False), (False, True),
    ]  # fmt: skip


def test_sent_twice_it_is_one_and_leads_to_the_same_place(world):
    incident, browser, key = world.report(ASHA), Browser(world.client(IVY)), str(uuid.uuid4())
    answers = [send(browser, incident, client_id=key) for _ in range(2)]
    assert {answer.headers["Location"] for answer in answers} == {answers[0].headers["Location"]}
    assert answers[1].headers["Idempotency-Replayed"] == "true"
    assert len(comments(world)) == 1


def test_back_and_other_words_are_a_second_message_and_once_however_often(world):
    incident, browser, key = world.report(ASHA), Browser(world.client(IVY)), str(uuid.uuid4())
    send(browser, incident, client_id=key)
    for _ in range(2):
        assert send(browser, incident, client_id=key, text="What I typed since.").status_code == 303
    assert [row.text for row in comments(world)] == ["They went north.", "What I typed since."]
    machine = send(browser, incident, JSON, client_id=key, text="Third.")
    assert (machine.status_code, machine.json["code"]) == (422, "key_reused")


def test_a_photo_alone_is_a_message_and_nothing_is_not(world):
    incident, browser = world.report(ASHA), Browser(world.client(IVY))
    assert send(browser, incident, text="").status_code == 422
    assert send(browser, incident, text=" \r\n ").status_code == 422
    assert comments(world) == []
    assert send(browser, incident, text="", photos=(picture(), "a.jpg")).status_code == 303
    with world.app.app_context(), crossing("command") as session:
        assert session.scalars(sa.select(Attachment)).one().comment_id == comments(world)[0].id


def test_what_is_refused_comes_back_with_words_and_photos(world):
    incident, browser = world.report(ASHA), Browser(world.client(IVY))
    page = send(browser, incident, text="x" * 4001, photos=(picture(), "a.jpg"))
    assert page.status_code == 422
    assert "x" * 4001 in page.text
    staged = re.findall(r'name="staged"[^>]*value="([0-9a-f-]{36})"', page.text)
    assert len(staged) == 1
    assert send(browser, incident, text="Shorter.", staged=staged).status_code == 303
    assert len(comments(world)) == 1


def test_without_a_key_or_behind_the_wall_nothing_is_said(world):
    incident = world.report(ASHA)
    assert send(Browser(world.client(IVY)), incident, JSON, client_id="x").status_code == 400
    assert send(Browser(world.client(CAROL)), incident, JSON).status_code == 404
    assert comments(world) == []


def test_the_line_says_who_speaks_and_for_whom(world):
    incident = world.report(ASHA)
    for person in (IVY, BEN, DEV):
        send(Browser(world.client(person)), incident)
    text = Browser(world.client(ASHA)).get(f"/incidents/{incident}").text
    lines = re.findall(r'<article class="line.*?</article>', text, re.S)
    assert ["Larkmead Pharmacy" in lines[0], "Coordinator" in lines[1], "Essex Police" in lines[2]] == [
        True
    ] * 3
    assert "PC Mercer" in lines[2]
    assert "Dev" not in lines[2]
