"""PostgreSQL is restarted under a running server: 503 while it is away, never 500, and back within five seconds."""

from __future__ import annotations

import http.client
import signal
import threading
import time
import uuid
from typing import Any

import flask_migrate
import psycopg
import pytest
from flask import request_finished

from shopalert import create_app
from tests import services
from tests.alerts.test_stream import Person
from tests.faults.test_held import count, report
from tests.people import ASHA, IVY
from tests.world import World

pytestmark = [pytest.mark.faults, pytest.mark.postgres, pytest.mark.slow]


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGQUIT], ids=["restarted", "crashed"])
def test_a_database_that_goes_and_comes_is_waited_for(tmp_path, how):
    with services.postgres() as cluster:
        url = cluster.new_database()
        with services.serving(tmp_path / "data", SECRET_KEY="t" * 40, DATABASE_URL=url) as server:
            settings = {
                "data_dir": server.data_dir,
                "testing": True,
                "background": False,
                "database_url": url,
            }
            server.app = create_app({**settings, "secret_key": "t" * 40})
            World(server.app)
            asha, ivy = Person(server.port, ASHA.email), Person(server.port, IVY.email)
            answered, stop = [], threading.Event()
            reader = threading.Thread(target=keep_reading, args=(ivy, answered, stop))
            reader.start()
            taken = [str(uuid.uuid4()) for _ in range(5)]
            assert [report(asha, key)[0] for key in taken] == [201] * 5
            cluster.stop(how)
            key = str(uuid.uuid4())
            assert report(asha, key)[0] == 503
            time.sleep(2)
            cluster.start()
            start = time.monotonic()
            services.eventually(lambda: report(asha, key)[0] == 201, 10)
            back = time.monotonic() - start
            services.eventually(lambda: answered[-1][1] == 200, 5)
            stop.set()
            reader.join()
            print(f"{how.name}: reports again {back:.2f} s after the start; {len(answered)} reads meanwhile")
            assert {status for _, status in answered} <= {200, 503}
            assert 503 in {status for _, status in answered}
            assert back < 5
            assert count(server, [*taken, key]) == 6


def keep_reading(person, answered, stop):
    while not stop.is_set():
        link = http.client.HTTPConnection("127.0.0.1", person.port, timeout=20)
        headers = {"Cookie": person.cookie, "Host": f"localhost:{person.port}", "Accept": "text/html"}
        link.request("GET", "/s/wickford/", headers=headers)
        answer = link.getresponse()
        text = answer.read().decode()
        assert "Traceback" not in text
        answered.append((time.monotonic(), answer.status))
        link.close()
        time.sleep(0.05)


def test_an_answer_that_is_ready_stands_when_the_database_goes(tmp_path):
    with services.postgres() as cluster:
        url = cluster.new_database()
        app = create_app({"data_dir": tmp_path, "testing": True, "background": False, "database_url": url})
        with app.app_context():
            flask_migrate.upgrade()
        world, cut = World(app), []

        def cut_everybody_off(_: Any, **__: Any) -> None:
            with psycopg.connect(url.replace("+psycopg", "")) as other:
                others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
                cut.extend(other.execute(f"{others} AND pid <> pg_backend_pid()").fetchall())

        ivy = world.client(IVY)
        with request_finished.connected_to(cut_everybody_off, app):
            answer = ivy.get("/s/wickford/")
        assert cut, "nobody was connected any more"
        assert answer.status_code == 200
        assert ivy.get("/s/wickford/").status_code == 200
