"""What the police say among themselves: six ways to find it, closed to all who are not police."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

import pytest
import sqlalchemy as sa

from shopalert.alerts.live import Hub, Stream
from shopalert.alerts.models import Delivery, Subscription
from shopalert.alerts.outbox import cursor_now, newest
from shopalert.alerts.stream import Replay
from shopalert.db import db, writing
from shopalert.evidence.actions import stage
from shopalert.schemes.models import Scheme
from shopalert.wall import crossing
from tests.people import ASHA, BEN, CAROL, DEV, ELLEN, IVY, OLU, PAT
from tests.world import picture

SECRET = "Quillfeather"
HTML = {"Accept": "text/html", "Sec-Fetch-Site": "same-origin"}


@dataclass
class Said:
    """A `police` comment with a photo, and how to look for it."""

    world: Any
    incident: uuid.UUID
    comment: uuid.UUID
    file: uuid.UUID
    before: str  # the cursor before it was said
    seq: int

    def by_page(self, person: Any) -> bool:
        return self.reads(person, f"/incidents/{self.incident}")

    def by_stream(self, person: Any) -> bool:
        """As a live event, and as what is replayed to one who comes back."""
        viewer, hub = self.world.viewer(person), Hub()
        screen = Stream(viewer.user_id, None, viewer.log)
        screen.caught_up(self.seq)
        hub.streams, hub.position = {screen}, self.seq
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
        return str(self.incident) in text.split("<main")[1].split("</main>")[0]

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
        return SECRET in text or str(self.comment) in text or str(self.file) in text


WAYS = {name.removeprefix("by_"): getattr(Said, name) for name in vars(Said) if name.startswith("by_")}
OUTSIDE = (ASHA, IVY, BEN, PAT, CAROL, OLU)
INSIDE = (DEV,)


@pytest.fixture
def said(world):
    """Ellen writes to the police alone. Everybody takes part in the chat, so everybody might be alerted."""
    incident = world.report(ASHA)
    for person in (IVY, BEN, PAT, DEV):
        world.say(person, incident, "We saw them too.")
    with world.app.app_context(), crossing("seed") as session, writing(session):
        for person in (*OUTSIDE, *INSIDE):
            address = f"https://push.example/{person.name}"
            session.add(
                Subscription(
                    user_id=world.users[person.name], endpoint=address, origin="https://push.example"
                )
            )
    with world.app.app_context(), crossing("live") as session:
        before, (seq, _) = cursor_now(session), newest(session)
    with world.seen_as(ELLEN) as viewer:
        scheme = db.session.get_one(Scheme, world.schemes["wickford"])
        file = stage(viewer, scheme, picture().read())
        file_id = file.id
    with world.seen_as(ELLEN):
        found = [db.session.get_one(type(file), file_id)]
        comment = world.say(ELLEN, incident, f"Known as {SECRET}.", "police", found)
    return Said(world, incident, comment, file_id, before, seq)


@pytest.mark.parametrize("way", WAYS)
def test_a_police_comment_is_for_the_police_alone(said, way):
    for person in INSIDE:
        assert WAYS[way](said, person), f"{person.name} must find it by {way}"
    for person in OUTSIDE:
        assert not WAYS[way](said, person), f"{person.name} finds it by {way}"


def test_there_are_six_ways():
    assert set(WAYS) == {"page", "stream", "poll", "search", "push", "file"}


def test_it_is_in_no_count_and_no_chip_of_the_card(said):
    text = said.world.client(IVY).get("/s/wickford/", headers=HTML).text
    assert f'id="incident-{said.incident}"' in text
    assert '<span data-count="replies">4</span>' in text
