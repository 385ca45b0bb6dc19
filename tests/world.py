"""Two schemes with something to leak: built by the house's own actions wherever there is one."""

from __future__ import annotations

import io
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from copy import copy
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image

from shopalert.accounts import sessions
from shopalert.accounts.models import User
from shopalert.accounts.passwords import hash_password
from shopalert.chat import actions as chat
from shopalert.db import db, now, writing
from shopalert.incidents import actions as incidents
from shopalert.incidents.actions import Facts
from shopalert.incidents.models import Incident
from shopalert.schemes.models import (
    Business,
    District,
    Force,
    Membership,
    PoliceRole,
    Premises,
    Scheme,
)
from shopalert.schemes.viewer import Viewer, viewer_of
from shopalert.wall import crossing, entered
from tests.people import CAST, PASSWORD, Person

DISTRICTS = {"basildon": "Basildon", "southend": "Southend"}
SCHEMES = {
    "wickford": ("Wickford", "WIC", "retail", "basildon"),
    "billericay": ("Billericay", "BIL", "retail", "basildon"),
    "southend": ("Southend", "SOU", "retail", "southend"),
}
ALWAYS_OPEN = {day: ["00:00", "24:00"] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}
PREMISES = {"Harper's": "High Street", "Larkmead Pharmacy": "Market Road", "Coppice Foods": "Chapel Street"}


@lru_cache(1)
def password_hash() -> str:
    """One hash for the whole cast: Argon2 is slow on purpose."""
    return hash_password(PASSWORD)


class World:
    """The cast in their schemes. `seen_as` looks as somebody does; `client` is their browser."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.schemes: dict[str, uuid.UUID] = {}
        self.users: dict[str, uuid.UUID] = {}
        self.premises: dict[str, uuid.UUID] = {}
        with app.app_context(), crossing("seed") as session, writing(session):
            self.settle(session)

    def moved_to(self, app: Flask) -> World:
        """The same cast, in a copy of the database that they were settled in."""
        other = copy(self)
        other.app = app
        other.schemes, other.users, other.premises = dict(self.schemes), dict(self.users), dict(self.premises)
        return other

    def settle(self, session: Any) -> None:
        force = Force(name="Essex Police")
        session.add(force)
        session.flush()
        districts = {}
        for slug, name in DISTRICTS.items():
            districts[slug] = District(force_id=force.id, slug=slug, name=name)
            session.add(districts[slug])
        session.flush()
        for slug, (name, code, kind, district) in SCHEMES.items():
            scheme = Scheme(district_id=districts[district].id, slug=slug, name=name, code=code, kind=kind)
            session.add(scheme)
            session.flush()
            self.schemes[slug] = scheme.id
        for person in CAST:
            self.add(session, person, districts)

    def add(self, session: Any, person: Person, districts: dict[str, District]) -> None:
        user = User(
            email=person.email, name=person.name, short_name=person.short_name, rank_title=person.rank or None,
            password_hash=password_hash(), is_operator=person.operator,
            suspended_at=now() if person.suspended else None, toured_at=now(),
        )  # fmt: skip
        session.add(user)
        session.flush()
        self.users[person.name] = user.id
        for slug, role, premises in person.member:
            premises_id = self.site(session, slug, premises) if premises else None
            session.add(
                Membership(
                    scheme_id=self.schemes[slug],
                    user_id=user.id,
                    role=role,
                    premises_id=premises_id,
                    employer=premises,
                    removed_at=now() if person.removed else None,
                )
            )
        for district, role in person.police:
            session.add(PoliceRole(user_id=user.id, district_id=districts[district].id, role=role))

    def site(self, session: Any, slug: str, name: str) -> uuid.UUID:
        if name not in self.premises:
            business = Business(name=name)
            session.add(business)
            session.flush()
            site = Premises(
                scheme_id=self.schemes[slug], business_id=business.id, name=name, street=PREMISES[name],
                postcode="SS12 9AA", lat=51.61, lon=0.52, trading_hours=ALWAYS_OPEN,
            )  # fmt: skip
            session.add(site)
            session.flush()
            self.premises[name] = site.id
        return self.premises[name]

    # ---- as somebody

    def viewer(self, person: Person) -> Viewer:
        """The person as the house sees them now."""
        with self.app.app_context(), crossing("viewer") as session:
            return viewer_of(session, session.get_one(User, self.users[person.name]))

    @contextmanager
    def seen_as(self, person: Person) -> Iterator[Viewer]:
        """Inside, the wall stands as for this person; for actions outside of a request."""
        viewer = self.viewer(person)
        with self.app.test_request_context(), entered(viewer):
            yield viewer

    def client(self, person: Person | None = None) -> FlaskClient:
        """A browser; the person's session is opened as sign-in opens it, without the slow password."""
        client = self.app.test_client()
        if person is not None:
            with self.app.app_context(), crossing("seed") as session, writing(session):
                token, _ = sessions.begin(session, self.viewer(person), "Test browser")
            with client.session_transaction() as cookie:
                cookie["_user_id"] = token
        return client

    def everybody_agreed(self) -> None:
        """Nobody has to read an agreement before the page they want."""
        with self.app.app_context(), crossing("seed") as session, writing(session):
            session.execute(sa.update(Membership).values(agree_by=None))

    # ---- what they do

    def report(
        self, person: Person, slug: str = "wickford", narrative: str = "Two people took coats.", **facts: Any
    ) -> uuid.UUID:
        """An incident, reported by its action."""
        with self.seen_as(person) as viewer:
            scheme = db.session.get_one(Scheme, self.schemes[slug])
            said = Facts(
                **{
                    "category_code": "shop_theft",
                    "occurred_at": now(),
                    "narrative": narrative,
                    "premises_id": viewer.premises.get(scheme.id),
                    **facts,
                }
            )
            return incidents.report(viewer, scheme, uuid.uuid4(), said, []).id

    def say(
        self, person: Person, incident_id: uuid.UUID, text: str, audience: str = "members", photos: Any = ()
    ) -> uuid.UUID:
        """A comment, said by its action."""
        with self.seen_as(person) as viewer:
            incident = db.session.scalars(sa.select(Incident).where(Incident.id == incident_id)).one()
            return chat.say(viewer, incident, uuid.uuid4(), text, audience, list(photos)).id


def picture(colour: str = "teal", size: tuple[int, int] = (320, 240), kind: str = "JPEG") -> io.BytesIO:
    """A real picture file."""
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, kind)
    out.seek(0)
    return out
