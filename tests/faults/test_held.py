"""R8: the database is held by another. Writers wait up to five seconds, then 503; readers never wait."""

from __future__ import annotations

import sqlite3
import threading
import time

import psycopg
import pytest
import sqlalchemy as sa

from tests.faults.history import History, judge
from tests.faults.houses import busy, size
from tests.people import ASHA, IVY

pytestmark = [pytest.mark.faults, pytest.mark.slow]

WRITERS = size(5, 40)


def hold(house):
    """The writer's place, taken by another process."""
    settings = house.server.settings
    if "DATABASE_URL" not in settings:
        link = sqlite3.connect(
            house.server.data_dir / "shopalert.db", isolation_level=None, check_same_thread=False
        )
        link.execute("BEGIN EXCLUSIVE")
        return link
    address = sa.make_url(settings["DATABASE_URL"])
    link = psycopg.connect(host=address.query["host"], user=address.username, dbname=address.database)
    link.execute("LOCK TABLE incident IN SHARE ROW EXCLUSIVE MODE")
    return link


def let_go(link):
    link.rollback()
    link.close()


def report(phone, history, operation):
    """(status, Retry-After, seconds) of one report."""
    operation.tries += 1
    answer = phone.report(operation.key, timeout=30)
    if answer.status == 503:
        said = answer.json()
        assert (said["code"], said["saved"]) == ("busy", False)
    else:
        history.acknowledge(operation, answer.json()["id"])
    return answer.status, answer.headers["Retry-After"], answer.seconds


def send(phone, history, operations):
    answers = {}
    threads = [
        threading.Thread(target=lambda one=one: answers.update({one.key: report(phone, history, one)}))
        for one in operations
    ]
    for thread in threads:
        thread.start()
    return answers, threads


def slowest_read(phone, until):
    worst = 0.0
    while time.monotonic() < until:
        answer = phone.read()
        assert answer.status == 200
        worst = max(worst, answer.seconds)
        time.sleep(0.1)
    return worst


def verdict(house, history):
    with house.session() as session:
        return judge(session, history)


def test_held_for_three_seconds_every_writer_gets_through_and_no_reader_waits(house, tell):
    asha, ivy, history = house.phone(ASHA), house.phone(IVY), History()
    slowest_read(ivy, time.monotonic() + 0.5)  # once before, so that its pages are made
    operations, link = [history.begin() for _ in range(WRITERS)], hold(house)
    answers, threads = send(asha, history, operations)
    worst = slowest_read(ivy, time.monotonic() + 3)
    let_go(link)
    for thread in threads:
        thread.join()
    more = f"slowest reader {worst * 1000:.0f} ms"
    tell("database held for 3 s", history.tries, len(history.acknowledged), verdict(house, history), more)
    assert {status for status, _, _ in answers.values()} == {201}
    assert len(history.acknowledged) == WRITERS
    assert worst < 1.5 * busy()


def test_held_for_longer_writers_are_told_to_come_back_and_lose_nothing(house, tell):
    asha, ivy, history = house.phone(ASHA), house.phone(IVY), History()
    operations, link = [history.begin() for _ in range(WRITERS)], hold(house)
    answers, threads = send(asha, history, operations)
    worst = slowest_read(ivy, time.monotonic() + size(7, 10))
    for thread in threads:
        thread.join()
    assert {(status, after) for status, after, _ in answers.values()} == {(503, "5")}
    assert all(4 < seconds < 9 * busy() for _, _, seconds in answers.values()), answers
    let_go(link)
    assert verdict(house, history).lost == 0
    again = [report(asha, history, one)[0] for one in operations for _ in range(2)]
    assert set(again) == {201}
    more = f"{WRITERS} times 503, slowest reader {worst * 1000:.0f} ms"
    done = len(history.acknowledged)
    tell(f"database held for {size(7, 10)} s", history.tries, done, verdict(house, history), more)
    assert done == WRITERS
    assert worst < 1.5 * busy()
