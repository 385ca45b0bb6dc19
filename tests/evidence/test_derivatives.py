"""Copies as rows: claimed with a lease, lost by no crash, told to open screens."""

from __future__ import annotations

import os
import signal
import threading
import time
import uuid
from datetime import timedelta

import pytest
import sqlalchemy as sa

from shopalert.alerts.models import Delivery, Event
from shopalert.db import now, writing
from shopalert.evidence import derivatives
from shopalert.evidence.derivatives import claim, make
from shopalert.evidence.images import ChildDied, Decoders, Unreadable, decoders
from shopalert.evidence.models import Derivative
from shopalert.evidence.storage import files
from shopalert.wall import crossing
from tests.evidence import pictures
from tests.people import ASHA


def events(album, *kinds):
    query = sa.select(Event).where(Event.kind.in_(kinds)).order_by(Event.seq)
    return album.ask(lambda session: list(session.scalars(query)))


def states(album, attachment):
    return {copy.variant: copy.state for copy in album.row(attachment.id).copies}


def test_a_picture_begins_with_two_copies_to_be_made(album):
    attachment = album.staged()
    assert states(album, attachment) == {"thumb": "queued", "view": "queued"}
    album.make_copies()
    row = album.row(attachment.id)
    assert row.state == "ready"
    assert {(c.variant, c.width, c.height, c.state, c.lease_until) for c in row.copies} == {
        ("thumb", 160, 120, "ready", None),
        ("view", 1600, 1200, "ready", None),
    }
    with album.world.app.app_context():
        assert all(len(files().read(copy.stored_as)) == copy.size for copy in row.copies)


def test_two_workers_never_make_the_same_copy(album):
    many = {album.staged(pictures.jpeg(50, 40)).id for _ in range(6)}
    taken: list[uuid.UUID] = []

    def work():
        with album.world.app.app_context():
            while found := claim(1):
                taken.extend(found)

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == sorted(many)


def test_a_claim_that_nobody_finished_is_made_when_its_lease_ends(album):
    attachment = album.staged()
    with album.world.app.app_context():
        assert claim(4) == [attachment.id]
        assert claim(4) == []
        with crossing("command") as session, writing(session):
            session.execute(sa.update(Derivative).values(lease_until=now() - timedelta(seconds=1)))
    album.make_copies()
    assert states(album, attachment) == {"thumb": "ready", "view": "ready"}


def test_after_a_kill_the_one_process_takes_its_claims_back(album):
    attachment = album.staged()
    with album.world.app.app_context():
        assert claim(4) == [attachment.id]
        derivatives.take_back()
        assert claim(4) == [attachment.id]
    assert {copy.attempts for copy in album.row(attachment.id).copies} == {1}


def test_a_worker_that_falls_over_gives_back_what_it_had_claimed(album, monkeypatch):
    many = {album.staged(pictures.jpeg(50, 40)).id for _ in range(3)}
    deliver = derivatives.deliver

    def stumble(*_):
        raise RuntimeError("the database went away")

    monkeypatch.setattr(derivatives, "deliver", stumble)
    with album.world.app.app_context(), pytest.raises(RuntimeError):
        derivatives.make_some()
    rows = album.ask(lambda session: list(session.scalars(sa.select(Derivative))))
    assert {row.state for row in rows} == {"queued"}
    monkeypatch.setattr(derivatives, "deliver", deliver)
    monkeypatch.setattr(derivatives, "now", lambda: now() + timedelta(minutes=1))
    album.make_copies()
    assert {album.row(one).state for one in many} == {"ready"}


def test_who_sees_the_picture_is_told_when_it_is_ready(album, world):
    incident_id = world.report(ASHA)
    attachment_id = album.on(incident_id)
    (event,) = events(album, "file.ready")
    assert (event.incident_id, event.thing_id, event.audience) == (incident_id, attachment_id, "members")
    told = album.ask(
        lambda session: session.scalar(sa.select(sa.func.count()).where(Delivery.event_seq == event.seq))
    )
    assert told == 0


