"""Devices over HTTP: whose they are, what is taken, and what a receipt changes."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from shopalert.alerts.claims import Result, claim, settle
from shopalert.alerts.models import Delivery, Subscription
from shopalert.alerts.payload import receipt_token
from shopalert.alerts.push import Answer, Meaning
from shopalert.db import now, writing
from shopalert.wall import crossing
from tests.people import ASHA, BEN, CAROL

HEADERS = {"X-Requested-With": "shopalert", "Sec-Fetch-Site": "same-origin", "Accept": "application/json"}


@pytest.fixture
def settings(settings, push_service):
    return {**settings, **push_service.settings}


@pytest.fixture
def subscribe(world, push_service):
    """A person's browser subscribes: (client, what it sent)."""

    def subscribed(person, sent=None):
        client, sent = world.client(person), sent or push_service.device()
        answer = client.post("/push/subscription", json=sent, headers=HEADERS)
        assert answer.status_code in (200, 201), answer.text
        return client, sent

    return subscribed


def rows(app, model=Subscription):
    with app.app_context(), crossing("deliveries") as session:
        return list(session.scalars(sa.select(model).order_by(model.id)))


def live(app):
    return [row for row in rows(app) if row.gone_at is None]


def token_of(app, delivery):
    return receipt_token(app.config["SHOPALERT"].secret_key, delivery.id)


def test_the_key_is_for_everybody(app, world):
    answer = world.client().get("/push/key")
    assert answer.status_code == 200
    assert answer.mimetype == "text/plain"
    assert len(answer.text) == 87


def test_a_device_is_added_once(app, world, subscribe):
    client, sent = subscribe(ASHA)
    again = client.post("/push/subscription", json=sent, headers=HEADERS)
    assert again.status_code == 200
    (row,) = rows(app)
    assert row.user_id == world.users[ASHA.name]
    assert (row.endpoint, row.p256dh, row.auth) == (sent["endpoint"], *sent["keys"].values())
    assert row.label == "Test browser"
    assert row.session_id is not None


def test_signed_out_nobody_subscribes(app, world, push_service):
    answer = world.client().post("/push/subscription", json=push_service.device(), headers=HEADERS)
    assert answer.status_code == 401
    assert rows(app) == []


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://fcm.googleapis.com/fcm/send/x", "https://169.254.169.254/x", "https://[::1]/x", "",
        "https://fcm.googleapis.com.evil.example/x", "https://user@fcm.googleapis.com/x", None, 5, ["x"],
        "https://10.0.0.8/fcm.googleapis.com", "gopher://fcm.googleapis.com/", "https://localhost:1/x",
    ],
)  # fmt: skip
def test_what_is_no_push_service_is_not_taken(app, world, push_service, endpoint):
    sent = {**push_service.device(), "endpoint": endpoint}
    answer = world.client(ASHA).post("/push/subscription", json=sent, headers=HEADERS)
    assert answer.status_code == 422
    assert answer.json["code"] == "endpoint_refused"
    assert rows(app) == []


@pytest.mark.parametrize(
    "keys", [{"p256dh": "AAAA", "auth": "AA"}, {}, None, "x", {"p256dh": None, "auth": 3}]
)
def test_what_are_no_keys_are_not_taken(app, world, push_service, keys):
    answer = world.client(ASHA).post(
        "/push/subscription", json={**push_service.device(), "keys": keys}, headers=HEADERS
    )
    assert answer.status_code == 422
    assert answer.json["code"] == "keys_refused"


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'"x"', b"\xff\xfe", b"null"])
def test_what_is_no_json_is_not_read(world, body):
    for path in ("/push/subscription", "/push/receipt"):
        answer = world.client(ASHA).post(path, data=body, headers=HEADERS, content_type="application/json")
        assert answer.status_code == 400, path


def test_a_foreign_page_subscribes_nobody(app, world, push_service):
    client, sent = world.client(ASHA), push_service.device()
    for headers in (
        {**HEADERS, "Sec-Fetch-Site": "cross-site"},
        {"X-Requested-With": "shopalert", "Origin": "https://evil.example"},
        {"Sec-Fetch-Site": "same-origin"},
    ):
        assert client.post("/push/subscription", json=sent, headers=headers).status_code == 403
    assert rows(app) == []


def test_a_device_that_changes_hands_is_only_the_new_owners(app, world, subscribe):
    client, sent = subscribe(ASHA)
    client.post("/alerts/test", headers=HEADERS)
    subscribe(CAROL, sent)
    first, second = rows(app)
    assert (first.gone_at is not None, first.endpoint, first.p256dh) == (True, None, "")
    assert second.endpoint == sent["endpoint"]
    assert second.user_id != first.user_id
    # Asha, who is still signed in on it, can neither take it away nor see it.
    assert client.delete("/push/subscription", json=sent, headers=HEADERS).status_code == 404
    assert len(live(app)) == 1


def test_only_ones_own_device_is_removed(app, world, subscribe):
    asha, sent = subscribe(ASHA)
    ben = world.client(BEN)
    unknown = {"endpoint": "https://fcm.googleapis.com/nothing"}
    theirs = ben.delete("/push/subscription", json=sent, headers=HEADERS)
    nobodys = ben.delete("/push/subscription", json=unknown, headers=HEADERS)
    assert theirs.status_code == nobodys.status_code == 404
    (row,) = live(app)
    assert ben.post(f"/alerts/devices/{row.id}/removal", headers=HEADERS).status_code in (403, 404)
    assert len(live(app)) == 1
    assert asha.delete("/push/subscription", json=sent, headers=HEADERS).status_code == 204
    assert live(app) == []


