"""R1 in short: the web process is killed ten times while two hundred reports are sent and sent again.

Acknowledged is what a client read completely. Afterwards: acknowledged lost 0, twice 0, partial 0.
"""

from __future__ import annotations

import hashlib
import http.client
import json
import random
import threading
import time
import uuid
from collections import Counter

import pytest
import sqlalchemy as sa

from shopalert import create_app
from shopalert.alerts.models import Event
from shopalert.db import db
from shopalert.evidence.actions import missing_files
from shopalert.evidence.models import Attachment
from shopalert.incidents.models import Incident, IncidentVersion
from shopalert.protection.models import AuditRow
from shopalert.wall import crossing
from tests.alerts.test_stream import Person
from tests.people import ASHA, BEN, IVY, LEO
from tests.services import serving
from tests.world import World, picture

SENDERS, EACH, KILLS, SEED = 20, 10, 10, 421
SENDING = 75.0  # seconds after which a sender gives up

pytestmark = [pytest.mark.faults, pytest.mark.slow]


class Sender(threading.Thread):
    """A phone that sends its reports one after the other, each until it is acknowledged."""

    def __init__(self, number: int, person: Person, acknowledged: dict[str, str], photo: bytes) -> None:
        super().__init__(daemon=True)
        self.person, self.acknowledged, self.photo = person, acknowledged, photo
        self.chance, self.tries = random.Random(SEED + number), 0
        self.keys = {str(uuid.uuid4()): number % 4 == 0 and n < 5 for n in range(EACH)}

    def run(self) -> None:
        until = time.monotonic() + SENDING
        for key, with_photo in self.keys.items():
            while time.monotonic() < until:
                self.tries += 1
                if self.sent(key, with_photo):
                    break
                time.sleep(self.chance.uniform(0.02, 0.2))

    def sent(self, key: str, with_photo: bool) -> bool:
        body, kind = form(
            {"client_id": key, "category": "asb", "narrative": f"Noise {key}"},
            self.photo if with_photo else None,
        )
        link = http.client.HTTPConnection("127.0.0.1", self.person.port, timeout=15)
        try:
            link.request(
                "POST", "/s/wickford/report", body,
                {
                    "Cookie": self.person.cookie, "Host": f"localhost:{self.person.port}", "Accept": "application/json",
                    "Sec-Fetch-Site": "same-origin", "X-CSRFToken": self.person.token, "Content-Type": kind,
                },
            )  # fmt: skip
            answer = link.getresponse()
            text = answer.read()
            if answer.status != 201:
                assert answer.status in (502, 503), (answer.status, text[:300])
                return False
            self.acknowledged[key] = json.loads(text)["id"]
            return True
        except (OSError, http.client.HTTPException, ValueError):
            return False
        finally:
            link.close()


def form(fields: dict[str, str], photo: bytes | None) -> tuple[bytes, str]:
    """A multipart body."""
    edge = uuid.uuid4().hex
    parts = [
        f'--{edge}\r\nContent-Disposition: form-data; name="{n}"\r\n\r\n{v}\r\n'.encode()
        for n, v in fields.items()
    ]
    if photo is not None:
        head = f'--{edge}\r\nContent-Disposition: form-data; name="photos"; filename="p.jpg"\r\n'
        parts.append(f"{head}Content-Type: image/jpeg\r\n\r\n".encode() + photo + b"\r\n")
    return b"".join(parts) + f"--{edge}--\r\n".encode(), f"multipart/form-data; boundary={edge}"


def kill_now_and_then(server, acknowledged, finished) -> list[float]:
    """kill -9 of a web process at ten seeded instants, spread over the sending; how long until the next answer."""
    chance, back = random.Random(SEED), []
    for number in range(KILLS):
        wanted = (number + 0.5) * SENDERS * EACH / KILLS
        while len(acknowledged) < wanted and not finished.is_set():
            time.sleep(0.005)
        time.sleep(chance.uniform(0, 0.06))
        many = len(acknowledged)
        workers = server.workers()
        if workers:
            server.kill_worker()
        start = time.monotonic()
        while len(acknowledged) == many and not finished.is_set() and time.monotonic() - start < 20:
            time.sleep(0.01)
        back.append(time.monotonic() - start)
    return back


