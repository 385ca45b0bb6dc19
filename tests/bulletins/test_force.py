"""An officer of one district who may write to the whole force: every scheme is told, nobody sees more than before."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
import sqlalchemy as sa

from shopalert.alerts.models import Event
from shopalert.bulletins import clock
from shopalert.bulletins.announcements import words_of_reply
from shopalert.bulletins.models import Bulletin
from shopalert.db import db, now, writing
from shopalert.protection.models import AuditRow
from shopalert.schemes.models import Membership, Scheme
from shopalert.wall import crossing
from shopalert.words import field_time
from tests.browse import Browser
from tests.bulletins.conftest import WORDS
from tests.bulletins.test_enclosures import ALT, end_decoders, part, rows, sees  # noqa: F401
from tests.evidence import pictures
from tests.people import ASHA, BEN, CAROL, DEV, ELLEN, GUS, IVY, OLU

PIER = "/s/southend/bulletins"  # a district that is not Dev's


@pytest.fixture
def gus(town):
    return Browser(town.world.client(GUS))


def let(town, gus, person=DEV, allowed="yes"):
    answer = gus.post(f"/operating/people/{town.world.users[person.name]}/force", {"allowed": allowed})
    assert answer.status_code == 303
    return gus.get(answer.location).text


def send(town, by=DEV, **more):
    said = {
        "client_id": str(uuid.uuid4()),
        "title": WORDS,
        "text": "Look at both sides.",
        "kind": "advice",
        **more,
    }
    return town.browsers[by].post("/bulletins", {**said, "to": ["force"]})


def told(town, gus, **more):
    let(town, gus)
    answer = send(town, **more)
    assert answer.status_code == 303, answer.text
    return answer.location.rsplit("/", 1)[1]


def schemes_that_have(town, bulletin):
    publication = town.row(bulletin).publication_id
    with town.world.app.app_context(), crossing("command") as session:
        asked = sa.select(Scheme.slug).join(Bulletin, Bulletin.scheme_id == Scheme.id)
        return set(session.scalars(asked.where(Bulletin.publication_id == publication)))


def every_scheme(town):
    with town.world.app.app_context(), crossing("command") as session:
        return set(session.scalars(sa.select(Scheme.slug)))


def test_without_the_right_nobody_writes_to_the_force(town, gus):
    assert "whole force" not in town.browsers[DEV].get("/bulletins/new?kind=advice").text
    assert send(town).status_code == 422
    let(town, gus, DEV)
    assert send(town).status_code == 303
    let(town, gus, DEV, "no")
    assert send(town).status_code == 422 and send(town, BEN).status_code == 422


def test_with_it_every_scheme_is_told_and_police_of_each_district(town, gus):
    bulletin = told(town, gus)
    assert schemes_that_have(town, bulletin) == every_scheme(town)
    assert town.reads(ASHA, "/s/wickford/bulletins") and town.reads(CAROL, "/s/billericay/bulletins")
    assert town.reads(OLU, PIER)
    assert {"Asha", "Carol", "Olu", "Ellen"} <= town.rung() and "Dev" not in town.rung()
    elsewhere = town.of(bulletin, "southend")
    assert (
        town.reads(OLU, f"/bulletins/{elsewhere}")
        and f"/bulletins/{elsewhere}" in town.browsers[OLU].get("/search?q=quillfeather").text
    )


def test_its_author_sees_no_more_than_before(town, gus):
    bulletin = told(town, gus)
    incident = town.world.report(OLU, "southend", narrative="Larkspindle at the pier")
    elsewhere = town.of(bulletin, "southend")
    assert town.status(DEV, f"/bulletins/{bulletin}") == 200
    for path in (
        f"/bulletins/{elsewhere}",
        PIER,
        "/s/southend/",
        f"/incidents/{incident}",
        f"/bulletins/{elsewhere}/readers",
    ):
        assert town.status(DEV, path) == 404, path
    assert "Larkspindle" not in town.browsers[DEV].get("/desk").text
    assert "Larkspindle" not in town.browsers[DEV].get("/search?q=larkspindle").text.split("<main")[
        1
    ].replace('"larkspindle"', "")
    with town.world.seen_as(DEV) as viewer:
        seen = set(db.session.scalars(sa.select(Bulletin.scheme_id)))
        assert seen <= set(viewer.schemes) and seen


def test_he_reads_there_how_many_have_read_it_and_what_is_replied_to_him(town, gus):
    bulletin = told(town, gus)
    elsewhere = town.of(bulletin, "southend")
    with town.world.app.app_context(), crossing("seed") as session, writing(session):
        places = {"user_id": town.world.users[IVY.name], "scheme_id": town.world.schemes["southend"]}
        session.add(Membership(**places, role="member"))
    before = town.browsers[DEV].get(f"/bulletins/{bulletin}").text
    town.browsers[IVY].get(f"/bulletins/{elsewhere}")
    reply = {"client_id": str(uuid.uuid4()), "text": "Hedgerow reply"}
    town.browsers[OLU].get(f"/bulletins/{elsewhere}")
    assert town.do(OLU, elsewhere, "replies", **reply).status_code == 303
    page = town.browsers[DEV].get(f"/bulletins/{bulletin}").text
    assert "other schemes" in page and "Southend" in page and "Hedgerow reply" in page
    assert "0 of 1 have read it" in before.split("elsewhere-title")[2]
    assert "1 of 1 have read it" in page.split("elsewhere-title")[2]
    with town.world.app.app_context(), crossing("command") as session:
        assert [clock.look(now()), clock.look(now())] == [1, 0]
        event = session.scalars(sa.select(Event).where(Event.kind == "bulletin.replied")).one()
        assert words_of_reply(session, event, "full").url == f"/bulletins/{bulletin}#elsewhere"
    assert town.rung("bulletin.replied") == {"Dev"}
    for person in (ASHA, BEN, ELLEN):
        text = town.browsers[person].get(f"/bulletins/{town.of(bulletin, 'wickford')}").text
        assert "elsewhere-title" not in text and "Hedgerow" not in text


def test_corrected_and_recalled_it_is_so_everywhere(town, gus):
    bulletin = told(town, gus)
    assert town.correct(DEV, bulletin, text="Thornapple now").status_code == 303
    assert town.reads(OLU, f"/bulletins/{town.of(bulletin, 'southend')}", "Thornapple now")
    assert town.events().count("bulletin.corrected") == len(every_scheme(town))
    assert town.do(DEV, bulletin, "recall", why="It was wrong").status_code == 303
    for person, slug in ((ASHA, "wickford"), (CAROL, "billericay")):
        assert not town.reads(person, f"/s/{slug}/bulletins")
        assert town.status(person, f"/bulletins/{town.of(bulletin, slug)}") == 404
    assert all(town.row(town.of(bulletin, slug)).recalled for slug in every_scheme(town))


def test_who_did_not_write_it_reaches_only_their_own(town, gus):
    bulletin = told(town, gus)
    assert town.do(OLU, town.of(bulletin, "southend"), "correction", text="No").status_code == 403
    assert town.do(ELLEN, town.of(bulletin, "wickford"), "recall", why="Ours").status_code == 303
    assert not town.row(town.of(bulletin, "southend")).recalled


def test_a_missing_person_found_is_found_everywhere(town, gus):
    let(town, gus)
    said = {
        "kind": "missing", "title": "Margery", "age": "80", "clothes": "Coat", "seen_where": "Pier", "ring": "101",
        "seen_when": field_time(now() - timedelta(hours=1)), "ends_at": field_time(now() + timedelta(hours=9)),
    }  # fmt: skip
    bulletin = send(town, **said).location.rsplit("/", 1)[1]
    assert town.reads(OLU, PIER, "Margery")
    assert town.do(DEV, bulletin, "all-clear").status_code == 303
    assert not town.reads(OLU, "/desk", "Margery") and not town.reads(ASHA, "/s/wickford/", "Margery")
    assert town.status(CAROL, f"/bulletins/{town.of(bulletin, 'billericay')}") == 404
    assert all(town.row(town.of(bulletin, slug)).recalled for slug in every_scheme(town))


def test_a_warning_to_the_force_holds_for_whole_schemes(town, gus):
    let(town, gus)
    warned = {
        "kind": "warning", "template": "counterfeit", "severity": "normal", "starts_at": field_time(now()),
        "denomination": "20", "ends_at": field_time(now() + timedelta(days=1)), "serial": "AH42", "look_for": "Thick",
    }  # fmt: skip
    site = str(town.world.premises["Harper's"])
    answer = send(town, **warned, where="circle", centre=site, metres="300")
    assert answer.status_code == 422 and "whole force it holds everywhere" in answer.text
    bulletin = send(town, **warned, where="scheme").location.rsplit("/", 1)[1]
    assert town.reads(OLU, "/desk") and schemes_that_have(town, bulletin) == every_scheme(town)


def test_its_picture_is_seen_in_every_scheme_and_corrected_away_in_all(town, gus):
    bulletin = told(town, gus, kind="appeal", photos=part(pictures.jpeg()), alt=ALT)
    pier = town.of(bulletin, "southend")
    (mine,), (theirs,) = rows(town, bulletin), rows(town, pier)
    assert sees(town, DEV, mine.id) and sees(town, OLU, theirs.id) and theirs.alt == ALT
    assert not sees(town, DEV, theirs.id) and not sees(town, OLU, mine.id)
    said = {"title": WORDS, "text": "Without.", "why": "Not him", "row_version": "1"}
    assert town.do(DEV, bulletin, "correction", **said).status_code == 303
    assert rows(town, bulletin) == rows(town, pier) == [] and not sees(town, OLU, theirs.id)


def test_sent_twice_it_is_one(town, gus):
    let(town, gus)
    same = {"client_id": str(uuid.uuid4())}
    first, again = send(town, **same), send(town, **same)
    assert first.location == again.location and town.events().count("bulletin.published") == len(
        every_scheme(town)
    )


def test_the_right_is_the_operators_to_give_to_police_alone_and_stands_in_the_record(town, gus):
    for person in (DEV, ELLEN, BEN):
        answer = town.browsers[person].post(
            f"/operating/people/{town.world.users[DEV.name]}/force", {"allowed": "yes"}
        )
        assert answer.status_code in (403, 404), person.name
    assert "Only police write to the whole force" in let(town, gus, IVY)
    assert "may write to the whole force" in let(town, gus, DEV)
    with town.world.app.app_context(), crossing("command") as session:
        verbs = [
            row.verb
            for row in session.scalars(sa.select(AuditRow))
            if row.verb == "officer.to_force" and row.outcome == "done"
        ]
    assert len(verbs) == 1


def test_it_goes_with_the_last_district(town, gus):
    let(town, gus)
    gus.post(f"/operating/people/{town.world.users[DEV.name]}/districts", {})
    with town.world.app.app_context():
        assert town.world.viewer(DEV).tells_force is False


def test_a_command_gives_it_and_takes_it_back(town):
    run = town.world.app.test_cli_runner().invoke
    assert "may write to the whole force" in run(args=["shopalert", "officer", "force", DEV.email]).output
    assert "writes to the force" in run(args=["shopalert", "officer", "list"]).output
    assert send(town).status_code == 303
    assert "no longer" in run(args=["shopalert", "officer", "force", DEV.email, "--no"]).output
    assert send(town).status_code == 422
    assert run(args=["shopalert", "officer", "force", ASHA.email]).exit_code == 1
