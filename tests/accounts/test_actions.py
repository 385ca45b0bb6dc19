"""Signing in and out, and being suspended: what the database says afterwards."""

import uuid

import pytest
import sqlalchemy as sa

from shopalert.accounts import actions, passwords, sessions, throttle
from shopalert.accounts.actions import Attempt, NotLetIn
from shopalert.accounts.models import SignInFailure, User, UserSession
from shopalert.alerts import wakes
from shopalert.alerts.models import Subscription
from shopalert.db import db, now, writing
from shopalert.protection.models import AuditDetail, AuditRow
from shopalert.wall import crossing
from tests.people import ASHA, BEN, PASSWORD, SAM


@pytest.fixture(autouse=True)
def context(world):
    with world.app.test_request_context():
        yield


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    """The delays are tested beside the throttle."""
    monkeypatch.setattr(throttle, "LONGEST_DELAY", 0.0)


def attempt(email=ASHA.email, password=PASSWORD, **more):
    return Attempt(email, password, address="192.0.2.1", device="Chrome on Android", **more)


def failed_before(email, times):
    with crossing("seed") as session, writing(session):
        for _ in range(times):
            throttle.record(session, throttle.account_key(email), "192.0.2.1")


def count(kind, *where):
    db.session.rollback()
    return db.session.scalar(sa.select(sa.func.count()).select_from(kind).where(*where))


def the_user(world, person):
    return db.session.get_one(User, world.users[person.name])


def device_of(world, person, session_id):
    """A subscription, as a browser would have made it."""
    endpoint = f"https://updates.push.services.mozilla.com/{uuid.uuid4()}"
    with crossing("seed") as session, writing(session):
        row = Subscription(
            user_id=world.users[person.name],
            session_id=session_id,
            endpoint=endpoint,
            origin="https://updates.push.services.mozilla.com",
            p256dh="p",
            auth="a",
        )
        session.add(row)
        session.flush()
        return row.id


def test_sign_in_opens_a_session_and_is_audited(world):
    token, viewer = actions.sign_in(attempt("  ASHA@example.org "))
    assert viewer.user_id == world.users[ASHA.name]
    assert sessions.viewer_by(token) == viewer
    row = db.session.scalars(sa.select(AuditRow).where(AuditRow.verb == "account.sign_in")).one()
    assert (row.actor_id, row.object_id, row.session_id) == (
        viewer.user_id,
        viewer.user_id,
        viewer.session_id,
    )
    assert row.outcome == "done"


@pytest.mark.parametrize(
    ("email", "password"),
    [
        (ASHA.email, "not the password!"),
        ("nobody@example.org", PASSWORD),
        (SAM.email, PASSWORD),  # suspended
        ("", PASSWORD),
        ("a\x00b@example.org", PASSWORD),
        ("x" * 300 + "@example.org", PASSWORD),
        (ASHA.email, "x" * 4000),
    ],
)
def test_who_is_not_let_in(email, password):
    with pytest.raises(NotLetIn):
        actions.sign_in(attempt(email, password))
    assert count(UserSession) == 0
    assert count(SignInFailure) == 1
    row = db.session.scalars(sa.select(AuditRow)).one()
    assert (row.verb, row.outcome, row.actor_id, row.object_id) == ("account.sign_in", "refused", None, None)
    detail = db.session.scalars(sa.select(AuditDetail)).one().detail
    assert detail["network"] == "192.0.2.1"
    assert not email or email not in str(detail)


def test_a_second_factor_that_cannot_be_asked_for_does_not_open(world):
    with crossing("seed") as session, writing(session):
        session.get_one(User, world.users[ASHA.name]).totp_secret = "JBSWY3DPEHPK3PXP"
    with pytest.raises(NotLetIn):
        actions.sign_in(attempt())


def test_the_eleventh_is_refused_even_with_the_right_password():
    failed_before(ASHA.email, 9)
    with pytest.raises(NotLetIn):
        actions.sign_in(attempt(password="not the password!"))
    with pytest.raises(throttle.TooMany):
        actions.sign_in(attempt())
    with pytest.raises(throttle.TooMany):
        actions.sign_in(attempt(password="not the password!"))
    assert count(SignInFailure) == 10
    actions.sign_in(attempt(BEN.email))


def test_unknown_accounts_are_throttled_alike():
    failed_before("nobody@example.org", 9)
    with pytest.raises(NotLetIn):
        actions.sign_in(attempt("nobody@example.org"))
    with pytest.raises(throttle.TooMany):
        actions.sign_in(attempt("Nobody@example.org"))


