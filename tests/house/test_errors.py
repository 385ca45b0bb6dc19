"""The error contract: page, fragment and machine; every bad input has its answer, and nothing typed is lost."""

from __future__ import annotations

import json
import re
import sqlite3
import uuid

import psycopg
import pytest
import sqlalchemy as sa

from shopalert import create_app, security
from shopalert import db as house
from shopalert.db import db
from shopalert.pages import Problem
from shopalert.room import PUBLIC
from tests.house.routes import HTML, token_of
from tests.people import ASHA, BEN, OLU
from tests.world import picture

PAGE = {"Accept": HTML, "Sec-Fetch-Site": "same-origin"}
FRAGMENT = {**PAGE, "HX-Request": "true"}
MACHINE = {"Accept": "application/json", "Sec-Fetch-Site": "same-origin"}
FACES = pytest.mark.parametrize("face", [PAGE, FRAGMENT, MACHINE], ids=["page", "fragment", "machine"])
INSIDE = ("Traceback", "sqlalchemy", "sqlite3", "psycopg", "werkzeug", 'File "', "SELECT ", "INSERT ")


def report(client, headers=MACHINE, token=None, **fields):
    data = {"client_id": str(uuid.uuid4()), "category": "asb", "narrative": "Noise.", **fields}
    sent = {**headers, "X-CSRFToken": token or token_of(client)}
    return client.post("/s/wickford/report", data=data, headers=sent)


def is_as_agreed(answer, face, status, code):
    """The contract of one error, for whoever asked."""
    assert answer.status_code == status, answer.text[:500]
    for word in INSIDE:
        assert word not in answer.text
    if face is MACHINE:
        assert answer.mimetype == "application/problem+json"
        body = answer.json
        assert (body["code"], body["status"], body["saved"]) == (code, status, False)
        assert re.fullmatch("[0-9a-f]{16}", body["request_id"])
        return
    assert answer.mimetype == "text/html"
    assert f'data-error="{code}"' in answer.text
    assert re.search(r'data-request="[0-9a-f]{16}"', answer.text)
    assert 'data-saved="false"' in answer.text
    assert ("<html" in answer.text) == (face is PAGE)


@FACES
def test_not_signed_in(world, face):
    answer = world.client().get("/more", headers=face)
    if face is PAGE:
        assert (answer.status_code, answer.headers["Location"]) == (303, "/sign-in?next=/more")
        return
    is_as_agreed(answer, face, 401, "not_signed_in")
    if face is FRAGMENT:
        assert answer.headers["HX-Redirect"] == "/sign-in"


@FACES
def test_not_found_and_not_permitted(world, face):
    client = world.client(ASHA)
    for path in (
        "/nowhere",
        f"/incidents/{uuid.uuid4()}",
        f"/incidents/{world.report(OLU, 'southend')}",
        "/s/none/",
    ):
        is_as_agreed(client.get(path, headers=face), face, 404, "not_found")
    is_as_agreed(client.get("/desk", headers=face), face, 403, "not_permitted")


@FACES
def test_wrong_method_says_which_are_right(world, face):
    client = world.client(ASHA)
    sent = {**face, "X-CSRFToken": token_of(client)}
    answer = client.put("/more", headers=sent)
    is_as_agreed(answer, face, 405, "method_not_allowed")
    assert "GET" in answer.headers["Allow"]


@FACES
def test_a_missing_token_is_answered_with_a_fresh_one(world, face):
    client = world.client(ASHA)
    answer = client.post("/s/wickford/report", data={"narrative": "typed"}, headers=face)
    is_as_agreed(answer, face, 403, "csrf_failed")
    if face is MACHINE:
        assert report(client, token=answer.json["csrf_token"]).status_code == 201


@FACES
def test_a_host_that_is_not_ours_is_refused(world, face):
    for host in ("evil.example", "localhost.evil.example", "localhost@evil", "[::"):
        answer = world.client().get("/sign-in", headers={**face, "Host": host})
        is_as_agreed(answer, face, 400, "bad_request")
        assert "evil" not in answer.text


@FACES
def test_too_large_a_request(world, face, monkeypatch):
    monkeypatch.setattr(security, "OF_WORDS", 3000)
    client = world.client(ASHA)
    answer = report(client, face, narrative="x" * 5000)
    is_as_agreed(answer, face, 413, "too_large")


@FACES
def test_too_many_parts_and_too_long_a_field(world, face):
    client = world.client(ASHA)
    token = token_of(client)
    is_as_agreed(
        report(client, face, token, **{f"f{n}": "" for n in range(250)}, photos=(picture(), "p.jpg")),
        face,
        413,
        "too_large",
    )


