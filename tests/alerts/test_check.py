"""Will alerts reach me? What became of the test of one's own device."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from shopalert.alerts.models import Delivery
from shopalert.alerts.payload import receipt_token
from shopalert.db import now, writing
from shopalert.wall import crossing
from tests.browse import Browser
from tests.people import ASHA, IVY

HEADERS = {"X-Requested-With": "shopalert", "Sec-Fetch-Site": "same-origin", "Accept": "application/json"}


@pytest.fixture
def settings(settings, push_service):
    return {**settings, **push_service.settings}


@pytest.fixture
def device(world, push_service):
    """Asha's browser with alerts turned on: (client, the device's id)."""
    client = world.client(ASHA)
    answer = client.post("/push/subscription", json=push_service.device(), headers=HEADERS)
    return client, answer.json["id"]


def outcome(client, device_id):
    return client.get(f"/alerts/devices/{device_id}/test", headers={"Accept": "application/json"})


def delivery(app):
    with app.app_context(), crossing("deliveries") as session:
        return session.scalars(sa.select(Delivery).order_by(Delivery.id.desc())).first()


def becomes(app, **values):
    with app.app_context(), crossing("deliveries") as session, writing(session):
        session.execute(sa.update(Delivery).values(**values))


def test_a_test_is_followed_until_the_device_has_shown_it(app, device):
    client, device_id = device
    assert outcome(client, device_id).json == {"state": "", "arrived": False, "lost": False, "seconds": 0.0}
    Browser(client).post("/alerts/test", {})
    assert outcome(client, device_id).json["state"] == "queued"
    token = receipt_token(app.config["SHOPALERT"].secret_key, delivery(app).id)
    client.post("/push/receipt", json={"token": token, "shown": True}, headers=HEADERS)
    said = outcome(client, device_id).json
    assert (said["state"], said["arrived"], said["lost"]) == ("shown", True, False)
    assert 0 <= said["seconds"] < 60


def test_a_test_that_was_refused_is_told_and_an_old_one_is_not(app, device):
    client, device_id = device
    Browser(client).post("/alerts/test", {})
    becomes(app, state="gone", failure="410")
    assert outcome(client, device_id).json["lost"] is True
    becomes(app, queued_at=now().replace(year=2025))
    assert outcome(client, device_id).json["state"] == ""


def test_anothers_device_does_not_exist(world, device):
    client, device_id = device
    assert outcome(client, device_id).status_code == 200
    assert outcome(world.client(IVY), device_id).status_code == 404


def test_without_script_the_page_says_what_to_look_at_and_what_became_of_the_test(app, device):
    client, _ = device
    browser = Browser(client)
    page = browser.get("/alerts/check")
    for words in (
        "battery savers put apps to sleep",
        "Home Screen",
        "by e-mail",
        "Not tested in the last hour",
    ):
        assert words in page.text
    answer = browser.post("/alerts/test", {"next": "/alerts/check"}, page=page)
    assert answer.headers["Location"] == "/alerts/check"
    assert "on its way, not shown yet" in browser.get("/alerts/check").text
    becomes(app, state="shown", shown_at=now())
    assert "arrived after" in browser.get("/alerts/check").text
    becomes(app, state="gone")
    assert "refused by the alert service" in browser.get("/alerts/check").text
