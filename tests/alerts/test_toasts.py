"""Toasts: said on open pages to those whose choice takes the live channel, and to nobody who may not see the card."""

from __future__ import annotations

import json
from datetime import timedelta

import sqlalchemy as sa

from shopalert import db as house
from shopalert.alerts import choices, toasts
from shopalert.alerts.choices import Wish
from shopalert.alerts.live import Hub
from shopalert.alerts.models import Event
from shopalert.alerts.outbox import newest
from shopalert.alerts.preferences import Choice
from shopalert.db import db, writing
from shopalert.incidents import actions as incidents
from shopalert.incidents.models import Incident
from shopalert.schemes.models import Scheme
from shopalert.wall import crossing
from tests.alerts.test_live import given, screen
from tests.house.test_queries import counted
from tests.people import ASHA, BEN, CAROL, DEV, IVY, LEO
from tests.world import World

NOT_LIVE = Choice(live="3" * 24)


def the_hub(world: World) -> Hub:
    made = Hub()
    with world.app.app_context(), crossing("live") as session:
        made.position = newest(session)[0]
    return made


def chose(world: World, person, choice: Choice) -> None:
    with world.seen_as(person) as viewer:
        choices.choose(viewer, db.session.get_one(Scheme, world.schemes["wickford"]), Wish(choice))


def said(stream) -> list[dict]:
    """The toasts that wait for a screen."""
    return [json.loads(data) for event, _, data in given(stream) if event == "toast"]


def deliver(world: World, hub: Hub) -> None:
    with world.app.app_context():
        hub.deliver()


def incident_of(incident_id) -> Incident:
    return db.session.scalars(sa.select(Incident).where(Incident.id == incident_id)).one()


def test_a_toast_says_what_a_push_says_and_nothing_that_somebody_wrote(world):
    hub = the_hub(world)
    asha = screen(world, hub, ASHA)
    incident = world.report(IVY, in_progress=True, narrative="A man in a red coat took razors.")
    deliver(world, hub)
    assert said(asha) == [
        {
            "id": f"incident-{incident}", "title": "Shop theft in progress", "text": "Market Road",
            "url": f"/incidents/{incident}", "urgent": True, "follows": False,
        }
    ]  # fmt: skip


def test_who_does_not_want_it_gets_the_card_without_a_word(world):
    hub = the_hub(world)
    chose(world, ASHA, NOT_LIVE)
    asha, leo = screen(world, hub, ASHA), screen(world, hub, LEO)
    world.report(IVY)
    deliver(world, hub)
    assert [event for event, _, _ in given(asha)] == ["incident"]
    assert [event for event, _, _ in given(leo)] == ["incident", "toast"]


def test_the_poll_says_the_same_as_the_stream(world):
    chose(world, LEO, NOT_LIVE)
    clients = {person: world.client(person) for person in (ASHA, LEO, IVY, CAROL)}
    before = {person: client.get("/poll").json["cursor"] for person, client in clients.items()}
    world.report(IVY)
    names = {}
    for person, client in clients.items():
        answer = client.get(f"/poll?after={before[person]}")
        names[person] = [each["event"] for each in answer.json["events"]] if answer.status_code == 200 else []
    assert names == {ASHA: ["incident", "toast"], LEO: ["incident"], IVY: ["incident"], CAROL: []}


def test_what_is_old_is_not_told_to_a_page_that_comes_back(world, monkeypatch):
    client = world.client(ASHA)
    before = client.get("/poll").json["cursor"]
    world.report(IVY)
    later = house.now() + toasts.FRESH + timedelta(seconds=1)
    monkeypatch.setattr(house, "now", lambda: later)
    assert [each["event"] for each in client.get(f"/poll?after={before}").json["events"]] == ["incident"]


def test_an_officer_is_told_of_nothing_that_the_police_were_not_told_of(world):
    hub = the_hub(world)
    with world.app.app_context(), crossing("seed") as session, writing(session):
        session.execute(sa.update(Scheme).values(officers_see_unreported=False))
    dev, ben = screen(world, hub, DEV), screen(world, hub, BEN)
    world.report(IVY, violence=True)
    deliver(world, hub)
    assert given(dev) == [] and len(said(ben)) == 1
    world.report(IVY, violence=True, told_police=True)
    deliver(world, hub)
    assert len(said(dev)) == 1


def test_an_answer_is_said_to_those_who_take_part_or_follow(world):
    incident = world.report(IVY)
    with world.seen_as(LEO) as viewer:
        choices.watch(viewer, incident_of(incident), "follow")
    hub = the_hub(world)
    screens = {person: screen(world, hub, person) for person in (ASHA, IVY, LEO, BEN)}
    world.say(BEN, incident, "They are back.")
    deliver(world, hub)
    told = {person: [each["title"] for each in said(stream)] for person, stream in screens.items()}
    assert told == {ASHA: [], IVY: ["New answer"], LEO: ["New answer"], BEN: []}


def test_what_is_muted_is_not_said(world):
    incident = world.report(IVY)
    with world.seen_as(ASHA) as viewer:
        choices.watch(viewer, incident_of(incident), "follow")
    with world.seen_as(IVY) as viewer:
        choices.watch(viewer, incident_of(incident), "mute")
    hub = the_hub(world)
    asha, ivy = screen(world, hub, ASHA), screen(world, hub, IVY)
    world.say(BEN, incident, "They are back.")
    deliver(world, hub)
    assert (len(said(asha)), said(ivy)) == (1, [])


def test_what_puts_right_goes_to_every_open_page_to_take_the_place_of_what_it_shows(world):
    incident = world.report(IVY, in_progress=True)
    hub = the_hub(world)
    asha, ivy = screen(world, hub, ASHA), screen(world, hub, IVY)
    with world.seen_as(IVY) as viewer:
        incidents.all_clear(viewer, incident_of(incident))
    deliver(world, hub)
    assert [(each["title"], each["follows"]) for each in said(asha)] == [("All clear: Shop theft", True)]
    assert said(ivy) == []
    with world.seen_as(IVY) as viewer:
        incidents.withdraw(viewer, incident_of(incident), "By mistake")
    deliver(world, hub)
    assert [event for event, _, _ in given(asha)][:2] == [
        "gone",
        "toast",
    ]  # in this order: sa-toast counts on it


def test_many_open_pages_cost_the_queries_of_one(world):
    def queries(*people) -> int:
        hub = the_hub(world)
        for person in people:
            screen(world, hub, person)
        world.report(IVY)
        with world.app.app_context(), counted() as asked:
            hub.deliver()
        assert all(len(said(stream)) == 1 for stream in hub.streams)
        return len(asked)

    queries(ASHA)  # what is asked only the first time
    assert queries(ASHA) == queries(ASHA, LEO, BEN, DEV)
    with world.app.app_context(), crossing("command") as session:
        assert session.scalar(sa.select(sa.func.count(Event.seq))) == 3
