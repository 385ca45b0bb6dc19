"""The loaders: what they refuse, what they leave, and that the town they write is whole."""

from __future__ import annotations

import json
import stat
from collections import Counter
from dataclasses import replace

import pytest
import sqlalchemy as sa

from shopalert.accounts.models import User
from shopalert.accounts.passwords import matches
from shopalert.advice.models import Advice
from shopalert.alerts.models import Delivery, Event, Instance
from shopalert.bulletins.models import Bulletin, BulletinPassage, BulletinVersion
from shopalert.bulletins.vocabulary import KINDS
from shopalert.chat.models import Comment
from shopalert.db import now
from shopalert.evidence.actions import missing_files
from shopalert.evidence.models import Attachment, Derivative
from shopalert.incidents.models import Incident, IncidentVersion, ReferenceCounter, Sighting, Step
from shopalert.members import agreements
from shopalert.members.models import Acceptance, Agreement
from shopalert.protection.models import AuditRow
from shopalert.schemes.models import District, Membership, Premises, Scheme
from shopalert.wall import crossing

CAST = ("asha", "ivy", "leo", "ben", "pat", "carol", "dev", "ellen", "olu", "femi", "sam", "gus")


def run(app, *arguments):
    return app.test_cli_runner().invoke(args=["shopalert", *arguments])


@pytest.fixture
def town(app):
    done = run(app, "demo")
    assert done.exit_code == 0, done.output
    with app.app_context(), crossing("demo") as session:
        yield app, session, done.output


def count(session, model):
    return session.scalar(sa.select(sa.func.count()).select_from(model))


@pytest.mark.slow
def test_the_town_is_whole(town):
    app, session, output = town
    assert count(session, Scheme) == 19 and count(session, District) == 12
    assert 2400 <= count(session, Incident) <= 2600
    assert count(session, Premises) > 200 and count(session, Membership) > 300
    assert count(session, Comment) > 2500 and count(session, Sighting) > 400 and count(session, Step) > 200
    assert count(session, Event) == count(session, Delivery) == 0
    assert [row.verb for row in session.scalars(sa.select(AuditRow))] == ["demo.load"]
    assert session.scalar(sa.select(Instance.filled_by)) == "demo"

    # Ids are made of the time and in its order, so that the feed is in order.
    by_id = session.execute(sa.select(Incident.id, Incident.received_at).order_by(Incident.id)).all()
    assert [row.received_at for row in by_id] == sorted(row.received_at for row in by_id)

    # Every incident has its first version; as many numbers were given as the counters say.
    first = session.scalars(sa.select(IncidentVersion.incident_id).where(IncidentVersion.number == 1))
    assert set(first) == {row.id for row in by_id}
    for scheme_id, last in session.execute(sa.select(ReferenceCounter.scheme_id, ReferenceCounter.last)):
        numbers = session.scalars(sa.select(Incident.reference).where(Incident.scheme_id == scheme_id))
        assert max(int(one[-5:]) for one in numbers) == last

    # Nobody is in who has not accepted the agreement of their scheme, and nobody is asked for it at the door.
    accepted = set(session.execute(sa.select(Acceptance.user_id, Acceptance.scheme_id)))
    assert accepted == set(session.execute(sa.select(Membership.user_id, Membership.scheme_id)))
    assert count(session, Agreement) == count(session, Scheme)
    assert not session.scalar(sa.select(Acceptance.id).where(Acceptance.accepted_at > now()).limit(1))
    assert not session.scalar(sa.select(Membership.id).where(agreements.asked()).limit(1))

    # What the chat keeps on the card agrees with the chat.
    said = (
        sa.select(Comment.incident_id, sa.func.count())
        .where(Comment.audience == "members")
        .group_by(Comment.incident_id)
    )
    replies = dict(session.execute(said).all())
    assert (
        dict(session.execute(sa.select(Incident.id, Incident.replies).where(Incident.replies > 0)).all())
        == replies
    )

    # Pictures are ready, each with files of its own that open.
    assert count(session, Attachment) > 200 and count(session, Derivative) == 2 * count(session, Attachment)
    assert Counter(session.scalars(sa.select(Attachment.state))) == {"ready": count(session, Attachment)}
    assert missing_files(session) == []

    # One password for all, kept where only its owner reads it.
    file = app.config["SHOPALERT"].data_dir / "demo-sign-ins.txt"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600 and file.read_text() in output
    password = next(
        line.strip() for line in output.splitlines() if line.count("-") == 3 and " " not in line.strip()
    )
    hashes = set(session.scalars(sa.select(User.password_hash)))
    assert len(hashes) == 1 and matches(hashes.pop(), password)
    addresses = set(session.scalars(sa.select(User.email)))
    assert {f"{name}@example.org" for name in CAST} <= addresses

    truth = json.loads((app.config["SHOPALERT"].data_dir / "demo-truth.json").read_text())
    planted = {reference for series in truth["series"] for reference in series["incidents"]}
    assert planted <= set(session.scalars(sa.select(Incident.reference)))

    again = run(app, "demo")
    assert again.exit_code == 1 and "not empty" in again.output
    assert password in run(app, "demo", "--if-empty").output
    assert run(app, "seed", "--fixture", "two-schemes", "--json").exit_code == 1


