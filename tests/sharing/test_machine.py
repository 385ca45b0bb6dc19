"""Whoever shares, ends, withdraws, leaves, comes back and is promoted, and however time passes: what anybody finds in
feeds, on pages, in polls, by search, in files and on their phones is what a plain model says.

Some courses with each run of the tests, as many as SHOPALERT_MODEL says where it is set.
"""

from __future__ import annotations

import os
import re
import time
import uuid
from collections import Counter

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
from shopalert.db import now
from shopalert.schemes.models import Membership, PoliceRole, Scheme, Share
from shopalert.wall import crossing
from tests.people import ASHA, BEN, CAROL, CAST, DEV, ELLEN, IVY, LEO, OLU, PAT
from tests.sharing import plain
from tests.sharing.conftest import Town
from tests.sharing.plain import DONE, SCHEMES

LONG = os.environ.get("SHOPALERT_FAULTS") == "long"
COURSES = 30 if LONG else 4  # a course takes some ten seconds; in fewer hardly anything ends
STEPS = 20
PEOPLE = (ASHA, IVY, LEO, BEN, PAT, CAROL, DEV, ELLEN, OLU)
WORD = "quillfeather"
SHARE = re.compile(r'id="share-([0-9a-f-]{36})"')

sharers = st.sampled_from([*[BEN] * 6, *[DEV] * 5, *PEOPLE])
insiders = st.sampled_from(PEOPLE)
many = st.integers(0, 9)


