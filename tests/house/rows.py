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
from shopalert.alerts.models import Subscription
from shopalert.db import Base, Moment, now, writing
from shopalert.evidence.models import Attachment
from shopalert.incidents.models import Passage, Shelf
from shopalert.members.models import Agreement, Invitation
from shopalert.schemes.models import Business
from shopalert.wall import Walled, crossing
from tests.people import CAROL, IVY, OLU
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
            self.agreements = {slug: self.agreement(session, slug) for slug in self.people}
            self.invitations = {slug: self.invitation(session, slug) for slug in self.people}

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
            "agreement.id": self.agreements[slug],
            "invitation.id": self.invitations[slug],
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
            if column.foreign_keys:
                found[name] = self.keys(slug)[next(iter(column.foreign_keys)).target_fullname]
            elif name == "incident_id":
                found[name] = self.incidents[slug]
            else:
                found[name] = BY_TYPE[kind_of(column.type)]()
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
