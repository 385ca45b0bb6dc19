"""The door, as a browser meets it."""

import re
import statistics
import time
import uuid
from datetime import timedelta

import pytest
import sqlalchemy as sa

from shopalert import create_app
from shopalert.accounts import throttle
from shopalert.accounts.models import SignInFailure, UserSession
from shopalert.db import db, now, writing
from shopalert.wall import crossing
from tests.browse import HEADERS, Browser
from tests.people import ASHA, BEN, PASSWORD, SAM


@pytest.fixture
def browser(world):
    return Browser(world.client())


@pytest.fixture
def quick(monkeypatch):
    monkeypatch.setattr(throttle, "LONGEST_DELAY", 0.0)


def sign_in(browser, email=ASHA.email, password=PASSWORD, **fields):
    page = browser.get("/sign-in")
    return browser.post("/sign-in", {"email": email, "password": password, **fields}, page=page)


def cookie(client):
    return client.get_cookie("sa")


def without_token(answer):
    return re.sub(r'name="csrf_token" value="[^"]*"', "", answer.text)


def test_sign_in_goes_on_to_where_one_wanted_to_go(browser):
    answer = sign_in(browser, next="/more?x=1")
    assert (answer.status_code, answer.location) == (303, "/more?x=1")
    browser.get("/sessions")


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "javascript:alert(1)",
        "\\\\evil.example",
        "/\n/evil",
        "",
    ],
)
def test_sign_in_goes_nowhere_else(browser, elsewhere):
    assert sign_in(browser, next=elsewhere).location == "/"


def test_the_page_keeps_where_one_wanted_to_go(browser):
    assert 'value="/incidents/7?x=1"' in browser.get("/sign-in?next=/incidents/7%3Fx%3D1").text
    assert "evil" not in browser.get("/sign-in?next=//evil.example/").text


def test_who_is_signed_in_is_not_asked_again(world):
    assert world.client(ASHA).get("/sign-in?next=/more").location == "/more"


def test_a_failure_keeps_the_address_and_not_the_password(browser):
    answer = sign_in(browser, password="a wrong password, no")
    assert answer.status_code == 422
    assert ASHA.email in answer.text
    assert "a wrong password" not in answer.text
    assert sign_in(browser, email='"><b>x', password="y" * 20).text.count("&#34;&gt;&lt;b&gt;x") >= 1


def test_an_empty_form_says_what_is_missing(browser):
    answer = sign_in(browser, email="", password="")
    assert answer.status_code == 422
    assert "Enter your e-mail address" in answer.text


def test_a_machine_gets_a_problem(world):
    client = world.client()
    token = Browser(client).get("/sign-in").token
    headers = {**HEADERS, "Accept": "application/json", "X-CSRFToken": token}
    answer = client.post("/sign-in", data={"email": ASHA.email, "password": "x" * 20}, headers=headers)
    assert (answer.status_code, answer.mimetype) == (422, "application/problem+json")
    assert answer.json["code"] == "sign_in_failed"
    assert answer.json["saved"] is False


def test_nobody_learns_who_has_an_account(world):
    """Wrong, unknown and suspended: same status, headers and text, but for the address typed."""
    seen = []
    for email in (ASHA.email, "nobody@example.org", SAM.email):
        answer = sign_in(Browser(world.client()), email=email, password="not the password!")
        names = sorted(name for name, _ in answer.headers)
        seen.append((answer.status_code, without_token(answer).replace(email, "…"), names))
    assert seen[0] == seen[1] == seen[2]


def test_nobody_learns_it_by_the_time_either(world, quick, monkeypatch):
    monkeypatch.setattr(throttle, "PER_ACCOUNT", 1000)
    known, unknown = Browser(world.client()), Browser(world.client())
    pages = known.get("/sign-in"), unknown.get("/sign-in")

    def took(browser, page, email):
        start = time.process_time()
        browser.post("/sign-in", {"email": email, "password": "not the password!"}, page=page)
        return time.process_time() - start

    pairs = [
        (took(known, pages[0], ASHA.email), took(unknown, pages[1], "nobody@example.org")) for _ in range(7)
    ]
    wrong, nobody = (statistics.median(each) for each in zip(*pairs, strict=True))
    print(f"wrong {wrong * 1000:.1f} ms, unknown {nobody * 1000:.1f} ms")
    assert abs(wrong - nobody) < max(0.010, wrong * 0.2)