def test_a_text_that_is_too_long_comes_back_whole(world):
    client = world.client(ASHA)
    answer = report(client, PAGE, narrative="x" * 6000)
    assert answer.status_code == 422
    assert "x" * 6000 in answer.text


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"--x\r\nbroken", "multipart/form-data; boundary=x"),
        (b"", "multipart/form-data"),
        (b"--\xff\xfe\r\n\r\n", "multipart/form-data; boundary=\xff"),
        (b"\xff\xfe\x00", "application/x-www-form-urlencoded"),
        (b"{", "application/json"),
        (b"", "text/plain"),
        (b"\xff" * 100, "application/octet-stream"),
    ],
)
def test_a_body_that_cannot_be_read_is_no_report(world, body, kind):
    client = world.client(ASHA)
    headers = {**MACHINE, "X-CSRFToken": token_of(client), "Content-Type": kind}
    answer = client.post("/s/wickford/report", data=body, headers=headers)
    is_as_agreed(answer, MACHINE, 400, answer.json["code"])


@pytest.mark.parametrize(
    "body", [b"{", b"[]", b"null", b"7", b'"\\ud800"', b"\xff\xfe", b"[" * 3_000, b'{"a":' * 1_500, b""]
)
def test_malformed_json_is_400(world, body):
    client = world.client(ASHA)
    headers = {**MACHINE, "X-Requested-With": "shopalert", "Content-Type": "application/json"}
    for path in ("/sync", "/push/subscription", "/push/receipt"):
        answer = client.post(path, data=body, headers=headers)
        is_as_agreed(answer, MACHINE, 400, answer.json["code"])


def test_another_kind_of_body_is_415(world):
    client = world.client(ASHA)
    headers = {**MACHINE, "X-Requested-With": "shopalert", "Content-Type": "text/plain"}
    is_as_agreed(
        client.post("/sync", data="kind=sighting", headers=headers), MACHINE, 415, "unsupported_media"
    )


STRANGE = ["\x00", "a\x00b", "\x1b[31m", "\x85", "\u202egnp.exe", "\u2066", "\x7f"]


@pytest.mark.parametrize("text", STRANGE, ids=ascii)
def test_what_cannot_be_shown_is_422_and_comes_back_with_all_the_rest(world, text):
    client = world.client(ASHA)
    answer = report(client, narrative=f"They took {text} coats.")
    is_as_agreed(answer, MACHINE, 422, "invalid")
    assert list(answer.json["fields"]) == ["narrative"]
    page = report(client, PAGE, narrative=f"They took {text} coats.", value_lost="12.50", violence="y")
    assert page.status_code == 422
    assert 'value="12.50"' in page.text
    assert "They took" in page.text
    with world.app.app_context():
        assert client.get("/s/wickford/", headers=PAGE).text.count("<article") == 0


@pytest.mark.parametrize(
    "raw", ["%ED%A0%80", "%FF", "%C0%80", "%F8%88%80%80%80", "%00", "%E2%80%AE", "%0A%0D"]
)
def test_strange_bytes_in_addresses_find_nothing(world, raw):
    client = world.client(ASHA)
    for path, good in ((f"/search?q={raw}", {200}), (f"/s/{raw}/", {404}), (f"/s/wickford{raw}/report", {404}),
                       (f"/s/wickford/?before={raw}&after={raw}", {200}), (f"/incidents/{raw}", {404}),
                       (f"/poll?after={raw}&wait={raw}", {200, 204}), (f"/files/{raw}/thumb", {404}),
                       (f"/sign-in?next={raw}", {303}), (f"/alerts?tested={raw}", {200})):  # fmt: skip
        assert client.get(path, headers=PAGE).status_code in good, path


@pytest.mark.parametrize(
    "number", [str(2**63), str(2**64), str(10**30), "-1", "0", "9" * 5000, "٣", "1e3", "NaN"]
)
def test_numbers_beyond_all_tables_find_nothing(world, number):
    incident = world.report(ASHA)
    client = world.client(ASHA)
    headers = {**MACHINE, "X-CSRFToken": token_of(client)}
    sent = {"row_version": number, "category": "asb"}
    assert client.post(f"/incidents/{incident}/edit", data=sent, headers=headers).status_code in (400, 409)
    assert report(client, value_lost=number if number != "0" else "x").status_code == 422
    found = {
        f"/incidents/{number}": 404,
        f"/alerts?tested={number[:60]}": 200,
        f"/poll?after={number[:60]}": 200,
    }
    for path, status in found.items():
        assert client.get(path, headers=PAGE).status_code == status, path


def test_names_that_nobody_has_at_sign_in(world):
    client = world.client()
    for email in (
        "\x00",
        "a\x00@example.org",
        "\ud800@example.org".encode("utf-8", "surrogatepass").decode("latin-1"),
        "x" * 5000,
    ):
        headers = {**MACHINE, "X-CSRFToken": token_of(client)}
        answer = client.post("/sign-in", data={"email": email, "password": "\x00" * 3}, headers=headers)
        assert answer.status_code in (422, 429), answer.text


