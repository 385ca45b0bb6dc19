"""Where the dispatcher runs: within the one process, without stalling its pages, and in workers, woken by Redis."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest
from redis import Redis

from shopalert import create_app
from shopalert.alerts.models import Delivery, Subscription
from shopalert.db import now, writing
from shopalert.wall import crossing
from tests.alerts.small import ROOT
from tests.people import ASHA, IVY, LEO
from tests.services import eventually
from tests.world import World

STALL = 0.1  # seconds of the processor that nobody else in the process gets
PATCHED = "from gevent import monkey; monkey.patch_all(); import sys; sys.path.insert(0, sys.argv[1]); "
EMBEDDED = """
import json, threading, time, gevent
from shopalert.alerts import dispatcher
from tests.alerts.small import Town, small_app
given = json.loads(sys.argv[2])
town = Town(small_app(given["settings"]), given["settings"])
people = town.crowd(given["devices"], 5)
stop, taken = threading.Event(), []
working = gevent.spawn(dispatcher.run, town.app, stop)
def sent(many):
    while town.states() != {"sent": many}:
        gevent.sleep(0.02)
def tick():
    while not stop.is_set():
        before = time.thread_time()
        gevent.sleep(0.002)
        taken.append(time.thread_time() - before)
town.say(people[:2])
sent(10)
town.say(people)
ticking = gevent.spawn(tick)
sent(10 + len(given["devices"]))
stop.set()
gevent.joinall([working, ticking])
print(json.dumps({"ticks": len(taken), "longest": max(taken)}))
"""
# Without a wake-up it would look only after a minute.
WORKER = PATCHED + (
    "from shopalert.alerts import dispatcher; dispatcher.POLL = 60.0;"
    "from shopalert.commands.worker import main; main()"
)


@pytest.mark.slow
def test_a_fan_out_in_the_one_process_leaves_its_pages_their_turn(push_settings, push_service):
    """By the processor's clock, so that a busy machine makes no difference."""
    given = {"settings": push_settings, "devices": push_service.devices(200)}
    program = [sys.executable, "-W", "ignore", "-c", PATCHED + EMBEDDED, str(ROOT), json.dumps(given)]
    done = subprocess.run(program, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    print(
        f"200 devices: {said['ticks']} turns for others, at most {said['longest'] * 1000:.0f} ms between two"
    )
    assert said["longest"] < STALL


@pytest.mark.slow
def test_a_worker_is_woken_at_once_and_ends_when_told(cluster, redis_server, push_settings, push_service):
    """Scaled: a web process that dispatches nothing, a worker without pages, PostgreSQL and Redis between them."""
    settings = {
        **push_settings, "DATABASE_URL": cluster.new_database(), "REDIS_URL": redis_server.url, "SECRET_KEY": "t" * 40,
    }  # fmt: skip
    environment = {**os.environ, **settings, "LOG_LEVEL": "INFO"}
    flask = [sys.executable, "-m", "flask", "--app", "wsgi"]
    subprocess.run([*flask, "db", "upgrade"], cwd=ROOT, env=environment, check=True, capture_output=True)
    app = create_app({**settings, "testing": True, "background": False})
    world, devices = World(app), {IVY: push_service.device(), LEO: push_service.device()}
    with app.app_context(), crossing("seed") as session, writing(session):
        for person, device in devices.items():
            session.add(
                Subscription(
                    user_id=world.users[person.name], endpoint=device["endpoint"], created_at=now(),
                    origin=device["endpoint"].rsplit("/push/", 1)[0], **device["keys"],
                )
            )  # fmt: skip
    worker = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", WORKER, str(ROOT)],
        cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        assert worker.stderr
        eventually(lambda: "worker ready" in worker.stderr.readline(), 30)
        with Redis.from_url(redis_server.url) as link:
            eventually(lambda: link.pubsub_numsub("sse")[0][1] == 1)
        for many in (1, 2, 3):
            world.report(ASHA)
            for device in devices.values():
                push_service.wait_for(many, device, 15)
        with app.app_context(), crossing("deliveries") as session:
            eventually(lambda: session.query(Delivery).filter_by(state="sent").count() == 6)
    finally:
        worker.terminate()
        assert worker.wait(20) == 0
        worker.stderr.close()
    assert all(each["problem"] == "" for each in push_service.received(devices[IVY]))
