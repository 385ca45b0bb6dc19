"""Letters that the house writes by itself: once a person and period, in figures alone, and only to who chose them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from shopalert.accounts.models import User
from shopalert.alerts import choices
from shopalert.alerts.announcement import URGENT
from shopalert.alerts.choices import Wish
from shopalert.alerts.preferences import Choice
from shopalert.db import db, now, writing
from shopalert.incidents.models import Incident
from shopalert.letters import week
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
    assert "there are 2 new reports in Wickford" in text
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


def test_a_day_without_anything_is_closed_and_what_comes_after_waits_for_the_next(world):
    at = at_hour(18)
    choose(world, ASHA, digest_hour=18)
    assert write(world, write_digests, at) == 0
    incident = world.report(IVY)
    change(world, sa.update(Incident).values(received_at=at + timedelta(minutes=20)))
    assert write(world, write_digests, at + timedelta(minutes=30)) == 0
    assert write(world, write_digests, at + timedelta(days=1)) == 1
    assert incident


def test_a_letter_that_came_late_leaves_no_gap_and_counts_nothing_twice(world):
    at, late, day = at_hour(18), timedelta(hours=2), timedelta(days=1)
    choose(world, ASHA, digest_hour=18)
    first, second = world.report(IVY), world.report(IVY)
    change(world, sa.update(Incident).where(Incident.id == first).values(received_at=at - timedelta(hours=1)))
    change(
        world, sa.update(Incident).where(Incident.id == second).values(received_at=at + timedelta(hours=1))
    )
    assert write(world, write_digests, at) == 1  # the first
    assert write(world, write_digests, at + day + late) == 1  # the second, more than a day after it came
    assert write(world, write_digests, at + 2 * day) == 0


def test_each_scheme_has_its_own_letter_at_its_own_hour(world):
    choose(world, DEV, digest_hour=8)
    choose(world, DEV, "billericay", digest_hour=18)
    world.report(IVY)
    world.report(CAROL, slug="billericay")
    change(world, sa.update(Incident).values(received_at=at_hour(8) - timedelta(minutes=30)))
    assert write(world, write_digests, at_hour(8)) == 1
    assert write(world, write_digests, at_hour(18)) == 1
    with world.app.app_context(), crossing("command") as session:
        found = session.scalars(sa.select(Mail.scheme_id).where(Mail.kind == "digest")).all()
    assert sorted(found) == sorted([world.schemes["wickford"], world.schemes["billericay"]])


def test_a_digest_that_waits_is_not_sent_to_who_has_left(world):
    choose(world, ASHA, digest_hour=local(now()).hour)
    world.report(IVY)
    assert write(world, write_digests, now()) == 1
    Browser(world.client(ASHA)).post("/s/wickford/departure", {})
    with world.app.app_context(), crossing("command") as session:
        assert session.scalars(sa.select(Mail.state).where(Mail.kind == "digest")).all() == ["dropped"]


def test_a_digest_counts_what_one_wants_and_nothing_of_ones_own(world):
    hour = local(now()).hour
    choose(world, ASHA, digest_hour=hour, choice=Choice(without=frozenset({"asb"}), digest=URGENT))
    world.report(ASHA, violence=True)
    world.report(IVY)
    world.report(IVY, category_code="asb", violence=True)
    muted, wanted = world.report(IVY, violence=True), world.report(IVY, violence=True)
    with world.seen_as(ASHA) as viewer:
        choices.watch(viewer, db.session.get_one(Incident, muted), "mute")
    assert write(world, write_digests, now()) == 1
    assert "there is 1 new report in Wickford" in letters(world, "digest")[ASHA.email]
    assert wanted


def test_a_digest_is_as_urgent_as_it_was_when_it_was_reported(world):
    choose(world, ASHA, digest_hour=local(now()).hour, choice=Choice(digest=URGENT))
    incident = world.report(IVY, in_progress=True)
    change(world, sa.update(Incident).where(Incident.id == incident).values(all_clear_at=now()))
    assert write(world, write_digests, now()) == 1


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
    assert write(world, write_digests, now() + timedelta(days=1)) == 1
    assert "there is 1 new report in Wickford" in letters(world, "digest")[DEV.email]


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


def test_whatever_else_a_week_tells_knows_who_may_not_hear_of_what_police_were_not_told(world, monkeypatch):
    asked = []
    monkeypatch.setattr(week, "also_told", [lambda *facts: asked.append(facts[-1]) or ["A warning."]])
    change(world, sa.update(Scheme).values(officers_see_unreported=False))
    choose(world, DEV, newsletter=True)
    choose(world, ASHA, newsletter=True)
    assert write(world, write_newsletters, MONDAY) == 2
    assert sorted(asked) == [False, True]
    assert "A warning." in letters(world, "newsletter")[DEV.email]


def test_the_page_of_a_week_is_the_schemes_own(world):
    incident = world.report(IVY, value_lost_pence=12_00)
    name = week_of(now()).name
    page = Browser(world.client(ASHA)).get(f"/s/wickford/newsletter/{name}")
    letter = page.text.split("<main")[1].split("</main>")[0]
    assert "Shop theft" in letter and "£12" in letter and str(incident) not in letter
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
    named = week_named(name)
    assert (named.begins.isoformat(), named.ends.isoformat()) == (begins, ends)
    assert week_of(named.begins) == named and week_of(named.ends - timedelta(seconds=1)) == named
    assert named.before.after == named and isinstance(named, Week)
