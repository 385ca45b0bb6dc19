"""R8: the database is held by another. Writers wait up to five seconds, then 503; readers never wait."""

from __future__ import annotations

import http.client
import json
import sqlite3
import threading
import time
import uuid
from urllib.parse import urlencode

import psycopg
import pytest
import sqlalchemy as sa

from shopalert import create_app
from shopalert.incidents.models import Incident
from shopalert.wall import crossing
from tests.alerts.test_stream import Person
from tests.people import ASHA, IVY
from tests.services import serving
from tests.world import World

pytestmark = [pytest.mark.faults, pytest.mark.slow]


@pytest.fixture(scope="module")
def town(engine, tmp_path_factory, request):
    more = {"SECRET_KEY": "t" * 40}
    if engine == "postgres":
        more["DATABASE_URL"] = request.getfixturevalue("cluster").new_database()
    with serving(tmp_path_factory.mktemp("held") / "data", **more) as server:
        settings = {"data_dir": server.data_dir, "testing": True, "background": False}
        server.app = create_app(settings | {name.lower(): value for name, value in more.items()})
        World(server.app)
        server.people = [Person(server.port, person.email) for person in (ASHA, IVY)]
        yield server


def hold(server):
    """The writer's place, taken by another process."""
    if "DATABASE_URL" not in server.settings:
        link = sqlite3.connect(
            server.data_dir / "shopalert.db", isolation_level=None, check_same_thread=False
        )
        link.execute("BEGIN EXCLUSIVE")
        return link
    address = sa.make_url(server.settings["DATABASE_URL"])
    link = psycopg.connect(host=address.query["host"], user=address.username, dbname=address.database)
    link.execute("LOCK TABLE incident IN SHARE ROW EXCLUSIVE MODE")
    return link


def report(person, key):
    """(status, Retry-After, seconds) of one report."""
    link = http.client.HTTPConnection("127.0.0.1", person.port, timeout=30)
    start = time.monotonic()
    fields = {"client_id": key, "category": "asb", "narrative": "Noise.", "csrf_token": person.token}
    headers = {
        "Cookie": person.cookie, "Host": f"localhost:{person.port}", "Accept": "application/json",
        "Sec-Fetch-Site": "same-origin", "Content-Type": "application/x-www-form-urlencoded",
    }  # fmt: skip
    link.request("POST", "/s/wickford/report", urlencode(fields), headers)
    answer = link.getresponse()
    body = json.loads(answer.read())
    link.close()
    if answer.status == 503:
        assert (body["code"], body["saved"]) == ("busy", False)
    return answer.status, answer.headers["Retry-After"], time.monotonic() - start


def send_all(person, keys):
    answers = {}
    threads = [
        threading.Thread(target=lambda key=key: answers.update({key: report(person, key)})) for key in keys
    ]
    for thread in threads:
        thread.start()
    return answers, threads


def slowest_read(person, until):
    worst = 0.0
    while time.monotonic() < until:
        start = time.monotonic()
        person.ask("GET", "/s/wickford/")
        worst = max(worst, time.monotonic() - start)
        time.sleep(0.1)
    return worst


def count(server, keys):
    with server.app.app_context(), crossing("command") as session:
        wanted = [uuid.UUID(key) for key in keys]
        return session.scalar(sa.select(sa.func.count(Incident.id)).where(Incident.client_id.in_(wanted)))


def test_held_for_three_seconds_every_writer_gets_through_and_no_reader_waits(town):
    asha, ivy = town.people
    keys, link = [str(uuid.uuid4()) for _ in range(5)], hold(town)
    answers, threads = send_all(asha, keys)
    worst = slowest_read(ivy, time.monotonic() + 3)
    link.rollback()
    link.close()
    for thread in threads:
        thread.join()
    print(f"held 3 s: slowest of the readers {worst * 1000:.0f} ms")
    assert {status for status, _, _ in answers.values()} == {201}
    assert count(town, keys) == 5
    assert worst < 1.5


def test_held_for_longer_writers_are_told_to_come_back_and_lose_nothing(town):
    asha, ivy = town.people
    keys, link = [str(uuid.uuid4()) for _ in range(3)], hold(town)
    answers, threads = send_all(asha, keys)
    worst = slowest_read(ivy, time.monotonic() + 7)
    for thread in threads:
        thread.join()
    assert {(status, after) for status, after, _ in answers.values()} == {(503, "5")}
    assert all(4 < seconds < 9 for _, _, seconds in answers.values()), answers
    link.rollback()
    link.close()
    assert count(town, keys) == 0
    again = [report(asha, key)[0] for key in keys for _ in range(2)]
    assert set(again) == {201}
    assert count(town, keys) == 3
    assert worst < 1.5
