"""One row of any walled table, made from the table itself: a new table is in the tests because it exists."""

from __future__ import annotations

import datetime
import importlib
import itertools
import secrets
import uuid
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

import shopalert
from shopalert.advice.models import Advice
from shopalert.alerts.models import Subscription
from shopalert.bulletins.models import Bulletin
from shopalert.chat.models import Channel, Comment
from shopalert.db import Base, Moment, now, writing
from shopalert.evidence.models import Attachment
from shopalert.incidents.models import Passage, Shelf
from shopalert.members.models import Agreement, Invitation
from shopalert.outcomes.models import PoliceStep
from shopalert.requests.models import Request
from shopalert.safety.models import HelpCall, RollCall
from shopalert.schemes.models import Business, Premises
from shopalert.wall import Confided, ForTwo, OfBusiness, Walled, crossing, thread_of
from tests.people import ASHA, CAROL, IVY, OLU
from tests.world import World

for models in Path(shopalert.__file__).parent.glob("*/models.py"):  # also those that no view uses yet
    importlib.import_module(f"shopalert.{models.parent.name}.models")

WALLED: list[type[Any]] = sorted(
    (mapper.class_ for mapper in Base.registry.mappers if issubclass(mapper.class_, Walled)),
    key=lambda cls: cls.__name__,
)
numbers = itertools.count(1_000_000)
BY_TYPE = {
    str: lambda: secrets.token_hex(2),
    uuid.UUID: uuid.uuid4,
    datetime.datetime: now,
    datetime.date: lambda: now().date(),
    bytes: lambda: secrets.token_bytes(32),
    bool: lambda: False,
    int: lambda: next(numbers),
    dict: dict,
}


