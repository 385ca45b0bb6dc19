"""Who has read it and who has not, reminders, replies to the author alone, whether it was useful."""

from __future__ import annotations

import re
import uuid

import pytest
import sqlalchemy as sa

from shopalert.bulletins.models import BulletinReading
from shopalert.db import now, writing
from shopalert.schemes.models import Membership
from shopalert.wall import crossing
from tests.people import ASHA, BEN, CAROL, DEV, ELLEN, IVY, LEO, PAT

MEMBERS = {"Asha", "Ivy", "Leo", "Pat"}


def unread(town, bulletin, by=BEN):
    page = town.browsers[by].get(f"/bulletins/{bulletin}/readers").text
    part = page.partition('id="unread-title"')[2].partition('id="read-title"')[0]
    return {name for name in (*MEMBERS, "Ben", "Carol") if re.search(rf'item__title">{name}<', part)}


def test_who_has_not_read_is_right(town):
    bulletin = town.advise(BEN)
    assert unread(town, bulletin) == MEMBERS
    town.browsers[ASHA].get(f"/bulletins/{bulletin}")
    town.browsers[BEN].get(f"/bulletins/{bulletin}")
    town.browsers[DEV].get(f"/bulletins/{bulletin}")
    assert unread(town, bulletin) == unread(town, bulletin, DEV) == MEMBERS - {"Asha"}
    assert "1 of 4 have read it" in town.browsers[BEN].get(f"/bulletins/{bulletin}").text
    with town.world.app.app_context(), crossing("seed") as session, writing(session):
        leo = town.world.users[LEO.name]
        session.execute(sa.update(Membership).where(Membership.user_id == leo).values(removed_at=now()))
    assert unread(town, bulletin) == MEMBERS - {"Asha", "Leo"}


def test_who_read_it_before_it_was_corrected_has_not(town):
    bulletin = town.advise(BEN)
    town.browsers[ASHA].get(f"/bulletins/{bulletin}")
    assert "Asha" not in unread(town, bulletin)
    assert town.correct(BEN, bulletin, title="Better said").status_code == 303
    assert "Asha" in unread(town, bulletin)
    part = town.browsers[ASHA].client.get(f"/bulletins/{bulletin}", headers={"HX-Request": "true"})
    assert "Better said" in part.text and "Asha" in unread(town, bulletin)  # an open page reads itself anew
    assert "I have read this" in part.text
    town.do(ASHA, bulletin, "reading")
    assert "Asha" not in unread(town, bulletin)
    assert "You have read this" in town.browsers[ASHA].get(f"/bulletins/{bulletin}").text


def test_read_twice_it_is_noted_once(town):
    bulletin = town.advise(BEN)
    for _ in range(2):
        town.browsers[ASHA].get(f"/bulletins/{bulletin}")
        town.do(ASHA, bulletin, "reading")
    with town.world.app.app_context(), crossing("command") as session:
        assert session.scalar(sa.select(sa.func.count(BulletinReading.id))) == 1


def test_of_each_scheme_only_its_own(town):
    bulletin = town.warn()
    town.browsers[CAROL].get(f"/bulletins/{town.of(bulletin, 'billericay')}")
    assert unread(town, town.of(bulletin, "wickford")) == MEMBERS | {"Ben"} or unread(
        town, town.of(bulletin, "wickford"), DEV
    ) == MEMBERS | {"Ben"}
    assert unread(town, town.of(bulletin, "billericay"), DEV) == set()


@pytest.mark.parametrize("person", [ASHA, LEO, PAT], ids=lambda person: person.name)
def test_members_do_not_see_who_has_read(town, person):
    bulletin = town.advise(BEN)
    assert town.status(person, f"/bulletins/{bulletin}/readers") == 403
    assert "have read it" not in town.browsers[person].get(f"/bulletins/{bulletin}").text
    assert town.do(person, bulletin, "reminder").status_code == 403


def test_those_who_have_not_are_reminded_once_an_hour(town):
    bulletin = town.advise(BEN)
    town.browsers[ASHA].get(f"/bulletins/{bulletin}")
    assert town.do(BEN, bulletin, "reminder").status_code == 303
    assert town.rung("bulletin.reminded") == {"Ivy", "Leo", "Pat"}
    assert (
        town.do(BEN, bulletin, "reminder").status_code
        == town.do(DEV, bulletin, "reminder").status_code
        == 409
    )
    assert "Again from" in town.browsers[BEN].get(f"/bulletins/{bulletin}/readers").text
    town.wait(minutes=61)
    assert town.do(DEV, bulletin, "reminder").status_code == 303
    assert town.events().count("bulletin.reminded") == 2


def test_a_reply_is_read_by_the_author_alone(town):
    bulletin = town.of(town.warn(), "wickford")
    key = str(uuid.uuid4())
    for _ in range(2):
        answer = town.do(ASHA, bulletin, "replies", client_id=key, text="Took one on Friday, quietly")
        assert answer.status_code == 303
    assert town.do(ASHA, bulletin, "replies", client_id=key, text="Another").status_code == 422
    reading = {
        each
        for each in (ASHA, BEN, DEV, ELLEN, IVY, LEO)
        if town.reads(each, f"/bulletins/{bulletin}", "quietly")
    }
    assert reading == {ASHA, DEV}
    assert town.rung("bulletin.replied") == {"Dev"}
    assert town.do(ASHA, bulletin, "replies", client_id=str(uuid.uuid4()), text=" ").status_code == 422


def test_useful_or_not(town):
    bulletin = town.advise(BEN)
    for person, said in ((ASHA, "yes"), (IVY, "yes"), (LEO, "no"), (LEO, ""), (PAT, "no")):
        assert town.do(person, bulletin, "use", useful=said).status_code == 303
    page = town.browsers[IVY].get(f"/bulletins/{bulletin}").text
    assert re.findall(r'use__count">(\d+)<', page) == ["2", "1"]
    assert re.findall(r'aria-pressed="(\w+)"', page) == ["true", "false"]
    assert town.do(ASHA, bulletin, "use", useful="perhaps").status_code == 422


def test_unread_ones_are_marked_in_the_list(town):
    bulletin = town.advise(BEN)
    marked = f'id="bulletin-{bulletin}" data-unread'
    assert marked in town.browsers[ASHA].get("/s/wickford/bulletins").text
    assert marked not in town.browsers[BEN].get("/s/wickford/bulletins").text
    town.browsers[ASHA].get(f"/bulletins/{bulletin}")
    assert marked not in town.browsers[ASHA].get("/s/wickford/bulletins").text
