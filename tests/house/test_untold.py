"""A scheme may keep from officers what nobody has reported to the police: six ways to find it, and the desk's count."""

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
from shopalert.db import db, now, writing
from shopalert.evidence.actions import stage
from shopalert.evidence.models import Attachment
from shopalert.incidents import actions
from shopalert.incidents.actions import Facts
from shopalert.incidents.models import Incident
from shopalert.schemes.models import Membership, Scheme
from shopalert.wall import crossing
from tests.people import ASHA, BEN, CAROL, DEV, ELLEN, IVY, OLU
from tests.world import picture

SECRET = "Quillfeather"
HTML = {"Accept": "text/html", "Sec-Fetch-Site": "same-origin"}
POLICE = (DEV, ELLEN)
MEMBERS = (IVY, BEN)


def set_scheme(world: Any, slug: str = "wickford", **values: Any) -> None:
    with world.app.app_context(), crossing("seed") as session, writing(session):
        session.execute(sa.update(Scheme).where(Scheme.slug == slug).values(**values))


@dataclass
class Reported:
    """An incident that happened while a screen was open, with a picture, a message and a sighting."""

    world: Any
    incident: uuid.UUID
    comment: uuid.UUID
    file: uuid.UUID
    before: str  # the cursor before it was reported
    seq: int

    def by_page(self, person: Any) -> bool:
        client = self.world.client(person)
        pages = {client.get(f"/incidents/{self.incident}{more}", headers=HTML).status_code for more in PAGES}
        assert len(pages) == 1
        feed, desk = self.reads(person, "/s/wickford/"), self.reads(person, "/desk")
        assert desk == (feed and person in POLICE)
        assert feed == (pages == {200})
        return feed

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
        assert self.told(live) == self.told(replayed)
        return self.told(live)

    def by_poll(self, person: Any) -> bool:
        return self.reads(person, f"/poll?after={self.before}")

    def by_search(self, person: Any) -> bool:
        found = {
            self.reads(person, f"/search?q={word}")
            for word in ("Coatrack", "rucksack", str(self.reference()).replace("-", "+"))
        }
        assert len(found) == 1
        return found.pop()

    def by_push(self, person: Any) -> bool:
        with self.world.app.app_context(), crossing("deliveries") as session:
            query = sa.select(Delivery.id).where(
                Delivery.user_id == self.world.users[person.name], Delivery.incident_id == self.incident
            )
            return session.scalar(query.limit(1)) is not None

    def by_file(self, person: Any) -> bool:
        client = self.world.client(person)
        return client.get(f"/files/{self.file}/thumb").status_code < 400

    def reads(self, person: Any, path: str) -> bool:
        return self.told(self.world.client(person).get(path, headers=HTML).text)

    def told(self, text: str) -> bool:
        return any(str(each) in text for each in (self.incident, self.comment, self.file)) or SECRET in text

    def reference(self) -> str:
        with self.world.app.app_context(), crossing("command") as session:
            return session.get_one(Incident, self.incident).reference


PAGES = ("", "/facts", "/versions")
WAYS = {name.removeprefix("by_"): getattr(Reported, name) for name in vars(Reported) if name[:3] == "by_"}


def happened(world: Any, **facts: Any) -> Reported:
    with world.app.app_context(), crossing("seed") as session, writing(session):
        for person in (*POLICE, *MEMBERS, ASHA):
            address = f"https://push.example/{person.name}"
            mine = Subscription(
                user_id=world.users[person.name], endpoint=address, origin="https://push.example"
            )
            session.add(mine)
    with world.app.app_context(), crossing("live") as session:
        before, (seq, _) = cursor_now(session), newest(session)
    incident = world.report(ASHA, narrative=f"Coatrack emptied by {SECRET}.", in_progress=True, **facts)
    with world.seen_as(ASHA) as viewer:
        file_id = stage(viewer, db.session.get_one(Scheme, world.schemes["wickford"]), picture().read()).id
    with world.seen_as(ASHA):
        photos = [db.session.get_one(Attachment, file_id)]
        said = world.say(ASHA, incident, "A green rucksack.", photos=photos)
    return Reported(world, incident, said, file_id, before, seq)


