"""Pictures in the world: staged and attached by the house's own actions."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from shopalert.db import db
from shopalert.evidence import derivatives
from shopalert.evidence.actions import attach, stage
from shopalert.evidence.images import decoders
from shopalert.evidence.models import Attachment
from shopalert.incidents.models import Incident
from shopalert.schemes.models import Scheme
from shopalert.wall import crossing
from tests.evidence import pictures
from tests.people import ASHA


class Album:
    """Pictures of a world."""

    def __init__(self, world: Any) -> None:
        self.world = world

    def staged(self, data: bytes | None = None, person: Any = ASHA, slug: str = "wickford") -> Attachment:
        with self.world.seen_as(person) as viewer:
            scheme = db.session.get_one(Scheme, self.world.schemes[slug])
            return stage(viewer, scheme, data or pictures.jpeg(2000, 1500))

    def attach(self, attachment: Attachment, incident_id: uuid.UUID, person: Any = ASHA) -> None:
        with self.world.seen_as(person) as viewer:
            incident = db.session.scalars(sa.select(Incident).where(Incident.id == incident_id)).one()
            attach(viewer, [attachment], incident)

    def on(self, incident_id: uuid.UUID, data: bytes | None = None, person: Any = ASHA) -> uuid.UUID:
        """A picture of an incident, its copies made."""
        attachment = self.staged(data, person)
        self.attach(attachment, incident_id, person)
        self.make_copies()
        return attachment.id

    def make_copies(self) -> None:
        with self.world.app.app_context():
            while derivatives.make_some():
                pass

    def row(self, attachment_id: uuid.UUID) -> Attachment:
        """The picture as it stands, with its copies."""
        with self.world.app.app_context(), crossing("command") as session:
            query = sa.select(Attachment).where(Attachment.id == attachment_id)
            return session.scalars(query.options(sa.orm.selectinload(Attachment.copies))).one()

    def ask(self, read: Callable[[Any], Any]) -> Any:
        """What somebody finds who stands outside of the wall."""
        with self.world.app.app_context(), crossing("command") as session:
            return read(session)


@pytest.fixture
def album(world):
    return Album(world)


@pytest.fixture(scope="session", autouse=True)
def end_decoders():
    yield
    decoders().close()
