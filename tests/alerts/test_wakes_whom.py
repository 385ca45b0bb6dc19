"""The same table against what was really delivered: reported by the action, at the hour of the case."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from shopalert import db as house
from shopalert.accounts.models import User
from shopalert.alerts import choices
from shopalert.alerts.choices import Wish
from shopalert.alerts.models import Delivery, Preference, Subscription, Watch
from shopalert.alerts.preferences import STANDARD, Choice
from shopalert.db import db, writing
from shopalert.incidents import actions as incidents
from shopalert.incidents.models import Incident
from shopalert.letters.writing import write_digests
from shopalert.mail.models import Mail
from shopalert.schemes.models import Business, Membership, Premises, Scheme
from shopalert.wall import crossing
from tests.alerts.test_preferences import DEGREE
from tests.alerts.wake_cases import CASES, NIGHTS, Case
from tests.browse import Browser
from tests.house.test_queries import counted
from tests.people import ASHA, BEN, DEV, IVY, LEO
from tests.world import World


def the_clock_stands_at(monkeypatch: pytest.MonkeyPatch, case: Case) -> None:
    """Acts take their time from the house's one clock: it is turned, as the hands of a clock are."""
    monkeypatch.setattr(house, "now", lambda: case.at.astimezone(house.UTC))


def device_of(world: World, person: Any) -> None:
    with world.app.app_context(), crossing("seed") as session, writing(session):
        session.add(
            Subscription(
                user_id=world.users[person.name], endpoint=f"https://push.example/{person.email}",
                origin="https://push.example",
            )
        )  # fmt: skip


def chose(world: World, person: Any, choice: Choice, slug: str = "wickford", **letters: Any) -> None:
    with world.seen_as(person) as viewer:
        choices.choose(viewer, db.session.get_one(Scheme, world.schemes[slug]), Wish(choice, **letters))


def site(world: World, metres: float | None) -> Any:
    """A shop so far north of Harper's."""
    if metres is None:
        return None
    with world.app.app_context(), crossing("seed") as session, writing(session):
        business = Business(name="Far & Co")
        session.add(business)
        session.flush()
        place = Premises(
            scheme_id=world.schemes["wickford"], business_id=business.id, name="Far & Co", street="London Road",
            lat=51.61 + metres / DEGREE, lon=0.52,
        )  # fmt: skip
        session.add(place)
        session.flush()
        return place.id


def told(world: World, kind: str = "incident.reported") -> list[str]:
    """Who was told, by name, once for each delivery."""
    names = {user_id: name for name, user_id in world.users.items()}
    with world.app.app_context(), crossing("command") as session:
        return sorted(
            names[who] for who in session.scalars(sa.select(Delivery.user_id).where(Delivery.kind == kind))
        )


def change(world: World, statement: Any) -> None:
    with world.app.app_context(), crossing("seed") as session, writing(session):
        session.execute(statement)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_what_is_delivered_is_what_the_table_says(world, case, monkeypatch):
    device_of(world, ASHA)
    change(world, sa.update(Premises).where(Premises.name == "Harper's").values(trading_hours=case.hours))
    change(world, sa.update(Scheme).values(break_through=case.break_through))
    if case.choice is not None:
        chose(world, ASHA, Choice(**case.choice))
    screen = world.client(ASHA)
    cursor = screen.get("/poll").json["cursor"]
    place = site(world, case.far)
    with monkeypatch.context() as hands:
        the_clock_stands_at(hands, case)
        world.report(IVY, premises_id=place, **case.what)
        events = [each["event"] for each in screen.get(f"/poll?after={cursor}").json["events"]]
    # The day's letter comes to nobody who did not ask for it: it is asked for now, and nothing else.
    chose(world, ASHA, STANDARD if case.choice is None else Choice(**case.choice), digest_hour=DIGEST_HOUR)
    assert "incident" in events  # an open feed shows everything, whoever chose what
    reached = {
        "push": told(world) == [ASHA.name],
        "live": "toast" in events,
        "mail": letters_to(world, ASHA, "alert.now") == 1,
        "digest": write_digest_after(world, case) == letters_to(world, ASHA, "digest") == 1,
    }
    assert {channel for channel, there in reached.items() if there} == set(case.reaches.split())


DIGEST_HOUR = 21


def letters_to(world: World, person: Any, kind: str) -> int:
    with world.app.app_context(), crossing("command") as session:
        asked = sa.select(sa.func.count(Mail.id)).where(
            Mail.kind == kind, Mail.user_id == world.users[person.name]
        )
        return session.scalar(asked) or 0


def write_digest_after(world: World, case: Case) -> int:
    """The letter of the day, at the first hour of letters after what happened."""
    day = case.at if case.at.hour < DIGEST_HOUR else case.at + timedelta(days=1)
    with world.app.test_request_context():
        return write_digests(day.replace(hour=DIGEST_HOUR, minute=5).astimezone(house.UTC))


NOON = Case("noon", "2026-11-25 12:00")
NIGHT = Case("night", "2026-11-25 23:30")


