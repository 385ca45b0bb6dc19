"""Twelve threads send one report to a real server at once: one incident, twelve equal answers."""

from __future__ import annotations

import json
import threading
import uuid

import sqlalchemy as sa

from shopalert import create_app
from shopalert.incidents.models import Incident
from shopalert.wall import crossing
from tests.alerts.test_stream import Person
from tests.people import ASHA
from tests.services import serving
from tests.world import World


def test_twelve_threads_make_one_incident(engine, request, tmp_path):
    more = {"SECRET_KEY": "t" * 40}
    if engine == "postgres":
        more["DATABASE_URL"] = request.getfixturevalue("cluster").new_database()
        more["REDIS_URL"] = request.getfixturevalue("redis_server").url
        more["WEB_PROCESSES"] = "2"
    with serving(tmp_path / "data", **more) as server:
        settings = {"data_dir": server.data_dir, "testing": True, "background": False}
        app = create_app(settings | {name.lower(): value for name, value in more.items()})
        World(app)
        asha, answers, failed = Person(server.port, ASHA.email), [], []
        said = {"client_id": str(uuid.uuid4()), "category": "asb", "narrative": "Noise."}

        def send():
            try:
                answers.append(json.loads(asha.post("/s/wickford/report", **said)))
            except AssertionError as error:
                failed.append(error)

        threads = [threading.Thread(target=send) for _ in range(12)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert not failed, failed
        assert answers == [answers[0]] * 12
        with app.app_context(), crossing("command") as session:
            assert session.scalar(sa.select(sa.func.count(Incident.id))) == 1
