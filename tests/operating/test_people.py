"""Officers and their districts, suspension and return: what ends, ends in the same transaction and at once."""

from __future__ import annotations

import uuid

import pytest
import sqlalchemy as sa

from shopalert.accounts.models import User, UserSession
from shopalert.alerts import wakes
from shopalert.alerts.live import Hub, Stream
from shopalert.alerts.models import Delivery, Subscription
from shopalert.db import writing
from shopalert.operating import people
from shopalert.operating.people import Person
from shopalert.protection.models import AuditRow
from shopalert.schemes.models import District, Membership, PoliceRole
from shopalert.wall import crossing
from tests.browse import HEADERS, Browser
from tests.people import ASHA, BEN, CAROL, DEV, ELLEN, GUS, OLU


@pytest.fixture
def gus(world):
    return Browser(world.client(GUS))


def page_of(world, person):
    return f"/operating/people/{world.users[person.name]}"


def district(world, slug):
    return rows(world, sa.select(District.id).where(District.slug == slug))[0]


def rows(world, statement):
    with world.app.app_context(), crossing("command") as session:
        return list(session.scalars(statement))


def alerted(world, person):
    """A device of theirs, with an alert that waits."""
    with world.app.app_context(), crossing("seed") as session, writing(session):
        session.add(
            Subscription(
                user_id=world.users[person.name],
                endpoint=f"https://push.example/{uuid.uuid4()}",
                origin="https://push.example",
            )
        )
    world.report(ASHA, in_progress=True)
    mine = sa.select(Delivery.state).where(Delivery.user_id == world.users[person.name])
    assert rows(world, mine) == ["queued"]
    return mine


def test_an_officer_who_is_moved_loses_the_old_district_in_the_same_breath(world, gus):
    incident = world.report(ASHA)
    client, waiting = world.client(DEV), alerted(world, DEV)
    assert client.get(f"/incidents/{incident}", headers=HEADERS).status_code == 200
    assert "Wickford" in client.get("/desk", headers=HEADERS).text
    answer = gus.post(
        f"{page_of(world, DEV)}/districts", {f"district-{district(world, 'southend')}": "officer"}
    )
    assert answer.status_code == 303
    assert client.get("/desk", headers=HEADERS).status_code == 303  # out: to sign in
    assert rows(world, waiting) == ["gone"]
    again = world.client(DEV)
    assert again.get(f"/incidents/{incident}", headers=HEADERS).status_code == 404
    assert again.get("/s/southend/", headers=HEADERS).status_code == 200
    kept = rows(world, sa.select(PoliceRole).where(PoliceRole.user_id == world.users[DEV.name]))
    assert sorted(role.ended_at is None for role in kept) == [False, True]
    (audit,) = rows(world, sa.select(AuditRow).where(AuditRow.verb == "officer.place"))
    assert (audit.actor_id, audit.object_id) == (world.users[GUS.name], world.users[DEV.name])


def test_the_open_screen_of_one_who_is_moved_hears_nothing_after_it(world, monkeypatch):
    hub, viewer = Hub(), world.viewer(DEV)
    stream = Stream(viewer.user_id, None, viewer.log)
    hub.streams.add(stream)
    stream.caught_up(0)
    monkeypatch.setattr(wakes.wakes, "revoke", hub.check)
    with world.app.app_context():
        people.place_officer(None, viewer.user_id, {district(world, "southend"): "officer"})
    assert stream.ended
    world.report(ASHA, narrative="after the move")
    with world.app.app_context():
        hub.deliver()
    assert b"after the move" not in b"".join(stream.read())


def test_a_second_district_puts_nobody_out(world, gus):
    client = world.client(DEV)
    both = {f"district-{district(world, slug)}": "officer" for slug in ("basildon", "southend")}
    gus.post(f"{page_of(world, DEV)}/districts", both)
    text = client.get("/desk", headers=HEADERS).text
    assert "Wickford" in text and "Southend" in text


def test_a_commander_of_one_is_an_officer_of_another(world, gus):
    places = {
        f"district-{district(world, 'basildon')}": "commander",
        f"district-{district(world, 'southend')}": "officer",
    }
    gus.post(f"{page_of(world, ELLEN)}/districts", places)
    viewer = world.viewer(ELLEN)
    assert viewer.roles_in(world.schemes["wickford"]) == {"commander"}
    assert viewer.roles_in(world.schemes["southend"]) == {"officer"}


