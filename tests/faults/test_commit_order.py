"""R5: commits that linger after their number was taken. Who has seen 41 has seen 40, so a cursor misses nothing."""

from __future__ import annotations

import threading

import pytest
import sqlalchemy as sa

from tests.faults.history import History, behind, judge, judge_screens, log_of
from tests.faults.houses import size
from tests.faults.phones import Sender, send_all
from tests.faults.screens import Screens
from tests.people import ASHA, BEN, IVY, LEO
from tests.services import database_name

ENGINE = "postgres"
pytestmark = [pytest.mark.faults, pytest.mark.postgres, pytest.mark.slow]

WRITERS, EACH = size(16, 50), size(5, 40)
LINGER = """
CREATE FUNCTION linger() RETURNS trigger LANGUAGE plpgsql AS
  $$ BEGIN PERFORM pg_sleep(random() * 0.02); RETURN NULL; END $$;
CREATE CONSTRAINT TRIGGER linger AFTER INSERT ON event DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION linger()
"""


@pytest.fixture
def lingering(house):
    """Each commit takes up to 20 ms longer, each another time."""
    name = database_name(house.server.settings["DATABASE_URL"])
    house.cluster.sql(LINGER, name)
    yield
    house.cluster.sql("DROP TRIGGER linger ON event; DROP FUNCTION linger()", name)


class Poller(threading.Thread):
    """A page that polls from cursor to cursor as fast as it is answered."""

    def __init__(self, phone):
        super().__init__(daemon=True)
        self.phone, self.over, self.got = phone, threading.Event(), []
        self.start_at = self.cursor = phone.ask("GET", "/poll").json()["cursor"]

    def run(self):
        while not self.over.is_set():
            self.ask()
        self.ask()

    def ask(self):
        answer = self.phone.ask("GET", f"/poll?after={self.cursor}&wait=1")
        if answer.status == 200:
            said = answer.json()
            assert not said["resync"]
            # an event's place comes with its last message; those before it stand where the reader was
            self.got += [
                place
                for place in dict.fromkeys(event["id"] for event in said["events"])
                if place != self.cursor
            ]
            self.cursor = said["cursor"]


def test_numbers_come_in_the_order_of_the_commits(house, tell, lingering):
    people = [house.phone(person) for person in (ASHA, IVY, LEO, BEN)]
    readers = [house.phone(person) for person in house.crowd(4)]
    history, wickford = History(), house.world.schemes["wickford"]
    pollers = [Poller(phone) for phone in readers]
    senders = [Sender(n, people[n % 4], history, EACH, patience=220) for n in range(WRITERS)]
    with Screens(readers, 8) as screens, house.session() as session:
        screens.all_open()
        for poller in pollers:
            poller.start()
        send_all(senders)
        screens.wait_for(lambda: not behind(session, wickford, screens.screens), 30)
        for poller in pollers:
            poller.over.set()
            poller.join()
        log, opener = log_of(session, wickford)
        verdict, seen = judge(session, history), judge_screens(session, wickford, screens.screens)
        behind_all = session.scalar(sa.text("SELECT count(*) FROM event"))
    for poller in pollers:
        start = opener.open(poller.start_at, behind_all)
        assert [opener.open(cursor, log[-1]) for cursor in poller.got] == [seq for seq in log if seq > start]
    tell(f"commits that linger, {WRITERS} writers", history.tries, len(history.acknowledged), verdict)
    tell(
        "the same, for screens and polls by cursor",
        len(history.acknowledged) * 12,
        len(history.acknowledged) * 12,
        seen,
    )
    assert len(history.acknowledged) == WRITERS * EACH
