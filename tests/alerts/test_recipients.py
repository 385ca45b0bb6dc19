"""Who is told: of those an announcement names, only who may read it, on each of their devices."""

from __future__ import annotations

import pytest

from shopalert.accounts.models import User
from shopalert.alerts.models import Subscription
from shopalert.db import now
from shopalert.schemes.models import Membership, PoliceRole


@pytest.fixture
def cast(town):
    """Everybody has one device; the subscriptions are never sent to."""
    people = {
        "asha": town.asha,
        "ben": town.person("Ben", town.wickford, "coordinator"),
        "lead": town.person("Lead", town.wickford, "lead"),
        "carol": town.person("Carol", town.billericay),
        "dev": town.person("Dev", None, district="basildon"),
        "far": town.person("Far", None, district="clacton"),
        "nobody": town.person("Nobody", None),
    }
    for name, person in people.items():
        town.device(
            person,
            {"endpoint": f"https://fcm.googleapis.com/push/{name}", "keys": {"p256dh": "", "auth": ""}},
        )
    return people


def told(town, cast):
    names = {person: name for name, person in cast.items()}
    return sorted(names[row.user_id] for row in town.deliveries())


def test_the_whole_scheme_and_its_police_but_nobody_else(town, cast):
    assert town.say(cast.values()) == 4
    assert told(town, cast) == ["asha", "ben", "dev", "lead"]


def test_never_who_did_it(town, cast):
    town.say(cast.values(), actor=town.asha)
    assert told(town, cast) == ["ben", "dev", "lead"]


def test_coordinators_only(town, cast):
    town.say(cast.values(), audience="coordinators")
    assert told(town, cast) == ["ben"]


def test_police_only(town, cast):
    town.say(cast.values(), audience="police")
    assert told(town, cast) == ["dev"]


def test_one_person_and_the_police(town, cast):
    town.say(cast.values(), audience=f"thread:{cast['lead']}")
    assert told(town, cast) == ["dev", "lead"]


def test_nobody_of_an_audience_that_is_none(town, cast):
    assert town.say(cast.values(), audience="everybody") == 0


def test_suspended_removed_and_former_police_are_not_told(town, cast):
    town.change(User, User.id == cast["asha"], suspended_at=now())
    town.change(Membership, Membership.user_id == cast["lead"], removed_at=now())
    town.change(PoliceRole, PoliceRole.user_id == cast["dev"], ended_at=now())
    town.say(cast.values())
    assert told(town, cast) == ["ben"]


def test_each_live_device_once(town, cast):
    second = town.device(cast["ben"], {"endpoint": "https://web.push.apple.com/push/2", "keys": {}})
    gone = town.device(cast["ben"], {"endpoint": "https://web.push.apple.com/push/3", "keys": {}})
    town.change(Subscription, Subscription.id == gone, gone_at=now(), endpoint=None)
    assert town.say([cast["ben"], cast["ben"]]) == 2
    assert len(town.deliveries(second)) == 1
    assert town.deliveries(gone) == []


def test_rows_say_what_they_are(town, cast):
    town.say([cast["ben"]])
    (row,) = town.deliveries()
    assert (row.state, row.attempts, row.kind, row.event_seq) == ("queued", 0, "tried.out", 1)
    assert row.incident_id == town.incident
    assert row.scheme_id == town.wickford.id
    assert row.expires_at > row.due_at
    assert row.kept_until >= row.shown_until > now()
