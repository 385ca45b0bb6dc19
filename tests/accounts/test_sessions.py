"""Sessions are rows: what was ended is dead, however often its cookie was copied."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from shopalert.accounts import sessions
from shopalert.accounts.models import UserSession
from shopalert.db import db, now, writing
from shopalert.wall import crossing
from tests.people import ASHA, BEN, DEV, GUS, SAM


def open_session(world, person, device="Chrome on Android"):
    with world.app.app_context(), crossing("seed") as session, writing(session):
        return sessions.begin(session, world.viewer(person), device)


@pytest.fixture
def change(world):
    """Change the columns of a session."""

    def do(session_id, **values):
        with world.app.app_context(), crossing("seed") as session, writing(session):
            session.execute(sa.update(UserSession).where(UserSession.id == session_id).values(**values))

    return do


def test_only_the_hash_of_the_token_is_kept(world):
    token, viewer = open_session(world, ASHA)
    with world.app.app_context():
        row = db.session.get_one(UserSession, viewer.session_id)
        assert row.token_hash == sessions.hash_of(token)
        assert token.encode() not in row.token_hash
        assert len(token) >= 43


def test_a_token_is_its_viewer(world):
    token, viewer = open_session(world, ASHA)
    with world.app.app_context():
        found = sessions.viewer_by(token)
        assert found == viewer
        assert sessions.viewer_by(token + "x") is None
        assert sessions.viewer_by("") is None
        assert sessions.viewer_by("\ud800") is None


def test_ended_past_or_suspended_is_nobody(world, change):
    token, viewer = open_session(world, ASHA)
    other, second = open_session(world, ASHA)
    change(viewer.session_id, revoked_at=now())
    change(second.session_id, absolute_end=now() - timedelta(seconds=1))
    suspended, _ = open_session(world, SAM)
    with world.app.app_context():
        assert [sessions.viewer_by(each) for each in (token, other, suspended)] == [None] * 3


@pytest.mark.parametrize(("person", "most"), [(ASHA, 30 * 24), (BEN, 12), (DEV, 12), (GUS, 12)])
def test_who_sees_more_stays_shorter(world, person, most):
    _, viewer = open_session(world, person)
    with world.app.app_context():
        row = db.session.get_one(UserSession, viewer.session_id)
        assert abs(row.absolute_end - now() - timedelta(hours=most)) < timedelta(minutes=1)


def test_listing_holds_ones_own_that_count(world, change):
    _, first = open_session(world, ASHA)
    _, second = open_session(world, ASHA)
    _, ended = open_session(world, ASHA)
    open_session(world, BEN)
    change(first.session_id, last_seen_at=now() - timedelta(hours=1))
    change(ended.session_id, revoked_at=now())
    with world.app.app_context():
        found = sessions.listing(db.session(), first.user_id)
        assert [row.id for row in found] == [second.session_id, first.session_id]


def test_last_seen_is_written_for_all_at_once_and_once_a_minute(world, change):
    _, viewer = open_session(world, ASHA)
    _, fresh = open_session(world, BEN)
    old = now() - timedelta(minutes=5)
    change(viewer.session_id, last_seen_at=old)
    with world.app.app_context():
        before = db.session.get_one(UserSession, fresh.session_id).last_seen_at
        sessions.used(viewer.session_id)
        sessions.used(fresh.session_id)
        sessions.used(None)
        sessions.write_used()
        db.session.rollback()
        assert db.session.get_one(UserSession, viewer.session_id).last_seen_at > old
        assert db.session.get_one(UserSession, fresh.session_id).last_seen_at == before


def test_an_ended_session_is_not_brought_back_by_its_last_use(world, change):
    token, viewer = open_session(world, ASHA)
    old = now() - timedelta(minutes=5)
    sessions.used(viewer.session_id)
    change(viewer.session_id, last_seen_at=old, revoked_at=now())
    with world.app.app_context():
        sessions.write_used()
        row = db.session.get_one(UserSession, viewer.session_id)
        assert row.last_seen_at == old
        assert row.revoked_at is not None
        assert sessions.viewer_by(token) is None


def test_ending_says_so_to_those_who_hang_on_it(world, monkeypatch):
    told = []
    monkeypatch.setattr(sessions, "on_session_end", [lambda session, *what: told.append(what)])
    _, viewer = open_session(world, ASHA)
    open_session(world, ASHA)
    with world.app.app_context(), crossing("seed") as session, writing(session):
        assert sessions.end(session, viewer.user_id, [viewer.session_id]) == 1
        assert sessions.end(session, viewer.user_id, [viewer.session_id]) == 0
        assert sessions.end(session, viewer.user_id) == 1
    only = (viewer.user_id, [viewer.session_id])
    assert told == [only, only, (viewer.user_id, None)]
