"""The dispatcher against a real push service: each answer has its end, and nobody else feels it."""

from __future__ import annotations

import time
from collections import Counter
from datetime import timedelta

import pytest

from shopalert.accounts.models import User
from shopalert.alerts.claims import FIRST_WAIT, LONGEST_WAIT, backlog, backoff
from shopalert.alerts.models import Delivery, Subscription
from shopalert.db import now
from shopalert.schemes.models import Membership
from tests.alerts.small import dispatching
from tests.services import eventually


@pytest.mark.slow
def test_each_answer_ends_in_its_state_and_the_others_are_unaffected(town_on_both, push_service):
    town = town_on_both
    answers = {
        "201": ("201", 0),
        "404": ("404", 0),
        "410": ("410", 0),
        "500": ("500", 0),
        "hang": ("hang", 0),
        "drip": ("drip", 0),
        "reset": ("reset", 0),
        "redirect": ("307", 0),
        "too large": ("413-201", 0),
        "far too large": ("413", 0),
        "stale signature": ("401-201", 0),
        "big": ("big", 0),
        "429": ("429r3-201", 1),
        "429 dated": ("429d3-201", 2),
    }
    subscriptions = {name: push_service.device(*answer) for name, answer in answers.items()}
    people = {name: town.person(name, town.wickford) for name in answers}
    devices = {name: town.device(people[name], subscriptions[name]) for name in answers}

    def state(name):
        return town.delivery(devices[name]).state

    with dispatching(town):
        began = now()
        assert town.say(people.values()) == len(answers)
        eventually(lambda: state("201") == state("big") == "sent", 3)
        assert now() - began < timedelta(seconds=3)
        eventually(lambda: state("404") == state("410") == "gone", 3)
        eventually(lambda: state("redirect") == state("far too large") == "failed", 3)
        eventually(lambda: state("too large") == state("stale signature") == "sent", 3)
        eventually(lambda: town.delivery(devices["500"]).failure == "500", 3)

        # The two that asked us to wait get theirs when they said, and not before.
        for name in ("429", "429 dated"):
            eventually(lambda name=name: state(name) == "sent", 8)
            first, second = push_service.received(subscriptions[name])
            assert 2.0 <= second["at"] - first["at"] < 5.0
            assert first["status"].startswith("429")
        eventually(lambda: town.delivery(devices["hang"]).failure == "timeout", 14)
        eventually(lambda: town.delivery(devices["drip"]).failure == "timeout", 3)

    for name in ("500", "hang", "drip", "reset"):
        row = town.delivery(devices[name])
        assert row.state == "queued", name
        assert row.due_at > began
        assert town.subscription(devices[name]).gone_at is None, "a passing failure removed a device"
    for name in ("404", "410"):
        device = town.subscription(devices[name])
        assert device.gone_at is not None
        assert (device.endpoint, device.p256dh, device.auth) == (None, "", "")
    assert town.subscription(devices["redirect"]).gone_at is None
    assert town.delivery(devices["redirect"]).failure == "redirect"
    assert town.subscription(devices["201"]).last_success_at is not None
    assert not [each for each in push_service.received() if "followed" in each["path"]]
    # Once with all its words, once with the fewest; a refused signature is made anew once.
    sizes = [each["size"] for each in push_service.received(subscriptions["too large"])]
    assert len(sizes) == 2
    assert sizes[1] < sizes[0]
    stale = [
        each["headers"]["Authorization"] for each in push_service.received(subscriptions["stale signature"])
    ]
    assert len(set(stale)) == 2
    assert len(push_service.received(subscriptions["410"])) == 1
    assert not [each for each in push_service.received() if each["problem"]]


def test_a_service_that_asks_to_wait_is_left_alone_and_the_others_are_not(town, push_service):
    slow = town.person("Carol", town.wickford), push_service.device("429r4-201", 1)
    same_service = town.person("Ben", town.wickford), push_service.device("201", 1)
    other_service = town.person("Dev", town.wickford), push_service.device("201", 0)
    for person, subscription in (slow, same_service, other_service):
        town.device(person, subscription)
    with dispatching(town):
        town.say([slow[0]])
        push_service.wait_for(1, slow[1])
        eventually(lambda: town.deliveries()[0].failure == "429")
        town.say([same_service[0], other_service[0]])
        push_service.wait_for(1, other_service[1], 2)
        assert not push_service.received(same_service[1]), "its push service said to wait"
        push_service.wait_for(1, same_service[1], 6)
    waited = push_service.received(same_service[1])[0]["at"] - push_service.received(slow[1])[0]["at"]
    assert waited >= 3.9