def test_too_many_is_429_with_a_time_known_or_not(world, quick):
    answers = []
    for email in (ASHA.email, "nobody@example.org"):
        browser = Browser(world.client())
        for _ in range(10):
            assert sign_in(browser, email=email, password="not the password!").status_code == 422
        answer = sign_in(browser, email=email)
        assert answer.status_code == 429
        assert 0 < int(answer.headers["Retry-After"]) <= 900
        assert email in answer.text
        answers.append(without_token(answer).replace(email, "…"))
    assert answers[0] == answers[1]


def test_the_throttle_outlives_a_restart(world, settings, quick):
    with world.app.app_context(), crossing("seed") as session, writing(session):
        for _ in range(10):
            throttle.record(session, throttle.account_key(ASHA.email), "192.0.2.1")
    again = create_app(settings)
    assert sign_in(Browser(again.test_client())).status_code == 429
    with again.app_context():
        db.engine.dispose()


def test_the_address_behind_a_trusted_proxy_counts_and_a_claimed_one_does_not(world, settings):
    def network(app, **headers):
        page = Browser(app.test_client())
        page.client.environ_base["REMOTE_ADDR"] = "127.0.0.1"
        token = page.get("/sign-in").token
        data = {"csrf_token": token, "email": "nobody@example.org", "password": "not the password!"}
        page.client.post("/sign-in", data=data, headers={**HEADERS, **headers})
        with app.app_context():
            return db.session.scalars(
                sa.select(SignInFailure.network).order_by(SignInFailure.at.desc())
            ).first()

    claimed = {"X-Forwarded-For": "198.51.100.7"}
    assert network(world.app, **claimed) == "127.0.0.1"
    behind = create_app({**settings, "trusted_proxies": "127.0.0.0/8"})
    assert network(behind, **claimed) == "198.51.100.7"
    with behind.app_context():
        db.engine.dispose()


def test_the_cookie_is_as_ruled(browser, world):
    answer = sign_in(browser)
    said = next(line for line in answer.headers.getlist("Set-Cookie") if line.startswith("sa="))
    assert "HttpOnly" in said and "SameSite=Lax" in said and "Path=/" in said and "Expires" in said
    assert "Secure" not in said
    assert len(said) < 4096
    assert not browser.client.get("/sessions", headers=HEADERS).headers.getlist("Set-Cookie")


def test_behind_tls_the_cookie_is_the_hosts_alone(settings, world):
    app = create_app({**settings, "base_url": "https://alerts.example"})
    client = app.test_client()
    answer = client.get("/sign-in", base_url="https://alerts.example", headers=HEADERS)
    said = answer.headers["Set-Cookie"]
    assert said.startswith("__Host-sa=") and "Secure" in said and "Domain" not in said
    assert "includeSubDomains" in answer.headers["Strict-Transport-Security"]
    with app.app_context():
        db.engine.dispose()


def test_signing_in_makes_a_new_token_and_ends_the_old_session(browser, world):
    before = browser.get("/sign-in").token
    planted = cookie(browser.client).value
    sign_in(browser)
    first = cookie(browser.client).value
    assert first != planted
    assert browser.get("/sessions").token != before
    thief = world.app.test_client()
    thief.set_cookie("sa", planted)
    assert thief.get("/sessions", headers=HEADERS).status_code == 303
    page = browser.get("/sessions")
    browser.post("/sign-in", {"email": BEN.email, "password": PASSWORD}, page=page)
    thief.set_cookie("sa", first)
    assert thief.get("/sessions", headers=HEADERS).status_code == 303


