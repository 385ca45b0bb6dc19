"""The day after violence: asked once, of whom and when; the answer is read by very few, whichever way one looks."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from shopalert.alerts.models import Delivery
from shopalert.db import db, now
from shopalert.incidents import actions
from shopalert.incidents.models import Incident
from shopalert.protection.models import AuditRow
from shopalert.safety import clock
from shopalert.safety.models import Welfare
from shopalert.schemes.models import Membership
from shopalert.words import local
from tests.house.routes import QUERIES, Things, routes
from tests.people import ASHA, BEN, CAROL, DEV, ELLEN, GUS, IVY, LEO, OLU, PAT, walkers
from tests.phones import change, rows
from tests.safety.conftest import EVERYBODY, names

WORDS = "Marshfeather keeps me awake"
HTML = {"Accept": "text/html", "Sec-Fetch-Site": "same-origin"}


def noon_after(days=1):
    """Noon by the town's clock, so many days on."""
    day = local(now()) + timedelta(days=days)
    return day.replace(hour=12, minute=0).astimezone(UTC)


def look(town, at: datetime):
    with town.world.app.app_context():
        return clock.look(at)


def asked(town):
    return rows(town.world, sa.select(Welfare))


@pytest.fixture
def question(town):
    """Ivy reported violence; the day after she is asked."""
    incident = town.world.report(IVY, violence=True)
    assert look(town, noon_after()) == 1
    (row,) = asked(town)
    assert row.incident_id == incident
    return row


def answer(town, row, said="call", words=WORDS, by=IVY):
    return town.post(by, row.url, answer=said, note=words)


def test_the_reporter_is_asked_the_day_after_once(town, question):
    assert look(town, noon_after()) == 0
    assert look(town, noon_after(2)) == 0
    assert town.told("welfare.asked") == names(IVY)
    assert len(asked(town)) == 1
    assert question.url in town.browsers[IVY].get("/s/wickford/").text
    assert "How are you?" in town.browsers[IVY].get(question.url).text


def test_neither_the_same_day_nor_before_ten_nor_after_days(town):
    town.world.report(IVY, weapon=True)
    assert look(town, now()) == 0
    assert look(town, noon_after().replace(hour=6)) == 0
    assert look(town, noon_after(6)) == 0
    assert look(town, noon_after()) == 1


@pytest.mark.parametrize("case", ["no violence", "exercise", "withdrawn", "gone"])
def test_of_whom_nobody_asks(town, case):
    facts = {"violence": case != "no violence", "exercise": case == "exercise"}
    person = BEN if case == "exercise" else IVY
    incident = town.world.report(person, **facts)
    if case == "withdrawn":
        with town.world.seen_as(IVY) as viewer:
            actions.withdraw(viewer, db.session.get_one(Incident, incident), "A mistake")
    if case == "gone":
        gone = sa.update(Membership).where(Membership.user_id == town.world.users[IVY.name])
        change(town.world, gone.values(removed_at=now()))
    look(town, noon_after())
    assert town.told("welfare.asked") == []


def test_who_asks_to_be_called_is_told_to_the_coordinator_and_their_own_lead(town, question):
    assert answer(town, question).status_code == 303
    assert town.told("welfare.answered") == names(BEN, LEO)
    assert town.post(IVY, question.url, answer="").status_code == 422


@pytest.mark.parametrize("said", ["fine", "not_good"])
def test_other_answers_ring_nowhere(town, question, said):
    assert answer(town, question, said).status_code == 303
    assert town.told("welfare.answered") == []


def test_of_another_shop_the_lead_is_not_told_and_reads_nothing(town):
    """Leo leads at the pharmacy; Asha works at Harper's."""
    town.world.report(ASHA, violence=True)
    look(town, noon_after())
    (row,) = asked(town)
    assert answer(town, row, by=ASHA).status_code == 303
    assert town.told("welfare.answered") == names(BEN)
    assert WORDS in town.browsers[BEN].get("/s/wickford/welfare").text
    assert WORDS not in town.browsers[LEO].get("/s/wickford/welfare").text
    assert town.browsers[LEO].client.get(row.url).status_code == 404


