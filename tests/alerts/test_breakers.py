"""Push services in trouble are left alone, and found out about by a few; no service is sent too much at a time."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest
import sqlalchemy as sa

from shopalert.alerts import breakers
from shopalert.alerts.breakers import AHEAD, DOWN_AT, DOWN_FOR, DOWN_SINCE, REFUSED_AT, note
from shopalert.alerts.claims import PER_SERVICE, Claim, Result, claim
from shopalert.alerts.models import Delivery, PushService, Subscription
from shopalert.alerts.push import OUR_FAULT, Answer, Meaning
from shopalert.db import now, uuid7, writing
from tests.alerts.small import dispatching
from tests.services import eventually

ONE, OTHER = "https://one.example", "https://other.example"
DOWN = Answer(Meaning.LATER, "500")
TAKEN = Answer(Meaning.ACCEPTED, "201")


def result(answer, origin=ONE):
    at = now()
    return Result(Claim(uuid7(), uuid7(), origin, at, 1, at), answer)


def tell(town, at, *results):
    with town.session() as session, writing(session):
        note(session, list(results), at)


def standing(town, origin=ONE):
    with town.session() as session:
        return session.get(PushService, origin)


def left_alone(town, at, origin=ONE):
    row = standing(town, origin)
    return row is not None and row.wait_until > at


def devices(town, origin, many):
    keys = {"p256dh": "", "auth": ""}
    return town.crowd([{"endpoint": f"{origin}/push/{n}", "keys": keys} for n in range(many)])


def claimed(town, room, busy=None):
    with town.session() as session, writing(session):
        return claim(session, room, Counter(busy or {}))


def test_a_service_that_only_fails_is_left_alone_for_a_moment(town_on_both):
    town, at = town_on_both, now()
    tell(town, at, *[result(DOWN) for _ in range(DOWN_AT - 2)])
    later = at + DOWN_SINCE
    tell(town, later, result(DOWN))
    assert not left_alone(town, later), "not often enough yet"
    tell(town, later, result(DOWN))
    assert standing(town).wait_until == later + DOWN_FOR
    assert standing(town, OTHER) is None


def test_many_failures_of_one_moment_close_no_service(town):
    """A hundred devices that hang together say nothing of the next."""
    at = now()
    tell(town, at, *[result(DOWN) for _ in range(100)])
    assert not left_alone(town, at)


@pytest.mark.parametrize("answers", [[TAKEN], [DOWN, TAKEN, DOWN]])
def test_one_acceptance_and_it_is_well(town, answers):
    at = now()
    tell(town, at, *[result(DOWN) for _ in range(DOWN_AT)])
    tell(town, at + DOWN_SINCE, result(DOWN))
    assert left_alone(town, at + DOWN_SINCE)
    tell(town, at + DOWN_SINCE, *map(result, answers))
    assert standing(town) is None


@pytest.mark.parametrize(
    "answer",
    [
        Answer(Meaning.LATER, OUR_FAULT),
        Answer(Meaning.LATER, "429"),
        Answer(Meaning.FAILED, "redirect"),
        Answer(Meaning.GONE, "410"),
        Answer(Meaning.TOO_LARGE, "413"),
    ],
)
def test_what_says_that_somebody_is_there_is_no_failure_of_theirs(town, answer):
    at = now()
    tell(town, at, *[result(answer) for _ in range(DOWN_AT)])
    tell(town, at + DOWN_SINCE, result(answer))
    assert standing(town) is None


def test_a_wait_that_was_asked_for_is_not_cut_short_by_failures(town):
    at = now()
    tell(town, at, result(Answer(Meaning.LATER, "503", 300.0)))
    tell(town, at, *[result(DOWN) for _ in range(DOWN_AT)])
    tell(town, at + DOWN_SINCE, result(DOWN))
    assert standing(town).wait_until == at + timedelta(seconds=300)


def test_a_few_go_ahead_to_a_service_that_was_down_the_newest_first(town_on_both):
    """What was tried before, perhaps on the very device that hangs, does not keep what is new from finding out."""
    town = town_on_both
    people = devices(town, ONE, AHEAD + 5)
    town.say(people)
    long_ago = now() - timedelta(minutes=1)
    town.change(Delivery, Delivery.state == "queued", attempts=3, due_at=long_ago)
    town.say(people[:AHEAD])
    row = {
        "failures": DOWN_AT,
        "failing_since": long_ago,
        "wait_until": long_ago,
        "origin": ONE,
        "refusals": 0,
    }
    town.write(PushService(**row))
    first = claimed(town, 100)
    assert [each.attempts for each in first] == [1] * AHEAD
    assert left_alone(town, now()), "the others wait for what those find out"
    assert claimed(town, 100) == []
    tell(town, now(), result(TAKEN))
    assert len(claimed(town, 100)) == AHEAD + 5


def test_one_goes_ahead_to_a_service_that_refused_our_signature(town):
    town.say(devices(town, ONE, 5))
    past = now() - timedelta(seconds=1)
    town.write(PushService(origin=ONE, wait_until=past, refusals=REFUSED_AT))
    assert len(claimed(town, 100)) == 1


def test_no_service_is_sent_more_than_its_share_at_a_time(town_on_both):
    town = town_on_both
    town.say(devices(town, ONE, PER_SERVICE + 10) + devices(town, OTHER, 5))
    first = Counter(each.origin for each in claimed(town, 200))
    assert first == {ONE: PER_SERVICE, OTHER: 5}
    assert claimed(town, 200, {ONE: PER_SERVICE}) == []
    assert len(claimed(town, 200, {ONE: PER_SERVICE - 4})) == 4


def test_failures_of_two_dispatchers_are_counted_together(town_on_both):
    at = now()
    for moment in (at, at + DOWN_SINCE):
        for _ in range(2):
            tell(town_on_both, moment, *[result(DOWN) for _ in range(DOWN_AT // 4 + 1)])
    assert left_alone(town_on_both, at + DOWN_SINCE)


def test_long_past_waits_are_forgotten(town):
    town.write(PushService(origin=ONE, wait_until=now() - timedelta(days=2)))
    with town.session() as session, writing(session):
        breakers.forget(session, now())
    assert standing(town) is None


@pytest.mark.slow
def test_a_service_that_hangs_on_hundreds_holds_up_no_other(town, push_service):
    town.say(town.crowd(push_service.devices(300, "hang", 1), 10))
    with dispatching(town):
        eventually(lambda: len(push_service.received()) > 40, 20)
        healthy = town.crowd(push_service.devices(40), 4)
        assert town.say(healthy) == 40
        eventually(lambda: town.states().get("sent", 0) == 40, 6)
        with town.session() as session:
            hanging = session.scalar(
                sa.select(sa.func.count(Delivery.id)).join(Subscription).where(Delivery.state == "sending")
            )
    assert hanging > PER_SERVICE, "it hung meanwhile"
