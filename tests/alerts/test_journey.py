"""From one phone's report to another phone's lock screen: the running server and a real push service."""

from __future__ import annotations

import http.cookiejar
import json
import re
import time
import urllib.parse
import urllib.request
import uuid

import pytest
import sqlalchemy as sa

from shopalert import create_app
from shopalert.alerts.models import Delivery
from shopalert.db import db
from shopalert.wall import crossing
from tests.people import ASHA, BEN, CAROL, DEV, IVY, PASSWORD
from tests.services import eventually, serving
from tests.world import World

SECRET = "Kevin with the red scar took twelve bottles of gin"


class Phone:
    """A signed-in browser with a push subscription, spoken to over HTTP."""

    def __init__(self, url, person=None):
        self.url, jar = url, http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
        if person:
            self.token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', self.ask("/sign-in")[1])[1]
            self.form("/sign-in", email=person.email, password=PASSWORD)
            self.token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', self.ask("/alerts")[1])[1]

    def ask(self, path, data=None, **headers):
        request = urllib.request.Request(self.url + path, data, {"Sec-Fetch-Site": "same-origin", **headers})
        with self.opener.open(request, timeout=10) as answer:
            return answer.status, answer.read().decode()

    def form(self, path, **fields):
        said = urllib.parse.urlencode({"csrf_token": self.token, **fields}).encode()
        return self.ask(path, said, Accept="application/json, text/html;q=0.5")

    def json(self, path, body):
        headers = {
            "Content-Type": "application/json",
            "Accept": "application/json",
            "X-Requested-With": "shopalert",
        }
        return self.ask(path, json.dumps(body).encode(), **headers)


@pytest.mark.slow
def test_a_report_reaches_the_lock_screens_of_its_scheme_and_no_other(tmp_path, push_service):
    settings = {**push_service.settings, "SECRET_KEY": "j" * 40, "VAPID_SUBJECT": "mailto:ops@shop.example"}
    with serving(tmp_path / "town", **settings) as server:
        app = create_app({"data_dir": tmp_path / "town", "secret_key": "j" * 40, "background": False})
        World(app)
        devices = {person: push_service.device() for person in (ASHA, BEN, IVY, CAROL, DEV)}
        phones = {person: Phone(server.url, person) for person in devices}
        for person, device in devices.items():
            assert phones[person].json("/push/subscription", device)[0] == 201

        # A test of one's own alerts arrives on one's own device alone.
        phones[CAROL].form("/alerts/test")
        (tried,) = push_service.wait_for(1, devices[CAROL])
        assert "Alerts work on this device" in tried["payload"]

        began = time.time()
        _, answer = phones[ASHA].form(
            "/s/wickford/report",
            client_id=str(uuid.uuid4()),
            category="shop_theft",
            narrative=SECRET,
            in_progress="y",
        )
        incident = json.loads(answer)["id"]
        answered = time.time()
        got = {person: push_service.wait_for(1, devices[person])[0] for person in (BEN, IVY, DEV)}
        slowest = max(each["at"] for each in got.values())
        print(
            f"report answered after {answered - began:.3f} s, on the last phone {slowest - answered:+.3f} s later"
        )
        assert slowest - answered < 1
        for each in got.values():
            said = json.loads(each["payload"])["notification"]
            assert said["navigate"] == f"{server.url}/incidents/{incident}"
            assert said["tag"] == f"incident-{incident}"
            for word in [*SECRET.split(), *ASHA.name.split(), "Harper"]:
                assert len(word) < 4 or word not in each["payload"]
            assert each["headers"]["Urgency"] == "high"
        assert json.loads(got[IVY]["payload"])["notification"]["title"] == "Shop theft in progress"
        assert len(push_service.received(devices[ASHA])) == 0, "who reports it knows"
        assert len(push_service.received(devices[CAROL])) == 1, "another scheme"

        # The phones say that they showed it, and one was opened, without being signed in.
        for person in (BEN, IVY):
            token = json.loads(got[person]["payload"])["notification"]["data"]["receipt"]
            assert Phone(server.url).json("/push/receipt", {"token": token, "shown": True})[0] == 204
        assert Phone(server.url).json("/push/receipt", {"token": token, "opened": True})[0] == 204
        with app.app_context(), crossing("deliveries") as session:
            states = session.scalars(
                sa.select(Delivery.state)
                .where(Delivery.incident_id == uuid.UUID(incident))
                .order_by(Delivery.state)
            )
            eventually(lambda: sorted(states) == ["opened", "sent", "shown"], 2)

        # A withdrawal replaces what the lock screens show: same tag, without a sound.
        phones[ASHA].form(
            f"/incidents/{incident}/withdrawal", client_id=str(uuid.uuid4()), reason="A mistake"
        )
        for person in (BEN, IVY, DEV):
            replaced = json.loads(push_service.wait_for(2, devices[person])[1]["payload"])["notification"]
            assert replaced["tag"] == f"incident-{incident}"
            assert replaced["silent"] is True
        for device in devices.values():
            assert not [each for each in push_service.received(device) if each["problem"]]
        with app.app_context():
            db.engine.dispose()
