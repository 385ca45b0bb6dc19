"""SE5: suspended. Refused from the next request; streams end within a second, without Redis within fifteen; no push."""

from __future__ import annotations

import signal
import time
import uuid

import pytest
import sqlalchemy as sa

from shopalert.alerts.models import Delivery
from shopalert.schemes.models import Membership
from tests.faults.history import Verdict
from tests.faults.houses import busy, size
from tests.faults.screens import Screens
from tests.people import ASHA, BEN
from tests.services import eventually

pytestmark = [pytest.mark.faults, pytest.mark.slow]

PEOPLE = size(2, 20)
EACH = 4  # open screens of each


def suspend(house, coordinator, person):
    """By the coordinator's button. When it was answered."""
    with house.session() as session:
        place = session.scalars(
            sa.select(Membership.id).where(Membership.user_id == house.world.users[person.name])
        ).one()
    answer = coordinator.post(f"/memberships/{place}/suspension", {})
    assert answer.status in (200, 303), answer.text[:300]
    return time.monotonic()


@pytest.mark.parametrize("redis", ["with", pytest.param("without", marks=pytest.mark.redis)])
def test_suspended_hears_nothing_more(house, tell, redis):
    coordinator, asha = house.phone(BEN), house.phone(ASHA)
    people = house.crowd(PEOPLE)
    devices = {
        device["id"]: device for person in people for device in house.devices(person, 2, "429r3-201", 1)
    }
    phones = [house.phone(person) for person in people]
    limit = 1.0 if redis == "with" else 15.0
    if redis == "without":
        house.redis.stop(signal.SIGKILL)
    slowest = 0.0
    try:
        with Screens(phones, PEOPLE * EACH, again=False) as screens:
            screens.all_open()
            assert asha.report(str(uuid.uuid4())).status == 201
            eventually(lambda: attempts(house, devices), 40, 0.02)  # its workers may be starting
            for person, phone in zip(people, phones, strict=True):
                answered = suspend(house, coordinator, person)
                refused = {phone.ask("GET", "/poll").status for _ in range(4)}
                assert refused <= {401, 204}, refused
                theirs = [screen for screen in screens.screens if screen.phone is phone]
                screens.wait_for(lambda theirs=theirs: not any(each.open for each in theirs), limit + 10)
                slowest = max(slowest, *(each.ended_at - answered for each in theirs))
            last, seen = time.time(), [len(screen.seen) for screen in screens.screens]
            assert asha.report(str(uuid.uuid4())).status == 201
            mine = Delivery.subscription_id.in_(list(devices))
            eventually(lambda: not house.states(mine, Delivery.state.in_(("queued", "sending"))), 20)
            assert seen == [len(screen.seen) for screen in screens.screens]
    finally:
        if redis == "without":
            house.redis.start()
    late = [each for each in of_devices(house, devices) if each["at"] > last]
    more = f"streams ended within {slowest:.2f} s · {len(late)} pushes started after it"
    tell(f"suspended {redis} Redis", PEOPLE * EACH, PEOPLE * EACH, Verdict(), more)
    assert slowest < limit * busy()
    assert not late
    assert "sent" not in house.states(mine)


def of_devices(house, devices):
    names = {device["endpoint"].rsplit("/", 1)[1] for device in devices.values()}
    return [each for each in house.push.received() if each["device"] in names]


def attempts(house, devices):
    return len(of_devices(house, devices))