def test_success_clears_the_count():
    failed_before(ASHA.email, 9)
    actions.sign_in(attempt())
    assert count(SignInFailure) == 0


def test_guesses_made_at_once_get_no_further(monkeypatch):
    """All were let past the first look; the one that is right comes eleventh, and stays outside."""
    looks = []
    real = throttle.check

    def at_once(session, account, network):
        looks.append(1)
        return 0.0 if len(looks) <= 2 else real(session, account, network)

    failed_before(ASHA.email, 10)
    monkeypatch.setattr(throttle, "check", at_once)
    with pytest.raises(throttle.TooMany):
        actions.sign_in(attempt())
    assert count(UserSession) == 0


def test_a_new_sign_in_ends_the_browsers_earlier_session():
    old, viewer = actions.sign_in(attempt())
    new, _ = actions.sign_in(attempt(BEN.email, before=viewer))
    assert sessions.viewer_by(old) is None
    assert sessions.viewer_by(new) is not None


def test_sign_out_ends_this_session_and_its_alerts(world, monkeypatch):
    told = []
    monkeypatch.setattr(wakes.wakes, "revoke", told.append)
    here, viewer = actions.sign_in(attempt())
    there, other = actions.sign_in(attempt())
    mine, elsewhere = (device_of(world, ASHA, each.session_id) for each in (viewer, other))
    told.clear()
    actions.sign_out(viewer)
    assert sessions.viewer_by(here) is None
    assert sessions.viewer_by(there) is not None
    db.session.rollback()
    assert db.session.get_one(Subscription, mine).gone_at is not None
    assert db.session.get_one(Subscription, mine).endpoint is None
    assert db.session.get_one(Subscription, elsewhere).gone_at is None
    assert told == [str(viewer.user_id)]
    row = db.session.scalars(sa.select(AuditRow).where(AuditRow.verb == "account.sign_out")).one()
    assert (row.object_kind, row.object_id) == ("user_session", viewer.session_id)


def test_end_all_sessions(world):
    tokens = [actions.sign_in(attempt())[0] for _ in range(3)]
    _, viewer = actions.sign_in(attempt(BEN.email))
    assert actions.end_all_sessions(None, the_user(world, ASHA)) == 3
    assert [sessions.viewer_by(token) for token in tokens] == [None] * 3
    assert count(UserSession, UserSession.user_id == viewer.user_id, UserSession.revoked_at.is_(None)) == 1


def test_suspending_takes_everything_in_one_transaction(world, monkeypatch):
    told = []
    monkeypatch.setattr(wakes.wakes, "revoke", told.append)
    token, viewer = actions.sign_in(attempt())
    device = device_of(world, ASHA, None)
    assert actions.suspend(the_user(world, ASHA)) == 1
    assert told == [str(viewer.user_id)]
    assert sessions.viewer_by(token) is None
    db.session.rollback()
    assert db.session.get_one(Subscription, device).gone_at is not None
    with pytest.raises(NotLetIn):
        actions.sign_in(attempt())


def test_suspending_is_all_or_nothing(world, monkeypatch):
    token, _ = actions.sign_in(attempt())

    def burst(*_):
        raise RuntimeError("the lights went out")

    monkeypatch.setattr(sessions, "on_session_end", [burst])
    with pytest.raises(RuntimeError):
        actions.suspend(the_user(world, ASHA))
    assert sessions.viewer_by(token) is not None


def test_a_new_password_ends_what_the_old_one_opened(world):
    token, _ = actions.sign_in(attempt())
    actions.reset_password(the_user(world, ASHA), "a pair of ragged claws")
    assert sessions.viewer_by(token) is None
    with pytest.raises(NotLetIn):
        actions.sign_in(attempt())
    actions.sign_in(attempt(password="a pair of ragged claws"))


def test_the_database_is_not_held_while_the_password_is_compared(world, monkeypatch):
    held = []
    real = passwords.matches

    def look(*what):
        held.append(db.session().in_transaction())
        return real(*what)

    monkeypatch.setattr(passwords, "matches", look)
    actions.sign_in(attempt())
    assert held == [False]


def test_a_user_suspended_meanwhile_has_a_session_that_does_not_count(world):
    token, viewer = actions.sign_in(attempt())
    with crossing("seed") as session, writing(session):
        session.get_one(User, viewer.user_id).suspended_at = now()
    assert sessions.viewer_by(token) is None
