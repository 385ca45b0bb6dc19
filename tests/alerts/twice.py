"""A town of two schemes that lives twice: in the house, by its own actions and doors, and in the plain model.

What people do there is in `deeds.py`. Here they settle, their pages and phones come and go, and what each got is held
against what the model says.
"""

from __future__ import annotations

import json
import uuid
from collections import Counter, defaultdict

import gevent
import sqlalchemy as sa

from shopalert.accounts.models import User
from shopalert.alerts.live import hub
from shopalert.alerts.outbox import cursor_now, newest
from shopalert.db import uuid7, writing
from shopalert.schemes.models import District, Force, Membership, PoliceRole, Scheme
from shopalert.wall import crossing
from tests.alerts import plain
from tests.alerts.deeds import SECRET, Deeds
from tests.alerts.readers import Poller, Screen, settle
from tests.people import Person
from tests.world import password_hash

PEOPLE = {
    "ann": {"A": "member"}, "bob": {"A": "member"}, "lena": {"A": "lead"}, "mia": {"A": "member", "B": "member"},
    "vic": {"B": "member"}, "cora": {"A": "coordinator", "B": "coordinator"},
    "cole": {"A": "coordinator", "B": "member"}, "dev": {}, "ellen": {},
}  # fmt: skip
POLICE = {"dev": "officer", "ellen": "commander"}


