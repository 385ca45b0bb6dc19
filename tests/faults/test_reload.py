"""R19: the web processes are changed under open streams and sending phones, by HUP and by SIGTERM. Back within ten
seconds, spread and not in one crowd, with nothing missed."""

from __future__ import annotations

import os
import signal
import threading
import time

import pytest

from tests.faults.history import History, behind, judge, judge_screens
from tests.faults.houses import busy, size
from tests.faults.phones import Sender
from tests.faults.screens import Screens
from tests.people import ASHA, BEN, IVY, LEO
from tests.services import eventually

pytestmark = [pytest.mark.faults, pytest.mark.slow]

STREAMS = size(200, 5000)
PEOPLE = size(5, 25)
BACK, DRAINED, SPREAD = 10.0, 30.0, size(1.5, 3.0)


def hang_up(house):
    """As `systemctl reload`: new web processes, and the old ones end when they are through."""
    old = house.server.workers()
    house.server.process.send_signal(signal.SIGHUP)
    return old


def stop_and_start(house):
    """As `systemctl restart`: all end, and then all begin."""
    old = house.server.workers()
    house.server.stop()
    house.server.start()
    return old


CHANGES = [("HUP", hang_up), ("SIGTERM and start", stop_and_start)][: size(1, 2)]


@pytest.mark.parametrize(("what", "change"), CHANGES, ids=["hup", "term"][: len(CHANGES)])
def test_streams_come_back_with_nothing_missed(house, tell, what, change):
    people = [house.phone(person) for person in (ASHA, IVY, LEO, BEN)]
    readers = [house.phone(person) for person in house.crowd(PEOPLE)]
    history, wickford = History(), house.world.schemes["wickford"]
    senders = [Sender(n, people[n], history, size(20, 40), pause=0.15) for n in range(4)]
    with Screens(readers, STREAMS) as screens:
        opening = screens.all_open(120)
        for sender in senders:
            sender.start()
        eventually(lambda: len(history.acknowledged) > 10, 20)
        began, drained = time.monotonic(), []
        old = change(house)
        changed = time.monotonic() - began
        waiting = threading.Thread(target=lambda: drained.append(gone(old, began)))
        waiting.start()
        screens.wait_for(lambda: all(each.open and each.opened_at > began for each in screens.screens), 60)
        back = sorted(each.opened_at - began for each in screens.screens)
        asked = sorted(each.asked_at for each in screens.screens)
        waiting.join()
        for sender in senders:
            sender.join()
        with house.session() as session:
            screens.wait_for(lambda: not behind(session, wickford, screens.screens), 20)
            verdict, seen = judge(session, history), judge_screens(session, wickford, screens.screens)
    # While no process is there yet they wait at its door: what counts is when they came to it.
    spread = asked[int(len(asked) * 0.95)] - asked[int(len(asked) * 0.05)]
    times = (
        f"back within {back[-1]:.1f} s, asked over {spread:.1f} s · old ones gone after {drained[0]:.0f} s"
    )
    more = f"opened in {opening:.0f} s · {times}"
    tell(
        f"{what}, {STREAMS:,} streams", sum(each.connections for each in screens.screens), STREAMS, seen, more
    )
    tell("the same, reports sent meanwhile", history.tries, len(history.acknowledged), verdict)
    assert back[-1] - (changed if change is stop_and_start else 0) < BACK * busy()
    assert drained[0] < DRAINED * busy()
    assert spread > SPREAD, "they came back in one crowd"


def gone(pids, since):
    """Seconds until the last of them had ended."""
    eventually(lambda: not any(os.path.exists(f"/proc/{pid}") for pid in pids), 60, 0.05)
    return time.monotonic() - since
