"""Whoever does what to an incident's requests, progress and outcome, and in whatever order: pages show what a plain
model says, what is refused changes nothing, and each change has its audit row and its alert once.

Random courses through the house's own doors, by people of every role. Some of them with each run of the tests, as many
as SHOPALERT_MODEL says where it is set, many with `python3 dev.py faults`.
"""

from __future__ import annotations

import os
import re
import uuid
from collections import Counter
from datetime import timedelta
from functools import partial

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from shopalert.alerts.models import Delivery, Event
from shopalert.db import now, writing
from shopalert.outcomes.vocabulary import STATION
from shopalert.protection.models import AuditRow
from shopalert.requests import clock
from shopalert.requests.models import Request
from shopalert.settings.readers import LISTS, READS
from shopalert.wall import crossing
from tests.browse import Browser, text_of
from tests.outcomes.loop import LONG_AGO, before, everybody_has_a_phone
from tests.people import ASHA, BEN, DEV, ELLEN, IVY, LEO
from tests.requests import plain
from tests.requests.plain import (
    CAST,
    COURT,
    DONE,
    OUTCOMES,
    OUTSIDE,
    POLICE,
    PROGRESS,
    STAFF,
    STANDING,
    WAITING,
)  # fmt: skip

LONG = os.environ.get("SHOPALERT_FAULTS") == "long"
COURSES = {"sqlite": 60 if LONG else 2, "postgres": 30 if LONG else 2}  # a course takes some seconds
STEPS = 40

LINK, WORDS = "https://evidence.essex.example/upload/7f3a", "The till from ten past two"
CHIPS = {
    "open": "Open", "overdue": "Overdue", "answered": "Answered", "accepted": "Accepted", "withdrawn": "Withdrawn",
}  # fmt: skip
MOVES = {
    "accept": ("acceptance", {}), "reopen": ("reopening", {"missing": "The other camera."}),
    "withdraw": ("withdrawal", {}),
}  # fmt: skip
HEARD = ("request.", "progress.", "comment.said")
DEEDS = ("request.", "progress.", "incident.withdraw")

police = st.sampled_from([*[DEV] * 6, *[ELLEN] * 3, *CAST])  # rather somebody who may
shops = st.sampled_from([*[IVY, LEO, ASHA] * 3, BEN, BEN, *CAST])
keepers = st.sampled_from([*[DEV] * 6, *[BEN] * 3, *CAST])
codes = st.sampled_from([*PROGRESS, *OUTCOMES, *COURT, OUTCOMES[0], OUTCOMES[0]])
addressees = st.sampled_from([*STAFF, "the reporter"])
insiders = st.sampled_from([person for person in CAST if person not in OUTSIDE])
many, days = st.integers(0, 9), st.sampled_from([1, 2, 3])


class Town:
    """The house behind the doors, and what stands in its database about one incident."""

    def __init__(self, world):
        self.world = world
        self.browsers = {person: Browser(world.client(person)) for person in CAST}
        everybody_has_a_phone(world)
        self.names = {world.users[person.name]: person for person in CAST}
        self.counted = Counter()

    def begin(self, reporter):
        incident = str(self.world.report(reporter, occurred_at=now() - LONG_AGO))
        with self.world.app.app_context(), crossing("command") as session:
            self.since = session.scalar(sa.select(sa.func.max(Event.seq)))
            self.began = now()
        return incident

    def pass_time(self, days, nearly):
        with self.world.app.app_context():
            return clock.look(now() + timedelta(days=days) + timedelta(hours=-2 if nearly else 2))

    def events(self, incident):
        """[(kind, thing, who, alerted)] since the course began; nobody twice for one of them."""
        with self.world.app.app_context(), crossing("live") as session:
            rows = session.scalars(sa.select(Event).where(Event.seq > self.since).order_by(Event.seq)).all()
            sent = session.execute(
                sa.select(Delivery.event_seq, Delivery.user_id).where(Delivery.event_seq > self.since)
            ).all()
        assert len(set(sent)) == len(sent), "somebody was alerted twice of one event"
        found = []
        for row in rows:
            assert str(row.incident_id) == incident
            if row.kind.startswith(HEARD):
                alerted = frozenset(self.names[who] for seq, who in sent if seq == row.seq)
                thing = None if row.kind in ("comment.said", "progress.noted") else str(row.thing_id)
                found.append((row.kind, thing, self.names.get(row.actor_id), alerted))
        return found

    def audit(self):
        """[(verb, who, thing)] of what was done since the course began."""
        with self.world.app.app_context(), crossing("command") as session:
            rows = session.scalars(
                sa.select(AuditRow).where(AuditRow.at >= self.began, AuditRow.outcome == "done")
            ).all()
        return [
            (row.verb, self.names.get(row.actor_id), str(row.object_id) if row.object_id else None)
            for row in rows
            if row.verb.startswith(DEEDS) and row.verb not in (*READS, *LISTS)
        ]

    def end(self):
        """What is still asked would stand in the lists of the next course."""
        with self.world.app.app_context(), crossing("seed") as session, writing(session):
            session.execute(sa.update(Request).where(Request.state.in_(STANDING)).values(state="withdrawn"))


