"""The desk of an officer of nineteen schemes: its page as a browser asks for it, at 200,000 incidents of two years.

Part of `python3 dev.py bench insight`. A third of what the officer could have read they have read; one in forty
incidents was violent, one in sixty is still going on, and most happen at premises that are hit again and again.
"""

from __future__ import annotations

import random
import time
import uuid
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from bench.figures import quantile
from shopalert.db import db, now, uuid7, writing
from shopalert.incidents.models import Incident, ReadMark
from shopalert.protection.clocks import clocks
from shopalert.schemes.models import Business, District, Premises, Scheme
from shopalert.wall import crossing
from tests.people import ASHA, DEV, IVY
from tests.world import ALWAYS_OPEN, World

SCHEMES = 19
SIZE = 200_000
DAYS = 730
LIMIT = 0.200  # seconds, p95
BATCH = 5000
PAGES = ("/desk", "/desk?scheme=wickford", "/desk?after=1.ffffffff-ffff-7fff-bfff-ffffffffffff")
HTML = {"Accept": "text/html", "Sec-Fetch-Site": "same-origin"}


def more_schemes(world: World) -> list[tuple[uuid.UUID, list[uuid.UUID]]]:
    """Nineteen schemes of one district, with forty premises each."""
    with world.app.app_context(), crossing("seed") as session, writing(session):
        basildon = session.scalars(sa.select(District.id).where(District.slug == "basildon")).one()
        standing = list(session.scalars(sa.select(Scheme).where(Scheme.district_id == basildon)))
        standing += [
            Scheme(district_id=basildon, slug=f"town-{n}", name=f"Town {n}", code=f"T{n}", kind="retail")
            for n in range(SCHEMES - len(standing))
        ]
        business = Business(name="Bench and Sons")
        session.add_all([*standing, business])
        session.flush()
        found = []
        for scheme in standing:
            sites = [
                Premises(
                    scheme_id=scheme.id, business_id=business.id, name=f"Shop {n}", street="High Street",
                    postcode="SS12 9AA", lat=51.61, lon=0.52, trading_hours=ALWAYS_OPEN,
                )
                for n in range(40)
            ]  # fmt: skip
            session.add_all(sites)
            session.flush()
            found.append((scheme.id, [site.id for site in sites]))
        return found


def fill(world: World, size: int, chance: random.Random) -> None:
    places, start = more_schemes(world), now() - timedelta(days=DAYS)
    people = [world.users[person.name] for person in (ASHA, IVY)]
    with world.app.app_context(), crossing("seed") as session:
        for begin in range(0, size, BATCH):
            rows = []
            for number in range(begin, min(begin + BATCH, size)):
                at = start + timedelta(seconds=DAYS * 86400 * number / size)
                scheme_id, sites = chance.choice(places)
                rows.append(
                    {
                        "id": uuid7(at), "client_id": uuid.uuid4(), "sent_hash": b"x" * 32, "reference": f"D-{number}",
                        "scheme_id": scheme_id, "author_id": chance.choice(people), "category_code": "shop_theft",
                        "premises_id": chance.choice(sites), "narrative": "They took coats.", "occurred_at": at,
                        "received_at": at, "stirred_at": at, "violence": chance.random() < 0.025,
                        "in_progress": chance.random() < 0.016, "flags": ["hate"] if chance.random() < 0.02 else [],
                        **clocks("incident", at),
                    }
                )  # fmt: skip
            read = [
                {
                    "id": uuid7(), "user_id": world.users[DEV.name], "incident_id": row["id"],
                    "scheme_id": row["scheme_id"], "at": row["stirred_at"],
                }
                for row in rows if chance.random() < 0.33
            ]  # fmt: skip
            with writing(session):
                session.execute(sa.insert(Incident), rows)
                session.execute(sa.insert(ReadMark), read)
        if session.get_bind().dialect.name == "postgresql":
            with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as link:
                link.execute(sa.text("VACUUM ANALYZE"))


def measured(world: World, size: int = SIZE, asked: int = 60) -> list[str]:
    """Ask the desk; what is over its limit is returned."""
    fill(world, size, random.Random(7))
    client: Any = world.client(DEV)
    over = []
    for path in PAGES:
        took = []
        for number in range(asked + 5):
            began = time.perf_counter()
            answer = client.get(path, headers=HTML)
            if number >= 5:
                took.append(time.perf_counter() - began)
            assert answer.status_code == 200 and answer.text.count("<article") >= 10
        p95 = quantile(took, 0.95)
        name = path.partition("=")[0]
        print(f"  {name:28} p50 {quantile(took, 0.5) * 1000:7.2f} p95 {p95 * 1000:7.2f}", flush=True)
        if p95 > LIMIT:
            over.append(f"{name}: p95 {p95 * 1000:.0f} ms is over {LIMIT * 1000:.0f} ms")
    return over
