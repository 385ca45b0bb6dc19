"""Two retail schemes and a Pubwatch of one district, with their people and something to leak: what `seed` writes.

People and places are rows; what they do afterwards is done by the house's own actions, so that the fixture cannot
disagree with the rules.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.orm import Session

from shopalert.accounts.models import User
from shopalert.accounts.passwords import generate, hash_password
from shopalert.bulletins.models import Bulletin
from shopalert.bulletins.publishing import Draft, publish
from shopalert.bulletins.vocabulary import COUNTERFEIT, TEMPLATES
from shopalert.chat import actions as chat
from shopalert.db import db, now, system_act, writing
from shopalert.demo.drawing import draw
from shopalert.demo.loading import mark
from shopalert.demo.stills import STILLS
from shopalert.evidence.actions import place
from shopalert.incidents import actions as incidents
from shopalert.incidents.actions import Facts
from shopalert.incidents.models import Incident
from shopalert.schemes.models import Business, District, Force, Membership, PoliceRole, Premises, Scheme
from shopalert.schemes.viewer import Viewer, viewer_of
from shopalert.wall import crossing, entered

DISTRICT, OTHER_DISTRICT = ("basildon", "Basildon"), ("southend", "Southend")
PASSWORDS = 3  # different ones, dealt in turn: each costs a moment of Argon2

SHOP_HOURS = {day: ["09:00", "17:30"] for day in ("mon", "tue", "wed", "thu", "fri", "sat")}
PUB_HOURS = {day: ["11:00", "23:30"] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}


@dataclass(frozen=True, slots=True)
class SchemePlan:
    """A scheme: its premises as (name, street), and its people in the order of ROLES."""

    slug: str
    name: str
    code: str
    kind: str
    sites: tuple[tuple[str, str], ...]
    people: tuple[str, ...]


ROLES = ("member", "member", "lead", "coordinator")
SCHEMES = (
    SchemePlan("wickford", "Wickford", "WIC", "retail",
               (("Harper's", "High Street"), ("Larkmead Pharmacy", "Market Road"), ("Coppice Foods", "The Broadway")),
               ("Asha Kaur", "Ivy Webb", "Leo Stone", "Ben Okoro")),
    SchemePlan("billericay", "Billericay", "BIL", "retail",
               (("Coppice Foods", "Chapel Street"), ("Tiller & Rowe", "High Street"), ("Nightjar Wines", "Western Road")),
               ("Carol Dunn", "Mei Barnard", "Nathan Coyle", "Ruth Appleby")),
    SchemePlan("basildon-pubwatch", "Basildon Pubwatch", "BAP", "pubwatch",
               (("The Thirsty Heron", "Town Square"), ("Halyard Bar", "East Walk"), ("The Copper Sail", "Southernhay")),
               ("Gemma Hale-Brooks", "Owen Tucker", "Kieran Pope", "Sandra Mellor")),
)  # fmt: skip
GONE = (("Sam Reed", "suspended"), ("Femi Cole", "removed"))
# name, rank, role, district
POLICE = (
    ("Dev Mercer", "PC 4417", "officer", DISTRICT),
    ("Nadia Fenn", "PCSO 6120", "officer", DISTRICT),
    ("Ellen Frost", "Chief Inspector", "commander", DISTRICT),
    ("Olu Grant", "PC 2290", "officer", OTHER_DISTRICT),
)
OPERATOR = "Gus Hale"

# category, narrative, pounds, flags; the first is reported as it happens and is over by the end
SHOP_INCIDENTS: tuple[tuple[str, str, int | None, dict[str, Any]], ...] = (
    ("threats_abuse", "Man in a grey hoodie shouting at {site} over a refused refund, will not leave.", None, {"in_progress": True}),
    ("shop_theft", "Two women filled a black rucksack with fragrance at {site}, one kept staff talking at the till.", 340, {}),
    ("counterfeit", "False twenty taken at {site}, the paper feels thick. Kept in an envelope.", 20, {}),
    ("shop_theft_attempt", "Asked a man at {site} if he needed a basket. He put six packs of steak back and left.", None, {}),
    ("violence_worker", "Supervisor at {site} pushed at the door by a man with a bag of spirits. Sore arm, all right.", 85, {"violence": True}),
)  # fmt: skip
PUB_INCIDENTS: tuple[tuple[str, str, int | None, dict[str, Any]], ...] = (
    ("drugs_alcohol", "Man very drunk at {site}, bottle in hand, swinging it.", None, {"in_progress": True}),
    ("order_breach", "Banned person tried to get in with the late crowd at {site}. Recognised and turned away.", None, {}),
    ("theft_person", "Phone lifted from a table at {site} under a leaflet.", 420, {}),
    ("asb", "Four lads pulled the chairs of {site} into the road and laughed about it.", None, {}),
    ("weapon", "Search at the door of {site} found a craft knife. Entry refused, knife handed over.", None, {"weapon": True}),
)  # fmt: skip


class Fixture:
    """Fills an empty database. `report()` is what the command prints."""

    def __init__(self) -> None:
        self.passwords = [generate() for _ in range(PASSWORDS)]
        self.hashes = [hash_password(password) for password in self.passwords]
        self.ids: dict[str, uuid.UUID] = {}  # of schemes by slug, districts by slug, users by name
        self.sites: dict[str, list[uuid.UUID]] = {}
        self.found: dict[str, list[dict[str, Any]]] = {
            name: []
            for name in (
                "schemes",
                "users",
                "incidents",
                "comments",
                "files",
                "people",
                "bulletins",
                "exclusions",
            )
        }

    def fill(self, refuse_unless_empty: Callable[[Session], None]) -> dict[str, list[dict[str, Any]]]:
        """Everything, and what was made."""
        with crossing("seed") as session, system_act("seed.load", session):
            refuse_unless_empty(session)
            mark(session, "seed")
            self.places(session)
            self.people(session)
        for number, plan in enumerate(SCHEMES):
            self.days_work(plan, number)
        self.told()
        return self.found

    # ---- rows

    def places(self, session: Session) -> None:
        force = Force(name="Essex Police")
        session.add(force)
        session.flush()
        for slug, name in (DISTRICT, OTHER_DISTRICT):
            self.ids[slug] = self.add(session, District(force_id=force.id, slug=slug, name=name))
        firms: dict[str, uuid.UUID] = {}
        for plan in SCHEMES:
            scheme = Scheme(
                district_id=self.ids[DISTRICT[0]],
                slug=plan.slug,
                name=plan.name,
                code=plan.code,
                kind=plan.kind,
            )
            self.ids[plan.slug] = self.add(session, scheme)
            kept = {"slug": plan.slug, "name": plan.name, "code": plan.code, "kind": plan.kind}
            self.found["schemes"].append({"id": str(scheme.id), **kept})
            self.sites[plan.slug] = []
            for number, (name, street) in enumerate(plan.sites):
                if name not in firms:
                    firms[name] = self.add(session, Business(name=name))
                site = Premises(
                    scheme_id=scheme.id, business_id=firms[name], name=name, street=street, postcode=f"SS12 {number}AK",
                    lat=51.61 + number / 1000, lon=0.52, trading_hours=PUB_HOURS if plan.kind == "pubwatch" else SHOP_HOURS,
                )  # fmt: skip
                self.sites[plan.slug].append(self.add(session, site))

    def people(self, session: Session) -> None:
        for plan in SCHEMES:
            for number, (name, role) in enumerate(zip(plan.people, ROLES, strict=True)):
                site = None if role == "coordinator" else number
                self.member(session, name, role, plan, site)
        for name, state in GONE:
            self.member(session, name, "member", SCHEMES[0], 2, state)
        everywhere = [plan.slug for plan in SCHEMES]
        for name, rank, role, (slug, _) in POLICE:
            user = self.user(session, name, role, everywhere if slug == DISTRICT[0] else [], rank=rank)
            session.add(PoliceRole(user_id=user.id, district_id=self.ids[slug], role=role))
        self.user(session, OPERATOR, "operator", [])

    def member(
        self, session: Session, name: str, role: str, plan: SchemePlan, site: int | None, state: str = ""
    ) -> None:
        user = self.user(session, name, role, [plan.slug], state=state)
        session.add(
            Membership(
                user_id=user.id,
                scheme_id=self.ids[plan.slug],
                role=role,
                premises_id=None if site is None else self.sites[plan.slug][site],
                employer=plan.name if site is None else plan.sites[site][0],
                removed_at=now() - timedelta(days=1) if state == "removed" else None,
            )
        )

    def user(
        self, session: Session, name: str, role: str, slugs: list[str], rank: str = "", state: str = ""
    ) -> User:
        """A person, and their line in what is printed."""
        turn = len(self.found["users"]) % PASSWORDS
        first, last = name.split(" ", 1)
        short = f"{rank.split()[0]} {last}" if rank and role == "officer" else f"CI {last}" if rank else first
        user = User(
            email=f"{first.lower()}@example.org", name=name, short_name=short, rank_title=rank or None,
            password_hash=self.hashes[turn], is_operator=role == "operator",
            suspended_at=now() - timedelta(days=1) if state == "suspended" else None, toured_at=now(),
        )  # fmt: skip
        self.ids[name] = self.add(session, user)
        self.found["users"].append(
            {
                "id": str(user.id),
                "email": user.email,
                "password": self.passwords[turn],
                "totp_secret": None,
                "role": role,
                "scheme_slugs": slugs,
                "suspended": state == "suspended",
                "removed": state == "removed",
            }
        )
        return user

    def add(self, session: Session, row: Any) -> uuid.UUID:
        session.add(row)
        session.flush()
        ident: uuid.UUID = row.id
        return ident

    # ---- what they do

    def days_work(self, plan: SchemePlan, number: int) -> None:
        """Reports, a chat with the police, a sighting, an all clear and a picture."""
        reporter, other, _, coordinator = plan.people
        listed = [
            self.reported(plan, plan.people[turn % 2], turn % 2, what)
            for turn, what in enumerate(PUB_INCIDENTS if plan.kind == "pubwatch" else SHOP_INCIDENTS)
        ]
        self.said(plan, listed[1], reporter, "Camera 2 has it from start to end. I can save it tonight.")
        self.said(
            plan, listed[1], "Dev Mercer", "Thank you. Please keep the footage, I will call in tomorrow."
        )
        self.said(plan, listed[1], other, "Same two in here this morning, said hello and they left.")
        self.said(
            plan,
            listed[1],
            "Dev Mercer",
            "For officers: I think I know who this is, do not circulate.",
            "police",
        )
        self.said(plan, listed[0], coordinator, "Thanks everyone. Doors in view until close, please.")
        with self.seen_as(other) as viewer:
            incidents.sight(viewer, self.row(listed[0]), uuid.uuid4(), self.sites[plan.slug][1])
        with self.seen_as(reporter) as viewer:
            incidents.all_clear(viewer, self.row(listed[0]))
        self.pictured(plan, listed[1], reporter, number)

    def reported(
        self, plan: SchemePlan, who: str, site: int, what: tuple[str, str, int | None, dict[str, Any]]
    ) -> uuid.UUID:
        category, narrative, pounds, flags = what
        facts = Facts(
            category_code=category,
            occurred_at=now() - timedelta(minutes=1 if flags.get("in_progress") else 25),
            narrative=narrative.format(site=plan.sites[site][0]),
            premises_id=self.sites[plan.slug][site],
            value_lost_pence=None if pounds is None else pounds * 100,
            **flags,
        )
        with self.seen_as(who) as viewer:
            scheme = db.session.get_one(Scheme, self.ids[plan.slug])
            sent = incidents.report(viewer, scheme, uuid.uuid4(), facts, [])
        row = {
            "id": str(sent.id),
            "scheme_slug": plan.slug,
            "url": f"/incidents/{sent.id}",
            "reference": sent.reference,
        }
        self.found["incidents"].append(row)
        return sent.id

    def said(
        self, plan: SchemePlan, incident_id: uuid.UUID, who: str, text: str, audience: str = "members"
    ) -> None:
        """A comment has no page of its own: its address is its incident's."""
        with self.seen_as(who) as viewer:
            sent = chat.say(viewer, self.row(incident_id), uuid.uuid4(), text, audience, [])
        row = {
            "id": str(sent.id),
            "scheme_slug": plan.slug,
            "url": f"/incidents/{incident_id}",
            "audience": audience,
        }
        self.found["comments"].append(row)

    def pictured(self, plan: SchemePlan, incident_id: uuid.UUID, who: str, number: int) -> None:
        """One drawn still, ready to be looked at."""
        with crossing("seed") as session, writing(session):
            picture = place(
                session, draw(STILLS[number * 6]), scheme_id=self.ids[plan.slug], author_id=self.ids[who],
                incident_id=incident_id, ready=True,
            )  # fmt: skip
            row = {"id": str(picture.id), "scheme_slug": plan.slug, "url": f"/files/{picture.id}/view"}
        self.found["files"].append(row)

    def told(self) -> None:
        """Advice of each coordinator, and a warning by an officer in the first two schemes until tomorrow."""
        for plan in SCHEMES:
            advice = Draft(
                "advice",
                "Lock the back door",
                "Most of what is taken at night goes out by the **back door**.",
            )
            self.published(plan.people[-1], [plan], advice)
        at = now()
        usual = TEMPLATES[COUNTERFEIT]
        warning = Draft(
            "warning", str(usual.title), str(usual.text), template=COUNTERFEIT, severity="normal",
            starts_at=at, ends_at=at + timedelta(days=1), note={"denomination": "20", "serial": "AH42", "look_for": ""},
        )  # fmt: skip
        self.published("Dev Mercer", SCHEMES[:2], warning)

    def published(self, who: str, plans: Sequence[SchemePlan], draft: Draft) -> None:
        with self.seen_as(who) as viewer:
            schemes = [db.session.get_one(Scheme, self.ids[plan.slug]) for plan in plans]
            first = db.session.get_one(Bulletin, publish(viewer, schemes, uuid.uuid4(), draft).id)
            same = sa.select(Bulletin.id, Scheme.slug).join(Scheme, Scheme.id == Bulletin.scheme_id)
            rows = db.session.execute(same.where(Bulletin.publication_id == first.publication_id)).all()
        self.found["bulletins"] += [
            {"id": str(row.id), "scheme_slug": row.slug, "url": f"/bulletins/{row.id}"} for row in rows
        ]

    def row(self, incident_id: uuid.UUID) -> Incident:
        return db.session.scalars(sa.select(Incident).where(Incident.id == incident_id)).one()

    @contextmanager
    def seen_as(self, name: str) -> Iterator[Viewer]:
        """As this person sees the house; a context of its own, because a session knows one viewer only."""
        with current_app.app_context():
            with crossing("viewer") as session:
                viewer = viewer_of(session, session.get_one(User, self.ids[name]))
            with entered(viewer):
                yield viewer