class Course(RuleBasedStateMachine):
    town: Town
    counted: Counter[str]

    @initialize(author=st.sampled_from([ASHA, IVY]), told=st.booleans(), first=st.sampled_from([DEV, BEN]))
    def begin(self, author, told, first):
        """A report and a bulletin, and both are shared."""
        self.of = {
            person: plain.Person(
                person.name.split()[0], {s: r for s, r, _ in person.member}, dict(person.police)
            )
            for person in PEOPLE
        }
        self.model = plain.Model(list(self.of.values()))
        self.since, self.steps = self.town.cursor(), 0
        with self.town.world.app.app_context(), crossing("live") as session:
            self.first = session.scalar(sa.select(sa.func.max(Event.seq))) or 0
        self.report(author, told, True)
        self.advise()
        self.share(BEN, 0, "billericay", 2)
        self.share(first, 1, "billericay", 3)

    def teardown(self):
        """The next course begins with nothing shared and everybody in their place."""
        if not hasattr(self, "model"):
            return
        said = [what for what, _share in self.model.log]
        self.counted.update(courses=1, steps=self.steps, shared=said.count("made"), ended=said.count("ended"))
        self.town.change(Share, Share.ended_at.is_(None), ended_at=now())
        self.town.change(Scheme, sa.true(), takes_shares=True, officers_see_unreported=True)
        for person in PEOPLE:
            self.place(person, False, person.member[0][1] if person.member else "")

    # ---- what people do

    @rule(author=st.sampled_from([ASHA, IVY, CAROL]), told=st.booleans(), pictured=st.booleans())
    @precondition(lambda self: len(self.model.things) < 3)
    def report(self, author, told, pictured):
        home = author.member[0][0]
        if not self.of[author].role(home):
            return
        id_ = str(self.town.world.report(author, home, narrative=WORD, told_police=told))
        picture = self.town.shoot(id_, author) if pictured else ""
        self.model.things.append(plain.Thing(id_, "incident", home, self.of[author], told, picture))

    @rule()
    @precondition(lambda self: len(self.model.things) < 4 and self.of[BEN].role("wickford") == "coordinator")
    def advise(self):
        id_ = self.town.advise()
        self.model.things.append(plain.Thing(id_, "bulletin", "wickford", self.of[BEN]))

    @rule(
        person=sharers,
        which=many,
        to=st.sampled_from(["billericay", "southend", *SCHEMES]),
        days=st.integers(1, 4),
    )
    def share(self, person, which, to, days):
        thing, one = self.pick(which), self.of[person]
        expected = self.model.answer_to_share(one, thing, to)
        known = self.model.given(thing, to)
        answer = self.town.share(person, thing.id, to, kind=f"{thing.kind}s", days=days)
        assert answer.status_code == expected, f"{answer.status_code}, not {expected}: {answer.text[:300]}"
        if expected == DONE and known is None:
            made = self.newest(thing, to)
            self.model.shared(one, plain.Shared(made, thing, to, days + 0.5))

    @rule(person=sharers, which=many)
    @precondition(lambda self: self.model.shares)
    def end(self, person, which):
        share = self.model.shares[-1 - which % len(self.model.shares)]
        expected = self.model.answer_to_end(self.of[person], share)
        assert self.town.end(person, share.id) == expected
        if expected == DONE:
            self.model.end(share, self.of[person])

    @rule(to=st.sampled_from(["billericay", "southend"]), which=many, by=sharers, twice=st.booleans())
    def share_and_end(self, to, which, by, twice):
        """As it goes where nobody is in the way."""
        self.share(BEN, which, to, 3)
        if self.model.shares:
            for person in (by, BEN, *([DEV] if twice else [])):
                self.end(person, 0)

    @rule(days=st.integers(1, 3), looks=st.booleans())
    @precondition(lambda self: self.model.shares)
    def time_passes(self, days, looks):
        self.town.wait(days=days)
        for share in self.model.shares:
            share.days -= days
        if looks:
            assert self.town.look() == self.model.look()

    @rule(person=st.sampled_from([ASHA, IVY, BEN, CAROL, *PEOPLE]), which=many)
    @precondition(lambda self: self.steps > STEPS // 3)
    def withdraw(self, person, which):
        thing = self.pick(which)
        expected = self.model.answer_to_withdraw(self.of[person], thing)
        what, field = ("withdrawal", "reason") if thing.kind == "incident" else ("recall", "why")
        answer = self.town.browsers[person].post(
            f"/{thing.kind}s/{thing.id}/{what}", {field: "It was a mistake."}
        )
        assert answer.status_code == expected, f"{person.name}: {answer.status_code}, not {expected}"
        if expected == DONE:
            self.model.withdraw(thing)

    @rule(person=insiders)
    def leave_or_come_back(self, person):
        self.of[person].away = not self.of[person].away
        self.place(person, self.of[person].away)

    @rule(
        person=st.sampled_from([ASHA, IVY, CAROL, BEN]),
        role=st.sampled_from(["member", "lead", "coordinator"]),
    )
    def promote(self, person, role):
        slug = person.member[0][0]
        self.of[person].member[slug] = role
        self.place(person, self.of[person].away, role)

    @rule(slug=st.sampled_from(SCHEMES), what=st.sampled_from(["takes_shares", "officers_see_unreported"]))
    def decide(self, slug, what):
        held = self.model.takes if what == "takes_shares" else self.model.all_to_police
        held[slug] = not held[slug]
        self.town.change(Scheme, Scheme.slug == slug, **{what: held[slug]})

    # ---- helpers

    def pick(self, which):
        return self.model.things[which % len(self.model.things)]

    def newest(self, thing, to):
        world = self.town.world
        with world.app.app_context(), crossing("command") as session:
            asked = sa.select(Share.id).where(
                Share.thing_id == uuid.UUID(thing.id), Share.to_scheme_id == world.schemes[to]
            )
            return str(session.scalars(asked.order_by(Share.id.desc())).first())

    def place(self, person, away, role=""):
        user, at = self.town.world.users[person.name], now() if away else None
        self.town.change(
            Membership, Membership.user_id == user, removed_at=at, **({"role": role} if role else {})
        )
        self.town.change(PoliceRole, PoliceRole.user_id == user, ended_at=at)

    # ---- what is found

    @invariant()
    def what_anybody_finds_is_what_the_model_says(self):
        if not hasattr(self, "model"):
            return
        self.steps += 1
        looks = [CAROL, PEOPLE[self.steps % len(PEOPLE)]]
        for person in looks:
            self.lists(person, SCHEMES[self.steps % 3] if person is not CAROL else "billericay")
            for share in {*self.model.shares[-1:], *self.model.shares[self.steps % 4 :: 4][-1:]}:
                self.page(person, share)
        self.poll(looks[self.steps % 2])
        if self.steps % 4 == 0:
            self.search(looks[1])
        self.phones()

    def lists(self, person, slug):
        """Of one scheme, its feed and its page in turn."""
        path = f"/s/{slug}/" if self.steps % 2 else f"/s/{slug}/shared"
        inside = bool(self.of[person].role(slug))
        page = self.town.browsers[person].get(path, status=200 if inside else 404)
        if inside:
            found, wanted = SHARE.findall(page.text), self.model.list_of(slug)
            assert found == (wanted[:5] if path.endswith("/") else wanted), f"{person.name}: {path}"

    def page(self, person, share):
        """Its page or its picture here, and the thing at home."""
        status = 200 if self.model.sees(self.of[person], share) else 404
        tier = ("", "/thumb", "/view")[self.steps % 3]
        path = f"/shared/{share.id}" + (
            f"/files/{share.thing.picture}{tier}" if tier and share.thing.picture else ""
        )
        assert self.town.status(person, path) == status, f"{person.name}: {path}"
        home = self.town.status(person, f"/{share.thing.kind}s/{share.thing.id}")
        assert home == self.model.answer_at_home(self.of[person], share.thing), (
            f"{person.name}: at home {home}"
        )

    def poll(self, person):
        found = []
        for each in self.town.polls(person, self.since):
            told = re.search(r"share-([0-9a-f-]{36})", str(each["data"]))
            if each["event"] in ("shared", "gone") and told:
                found.append((each["event"], told[1]))
        assert found == self.model.polled(self.of[person]), person.name

    def search(self, person):
        if not any(self.of[person].role(slug) for slug in SCHEMES):
            return
        text = self.town.browsers[person].get(f"/search?q={WORD}").text
        for thing in self.model.things:
            if thing.kind == "incident":
                seen = self.model.at_home(self.of[person], thing) and not thing.gone
                assert (f"/incidents/{thing.id}" in text) == seen, f"{person.name}: search"
        assert "/shared/" not in text

    def phones(self):
        with self.town.world.app.app_context(), crossing("live") as session:
            events = session.execute(
                sa.select(Event.seq, Event.kind, Event.thing_id)
                .where(Event.seq > self.first, Event.kind.in_(["share.made", "share.ended"]))
                .order_by(Event.seq)
            ).all()
            rung = session.execute(
                sa.select(Delivery.event_seq, Delivery.user_id).where(Delivery.event_seq > self.first)
            ).all()
        assert len(rung) == len(set(rung)), "somebody was alerted twice of one event"
        found = [
            (kind, str(thing), frozenset(self.town.names[who] for of, who in rung if of == seq))
            for seq, kind, thing in events
        ]
        assert found == self.model.alerts


@pytest.mark.timeout(900)  # courses of twenty deeds, each with its pages
def test_no_course_of_sharing_shows_anybody_what_the_model_does_not(world):
    town, began = Town(world), time.monotonic()

    class InThisTown(Course):
        pass

    InThisTown.town, InThisTown.counted = town, Counter()
    assert {person.name for person in PEOPLE} <= {person.name for person in CAST}
    run_state_machine_as_test(
        InThisTown,
        settings=settings(
            max_examples=int(os.environ.get("SHOPALERT_MODEL") or COURSES),
            stateful_step_count=STEPS,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            print_blob=True,
        ),
        _min_steps=STEPS - 8,  # of the few courses of an ordinary run none ends after three deeds
    )
    counted = InThisTown.counted
    assert counted["shared"] >= 2 * counted["courses"] and counted["ended"] >= counted["courses"] / 2
    print(f"\n{dict(InThisTown.counted)}: as the model says, in {time.monotonic() - began:.0f} s")
