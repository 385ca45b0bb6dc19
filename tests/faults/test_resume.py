"""R4: lines are cut at any byte, by resets and by the death of the web process; each screen goes on where it stood."""

from __future__ import annotations

import random
import time

import pytest

from tests.faults.history import History, behind, judge, judge_screens
from tests.faults.houses import size
from tests.faults.phones import Sender
from tests.faults.screens import Screens
from tests.people import ASHA, BEN, IVY, LEO

pytestmark = [pytest.mark.faults, pytest.mark.slow]
ENGINE = size("postgres", "")  # in short in one form, in long in both

SCREENS, EACH, PAUSE = size(20, 50), size(12, 100), size(0.3, 0.5)


def test_screens_whose_lines_are_cut_have_everything_once_and_in_order(house, tell):
    people = [house.phone(person) for person in (ASHA, IVY, LEO, BEN)]
    readers = [house.phone(person) for person in house.crowd(5)]
    history, chance = History(), random.Random(421)
    senders = [Sender(n, people[n], history, EACH, pause=PAUSE) for n in range(4)]
    wickford, killed = house.world.schemes["wickford"], []
    with Screens(readers, SCREENS) as screens, Screens(readers, 1) as uncut:
        screens.all_open()
        uncut.all_open()
        screens.cutting = 0.6
        for sender in senders:
            sender.start()
        while any(sender.is_alive() for sender in senders):
            time.sleep(chance.uniform(0.1, 0.5))
            for screen in chance.sample(screens.screens, SCREENS // 10):
                screen.budget = 1  # the next byte is its last
            if not killed and len(history.acknowledged) > 2 * EACH:
                killed.append(house.server.kill_worker())
        screens.cutting = 0.0
        with house.session() as session:
            screens.wait_for(lambda: not behind(session, wickford, screens.screens), size(30, 200))
            verdict = judge(session, history)
            seen = judge_screens(session, wickford, screens.screens)
    connections = sum(screen.connections for screen in screens.screens)
    tell(f"lines cut at any byte, {SCREENS} screens", connections, SCREENS, seen)
    tell("the same, reports sent meanwhile", history.tries, len(history.acknowledged), verdict)
    assert len(history.acknowledged) == 4 * EACH
    assert connections > 2 * SCREENS, "nothing was cut"
