"""flask shopalert user, scheme, district: an instance set up by hand."""

import pytest
import sqlalchemy as sa

from shopalert.accounts.models import User
from shopalert.accounts.passwords import matches
from shopalert.accounts.sessions import begin
from shopalert.db import db, writing
from shopalert.protection.models import AuditRow
from shopalert.schemes.models import Membership, PoliceRole, Scheme
from shopalert.wall import crossing
from tests.browse import HEADERS
from tests.people import ASHA


@pytest.fixture
def run(app):
    runner = app.test_cli_runner()

    def do(*words, exit_code=0, **options):
        done = runner.invoke(args=["shopalert", *words], **options)
        assert done.exit_code == exit_code, done.output
        return done.output

    return do


def one(app, statement):
    with app.app_context(), crossing("command") as session:
        return session.scalars(statement).one()


def test_from_nothing_to_a_member(app, run):
    run("district", "add", "basildon", "--name", "Basildon", "--force", "Essex Police")
    run("district", "add", "southend", "--name", "Southend", "--force", "Essex Police")
    out = run("scheme", "add", "wickford", "--name", "Wickford", "--code", "WIC", "--district", "basildon")
    assert "/s/wickford/" in out
    out = run("user", "add", "Asha@Example.org", "--name", "Asha Kaur", "--scheme", "wickford")
    password = out.split("password: ")[1].strip()
    asha = one(app, sa.select(User))
    assert (asha.email, asha.short_name, asha.is_operator) == ("asha@example.org", "Asha", False)
    assert matches(asha.password_hash, password)
    member = one(app, sa.select(Membership))
    assert (member.user_id, member.role) == (asha.id, "member")
    with app.app_context():
        verbs = list(db.session.scalars(sa.select(AuditRow.verb).order_by(AuditRow.at)))
    assert verbs == ["force.name", "district.add", "district.add", "scheme.add", "user.add"]


def test_police_and_operator(world, run):
    run("user", "add", "o@example.org", "--name", "Ora Lane", "--role", "officer", "--rank", "PC 12",
        "--district", "basildon", "--short-name", "PC Lane")  # fmt: skip
    officer = one(world.app, sa.select(User).where(User.email == "o@example.org"))
    assert (officer.rank_title, officer.short_name) == ("PC 12", "PC Lane")
    assert one(world.app, sa.select(PoliceRole).where(PoliceRole.user_id == officer.id)).role == "officer"
    run("user", "add", "g@example.org", "--name", "Gil Roe", "--role", "operator")
    assert one(world.app, sa.select(User).where(User.email == "g@example.org")).is_operator


def test_what_is_refused_changes_nothing(world, run):
    run("user", "add", "x@example.org", "--name", "X", exit_code=2)
    run("user", "add", "x@example.org", "--name", "X", "--role", "officer", exit_code=2)
    run("user", "add", "nonsense", "--name", "X", "--scheme", "wickford", exit_code=2)
    out = run("user", "add", ASHA.email, "--name", "Asha", "--scheme", "wickford", exit_code=1)
    assert "is there already" in out
    assert "no scheme" in run(
        "user", "add", "x@example.org", "--name", "X", "--scheme", "nowhere", exit_code=1
    )
    weak = run("user", "add", "x@example.org", "--name", "X", "--scheme", "wickford", "--password-stdin",
               input="short\n", exit_code=1)  # fmt: skip
    assert "at least 15" in weak
    assert "already" in run("scheme", "add", "wickford", "--name", "W", "--code", "WWW", "--district", "basildon",
                            exit_code=1)  # fmt: skip
    run("scheme", "add", "Not A Slug", "--name", "W", "--code", "WWW", "--district", "basildon", exit_code=2)
    run("scheme", "add", "slug", "--name", "W", "--code", "w", "--district", "basildon", exit_code=2)
    run("district", "add", "basildon", "--name", "B", "--force", "Essex Police", exit_code=1)
    with world.app.app_context(), crossing("command") as session:
        assert session.scalar(sa.select(User.id).where(User.email == "x@example.org")) is None
        assert session.scalar(sa.select(sa.func.count(Scheme.id))) == 3
        assert session.scalar(sa.select(sa.func.count(AuditRow.id))) == 0


def test_suspend_takes_the_session_at_once(world, run):
    client = world.client(ASHA)
    assert client.get("/sessions", headers=HEADERS).status_code == 200
    assert "1 sessions ended" in run("user", "suspend", "ASHA@example.org")
    assert client.get("/sessions", headers=HEADERS).status_code == 303
    assert "nobody" in run("user", "suspend", "who@example.org", exit_code=1)


def test_reset_gives_a_new_password_and_ends_sessions(world, run):
    with world.app.app_context(), crossing("seed") as session, writing(session):
        begin(session, world.viewer(ASHA), "")
    password = run("user", "reset", ASHA.email).split("password: ")[1].strip()
    asha = one(world.app, sa.select(User).where(User.email == ASHA.email))
    assert matches(asha.password_hash, password)
    out = run("user", "reset", ASHA.email, "--password-stdin", input="a pair of ragged claws\n")
    assert "claws" not in out
    asha = one(world.app, sa.select(User).where(User.email == ASHA.email))
    assert matches(asha.password_hash, "a pair of ragged claws")