def test_ten_kills_lose_nothing_double_nothing_and_leave_nothing_half(engine, request, tmp_path_factory):
    folder = tmp_path_factory.mktemp("kill") / "data"
    more: dict[str, str] = {"SECRET_KEY": "t" * 40, "LOG_LEVEL": "WARNING"}
    if engine == "postgres":
        more["DATABASE_URL"] = request.getfixturevalue("cluster").new_database()
        more["REDIS_URL"] = request.getfixturevalue("redis_server").url
        more["WEB_PROCESSES"] = "2"
    with serving(folder, **more) as server:
        settings = {"data_dir": folder, "testing": True, "background": False}
        app = create_app(settings | {name.lower(): value for name, value in more.items()})
        World(app)
        people = [Person(server.port, each.email) for each in (ASHA, IVY, LEO, BEN)]
        acknowledged: dict[str, str] = {}
        photo = picture(size=(640, 480)).read()
        senders = [Sender(n, people[n % len(people)], acknowledged, photo) for n in range(SENDERS)]
        finished, back, start = threading.Event(), [], time.monotonic()
        killer = threading.Thread(
            target=lambda: back.extend(kill_now_and_then(server, acknowledged, finished))
        )
        for thread in (*senders, killer):
            thread.start()
        for thread in senders:
            thread.join()
        took = time.monotonic() - start
        finished.set()
        killer.join()
        with app.app_context(), crossing("command") as session:
            figures = measure(session, senders, acknowledged, photo)
        print(
            f"{engine}: {len(acknowledged)} reports acknowledged in {took:.1f} s after {len(back)} kills and "
            f"{sum(sender.tries for sender in senders)} tries; back after at most {max(back):.1f} s; {figures}"
        )
        assert len(back) == KILLS
        assert len(acknowledged) == SENDERS * EACH
        assert figures == {"lost": 0, "twice": 0, "partial": 0, "strangers": 0}


def measure(session, senders, acknowledged, photo) -> dict[str, int]:
    """What the clients were told against what stands."""
    keys = {key: with_photo for sender in senders for key, with_photo in sender.keys.items()}
    rows = list(session.execute(sa.select(Incident.client_id, Incident.id, Incident.reference)))
    standing = {str(row.client_id): str(row.id) for row in rows}
    versions = Counter(session.scalars(sa.select(IncidentVersion.incident_id)))
    events = Counter(session.scalars(sa.select(Event.incident_id).where(Event.kind == "incident.reported")))
    audited = Counter(
        session.scalars(sa.select(AuditRow.object_id).where(AuditRow.verb == "incident.report"))
    )
    photos = Counter(
        session.scalars(sa.select(Attachment.incident_id).where(Attachment.incident_id.is_not(None)))
    )
    hashes = set(session.scalars(sa.select(Attachment.sha256).where(Attachment.incident_id.is_not(None))))
    assert hashes <= {hashlib.sha256(photo).hexdigest()}
    partial = [
        row for row in rows
        if versions[row.id] != 1 or events[row.id] != 1 or row.reference.startswith("?")
        or audited[row.id] != 1 or photos[row.id] != keys[str(row.client_id)]
    ]  # fmt: skip
    seqs = list(session.scalars(sa.select(Event.seq).order_by(Event.seq)))
    assert seqs == sorted(set(seqs))
    if db.engine.dialect.name == "sqlite":
        assert session.scalar(sa.text("PRAGMA integrity_check")) == "ok"
    return {
        "lost": sum(standing.get(key) != said for key, said in acknowledged.items()),
        "twice": len(rows) - len(standing),
        "partial": len(partial) + len(missing_files(session)),
        "strangers": len(set(standing) - set(keys)),
    }
