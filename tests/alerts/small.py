"""A house of two rooms for the tests of alerts: one scheme, its people, one kind of event.

Also a program: `python -m gevent.monkey tests/alerts/small.py SETTINGS` is a dispatcher in a process of its own.
"""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import Flask
from flask_babel import Babel
from sqlalchemy.orm import Session

from shopalert import config, db, wall
from shopalert.accounts.models import User
from shopalert.alerts import announcement, dispatcher
from shopalert.alerts.announcement import Announcement, Words
from shopalert.alerts.models import Delivery, Event, Subscription
from shopalert.alerts.recipients import queue_deliveries
from shopalert.alerts.wakes import wakes
from shopalert.db import now, uuid7, writing
from shopalert.incidents.models import Category, Incident
from shopalert.protection.clocks import clocks
from shopalert.schemes.models import Business, District, Force, Membership, PoliceRole, Premises, Scheme
from shopalert.wall import crossing

ROOT = Path(__file__).resolve().parent.parent.parent
NARRATIVE = "A tall man with a red scar, Kevin Narrative, took twelve bottles"


def words(_session: Session, event: Event, level: str) -> Words:
    """As a domain would say it."""
    title = "New alert" if level == "discreet" else "Shop theft in progress"
    body = "Open to read it" if level == "discreet" else "High Street"
    url, tag = f"/incidents/{event.incident_id}", f"incident-{event.incident_id}"
    return Words(title, body, url, tag, urgency="high", actions=(("seen", "Seen here"), ("open", "Open")))


def small_app(settings: dict[str, Any]) -> Flask:
    """The application without its pages."""
    app = Flask("shopalert")
    app.config["SHOPALERT"] = config.from_environment(settings)
    Babel(app, default_locale="en_GB")
    db.init_app(app)
    wall.init_app()
    wakes.init_app(app)
    announcement.register(Announcement("tried.out", lambda _session, _event: [], words=words))
    return app


