"""Whom a report reached: people, never devices, and its reporter sees the figures move."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from shopalert.db import db, now
from shopalert.incidents.models import Incident
from shopalert.incidents.reach import Reach, one_reach, reach_of
from tests.browse import Browser
from tests.people import ASHA, BEN, CAROL, DEV, IVY, LEO
from tests.phones import GONE, TOOK, answered, change, phone, receipt

FRAGMENT = {"HX-Request": "true"}


@pytest.fixture
def told(world):
    """Asha's report, told to Ben on two devices, and to Ivy, Leo and Dev on one each."""
    devices = {"ben": phone(world, BEN), "desk": phone(world, BEN, "Firefox on Windows")}
    devices |= {"ivy": phone(world, IVY), "leo": phone(world, LEO), "dev": phone(world, DEV)}
    phone(world, CAROL)
    return world.report(ASHA), devices


def reach(world, incident):
    with world.seen_as(ASHA):
        return one_reach(db.session(), incident)


def test_people_are_counted_and_not_their_devices(world, told):
    incident, devices = told
    assert reach(world, incident) == Reach(told=4, sent=0, delivered=0, opened=0)
    assert reach(world, incident).waits == 4
    answered(world, GONE, devices["leo"])
    assert reach(world, incident) == Reach(told=4, sent=0, delivered=0, opened=0, lost=1)
    answered(world, TOOK)
    assert reach(world, incident) == Reach(told=4, sent=3, delivered=0, opened=0, lost=1)
    for name in ("ben", "desk", "ivy"):
        receipt(world, devices[name])
    assert reach(world, incident) == Reach(told=4, sent=3, delivered=2, opened=0, lost=1)
    receipt(world, devices["desk"], opened=True)
    assert reach(world, incident) == Reach(told=4, sent=3, delivered=2, opened=1, lost=1)


def test_whoever_reads_it_without_touching_the_alert_has_opened_it(world, told):
    incident, _ = told
    answered(world, TOOK)
    Browser(world.client(DEV)).get(f"/incidents/{incident}")
    Browser(world.client(ASHA)).get(f"/incidents/{incident}")  # it was not for her
    assert reach(world, incident).opened == 1


def test_a_person_with_one_lost_phone_and_one_that_works_is_not_lost(world, told):
    incident, devices = told
    answered(world, GONE, devices["desk"])
    answered(world, TOOK)
    assert (reach(world, incident).lost, reach(world, incident).sent) == (0, 4)


def test_its_reporter_sees_the_figures_move_and_so_does_the_coordinator(world, told):
    incident, devices = told
    for person in (ASHA, BEN):
        page = Browser(world.client(person)).get(f"/incidents/{incident}")
        assert f'hx-get="/incidents/{incident}/reach" hx-trigger="every 2s"' in page.text
    other = Browser(world.client(IVY)).get(f"/incidents/{incident}").text
    assert "Who was reached" in other
    assert "/reach" not in other
    answered(world, TOOK)
    receipt(world, devices["ivy"], opened=True)
    piece = Browser(world.client(ASHA)).get(f"/incidents/{incident}/reach", headers=FRAGMENT).text
    assert "Meant for the phones of 4 people" in piece
    assert '<progress max="4" value="2" aria-label="Opened"></progress>' in piece  # Ivy, and Ben who looked
    assert "<html" not in piece
    assert "Who was reached" in Browser(world.client(ASHA)).get(f"/incidents/{incident}/reach").text


@pytest.mark.parametrize(("age", "pace"), [(5, "every 5s"), (60, "every 30s"), (300, None)])
def test_the_older_it_is_the_more_seldom_is_it_asked(world, told, age, pace):
    incident, _ = told
    change(world, sa.update(Incident).values(received_at=now() - timedelta(minutes=age)))
    piece = Browser(world.client(ASHA)).get(f"/incidents/{incident}/reach", headers=FRAGMENT).text
    assert (f'hx-trigger="{pace}"' in piece) if pace else "hx-get" not in piece


def test_a_withdrawn_report_is_asked_of_no_more_and_another_scheme_knows_nothing(world, told):
    incident, _ = told
    Browser(world.client(CAROL)).get(f"/incidents/{incident}/reach", status=404)
    Browser(world.client(ASHA)).post(f"/incidents/{incident}/withdrawal", {"reason": "A mistake"})
    assert (
        "hx-get" not in Browser(world.client(ASHA)).get(f"/incidents/{incident}/reach", headers=FRAGMENT).text
    )


def test_without_any_phone_there_is_no_panel_but_a_place_for_it(world):
    incident = world.report(ASHA)
    page = Browser(world.client(ASHA)).get(f"/incidents/{incident}")
    assert f"reach-{incident}" in page.ids()
    assert "Meant for the phones" not in page.text


def test_looking_again_is_not_a_person_at_work(world, told):
    from shopalert.accounts import sessions

    incident, _ = told
    client = world.client(ASHA)
    sessions._used.clear()
    Browser(client).get(f"/incidents/{incident}/reach", headers=FRAGMENT)
    assert not sessions._used
    Browser(client).get(f"/incidents/{incident}")
    assert sessions._used


def test_twenty_incidents_cost_one_query(world, told):
    ids = [told[0], *(world.report(ASHA) for _ in range(3))]
    with world.seen_as(ASHA):
        found = reach_of(db.session(), ids)
    assert {incident: each.told for incident, each in found.items()} == dict.fromkeys(ids, 4)
