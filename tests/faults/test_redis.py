"""R3: Redis is killed and comes back empty, is emptied, is frozen. Reports go on, screens catch up, nothing is lost."""

from __future__ import annotations

import signal
import threading
import time
from urllib.parse import urlencode

import pytest
import redis as redis_client

from tests.faults.history import History, behind, judge, judge_pushes, judge_screens
from tests.faults.houses import busy, size
from tests.faults.phones import Phone, Sender, percentile, send_all
from tests.faults.screens import Screens
from tests.people import ASHA, BEN, IVY, LEO, PAT

ENGINE = "postgres"
pytestmark = [pytest.mark.faults, pytest.mark.redis, pytest.mark.slow]

AWAY, FROZEN = size(3, 30), size(2, 20)
SCREENS, DEVICES = size(15, 50), size(2, 4)
CAUGHT_UP = 5.0  # seconds after Redis is back


def killed(redis):
    redis.stop(signal.SIGKILL)
    time.sleep(AWAY)
    redis.start()


def emptied(redis):
    redis_client.Redis.from_url(redis.url).flushall()


def frozen(redis):
    redis.pause()
    time.sleep(FROZEN)
    redis.resume()


@pytest.mark.parametrize(
    ("what", "do", "each"),
    [
        (f"Redis killed, {AWAY} s away, back empty", killed, size(15, 60)),
        ("Redis emptied by FLUSHALL", emptied, size(8, 40)),
        (f"Redis frozen for {FROZEN} s", frozen, size(15, 60)),
    ],
    ids=["killed", "emptied", "frozen"],
)
def test_redis_goes_and_comes_and_nothing_is_lost(house, tell, what, do, each):
    people = [house.phone(person) for person in (ASHA, IVY, LEO, BEN)]
    devices = house.devices(PAT, DEVICES)
    readers = [house.phone(person) for person in house.crowd(5)]
    history, usual = History(), History()
    with Screens(readers, SCREENS) as screens:
        screens.all_open()
        calm = [Sender(n, people[n % 4], usual, 8, pause=0.1) for n in range(4)]
        send_all(calm)
        senders = [Sender(n, people[n % 4], history, each, pause=0.15) for n in range(size(4, 8))]
        fault = threading.Thread(target=do, args=(house.redis,))
        fault.start()
        send_all(senders)
        fault.join()
        with house.session() as session:
            wickford = house.world.schemes["wickford"]
            caught_up = screens.wait_for(lambda: not behind(session, wickford, screens.screens), 20)
            house.settled()
            verdict, seen = judge(session, history), judge_screens(session, wickford, screens.screens)
            pushed = judge_pushes(
                session, house.push, [one.incident for one in history.acknowledged], devices
            )
    before = percentile([s for one in calm for s in one.seconds], 95)
    during = percentile([s for one in senders for s in one.seconds], 95)
    answered = f"p95 of a report {before * 1000:.0f} ms before, {during * 1000:.0f} ms meanwhile"
    tell(what, history.tries, len(history.acknowledged), verdict, answered)
    tell(
        f"the same, on {SCREENS} open screens",
        SCREENS,
        SCREENS,
        seen,
        f"caught up {caught_up:.1f} s after the last",
    )
    tell("the same, on the way to devices", pushed.wanted, pushed.wanted - pushed.lost, pushed)
    assert history.tries == len(history.acknowledged), "a report was refused"
    assert caught_up < CAUGHT_UP * busy()
    assert during < 2 * before + 0.1 * busy()


def test_guessing_is_slowed_without_redis_too(house, tell):
    """The counters are rows: losing Redis opens no door."""
    stranger = Phone(house.server.port, "")
    page = stranger.ask("GET", "/sign-in", accept="text/html")
    stranger.cookie = page.headers["Set-Cookie"].split(";")[0]
    stranger.token = page.text.split('name="csrf_token" value="')[1].split('"')[0]
    house.redis.stop(signal.SIGKILL)
    try:
        fields = {
            "email": "nobody.here@example.org",
            "password": "a wrong guess",
            "csrf_token": stranger.token,
        }
        said = [stranger.ask("POST", "/sign-in", urlencode(fields)).status for _ in range(11)]
    finally:
        house.redis.start()
    print(f"sign-ins tried without Redis: {said}")
    assert said[-1] == 429
    assert 303 not in said
