"""POST /sync: the button on an alert, pressed once or ten times, in time or too late."""

from __future__ import annotations

import uuid

import pytest
import sqlalchemy as sa

from shopalert.db import db
from shopalert.incidents import actions
from shopalert.incidents.models import Incident, Sighting
from shopalert.wall import crossing
from tests.people import ASHA, CAROL, ELLEN, IVY

WORKER = {"Accept": "application/json", "Sec-Fetch-Site": "same-origin", "X-Requested-With": "shopalert"}


def item(incident, key=None, **more):
    return {"kind": "sighting", "incident": str(incident), "client_id": str(key or uuid.uuid4()), **more}


def send(client, said, **headers):
    return client.post("/sync", json=said, headers={**WORKER, **headers})


def sightings(world):
    with world.app.app_context(), crossing("command") as session:
        return session.scalars(sa.select(Sighting)).all()


def test_seen_here_from_the_alert_is_at_ones_own_premises(world):
    incident = world.report(ASHA)
    answer = send(world.client(IVY), item(incident))
    assert answer.status_code == 201
    assert [row.premises_id for row in sightings(world)] == [world.premises["Larkmead Pharmacy"]]


def test_pressed_again_it_is_the_same_answer(world):
    said, client = item(world.report(ASHA)), world.client(IVY)
    first, again = send(client, said), send(client, said)
    assert again.json == first.json
    assert again.headers["Idempotency-Replayed"] == "true"
    assert len(sightings(world)) == 1


def test_the_key_may_come_as_a_header(world):
    said = item(world.report(ASHA))
    key = said.pop("client_id")
    client = world.client(IVY)
    assert send(client, said, **{"Idempotency-Key": key}).status_code == 201
    assert send(client, {**said, "client_id": key}).headers["Idempotency-Replayed"] == "true"


def test_the_same_key_for_another_incident_is_refused(world):
    key, client = uuid.uuid4(), world.client(IVY)
    one, two = world.report(ASHA), world.report(ASHA)
    assert send(client, item(one, key)).status_code == 201
    answer = send(client, item(two, key))
    assert (answer.status_code, answer.json["code"]) == (422, "key_reused")


def test_what_is_not_ones_own_does_not_exist(world):
    incident = world.report(ASHA)
    assert send(world.client(CAROL), item(incident)).status_code == 404
    assert send(world.client(IVY), item(uuid.uuid4())).status_code == 404
    assert send(world.client(ELLEN), item(incident)).status_code == 403
    assert send(world.client(), item(incident)).status_code == 401
    assert send(world.client(IVY), item(incident)).status_code == 201


def test_a_withdrawn_incident_is_seen_no_more(world):
    incident = world.report(ASHA)
    with world.seen_as(ASHA) as viewer:
        actions.withdraw(viewer, db.session.get_one(Incident, incident), "A mistake")
    assert send(world.client(IVY), item(incident)).status_code == 404


@pytest.mark.parametrize(
    ("said", "status", "code"),
    [
        ({"kind": "sighting"}, 400, "key_missing"),
        ({"kind": "murder", "client_id": str(uuid.uuid4())}, 422, "unknown_kind"),
        ({"kind": ["sighting"], "client_id": str(uuid.uuid4())}, 422, "unknown_kind"),
        ({"kind": "sighting", "client_id": str(uuid.uuid4()), "incident": 2**70}, 404, "not_found"),
        ({"kind": "sighting", "client_id": str(uuid.uuid4()), "incident": "\ud800"}, 404, "not_found"),
        ({"kind": "sighting", "client_id": {"a": 1}}, 400, "key_missing"),
        ([], 400, "bad_request"),
        ("x", 400, "bad_request"),
    ],
)
def test_what_cannot_be_an_item_is_refused(world, said, status, code):
    answer = send(world.client(IVY), said)
    assert (answer.status_code, answer.json["code"]) == (status, code)


def test_another_site_can_send_nothing(world):
    incident, client = world.report(ASHA), world.client(IVY)
    for headers in (
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"X-Requested-With": ""},
    ):
        assert send(client, item(incident), **headers).status_code == 403
    assert sightings(world) == []