def test_a_comments_picture_is_told_to_its_audience_alone(album, world):
    from tests.people import DEV

    attachment = album.staged(person=DEV)
    world.say(DEV, world.report(ASHA), "For us.", "police", [attachment])
    album.make_copies()
    assert not events(album, "file.ready")
    (event,) = events(album, "comment.file_ready")
    assert event.audience == "police"
    assert event.facts["comment"] == str(album.row(attachment.id).comment_id)


def test_a_staged_picture_is_told_to_nobody(album):
    album.staged()
    album.make_copies()
    assert not events(album, "file.ready", "comment.file_ready")


def test_an_unreadable_picture_fails_and_the_report_stands(album, world):
    incident_id = world.report(ASHA)
    broken = album.on(incident_id, pictures.jpeg()[:900])
    row = album.row(broken)
    assert (row.state, row.failure) == ("failed", "image_unreadable")
    assert {copy.state for copy in row.copies} == {"failed"}
    assert len(events(album, "file.ready")) == 1
    with album.world.app.app_context():
        assert files().read(row.stored_as) == pictures.jpeg()[:900]
        assert claim(4) == []


def test_a_picture_that_kills_children_is_given_up_after_three_tries(album, monkeypatch):
    attachment = album.staged()

    def die(*_):
        raise ChildDied("killed")

    monkeypatch.setattr(Decoders, "copies", die)
    with album.world.app.app_context():
        for _ in range(derivatives.ATTEMPTS):
            assert claim(4) == [attachment.id]
            make(attachment.id)
            with crossing("command") as session, writing(session):
                session.execute(sa.update(Derivative).values(lease_until=None))
        assert claim(4) == []
    assert album.row(attachment.id).state == "failed"


def test_a_crashed_child_costs_nothing(album):
    with album.world.app.app_context():
        decoders().copies(pictures.jpeg(), ("thumb",))
    child = decoders()._idle.get()
    decoders()._idle.put(child)
    os.kill(child.process.pid, signal.SIGKILL)
    attachment = album.staged()
    album.make_copies()
    assert album.row(attachment.id).state == "ready"


def test_bytes_that_are_gone_are_said_and_do_not_stop_the_worker(album):
    lost, fine = album.staged(), album.staged()
    with album.world.app.app_context():
        files().delete(lost.stored_as)
    album.make_copies()
    assert (album.row(lost.id).state, album.row(lost.id).failure) == ("failed", "file_missing")
    assert album.row(fine.id).state == "ready"


def test_a_picture_dropped_while_it_is_decoded_leaves_no_files(album, monkeypatch):
    from shopalert.evidence.models import Attachment

    attachment = album.staged()
    copies = Decoders.copies

    def drop_first(self, data, variants):
        with crossing("command") as session, writing(session):
            session.delete(session.get(Attachment, attachment.id))
        return copies(self, data, variants)

    monkeypatch.setattr(Decoders, "copies", drop_first)
    album.make_copies()
    with album.world.app.app_context():
        assert list(files().names()) == [attachment.stored_as]  # the janitor's


def test_the_worker_is_woken_by_the_commit(album):
    stop = threading.Event()
    derivatives.awake.clear()
    worker = threading.Thread(target=derivatives.run, args=(album.world.app, stop))
    worker.start()
    try:
        time.sleep(0.3)
        attachment = album.staged(pictures.jpeg(60, 40))
        begun = time.monotonic()
        while album.row(attachment.id).state != "ready" and time.monotonic() - begun < 5:
            time.sleep(0.02)
        assert time.monotonic() - begun < 3
    finally:
        stop.set()
        worker.join(5)
    assert not worker.is_alive()


def test_what_a_child_says_is_one_of_the_contracts_codes():
    with pytest.raises(Unreadable) as unreadable:
        decoders().copies(pictures.SVG)
    assert unreadable.value.code == "image_unreadable"