def test_too_often_says_when_to_come_back(world):
    client = world.client()
    headers = {**MACHINE, "X-CSRFToken": token_of(client)}
    answers = [
        client.post("/sign-in", data={"email": BEN.email, "password": f"wrong {n}"}, headers=headers)
        for n in range(11)
    ]
    is_as_agreed(answers[-1], MACHINE, 429, "too_many_requests")
    assert int(answers[-1].headers["Retry-After"]) > 0


@FACES
def test_a_changed_version_is_409_with_both(world, face):
    incident = world.report(ASHA, narrative="What stood.")
    client = world.client(ASHA)
    headers = {**face, "X-CSRFToken": token_of(client)}
    for words in ("Meanwhile changed.", "Typed here."):
        sent = {"row_version": "1", "category": "asb", "narrative": words}
        answer = client.post(f"/incidents/{incident}/edit", data=sent, headers=headers)
    assert answer.status_code == 409
    assert "Meanwhile changed." in answer.text
    assert "Typed here." in answer.text
    if face is MACHINE:
        is_as_agreed(answer, face, 409, "stale")


# ---- the house itself is in trouble


@pytest.fixture
def held(app, world, monkeypatch):
    """The database, held by another who does not let go."""
    monkeypatch.setattr(house, "PATIENCE", 0.3)
    if str(app.config["SQLALCHEMY_DATABASE_URI"]).startswith("sqlite"):
        link = sqlite3.connect(app.config["SHOPALERT"].data_dir / "shopalert.db", isolation_level=None)
        link.execute("BEGIN IMMEDIATE")
    else:
        address = sa.make_url(app.config["SQLALCHEMY_DATABASE_URI"])
        link = psycopg.connect(host=address.query["host"], user=address.username, dbname=address.database)
        link.execute("LOCK TABLE incident IN SHARE ROW EXCLUSIVE MODE")
    yield link
    link.close()


@FACES
def test_a_busy_database_is_503_come_back_in_five_seconds(held, world, face):
    client = signed_in(world, held)
    answer = report(client, face)
    is_as_agreed(answer, face, 503, "busy")
    assert answer.headers["Retry-After"] == "5"
    assert client.get("/s/wickford/", headers=PAGE).status_code == 200  # reading goes on
    held.rollback()
    assert report(client, MACHINE).status_code == 201


def signed_in(world, link):
    """A session needs a row: opened while the other lets go for a moment."""
    link.rollback()
    client = world.client(ASHA)
    link.execute(
        "BEGIN IMMEDIATE"
        if isinstance(link, sqlite3.Connection)
        else "LOCK TABLE incident IN SHARE ROW EXCLUSIVE MODE"
    )
    return client


@pytest.fixture
def broken(settings):
    """The application as it is served, with rooms where things go wrong."""
    app = create_app({**settings, "testing": False})
    mishaps = {
        "full": sa.exc.OperationalError(
            "INSERT INTO x", {}, sqlite3.OperationalError("database or disk is full")
        ),
        "disk": OSError(28, "No space left on device"),
        "away": sa.exc.OperationalError(
            "SELECT 1", {}, psycopg.OperationalError("server closed the connection")
        ),
        "pool": sa.exc.TimeoutError("QueuePool limit"),
        "bug": ZeroDivisionError("the password is hunter2"),
        "refused": Problem(418, "teapot", "No."),
    }

    def go_wrong(how):
        raise mishaps[how]

    go_wrong.verb, go_wrong.loader = PUBLIC, None
    app.add_url_rule("/broken/<how>", view_func=go_wrong)
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@FACES
@pytest.mark.parametrize(
    ("how", "status", "code"),
    [
        ("full", 507, "disk_full"),
        ("disk", 507, "disk_full"),
        ("away", 503, "busy"),
        ("pool", 503, "busy"),
        ("bug", 500, "error"),
    ],
)
def test_our_own_trouble_tells_nothing_of_the_inside(broken, face, how, status, code):
    answer = broken.test_client().get(f"/broken/{how}", headers=face)
    is_as_agreed(answer, face, status, code)
    assert "hunter2" not in answer.text
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert (answer.headers.get("Retry-After") == "5") == (status == 503)


def test_every_body_of_a_machine_is_json(world):
    answer = world.client(ASHA).get("/nowhere", headers={"Accept": "application/problem+json"})
    assert json.loads(answer.text)["code"] == "not_found"


@FACES
def test_the_page_that_says_so_asks_a_lost_database_nothing(world, monkeypatch, face):
    """Its frame names the viewer's schemes: asked once more, the error's own page would fail."""
    client = world.client(ASHA)

    def lost(*_, **__):
        raise sa.exc.OperationalError("SELECT", {}, psycopg.OperationalError("server closed the connection"))

    def pending(*_):
        raise sa.exc.PendingRollbackError("Can't reconnect until invalid transaction is rolled back.")

    monkeypatch.setattr("shopalert.incidents.views.newest_first", lost)
    monkeypatch.setattr("shopalert.home.views.schemes_of", pending)
    is_as_agreed(client.get("/s/wickford/", headers=face), face, 503, "busy")
