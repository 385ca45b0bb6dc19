"""Feed and search as a town grows: how long the database takes for one page of each.

    python3 dev.py bench insight [--sizes 10000 100000] [--engines sqlite postgres] [--asked 200]

Two schemes of one district are filled with reports of a made-up vocabulary, and the house's own index reads them. Each
question is asked as a member or an officer asks it, through the wall, and includes reading its twenty cards. The
p99 at the largest size must be within GROWTH times that of the smallest, or within what quality asks for at all sizes.
Then the whole desk of an officer of nineteen schemes is asked for (bench/desk.py).
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import flask_migrate
import sqlalchemy as sa
from flask import Flask

from bench import desk
from bench.figures import quantile
from shopalert import create_app
from shopalert.db import db, now, uuid7, writing
from shopalert.incidents import index, search
from shopalert.incidents.feed import newest_first
from shopalert.incidents.filters import Filters, conditions
from shopalert.incidents.models import Incident
from shopalert.wall import crossing
from tests import services
from tests.people import ASHA, CAROL, DEV, IVY
from tests.world import World

GROWTH = 2.0  # times
LIMIT = {"sqlite": 0.005, "postgres": 0.010}  # seconds, p99: below this growth does not matter
BATCH = 5000
COMMON, OFTEN = "rucksack", 0.3
LETTERS = "abcdefghijklmnoprstuvw"


def vocabulary(chance: random.Random) -> list[str]:
    return ["".join(chance.choice(LETTERS) for _ in range(chance.randint(4, 9))) for _ in range(3000)]


@contextmanager
def town(engine: str) -> Iterator[tuple[Flask, World]]:
    """An empty town with its cast."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o700)
        settings: dict[str, Any] = {"data_dir": folder, "testing": True, "background": False}
        if engine == "sqlite":
            yield settled(create_app(settings))
            return
        with services.postgres() as cluster:
            yield settled(create_app({**settings, "database_url": cluster.new_database()}))


def settled(app: Flask) -> tuple[Flask, World]:
    with app.app_context():
        flask_migrate.upgrade()
        db.session.remove()
    return app, World(app)


def fill(world: World, size: int, words: list[str], chance: random.Random) -> None:
    """Reports until there are so many, over the last two years, and the index of them."""
    with world.app.app_context(), crossing("seed") as session:
        standing = session.scalar(sa.select(sa.func.count()).select_from(Incident)) or 0
        first = session.scalars(sa.select(Incident).order_by(Incident.id)).all()
        like = [
            {column.name: getattr(row, column.key) for column in Incident.__table__.columns}
            for row in first[:2]
        ]
        start = now() - timedelta(days=730)
        for begin in range(standing, size, BATCH):
            rows = []
            for number in range(begin, min(begin + BATCH, size)):
                at = start + timedelta(seconds=729 * 86400 * number / size)
                said = chance.sample(words, 12) + ([COMMON] if chance.random() < OFTEN else [])
                rows.append(
                    {
                        **like[number % 2], "id": uuid7(at), "client_id": uuid.uuid4(), "reference": f"B-{number}",
                        "narrative": " ".join(said), "occurred_at": at, "received_at": at, "stirred_at": at,
                        "violence": chance.random() < 0.02,
                    }
                )  # fmt: skip
            with writing(session):
                session.execute(sa.insert(Incident.__table__), rows)
        index.catch_up()
        if session.get_bind().dialect.name == "postgresql":
            with session.get_bind().connect().execution_options(isolation_level="AUTOCOMMIT") as link:
                link.execute(sa.text("VACUUM ANALYZE"))


def questions(
    world: World, words: list[str], chance: random.Random
) -> dict[str, tuple[Any, Callable[[], Any]]]:
    """What is asked, and by whom."""
    home = [world.schemes["wickford"]]
    both = [world.schemes["wickford"], world.schemes["billericay"]]
    with world.seen_as(IVY) as viewer:
        violent = conditions(Filters(violence=True), viewer, now())

    def slip() -> str:
        word = next(each for each in iter(lambda: chance.choice(words), "") if len(each) >= 6)
        return word[:2] + word[3:]

    def session() -> Any:
        return db.session()

    return {
        "feed, first page": (IVY, lambda: newest_first(session(), home, None, None)),
        "feed, any page": (
            IVY, lambda: newest_first(session(), home, None, uuid7(now() - timedelta(days=chance.randint(1, 700)))),
        ),
        "feed, one in fifty": (IVY, lambda: newest_first(session(), home, None, None, conditions=violent)),
        "desk, two schemes": (DEV, lambda: newest_first(session(), both, None, None)),
        "search, a common word": (IVY, lambda: search.search(session(), COMMON)),
        "search, a word": (IVY, lambda: search.search(session(), chance.choice(words))),
        "search, two words": (DEV, lambda: search.search(session(), " ".join(chance.sample(words, 2)))),
        "search, a word with a slip": (IVY, lambda: search.search(session(), slip())),
        "search, words to complete": (IVY, lambda: search.complete(session(), chance.choice(words)[:3])),
    }  # fmt: skip


def timed(world: World, person: Any, ask: Callable[[], Any], times: int) -> list[float]:
    """Seconds of each, after a few that are not counted; each in a transaction of its own, as a request has it."""
    took = []
    with world.seen_as(person):
        for number in range(times + 10):
            began = time.perf_counter()
            ask()
            if number >= 10:
                took.append(time.perf_counter() - began)
            db.session.rollback()
    return took


def main() -> int:
    options = argparse.ArgumentParser()
    options.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000])
    options.add_argument("--engines", nargs="+", choices=list(LIMIT), default=list(LIMIT))
    options.add_argument("--asked", type=int, default=200)
    options.add_argument(
        "--desk", type=int, default=desk.SIZE, help="incidents of the desk's town; 0 leaves it out"
    )
    chosen = options.parse_args()
    over = []
    for engine in chosen.engines:
        with town(engine) as (_, world):
            world.report(ASHA), world.report(CAROL, "billericay")
            chance = random.Random(7)
            words = vocabulary(chance)
            p99: dict[str, list[float]] = {}
            for size in sorted(chosen.sizes):
                fill(world, size, words, chance)
                print(f"{engine}, {size} incidents, p50 and p99 of {chosen.asked} in ms:", flush=True)
                for name, (person, ask) in questions(world, words, chance).items():
                    took = timed(world, person, ask, chosen.asked)
                    p99.setdefault(name, []).append(quantile(took, 0.99))
                    print(
                        f"  {name:28} {quantile(took, 0.5) * 1000:7.2f} {quantile(took, 0.99) * 1000:7.2f}",
                        flush=True,
                    )
            for name, (small, *more) in p99.items():
                large = more[-1] if more else small
                if large > max(LIMIT[engine], GROWTH * small):
                    over.append(f"{engine}, {name}: {small * 1000:.1f} ms grew to {large * 1000:.1f} ms")
    for engine in chosen.engines if chosen.desk else []:
        with town(engine) as (_, world):
            print(
                f"{engine}, the desk of {desk.SCHEMES} schemes, {chosen.desk} incidents, in ms:", flush=True
            )
            over += [f"{engine}, {each}" for each in desk.measured(world, chosen.desk)]
    print("\n".join(over) or f"each within {GROWTH:g} times of the smallest, or within its limit")
    return 1 if over else 0


if __name__ == "__main__":
    sys.exit(main())
