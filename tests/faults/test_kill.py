"""R1, R12 and R4 together: web processes and workers are killed while reports are sent, sent again, read and pushed.

Acknowledged is what a client read completely. Afterwards: reports lost 0, twice 0, half 0; every open screen has
every event once and in order; every device had every alert, and none twice but by an attempt that nobody could know
the outcome of, which replaces itself by its tag.
"""

from __future__ import annotations

import io
import random
import threading
import time

import pytest
from PIL import Image

from tests.faults.history import History, behind, judge, judge_pushes, judge_screens
from tests.faults.houses import House, busy, size
from tests.faults.phones import Sender, send_all
from tests.faults.screens import Screens
from tests.people import ASHA, BEN, IVY, LEO, PAT

pytestmark = [pytest.mark.faults, pytest.mark.slow]

CLIENTS, EACH, KILLS, SEED = size(20, 50), size(8, 20), size(6, 20), 421
DEVICES, SCREENS = size(4, 8), size(10, 50)
BACK = 5.0  # seconds within which somebody is answered again
BYTES = 200_000


def a_photo() -> bytes:
    """200 kB that no encoder can make smaller."""
    out, side = io.BytesIO(), 420
    Image.frombytes("RGB", (side, side), random.Random(SEED).randbytes(side * side * 3)).save(
        out, "JPEG", quality=88
    )
    assert out.tell() > BYTES / 2
    return out.getvalue()


class Killer(threading.Thread):
    """kill -9 of a web process or a worker, at seeded instants spread over the sending."""

    def __init__(self, house: House, history: History, wanted: int, kills: int) -> None:
        super().__init__(daemon=True)
        self.house, self.history, self.wanted, self.kills = house, history, wanted, kills
        self.chance, self.over = random.Random(SEED), threading.Event()
        self.killed: list[str] = []
        self.back: list[float] = []

    def run(self) -> None:
        for number in range(self.kills):
            mark = (number + 0.5) * self.wanted / self.kills
            while len(self.history.acknowledged) < mark and not self.over.is_set():
                time.sleep(0.005)
            time.sleep(self.chance.uniform(0, 0.06))
            many = len(self.history.acknowledged)
            self.killed.append(self.house.kill_one(self.chance))
            start = time.monotonic()
            while len(self.history.acknowledged) == many and not self.over.is_set():
                time.sleep(0.01)
            self.back.append(time.monotonic() - start)


def test_kills_lose_nothing_double_nothing_and_leave_nothing_half(house, tell):
    people = [house.phone(each) for each in (ASHA, IVY, LEO, BEN)]
    devices = house.devices(PAT, DEVICES)
    readers = [house.phone(each) for each in house.crowd(5)]
    history, photo = History(), a_photo()
    senders = [
        Sender(
            n,
            people[n % 4],
            history,
            EACH,
            photo=photo,
            photos=size(1 if n % 4 == 0 else 0, EACH),
            patience=size(150, 220),
        )
        for n in range(CLIENTS)
    ]
    killer = Killer(house, history, CLIENTS * EACH, KILLS)
    with Screens(readers, SCREENS) as screens:
        screens.all_open()
        killer.start()
        took = send_all(senders)
        killer.over.set()
        killer.join()
        house.settled()
        with house.session() as session:
            verdict = judge(session, history)
            wickford = house.world.schemes["wickford"]
            screens.wait_for(lambda: not behind(session, wickford, screens.screens), size(30, 200))
            seen = judge_screens(session, wickford, screens.screens)
            reported = [each.incident for each in history.acknowledged]
            pushed = judge_pushes(session, house.push, reported, devices)
    done = len(history.acknowledged)
    web, workers = (killer.killed.count(each) for each in ("web", "worker"))
    tell(
        f"kill -9 of {web} web processes and {workers} workers, {CLIENTS} phones",
        history.tries, done, verdict,
        f"half {verdict.partial} · {took:.0f} s · answered again within {max(killer.back):.1f} s",
    )  # fmt: skip
    tell("the same, on open screens", sum(each.connections for each in screens.screens), SCREENS, seen)
    tell(
        "the same, on the way to devices",
        pushed.wanted,
        pushed.wanted - pushed.lost,
        pushed,
        f"again by tag {pushed.again}",
    )
    assert len(killer.killed) == KILLS
    assert done == CLIENTS * EACH
    assert max(killer.back) < BACK * busy()
