"""Writes the invented town down: all rows in one transaction, the drawn stills beside them.

Rows go in by the thousand and not by the house's actions, because nothing of it is news: no events, no deliveries.
What actions promise still holds: ids in the order of time, references counted on, every version kept, both clocks.
"""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from shopalert.accounts.models import User
from shopalert.alerts.models import Instance
from shopalert.chat.models import CannedText, Comment, CommentVersion
from shopalert.db import uuid7
from shopalert.demo import advising, agreeing, noticeboard, police, rooms, traces
from shopalert.demo.shapes import IncidentFacts, World
from shopalert.demo.stored import Picture, Pinned, made_copy, made_of, pin, unhurried_store
from shopalert.demo.world import counters
from shopalert.evidence.models import Attachment, Derivative
from shopalert.idempotency import hash_of
from shopalert.incidents.actions import Facts
from shopalert.incidents.index import index_all
from shopalert.incidents.models import Incident, IncidentVersion, ReferenceCounter, Sighting, Step
from shopalert.members.models import Acceptance, Agreement
from shopalert.outcomes.models import PoliceNote, PoliceStep
from shopalert.police.models import PoliceNumber
from shopalert.protection.clocks import clocks, kept_until
from shopalert.schemes.models import (
    Business,
    District,
    Force,
    Membership,
    PoliceRole,
    Premises,
    Scheme,
)

Rows = list[dict[str, Any]]


