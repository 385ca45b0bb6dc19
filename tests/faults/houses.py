"""The whole system for the tests of faults: real processes, a real database, a real push service, a crowd with devices.

`alone` is the embedded form: SQLite, one process that does everything. `scaled` is PostgreSQL and Redis with two web
processes and two workers. A worker that dies is started again, as systemd would.
"""

from __future__ import annotations

import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from shopalert import create_app
from shopalert.alerts.models import Delivery, Subscription
from shopalert.alerts.models import PushService as PushServiceRow
from shopalert.db import db, now, uuid7, writing
from shopalert.wall import crossing
from tests import services
from tests.faults.phones import Phone
from tests.people import Person
from tests.push_service import PushService
from tests.services import HOME, Server, eventually
from tests.world import World

LONG = os.environ.get("SHOPALERT_FAULTS") == "long"  # `dev.py faults` sets it


def size(short: Any, long: Any) -> Any:
    """How much of it: in `dev.py test`, and in `dev.py faults`."""
    return long if LONG else short


def busy() -> float:
    """How much longer things take while this machine has other work: 1 where it has none."""
    return max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))


class House:
    """One instance with everything that runs in it."""

    def __init__(
        self, engine: str, data: Path, world: World, push: PushService, workers: int, **settings: str
    ) -> None:
        self.engine, self.world, self.push = engine, world, push
        self.server = Server(data, **settings)
        self.wanted = workers
        self.workers: list[subprocess.Popen[bytes]] = []
        self.given: list[uuid.UUID] = []  # the devices that the running test subscribed
        self.redis: services.Redis | None = None
        self.cluster: services.Postgres | None = None
        self.keeping = threading.Event()
        self.lock = threading.Lock()

    # ---- running

    def start(self) -> House:
        self.server.start()
        self.keeping.set()
        for _ in range(self.wanted):
            self.workers.append(self.new_worker())
        threading.Thread(target=self.keep, daemon=True).start()
        return self

    def stop(self) -> None:
        with self.lock:
            self.keeping.clear()
        for process in self.workers:
            process.kill()
            process.wait()
        self.server.kill()
        with self.world.app.app_context():
            db.session.remove()
            db.engine.dispose()

    def new_worker(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "flask", "--app", "wsgi", "shopalert", "worker"]
        with self.server.log_file.open("ab") as log:
            return subprocess.Popen(command, cwd=HOME, env=self.server.settings, stdout=log, stderr=log)

    def keep(self) -> None:
        """As systemd: who ended is started again."""
        while self.keeping.is_set():
            for number, process in enumerate(self.workers):
                if process.poll() is not None:
                    with self.lock:
                        if self.keeping.is_set():
                            self.workers[number] = self.new_worker()
            time.sleep(0.05)

    # ---- killing

    def kill_one(self, chance: random.Random) -> str:
        """kill -9 of any web process or worker."""
        web = [("web", pid) for pid in self.server.workers()]
        others = [("worker", each.pid) for each in self.workers if each.poll() is None]
        who, pid = chance.choice(web + others)
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        return who

    # ---- looking

    @contextmanager
    def session(self) -> Iterator[Any]:
        with self.world.app.app_context(), crossing("command") as session:
            yield session

    def change(self, model: Any, *which: Any, **values: Any) -> int:
        with self.session() as session, writing(session):
            statement = sa.update(model).where(*which).values(**values)
            done = session.execute(statement.execution_options(synchronize_session=False))
            return int(done.rowcount)

    def states(self, *which: Any) -> dict[str, int]:
        """Deliveries by state."""
        with self.session() as session:
            asked = sa.select(Delivery.state, sa.func.count()).where(*which).group_by(Delivery.state)
            return {row[0]: row[1] for row in session.execute(asked)}

    def lapse(self) -> None:
        """A minute passes: the leases of those who died run out."""
        self.change(Delivery, Delivery.state == "sending", lease_until=now())

    def settled(self, *which: Any, seconds: float = size(60, 300)) -> dict[str, int]:
        """The states, once every delivery has come to its end. Leases that the dead left behind are not waited for."""
        quiet = {"since": time.monotonic(), "left": -1}

        def over() -> bool:
            states = self.states(*which)
            left = states.get("queued", 0) + states.get("sending", 0)
            if left != quiet["left"]:
                quiet.update(since=time.monotonic(), left=left)
            if left and not states.get("queued") and time.monotonic() - quiet["since"] > 2:
                self.lapse()
            return not left

        eventually(over, seconds, 0.1)
        return self.states(*which)

    # ---- people

    def phone(self, person: Person) -> Phone:
        client = self.world.client(person)
        cookie = client.get_cookie("sa")
        assert cookie
        return Phone(self.server.port, f"sa={cookie.value}").begin()

    def crowd(self, many: int, slug: str = "wickford", role: str = "member") -> list[Person]:
        """More members, of whom nobody has to know the names."""
        made = [
            Person(
                f"{uuid.uuid4().hex[:10]} Member",
                member=((slug, role, "Harper's" if slug == "wickford" else ""),),
            )
            for _ in range(many)
        ]
        with self.session() as session, writing(session):
            for person in made:
                self.world.add(session, person, {})
        return made

    def devices(
        self, person: Person, many: int = 1, answers: str = "201", origin: int = 0
    ) -> list[dict[str, Any]]:
        """Their browsers subscribed."""
        made = self.push.devices(many, answers, origin)
        rows = [
            Subscription(
                id=uuid7(), user_id=self.world.users[person.name], endpoint=each["endpoint"],
                origin=each["endpoint"].rsplit("/push/", 1)[0], label="Chrome on Android", **each["keys"],
            )
            for each in made
        ]  # fmt: skip
        with self.session() as session, writing(session):
            session.add_all(rows)
        for each, row in zip(made, rows, strict=True):
            each["id"] = row.id
            self.given.append(row.id)
        return made

    def forget_devices(self) -> None:
        """Nobody's phone of this test is told anything more, and no push service is remembered as being down."""
        mine, self.given = self.given, []
        self.change(Subscription, Subscription.id.in_(mine), gone_at=now(), endpoint=None)
        under_way = Delivery.state.in_(("queued", "sending"))
        self.change(Delivery, Delivery.subscription_id.in_(mine), under_way, state="failed", lease_until=None)
        with self.session() as session, writing(session):
            session.execute(sa.delete(PushServiceRow))


