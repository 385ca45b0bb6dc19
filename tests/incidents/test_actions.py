"""Report, edit, withdraw, all clear, seen here: as verbs, without a page."""

from __future__ import annotations

import threading
import uuid
from datetime import timedelta

import pytest
import sqlalchemy as sa

from shopalert import db as house
from shopalert.alerts.models import Event
from shopalert.chat import actions as chat
from shopalert.chat.models import Comment
from shopalert.db import db, now, writing
from shopalert.idempotency import KeyReused
from shopalert.incidents import actions
from shopalert.incidents.actions import Facts, Stale, Withdrawn
from shopalert.incidents.models import Incident, IncidentVersion, Sighting, Step
from shopalert.protection.models import AuditRow
from shopalert.schemes.models import Scheme
from shopalert.wall import crossing, entered
from shopalert.words import local
from tests.people import ASHA, BEN, CAROL, IVY, LEO

AT = now() - timedelta(minutes=5)


def facts(**more):
    return Facts(**{"category_code": "shop_theft", "occurred_at": AT, "narrative": "Coats.", **more})


def report(world, person=ASHA, slug="wickford", key=None, **more):
    with world.seen_as(person) as viewer:
        scheme = db.session.get_one(Scheme, world.schemes[slug])
        return actions.report(viewer, scheme, key or uuid.uuid4(), facts(**more), [])


def count(world, model, **where):
    with world.app.app_context(), crossing("command") as session:
        query = sa.select(sa.func.count()).select_from(model)
        return session.scalar(query.filter_by(**where))


# ---- report


def test_a_report_stands_with_its_version_event_and_audit(world):
    sent = report(world)
    assert not sent.replayed
    for model, where in ((Incident, {"id": sent.id}), (IncidentVersion, {"incident_id": sent.id, "number": 1}),
                         (Event, {"kind": "incident.reported", "incident_id": sent.id}),
                         (AuditRow, {"verb": "incident.report", "object_id": sent.id})):  # fmt: skip
        assert count(world, model, **where) == 1, model


def test_report_twice_with_one_key_is_one_incident(world):
    key = uuid.uuid4()
    first, again = report(world, key=key), report(world, key=key)
    assert (again.id, again.reference, again.replayed) == (first.id, first.reference, True)
    assert count(world, Incident) == count(world, Event) == 1


def test_another_body_under_the_same_key_is_refused(world):
    key = uuid.uuid4()
    first = report(world, key=key)
    for more in (
        {"narrative": "Shoes."},
        {"violence": True},
        {"value_lost_pence": 1},
        {"occurred_at": AT - timedelta(hours=1)},
    ):
        with pytest.raises(KeyReused) as reused:
            report(world, key=key, **more)
        assert reused.value.thing_id == first.id
    assert count(world, Incident) == 1


def test_the_servers_own_guess_of_the_time_is_no_other_body(world):
    key = uuid.uuid4()
    ids = set()
    for minutes in (0, 3):
        with world.seen_as(ASHA) as viewer:
            scheme = db.session.get_one(Scheme, world.schemes["wickford"])
            said = facts(occurred_at=AT + timedelta(minutes=minutes))
            ids.add(actions.report(viewer, scheme, key, said, [], typed_time=False).id)
    assert len(ids) == 1


def test_another_authors_key_is_another_incident(world):
    key = uuid.uuid4()
    assert report(world, ASHA, key=key).id != report(world, IVY, key=key).id
    assert report(world, CAROL, "billericay", key=key).id
    assert count(world, Incident) == 3


def test_a_repeat_finds_its_own_even_when_it_is_withdrawn(world):
    key = uuid.uuid4()
    sent = report(world, IVY, key=key)
    with world.seen_as(BEN) as viewer:
        actions.withdraw(viewer, db.session.get_one(Incident, sent.id), "Not ours")
    assert report(world, IVY, key=key).id == sent.id