class Town(Deeds):
    """Two schemes and their people, in the house and in the model; each step is done in both."""

    def __init__(self, world, push_service, dispatcher):
        self.world, self.app = world, world.app
        self.push_service, self.dispatcher = push_service, dispatcher
        self.model = plain.Model(
            [plain.Scheme("A"), plain.Scheme("B", breaks_through=False, all_to_police=False)],
            [plain.Person(name, dict(places), name in POLICE) for name, places in PEOPLE.items()],
        )
        self.people = {person.name: person for person in self.model.people}
        self.cast = {name: Person(f"{name} {uuid.uuid4().hex}") for name in PEOPLE}
        self.incidents, self.schemes, self.clients = [], {}, {}
        with self.app.app_context(), crossing("seed") as session, writing(session):
            self.settle(session)
        self.devices = {name: push_service.device() for name in PEOPLE}
        self.phones = defaultdict(list)
        self.rung = self.heard = 0  # of what came to our phones
        for name in PEOPLE:
            self.sign_in(name)
        with self.app.app_context(), crossing("live") as session:
            hub.position, start = newest(session)[0], cursor_now(session)
        self.delivered = 0
        self.screens = {name: Screen(start) for name in PEOPLE}
        self.pollers = {name: Poller(start) for name in PEOPLE}
        self.by_stream = {name: plain.Reader(self.model, person) for name, person in self.people.items()}
        self.by_poll = {name: plain.Reader(self.model, person) for name, person in self.people.items()}
        for name in PEOPLE:
            self.come(name)

    def settle(self, session):
        mark = uuid.uuid4().hex
        force = session.scalars(sa.select(Force)).first()
        district = District(force_id=force.id, slug=f"d-{mark}", name="A district")
        session.add(district)
        session.flush()
        for each in self.model.schemes:
            row = Scheme(
                id=uuid7(), district_id=district.id, slug=f"{each.name}-{mark}".lower(), name=each.name,
                code=f"{each.name}{mark[:5]}", kind="retail", break_through=each.breaks_through,
                officers_see_unreported=each.all_to_police,
            )  # fmt: skip
            session.add(row)
            self.schemes[each.name] = self.world.schemes[row.slug] = row.id
        session.flush()
        for name, places in PEOPLE.items():
            user = User(
                id=uuid7(), email=f"{name}-{mark}@example.org", name=name, short_name=name,
                password_hash=password_hash(),
            )  # fmt: skip
            session.add(user)
            session.flush()
            self.world.users[self.cast[name].name] = user.id
            session.add_all(
                Membership(scheme_id=self.schemes[slug], user_id=user.id, role=role) for slug, role in places.items()
            )  # fmt: skip
            if name in POLICE:
                session.add(PoliceRole(user_id=user.id, district_id=district.id, role=POLICE[name]))

    # ---- readers come and go

    def name(self, number):
        return list(PEOPLE)[number % len(PEOPLE)]

    def whose_screen(self, number, ended):
        """Rather somebody whose page is in that state."""
        found = [name for name in PEOPLE if self.screens[name].ended is ended] or list(PEOPLE)
        return found[number % len(found)]

    def sign_in(self, name):
        """Again, with the phone that asks for alerts."""
        self.clients[name] = self.world.client(self.cast[name])
        answer = self.clients[name].post(
            "/push/subscription", json=self.devices[name],
            headers={"X-Requested-With": "shopalert", "Sec-Fetch-Site": "same-origin"},
        )  # fmt: skip
        assert answer.status_code == 201, answer.text
        person = self.people[name]
        person.signed_in = True
        person.device = len(self.phones[name]) + 1
        self.phones[name].append(person.device)

    def come(self, who, *_):
        """Open the page: sign in where that has ended, and go on from the last that was seen."""
        name = who if isinstance(who, str) else self.whose_screen(who, ended=True)
        person, screen = self.people[name], self.screens[name]
        if person.suspended:
            assert screen.open(self.clients[name]) == 401
            return
        if not person.signed_in:
            self.sign_in(name)
        if screen.ended:
            assert screen.open(self.clients[name]) == 200
            settle()
            reader = self.by_stream[name]
            reader.cursor = reader.read(reader.cursor, len(self.model.events)) or reader.cursor
            reader.caught_up = len(self.model.events)

    def drop(self, who, *_):
        """The connection is cut."""
        settle()
        self.screens[self.whose_screen(who, ended=False)].close()

    def deliver(self, *_):
        """The hub tells all that is new to those who are there."""
        with self.app.app_context():
            hub.deliver()
        settle()
        for name, reader in self.by_stream.items():
            if not self.screens[name].ended:
                start = max(self.delivered, reader.caught_up)
                reader.cursor = reader.read(start, len(self.model.events)) or reader.cursor
        self.delivered = len(self.model.events)

    def poll(self, who, *_):
        name = who if isinstance(who, str) else self.name(who)
        person, reader = self.people[name], self.by_poll[name]
        status = self.pollers[name].poll(self.clients[name])
        if not person.signed_in:
            assert status == 401
        elif reader.read(reader.cursor, len(self.model.events)):
            assert status == 200
            reader.cursor = len(self.model.events)
        else:
            assert status == 204

    def push(self, *_):
        """Everything that waits is sent; each phone got what it was to get."""
        with self.app.app_context():
            while self.dispatcher.turn() or self.dispatcher.under_way or self.dispatcher.results:
                gevent.sleep(0)
        whose = {device["endpoint"].rsplit("/", 1)[1]: name for name, device in self.devices.items()}
        got = [each for each in self.push_service.received() if each["device"] in whose][self.heard :]
        self.heard += len(got)
        assert not [each["problem"] for each in got if each["problem"]]
        assert SECRET not in str(got)
        rung = []
        for each in got:
            said = json.loads(each["payload"])["notification"]
            rung.append((whose[each["device"]], said["tag"], said["title"], said["silent"]))
        due = [(person.name, tag, title, silent) for person, _, tag, title, silent in self.model.sent()]
        assert sorted(rung) == sorted(due), differs(rung, due)
        self.rung += len(rung)

    # ---- at the end

    def finish(self):
        """Everybody comes back who may, and has everything."""
        self.deliver()
        self.push()
        for name in PEOPLE:
            self.come(name)
            self.poll(name)
        settle()
        self.compare()

    def compare(self):
        for name, person in self.people.items():
            for how, got, due in (
                ("stream", self.screens[name].got, self.by_stream[name].due),
                ("poll", self.pollers[name].got, self.by_poll[name].due),
            ):
                assert got == due, f"{name} by {how}: {differs(got, due)}"
            if not person.police:
                said = self.screens[name].text + self.pollers[name].text
                assert f"{SECRET} police" not in said
                others = [other for other in PEOPLE if other != name]
                assert not [other for other in others if f"{SECRET} thread:{other}" in said]

    def counted(self):
        return {
            "scripts": 1,
            "events": len(self.model.events),
            "messages by stream": sum(len(screen.got) for screen in self.screens.values()),
            "by poll": sum(len(poller.got) for poller in self.pollers.values()),
            "by push": self.rung,
        }

    def close(self):
        for screen in self.screens.values():
            screen.close()
        hub.streams.clear()


def differs(got, due):
    """What was too much, and what was missed; or only the order."""
    more, less = Counter(got) - Counter(due), Counter(due) - Counter(got)
    return f"got too much: {sorted(more.elements())}, did not get: {sorted(less.elements())}"