@contextmanager
def a_house(engine: str, data: Path, request: pytest.FixtureRequest, **more: str) -> Iterator[House]:
    """A running instance with the cast in it, gone when the block ends. `WORKERS`: how many beside the web."""
    start, world = request.getfixturevalue("settled")
    push: PushService = request.getfixturevalue("push_service")
    data.mkdir(mode=0o700, exist_ok=True)
    settings = {"SECRET_KEY": "t" * 40, "LOG_LEVEL": "WARNING", "VAPID_SUBJECT": "mailto:ops@shop.example"}
    settings |= push.settings | more
    workers = int(settings.pop("WORKERS", 2 if engine == "postgres" else 0))
    redis = cluster = None
    if engine == "sqlite":
        shutil.copy(start, data / "shopalert.db")
        (data / "shopalert.db").chmod(0o600)
    else:
        cluster, redis = request.getfixturevalue("cluster"), request.getfixturevalue("redis_server")
        settings["DATABASE_URL"] = cluster.new_database(services.database_name(start))
        settings["REDIS_URL"] = redis.url
        settings.setdefault("WEB_PROCESSES", "2")
        settings.setdefault("BACKGROUND", "no")
    own = {name.lower(): value for name, value in settings.items()}
    app = create_app(own | {"data_dir": data, "testing": True, "background": False})
    house = House(engine, data, world.moved_to(app), push, workers, **settings)
    house.redis, house.cluster = redis, cluster
    try:
        yield house.start()
    finally:
        house.stop()


def many_files(wanted: int = 30_000) -> None:
    """Each stream is a file, on our side too."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, min(wanted, hard)), hard))
