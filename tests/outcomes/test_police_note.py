"""A note for police beside a step: looked for by everybody in every way that the house has, and found by police alone.

The ways are not listed here: every route that answers a question is asked, with the stream, the poll, the search and
the push; so a page that is new is asked because it exists.
"""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from shopalert.alerts.models import Event
from shopalert.alerts.outbox import cursor_now, newest
from shopalert.chat.models import Comment
from shopalert.db import db, now
from shopalert.incidents.models import Passage
from shopalert.outcomes.models import PoliceNote
from shopalert.permissions import MAY, ROLES
from shopalert.wall import crossing
from tests.house.test_names import everything_sent_to
from tests.outcomes.loop import LONG_AGO, add, everybody_has_a_phone, numbers
from tests.outcomes.test_actions import rows
from tests.people import ASHA, BEN, CAROL, DEV, ELLEN, IVY, LEO, OLU, PAT, walkers

SECRET = "Quillfeather"
INSIDE, OUTSIDE = (
    (DEV, ELLEN),
    (ASHA, LEO, BEN, PAT, OLU),
)  # of each role one; the wall is asked for all of them
OTHER_ROOMS = (
    "accounts.", "check.", "health.", "help.", "joining.", "members.", "operating.", "pwa.", "settings.", "wake.",
)  # fmt: skip


@pytest.fixture
def noted(world):
    """An incident with a public step and a note for police; everybody talks there, follows it and has a phone."""
    incident = world.report(ASHA, occurred_at=now() - LONG_AGO)
    everybody_has_a_phone(world)
    for person in (IVY, LEO, BEN, PAT, DEV, ELLEN):
        world.say(person, incident, "We saw them too.")
    with world.app.app_context(), crossing("live") as session:
        before, (seq, _) = cursor_now(session), newest(session)
    add(world, DEV, incident, "suspect_identified", note="Somebody was named.", for_police=f"It is {SECRET}.")
    numbers(world, DEV, incident, crime="42/1/26")
    (note,) = rows(world, PoliceNote)
    return incident, before, seq, note.id


@pytest.mark.timeout(900)  # every page there is, by everybody
def test_nobody_but_police_finds_it_by_any_way(world, noted, engine):
    incident, before, seq, note = noted
    for person in walkers(engine, (*INSIDE, *OUTSIDE)):
        found = everything_sent_to(world, person, incident, before, seq, without=OTHER_ROOMS)
        found["words"] = (
            world.client(person).get(f"/search?q={SECRET}").text.split("<main")[1].split("</main>")[0]
        )
        holding = {way for way, text in found.items() if SECRET in text.replace(f'value="{SECRET}"', "")}
        naming = {way for way, text in found.items() if str(note) in text}
        if person in INSIDE:
            wanted = {
                f"/incidents/{incident}",
                f"/incidents/{incident}/progress",
                f"/incidents/{incident}/print",
            }
            assert {*wanted, "stream", "poll"} <= holding, f"{person.name} must find it"
        else:
            assert not naming, f"{person.name}: {naming}"
            assert not {way for way in holding if way != "words"}, f"{person.name}: {holding}"
            assert str(incident) not in found["words"]
        if person is not OLU:
            assert "Somebody was named." in found[f"/incidents/{incident}/progress"], (
                "there is something to read"
            )


def test_it_rings_nobody_stands_in_no_count_and_in_nothing_that_is_searched(world, noted):
    _incident, _before, seq, _note = noted
    with world.app.app_context(), crossing("live") as session:
        told = list(session.scalars(sa.select(Event).where(Event.seq > seq).order_by(Event.seq)))
        assert [(each.kind, each.audience) for each in told] == [
            ("progress.added", "members"), ("progress.noted", "police"), ("police.numbers", "members"),
        ]  # fmt: skip
        assert not any(SECRET in str(each.facts) for each in told)
        assert not session.scalars(
            sa.select(Passage.id).where(Passage.words.contains(SECRET.casefold()))
        ).all()
        assert not session.scalars(sa.select(Comment.id).where(Comment.text.contains(SECRET))).all()


def test_the_wall_itself_gives_it_to_police_alone(world, noted):
    for person in (*INSIDE, *OUTSIDE, IVY, CAROL):
        with world.seen_as(person):
            found = db.session.scalars(sa.select(PoliceNote)).all()
            many = db.session.scalar(sa.select(sa.func.count()).select_from(PoliceNote))
        assert (len(found), many) == ((1, 1) if person in INSIDE else (0, 0)), person.name


def test_only_an_officer_may_write_one():
    assert {role for role in ROLES if MAY["progress.note"][role] != "-"} == {"officer"}
    assert {role for role in ROLES if MAY["progress.add"][role] != "-"} == {"officer", "coordinator"}
