"""Staging and attaching: bytes before rows, one owner, one place."""

from __future__ import annotations

import hashlib
import io
import uuid

import pytest
import sqlalchemy as sa
from werkzeug.datastructures import FileStorage

from shopalert.db import db, now, writing
from shopalert.evidence import actions
from shopalert.evidence.actions import attach, drop_staged, place, stage, staged
from shopalert.evidence.forms import receive_many
from shopalert.evidence.models import Attachment
from shopalert.evidence.signature import NotAccepted
from shopalert.evidence.storage import files
from shopalert.incidents.models import Incident
from shopalert.schemes.models import Scheme
from shopalert.wall import Unscoped, crossing
from tests.evidence import pictures
from tests.people import ASHA, BEN, CAROL, IVY


def test_what_came_is_kept_as_it_came_with_its_hash(album):
    data = pictures.heic(300, 200)
    row = album.row(album.staged(data).id)
    assert row.sha256 == hashlib.sha256(data).hexdigest()
    assert (row.size, row.media_type, row.width, row.height) == (len(data), "image/heic", 300, 200)
    with album.world.app.app_context():
        assert files().read(row.stored_as) == data


def test_the_bytes_are_kept_before_the_row(album, monkeypatch):
    order = []
    keep, write = actions.keep, actions.note_staged
    monkeypatch.setattr(actions, "keep", lambda *a: (order.append("bytes"), keep(*a))[1])
    monkeypatch.setattr(actions, "note_staged", lambda *a: (order.append("row"), write(*a))[1])
    album.staged()
    assert order == ["bytes", "row"]


def test_bytes_whose_row_was_not_written_go_again(album, monkeypatch):
    def refuse(*_):
        raise RuntimeError("no")

    monkeypatch.setattr(actions, "note_staged", refuse)
    with pytest.raises(RuntimeError):
        album.staged()
    with album.world.app.app_context():
        assert not list(files().names())


def test_a_days_pictures_of_one_person_have_a_limit(album, monkeypatch):
    monkeypatch.setattr(actions, "DAILY_FILES", 2)
    album.staged(), album.staged()
    with pytest.raises(NotAccepted) as refused:
        album.staged()
    assert (refused.value.status, refused.value.code) == (429, "too_many_requests")
    album.staged(person=IVY)


def test_tokens_name_only_ones_own_pictures(album, world):
    mine, ivys = album.staged(), album.staged(person=IVY)
    with world.seen_as(ASHA) as viewer:
        tokens = [str(ivys.id), "nonsense", str(uuid.uuid4()), str(mine.id), str(mine.id), "é" * 36]
        assert [each.id for each in staged(viewer, tokens)] == [mine.id]


def test_attached_once_it_stays_where_it_is(album, world):
    first, second = world.report(ASHA), world.report(ASHA)
    attachment = album.staged()
    album.attach(attachment, first)
    album.attach(attachment, second)
    assert album.row(attachment.id).incident_id == first
    with world.seen_as(ASHA) as viewer:
        assert [each.id for each in staged(viewer, [str(attachment.id)])] == [attachment.id]


def test_nobody_attaches_the_pictures_of_others(album, world):
    attachment = album.staged()
    album.attach(attachment, world.report(ASHA), person=BEN)
    assert album.row(attachment.id).staged


def test_a_picture_follows_the_audience_of_its_comment(album, world):
    attachment = album.staged(person=BEN)
    comment_id = world.say(BEN, world.report(ASHA), "Coordinators.", "coordinators", [attachment])
    row = album.row(attachment.id)
    assert (row.comment_id, row.audience) == (comment_id, "coordinators")
    for person, seen in ((BEN, 1), (ASHA, 0), (CAROL, 0)):
        with world.seen_as(person):
            assert len(db.session.scalars(sa.select(Attachment)).all()) == seen


def test_a_staged_picture_is_behind_the_wall(album, world):
    album.staged()
    for person, seen in ((ASHA, 1), (IVY, 0), (BEN, 0), (CAROL, 0)):
        with world.seen_as(person):
            assert len(db.session.scalars(sa.select(Attachment)).all()) == seen
    with world.app.app_context(), pytest.raises(Unscoped):
        db.session.scalars(sa.select(Attachment)).all()


def test_dropping_takes_ones_own_staged_pictures_alone(album, world):
    mine, ivys = album.staged(), album.staged(person=IVY)
    sent = album.on(world.report(ASHA))
    with world.seen_as(ASHA) as viewer:
        assert drop_staged(viewer, [mine, ivys, album.row(sent)]) == 1
    assert album.ask(lambda session: set(session.scalars(sa.select(Attachment.id)))) == {ivys.id, sent}


def test_one_bad_photo_takes_no_other_with_it(album, world):
    before = album.staged()

    def upload(data, name):
        return FileStorage(io.BytesIO(data), name)

    with world.seen_as(ASHA) as viewer:
        scheme = db.session.get_one(Scheme, world.schemes["wickford"])
        uploads = [upload(pictures.jpeg(), "a.jpg"), upload(pictures.SVG, "b.png"), upload(b"", "")]
        found = receive_many(viewer, scheme, [*uploads, upload(pictures.png(), "c.png")], [str(before.id)])
        assert [each.file_name for each in found.attachments] == ["", "a.jpg", "c.png"]
    assert (found.status, found.code, len(found.errors)) == (415, "unsupported_media", 1)
    assert found.errors[0].startswith("b.png: ")


def test_a_name_from_a_phone_is_a_note_and_no_path(world):
    assert actions.tidy('../../etc/pass\x00wd"\r\n.jpg') == 'passwd".jpg'
    assert actions.tidy("C:\\photos\\" + "x" * 500) == "x" * 120


def test_a_fixtures_picture_is_ready_at_once(album, world):
    incident_id = world.report(ASHA)
    with world.app.app_context(), crossing("seed") as session, writing(session):
        row = place(
            session, pictures.jpeg(), scheme_id=world.schemes["wickford"], author_id=world.users[ASHA.name],
            incident_id=incident_id, ready=True,
        )  # fmt: skip
    assert album.row(row.id).state == "ready"
    with world.seen_as(IVY):
        assert db.session.scalars(sa.select(Attachment)).one().incident_id == incident_id


def test_a_report_and_its_pictures_come_together_or_not_at_all(album, world, monkeypatch):
    from shopalert.incidents import actions as incidents
    from shopalert.incidents.actions import Facts, report

    attachment = album.staged()

    def die(*_args, **_more):
        raise RuntimeError("the power went")

    monkeypatch.setattr(incidents, "announce", die)
    with world.seen_as(ASHA) as viewer:
        scheme = db.session.get_one(Scheme, world.schemes["wickford"])
        with pytest.raises(RuntimeError):
            report(viewer, scheme, uuid.uuid4(), Facts("shop_theft", now()), [attachment])
    assert album.row(attachment.id).staged
    assert album.ask(lambda session: session.scalar(sa.select(sa.func.count(Incident.id)))) == 0


def test_staging_for_a_scheme_one_is_not_in_is_refused_by_the_wall(album, world):
    with world.seen_as(CAROL) as viewer, pytest.raises(Unscoped):
        stage(viewer, album.ask(lambda s: s.get(Scheme, world.schemes["wickford"])), pictures.jpeg())
    with world.app.app_context():
        assert not list(files().names())


def test_attach_within_an_act_joins_it(world, album):
    with world.seen_as(ASHA) as viewer:
        assert attach(viewer, [], None) == []