def test_an_access_that_ended_can_begin_again(world, gus):
    for role in ("", "officer"):
        gus.post(f"{page_of(world, OLU)}/districts", {f"district-{district(world, 'southend')}": role})
    assert world.viewer(OLU).police_schemes == (world.schemes["southend"],)
    assert len(rows(world, sa.select(PoliceRole).where(PoliceRole.user_id == world.users[OLU.name]))) == 1


def test_saving_without_a_change_puts_nobody_out(world, gus):
    client = world.client(DEV)
    gus.post(f"{page_of(world, DEV)}/districts", {f"district-{district(world, 'basildon')}": "officer"})
    assert client.get("/desk", headers=HEADERS).status_code == 200


def test_saving_nothing_for_who_is_no_officer_puts_nobody_out(world, gus):
    client = world.client(ASHA)
    gus.post(f"{page_of(world, ASHA)}/districts", {})
    assert client.get("/s/wickford/", headers=HEADERS).status_code == 200


def test_suspension_takes_everything_and_the_return_gives_back_the_roles(world, gus):
    client, waiting = world.client(DEV), alerted(world, DEV)
    assert client.get("/desk", headers=HEADERS).status_code == 200
    gus.post(f"{page_of(world, DEV)}/suspension", {})
    assert client.get("/desk", headers=HEADERS).status_code == 303
    assert rows(world, waiting) == ["gone"]
    assert "Suspended" in gus.get(page_of(world, DEV)).text
    gus.post(f"{page_of(world, DEV)}/return", {})
    assert client.get("/desk", headers=HEADERS).status_code == 303  # the old session stays dead
    assert world.client(DEV).get("/desk", headers=HEADERS).status_code == 200


def test_nobody_suspends_themselves(world, gus):
    answer = gus.post(f"{page_of(world, GUS)}/suspension", {})
    assert answer.status_code == 303
    assert "cannot suspend yourself" in gus.get(page_of(world, GUS)).text
    assert rows(world, sa.select(User.suspended_at).where(User.email == GUS.email)) == [None]


def test_signing_somebody_out_everywhere_ends_all_their_sessions(world, gus):
    clients = [world.client(BEN) for _ in range(2)]
    gus.post(f"{page_of(world, BEN)}/sessions/end", {})
    assert [client.get("/more", headers=HEADERS).status_code for client in clients] == [303, 303]
    standing = sa.select(UserSession).where(
        UserSession.user_id == world.users[BEN.name], UserSession.revoked_at.is_(None)
    )
    assert rows(world, standing) == []


def test_an_officer_is_added_with_rank_and_districts(world, gus):
    page = gus.get("/operating/officers/new")
    said = {"name": "Ora Lane", "rank": "PC 12", "email": "Ora@Example.org"}
    refused = gus.post("/operating/officers", said, page=page)
    assert refused.status_code == 422
    assert "at least one district" in refused.text and 'value="Ora Lane"' in refused.text
    done = gus.post(
        "/operating/officers", {**said, f"district-{district(world, 'basildon')}": "commander"}, page=page
    )
    assert done.status_code == 200
    (ora,) = rows(world, sa.select(User).where(User.email == "ora@example.org"))
    assert (ora.short_name, ora.rank_title) == ("PC Lane", "PC 12")
    assert rows(world, sa.select(PoliceRole.role).where(PoliceRole.user_id == ora.id)) == ["commander"]


def test_who_is_here_already_is_given_the_role_and_signs_in_afresh(world, gus):
    client = world.client(CAROL)
    page = gus.get("/operating/schemes/wickford")
    said = {"name": "Carol Dunn", "email": CAROL.email}
    answer = gus.post("/operating/schemes/wickford/coordinators", said, page=page)
    assert answer.status_code == 200 and "was here already" in answer.text
    assert world.viewer(CAROL).roles_in(world.schemes["wickford"]) == {"coordinator"}
    assert world.viewer(CAROL).roles_in(world.schemes["billericay"]) == {"member"}
    assert client.get("/more", headers=HEADERS).status_code == 303