def change(world: Any, incident_id: uuid.UUID, **facts: Any) -> None:
    """The author saves the report again."""
    with world.seen_as(ASHA) as viewer:
        standing = db.session.get_one(Incident, incident_id)
        said = {
            "category_code": "shop_theft", "occurred_at": now(), "narrative": standing.narrative, "in_progress": True,
        }  # fmt: skip
        actions.edit(viewer, standing, Facts(**{**said, **facts}), standing.row_version, [])


@pytest.mark.parametrize("way", WAYS)
def test_officers_find_what_was_not_reported_only_where_the_scheme_says_so(world, way):
    open_ = happened(world)
    for person in (*POLICE, *MEMBERS):
        assert WAYS[way](open_, person), f"{person.name} must find it by {way}"
    set_scheme(world, officers_see_unreported=False)
    with world.app.app_context(), crossing("seed") as session, writing(session):
        session.execute(sa.delete(Delivery))
        session.execute(sa.delete(Subscription))
    kept = happened(world)
    for person in MEMBERS:
        assert WAYS[way](kept, person), f"{person.name} must find it by {way}"
    for person in (*POLICE, CAROL, OLU):
        assert not WAYS[way](kept, person), f"{person.name} finds it by {way}"


@pytest.mark.parametrize("way", WAYS)
def test_once_the_police_are_told_they_find_it_and_no_more_when_that_is_taken_back(world, way):
    set_scheme(world, officers_see_unreported=False)
    kept = happened(world)
    assert not WAYS[way](kept, DEV)
    change(world, kept.incident, told_police=True)
    for person in (*POLICE, *MEMBERS):
        assert WAYS[way](kept, person), f"{person.name} must find it by {way}"
    if way in ("push", "stream", "poll"):
        return  # what was sent was sent; below is what can still be asked
    change(world, kept.incident)
    assert not WAYS[way](kept, DEV)
    assert WAYS[way](kept, IVY)


def test_there_are_six_ways():
    assert set(WAYS) == {"page", "stream", "poll", "search", "push", "file"}


def test_the_desk_does_not_count_it_and_its_officers_are_alerted_when_told(world):
    set_scheme(world, officers_see_unreported=False)
    kept = happened(world)
    assert tally(world) == 0
    change(world, kept.incident, told_police=True)
    assert tally(world) == 1
    with world.app.app_context(), crossing("deliveries") as session:
        kinds = session.scalars(
            sa.select(Delivery.kind).where(Delivery.user_id == world.users[DEV.name])
        ).all()
        assert kinds.count("incident.told") == 1


def tally(world: Any) -> int:
    text = world.client(DEV).get("/desk", headers=HTML).text
    row = text.split('href="/s/wickford/"', 2)[-1].split("</a>")[0]
    return int(row.split("<b>")[-1].split("</b>")[0])


def test_when_it_is_taken_back_it_leaves_the_officers_screen(world):
    set_scheme(world, officers_see_unreported=False)
    kept = happened(world, told_police=True)
    viewer, hub = world.viewer(DEV), Hub()
    with world.app.app_context(), crossing("live") as session:
        seq = newest(session)[0]
    screen = Stream(viewer.user_id, None, viewer.log)
    screen.caught_up(seq)
    hub.streams.add(screen)
    hub.position = seq
    change(world, kept.incident)
    with world.app.app_context():
        hub.deliver()
    live = b"".join(screen.queue.queue).decode()
    assert "event: gone" in live
    assert SECRET not in live


def test_an_officer_who_is_also_a_member_sees_all_of_that_scheme(world):
    set_scheme(world, officers_see_unreported=False)
    kept = happened(world)
    assert not kept.by_page(DEV)
    with world.app.app_context(), crossing("seed") as session, writing(session):
        session.add(
            Membership(scheme_id=world.schemes["wickford"], user_id=world.users[DEV.name], role="partner")
        )
    assert kept.by_page(DEV)