class Rows:
    """Rows of every walled table, in any scheme of the world, by one of its people."""

    people = {"wickford": IVY, "billericay": CAROL, "southend": OLU}

    def __init__(self, world: World) -> None:
        self.world = world
        self.incidents = {slug: world.report(person, slug) for slug, person in self.people.items()}
        with world.app.app_context(), crossing("seed") as session, writing(session):
            for table in (Passage, Shelf):  # what search made of the reports: each test makes its own
                session.execute(sa.delete(table))
            business = Business(name="Anybody's")
            device = Subscription(
                user_id=world.users[OLU.name],
                endpoint="https://push.example/1",
                origin="https://push.example",
            )
            session.add_all([business, device])
            session.flush()
            self.business, self.device = business.id, device.id
            self.sites = {slug: self.site(session, slug) for slug in self.people}
            self.channels = {slug: self.channel(session, slug) for slug in self.people}
            self.comments = {slug: self.comment(session, slug) for slug in self.people}
            self.steps = {slug: self.step(session, slug) for slug in self.people}
            self.requests = {slug: self.request(session, slug) for slug in self.people}
            self.advice = {slug: self.given(session, slug) for slug in self.people}
            self.calls = {slug: self.make(session, HelpCall, slug).id for slug in self.people}
            self.rolls = {slug: self.make(session, RollCall, slug).id for slug in self.people}
            self.bulletins = {slug: self.bulletin(session, slug) for slug in self.people}
            self.agreements = {slug: self.agreement(session, slug) for slug in self.people}
            self.invitations = {slug: self.invitation(session, slug) for slug in self.people}

    def site(self, session: Session, slug: str) -> uuid.UUID:
        """Premises of a scheme: where those work who look in these tests."""
        known = {"wickford": "Harper's", "billericay": "Coppice Foods"}
        if slug in known:
            return self.world.premises[known[slug]]
        row = Premises(scheme_id=self.world.schemes[slug], business_id=self.business, name="Pier Kiosk")
        session.add(row)
        session.flush()
        return row.id

    def given(self, session: Session, slug: str) -> uuid.UUID:
        found: uuid.UUID = self.make(session, Advice, slug, piece="spiking").id
        return found

    def channel(self, session: Session, slug: str) -> uuid.UUID:
        found: uuid.UUID = self.make(session, Channel, slug).id
        return found

    def comment(self, session: Session, slug: str) -> uuid.UUID:
        found: uuid.UUID = self.make(session, Comment, slug).id
        return found

    def step(self, session: Session, slug: str) -> uuid.UUID:
        found: uuid.UUID = self.make(session, PoliceStep, slug, code="recorded", number=1).id
        return found

    def request(self, session: Session, slug: str) -> uuid.UUID:
        found: uuid.UUID = self.make(session, Request, slug, kind="cctv").id
        return found

    def bulletin(self, session: Session, slug: str) -> uuid.UUID:
        found: uuid.UUID = self.make(session, Bulletin, slug, kind="advice").id
        return found

    def agreement(self, session: Session, slug: str) -> uuid.UUID:
        row = Agreement(scheme_id=self.world.schemes[slug], version=next(numbers), text="Be fair.")
        session.add(row)
        session.flush()
        return row.id

    def invitation(self, session: Session, slug: str) -> uuid.UUID:
        row = Invitation(
            scheme_id=self.world.schemes[slug], token_hash=secrets.token_bytes(32), expires_at=now()
        )
        session.add(row)
        session.flush()
        return row.id

    def keys(self, slug: str) -> dict[str, Any]:
        """What each foreign key of the house may point to in this scheme."""
        return {
            "scheme.id": self.world.schemes[slug],
            "user.id": self.world.users[self.people[slug].name],
            "incident.id": self.incidents[slug],
            "business.id": self.business,
            "category.code": "shop_theft",
            "subscription.id": self.device,
            "premises.id": getattr(self, "sites", {}).get(slug),
            "advice.id": getattr(self, "advice", {}).get(slug),
            "channel.id": getattr(self, "channels", {}).get(slug),
            "comment.id": getattr(self, "comments", {}).get(slug),
            "request.id": getattr(self, "requests", {}).get(slug),
            "help_call.id": getattr(self, "calls", {}).get(slug),
            "roll_call.id": getattr(self, "rolls", {}).get(slug),
            "bulletin.id": getattr(self, "bulletins", {}).get(slug),
            "agreement.id": getattr(self, "agreements", {}).get(slug),
            "invitation.id": getattr(self, "invitations", {}).get(slug),
            "police_step.id": getattr(self, "steps", {}).get(slug),
        }

    def make(self, session: Session, cls: type[Any], slug: str, **chosen: Any) -> Any:
        """A row of this class, each column that must be filled filled."""
        row = cls(**{**self.values(cls, slug), **chosen})
        session.add(row)
        session.flush()
        return row

    def values(self, cls: type[Any], slug: str) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for column in cls.__table__.columns:
            name = column.name
            always = name in ("scheme_id", "incident_id")
            if (column.nullable or column.default is not None) and not always:
                continue
            if name == "to_id" or (
                name == "author_id" and issubclass(cls, Confided)
            ):  # written to somebody who looks
                found[name] = self.world.users[ASHA.name]
            elif column.foreign_keys:
                found[name] = self.keys(slug)[next(iter(column.foreign_keys)).target_fullname]
            elif name == "incident_id":
                found[name] = self.incidents[slug]
            else:
                found[name] = BY_TYPE[kind_of(column.type)]()
        if issubclass(cls, OfBusiness):
            found["audience"] = thread_of(self.sites[slug])
        if issubclass(cls, ForTwo):
            found["first"] = "members"
        if cls is Attachment:
            found["incident_id"] = self.incidents[slug]
        return found


def kind_of(column_type: Any) -> type[Any]:
    """The Python type of a column."""
    if isinstance(column_type, sa.JSON):
        return dict
    if isinstance(column_type, sa.Uuid):
        return uuid.UUID
    return datetime.datetime if isinstance(column_type, Moment) else column_type.python_type


def identity(row: Any) -> Any:
    """What `get` asks for."""
    found = sa.inspect(row).identity
    return found[0] if len(found) == 1 else found
