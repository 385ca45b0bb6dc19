"""A chat with everything that may happen to a message, for the pictures: said by the actions of the house."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from flask import Flask

from shopalert.accounts.models import User
from shopalert.advice import actions as advice
from shopalert.advice.actions import Given
from shopalert.advice.models import Advice
from shopalert.chat import actions, moderation
from shopalert.chat.models import Comment
from shopalert.db import db
from shopalert.incidents.models import Incident
from shopalert.requests import actions as requests
from shopalert.requests.actions import Asked
from shopalert.requests.models import Request
from shopalert.schemes.models import Scheme
from shopalert.schemes.viewer import Viewer, viewer_of
from shopalert.wall import crossing, entered, thread_of
from tests.people import ASHA, BEN, DEV, IVY, Person


class Chatting:
    """One incident, and those who talk about it."""

    def __init__(self, app: Flask, incident: uuid.UUID) -> None:
        self.app, self.incident = app, incident

    @contextmanager
    def as_(self, person: Person) -> Iterator[Viewer]:
        with self.app.app_context(), crossing("viewer") as session:
            user = session.scalars(sa.select(User).where(User.email == person.email)).one()
            viewer = viewer_of(session, user)
        with self.app.test_request_context(), entered(viewer):
            yield viewer

    def say(
        self, person: Person, text: str, audience: str = "members", quotes: uuid.UUID | None = None
    ) -> uuid.UUID:
        with self.as_(person) as viewer:
            incident = db.session.get_one(Incident, self.incident)
            quoted = db.session.get_one(Comment, quotes) if quotes else None
            return actions.say(viewer, incident, uuid.uuid4(), text, audience, [], quoted).id

    def full(self) -> uuid.UUID:
        """Answered, changed, removed, hidden, reported, and said to the police alone; the reported message."""
        first = self.say(DEV, "Which way did they go, and on foot?")
        self.say(ASHA, "Towards the station, walking fast. The taller one has a red rucksack.", quotes=first)
        bad = self.say(IVY, "It was one of the Quillfeathers again, everybody knows them.")
        with self.as_(ASHA) as viewer:
            moderation.report(viewer, db.session.get_one(Comment, bad), "It names a family without need.")
        other = self.say(IVY, "Number nine, ask them.")
        with self.as_(BEN) as viewer:
            moderation.hide(viewer, db.session.get_one(Comment, other), "It names a neighbour.")
        slip = self.say(ASHA, "They came to ours at half past two.")
        with self.as_(ASHA) as viewer:
            actions.edit(viewer, db.session.get_one(Comment, slip), "They came to ours at half past three.")
        wrong = self.say(ASHA, "No, that was somebody else.")
        with self.as_(ASHA) as viewer:
            actions.remove(viewer, db.session.get_one(Comment, wrong))
            site = next(site for site in viewer.premises.values() if site)
        self.say(ASHA, "I can put a name to one of them. Not here, please.", thread_of(site))
        self.say(DEV, "Write it here: this is between your shop and us.", thread_of(site))
        self.say(DEV, "Matches the two of last week.", "police")
        return slip

    def ask(self) -> uuid.UUID:
        """What the police ask of Asha's shop: something that is open still, and something that she has answered."""
        with self.as_(ASHA) as viewer:
            site, asha = next(site for site in viewer.premises.values() if site), viewer.user_id
        words = "The camera above the till, from ten past two to half past two, please."
        link = "https://evidence.essex.example/upload/7f3a-90c2"
        still_open = self.request(Asked("cctv", site, None, 2, words, link))
        answered = self.request(Asked("statement", None, asha, 5, "What the taller one wore."))
        with self.as_(ASHA) as viewer:
            incident = db.session.get_one(Incident, self.incident)
            row = db.session.get_one(Request, answered)
            requests.answer(
                viewer, row, incident, uuid.uuid4(), "A red rucksack and grey jogging trousers.", "", []
            )
        return still_open

    def advise(self) -> uuid.UUID:
        """A piece that Dev sent to Asha's shop after it, with two steps done."""
        with self.as_(ASHA) as viewer:
            scheme_id, site = next((scheme, site) for scheme, site in viewer.premises.items() if site)
        with self.as_(DEV) as viewer:
            scheme = db.session.get_one(Scheme, scheme_id)
            line = "I can walk the shop with you on Thursday morning. Ring me if that does not suit."
            given = Given("sight-lines", site, line, self.incident, 14)
            advice_id = advice.send(viewer, scheme, uuid.uuid4(), given).id
        with self.as_(ASHA) as viewer:
            advice.tick(viewer, db.session.get_one(Advice, advice_id), {1, 3})
        return advice_id

    def request(self, asked: Asked) -> uuid.UUID:
        with self.as_(DEV) as viewer:
            return requests.make(viewer, db.session.get_one(Incident, self.incident), uuid.uuid4(), asked).id
