"""What people do in the town that lives twice: each deed in the house, by its own action, and in the plain model.

A deed is done by whoever the numbers point at, where it can be done at all: a script of them is never wrong.
"""

from __future__ import annotations

import uuid
from dataclasses import replace

import sqlalchemy as sa

from shopalert.accounts import actions as accounts
from shopalert.accounts.models import User
from shopalert.alerts import choices, preferences
from shopalert.db import db
from shopalert.incidents import actions as incidents
from shopalert.incidents.facts import Facts
from shopalert.incidents.models import Incident, Step
from shopalert.members import actions as members
from shopalert.schemes.models import Membership, Scheme
from shopalert.wall import crossing
from tests.alerts import plain
from tests.alerts.readers import settle

SECRET = "Zebedee"  # in every free text: it never leaves for a lock screen
CHOICES = (
    plain.Choice(), plain.Choice(quiet=True), plain.Choice(push=2, live=1), plain.Choice(push=3, live=3),
    plain.Choice(without="shop_theft"), plain.Choice(push=1, quiet=True),
)  # fmt: skip
ROLES = ("member", "lead", "coordinator")
ALL_DAY = dict.fromkeys(preferences.DAYS, ("00:00", "24:00"))


class Deeds:
    """To be mixed into the town."""

    # ---- small words

    def standing(self, number, scheme=None):
        """Somebody who is signed in, and belongs to the scheme."""
        found = [
            name for name, person in self.people.items()
            if person.signed_in and (scheme is None or self.model.audiences(person, scheme))
        ]  # fmt: skip
        return found[number % len(found)] if found else None

    def incident(self, number, who):
        """One that still stands and that this person may see; the row is loaded by whoever acts."""
        found = [
            each for each in self.incidents
            if not each.withdrawn and self.people[who].signed_in and self.model.sees(self.people[who], each)
        ]  # fmt: skip
        return found[number % len(found)] if found else None

    def as_incident(self, who, incident, do):
        """The action, by this person under their own wall."""
        with self.world.seen_as(self.cast[who]) as viewer:
            row = db.session.scalars(sa.select(Incident).where(Incident.id == uuid.UUID(incident.id))).one()
            return do(viewer, row)

    def newest_step(self, incident, kind):
        with self.app.app_context(), crossing("live") as session:
            mine = sa.select(Step).where(Step.incident_id == uuid.UUID(incident.id), Step.kind == kind)
            return str(session.scalars(mine.order_by(Step.id.desc())).first().id)

    def manage(self, who, scheme, do):
        """What Cora, who is coordinator of both, does with somebody's membership."""
        with self.world.seen_as(self.cast["cora"]) as viewer:
            mine = sa.select(Membership).where(
                Membership.user_id == self.world.users[self.cast[who].name],
                Membership.scheme_id == self.schemes[scheme],
            )
            do(viewer, db.session.scalars(mine).one())

    def member(self, number, which):
        """Somebody other than Cora with a place in the scheme, or nobody."""
        scheme = "AB"[which % 2]
        found = [name for name, each in self.people.items() if scheme in each.places and name != "cora"]
        return (found[number % len(found)] if found and self.people["cora"].signed_in else None), scheme

    def rights_change(self, who, change):
        """Do it in the house and the model, and expect that a stream whose rights are others says goodbye."""
        person = self.people[who]
        before = self.model.rights(person), person.signed_in
        change(person)
        if (self.model.rights(person), person.signed_in) != before:
            settle()
            assert self.screens[who].ended, f"{who} may see other things than when their stream was opened"
            self.screens[who].close()

    # ---- what people do

    def begin(self, wishes):
        """Everybody has chosen something in one scheme, and in both something has happened."""
        for number, (name, wish) in enumerate(zip(self.people, wishes, strict=True)):
            scheme = self.model.schemes[number % 2]
            if self.model.audiences(self.people[name], scheme):
                self.wish(name, scheme, CHOICES[wish])
        self.report(wishes[0], 0, 0)
        self.report(wishes[1], 1, 5)

    def report(self, who, kind, told):
        scheme = self.model.schemes[kind % 2]
        name = self.standing(who, scheme)
        if name is None or self.people[name].police:
            return
        category = "threats_abuse" if kind >= 4 else "shop_theft"
        facts = {"category_code": category, "in_progress": kind in (2, 3), "told_police": told < 3}
        slug = next(slug for slug, one in self.world.schemes.items() if one == self.schemes[scheme.name])
        made = self.world.report(self.cast[name], slug, SECRET, **facts)
        incident = plain.Incident(
            str(made), scheme, self.people[name], category, facts["in_progress"], facts["told_police"]
        )
        self.incidents.append(incident)
        self.model.happened("report", incident, "members", self.people[name])

    def say(self, who, which, to):
        name = self.standing(who)
        incident = name and self.incident(which, name)
        if not incident:
            return
        person = self.people[name]
        mine = self.model.audiences(person, incident.scheme)
        open_to = [each for each in ("members", "members", "coordinators", "police") if each in mine]
        owner = incident.author.name if person.police else name
        open_to.append(f"thread:{owner}")  # between them and the police
        audience = open_to[to % len(open_to)]
        to_whom = audience
        if audience.startswith("thread:"):
            to_whom = f"thread:{self.world.users[self.cast[audience[7:]].name]}"
        made = self.world.say(self.cast[name], uuid.UUID(incident.id), f"{SECRET} {audience}", to_whom)
        incident.said.append((person, audience))
        self.model.happened("comment", incident, audience, person, str(made))

    def sight(self, who, which, _):
        name = self.standing(who)
        incident = name and self.incident(which, name)
        if incident:
            made = self.as_incident(
                name, incident, lambda viewer, row: incidents.sight(viewer, row, uuid.uuid4(), None, SECRET)
            )
            self.model.happened("sighting", incident, "members", self.people[name], str(made.id))

    def watch(self, who, which, wish):
        name = self.standing(who)
        incident = name and self.incident(which, name)
        if incident:
            said = ("follow", "mute", "follow", "mute", "follow", "")[wish]
            self.as_incident(name, incident, lambda viewer, row: choices.watch(viewer, row, said))
            incident.wishes[self.people[name]] = said

    def all_clear(self, who, which, _):
        name = self.standing(who)
        incident = name and self.incident(which, name)
        if incident and not incident.over:
            self.as_incident(name, incident, incidents.all_clear)
            incident.over = True
            step = self.newest_step(incident, "all_clear")
            self.model.happened("all clear", incident, "members", self.people[name], step)

    def tell_police(self, who, which, _):
        """The reporter says that the police know of it."""
        name = self.standing(who)
        incident = name and self.incident(which, name)
        if not incident or incident.told_police:
            return
        told = incident.told_police = True
        self.as_incident(
            name, incident,
            lambda viewer, row: incidents.edit(
                viewer, row, replace(Facts.standing(row), told_police=told), row.row_version, []
            ),
        )  # fmt: skip
        if not incident.in_progress:
            incident.over = False
        self.model.happened(
            "edited", incident, "members", self.people[name], self.newest_step(incident, "edited")
        )
        if not incident.scheme.all_to_police:
            self.model.happened("told", incident, "police", self.people[name])

    def withdraw(self, who, which, _):
        name = self.standing(who)
        incident = name and self.incident(which, name)
        if incident:
            self.as_incident(name, incident, lambda viewer, row: incidents.withdraw(viewer, row, SECRET))
            incident.withdrawn = True
            step = self.newest_step(incident, "withdrawn")
            self.model.happened("withdrawn", incident, "members", self.people[name])
            for audience in ("coordinators", "police"):
                self.model.happened("why", incident, audience, self.people[name], step)

    def choose(self, who, which, wish):
        scheme = self.model.schemes[which % 2]
        if (name := self.standing(who, scheme)) is not None:
            self.wish(name, scheme, CHOICES[wish % len(CHOICES)])

    def wish(self, name, scheme, said):
        self.people[name].choices[scheme.name] = said
        choice = preferences.Choice(
            push=str(said.push) * 24, live=str(said.live) * 24, quiet=ALL_DAY if said.quiet else {},
            without=frozenset({said.without} - {""}),
        )  # fmt: skip
        with self.world.seen_as(self.cast[name]) as viewer:
            choices.choose(
                viewer, db.session.get_one(Scheme, self.schemes[scheme.name]), choices.Wish(choice)
            )

    # ---- rights that come and go

    def role(self, who, which, to):
        name, scheme = self.member(who, which)
        role = ROLES[to % 3]
        if name is None or self.people[name].places[scheme] == role:
            return

        def change(person):
            self.manage(
                name, scheme,
                lambda viewer, row: members.change(viewer, row, members.Place(role, None, "", "", "")),
            )  # fmt: skip
            person.places[scheme] = role
            self.model.drop_what_waits(person, scheme)

        self.rights_change(name, change)

    def shut_out(self, who, which, _):
        name, scheme = self.member(who, which)
        if name is None or scheme in self.people[name].shut_out:
            return

        def change(person):
            self.manage(name, scheme, members.suspend)
            person.shut_out.add(scheme)
            self.model.leaves(person, scheme)

        self.rights_change(name, change)

    def lift(self, _, which, __):
        shut = [
            (name, scheme) for name, each in self.people.items() for scheme in each.shut_out & set(each.places)
        ]  # fmt: skip
        if not shut or not self.people["cora"].signed_in:
            return
        name, scheme = shut[which % len(shut)]

        def change(person):
            self.manage(name, scheme, members.lift)
            person.shut_out.discard(scheme)

        self.rights_change(name, change)

    def remove(self, who, which, _):
        name, scheme = self.member(who, which)
        if name is None:
            return

        def change(person):
            self.manage(name, scheme, members.remove)
            del person.places[scheme]
            person.choices.pop(scheme, None)
            for incident in self.incidents:
                if incident.scheme.name == scheme:
                    incident.wishes.pop(person, None)
            self.model.leaves(person, scheme)

        self.rights_change(name, change)

    def sign_out(self, who, _, __):
        name = self.name(who)
        if not self.people[name].signed_in:
            return

        def change(person):
            with self.app.app_context(), crossing("command") as session:
                user = session.get_one(User, self.world.users[self.cast[name].name])
            with self.world.seen_as(self.cast[name]) as viewer:
                accounts.end_all_sessions(viewer, user)
            self.model.signs_out(person)

        self.rights_change(name, change)

    def suspend(self, who, _, __):
        name = self.name(who)
        if self.people[name].suspended or name == "cora":
            return

        def change(person):
            with self.app.app_context():
                accounts.suspend(User(id=self.world.users[self.cast[name].name]))
            person.suspended = True
            self.model.signs_out(person)

        self.rights_change(name, change)

    def restore(self, which, _, __):
        out = [name for name, person in self.people.items() if person.suspended]
        if out:
            name = out[which % len(out)]
            with self.app.app_context():
                accounts.restore(User(id=self.world.users[self.cast[name].name]))
            self.people[name].suspended = False
