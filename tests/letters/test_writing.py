"""Letters that the house writes by itself: once a person and period, in figures alone, and only to who chose them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from shopalert.accounts.models import User
from shopalert.alerts import choices
from shopalert.alerts.choices import Wish
from shopalert.db import db, now, writing
from shopalert.incidents.models import Incident
from shopalert.letters.week import Week, figures_of, week_named, week_of
from shopalert.letters.writing import write_digests, write_newsletters
from shopalert.mail import outgoing
from shopalert.mail.models import Mail
from shopalert.schemes.models import Membership, Scheme
from shopalert.wall import crossing
from shopalert.words import local
from tests.browse import Browser
from tests.people import ASHA, BEN, CAROL, DEV, IVY


def choose(world, person, slug="wickford", **wish):
    with world.seen_as(person) as viewer:
        choices.choose(viewer, db.session.get_one(Scheme, world.schemes[slug]), Wish(**wish))


def change(world, statement):
    with world.app.app_context(), crossing("command") as session, writing(session):
        session.execute(statement)


def letters(world, kind):
    with world.app.app_context(), crossing("command") as session:
        rows = session.execute(sa.select(Mail, User.email).join(User).where(Mail.kind == kind)).all()
        return {email: outgoing.unseal(mail.id, mail.sealed)["text"] for mail, email in rows}


def write(world, work, at):
    with world.app.test_request_context():
        return work(at)


def at_hour(hour):
    here = local(now()).replace(hour=hour, minute=5, second=0, microsecond=0)
    return here.astimezone(UTC)


def test_a_digest_is_written_once_at_its_hour_and_says_how_many(world):
    choose(world, ASHA, digest_hour=18)
    world.report(IVY, narrative="Two people took coats.")
    world.report(IVY, narrative="And again.")
    at = now()
    hour = local(at).hour
    choose(world, ASHA, digest_hour=hour)
    assert write(world, write_digests, at) == 1
    assert write(world, write_digests, at) == 0
    text = letters(world, "digest")[ASHA.email]
    assert "Wickford: 2" in text
    assert "coats" not in text and "Ivy" not in text


def test_a_digest_waits_for_its_hour(world):
    world.report(IVY)
    choose(world, ASHA, digest_hour=18)
    assert write(world, write_digests, at_hour(12)) == 0


def test_nothing_new_is_no_letter_and_practice_is_nothing(world):
    hour = local(now()).hour
    choose(world, ASHA, digest_hour=hour)
    incident = world.report(IVY)
    change(world, sa.update(Incident).where(Incident.id == incident).values(exercise=True))
    assert write(world, write_digests, now()) == 0


def test_who_has_left_gets_none(world):
    hour = local(now()).hour
    choose(world, ASHA, digest_hour=hour, newsletter=True)
    world.report(IVY)
    change(
        world,
        sa.update(Membership).where(Membership.user_id == world.users[ASHA.name]).values(removed_at=now()),
    )
    assert write(world, write_digests, now()) == 0


def test_police_are_told_of_what_they_may_see(world):
    hour = local(now()).hour
    change(world, sa.update(Scheme).values(officers_see_unreported=False))
    choose(world, DEV, digest_hour=hour)
    world.report(IVY)
    assert write(world, write_digests, now()) == 0
    world.report(IVY, told_police=True)
    assert write(world, write_digests, now()) == 1
    assert "Wickford: 1" in letters(world, "digest")[DEV.email]


MONDAY = datetime(2026, 11, 30, 7, 30, tzinfo=UTC)


def test_the_week_comes_on_monday_morning_once_and_names_nobody(world):
    choose(world, ASHA, newsletter=True)
    incident = world.report(IVY, violence=True, narrative="A man pushed Leo.")
    change(world, sa.update(Incident).values(received_at=MONDAY - timedelta(days=2)))
    for other in (MONDAY - timedelta(days=1), MONDAY - timedelta(hours=2), MONDAY + timedelta(hours=9)):
        assert write(world, write_newsletters, other) == 0
    assert write(world, write_newsletters, MONDAY) == 1
    assert write(world, write_newsletters, MONDAY + timedelta(hours=1)) == 0
    text = letters(world, "newsletter")[ASHA.email]
    assert "1 report in Wickford" in text and "Urgent: 1" in text
    for hidden in ("Leo", "Ivy", "pushed", str(incident)):
        assert hidden not in text


def test_the_page_of_a_week_is_the_schemes_own(world):
    incident = world.report(IVY, value_lost_pence=12_00)
    name = week_of(now()).name
    page = Browser(world.client(ASHA)).get(f"/s/wickford/newsletter/{name}")
    assert "Shop theft" in page.text and "£12" in page.text and str(incident) not in page.text
    Browser(world.client(CAROL)).get(f"/s/wickford/newsletter/{name}", status=404)
    asha = Browser(world.client(ASHA))
    for wrong in ("2026-W60", "2026-W00", "1999-W01", "2031-W01", "week"):
        asha.get(f"/s/wickford/newsletter/{wrong}", status=404)
    assert asha.client.get("/s/wickford/newsletter").status_code == 303


def test_figures_leave_out_practice_and_what_was_withdrawn(world):
    kept, practice = world.report(IVY), world.report(IVY)
    gone = world.report(IVY)
    change(world, sa.update(Incident).where(Incident.id == practice).values(exercise=True))
    change(world, sa.update(Incident).where(Incident.id == gone).values(withdrawn_at=now()))
    with world.seen_as(BEN):
        found = figures_of(db.session(), world.schemes["wickford"], week_of(now()))
    assert (found.reports, found.withdrawn) == (1, 1)
    assert kept


@pytest.mark.parametrize(
    ("name", "begins", "ends"),
    [
        # Europe/London: summer time ended on 25 October 2026 and begins on 29 March 2026.
        ("2026-W43", "2026-10-18T23:00:00+00:00", "2026-10-26T00:00:00+00:00"),
        ("2026-W13", "2026-03-23T00:00:00+00:00", "2026-03-29T23:00:00+00:00"),
        ("2026-W53", "2026-12-28T00:00:00+00:00", "2027-01-04T00:00:00+00:00"),
    ],
)
def test_a_week_is_that_of_the_towns_clock(name, begins, ends):
    week = week_named(name)
    assert (week.begins.isoformat(), week.ends.isoformat()) == (begins, ends)
    assert week_of(week.begins) == week and week_of(week.ends - timedelta(seconds=1)) == week
    assert week.before.after == week and isinstance(week, Week)