def test_who_wants_a_call_stands_first(town, question):
    answer(town, question, "fine", "Heronbrook")
    town.world.report(ASHA, violence=True)
    look(town, noon_after())
    row = next(each for each in asked(town) if each.id != question.id)
    answer(town, row, "call", "Waxwing", by=ASHA)
    town.post(IVY, question.url, answer="fine", note="Heronbrook")
    text = town.browsers[BEN].get("/s/wickford/welfare").text
    assert text.index("Waxwing") < text.index("Heronbrook")


def read(client, path):
    return client.get(path, headers=HTML).data


@pytest.mark.timeout(900)  # every page there is, by everybody
def test_nobody_else_by_any_address_stream_search_or_alert(town, question, engine):
    """All addresses of the house, tried by everybody: Ivy, her coordinator and her own lead find it, nobody else."""
    world = town.world
    everybody = walkers(engine, (*EVERYBODY, GUS))
    clients = {person: world.client(person) for person in everybody}
    cursors = {person: clients[person].get("/poll", headers=HTML).json["cursor"] for person in everybody}
    assert answer(town, question).status_code == 303
    samples = {"welfare_id": question.id, "incident_id": question.incident_id}
    for person in everybody:
        things = Things(world, IVY, "wickford", dict(samples), person)
        found = {
            endpoint
            for method, rule, endpoint in routes(world.app)
            if method == "GET" and endpoint != "live.stream"
            if b"Marshfeather" in read(clients[person], things.path(rule) + QUERIES.get(endpoint, ""))
        }
        wanted = {IVY: {"care.how_are_you"}, BEN: {"care.read_welfare"}, LEO: {"care.read_welfare"}}
        assert found == wanted.get(person, set()), person.name
        polled = clients[person].get(f"/poll?after={cursors[person]}", headers=HTML).text
        searched = clients[person].get("/search?q=Marshfeather", headers=HTML).text.partition("<main")[2]
        assert "Marshfeather keeps" not in polled + searched
        assert f"welfare-{question.id}" not in polled or person in (BEN, LEO)
    for person in (DEV, ELLEN, ASHA, PAT, CAROL, OLU):
        assert town.browsers[person].client.get(question.url).status_code == 404, person.name
    assert town.browsers[BEN].client.get(question.url).status_code == 403, (
        "he reads the list; it is hers to answer"
    )
    kept = [str(vars(row)) for model in (AuditRow, Delivery) for row in rows(world, sa.select(model))]
    assert not any("Marshfeather" in text or "'call'" in text for text in kept)


def test_it_is_shown_for_a_month_and_kept_three(town, question):
    answer(town, question)
    assert 27 < (question.shown_until - question.at).days < 32
    assert 88 < (question.kept_until - question.at).days < 93
    change(town.world, sa.update(Welfare).values(shown_until=now() - timedelta(minutes=1)))
    assert WORDS not in town.browsers[BEN].get("/s/wickford/welfare").text


def test_a_lead_of_a_guard_firm_reads_what_its_guards_say(town):
    firm = {"premises_id": None, "employer": "Harrow Guards"}
    users = [town.world.users[each.name] for each in (ASHA, LEO)]
    change(town.world, sa.update(Membership).where(Membership.user_id.in_(users)).values(**firm))
    town.world.report(ASHA, violence=True)
    look(town, noon_after())
    (row,) = asked(town)
    assert answer(town, row, by=ASHA).status_code == 303
    assert town.told("welfare.answered") == names(BEN, LEO)
    assert WORDS in town.browsers[LEO].get("/s/wickford/welfare").text
    assert uuid.UUID(row.url.rsplit("/", 1)[1]) == row.id