def test_a_copied_cookie_is_dead_after_sign_out(browser, world):
    sign_in(browser)
    copy = world.app.test_client()
    copy.set_cookie("sa", cookie(browser.client).value)
    assert copy.get("/sessions", headers=HEADERS).status_code == 200
    answer = browser.post("/sign-out", {}, page=browser.get("/sessions"))
    assert (answer.status_code, answer.location) == (303, "/sign-in")
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert copy.get("/sessions", headers=HEADERS).location.startswith("/sign-in?next=/sessions")
    assert browser.client.get("/sessions", headers=HEADERS).status_code == 303


def test_sign_out_is_a_post_with_a_token(world):
    client = world.client(ASHA)
    assert client.get("/sign-out", headers=HEADERS).status_code == 405
    assert client.post("/sign-out", headers=HEADERS).status_code == 403
    token = Browser(client).get("/sessions").token
    foreign = {**HEADERS, "Sec-Fetch-Site": "cross-site"}
    assert client.post("/sign-out", data={"csrf_token": token}, headers=foreign).status_code == 403
    assert client.get("/sessions", headers=HEADERS).status_code == 200


def test_signing_out_twice_is_no_error(world):
    browser = Browser(world.client())
    page = browser.get("/sign-in")
    assert browser.post("/sign-out", {}, page=page).status_code == 303


def test_suspended_and_past_are_signed_out_at_the_next_request(world):
    client = world.client(ASHA)
    assert client.get("/sessions", headers=HEADERS).status_code == 200
    with world.app.app_context(), crossing("seed") as session, writing(session):
        session.execute(sa.update(UserSession).values(absolute_end=now() - timedelta(seconds=1)))
    answer = client.get("/sessions", headers=HEADERS)
    assert answer.status_code == 303
    assert "sa=;" in answer.headers["Set-Cookie"]  # the dead cookie goes
    assert world.client(SAM).get("/sessions", headers=HEADERS).status_code == 303


def test_own_sessions_are_listed_and_ended(world):
    here, there = Browser(world.client(ASHA)), world.client(ASHA)
    page = here.get("/sessions")
    assert page.text.count('action="/sessions/') == 2
    with world.app.app_context():
        rows = list(db.session.scalars(sa.select(UserSession).order_by(UserSession.id)))
    answer = here.post(f"/sessions/{rows[1].id}/end", {}, page=page)
    assert (answer.status_code, answer.location) == (303, "/sessions")
    assert there.get("/sessions", headers=HEADERS).status_code == 303
    assert here.get("/sessions").text.count('action="/sessions/') == 1
    assert here.post(f"/sessions/{rows[0].id}/end", {}, page=page).location == "/sign-in"


def test_anothers_session_does_not_exist(world):
    asha, ben = Browser(world.client(ASHA)), world.client(BEN)
    with world.app.app_context():
        of_ben = db.session.scalars(
            sa.select(UserSession.id).where(UserSession.user_id == world.users[BEN.name])
        ).one()
    page = asha.get("/sessions")
    for session_id in (of_ben, uuid.uuid4()):
        assert asha.post(f"/sessions/{session_id}/end", {}, page=page).status_code == 404
    assert ben.get("/sessions", headers=HEADERS).status_code == 200


def test_who_cannot_sign_in_gets_the_same_answer(browser):
    page = browser.get("/forgot")
    known = browser.post("/forgot", {"email": ASHA.email}, page=page)
    unknown = browser.post("/forgot", {"email": "nobody@example.org"}, page=page)
    assert known.status_code == 200
    assert known.text == unknown.text.replace("nobody@example.org", ASHA.email)


def test_what_is_for_all_asks_the_database_nothing(world):
    client, asked = world.client(ASHA), []
    client.get("/sessions", headers=HEADERS)
    with world.app.app_context():
        sa.event.listen(db.engine, "before_cursor_execute", lambda *what: asked.append(what[2]))
        client.get("/healthz")
        client.get("/sw.js")
        assert not asked
        client.get("/sign-out", headers=HEADERS)
        assert asked