class Course(RuleBasedStateMachine):
    """One incident in the house and in the model; each deed is done in both."""

    town: Town

    @initialize(reporter=st.sampled_from([ASHA, IVY, BEN]), of=addressees, due=days)
    def begin(self, reporter, of, due):
        """Something was reported, and an officer asks for the film of it."""
        self.model = plain.Model(reporter)
        self.incident = self.model.incident = self.town.begin(reporter)
        self.deeds = self.steps = 0
        self.touched = {"request", "progress"}
        self.latest = None  # the request that was touched last
        self.make(DEV, of, "cctv", due, False)

    def teardown(self):
        if hasattr(self, "model"):
            self.town.counted.update(["courses"])
            self.town.counted["deeds"] += self.deeds
            self.town.counted["changes"] += len(self.model.audit)
            self.town.end()

    # ---- what people do

    def post(self, person, path, **fields):
        self.deeds += 1
        return self.town.browsers[person].post(path, fields)

    def done(self, answer, expected, touched=""):
        """It was answered as the model says; what it changed is looked at on its pages."""
        if expected == DONE and touched:
            self.touched.add(touched)
        assert answer.status_code == expected, f"{answer.status_code}, not {expected}: {answer.text[:400]}"

    @rule(person=police, of=addressees, kind=st.sampled_from(["cctv", "statement"]),
          due=days, twice=st.booleans())  # fmt: skip
    @precondition(lambda self: len(self.model.asked) < 3)
    def make(self, person, of, kind, due, twice):
        world, reporter = self.town.world, self.model.reporter
        staff = STAFF.get(of, (reporter,))
        to = f"premises:{world.premises[of]}" if of in STAFF else f"person:{world.users[reporter.name]}"
        fields = {
            "client_id": str(uuid.uuid4()), "kind": kind, "days": str(due), "to": to, "what": WORDS, "link": LINK,
        }  # fmt: skip
        expected = self.model.make(person)
        answer = self.post(person, f"/incidents/{self.incident}/requests", **fields)
        self.done(answer, expected)
        if expected == DONE:
            id_ = answer.location.rsplit("/", 1)[1]
            self.latest = plain.Asked(id_, kind, person, staff, due, self.model.next_turn())
            self.model.made(self.latest)
            self.touched.add("request")
            if twice:
                again = self.post(person, f"/incidents/{self.incident}/requests", **fields)
                self.done(again, DONE)
                assert again.location == answer.location
                self.model.audit.append(("request.make", person, None))

    def pick(self, which):
        self.latest = self.model.asked[which % len(self.model.asked)]
        return self.latest

    @rule(person=shops, which=many, receipt=st.booleans(), twice=st.booleans())
    def answer(self, person, which, receipt, twice):
        asked = self.pick(which)
        fields = {"client_id": str(uuid.uuid4()), "text": "" if receipt else "It is on a stick."}
        fields |= {"receipt": "EV-771"} if receipt else {}
        expected = self.model.answer(person, asked)
        self.done(self.post(person, f"/requests/{asked.id}/answers", **fields), expected, "request")
        if twice and expected == DONE:
            self.done(self.post(person, f"/requests/{asked.id}/answers", **fields), DONE)
            self.model.audit.append(("request.answer", person, None))

    @rule(
        person=police, which=many, move=st.sampled_from(["accept", "accept", "reopen", "withdraw"]), due=days
    )
    def police_move(self, person, which, move, due):
        asked, (path, fields) = self.pick(which), MOVES[move]
        expected = self.model.police_move(person, asked, move, days=due)
        fields = {**fields, "days": str(due)}
        self.done(self.post(person, f"/requests/{asked.id}/{path}", **fields), expected, "request")

    @rule(which=many, who=many, move=st.sampled_from(["accept", "reopen", "withdraw"]), due=days)
    def answered_and_looked_at(self, which, who, move, due):
        """As it goes where nobody is in the way."""
        asked = self.pick(which)
        self.answer(asked.of[who % len(asked.of)], which, False, False)
        self.police_move(asked.asker, which, move, due)

    @rule(days=days, nearly=st.booleans())
    def time_passes(self, days, nearly):
        self.touched.add("request")
        assert self.town.pass_time(days, nearly) == self.model.clock(days, nearly)

    @rule(person=insiders)
    @precondition(lambda self: not self.model.withdrawn)
    def say(self, person):
        self.town.world.say(person, uuid.UUID(self.incident), "We saw them too.")
        self.model.say(person)

    @rule(person=keepers, code=codes, day=st.integers(0, 4), note=st.booleans(), twice=st.booleans())
    def add(self, person, code, day, note, twice):
        on = before(day).isoformat()
        fields = {"client_id": str(uuid.uuid4()), "code": code, "happened_on": on, "told_on": on}
        fields |= {"for_police": "Known as Quillfeather."} if note else {}
        fields |= {"sentence": "12 weeks."} if code in COURT else {}
        expected = self.model.add(person, code, day)
        answer = self.post(person, f"/incidents/{self.incident}/progress", **fields)
        self.done(answer, expected, "progress")
        if expected == DONE:
            id_ = answer.location.rsplit("#step-", 1)[1]
            noted = note and person is DEV
            self.model.added(plain.Said(id_, code, day, len(self.model.steps) + 1, person, noted))
            if twice:
                again = self.post(person, f"/incidents/{self.incident}/progress", **fields)
                self.done(again, DONE)
                assert again.location == answer.location
                self.model.audit.append(("progress.add", person, None))

    @rule(person=keepers, which=many)
    @precondition(lambda self: self.model.steps)
    def take_back(self, person, which):
        step = self.model.steps[which % len(self.model.steps)]
        expected = self.model.take_back(person, step)
        self.done(self.post(person, f"/police-steps/{step.id}/retraction"), expected, "progress")

    @rule(person=st.sampled_from([ASHA, IVY, BEN, *CAST]))
    @precondition(lambda self: self.steps > STEPS * 0.7 and not self.model.withdrawn)
    def withdraw_incident(self, person):
        self.touched |= {"request", "progress"}
        expected = self.model.withdraw(person)
        answer = self.post(person, f"/incidents/{self.incident}/withdrawal", reason="It was a mistake.")
        self.done(answer, expected)

    # ---- what stands there after each

    @invariant()
    def each_change_is_written_down_and_said_once(self):
        if not hasattr(self, "model"):
            return
        told, due = self.town.events(self.incident), self.model.events
        assert told == due, f"too much: {less(told, due)}, missing: {less(due, told)}"
        noted, due = self.town.audit(), self.model.audit
        assert Counter(noted) == Counter(due), f"too much: {less(noted, due)}, missing: {less(due, noted)}"

    @invariant()
    def the_pages_show_it(self):
        """To an officer and to a shop what was touched; to one more, each time another, a page more."""
        if not hasattr(self, "model"):
            return
        self.steps += 1
        shop = self.latest.of[self.steps % len(self.latest.of)]
        for person in (DEV, shop):
            if "request" in self.touched:
                self.request_page(person, self.latest)
                self.list_page(person)
            if "progress" in self.touched:
                self.outcomes_page(person)
            if self.touched:
                self.incident_page(person)
        other = CAST[self.steps % len(CAST)]
        any_request = self.model.asked[self.steps % len(self.model.asked)]
        looks = (
            partial(self.request_page, other, any_request), partial(self.list_page, other),
            partial(self.incident_page, other), partial(self.outcomes_page, other),
        )  # fmt: skip
        looks[self.steps // len(CAST) % len(looks)]()
        self.touched = set()

    def page(self, person, path):
        """The page, or nothing where there must be none."""
        sees = self.model.sees(person)
        found = self.town.browsers[person].get(path, status=200 if sees else 404)
        return found if sees else None

    def incident_page(self, person):
        page = self.page(person, f"/incidents/{self.incident}")
        if page is None:
            return
        lines = {
            each.get("id"): text_of(each)
            for each in page.all("p")
            if "quiet-line" in (each.get("class") or "")
        }
        shown = {id_ for id_ in lines if id_ and id_.startswith("request-")}
        assert shown == {f"request-{asked.id}" for asked in self.model.asked}
        for asked in self.model.asked:
            assert lines[f"request-{asked.id}"].endswith(CHIPS[asked.state])
        for step in self.model.steps:
            assert ("Taken back" in lines[f"step-{step.id}"]) == step.undone
        notes = sum("Known as Quillfeather" in text for text in lines.values())
        assert notes == (sum(step.noted for step in self.model.steps) if person in POLICE else 0)
        code = plain.stands(self.model.holding())
        if code != "not_reported":
            short = str(STATION[code].short)
            chips = [text_of(each) for each in page.tree.find_class("chip")]
            assert short in chips, f"{short} is no chip of {chips}"

    def outcomes_page(self, person):
        page = self.page(person, f"/incidents/{self.incident}/progress")
        if page is None:
            return
        items = [each for each in page.all("li") if (each.get("id") or "").startswith("step-")]
        in_order = sorted(self.model.steps, key=lambda one: (-one.day, one.number))
        wanted = [step for step in in_order if step.code in PROGRESS]
        wanted += [step for step in in_order if step.code not in PROGRESS]
        assert [each.get("id") for each in items] == [f"step-{step.id}" for step in wanted]
        for item, step in zip(items, wanted, strict=True):
            assert ("course__one--undone" in item.get("class")) == step.undone
            assert ("Quillfeather" in text_of(item)) == (step.noted and person in POLICE)
            offers = any(True for _ in item.iter("form"))
            may = self.model.may_take_back(person, step)
            assert offers == (may and not step.undone and not self.model.withdrawn), (
                f"{person.name}: take back"
            )
        adds = any(form.get("id") == "add" for form in page.all("form"))
        assert adds == (person in (DEV, BEN) and not self.model.withdrawn)

    def list_page(self, person):
        page = self.town.browsers[person].get("/requests")
        shown = {}
        for section in page.all("section"):
            found = set(
                re.findall(r"/requests/([0-9a-f-]{36})", " ".join(a.get("href") for a in section.iter("a")))
            )
            shown[text_of(section.find("h2"))] = found & {asked.id for asked in self.model.asked}
        standing = [] if self.model.withdrawn else self.model.asked
        mine = [asked for asked in standing if person in asked.of]
        by_me = [asked for asked in standing if asked.asker is person]
        if person in POLICE:
            wanted = {
                "What I am waiting for": {each.id for each in by_me if each.state in WAITING},
                "Waiting for me": {each.id for each in by_me if each.state == "answered"},
            }
        else:
            wanted = {
                "Still to answer": {each.id for each in mine if each.state in WAITING},
                "Answered and over": {each.id for each in mine if each.state not in WAITING},
            }
        for title, ids in wanted.items():
            if title != "Answered and over" or not self.model.withdrawn:
                assert shown.get(title, set()) == ids, f"{person.name}: {title}"

    def request_page(self, person, asked):
        page = self.page(person, f"/requests/{asked.id}")
        if page is None:
            return
        assert text_of(page.tree.find_class("chip")[0]) == CHIPS[asked.state]
        forms = [form.get("action") for form in page.all("form")]
        offered = {form.rsplit("/", 1)[1] for form in forms if form.startswith(f"/requests/{asked.id}/")}
        assert offered == self.model.offered(person, asked), f"{person.name} may {offered}"
        inside = self.model.inside(person, asked)
        assert (LINK in page.text) == (inside and asked.state != "withdrawn" and not self.model.withdrawn)
        assert (WORDS in page.text) == inside
        trail = [text_of(each).split(" · ")[1].split(":")[0] for each in page.tree.xpath("//ol/li")]
        assert trail == (asked.trail if inside else []), f"{person.name} reads {trail}"
        answers = [each for each in page.all("article") if (each.get("id") or "").startswith("comment-")]
        assert len(answers) == (asked.answers if inside else 0)


def less(some, others):
    return list((Counter(some) - Counter(others)).elements())


@pytest.mark.timeout(900)  # courses of forty deeds, each with its pages
def test_no_order_of_deeds_leads_to_what_pages_cannot_show(world, engine):
    town = Town(world)

    class InThisTown(Course):
        pass

    InThisTown.town = town
    run_state_machine_as_test(
        InThisTown,
        settings=settings(
            max_examples=int(os.environ.get("SHOPALERT_MODEL") or COURSES[engine]),
            stateful_step_count=STEPS,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            print_blob=True,
        ),
        _min_steps=STEPS - 10,  # of the few courses of an ordinary run none ends after three deeds
    )
    print(f"\n{dict(town.counted)}: as the model says")
