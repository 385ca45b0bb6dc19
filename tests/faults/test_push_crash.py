"""R12 and R22: dispatchers die in the middle of a fan-out, many run at once, thousands wait when they start; what a
dispatcher that died had in hand is taken again when its minute is over."""

from __future__ import annotations

import os
import signal
import time
import uuid
from collections import Counter
from datetime import timedelta

import pytest
import sqlalchemy as sa

from shopalert.accounts.models import User
from shopalert.alerts.claims import LEASE
from shopalert.alerts.models import Delivery
from shopalert.db import now
from tests.faults.history import Verdict
from tests.faults.houses import LONG, House, size
from tests.people import ASHA
from tests.services import eventually

pytestmark = [pytest.mark.faults, pytest.mark.slow]

MANY = size(200, 1000)
PEOPLE = size(10, 50)
BACKLOG = size(400, 5000)


class Alert:
    """One alert on its way to many devices of a fresh crowd."""

    def __init__(self, house: House, many: int, answers: str = "201", people: int = PEOPLE) -> None:
        self.house = house
        self.crowd = house.crowd(people)
        self.devices = [
            device for each in self.crowd for device in house.devices(each, many // people, answers)
        ]
        self.names = {device["endpoint"].rsplit("/", 1)[1] for device in self.devices}
        self.ids = [device["id"] for device in self.devices]
        self.mine = Delivery.subscription_id.in_([device["id"] for device in self.devices])

    def send(self, times: int = 1) -> None:
        phone = self.house.phone(ASHA)
        for _ in range(times):
            assert phone.report(str(uuid.uuid4())).status == 201

    def states(self) -> dict[str, int]:
        return self.house.states(self.mine)

    def got(self) -> Counter[str]:
        """How often each device's service accepted."""
        return Counter(
            each["device"]
            for each in self.house.push.received()
            if each["device"] in self.names and each["status"].startswith("20")
        )

    def verdict(self, times: int = 1) -> Verdict:
        """Ambiguous is what was tried again; more acceptances than attempts are too many."""
        got = self.got()
        with self.house.session() as session:
            again = session.scalar(sa.select(sa.func.sum(Delivery.attempts - 1)).where(self.mine))
        doubles = sum(max(0, many - times) for many in got.values())
        return Verdict(lost=sum(got[name] < times for name in self.names), twice=max(0, doubles - again))


def those_who_send(house: House) -> list[int]:
    return [each.pid for each in house.workers] or house.server.workers()


@pytest.fixture
def alert(house):
    def make(many: int, **more) -> Alert:
        return Alert(house, many, **more)

    return make


def test_killed_in_the_middle_of_a_fan_out_every_device_is_told(house, alert, tell):
    fan = alert(MANY)
    fan.send()
    kills, in_flight = 0, 0
    for share in (0.15, 0.4, 0.65):
        eventually(lambda share=share: fan.states().get("sent", 0) >= share * MANY, 90 if LONG else 40, 0.005)
        for pid in those_who_send(house):
            os.kill(pid, signal.SIGKILL)
            kills += 1
        in_flight += fan.states().get("sending", 0)
        if not LONG:  # the dead may have had in hand whatever was left
            house.lapse()
    house.settled(fan.mine)
    assert fan.states() == {"sent": MANY}
    doubles = sum(fan.got().values()) - MANY
    more = f"{kills} killed with {in_flight} in flight, {doubles} of them sent again"
    tell(f"dispatchers killed in a fan-out to {MANY}", MANY, len(fan.got()), fan.verdict(), more)
    assert doubles <= in_flight


def test_what_waits_when_they_start_is_sent_once(house, alert, tell):
    """No dispatcher runs while a crowd of alerts is written; then all start together."""
    fan = alert(BACKLOG // 10)
    stopped = house.workers if house.workers else []
    for process in stopped:
        process.send_signal(signal.SIGSTOP)
    if stopped:
        fan.send(10)
        assert fan.states() == {"queued": BACKLOG}
        for process in stopped:
            process.kill()
    else:
        fan.send(10)
    start = time.monotonic()
    house.settled(fan.mine, seconds=120)
    took = time.monotonic() - start
    assert fan.states() == {"sent": BACKLOG}
    tell(
        f"{BACKLOG:,} due when they start", BACKLOG, sum(fan.got().values()), fan.verdict(10), f"{took:.1f} s"
    )


def test_a_row_that_a_dead_dispatcher_left_is_taken_again_after_a_minute(house, alert, tell):
    """R22. In the short run the minute is taken off the row; in the long one it is waited for."""
    fan = alert(4, answers="hang-201", people=2)
    fan.send()
    eventually(lambda: len([1 for each in house.push.received() if each["device"] in fan.names]) == 4, 40)
    for pid in those_who_send(house):
        os.kill(pid, signal.SIGKILL)
    assert fan.states() == {"sending": 4}
    leases = leases_of(house, fan)
    assert all(timedelta(seconds=40) < each - now() <= LEASE for each in leases)
    if not LONG:
        house.lapse()
    start = time.monotonic()
    eventually(lambda: fan.states() == {"sent": 4}, LEASE.total_seconds() + 15 if LONG else 45)
    took = time.monotonic() - start
    more = f"taken again after {took:.0f} s" if LONG else "the minute taken off the row"
    tell("rows left in sending", 4, len(fan.got()), fan.verdict(), more)


def leases_of(house, fan):
    with house.session() as session:
        return list(session.scalars(sa.select(Delivery.lease_until).where(fan.mine)))


def test_suspended_between_writing_and_sending_gets_nothing(house, alert, tell):
    """Their second attempt is due in ten seconds; by then they are suspended."""
    fan = alert(20, answers="429r10-201", people=2)
    fan.send()
    out, standing = fan.crowd
    eventually(
        lambda: len([1 for each in house.push.received() if each["device"] in fan.names]) >= 1, 40, 0.01
    )
    house.server.flask("shopalert", "user", "suspend", out.email)
    suspended = time.time()
    with house.session() as session:
        assert session.get_one(User, house.world.users[out.name]).suspended_at
    eventually(
        lambda: set(house.states(fan.mine, Delivery.user_id == house.world.users[standing.name])) == {"sent"},
        30,
    )
    eventually(lambda: not house.states(fan.mine, Delivery.state.in_(("queued", "sending"))), 20)
    theirs = house.world.users[out.name]
    names = {
        device["endpoint"].rsplit("/", 1)[1]
        for device, owner in zip(fan.devices, [each for each in fan.crowd for _ in range(10)], strict=True)
        if owner is out
    }
    late = [each for each in house.push.received() if each["device"] in names and each["at"] > suspended]
    assert "sent" not in house.states(fan.mine, Delivery.user_id == theirs)
    tell("suspended between writing and sending", 20, 10, Verdict(), f"{len(late)} started after it")
    assert not late