def test_each_person_has_their_own_choice(world, monkeypatch):
    for person in (ASHA, LEO, BEN, DEV):
        device_of(world, person)
    chose(world, ASHA, Choice(push="2" * 24))
    chose(world, BEN, Choice(quiet=NIGHTS))
    the_clock_stands_at(monkeypatch, NIGHT)
    world.report(IVY)
    assert told(world) == [DEV.name, LEO.name]
    world.report(IVY, violence=True)
    assert told(world) == sorted([DEV.name, LEO.name, ASHA.name, BEN.name, DEV.name, LEO.name])


def test_a_choice_in_one_scheme_says_nothing_in_another(world):
    device_of(world, DEV)
    chose(world, DEV, Choice(push="3" * 24), "billericay")
    world.report(IVY)
    assert told(world) == [DEV.name]


def test_whoever_follows_hears_of_comments_and_whoever_mutes_does_not(world):
    incident = world.report(IVY)
    for person in (ASHA, LEO, BEN, IVY):
        device_of(world, person)
    world.say(LEO, incident, "I saw them too.")
    assert told(world, "comment.said") == [IVY.name]
    watch(world, ASHA, incident, "follow")
    watch(world, IVY, incident, "mute")
    world.say(LEO, incident, "They are back.")
    assert told(world, "comment.said") == [ASHA.name, IVY.name]
    watch(world, ASHA, incident, "")
    world.say(LEO, incident, "And gone.")
    assert told(world, "comment.said") == [ASHA.name, IVY.name]


def watch(world: World, person: Any, incident_id: Any, wish: str) -> None:
    with world.seen_as(person) as viewer:
        incident = db.session.scalars(sa.select(Incident).where(Incident.id == incident_id)).one()
        choices.watch(viewer, incident, wish)


def test_an_all_clear_in_quiet_hours_comes_without_a_sound_to_who_was_told(world, monkeypatch):
    for person in (ASHA, LEO):
        device_of(world, person)
    chose(world, ASHA, Choice(quiet=NIGHTS))
    the_clock_stands_at(monkeypatch, NIGHT)
    incident_id = world.report(IVY, in_progress=True)
    with world.seen_as(IVY) as viewer:
        incident = db.session.scalars(sa.select(Incident).where(Incident.id == incident_id)).one()
        incidents.all_clear(viewer, incident)
    names = {world.users[person.name]: person for person in (ASHA, LEO)}
    with world.app.app_context(), crossing("command") as session:
        rows = session.scalars(sa.select(Delivery).where(Delivery.kind == "incident.all_clear"))
        assert {(names[row.user_id], row.silent) for row in rows} == {(ASHA, True), (LEO, False)}


def test_nothing_is_queued_for_who_is_suspended_or_left(world):
    """SE5: whatever they chose."""
    for person in (ASHA, LEO, BEN):
        device_of(world, person)
        chose(world, person, Choice())
    change(world, sa.update(User).where(User.email == ASHA.email).values(suspended_at=house.now()))
    leo = sa.select(User.id).where(User.email == LEO.email).scalar_subquery()
    change(world, sa.update(Membership).where(Membership.user_id == leo).values(removed_at=house.now()))
    world.report(IVY, violence=True)
    assert told(world) == [BEN.name]


def test_leaving_a_scheme_ends_what_was_chosen_there(world):
    incident = world.report(IVY)
    chose(world, ASHA, Choice(push="2" * 24))
    watch(world, ASHA, incident, "follow")
    chose(world, LEO, Choice(push="2" * 24))
    with world.app.app_context(), crossing("command") as session, writing(session):
        choices.forget(session, world.users[ASHA.name], world.schemes["wickford"])
        assert session.scalars(sa.select(Preference.user_id)).all() == [world.users[LEO.name]]
        assert session.scalars(sa.select(Watch)).all() == []


def test_three_readers_cost_the_queries_of_one(world):
    """Preferences of all are asked at once."""
    device_of(world, ASHA)
    chose(world, ASHA, Choice())
    world.report(IVY)  # what is asked only the first time
    with counted() as one:
        world.report(IVY)
    for person in (LEO, BEN, DEV):
        device_of(world, person)
        chose(world, person, Choice())
    with counted() as four:
        world.report(IVY)
    assert len(told(world)) == 2 + 4
    assert len(four) == len(one)


# ---- police whom no alert reaches


def test_an_officer_without_a_device_is_told_of_what_is_urgent_by_a_letter(world):
    world.report(IVY)
    assert letters_to(world, DEV, "alert.now") == 0
    world.report(IVY, violence=True)
    assert letters_to(world, DEV, "alert.now") == 1
    assert letters_to(world, LEO, "alert.now") == 0, "a member has chosen nothing"
    page = Browser(world.client(DEV)).get("/s/wickford/alerts").text
    assert '<option value="2" selected>Urgent</option>' in page[page.index('name="mail"') :][:400]


def test_an_officer_with_a_device_or_with_a_choice_of_their_own_is_not(world):
    device_of(world, DEV)
    world.report(IVY, violence=True)
    assert letters_to(world, DEV, "alert.now") == 0
    change(world, sa.update(Subscription).values(gone_at=house.now(), endpoint=None))
    world.report(IVY, violence=True)
    assert letters_to(world, DEV, "alert.now") == 1
    chose(world, DEV, STANDARD)
    world.report(IVY, violence=True)
    assert letters_to(world, DEV, "alert.now") == 1