class Town:
    """One scheme with people who have devices. Everything is written as the house writes it."""

    def __init__(self, app: Flask, settings: dict[str, Any]) -> None:
        self.app, self.settings, self.seq = app, settings, 0
        with app.app_context(), crossing("seed") as session:
            db.db.metadata.create_all(session.get_bind())
            with writing(session):
                force = Force(id=uuid7(), name="Essex Police")
                district = District(id=uuid7(), force_id=force.id, slug="basildon", name="Basildon")
                other = District(id=uuid7(), force_id=force.id, slug="clacton", name="Clacton")
                self.wickford = Scheme(
                    id=uuid7(),
                    district_id=district.id,
                    slug="wickford",
                    name="Wickford",
                    code="WIC",
                    kind="retail",
                )
                self.billericay = Scheme(
                    id=uuid7(),
                    district_id=district.id,
                    slug="billericay",
                    name="Billericay",
                    code="BIL",
                    kind="retail",
                )
                session.add(force)
                session.flush()
                session.add_all([district, other])
                session.flush()
                session.add_all([self.wickford, self.billericay])
                session.add(
                    Category(code="shop_theft", label="Shop theft", glyph="bag", hue="theft", position=1)
                )
                business = Business(id=uuid7(), name="Harper's")
                session.add(business)
                session.flush()
                self.harpers = Premises(
                    id=uuid7(),
                    scheme_id=self.wickford.id,
                    business_id=business.id,
                    name="Harper's",
                    street="High Street",
                )
                session.add(self.harpers)
        self.districts = {"basildon": district.id, "clacton": other.id}
        self.asha = self.person("Asha", self.wickford)
        self.incident = self.report()

    @contextmanager
    def session(self) -> Iterator[Session]:
        """To look, as the house itself does."""
        with self.app.app_context(), crossing("deliveries") as session:
            yield session

    def write(self, *rows: Any) -> None:
        with self.session() as session, writing(session):
            session.add_all(rows)

    def person(self, name: str, scheme: Scheme | None, role: str = "member", district: str = "") -> uuid.UUID:
        """Somebody in a scheme, or with the police of a district."""
        user = User(
            id=uuid7(),
            email=f"{uuid.uuid4().hex}@shop.example",
            name=name,
            short_name=name,
            password_hash="x",
        )
        self.write(user)
        if scheme:
            self.write(Membership(user_id=user.id, scheme_id=scheme.id, role=role))
        if district:
            self.write(PoliceRole(user_id=user.id, district_id=self.districts[district], role="officer"))
        return user.id

    def crowd(self, subscriptions: list[dict[str, Any]], each: int = 1) -> list[uuid.UUID]:
        """Members of Wickford, each with so many of these devices."""
        people, rows, at = [], [], now()
        for n in range(0, len(subscriptions), each):
            user = User(
                id=uuid7(),
                email=f"{uuid.uuid4().hex}@shop.example",
                name="Member",
                short_name="M",
                password_hash="x",
            )
            people.append(user)
            rows.append(Membership(user_id=user.id, scheme_id=self.wickford.id, role="member", joined_at=at))
            rows += [self.browser(user.id, one) for one in subscriptions[n : n + each]]
        self.write(*people)
        self.write(*rows)
        return [user.id for user in people]

    def device(self, user_id: uuid.UUID, subscription: dict[str, Any]) -> uuid.UUID:
        """Their browser subscribed."""
        found = self.browser(user_id, subscription)
        self.write(found)
        return found.id

    def browser(self, user_id: uuid.UUID, subscription: dict[str, Any]) -> Subscription:
        return Subscription(
            id=uuid7(),
            user_id=user_id,
            endpoint=subscription["endpoint"],
            origin=subscription["endpoint"].rsplit("/push/", 1)[0],
            label="Chrome on Android",
            **subscription["keys"],
        )

    def report(self) -> uuid.UUID:
        """Asha's incident, with a narrative that must never leave by push."""
        at = now()
        incident = Incident(
            id=uuid7(),
            scheme_id=self.wickford.id,
            author_id=self.asha,
            client_id=uuid.uuid4(),
            sent_hash=bytes(32),
            reference=f"WIC-{uuid.uuid4().hex[:12]}",
            category_code="shop_theft",
            premises_id=self.harpers.id,
            narrative=NARRATIVE,
            occurred_at=at,
            **clocks("incident", at),
        )
        self.write(incident)
        return incident.id

    def say(
        self, told: Any, audience: str = "members", kind: str = "tried.out", actor: uuid.UUID | None = None
    ) -> int:
        """An event with its deliveries, in one transaction. How many devices it is queued for."""
        self.seq += 1
        with self.session() as session, writing(session):
            event = Event(
                seq=self.seq,
                scheme_id=self.wickford.id,
                audience=audience,
                kind=kind,
                incident_id=self.incident,
                thing_id=self.incident,
                actor_id=actor,
                at=now(),
                facts={},
            )
            session.add(event)
            session.flush()
            return queue_deliveries(session, event, told)

    def deliveries(self, device: uuid.UUID | None = None) -> list[Delivery]:
        with self.session() as session:
            statement = sa.select(Delivery).order_by(Delivery.id)
            if device:
                statement = statement.where(Delivery.subscription_id == device)
            return list(session.scalars(statement))

    def delivery(self, device: uuid.UUID) -> Delivery:
        """The only one of a device."""
        (found,) = self.deliveries(device)
        return found

    def states(self) -> dict[str, int]:
        with self.session() as session:
            rows = session.execute(sa.select(Delivery.state, sa.func.count()).group_by(Delivery.state))
            return {row[0]: row[1] for row in rows}

    def change(self, model: Any, which: Any, **values: Any) -> None:
        with self.session() as session, writing(session):
            session.execute(sa.update(model).where(which).values(**values))

    def subscription(self, device: uuid.UUID) -> Subscription:
        with self.session() as session:
            return session.get_one(Subscription, device)

    def lapse(self) -> None:
        """Time passes: leases run out, and what was put off is due."""
        past = now() - timedelta(seconds=1)
        self.change(Delivery, Delivery.state == "sending", lease_until=past)
        self.change(Delivery, Delivery.state == "queued", due_at=past)


@contextmanager
def dispatching(town: Town, many: int = 1, **changed: str) -> Iterator[list[subprocess.Popen[str]]]:
    """Dispatchers, each in a process of its own, until the end of the block."""
    settings = json.dumps({name: str(value) for name, value in {**town.settings, **changed}.items()})
    program = [sys.executable, "-m", "gevent.monkey", __file__, settings]
    running = [subprocess.Popen(program, cwd=ROOT, stdout=subprocess.PIPE, text=True) for _ in range(many)]
    try:
        for process in running:
            assert process.stdout
            assert process.stdout.readline() == "ready\n"
        yield running
    finally:
        for process in running:
            process.terminate()
        for process in running:
            process.wait(15)
            if process.stdout:
                process.stdout.close()


def main(settings: dict[str, Any]) -> None:
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    app = small_app(settings)
    print("ready", flush=True)
    dispatcher.run(app, stop)


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    main(json.loads(sys.argv[1]))
