"""A call for help on its way to real lock screens: the running server and a real push service."""

from __future__ import annotations

import json
import uuid

import pytest
import sqlalchemy as sa

from shopalert import create_app
from shopalert.alerts.models import Preference
from shopalert.db import db, writing
from shopalert.schemes.models import Scheme
from shopalert.wall import crossing
from tests.alerts.test_journey import Phone
from tests.people import ASHA, BEN, CAROL, DEV, IVY, LEO
from tests.services import serving
from tests.world import World

ALL_DAY = {day: ["00:00", "24:00"] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}


@pytest.mark.slow
def test_it_rings_at_the_responders_through_their_quiet_hours_and_all_clear_replaces_it(
    tmp_path, push_service
):
    settings = {**push_service.settings, "SECRET_KEY": "j" * 40, "VAPID_SUBJECT": "mailto:ops@shop.example"}
    with serving(tmp_path / "town", **settings) as server:
        app = create_app({"data_dir": tmp_path / "town", "secret_key": "j" * 40, "background": False})
        world = World(app)
        with app.app_context(), crossing("seed") as session, writing(session):
            session.execute(sa.update(Scheme).values(break_through=False))
            session.add(
                Preference(
                    user_id=world.users[LEO.name], scheme_id=world.schemes["wickford"], push="3" * 24, live="3" * 24,
                    quiet=ALL_DAY, closed=3,
                )
            )  # fmt: skip
        devices = {person: push_service.device() for person in (ASHA, BEN, LEO, IVY, CAROL, DEV)}
        phones = {person: Phone(server.url, person) for person in devices}
        for person, device in devices.items():
            assert phones[person].json("/push/subscription", device)[0] == 201
        _, answer = phones[ASHA].form(
            "/s/wickford/need-help", client_id=str(uuid.uuid4()), premises=str(world.premises["Harper's"])
        )
        call = json.loads(answer)["url"]
        for person in (BEN, LEO):
            (got,) = push_service.wait_for(1, devices[person])
            said = json.loads(got["payload"])["notification"]
            assert (said["title"], said["body"]) == ("Help needed", "Harper's")
            assert (said["navigate"], said.get("silent", False)) == (f"{server.url}{call}", False)
            assert got["headers"]["Urgency"] == "high"
            assert "Asha" not in got["payload"]
        phones[BEN].form(f"{call}/answers", coming="yes")
        (told,) = push_service.wait_for(1, devices[ASHA])
        comes = json.loads(told["payload"])["notification"]
        assert (comes["title"], comes["silent"]) == ("Somebody is coming", True)
        assert "Ben" not in told["payload"]
        phones[ASHA].form(f"{call}/all-clear")
        for person in (BEN, LEO):
            over = json.loads(push_service.wait_for(2, devices[person])[1]["payload"])["notification"]
            assert over["title"] == "All clear"
            assert over["tag"] == f"help-{call.rsplit('/', 1)[1]}"
        for person in (IVY, CAROL, DEV):
            assert push_service.received(devices[person]) == [], person.name
        with app.app_context():
            db.engine.dispose()
