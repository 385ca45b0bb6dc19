"""Dev of the police and Ben, Wickford's coordinator, tell the town things; the town reads them."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from shopalert.alerts.models import Delivery, Event, Subscription
from shopalert.alerts.outbox import cursor_now
from shopalert.bulletins import clock
from shopalert.bulletins.models import Bulletin
from shopalert.db import now, writing
from shopalert.schemes.models import Scheme
from shopalert.wall import crossing
from shopalert.words import field_time
from tests.browse import HEADERS, Browser
from tests.people import ASHA, BEN, CAROL, CAST, DEV, ELLEN, IVY, LEO, OLU, PAT, Person

EVERYBODY = (ASHA, BEN, CAROL, DEV, ELLEN, IVY, LEO, OLU, PAT)
WORDS = "Quillfeather twenties are about"
MOMENTS = ("published_at", "announced_at", "starts_at", "ends_at", "corrected_at", "reminded_at")


class Town:
    """Browsers and phones of the cast, and what they do with bulletins."""

    def __init__(self, world: Any) -> None:
        self.world = world
        self.browsers = {person: Browser(world.client(person)) for person in EVERYBODY}
        with world.app.app_context(), crossing("seed") as session, writing(session):
            for person in CAST:
                session.add(
                    Subscription(
                        user_id=world.users[person.name], endpoint=f"https://push.example/{person.name}",
                        origin="https://push.example",
                    )
                )  # fmt: skip

    # ---- what they do

    def warn(self, by: Person = DEV, *to: str, **more: Any) -> str:
        """A warning of counterfeit twenties until tomorrow; the id in the first of its schemes."""
        said = {
            "kind": "warning", "template": "counterfeit", "severity": "normal", "starts_at": field_time(now()),
            "ends_at": field_time(now() + timedelta(days=1)), "where": "scheme", "denomination": "20", "serial": "AH42",
            "look_for": "Paper feels thick",
        }  # fmt: skip
        return self.publish(by, *(to or ("wickford", "billericay")), **{**said, **more})

    def advise(self, by: Person = BEN, *to: str, **more: Any) -> str:
        return self.publish(by, *(to or ("wickford",)), kind="advice", **more)

    def publish(self, by: Person, *to: str, **fields: Any) -> str:
        answer = self.send(by, *to, **fields)
        assert answer.status_code == 303, answer.text
        return str(answer.location.rsplit("/", 1)[1])

    def send(self, by: Person, *to: str, **fields: Any) -> Any:
        whom = [each if ":" in each else f"scheme:{each}" for each in to]
        said = {"client_id": str(uuid.uuid4()), "title": WORDS, "text": "Look at **both** sides.", **fields}
        return self.browsers[by].post("/bulletins", {**said, "to": whom})

    def do(self, by: Person, bulletin: str, what: str, **fields: Any) -> Any:
        return self.browsers[by].post(f"/bulletins/{bulletin}/{what}", fields)

    def correct(self, by: Person, bulletin: str, **fields: Any) -> Any:
        row = self.row(bulletin)
        said = {
            "kind": row.kind, "template": row.template, "title": row.title, "text": row.text,
            "severity": row.severity or "normal",
            "starts_at": field_time(row.starts_at) if row.starts_at else "",
            "ends_at": field_time(row.ends_at) if row.ends_at else "", "where": "scheme",
            "row_version": str(row.row_version), **row.note, **fields,
        }  # fmt: skip
        return self.do(by, bulletin, "correction", **said)

    def wait(self, **time: float) -> int:
        """The clock goes on: everything lies that much further back, and the house looks what is due."""
        by = timedelta(**time)
        with self.world.app.app_context(), crossing("seed") as session, writing(session):
            for row in session.scalars(sa.select(Bulletin)):
                for name in MOMENTS:
                    if at := getattr(row, name):
                        setattr(row, name, at - by)
        with self.world.app.app_context():
            return clock.look(now())

    # ---- what is there

    def row(self, bulletin: str) -> Bulletin:
        with self.world.app.app_context(), crossing("command") as session:
            return session.get_one(Bulletin, uuid.UUID(bulletin))

    def of(self, bulletin: str, slug: str) -> str:
        """The id of the same publication in another scheme."""
        publication = self.row(bulletin).publication_id
        with self.world.app.app_context(), crossing("command") as session:
            asked = (
                sa.select(Bulletin.id)
                .join(Scheme, Scheme.id == Bulletin.scheme_id)
                .where(Bulletin.publication_id == publication, Scheme.slug == slug)
            )
            return str(session.scalars(asked).one())

    def reads(self, person: Person, path: str, what: str = WORDS) -> bool:
        return what in self.browsers[person].get(path).text

    def status(self, person: Person, path: str) -> int:
        return self.browsers[person].client.get(path, headers=HEADERS).status_code

    def events(self) -> list[str]:
        with self.world.app.app_context(), crossing("command") as session:
            return list(session.scalars(sa.select(Event.kind).order_by(Event.seq)))

    def rung(self, kind: str = "bulletin.published") -> set[str]:
        """Whose phones were alerted by a kind of event."""
        names = {self.world.users[person.name]: person.name.split()[0] for person in CAST}
        with self.world.app.app_context(), crossing("command") as session:
            return {
                names[each]
                for each in session.scalars(sa.select(Delivery.user_id).where(Delivery.kind == kind))
            }

    def cursor(self) -> str:
        with self.world.app.app_context(), crossing("live") as session:
            return cursor_now(session)

    def polls(self, person: Person, cursor: str) -> list[dict[str, Any]]:
        answer = self.browsers[person].client.get(f"/poll?after={cursor}", headers=HEADERS)
        return list((answer.json or {})["events"]) if answer.status_code == 200 else []


@pytest.fixture
def town(world: Any) -> Town:
    return Town(world)
