"""An empty instance: one link on the console, one first operator, and never again."""

from __future__ import annotations

import re
import threading

import pytest
import sqlalchemy as sa

from shopalert.accounts.models import User, UserSession
from shopalert.db import db
from shopalert.operating import set_up
from shopalert.operating.models import SetUpLink
from shopalert.protection.models import AuditRow
from shopalert.schemes.models import District, Membership, Scheme
from shopalert.wall import crossing
from tests.browse import HEADERS, Browser
from tests.people import ASHA, GUS

GOOD = {"name": "Gus Hale", "email": "Gus@Example.org", "password": "lanterns over quiet water"}


@pytest.fixture
def link(app):
    """What the console shows."""
    with app.app_context():
        token = set_up.offer()
    assert token
    return f"/set-up/{token}"


def opened(app, link):
    """A browser that has opened the link."""
    browser = Browser(app.test_client())
    browser.get(link, 303)
    return browser


def begun(browser, **fields):
    page = browser.get("/set-up")
    return browser.post("/set-up", {**GOOD, **fields}, page=page)


def in_database(app, statement):
    with app.app_context(), crossing("command") as session:
        return list(session.scalars(statement))


def test_the_link_is_long_and_only_its_hash_is_kept(app, link):
    token = link.rsplit("/", 1)[1]
    assert len(token) >= 43  # 32 bytes
    (kept,) = in_database(app, sa.select(SetUpLink))
    assert kept.token_hash == set_up.hash_of(token)
    assert len(kept.token_hash) == 32


def test_from_the_link_to_the_first_coordinator(app, link):
    browser = opened(app, link)
    answer = begun(browser)
    assert (answer.status_code, answer.location) == (303, "/operating/next")
    steps = (
        ("/operating/force", "/operating/force", {"name": "Essex Police"}),
        ("/operating/districts/new", "/operating/districts", {"offered": ["Basildon", "Castle Point & Rochford"],
                                                               "others": "Port of Tilbury"}),
        ("/operating/schemes/new", "/operating/schemes",
         {"name": "Wickford", "code": "wic", "kind": "retail", "district": "basildon"}),
    )  # fmt: skip
    for number, (form, action, fields) in enumerate(steps, 2):
        assert browser.get("/operating/next", 303).answer.location == form
        page = browser.get(form)
        assert f"Set-up, step {number} of 5" in page.text
        assert browser.post(action, fields, page=page).status_code == 303
    assert browser.get("/operating/next", 303).answer.location == "/operating/schemes/wickford"
    page = browser.get("/operating/schemes/wickford")
    assert "step 5 of 5" in page.text
    added = {"name": "Ben Okoro", "email": "ben@example.org"}
    answer = browser.post("/operating/schemes/wickford/coordinators", added, page=page)
    assert answer.status_code == 200
    assert browser.get("/operating/next", 303).answer.location == "/operating/"
    assert "step" not in browser.get("/operating/schemes/new").text
    (operator,) = in_database(app, sa.select(User).where(User.is_operator))
    assert (operator.email, operator.short_name) == ("gus@example.org", "Gus")
    assert sorted(in_database(app, sa.select(District.slug))) == [
        "basildon", "castle-point-rochford", "port-of-tilbury",
    ]  # fmt: skip
    (scheme,) = in_database(app, sa.select(Scheme))
    assert (scheme.slug, scheme.code, scheme.name) == ("wickford", "WIC", "Wickford")
    assert in_database(app, sa.select(Membership.role)) == ["coordinator"]
    assert {"set_up.offer", "set_up.begin", "scheme.add"} <= set(in_database(app, sa.select(AuditRow.verb)))


def test_what_is_set_up_can_be_finished_another_day(app, link):
    begun(opened(app, link))
    later = Browser(app.test_client())
    page = later.get("/sign-in")
    fields = {"email": GOOD["email"], "password": GOOD["password"]}
    assert later.post("/sign-in", fields, page=page).status_code == 303
    assert later.get("/", 303).answer.location == "/operating/"
    page = later.get("/operating/")
    assert 'href="/operating/next"' in page.text
    assert later.get("/operating/next", 303).answer.location == "/operating/force"


def test_looking_at_the_link_uses_nothing_up(app, link):
    for _ in range(3):
        opened(app, link).get("/set-up")
    assert begun(opened(app, link)).status_code == 303


