"""R11: push services answer all that they can. Right state for each, dead devices forgotten, others unaffected."""

from __future__ import annotations

import time
import uuid
from collections import Counter

import pytest
import sqlalchemy as sa

from shopalert.alerts.models import Delivery, Event, Subscription
from tests.faults.history import Verdict
from tests.faults.houses import busy, size
from tests.faults.phones import percentile
from tests.people import ASHA
from tests.services import eventually

pytestmark = [pytest.mark.faults, pytest.mark.slow]
ENGINE = size("sqlite", "")  # in short in one form, in long in both

# answers: (state in the end, words of the row, whether the device is kept)
ANSWERS = {
    "201": ("sent", "", True),
    "200": ("sent", "", True),
    "202": ("sent", "", True),
    "204": ("sent", "", True),
    "404": ("gone", "the device is gone", False),
    "410": ("gone", "the device is gone", False),
    "413-201": ("sent", "", True),  # with fewer words
    "413": ("failed", "413", True),
    "401-201": ("sent", "", True),  # with a fresh signature
    "307": ("failed", "redirect", True),
    "429r2-201": ("sent", "", True),
    "429d2-201": ("sent", "", True),  # the same as a date
    "500": ("queued", "500", True),
    "400": ("failed", "400", True),
    "reset": ("queued", "connection lost", True),
    "big": ("sent", "", True),
}
SLOW = {"hang": ("queued", "timeout", True), "drip": ("queued", "timeout", True)}  # ten seconds each
# Each on the service of its own kind: what asks for a wait, or refuses us, speaks for the whole service.
SERVICE = {"429r2-201": 1, "429d2-201": 2, "400": 4}
EACH = size(2, 60)
FEW = {"hang": size(1, 8), "drip": size(1, 8), "400": 1}


def alert(house, phone):
    key = str(uuid.uuid4())
    answer = phone.report(key)
    assert answer.status == 201
    return answer.json()["id"]


def of(incident):
    return Delivery.event_seq.in_(
        sa.select(Event.seq).where(
            Event.incident_id == uuid.UUID(incident), Event.kind == "incident.reported"
        )
    )


def test_each_answer_has_its_state_and_touches_nobody_else(house, tell):
    (member,) = house.crowd(1)
    wanted, devices = {**ANSWERS, **SLOW}, {}
    for answers in wanted:
        for device in house.devices(member, FEW.get(answers, EACH), answers, SERVICE.get(answers, 0)):
            devices[device["id"]] = (answers, device)
    asha = house.phone(ASHA)
    incident, start = alert(house, asha), time.monotonic()
    took = {}

    def rows():
        with house.session() as session:
            asked = sa.select(
                Delivery.subscription_id,
                Delivery.state,
                Delivery.failure,
                Delivery.attempts,
                Subscription.gone_at,
            ).join(Subscription, Subscription.id == Delivery.subscription_id)
            return {row[0]: row for row in session.execute(asked.where(of(incident))) if row[0] in devices}

    def wrong():
        """Those that are not yet, or not, as they have to be."""
        found = []
        for id, row in rows().items():
            answers = devices[id][0]
            state, failure, kept = wanted[answers]
            again = state == "queued" and row.state == "sending" and row.failure == failure
            fine = (row.state == state or again) and row.failure == failure and (row.gone_at is None) == kept
            if fine and answers == "201":
                took.setdefault(id, time.monotonic() - start)
            if not fine:
                found.append((answers, row.state, row.failure, row.attempts))
        return found

    assert len(rows()) == len(devices)
    try:
        eventually(lambda: not wrong(), size(45, 120), 0.1)
    except AssertionError:
        raise AssertionError(f"not as it has to be: {Counter(wrong())}") from None
    received = [each for each in house.push.received() if each["device"] in names(devices)]
    check_waits(received, devices)
    assert not [each for each in house.push.received() if "followed" in each["path"]], (
        "a redirect was followed"
    )
    with house.session() as session:
        dead = session.scalar(
            sa.select(sa.func.count()).where(Subscription.id.in_(devices), Subscription.gone_at.is_not(None))
        )
    assert dead == sum(answers in ("404", "410") for answers, _ in devices.values())
    accepted = Counter(each["device"] for each in received if each["status"] in ("200", "201", "202", "204"))
    twice = sum(many > 1 for many in accepted.values())
    fine = [
        name
        for name, (answers, _) in names(devices).items()
        if wanted[answers][0] == "sent" and answers != "big"
    ]
    lost, quick = sum(not accepted[name] for name in fine), percentile(list(took.values()), 95)
    more = f"{len(wanted)} kinds of answers · {dead} dead forgotten · well ones p95 {quick:.1f} s"
    tell(
        "push services that answer anything",
        len(received),
        sum(accepted.values()),
        Verdict(lost, twice),
        more,
    )


def names(devices):
    return {device["endpoint"].rsplit("/", 1)[1]: (answers, device) for answers, device in devices.values()}


def check_waits(received, devices):
    """Who asked us to wait got the next when it was time, and not before."""
    known = names(devices)
    for name, (answers, _) in known.items():
        mine = sorted((each for each in received if each["device"] == name), key=lambda each: each["at"])
        if answers.startswith("429"):
            first, second = mine[:2]
            assert first["status"] == answers.split("-")[0]
            assert 1.0 <= second["at"] - first["at"] < 2 + 10, answers
        if answers == "413-201":
            assert [each["status"] for each in mine] == ["413", "201"]
            assert mine[1]["size"] <= mine[0]["size"]
        if answers in ("404", "410", "307"):
            assert len(mine) == 1, "asked again"


def test_services_that_hang_hold_up_no_other(house, tell):
    """A fifth of all devices hang: the others are told as quickly as ever."""
    many = size(40, 800)
    fine, hanging = house.crowd(1)[0], house.crowd(1)[0]
    well = house.devices(fine, many)
    asha = house.phone(ASHA)
    usual = seconds_to_all(house, asha, well)
    house.devices(hanging, many // 4, "hang", 3)
    meanwhile = seconds_to_all(house, asha, well)
    before, after = percentile(usual, 95), percentile(meanwhile, 95)
    more = f"p95 {before:.2f} s without, {after:.2f} s with {many // 4} that hang"
    lost = 2 * many - len(usual) - len(meanwhile)
    tell("a fifth of all devices hang", 2 * many, len(usual) + len(meanwhile), Verdict(lost, 0), more)
    assert after < 1.5 * before + 0.3 * busy()


def seconds_to_all(house, phone, devices):
    """From an accepted report until it is with each of these devices."""
    house.push.forget()
    start = time.time()
    alert(house, phone)
    wanted = {device["endpoint"].rsplit("/", 1)[1] for device in devices}
    found = {}

    def there():
        found.update(
            {each["device"]: each["at"] for each in house.push.received() if each["device"] in wanted}
        )
        return len(found) == len(wanted)

    eventually(there, size(20, 60), 0.1)
    return [at - start for at in found.values()]