def test_refused_where_others_reach_it(app):
    app.config["SHOPALERT"] = replace(app.config["SHOPALERT"], base_url="https://shopalert.example.org")
    done = run(app, "demo")
    assert done.exit_code == 1 and "BASE_URL" in done.output
    assert run(app, "demo", "--if-empty").exit_code == 0
    with app.app_context(), crossing("demo") as session:
        assert count(session, User) == 0


@pytest.mark.parametrize(
    "before",
    [
        ("user", "add", "gus@example.org", "--name", "Gus Hale", "--role", "operator"),
        ("district", "add", "basildon", "--name", "Basildon", "--force", "Essex Police"),
    ],
)
def test_nothing_is_loaded_where_a_real_instance_has_begun(app, before):
    """An operator alone, or a force and its first district, and both loaders keep out."""
    assert run(app, *before).exit_code == 0
    for loader in (("demo",), ("seed", "--fixture", "two-schemes", "--json")):
        done = run(app, *loader)
        assert done.exit_code == 1 and "not empty" in done.output
    with app.app_context(), crossing("demo") as session:
        assert count(session, Scheme) == count(session, Incident) == 0
        assert session.scalar(sa.select(Instance.filled_by)) == ""


def test_what_is_invented_says_so_in_the_database_itself(app):
    assert run(app, "seed", "--fixture", "two-schemes", "--json").exit_code == 0
    with app.app_context(), crossing("demo") as session:
        assert session.scalar(sa.select(Instance.filled_by)) == "seed"
    app.config["SHOPALERT"] = replace(app.config["SHOPALERT"], base_url="https://shopalert.example.org")
    assert "fixture for tests" in run(app, "doctor").output


@pytest.mark.slow
def test_the_board_has_a_warning_with_an_area_an_appeal_an_event_and_who_was_found(town):
    _app, session, _output = town
    rows = list(session.scalars(sa.select(Bulletin)))
    at = now()
    assert {row.kind for row in rows} == set(KINDS) - {"document"}
    around = [row for row in rows if row.area.get("kind") == "circle"]
    assert around and all(row.stands(at) and row.premises_ids for row in around)
    found = [row for row in rows if row.kind == "missing"]
    assert found and all(row.recalled and row.shown_until <= at and row.ends_at <= at for row in found)
    kept = sa.select(BulletinVersion.shown_until).where(
        BulletinVersion.bulletin_id.in_([row.id for row in found])
    )
    assert all(each <= at for each in session.scalars(kept))
    searched = set(session.scalars(sa.select(BulletinPassage.bulletin_id)))
    assert searched == {row.id for row in rows if row.kind != "missing"}
    assert count(session, Advice) > 20
    appeals = {row.id for row in rows if row.kind == "appeal"}
    shown = list(session.scalars(sa.select(Attachment).where(Attachment.bulletin_id.is_not(None))))
    assert {each.bulletin_id for each in shown} == appeals, "each scheme's appeal has its picture"
    assert len({each.stored_as for each in shown}) == 1 and all(each.alt and each.copies for each in shown)


def test_the_fixture_is_as_the_contract_says(app):
    done = run(app, "seed", "--fixture", "two-schemes", "--json", "--plain-sign-in")
    assert done.exit_code == 0, done.output
    found = json.loads(done.stdout)
    assert set(found) == {
        "schemes",
        "users",
        "incidents",
        "comments",
        "files",
        "people",
        "bulletins",
        "exclusions",
    }
    assert [one["kind"] for one in found["schemes"]] == ["retail", "retail", "pubwatch"]
    slugs = [one["slug"] for one in found["schemes"]]
    for user in found["users"]:
        assert len(user["password"]) >= 15 and user["totp_secret"] is None
    for slug in slugs:
        here = [user for user in found["users"] if user["scheme_slugs"] == [slug]]
        standing = Counter(user["role"] for user in here if not (user["suspended"] or user["removed"]))
        assert standing == {"member": 2, "lead": 1, "coordinator": 1}
        assert (
            sum(user["suspended"] for user in here)
            == sum(user["removed"] for user in here)
            == (slug == slugs[0])
        )
        assert 3 <= sum(one["scheme_slug"] == slug for one in found["incidents"]) <= 8
        audiences = Counter(one["audience"] for one in found["comments"] if one["scheme_slug"] == slug)
        assert audiences["members"] >= 2 and audiences["police"] == 1
        assert sum(one["scheme_slug"] == slug for one in found["files"]) == 1
    police = [user for user in found["users"] if user["role"] in {"officer", "commander"}]
    assert Counter((user["role"], tuple(user["scheme_slugs"])) for user in police) == {
        ("officer", tuple(slugs)): 2,
        ("commander", tuple(slugs)): 1,
        ("officer", ()): 1,
    }
    assert [user["scheme_slugs"] for user in found["users"] if user["role"] == "operator"] == [[]]
    with app.app_context(), crossing("seed") as session:
        assert count(session, Scheme) == 3 and count(session, Incident) == len(found["incidents"])
        assert missing_files(session) == []
        assert not session.scalar(sa.select(Incident.id).where(Incident.withdrawn_at.is_not(None)))
