"""A call for help, and the browsers of those whom it may concern."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from shopalert.alerts.models import Delivery, Event
from tests.browse import Browser
from tests.people import ASHA, BEN, CAROL, DEV, ELLEN, IVY, LEO, OLU, PAT
from tests.phones import phone, rows
from tests.push_service import PushService

EVERYBODY = (ASHA, BEN, CAROL, DEV, ELLEN, IVY, LEO, OLU, PAT)


class Safety:
    """The cast with a browser and a phone each."""

    def __init__(self, world):
        self.world = world
        self.browsers = {person: Browser(world.client(person)) for person in EVERYBODY}
        self.phones = {person: phone(world, person) for person in EVERYBODY}

    def call(self, person=ASHA, premises="own", client_id=None, slug="wickford"):
        own = {name: str(each) for name, each in self.world.premises.items()}
        chosen = own["Harper's"] if premises == "own" else own.get(premises, "")
        fields = {"client_id": str(client_id or uuid.uuid4()), "premises": chosen}
        answer = self.browsers[person].post(f"/s/{slug}/need-help", fields)
        assert answer.status_code == 303, answer.text[:500]
        return answer.location

    def post(self, person, path, **fields):
        return self.browsers[person].post(path, fields)

    def told(self, kind, thing=None):
        """The names of those whose phones are alerted by an event of this kind, each as often as it is."""
        names = {user_id: name for name, user_id in self.world.users.items()}
        asked = sa.select(Delivery.user_id).where(Delivery.kind == kind)
        if thing is not None:
            asked = asked.join(Event, Event.seq == Delivery.event_seq).where(Event.thing_id == thing)
        return sorted(names[each] for each in rows(self.world, asked))


def names(*people):
    return sorted(person.name for person in people)


@pytest.fixture(scope="session")
def push_service() -> Iterator[PushService]:
    with PushService() as service:
        yield service


@pytest.fixture
def town(world):
    return Safety(world)
