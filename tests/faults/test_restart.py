"""PostgreSQL is restarted under a running house: 503 while it is away, never 500, back within five seconds, and
open screens go on where they stood."""

from __future__ import annotations

import signal
import threading
import time
from typing import Any

import psycopg
import pytest
from flask import request_finished

from tests.faults.history import History, behind, judge, judge_pushes, judge_screens
from tests.faults.houses import busy, size
from tests.faults.phones import Lost, Sender
from tests.faults.screens import Screens
from tests.people import ASHA, BEN, IVY, LEO, PAT
from tests.services import eventually

ENGINE = "postgres"
pytestmark = [pytest.mark.faults, pytest.mark.postgres, pytest.mark.slow]

AWAY, ROUNDS = 2, size(1, 10)
BACK = 5.0


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGQUIT], ids=["restarted", "crashed"])
def test_a_database_that_goes_and_comes_is_waited_for(house, tell, how):
    people = [house.phone(person) for person in (ASHA, LEO, BEN)]
    ivy, devices, history = house.phone(IVY), house.devices(PAT, 2), History()
    readers = [house.phone(person) for person in house.crowd(2)]
    answered: list[tuple[float, int]] = []
    stop, back = threading.Event(), []
    reader = threading.Thread(target=keep_reading, args=(ivy, answered, stop))
    senders = [
        Sender(n, people[n % 3], history, 12 * ROUNDS, pause=0.2, patience=200) for n in range(size(3, 9))
    ]
    with Screens(readers, 10) as screens:
        screens.all_open()
        for thread in (reader, *senders):
            thread.start()
        for number in range(ROUNDS):
            eventually(lambda number=number: len(history.acknowledged) > 10 + 20 * number, 60)
            house.cluster.stop(how)
            time.sleep(AWAY)
            house.cluster.start()
            started, many = time.monotonic(), len(history.acknowledged)
            eventually(lambda many=many: len(history.acknowledged) > many, 10, 0.01)
            back.append(time.monotonic() - started)
            eventually(lambda: answered[-1][1] == 200, 5)
        for sender in senders:
            sender.join()
        stop.set()
        reader.join()
        house.settled()
        with house.session() as session:
            wickford = house.world.schemes["wickford"]
            screens.wait_for(lambda: not behind(session, wickford, screens.screens), 30)
            verdict, seen = judge(session, history), judge_screens(session, wickford, screens.screens)
            pushed = judge_pushes(
                session, house.push, [one.incident for one in history.acknowledged], devices
            )
    name = {"SIGINT": "restarted", "SIGQUIT": "killed"}[how.name]
    more = f"answers again {max(back):.1f} s after its start, {len(answered)} pages read meanwhile"
    tell(f"PostgreSQL {name} {ROUNDS} times", history.tries, len(history.acknowledged), verdict, more)
    tell("the same, on 10 open screens", sum(each.connections for each in screens.screens), 10, seen)
    tell("the same, on the way to devices", pushed.wanted, pushed.wanted - pushed.lost, pushed)
    assert {status for _, status in answered} == {200, 503}
    assert max(back) < BACK * busy()


def keep_reading(phone, answered, stop):
    while not stop.is_set():
        try:
            answer = phone.read()
        except Lost:
            answered.append((time.monotonic(), 0))
            continue
        assert "Traceback" not in answer.text
        answered.append((time.monotonic(), answer.status))
        time.sleep(0.05)


def test_an_answer_that_is_ready_stands_when_the_database_goes(world, settings):
    url, cut = settings["database_url"], []

    def cut_everybody_off(_: Any, **__: Any) -> None:
        with psycopg.connect(url.replace("+psycopg", "")) as other:
            others = (
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
            )
            cut.extend(other.execute(f"{others} AND pid <> pg_backend_pid()").fetchall())

    ivy = world.client(IVY)
    with request_finished.connected_to(cut_everybody_off, world.app):
        answer = ivy.get("/s/wickford/")
    assert cut, "nobody was connected any more"
    assert answer.status_code == 200
    assert ivy.get("/s/wickford/").status_code == 200
