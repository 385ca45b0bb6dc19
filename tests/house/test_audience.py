"""What police say among themselves, and what one business and the police say to each other: every way to find it,
closed to all others. Who is inside is read from the permissions table and from who works where.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

import pytest
import sqlalchemy as sa

from shopalert.alerts.live import Hub, Stream
from shopalert.alerts.models import Delivery, Subscription, Watch
from shopalert.alerts.outbox import cursor_now, newest
from shopalert.alerts.stream import Replay
from shopalert.db import db, writing
from shopalert.evidence.actions import stage
from shopalert.permissions import can
from shopalert.schemes.models import Scheme
from shopalert.wall import crossing, thread_of
from tests.people import ASHA, BEN, CAST, DEV, ELLEN, IVY, LEO, PAT
from tests.world import picture

SECRET = "Quillfeather"
HTML = {"Accept": "text/html", "Sec-Fetch-Site": "same-origin"}


@dataclass
class Said:
    """A comment for few with a photo, and how to look for it."""

    world: Any
    incident: uuid.UUID
    comment: uuid.UUID
    file: uuid.UUID
    before: str  # the cursor before it was said
    seq: int
    audience: str

    def by_page(self, person: Any) -> bool:
        return self.reads(person, f"/incidents/{self.incident}")

    def by_line(self, person: Any) -> bool:
        return self.reads(person, f"/incidents/{self.incident}/comments/{self.comment}")

    def by_paper(self, person: Any) -> bool:
        return self.reads(person, f"/incidents/{self.incident}/print")

    def by_stream(self, person: Any) -> bool:
        """As a live event, and as what is replayed to one who comes back."""
        viewer, hub = self.world.viewer(person), Hub()
        screen = Stream(viewer.user_id, None, viewer.log)
        screen.caught_up(self.seq)
        hub.streams.add(screen)
        hub.position = self.seq
        with self.world.app.app_context():
            hub.deliver()
            missed = Replay(viewer, self.before)
        live = b"".join(screen.queue.queue).decode()
        replayed = "".join(message.data for _, message in missed.events)
        assert (SECRET in live) == (SECRET in replayed)
        return SECRET in live

    def by_poll(self, person: Any) -> bool:
        return self.reads(person, f"/poll?after={self.before}")

    def by_search(self, person: Any) -> bool:
        text = self.world.client(person).get(f"/search?q={SECRET}", headers=HTML).text
        return str(self.incident) in text.partition("<main")[2].partition("</main>")[0]

    def by_push(self, person: Any) -> bool:
        with self.world.app.app_context(), crossing("deliveries") as session:
            query = sa.select(Delivery.id).where(
                Delivery.user_id == self.world.users[person.name],
                Delivery.kind == "comment.said",
                Delivery.event_seq > self.seq,
            )
            return session.scalar(query) is not None

    def by_file(self, person: Any) -> bool:
        client = self.world.client(person)
        answers = {
            v: client.get(f"/files/{self.file}/{v}").status_code for v in ("thumb", "view", "original")
        }
        assert len({status < 400 for variant, status in answers.items() if variant != "original"}) == 1
        return answers["thumb"] < 400

    def reads(self, person: Any, path: str) -> bool:
        text = self.world.client(person).get(path, headers=HTML).text
        return SECRET in text or f"comment-{self.comment}" in text or str(self.file) in text


WAYS = {name.removeprefix("by_"): getattr(Said, name) for name in vars(Said) if name.startswith("by_")}
SHOP = "Harper's"


def inside(world: Any, audience: str) -> set[str]:
    """The names of who may read what is said to this audience of Wickford."""
    found = set()
    for person in CAST:
        viewer = world.viewer(person)
        police = can(viewer, "comment.to_police", Owned(world.schemes["wickford"]))
        works_there = world.premises[SHOP] in viewer.premises.values()
        if not person.suspended and (police or (works_there and audience != "police")):
            found.add(person.name)
    return found


@dataclass
class Owned:
    scheme_id: uuid.UUID


@pytest.fixture(params=["police", "thread"])
def said(request, world):
    """Ellen writes to the police alone, or to the shop and the police. All take part, so all might be alerted."""
    incident = world.report(ASHA)
    for person in (IVY, LEO, BEN, PAT, DEV):
        world.say(person, incident, "We saw them too.")
    with world.app.app_context(), crossing("seed") as session, writing(session):
        for person in CAST:
            address = f"https://push.example/{person.name}"
            session.add(
                Subscription(
                    user_id=world.users[person.name], endpoint=address, origin="https://push.example"
                )
            )
            session.add(
                Watch(
                    user_id=world.users[person.name], scheme_id=world.schemes["wickford"], incident_id=incident,
                    wish="follow",
                )
            )  # fmt: skip
    with world.app.app_context(), crossing("live") as session:
        before, (seq, _) = cursor_now(session), newest(session)
    with world.seen_as(ELLEN) as viewer:
        scheme = db.session.get_one(Scheme, world.schemes["wickford"])
        file = stage(viewer, scheme, picture().read())
        file_id = file.id
    audience = "police" if request.param == "police" else thread_of(world.premises[SHOP])
    with world.seen_as(ELLEN):
        found = [db.session.get_one(type(file), file_id)]
        comment = world.say(ELLEN, incident, f"Known as {SECRET}.", audience, found)
    return Said(world, incident, comment, file_id, before, seq, audience)


def test_what_is_said_to_few_is_found_by_them_alone_in_every_way(said):
    may = inside(said.world, said.audience)
    assert may == {DEV.name, ELLEN.name} | ({ASHA.name} if said.audience != "police" else set())
    for way, find in WAYS.items():
        for person in CAST:
            expected = person.name in may and not (way == "push" and person is ELLEN)  # she said it herself
            assert find(said, person) == expected, f"{person.name} by {way}"


def test_these_are_the_ways():
    assert set(WAYS) == {"page", "line", "paper", "stream", "poll", "search", "push", "file"}


def test_it_is_in_no_count_and_no_chip_of_the_card(said):
    text = said.world.client(IVY).get("/s/wickford/", headers=HTML).text
    assert f'id="incident-{said.incident}"' in text
    assert '<span data-count="replies">5</span>' in text
