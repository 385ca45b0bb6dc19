"""Practice: it rings like a real one, says so wherever it is seen, and is left out of every figure."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from shopalert.alerts import announcement, choices
from shopalert.alerts.choices import Wish
from shopalert.alerts.models import Delivery, Event
from shopalert.alerts.preferences import Choice
from shopalert.db import db, now, uuid7
from shopalert.desk.lists import Tally, tallies
from shopalert.incidents import actions
from shopalert.incidents.models import Incident
from shopalert.letters.week import figures_of, week_of
from shopalert.mail import outgoing
from shopalert.mail.models import Mail
from shopalert.schemes.models import Scheme
from shopalert.wall import crossing
from tests.browse import Browser
from tests.people import ASHA, BEN, DEV, IVY
from tests.world import World

MARK = "EXERCISE: "


@pytest.fixture
def practice(world):
    """An exercise with all that can become of one."""
    incident = world.report(BEN, exercise=True, in_progress=True, narrative="Fire drill with coats.")
    world.say(DEV, incident, "On our way.")
    with world.seen_as(IVY) as viewer:
        actions.sight(viewer, row(incident), uuid7(now()), None)
    with world.seen_as(BEN) as viewer:
        actions.all_clear(viewer, row(incident))
    return incident


def row(incident) -> Incident:
    return db.session.get_one(Incident, incident)


def events(world: World, incident) -> list[Event]:
    with world.app.app_context(), crossing("command") as session:
        return list(session.scalars(sa.select(Event).where(Event.incident_id == incident)))


def test_every_alert_says_so_first_on_every_level_of_a_lock_screen(world, practice):
    said = []
    for event in events(world, practice):
        with world.app.test_request_context(), crossing("command") as session:
            for level in ("category", "discreet"):
                words = announcement.of(event.kind).words(session, event, level)
                said += [words.title] if words else []
    assert {"EXERCISE: Shop theft", "EXERCISE: New alert", "EXERCISE: Police answered"} <= set(said)
    assert len(said) >= 8 and all(title.startswith(MARK) for title in said)


def test_it_rings_like_a_real_one(world):
    def told(incident):
        query = sa.select(Delivery.user_id).where(Delivery.incident_id == incident)
        with world.app.app_context(), crossing("command") as session:
            return sorted(session.scalars(query))

    assert told(world.report(BEN, exercise=True)) == told(world.report(BEN))


def test_every_live_fragment_says_so(world, practice):
    seen = set()
    for event in events(world, practice):
        with world.app.test_request_context(), crossing("command") as session:
            for message in announcement.of(event.kind).live(session, event):
                if message.event != "counts":
                    assert "Exercise" in message.data, message.event
                    seen.add(message.event)
    assert {"incident", "comment", "sighting", "step"} <= seen


def test_every_screen_says_so(world, practice):
    for person, path in (
        (IVY, "/s/wickford/"), (IVY, f"/incidents/{practice}"), (IVY, f"/incidents/{practice}/facts"),
        (IVY, f"/incidents/{practice}/versions"), (IVY, "/search?q=coats"), (DEV, "/desk"),
        (BEN, f"/incidents/{practice}/edit"), (BEN, f"/incidents/{practice}/withdrawal"),
    ):  # fmt: skip
        text = Browser(world.client(person)).get(path).text
        assert str(practice) in text, f"{path} does not show it"
        assert MARK in text, path


def test_a_real_one_is_marked_nowhere(world):
    incident = world.report(ASHA)
    for path in ("/s/wickford/", f"/incidents/{incident}", "/search?q=coats"):
        text = Browser(world.client(IVY)).get(path).text
        assert str(incident) in text and MARK not in text and "chip--exercise" not in text


def test_its_letter_says_so(world):
    with world.seen_as(ASHA) as viewer:
        wish = Wish(choice=Choice(mail="0" * 24))
        choices.choose(viewer, db.session.get_one(Scheme, world.schemes["wickford"]), wish)
    world.report(BEN, exercise=True, in_progress=True)
    world.report(BEN, in_progress=True)
    with world.app.app_context(), crossing("command") as session:
        kept = list(session.scalars(sa.select(Mail).where(Mail.kind == "alert.now").order_by(Mail.id)))
        all_letters = [outgoing.unseal(each.id, each.sealed) for each in kept]
    letters = [
        letter for letter in all_letters if letter["to"] == ASHA.email
    ]  # police without a phone get some, too
    assert [letter["subject"].startswith(MARK) for letter in letters] == [True, False]
    assert "this is practice" in letters[0]["text"] and "practice" not in letters[1]["text"]


def test_no_figure_counts_it(world, practice):
    world.report(ASHA, value_lost_pence=100)
    world.report(BEN, exercise=True, value_lost_pence=9900)
    scheme = world.schemes["wickford"]
    with world.seen_as(BEN):
        assert tallies(db.session(), [scheme], now()) == {scheme: Tally(1, 0)}
        figures = figures_of(db.session(), scheme, week_of(now()))
    assert (figures.reports, figures.pence, figures.urgent, figures.answered) == (1, 100, 0, 0)
    assert len(Browser(world.client(IVY)).get("/s/wickford/").all("article")) == 3
