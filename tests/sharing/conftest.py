"""Ben of Wickford and Dev of the police share with Billericay, whose Carol reads it, and Southend, which is another
district's."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from shopalert.alerts.missed import missed
from shopalert.alerts.models import Delivery, Event, Subscription
from shopalert.alerts.outbox import cursor_now
from shopalert.db import db, now, writing
from shopalert.evidence import derivatives
from shopalert.evidence.actions import attach, stage
from shopalert.evidence.models import Attachment
from shopalert.incidents.models import Incident
from shopalert.protection.models import AuditRow
from shopalert.schemes.models import Scheme, Share
from shopalert.sharing import clock
from shopalert.wall import crossing
from shopalert.words import local
from tests.browse import HEADERS, Browser
from tests.people import ASHA, BEN, CAROL, CAST, DEV, ELLEN, IVY, LEO, OLU, PAT, Person
from tests.world import picture

EVERYBODY = (ASHA, BEN, CAROL, DEV, ELLEN, IVY, LEO, OLU, PAT)
WORDS = "Quillfeather filled a pram with razors"
WHY = "The same two were in your town"


class Town:
    """Browsers and phones of the cast, and what they share."""

    def __init__(self, world: Any) -> None:
        self.world = world
        self.browsers = {person: Browser(world.client(person)) for person in EVERYBODY}
        self.names = {world.users[person.name]: person.name.split()[0] for person in CAST}
        with world.app.app_context(), crossing("seed") as session, writing(session):
            for person in CAST:
                session.add(
                    Subscription(
                        user_id=world.users[person.name], endpoint=f"https://push.example/{uuid.uuid4()}",
                        origin="https://push.example",
                    )
                )  # fmt: skip

    # ---- what they do

    def report(self, by: Person = ASHA, **more: Any) -> str:
        return str(self.world.report(by, narrative=WORDS, **more))

    def advise(self, by: Person = BEN, **more: Any) -> str:
        fields = {
            "client_id": str(uuid.uuid4()),
            "kind": "advice",
            "title": WORDS,
            "text": "Look **twice**.",
            **more,
        }
        answer = self.browsers[by].post("/bulletins", {**fields, "to": ["scheme:wickford"]})
        assert answer.status_code == 303, answer.text
        return str(answer.location.rsplit("/", 1)[1])

    def share(
        self, by: Person, thing: str, *to: str, kind: str = "incidents", days: int = 7, **more: Any
    ) -> Any:
        until = f"{local(now() + timedelta(days=days)):%Y-%m-%d}"
        fields = {"to": list(to or ("billericay",)), "reason": WHY, "until": until, **more}
        return self.browsers[by].post(f"/{kind}/{thing}/shares", fields)

    def end(self, by: Person, share: str) -> int:
        return int(self.browsers[by].post(f"/shares/{share}/end", {}).status_code)

    def wait(self, **time: float) -> None:
        """The clock goes on: every share ends that much sooner. Nobody has looked yet."""
        with self.world.app.app_context(), crossing("seed") as session, writing(session):
            for row in session.scalars(sa.select(Share)):
                row.until -= timedelta(**time)
        missed.forget()

    def look(self) -> int:
        with self.world.app.app_context():
            return clock.look(now())

    def shoot(self, incident: str, by: Person = ASHA) -> str:
        """A picture of the report, with its copies."""
        with self.world.seen_as(by) as viewer:
            row = db.session.get_one(Incident, uuid.UUID(incident))
            scheme = db.session.get_one(Scheme, row.scheme_id)
            staged = stage(viewer, scheme, picture().getvalue())
            attach(viewer, [db.session.get_one(Attachment, staged.id)], row)
            made = str(staged.id)
        with self.world.app.app_context():
            while derivatives.make_some():
                pass
        return made

    # ---- what is there

    def shares(self, thing: str) -> dict[str, str]:
        """{scheme: id} of those that nobody ended."""
        with self.world.app.app_context(), crossing("seed") as session:
            rows = session.execute(
                sa.select(Scheme.slug, Share.id)
                .join(Scheme, Scheme.id == Share.to_scheme_id)
                .where(Share.thing_id == uuid.UUID(thing), Share.ended_at.is_(None))
            )
            return {slug: str(id_) for slug, id_ in rows}

    def status(self, person: Person, path: str) -> int:
        return int(self.browsers[person].client.get(path, headers=HEADERS).status_code)

    def reads(self, person: Person, path: str, what: str = WORDS) -> bool:
        return what in self.browsers[person].get(path).text

    def rung(self, kind: str = "share.made") -> set[str]:
        with self.world.app.app_context(), crossing("seed") as session:
            return {
                self.names[who]
                for who in session.scalars(sa.select(Delivery.user_id).where(Delivery.kind == kind))
            }

    def audit(self, verb: str) -> list[tuple[str | None, str | None]]:
        """[(who, in which scheme)]"""
        slugs = {id_: slug for slug, id_ in self.world.schemes.items()}
        with self.world.app.app_context(), crossing("seed") as session:
            rows = session.scalars(
                sa.select(AuditRow)
                .where(AuditRow.verb == verb, AuditRow.outcome == "done")
                .order_by(AuditRow.at)
            )
            return [(self.names.get(row.actor_id), slugs.get(row.scheme_id)) for row in rows]

    def last(self, kind: str) -> Event:
        with self.world.app.app_context(), crossing("seed") as session:
            newest = sa.select(Event).where(Event.kind == kind).order_by(Event.seq.desc()).limit(1)
            return session.scalars(newest).one()

    def change(self, cls: Any, where: Any, **values: Any) -> None:
        with self.world.app.app_context(), crossing("seed") as session, writing(session):
            session.execute(sa.update(cls).where(where).values(**values))
        missed.forget()  # what changes without an event is seen by polls within five seconds; we do not wait

    def cursor(self) -> str:
        with self.world.app.app_context(), crossing("seed") as session:
            return cursor_now(session)

    def polls(self, person: Person, cursor: str) -> list[dict[str, Any]]:
        answer = self.browsers[person].client.get(f"/poll?after={cursor}", headers=HEADERS)
        return list((answer.json or {})["events"]) if answer.status_code == 200 else []


@pytest.fixture
def town(world: Any) -> Town:
    return Town(world)