def test_twenty_at_once_are_one(world):
    """Threads, each with its own connection, all with the same key and body."""
    key, ids, failed = uuid.uuid4(), [], []
    viewer = world.viewer(ASHA)

    def send():
        try:
            for _ in range(30):
                try:
                    with world.app.app_context(), entered(viewer):
                        scheme = db.session.get_one(Scheme, world.schemes["wickford"])
                        ids.append(actions.report(viewer, scheme, key, facts(), []))
                        return
                except (house.Busy, sa.exc.OperationalError):
                    continue
            failed.append("never")
        except Exception as error:
            failed.append(error)

    threads = [threading.Thread(target=send) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed
    assert len({sent.id for sent in ids}) == 1
    assert sorted(sent.replayed for sent in ids) == [False, *[True] * 19]
    assert count(world, Incident) == count(world, Event) == count(world, IncidentVersion) == 1


# ---- references


def test_references_count_on_by_scheme_and_year(world):
    year = local(now()).year
    said = [
        report(world).reference,
        report(world, IVY).reference,
        report(world, CAROL, "billericay").reference,
    ]
    assert said == [f"WIC-{year}-00001", f"WIC-{year}-00002", f"BIL-{year}-00001"]


def test_a_report_that_fails_leaves_no_gap(world, monkeypatch):
    report(world)

    def fail(*_, **__):
        raise ZeroDivisionError

    with monkeypatch.context() as broken:
        broken.setattr(actions, "announce", fail)
        with pytest.raises(ZeroDivisionError):
            report(world)
    assert report(world).reference.endswith("-00002")
    assert count(world, Incident) == 2


# ---- edit


def edit(world, person, incident_id, version, **more):
    with world.seen_as(person) as viewer:
        return actions.edit(viewer, db.session.get_one(Incident, incident_id), facts(**more), version, [])


def test_every_version_is_kept(world):
    sent = report(world)
    edit(world, ASHA, sent.id, 1, narrative="Two coats.")
    edit(world, BEN, sent.id, 2, narrative="Three coats.", value_lost_pence=9000)
    with world.app.app_context(), crossing("command") as session:
        rows = session.scalars(sa.select(IncidentVersion).order_by(IncidentVersion.number)).all()
    assert [(row.number, row.facts["narrative"], row.author_id) for row in rows] == [
        (1, "Coats.", world.users[ASHA.name]),
        (2, "Two coats.", world.users[ASHA.name]),
        (3, "Three coats.", world.users[BEN.name]),
    ]
    assert rows[2].facts["value_lost_pence"] == 9000
    assert count(world, Step, kind="edited") == 2


def test_a_stale_edit_changes_nothing_and_says_what_stands(world):
    sent = report(world)
    edit(world, ASHA, sent.id, 1, narrative="First.")
    with world.seen_as(BEN) as viewer, pytest.raises(Stale) as stale:
        actions.edit(viewer, db.session.get_one(Incident, sent.id), facts(narrative="Second."), 1, [])
    assert count(world, IncidentVersion) == 2
    assert count(world, Incident, narrative="First.", row_version=2) == 1
    assert stale.value.args


def test_two_edits_at_once_of_one_version_are_one_and_a_stale_one(world):
    sent, outcomes = report(world), []
    viewers = {person: world.viewer(person) for person in (ASHA, BEN)}

    def change(person):
        for _ in range(30):
            try:
                with world.app.app_context(), entered(viewers[person]):
                    incident = db.session.get_one(Incident, sent.id)
                    actions.edit(viewers[person], incident, facts(narrative=person.name), 1, [])
                    outcomes.append("saved")
                    return
            except Stale:
                outcomes.append("stale")
                return
            except (house.Busy, sa.exc.OperationalError):
                continue

    threads = [threading.Thread(target=change, args=(person,)) for person in viewers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["saved", "stale"]


# ---- all clear, withdrawal


def test_all_clear_said_twice_is_said_once(world):
    sent = report(world, in_progress=True)
    for person in (ASHA, BEN):
        with world.seen_as(person) as viewer:
            actions.all_clear(viewer, db.session.get_one(Incident, sent.id))
    assert count(world, Step, kind="all_clear") == count(world, Event, kind="incident.all_clear") == 1


def test_an_edit_does_not_undo_the_all_clear_unless_it_is_in_progress_no_more(world):
    sent = report(world, in_progress=True)
    with world.seen_as(ASHA) as viewer:
        actions.all_clear(viewer, db.session.get_one(Incident, sent.id))
    with world.app.app_context(), crossing("command") as session:
        assert not session.get_one(Incident, sent.id).happening_now


def test_withdrawal_is_told_once_and_shortens_the_clocks(world):
    sent = report(world)
    for person in (ASHA, BEN):
        with world.seen_as(person) as viewer:
            actions.withdraw(viewer, db.session.get_one(Incident, sent.id), "A mistake")
    assert count(world, Event, kind="incident.withdrawn") == 1
    with world.app.app_context(), crossing("command") as session:
        row = session.get_one(Incident, sent.id)
        assert row.status == "withdrawn"
        assert now() + timedelta(days=29) < row.kept_until < now() + timedelta(days=32)


# ---- seen here


def test_seen_here_twice_with_one_key_is_one_sighting(world):
    sent, key = report(world), uuid.uuid4()
    with world.seen_as(IVY) as viewer:
        incident = db.session.get_one(Incident, sent.id)
        one = actions.sight(viewer, incident, key, world.premises["Larkmead Pharmacy"])
        two = actions.sight(viewer, incident, key, world.premises["Larkmead Pharmacy"])
        with pytest.raises(KeyReused):
            actions.sight(viewer, incident, key, world.premises["Harper's"])
    assert (two.id, two.replayed) == (one.id, True)
    assert count(world, Sighting) == count(world, Event, kind="sighting.added") == 1


def test_clocks_stand_on_everything_that_is_written(world):
    incident = world.report(ASHA)
    world.say(IVY, incident, "Seen.")
    with world.seen_as(IVY) as viewer:
        actions.sight(viewer, db.session.get_one(Incident, incident), uuid.uuid4(), None)
    with world.app.app_context(), crossing("command") as session:
        for model in (Incident, IncidentVersion, Comment, Sighting):
            row = session.scalars(sa.select(model)).one()
            assert now() < row.shown_until <= row.kept_until, model


# ---- withdrawn a moment ago


def test_what_was_withdrawn_while_a_page_was_open_is_refused_as_such(world):
    """Leo saw it; now it is behind his wall. He is told why, and nothing is written."""
    sent = report(world, in_progress=True)
    for change in (
        lambda viewer, incident: actions.all_clear(viewer, incident),
        lambda viewer, incident: actions.sight(viewer, incident, uuid.uuid4(), None),
        lambda viewer, incident: chat.say(viewer, incident, uuid.uuid4(), "Late.", "members", []),
    ):
        with world.app.app_context(), crossing("seed") as session, writing(session):
            session.get_one(Incident, sent.id).withdrawn_at = None
        with world.seen_as(LEO) as viewer:
            incident = db.session.get_one(Incident, sent.id)
            with crossing("seed") as session, writing(session):
                session.get_one(Incident, sent.id).withdrawn_at = now()
            with pytest.raises(Withdrawn):
                change(viewer, incident)
    assert count(world, Sighting) == count(world, Comment) == count(world, Step) == 0


def test_what_was_sent_before_the_withdrawal_has_the_same_answer_after_it(world):
    sent, key = report(world), uuid.uuid4()
    with world.seen_as(BEN) as viewer:
        incident = db.session.get_one(Incident, sent.id)
        said = chat.say(viewer, incident, key, "Seen.", "members", [])
        seen = actions.sight(viewer, incident, key, None)
        actions.withdraw(viewer, incident, "A mistake")
        assert chat.say(viewer, incident, key, "Seen.", "members", []).id == said.id
        assert actions.sight(viewer, incident, key, None).id == seen.id
        with pytest.raises(Withdrawn):
            chat.say(viewer, incident, uuid.uuid4(), "More.", "members", [])
