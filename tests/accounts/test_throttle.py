"""Guessing is slowed; the right password is not locked out for good."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from shopalert.accounts import throttle
from shopalert.accounts.models import SignInFailure
from shopalert.accounts.throttle import PER_ACCOUNT, PER_NETWORK, TooMany, account_key, network_of
from shopalert.db import db, now, writing


@pytest.fixture
def session(app):
    with app.app_context(), writing(db.session()) as session:
        yield session


def fail(session, email, network="192.0.2.1", times=1, ago=timedelta(0)):
    for _ in range(times):
        session.add(SignInFailure(account=account_key(email), network=network, at=now() - ago))
    session.flush()


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", "unknown"),
        (None, "unknown"),
        ("nonsense", "unknown"),
    ],
)
def test_network_of(address, network):
    assert network_of(address) == network


def test_ten_failures_and_no_more(session):
    account = account_key("asha@example.org")
    fail(session, "asha@example.org", times=PER_ACCOUNT - 1)
    throttle.check(session, account, "192.0.2.9")
    fail(session, "asha@example.org")
    with pytest.raises(TooMany) as wait:
        throttle.check(session, account, "192.0.2.9")
    assert 1 <= wait.value.wait <= 15 * 60


def test_old_failures_do_not_count_and_go(session):
    fail(session, "asha@example.org", times=PER_ACCOUNT, ago=timedelta(minutes=15, seconds=1))
    assert throttle.check(session, account_key("asha@example.org"), "192.0.2.9") == 0
    throttle.record(session, account_key("ben@example.org"), "192.0.2.9")
    session.flush()
    assert session.scalar(sa.select(sa.func.count(SignInFailure.id))) == 1


def test_success_clears_the_account_alone(session):
    fail(session, "asha@example.org", times=PER_ACCOUNT)
    fail(session, "ben@example.org", times=PER_ACCOUNT)
    throttle.clear(session, account_key("asha@example.org"))
    throttle.check(session, account_key("asha@example.org"), "192.0.2.9")
    with pytest.raises(TooMany):
        throttle.check(session, account_key("ben@example.org"), "192.0.2.9")


def test_a_network_is_counted_by_accounts_not_by_failures(session):
    fail(session, "asha@example.org", times=9)
    for n in range(PER_NETWORK - 2):
        fail(session, f"guess{n}@example.org", times=2)
    throttle.check(session, account_key("new@example.org"), "192.0.2.1")
    fail(session, "last@example.org")
    with pytest.raises(TooMany):
        throttle.check(session, account_key("new@example.org"), "192.0.2.1")
    throttle.check(session, account_key("new@example.org"), "192.0.2.2")


def test_delays_grow_and_end(session):
    account, delays = account_key("asha@example.org"), []
    for _ in range(PER_ACCOUNT):
        delays.append(throttle.check(session, account, "192.0.2.9"))
        fail(session, "asha@example.org")
    assert delays[:5] == [0] * 5
    assert delays == sorted(delays)
    assert 0 < delays[-1] <= throttle.LONGEST_DELAY


def test_an_exempt_network_is_not_counted(settings):
    from shopalert import create_app

    app = create_app({**settings, "sign_in_exempt_networks": "192.0.2.0/24 2001:db8::/32"})
    with app.app_context(), writing(db.session()) as session:
        for n in range(PER_NETWORK):
            fail(session, f"guess{n}@example.org", network="192.0.2.1")
        throttle.check(session, account_key("new@example.org"), "192.0.2.1")
        assert throttle.is_exempt("2001:db8:1:2::/64")
        assert not throttle.is_exempt("2001:db9::/64")
        assert not throttle.is_exempt("unknown")
        db.session.rollback()
    with app.app_context():
        db.engine.dispose()


def test_the_table_does_not_tell_which_address_was_typed(session):
    fail(session, "asha@example.org")
    row = session.scalars(sa.select(SignInFailure)).one()
    assert b"asha" not in row.account
    assert len(row.account) == 32