class Loader:
    """One loading of one town: `keep` the pictures' files, then `load` the rows."""

    def __init__(self, world: World, password_hash: str) -> None:
        self.world, self.password_hash = world, password_hash
        self.founded = world.now - timedelta(days=1000)
        self.districts = {one.slug: uuid7(self.founded) for one in world.districts}
        self.schemes = {one.code: uuid7(self.founded) for one in world.schemes}
        self.premises = {key: uuid7(self.founded) for key in world.premises}
        self.users = {key: uuid7(self.founded) for key in world.users}
        self.ids = {one.key: uuid7(one.received_at) for one in world.incidents}
        self.by_police = police.made_of(world, self.under)
        self.attachments: Rows = []
        self.copies: Rows = []
        self.pinned: dict[str, Pinned] = {}  # stills that hang on bulletins

    def keep(self, drawn: dict[str, Picture]) -> None:
        """Encrypt and keep the pictures, before the writer's turn is taken: nobody waits for it.

        Each has files of its own, also where the drawing is the same: that is what erasing relies on.
        """
        store = unhurried_store()
        for one in self.world.incidents:
            for name in one.stills:
                data, made = drawn[name]
                attachment = {
                    **self.under(one, one.received_at, one.author),
                    **clocks("picture", one.received_at),
                    **made_of(name, store.put(data)),
                    "comment_id": None,
                    "audience": "members",
                    "received_at": one.received_at,
                }
                self.attachments.append(attachment)
                self.copies += [
                    {**made_copy(copy, store.put(copy.data)), "attachment_id": attachment["id"]}
                    for copy in made
                ]
        self.pinned = {name: pin(store, name, drawn[name]) for name in noticeboard.STILLS}
        os.sync()  # every file is on the disk before a row that names it

    def load(self, session: Session) -> None:
        """All rows; the caller commits."""
        self.session = session
        mark(session, "demo")
        self.place()
        self.people()
        self.agreed()
        self.incidents()
        advising.given(self.world, self.schemes, self.premises, self.users, self.ids, self.insert)
        self.insert(Attachment, self.attachments)
        self.insert(Derivative, self.copies)
        index_all(session)

    def insert(self, model: Any, rows: Iterable[dict[str, Any]]) -> None:
        if found := list(rows):
            self.session.execute(sa.insert(model), found)

    # ---- who and where

    def place(self) -> None:
        """Force, districts, schemes, businesses and their premises."""
        world, force = self.world, uuid7(self.founded)
        self.insert(Force, [{"id": force, "name": world.force}])
        self.insert(CannedText, traces.ready_texts(force, self.founded))
        self.insert(
            District,
            [
                {"id": self.districts[one.slug], "force_id": force, "slug": one.slug, "name": one.name}
                for one in world.districts
            ],
        )
        self.insert(
            Scheme,
            [
                {
                    "id": self.schemes[one.code],
                    "district_id": self.districts[one.district],
                    "slug": one.slug,
                    "name": one.name,
                    "code": one.code,
                    "kind": one.kind,
                    "lock_screen": one.lock_screen,
                    "created_at": self.founded,
                }
                for one in world.schemes
            ],
        )
        firms = {
            name: uuid7(self.founded) for name in sorted({one.business for one in world.premises.values()})
        }
        self.insert(Business, [{"id": ident, "name": name} for name, ident in firms.items()])
        self.insert(
            Premises,
            [
                {
                    "id": self.premises[one.key],
                    "scheme_id": self.schemes[one.scheme],
                    "business_id": firms[one.business],
                    "name": one.business,
                    "trade": advising.trade_of(one.trade),
                    "street": one.street,
                    "postcode": one.postcode,
                    "lat": one.lat,
                    "lon": one.lon,
                    "trading_hours": one.hours,
                }
                for one in world.premises.values()
            ],
        )

    def people(self) -> None:
        """Users, memberships and police roles."""
        world = self.world
        self.insert(
            User,
            [
                {
                    "id": self.users[one.key],
                    "email": one.email,
                    "name": one.name,
                    "short_name": one.short_name,
                    "rank_title": one.rank_title,
                    "password_hash": self.password_hash,
                    "is_operator": one.is_operator,
                    "suspended_at": world.now - timedelta(days=3) if one.suspended else None,
                    "toured_at": self.world.now,
                    "created_at": self.founded,
                }
                for one in world.users.values()
            ],
        )
        self.insert(
            Membership,
            [
                {
                    "id": uuid7(one.joined_at),
                    "user_id": self.users[one.user],
                    "scheme_id": self.schemes[one.scheme],
                    "role": one.role,
                    "premises_id": self.premises[one.premises] if one.premises else None,
                    "employer": one.employer,
                    "call_sign": one.call_sign,
                    "joined_at": one.joined_at,
                    "removed_at": one.removed_at,
                }
                for one in world.memberships
            ],
        )
        self.insert(
            PoliceRole,
            [
                {
                    "id": uuid7(self.founded),
                    "user_id": self.users[one.user],
                    "district_id": self.districts[one.district],
                    "role": one.role,
                }
                for one in world.police
            ],
        )

    def agreed(self) -> None:
        """The agreement of each scheme, and that every member has accepted it."""
        standing = agreeing.agreements(self.schemes, self.founded)
        self.insert(Agreement, standing)
        self.insert(Acceptance, agreeing.acceptances(self.world, self.users, self.schemes, standing))

    # ---- what happened

    def incidents(self) -> None:
        """Incidents with their versions, steps, sightings and chats; and the counters set to go on from there."""
        made = self.by_police
        self.insert(
            Incident, [{**self.incident(one), **made.stands.get(one.key, {})} for one in self.world.incidents]
        )
        for model, rows in ((PoliceStep, made.steps), (PoliceNote, made.notes), (PoliceNumber, made.numbers)):
            self.insert(model, rows)
        versions: Rows = []
        steps: Rows = []
        sightings: Rows = []
        comments: Rows = []
        for one in self.world.incidents:
            versions += self.versions(one)
            steps += [
                {
                    **self.under(one, step.at, step.author),
                    **clocks("incident", step.at),
                    "kind": step.kind,
                    "at": step.at,
                    "note": step.note,
                }
                for step in one.steps
            ]
            sightings += [
                {
                    **self.under(one, seen.seen_at, seen.author),
                    **self.sent(one.key, seen.author, seen.seen_at),
                    **clocks("sighting", seen.seen_at),
                    "premises_id": self.premises[seen.premises],
                    "seen_at": seen.seen_at,
                    "note": "",
                }
                for seen in one.sightings
            ]
            comments += [
                self.said(one, said.at, said.author, said.text, said.audience, said.by_police)
                for said in (*one.comments, *traces.thread(one, self.premises, self.world.now))
            ]
        self.insert(IncidentVersion, versions)
        self.insert(Step, steps)
        self.insert(Sighting, sightings)
        earlier = traces.leave(comments)
        self.insert(Comment, comments)
        self.insert(CommentVersion, earlier)
        rooms.channels(self.world, self.schemes, self.users, self.founded, self.insert)
        noticeboard.bulletins(self.world, self.schemes, self.users, self.premises, self.pinned, self.insert)
        self.insert(
            ReferenceCounter,
            [
                {"scheme_id": self.schemes[code], "year": year, "last": last}
                for (code, year), last in counters(self.world).items()
            ],
        )

    def incident(self, one: IncidentFacts) -> dict[str, Any]:
        """The row of an incident as it stands now."""
        heard = [said for said in one.comments if said.audience == "members"]
        row = {
            **self.under(one, one.received_at, one.author),
            **self.sent(one.key, one.author, one.received_at),
            **clocks("incident", one.received_at),
            **vars_of(self.facts(one, one.narrative, one.value_lost_pence, one.more)),
            "id": self.ids[one.key],
            "reference": one.reference,
            "received_at": one.received_at,
            "status": "withdrawn" if one.withdrawn_at else "open",
            "withdrawn_at": one.withdrawn_at,
            "all_clear_at": one.all_clear_at,
            "replies": len(heard),
            "police_replied": any(said.by_police for said in heard),
            "row_version": 1 + len(one.steps),
            "stirred_at": max([one.received_at, *(said.at for said in heard)]),
            "stirred_by_id": self.users[heard[-1].author if heard else one.author],
            "last_said_by_id": self.users[heard[-1].author] if heard else None,
        }
        del row["incident_id"]
        if one.withdrawn_at:
            row["shown_until"] = one.withdrawn_at
            row["kept_until"] = kept_until("withdrawn", one.withdrawn_at)
        return row

    def facts(self, one: IncidentFacts, narrative: str, value: int | None, more: dict[str, Any]) -> Facts:
        return Facts(
            category_code=one.category,
            occurred_at=one.occurred_at,
            narrative=narrative,
            premises_id=self.premises[one.premises],
            in_progress=one.in_progress,
            violence=one.violence,
            weapon=one.weapon,
            value_lost_pence=value,
            exercise=one.exercise,
            **more,
        )

    def versions(self, one: IncidentFacts) -> Rows:
        """What it said at first and after each edit; a step that is no edit takes a number and makes no version."""
        wordings: list[Any] = [(e.narrative, e.value_lost_pence, {}, e.author, e.at) for e in one.earlier]
        numbers = [1] + [number for number, step in enumerate(one.steps, 2) if step.kind == "edited"]
        edits = [step for step in one.steps if step.kind == "edited"]
        last = edits[-1] if edits else None
        wordings.append(
            (
                one.narrative,
                one.value_lost_pence,
                one.more,
                last.author if last else one.author,
                last.at if last else one.received_at,
            )
        )
        return [
            {
                **self.under(one, at, author),
                **clocks("incident", at),
                "number": number,
                "at": at,
                "facts": self.facts(one, narrative, value, more).as_json(),
            }
            for number, (narrative, value, more, author, at) in zip(numbers, wordings, strict=True)
        ]

    def under(self, one: IncidentFacts, at: datetime, author: str) -> dict[str, Any]:
        """What every row of an incident has."""
        return {
            "id": uuid7(at),
            "scheme_id": self.schemes[one.scheme],
            "incident_id": self.ids[one.key],
            "author_id": self.users[author],
        }

    def said(
        self, one: IncidentFacts, at: datetime, author: str, text: str, audience: str, by_police: bool
    ) -> dict[str, Any]:
        """A comment."""
        more = {"text": text, "audience": audience, "at": at, "by_police": by_police, **traces.NONE}
        return {
            **self.under(one, at, author),
            **self.sent(one.key, author, at),
            **clocks("comment", at),
            **more,
        }

    def sent(self, key: str, author: str, at: datetime) -> dict[str, Any]:
        """A key as a phone would have made it; nothing will ever be sent again with it."""
        return {"client_id": uuid.uuid4(), "sent_hash": hash_of({"demo": key, "by": author, "at": at})}


def vars_of(facts: Facts) -> dict[str, Any]:
    return {name: getattr(facts, name) for name in facts.__dataclass_fields__}


def is_empty(session: Session) -> bool:
    """Nobody has been added, no force named and nothing made: a real instance begins with any of them."""
    return all(
        session.scalar(sa.select(kind.id).limit(1)) is None for kind in (User, Force, District, Scheme)
    )


def mark(session: Session, filled_by: str) -> None:
    """The database itself says that what it holds is invented, wherever it is taken."""
    session.execute(sa.update(Instance).values(filled_by=filled_by))
