"""A step is said once, told once to those who wait for it, and changes where the crime stands."""

from __future__ import annotations

import uuid

import pytest
import sqlalchemy as sa

from shopalert.db import now
from shopalert.idempotency import KeyReused
from shopalert.incidents import actions as incidents
from shopalert.incidents.actions import Facts, Withdrawn
from shopalert.incidents.models import IncidentVersion
from shopalert.outcomes import actions
from shopalert.outcomes.actions import Refused, Said
from shopalert.outcomes.announcements import words_of_step, words_of_taking_back
from shopalert.outcomes.models import PoliceNote, PoliceStep
from shopalert.protection.models import AuditRow
from shopalert.wall import crossing
from tests.house.test_untold import set_scheme
from tests.outcomes.loop import (
    LONG_AGO,
    add,
    alerted,
    before,
    events,
    everybody_has_a_phone,
    incident_of,
    of,
    take_back,
)
from tests.people import ASHA, BEN, DEV, ELLEN, IVY


@pytest.fixture
def crime(world):
    """Of forty days ago, reported by Asha and followed by Ivy; everybody has a phone."""
    incident = world.report(ASHA, occurred_at=now() - LONG_AGO)
    everybody_has_a_phone(world)
    with world.seen_as(IVY) as viewer:
        from shopalert.alerts import choices

        choices.watch(viewer, incident_of(incident), choices.FOLLOW)
    return incident


def rows(world, model):
    with world.app.app_context(), crossing("command") as session:
        return list(session.scalars(sa.select(model).order_by(model.id)))


def audited(world, verb):
    return [row for row in rows(world, AuditRow) if row.verb == verb]


def test_a_step_changes_the_card_and_alerts_the_reporter_and_who_follows_once(world, crime):
    add(world, DEV, crime, "suspect_arrested", note="Held overnight.")
    now_stands = of(world, crime)
    assert (now_stands.progress, now_stands.outcome, now_stands.told_police) == ("suspect_arrested", "", True)
    assert sorted(alerted(world, "progress.added")) == ["Asha", "Ivy"]
    assert len(audited(world, "progress.add")) == len(events(world, "progress.added")) == 1
    feed = world.client(IVY).get("/s/wickford/").text
    assert ">Suspect arrested<" in feed.replace("\n", "")
    page = world.client(ASHA).get(f"/incidents/{crime}").text
    assert "PC Mercer: Suspect arrested. Held overnight" in page


def test_said_twice_it_stands_once_and_other_words_are_refused(world, crime):
    key, said = uuid.uuid4(), Said("allocated", before(1), before(0))
    with world.seen_as(DEV) as viewer:
        first = actions.add(viewer, incident_of(crime), key, said)
        again = actions.add(viewer, incident_of(crime), key, said)
        assert (again.id, again.replayed) == (first.id, True)
        with pytest.raises(KeyReused):
            actions.add(viewer, incident_of(crime), key, Said("recorded", before(1), before(0)))
    assert len(rows(world, PoliceStep)) == 1
    assert sorted(alerted(world, "progress.added")) == ["Asha", "Ivy"]


def test_what_is_refused_leaves_nothing(world, crime):
    with pytest.raises(Refused, match="not_charged"):
        add(world, DEV, crime, "convicted", for_police="x")
    assert rows(world, PoliceStep) == rows(world, PoliceNote) == audited(world, "progress.add") == []
    assert alerted(world, "progress.added") == []
    assert of(world, crime).progress == "not_reported"


def test_taken_back_it_is_struck_out_and_whoever_was_told_is_told(world, crime):
    add(world, DEV, crime, "suspect_identified", 3)
    step = add(world, DEV, crime, "charged_summonsed", 2)
    assert of(world, crime).outcome == "charged_summonsed"
    take_back(world, DEV, step)
    take_back(world, DEV, step)
    stands = of(world, crime)
    assert (stands.progress, stands.outcome) == ("suspect_identified", "")
    assert sorted(alerted(world, "progress.taken_back")) == ["Asha", "Ivy"]
    assert len(events(world, "progress.taken_back")) == 1
    page = world.client(ASHA).get(f"/incidents/{crime}").text
    assert "Taken back, it was not so: Charged or summonsed on" in page


def test_a_report_that_the_police_have_cannot_be_made_unknown_to_them(world, crime):
    set_scheme(world, officers_see_unreported=False)
    incident = world.report(ASHA, occurred_at=now() - LONG_AGO)
    add(world, BEN, incident, "reported")
    assert world.client(DEV).get(f"/incidents/{incident}").status_code == 200
    versions = [row for row in rows(world, IncidentVersion) if row.incident_id == incident]
    assert [row.facts.get("told_police", False) for row in versions] == [False, True]
    with world.seen_as(ASHA) as viewer:
        standing = incident_of(incident)
        facts = Facts("shop_theft", standing.occurred_at, "Once more.")
        incidents.edit(viewer, standing, facts, standing.row_version, [])
    assert of(world, incident).told_police
    assert world.client(DEV).get(f"/incidents/{incident}").status_code == 200


def test_nothing_becomes_of_a_withdrawn_report(world, crime):
    step = add(world, DEV, crime, "recorded")
    with world.seen_as(ASHA) as viewer:
        incidents.withdraw(viewer, incident_of(crime), "A mistake.")
    with pytest.raises(Withdrawn):
        add(world, DEV, crime, "allocated")
    with pytest.raises(Withdrawn):
        take_back(world, DEV, step)


def test_a_lock_screen_reads_a_word_of_the_list_and_never_what_was_noted(world, crime):
    step = add(world, DEV, crime, "charged_summonsed", note="Quillfeather charged.", sentence="")
    take_back(world, DEV, step)
    add(world, DEV, crime, "suspect_arrested", note="Quillfeather again.")
    with world.app.test_request_context(), crossing("deliveries") as session:
        said = [
            words_of_step(session, one, level) for one in events(world, "progress.added") for level in LEVELS
        ]
        said += [
            words_of_taking_back(session, one, level)
            for one in events(world, "progress.taken_back")
            for level in LEVELS
        ]
    assert [each.title for each in said] == [
        "News of a report", "News of a report", "Police: Suspect arrested", "News of a report",
        "Police: put right", "News of a report",
    ]  # fmt: skip
    assert not any("Quillfeather" in f"{each.title}{each.body}" for each in said)


LEVELS = ("category", "discreet")


def test_a_note_for_police_rings_nobody(world, crime):
    add(world, DEV, crime, "allocated", for_police="Known to us.")
    (noted,) = events(world, "progress.noted")
    assert noted.audience == "police"
    assert alerted(world, "progress.noted") == []
    assert "Known to us." in world.client(ELLEN).get(f"/incidents/{crime}").text


def test_steps_entered_at_one_moment_are_numbered_one_after_the_other(world, crime):
    for code in ("recorded", "allocated", "under_investigation"):
        add(world, DEV, crime, code)
    assert [row.number for row in rows(world, PoliceStep)] == [1, 2, 3]
    assert of(world, crime).progress == "under_investigation"