def test_a_suspended_person_is_not_let_in_by_another_door(world, gus):
    gus.post(f"{page_of(world, CAROL)}/suspension", {})
    page = gus.get("/operating/schemes/wickford")
    answer = gus.post(
        "/operating/schemes/wickford/coordinators", {"name": "C", "email": CAROL.email}, page=page
    )
    assert answer.status_code == 422 and "is suspended" in answer.text
    assert rows(world, sa.select(Membership).where(
        Membership.user_id == world.users[CAROL.name], Membership.scheme_id == world.schemes["wickford"]
    )) == []  # fmt: skip


def test_of_two_who_add_the_same_address_the_second_is_told(world):
    person = Person("new@example.org", "Nell Marsh", operator=True)
    with world.app.app_context():
        people.add(None, "operator.add", person, "-")
        with pytest.raises(people.Unfit):
            people.add(None, "operator.add", person, "-")


@pytest.mark.parametrize(
    ("query", "found", "hidden"),
    [
        ("q=kaur", ASHA, BEN),
        ("q=DEV%40example", DEV, ASHA),
        ("group=police", DEV, ASHA),
        ("group=coordinators", BEN, ASHA),
        ("group=operators", GUS, BEN),
        ("q=%25", None, ASHA),
    ],
)
def test_people_are_found_by_name_address_and_group(gus, query, found, hidden):
    text = gus.get(f"/operating/people?{query}").text
    assert hidden.email not in text
    assert found is None or found.email in text


def test_an_operator_reads_nothing_that_a_scheme_holds(world, gus):
    """There is something to read, and none of it is on any page of the room."""
    incident = world.report(ASHA, narrative="Quillfeather took coats.")
    world.say(BEN, incident, "Seen by Marchbanks.")
    assert "Quillfeather" in world.client(BEN).get(f"/incidents/{incident}", headers=HEADERS).text
    pages = ("", "districts", "schemes", "schemes/wickford", "people", "health")
    for path in (*(f"/operating/{each}" for each in pages), page_of(world, ASHA)):
        text = gus.get(path).text
        assert not any(word in text for word in ("Quillfeather", "Marchbanks", str(incident), "WIC-20"))
    gus.get(f"/incidents/{incident}", 404)
    gus.get("/s/wickford/", 404)


def test_merging_two_districts_moves_schemes_and_officers(world, gus):
    olu, dev = world.client(OLU), world.client(DEV)
    page = gus.get("/operating/districts/southend")
    answer = gus.post("/operating/districts/southend/merger", {"into": "basildon"}, page=page)
    assert answer.status_code == 303
    for client in (olu, dev):
        assert client.get("/desk", headers=HEADERS).status_code == 303
    for person in (OLU, DEV):
        assert set(world.viewer(person).police_schemes) == set(world.schemes.values())
    gus.get("/operating/districts/southend", 404)
    assert 'href="/operating/schemes/southend"' in gus.get("/operating/districts/basildon").text


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"code": "WIC"}, "Another scheme has the code WIC already"),
        ({"name": "Wickford"}, "There is a scheme at /s/wickford/ already"),
        ({"code": "W1"}, "two to six letters"),
        ({"slug": "Not a slug"}, "small letters, figures and hyphens"),
        ({"district": "atlantis"}, "Not a valid choice"),
        ({"name": ""}, "Enter the scheme"),
    ],
)
def test_a_scheme_that_cannot_be_is_refused_with_what_was_typed(gus, fields, words):
    page = gus.get("/operating/schemes/new")
    said = {"name": "Rayleigh", "code": "RAY", "kind": "pubwatch", "district": "basildon", **fields}
    if said["name"] == "Wickford":
        said["kind"] = "retail"
    answer = gus.post("/operating/schemes", said, page=page)
    assert answer.status_code == 422
    assert words in answer.text
    assert f'value="{said["code"]}"' in answer.text


def test_a_pubwatch_has_an_address_of_its_own(world, gus):
    page = gus.get("/operating/schemes/new")
    said = {"name": "Wickford", "code": "WIP", "kind": "pubwatch", "district": "basildon"}
    answer = gus.post("/operating/schemes", said, page=page)
    assert answer.location == "/operating/schemes/wickford-pubwatch"


def test_a_page_of_people_costs_the_same_for_three_and_for_many(world, gus):
    from tests.house.test_queries import counted

    gus.get("/operating/people")
    with counted() as few:
        gus.get("/operating/people?q=ben")
    with counted() as many:
        gus.get("/operating/people")
    assert len(few) == len(many)
