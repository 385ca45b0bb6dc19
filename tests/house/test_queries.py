"""Lists cost the same queries for one thing and for three, and page 400 what page 1 costs."""

from __future__ import annotations

import os
import re
import time
from contextlib import contextmanager
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from shopalert.db import db, now, uuid7, writing
from shopalert.incidents.models import Incident
from shopalert.protection.clocks import clocks
from shopalert.wall import crossing
from tests.people import ASHA, BEN, DEV, IVY

HTML = {"Accept": "text/html", "Sec-Fetch-Site": "same-origin"}


@contextmanager
def counted():
    """The statements of the block, apart from transactions' own."""
    found = []

    def note(_conn, _cursor, statement, *_):
        found.append(statement)

    sa.event.listen(Engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        sa.event.remove(Engine, "before_cursor_execute", note)


def opened(client, path):
    with counted() as found:
        answer = client.get(path, headers=HTML)
    assert answer.status_code == 200, answer.text[:300]
    return found, answer.text


def lively(world):
    incident = world.report(ASHA, in_progress=True)
    for person in (IVY, BEN, DEV):
        world.say(person, incident, "We saw them too.")
    return incident


@pytest.mark.parametrize(
    ("person", "path"), [(ASHA, "/s/wickford/"), (DEV, "/desk"), (ASHA, "/search?q=coats")]
)
def test_three_incidents_cost_what_one_costs(world, person, path):
    client = world.client(person)
    lively(world)
    opened(client, path)  # what is made once
    one, text = opened(client, path)
    assert text.count('class="card') >= 1
    lively(world)
    lively(world)
    three, text = opened(client, path)
    assert text.count("<article") >= 3
    assert len(three) == len(one), "\n".join(three)
    # Search looks for incidents and for bulletins; on PostgreSQL twice, into the newest and into all.
    assert len(three) <= (36 if "search" in path else 31)


def test_three_comments_cost_what_one_costs(world):
    incident = world.report(ASHA)
    world.say(IVY, incident, "One.")
    world.say(DEV, incident, "Police.")
    client = world.client(ASHA)
    opened(client, f"/incidents/{incident}")
    one, _ = opened(client, f"/incidents/{incident}")
    for number in range(4):
        world.say(BEN, incident, f"More {number}.")
    many, text = opened(client, f"/incidents/{incident}")
    assert len(re.findall('id="comment-[0-9a-f]{8}-', text)) == 6
    assert len(many) == len(one), "\n".join(many)


def test_page_400_of_ten_thousand_costs_what_page_1_costs(world):
    """Same number of queries; times within 2× (a millisecond counts as one: less is the clock's noise)."""
    ids = fill(world, 10_000)
    client = world.client(ASHA)
    first, deep = "/s/wickford/", f"/s/wickford/?before={ids[-400 * 20]}"
    opened(client, first)
    counts = [len(opened(client, path)[0]) for path in (first, deep)]
    assert counts[0] == counts[1]
    assert opened(client, deep)[1].count("<article") == 20
    times = [best(client, path) for path in (first, deep)]
    print(f"first page {times[0] * 1000:.1f} ms, 400th page {times[1] * 1000:.1f} ms")
    assert times[1] < 2 * times[0] + 0.001


def fill(world, many):
    """Ten thousand incidents of the past year, written as rows: it is their reading that is measured."""
    at, author, scheme = now(), world.users[IVY.name], world.schemes["wickford"]
    ids = [uuid7(at - timedelta(minutes=50 * (many - n))) for n in range(many)]
    rows = [
        {
            "id": each, "scheme_id": scheme, "author_id": author, "client_id": each, "sent_hash": b"x" * 32,
            "reference": f"T-{n}", "category_code": "shop_theft", "narrative": "They took coats.",
            "occurred_at": at, "received_at": at, "in_progress": False, "violence": False, "weapon": False,
            "status": "open", "replies": 0, "police_replied": False, "row_version": 1, **clocks("incident", at),
        }
        for n, each in enumerate(ids)
    ]  # fmt: skip
    with world.app.app_context(), crossing("seed") as session, writing(session):
        session.execute(sa.insert(Incident), rows)
    if db_is_postgres(world):
        with (
            world.app.app_context(),
            db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as link,
        ):
            link.execute(sa.text("ANALYZE incident"))
    return ids


def db_is_postgres(world):
    with world.app.app_context():
        return db.engine.dialect.name == "postgresql"


def best(client, path):
    took = []
    for _ in range(15):
        start = time.perf_counter()
        client.get(path, headers=HTML)
        took.append(time.perf_counter() - start)
    os.sched_yield()
    return min(took)