@pytest.mark.slow
def test_four_dispatchers_send_each_alert_once(town_on_both, push_service):
    town = town_on_both
    people = town.crowd(push_service.devices(120), 2)
    with dispatching(town, 4):
        began = time.monotonic()
        assert town.say(people) == 120
        eventually(lambda: town.states() == {"sent": 120}, 60)
        took = time.monotonic() - began
    rows = {row.id: row.endpoint.rsplit("/", 1)[1] for row in subscriptions_of(town)}
    got = Counter(each["device"] for each in push_service.received() if each["device"] in rows.values())
    # On a busy machine a connection may time out, and what became of that attempt is anybody's guess.
    again = {rows[row.subscription_id] for row in town.deliveries() if row.attempts > 1}
    doubles = {device for device, many in got.items() if many > 1}
    print(f"4 dispatchers, 120 devices: {took:.1f} s, doubles {len(doubles)}, tried again {len(again)}")
    assert len(got) == 120
    assert doubles <= again
    assert len(again) < 60, "nearly all were sent at the first attempt"


@pytest.mark.faults
@pytest.mark.slow
def test_a_killed_dispatcher_loses_nothing(town_on_both, push_service):
    town = town_on_both
    people = town.crowd(push_service.devices(200), 4)
    with dispatching(town) as (process,):
        town.say(people)
        eventually(lambda: town.states().get("sent", 0) > 20, 20, 0.01)
        process.kill()
        process.wait()
    left = town.states()
    in_flight = left.get("sending", 0)
    assert left.get("sent", 0) < 200, "it was through before it was killed"
    town.lapse()
    with dispatching(town):
        eventually(lambda: town.states() == {"sent": 200}, 30)
    mine = {row.endpoint.rsplit("/", 1)[1] for row in subscriptions_of(town)}
    got = Counter(each["device"] for each in push_service.received() if each["device"] in mine)
    doubles = sum(got.values()) - len(got)
    print(f"killed with {in_flight} in flight: doubles {doubles}")
    assert len(got) == 200
    assert doubles <= in_flight


def test_who_may_not_read_it_any_more_gets_no_push(town, push_service):
    asked = {name: push_service.device() for name in ("suspended", "removed", "standing")}
    people = {name: town.person(name, town.wickford) for name in asked}
    devices = {name: town.device(people[name], asked[name]) for name in asked}
    assert town.say(people.values()) == 3
    town.change(User, User.id == people["suspended"], suspended_at=now())
    town.change(Membership, Membership.user_id == people["removed"], removed_at=now())
    with dispatching(town):
        push_service.wait_for(1, asked["standing"])
        eventually(lambda: town.states() == {"sent": 1, "failed": 2})
    assert town.delivery(devices["suspended"]).failure == "may not read it"
    assert not push_service.received(asked["suspended"])
    assert not push_service.received(asked["removed"])


def test_a_service_that_refuses_our_signature_is_left_alone_after_three(town, push_service):
    refused = [push_service.device("403", 2) for _ in range(4)]
    people = [town.person(f"Member {n}", town.wickford) for n in range(4)]
    devices = [town.device(*each) for each in zip(people, refused, strict=True)]
    with dispatching(town):
        town.say(people[:3])
        eventually(lambda: town.states() == {"failed": 3})
        town.say(people[3:])
        time.sleep(1.5)
        assert town.delivery(devices[3]).state == "queued", "it waits for the service to be well"
    assert [len(push_service.received(each)) for each in refused] == [2, 2, 2, 0]
    assert not any(town.subscription(device).gone_at for device in devices)


def test_one_device_with_a_foreign_key_closes_no_service(town, push_service):
    people = [town.person(f"Member {n}", town.wickford) for n in range(2)]
    foreign, fine = push_service.device("403"), push_service.device()
    town.device(people[0], foreign)
    town.device(people[1], fine)
    with dispatching(town):
        for n in range(1, 5):
            town.say(people)
            push_service.wait_for(n, fine, 3)
        eventually(lambda: town.states() == {"failed": 4, "sent": 4})


def test_what_nobody_wants_any_more_is_given_up(town, push_service):
    subscription = push_service.device()
    device = town.device(town.person("Ben", town.wickford), subscription)
    town.say([town.subscription(device).user_id])
    long_ago = now() - timedelta(hours=5)
    town.change(Delivery, Delivery.state == "queued", queued_at=long_ago, due_at=long_ago, expires_at=now())
    with dispatching(town):
        eventually(lambda: town.delivery(device).state == "failed")
    assert town.delivery(device).failure == "expired"
    assert not push_service.received(subscription)


def test_the_backlog_counts_what_could_be_sent(town, push_service):
    device = town.device(town.person("Ben", town.wickford), push_service.device())
    with town.session() as session:
        assert backlog(session) == (0, 0.0)
    town.say([town.subscription(device).user_id])
    town.change(Delivery, Delivery.state == "queued", due_at=now() - timedelta(seconds=90))
    with town.session() as session:
        many, oldest = backlog(session)
    assert many == 1
    assert 90 <= oldest < 100


def test_waits_grow_and_are_spread():
    assert all(FIRST_WAIT <= backoff(1) <= 1.25 * FIRST_WAIT for _ in range(50))
    assert len({backoff(3) for _ in range(20)}) > 1
    assert all(20 <= backoff(3) <= 25 for _ in range(50))
    assert backoff(40) == LONGEST_WAIT


def subscriptions_of(town):
    with town.session() as session:
        return list(session.query(Subscription).filter(Subscription.endpoint.is_not(None)))