def test_what_a_browser_gave_up_goes_with_the_new_one(app, world, subscribe, push_service):
    asha, old = subscribe(ASHA)
    _carol, carols = subscribe(CAROL)
    fresh = push_service.device()
    for expired in (old["endpoint"], carols["endpoint"]):
        asha.post("/push/subscription", json={**fresh, "expired": expired}, headers=HEADERS)
    assert sorted(row.endpoint for row in live(app)) == sorted([fresh["endpoint"], carols["endpoint"]])


def test_a_person_has_twenty_devices_at_most(app, world, push_service):
    client = world.client(ASHA)
    sent = push_service.devices(21)
    for each in sent:
        client.post("/push/subscription", json=each, headers=HEADERS)
    assert {row.endpoint for row in live(app)} == {each["endpoint"] for each in sent[1:]}


def test_sign_out_takes_the_device_with_it(app, world, subscribe):
    here, _ = subscribe(ASHA)
    subscribe(ASHA)
    here.post("/sign-out", headers={"Sec-Fetch-Site": "same-origin", **csrf(here)})
    assert len(live(app)) == 1


def test_a_test_is_a_real_alert_to_ones_own_devices(app, world, subscribe):
    client, _ = subscribe(ASHA)
    subscribe(BEN)
    answer = client.post("/alerts/test", headers={**HEADERS, **csrf(client)})
    assert answer.status_code == 200
    assert answer.json == {"devices": 1}
    (row,) = rows(app, Delivery)
    assert (row.kind, row.state, row.event_seq) == ("alert.test", "queued", None)


def test_receipts_say_shown_then_opened_and_never_go_back(app, world, subscribe):
    client, _ = subscribe(ASHA)
    client.post("/alerts/test", headers={**HEADERS, **csrf(client)})
    (row,) = rows(app, Delivery)
    token, anybody = token_of(app, row), world.client()

    def receipt(**said):
        return anybody.post("/push/receipt", json={"token": token, **said}, headers=HEADERS).status_code

    assert receipt(shown=True) == 204
    assert rows(app, Delivery)[0].state == "shown"
    assert receipt(opened=True) == 204
    first = rows(app, Delivery)[0]
    assert first.state == "opened"
    assert first.opened_at >= first.shown_at
    assert receipt(shown=True) == 204
    assert receipt(opened=True) == 204
    again = rows(app, Delivery)[0]
    assert (again.state, again.shown_at, again.opened_at) == ("opened", first.shown_at, first.opened_at)
    assert receipt() == 422


def test_opened_alone_counts_as_shown(app, world, subscribe):
    client, _ = subscribe(ASHA)
    client.post("/alerts/test", headers={**HEADERS, **csrf(client)})
    (row,) = rows(app, Delivery)
    client.post("/push/receipt", json={"token": token_of(app, row), "opened": True}, headers=HEADERS)
    assert rows(app, Delivery)[0].shown_at is not None


@pytest.mark.parametrize("token", ["", "x" * 22, "é", None, 7, "x" * 1000])
def test_a_token_that_is_none_changes_nothing(app, world, subscribe, token):
    client, _ = subscribe(ASHA)
    client.post("/alerts/test", headers={**HEADERS, **csrf(client)})
    answer = client.post("/push/receipt", json={"token": token, "shown": True}, headers=HEADERS)
    assert answer.status_code in (404, 422)
    assert rows(app, Delivery)[0].shown_at is None


def test_a_receipt_that_overtakes_the_dispatcher_stays(app, world, subscribe):
    client, _ = subscribe(ASHA)
    client.post("/alerts/test", headers={**HEADERS, **csrf(client)})
    with app.app_context(), crossing("deliveries") as session, writing(session):
        (claimed,) = claim(session, 5)
    client.post(
        "/push/receipt", json={"token": token_of(app, rows(app, Delivery)[0]), "shown": True}, headers=HEADERS
    )
    with app.app_context(), crossing("deliveries") as session, writing(session):
        settle(session, [Result(claimed, Answer(Meaning.ACCEPTED, "201"))])
    (row,) = rows(app, Delivery)
    assert row.state == "shown"
    assert row.sent_at is not None
    assert row.sent_at <= now()


def test_the_command_prints_the_key_that_browsers_get(app, world):
    printed = app.test_cli_runner().invoke(args=["shopalert", "vapid"]).output.splitlines()
    assert printed[0] == world.client().get("/push/key").text


def csrf(client):
    """The session's token, as a page would carry it."""
    from flask import g
    from flask_wtf.csrf import generate_csrf

    with client.session_transaction() as cookie:
        known = dict(cookie)
    with client.application.test_request_context():
        from flask import session

        session.update(known)
        g.pop("csrf_token", None)
        token = generate_csrf()
        made = session["csrf_token"]
    with client.session_transaction() as cookie:
        cookie["csrf_token"] = made
    return {"X-CSRFToken": token}
