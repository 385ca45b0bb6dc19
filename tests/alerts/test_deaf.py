"""Phones that have gone deaf: found, told to their owner on the next page, and to the coordinator."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from shopalert.alerts.deaf import IN_A_ROW, OVER, REMEMBERED, deaf_of
from shopalert.alerts.models import Subscription
from shopalert.db import db, now
from tests.browse import Browser
from tests.people import ASHA, BEN, CAROL, IVY, LEO
from tests.phones import GONE, TOOK, answered, change, phone, receipt, rows, silent_for

LONG_AGO = OVER + timedelta(hours=1)


def deaf(world, person):
    with world.seen_as(person):
        return [
            each.device_id
            for each in deaf_of(db.session(), [world.users[person.name]]).get(world.users[person.name], [])
        ]


def alerted(world, device, times=IN_A_ROW):
    """So many alerts that its service took."""
    for _ in range(times):
        world.report(IVY)
        answered(world, TOOK)
    return device


def test_several_alerts_over_a_day_and_none_shown(world):
    device = phone(world, ASHA)
    alerted(world, device)
    assert deaf(world, ASHA) == [], "a phone may be off for a night"
    silent_for(world, device, LONG_AGO)
    assert deaf(world, ASHA) == [device]
    assert deaf(world, BEN) == []


def test_one_or_two_alerts_are_no_sign(world):
    device = alerted(world, phone(world, ASHA), IN_A_ROW - 1)
    silent_for(world, device, LONG_AGO)
    assert deaf(world, ASHA) == []


def test_one_that_shows_an_alert_hears_again(world):
    device = alerted(world, phone(world, ASHA))
    silent_for(world, device, LONG_AGO)
    receipt(world, device)
    assert deaf(world, ASHA) == []
    (row,) = rows(world, sa.select(Subscription).where(Subscription.id == device))
    assert (row.unshown, row.unshown_since) == (0, None)
    assert now() - row.last_shown_at < timedelta(minutes=1)
    alerted(world, device, 1)
    assert rows(world, sa.select(Subscription.unshown).where(Subscription.id == device)) == [1]


def test_one_that_its_service_gave_up_unless_there_is_another_like_it(world):
    device = phone(world, ASHA)
    world.report(IVY)
    answered(world, GONE)
    assert deaf(world, ASHA) == [device]
    change(world, sa.update(Subscription).values(gone_at=now() - REMEMBERED - timedelta(days=1)))
    assert deaf(world, ASHA) == [], "who has not turned alerts on again for so long does not want them"
    change(world, sa.update(Subscription).values(gone_at=now()))
    phone(world, ASHA, "Firefox on Windows")
    assert deaf(world, ASHA) == [device]
    phone(world, ASHA)  # the browser has made itself a new subscription
    assert deaf(world, ASHA) == []


def test_its_owner_is_told_on_the_next_page_and_nobody_else(world):
    device = alerted(world, phone(world, ASHA))
    for path in ("/s/wickford/", "/more"):
        assert "shows no alerts" not in Browser(world.client(ASHA)).get(path).text
    silent_for(world, device, LONG_AGO)
    for path in ("/s/wickford/", "/more"):
        page = Browser(world.client(ASHA)).get(path).text
        assert "Chrome on Android shows no alerts" in page
        assert 'href="/alerts/check"' in page
    assert "shows no alerts" not in Browser(world.client(IVY)).get("/s/wickford/").text


def test_the_list_of_devices_says_when_each_last_showed_an_alert(world):
    device = phone(world, ASHA)
    browser = Browser(world.client(ASHA))
    assert "no alert yet" in browser.get("/alerts").text
    alerted(world, device)
    assert "not shown yet" in browser.get("/alerts").text
    silent_for(world, device, LONG_AGO)
    assert "Shows no alerts since" in browser.get("/alerts").text
    receipt(world, device)
    page = browser.get("/alerts").text
    assert "last alert shown" in page
    assert "Shows no alerts since" not in page


def test_a_lost_device_is_listed_until_its_owner_lets_it_go(world):
    device = phone(world, ASHA)
    world.report(IVY)
    answered(world, GONE)
    browser = Browser(world.client(ASHA))
    assert "no longer knows it" in browser.get("/alerts").text
    assert Browser(world.client(IVY)).post(f"/alerts/devices/{device}/removal", {}).status_code == 404
    assert browser.post(f"/alerts/devices/{device}/removal", {}).status_code == 303
    assert "no longer knows it" not in browser.get("/alerts").text
    assert deaf(world, ASHA) == []
    assert browser.post(f"/alerts/devices/{device}/removal", {}).status_code == 404


def test_the_coordinator_sees_who_is_not_warned(world):
    phone(world, LEO)
    device = alerted(world, phone(world, ASHA))
    for each in rows(world, sa.select(Subscription.id)):
        silent_for(world, each, LONG_AGO)
    receipt(world, rows(world, sa.select(Subscription.id).where(Subscription.id != device))[0])
    page = Browser(world.client(BEN)).get("/s/wickford/members")
    assert "1 member is not warned" in page.text
    assert page.text.count("Phone shows no alerts") == 1
    lead = Browser(world.client(LEO)).get("/s/wickford/members").text
    assert "Asha" in lead
    assert "not warned" not in lead
    assert "shows no alerts" not in lead
    change(
        world,
        sa.update(Subscription).where(Subscription.id == device).values(gone_at=now(), gone_why="signed out"),
    )
    assert "not warned" not in Browser(world.client(BEN)).get("/s/wickford/members").text


def test_the_members_page_says_where_alerts_go(world):
    from shopalert.schemes.models import Membership

    one = rows(world, sa.select(Membership.id).where(Membership.user_id == world.users[ASHA.name]))[0]
    ben = Browser(world.client(BEN))
    assert "No phone or computer" in ben.get(f"/memberships/{one}").text
    device = alerted(world, phone(world, ASHA))
    silent_for(world, device, LONG_AGO)
    page = ben.get(f"/memberships/{one}").text
    assert "Chrome on Android" in page
    assert "Shows no alerts" in page
    Browser(world.client(CAROL)).get(f"/memberships/{one}", status=404)
