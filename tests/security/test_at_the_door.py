"""Strangers at the door: requests that only an attacker sends cost little, tell nothing and break nothing."""

from __future__ import annotations

import io
import json

import pytest
import sqlalchemy as sa

from shopalert.alerts.figures import answers
from shopalert.db import db
from tests.house.routes import HTML, token_of
from tests.people import ASHA

FORM, PARTS = "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"

OURS = {"Sec-Fetch-Site": "same-origin", "Accept": "application/json"}


@pytest.mark.parametrize("name", ["Origin", "Referer"])
@pytest.mark.parametrize(
    "value", ["http://[x", "http://[::1", "null", "http://localhost@evil.example", "//localhost", "a:b:c"]
)
def test_an_odd_origin_is_a_foreign_one(world, name, value):
    client = world.client(ASHA)
    token = token_of(client)
    answer = client.post(
        "/alerts/test", headers={"Accept": "application/json", "X-CSRFToken": token, name: value}
    )
    assert (answer.status_code, answer.json["code"]) == (403, "csrf_failed")


@pytest.mark.parametrize(
    "path", ["/s/wickford/report", "/incidents/x/comments", "/s/wickford/photos", "/sync"]
)
def test_a_stranger_is_turned_away_before_the_body_is_read(world, path):
    path = path.replace("/x/", f"/{world.report(ASHA)}/")

    class Unread(io.RawIOBase):
        def readinto(self, _into):
            raise AssertionError("the body of a stranger was read")

    environ = {"wsgi.input": Unread(), "CONTENT_LENGTH": str(10**8), "CONTENT_TYPE": PARTS}
    answer = world.client().post(path, headers=OURS, environ_overrides=environ)
    assert (answer.status_code, answer.json["code"]) == (401, "not_signed_in")


@pytest.mark.parametrize("path", ["/sign-in", "/forgot", "/sign-out", "/csp-reports", "/push/receipt"])
def test_what_anybody_may_send_is_small(world, path):
    answer = world.client().post(path, data=b"x" * 200_000, headers=OURS, content_type=PARTS)
    assert answer.status_code == 413


def test_a_session_that_has_ended_is_told_so_and_not_that_its_form_is_old(world):
    for headers in ({**OURS}, {**OURS, "Accept": HTML, "HX-Request": "true"}):
        answer = world.client().post("/s/wickford/report", data={"narrative": "typed"}, headers=headers)
        assert answer.status_code == 401


@pytest.mark.parametrize(
    "body",
    [
        "[" * 20_000,
        '[{"body": 5}]',
        '{"csp-report": "x"}',
        '{"csp-report": [1]}',
        "5",
        '"x"',
        "[null, 1, []]",
        "{",
        "",
    ],
)
def test_a_policy_report_of_any_shape_is_no_error(world, body):
    answer = world.client().post("/csp-reports", data=body, content_type="application/csp-report")
    assert answer.status_code in (204, 400)


def test_a_policy_report_fills_no_log(world, caplog):
    many = json.dumps([{"body": {"effectiveDirective": "img-src"}}] * 1000)
    world.client().post("/csp-reports", data=many, content_type="application/reports+json")
    assert len([record for record in caplog.records if "policy violated" in record.getMessage()]) <= 20


def test_made_up_methods_make_no_figures(world):
    for number in range(5):
        world.client().open("/more", method=f"MADE{number}")
    assert not [labels for labels in answers._metrics if labels[1].startswith("MADE")]


def test_a_form_that_is_not_utf8_is_400(world):
    client = world.client(ASHA)
    headers = {**OURS, "X-CSRFToken": token_of(client)}
    for narrative in (b"%ff%fe", b"\xff", b"%ED%A0%80", b"a%C3"):
        body = b"client_id=0d7ae3d0-7c0c-4b4e-8f0a-6a3a8f1c8f00&category=shop_theft&narrative=" + narrative
        answer = client.post("/s/wickford/report", data=body, headers=headers, content_type=FORM)
        assert (answer.status_code, answer.json["code"]) == (400, "bad_request"), narrative
    parts = b'--x\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n'
    body = parts % (b"client_id", b"0d7ae3d0-7c0c-4b4e-8f0a-6a3a8f1c8f00") + parts % (
        b"category",
        b"shop_theft",
    )
    body += parts % (b"narrative", b"\xff\xfe") + b"--x--\r\n"
    answer = client.post("/s/wickford/report", data=body, headers=headers, content_type=PARTS)
    assert (answer.status_code, answer.json["fields"].keys()) == (422, {"narrative"})


def test_an_error_of_the_database_puts_nothing_typed_into_the_log(world):
    """The statement may stand there, its values never: they hold narratives and addresses."""
    with world.app.app_context():
        for statement in ("SELECT * FROM nothing WHERE narrative = :said", "SELECT nothing(:said)"):
            with pytest.raises(sa.exc.DBAPIError) as raised:
                db.session.execute(sa.text(statement), {"said": "Mrs Smith of 4 High Street"})
            db.session.rollback()
            assert "Smith" not in str(raised.value)