def test_the_token_leaves_the_address(app, link):
    browser = Browser(app.test_client())
    answer = browser.get(link, 303).answer
    assert answer.location == "/set-up"
    token = link.rsplit("/", 1)[1]
    assert token not in "".join(answer.headers.getlist("Set-Cookie"))


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"password": "short"}, "at least 15"),
        ({"password": "gus hale gus hale 1"}, "easy to guess"),
        ({"email": "nobody"}, "e-mail address"),
        ({"name": ""}, "Enter your name"),
        ({"name": "Gus\u202e Hale"}, "can’t be shown"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_uses_nothing_up(app, link, wrong, words):
    browser = opened(app, link)
    answer = begun(browser, **wrong)
    assert answer.status_code == 422
    assert words in answer.text
    assert GOOD["password"] not in answer.text
    assert in_database(app, sa.select(User)) == []
    assert begun(browser).status_code == 303


def test_once_used_it_is_gone_for_everybody_and_for_ever(app, link):
    waiting = opened(app, link)
    page = waiting.get("/set-up")
    assert begun(opened(app, link)).status_code == 303
    late = waiting.post("/set-up", {**GOOD, "email": "eve@example.org"}, page=page)
    assert late.status_code == 410
    for path in (link, "/set-up"):
        Browser(app.test_client()).get(path, 410)
    with app.app_context():
        assert set_up.offer() is None  # nor does a restart bring it back
    assert len(in_database(app, sa.select(User))) == 1
    assert in_database(app, sa.select(SetUpLink)) == []


def test_a_suspended_operator_does_not_bring_it_back(world):
    with world.app.app_context(), crossing("seed") as session, session.begin():
        session.execute(sa.update(User).values(suspended_at=sa.func.current_timestamp()))
    with world.app.app_context():
        assert set_up.offer() is None


def test_a_link_written_behind_our_back_does_not_open_a_running_instance(world):
    """Somebody who can write one row still does not become an operator by it."""
    token = "x" * 43
    with world.app.app_context(), crossing("seed") as session, session.begin():
        session.add(SetUpLink(id=1, token_hash=set_up.hash_of(token)))
    Browser(world.client()).get(f"/set-up/{token}", 410)
    with world.app.app_context(), pytest.raises(set_up.Gone):
        set_up.begin(set_up.hash_of(token), "Eve", "eve@example.org", GOOD["password"], "")


def test_each_start_makes_the_link_before_void(app, link):
    before = opened(app, link)
    with app.app_context():
        token = set_up.offer()
    Browser(app.test_client()).get(link, 410)
    before.get("/set-up", 410)
    opened(app, f"/set-up/{token}").get("/set-up")


@pytest.mark.parametrize("token", ["", "x", "x" * 43, "%00", "é" * 43, "x" * 5000])
def test_another_token_is_as_good_as_none(app, link, token):
    client = app.test_client()
    answer = client.get(f"/set-up/{token}", headers=HEADERS)
    assert answer.status_code in (404, 410)
    assert client.get("/set-up", headers=HEADERS).status_code == 410


def test_used_unknown_and_replaced_look_alike(app, link):
    def body(path):
        text = app.test_client().get(path, headers=HEADERS).text
        return re.sub(r'data-request="[0-9a-f]{16}"', "", text)

    unknown = body("/set-up/" + "x" * 43)
    with app.app_context():
        set_up.offer()
    assert body(link) == unknown


def test_of_two_at_once_one_becomes_the_operator(app, link):
    hashed = set_up.hash_of(link.rsplit("/", 1)[1])
    together, came = threading.Barrier(2), []

    def begin(number):
        with app.app_context():
            together.wait()
            try:
                set_up.begin(hashed, "Gus Hale", f"gus{number}@example.org", GOOD["password"], "")
                came.append("in")
            except set_up.Gone:
                came.append("gone")
            except Exception as fault:
                came.append(repr(fault))
            finally:
                db.session.remove()

    racing = [threading.Thread(target=begin, args=(number,)) for number in range(2)]
    for each in racing:
        each.start()
    for each in racing:
        each.join(30)
    assert sorted(came) == ["gone", "in"]
    assert len(in_database(app, sa.select(User))) == 1
    assert len(in_database(app, sa.select(UserSession))) == 1


def test_without_the_link_nothing_begins(app, link):
    browser = Browser(app.test_client())
    answer = browser.post("/set-up", GOOD, page=browser.get("/sign-in"))
    assert answer.status_code == 410
    assert in_database(app, sa.select(User)) == []


def test_a_stranger_learns_nothing_at_the_door(world):
    """Nobody can tell a set-up instance from an address that does not exist by what it opens."""
    for person in (None, ASHA, GUS):
        Browser(world.client(person)).get("/set-up", 410)
