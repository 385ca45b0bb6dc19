"""What stands for each part of an address, and what each form is sent with: for the tests that walk all routes.

A route that is new and has no sample here fails those tests: nobody has to remember them.
"""

from __future__ import annotations

import secrets
import uuid
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from shopalert.accounts import sessions
from shopalert.accounts.models import User
from shopalert.alerts.models import Subscription
from shopalert.db import db, now, writing
from shopalert.evidence.actions import attach, stage
from shopalert.evidence.models import Attachment
from shopalert.incidents.models import Incident
from shopalert.incidents.saved import save
from shopalert.members import agreements
from shopalert.members.models import Invitation, Joining
from shopalert.schemes.models import District, Force, Membership, Scheme
from shopalert.settings.vocabulary import SETTINGS
from shopalert.wall import crossing
from tests.people import IVY, PASSWORD, Person
from tests.world import World, picture

HTML = "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8"
Route = tuple[str, str, str]  # method, rule, endpoint


def routes(app: Any) -> list[Route]:
    """Every route of the house, by method."""
    return sorted(
        (method, rule.rule, rule.endpoint)
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    )


@dataclass
class Things:
    """One of everything, made by a person in a scheme."""

    world: World
    person: Person
    slug: str
    made: dict[str, Any] = field(default_factory=dict)
    asker: Person | None = None  # who asks, where that is another

    def value(self, name: str) -> Any:
        """What stands for a part of an address."""
        makers = {
            "slug": lambda: self.slug,
            "incident_id": self.incident,
            "file_id": self.file,
            "device_id": self.device,
            "session_id": self.session,
            "view_id": self.view,
            "version": self.tree,
            "membership_id": self.membership,
            "joining_id": self.joining,
            "invitation_id": self.invitation,
            "secret": lambda: "x" * 43,
            "week": lambda: "2026-W02",
            "name": lambda: "icons/favicon.svg",
            "token": lambda: "of-no-link",
            "district": self.district,
            "person_id": self.somebody,
            "guide": lambda: "shop",
        }
        if name not in makers:
            raise AssertionError(f"no sample for <{name}> of a new route: tests/house/routes.py")
        if name not in self.made:
            self.made[name] = makers[name]()
        return self.made[name]

    def path(self, rule: str, staged: bool = False) -> str:
        """The address with its parts filled in."""
        if staged and "file_id" in rule:
            self.made["file_id"] = self.staged()
        for part in [each.split(">")[0] for each in rule.split("<")[1:]]:
            rule = rule.replace(f"<{part}>", str(self.value(part.split(":")[-1])))
        return rule

    def incident(self) -> uuid.UUID:
        return self.world.report(self.person, self.slug, in_progress=True)

    def staged(self) -> uuid.UUID:
        with self.world.seen_as(self.person) as viewer:
            scheme = db.session.get_one(Scheme, self.world.schemes[self.slug])
            return stage(viewer, scheme, PICTURE).id

    def file(self) -> uuid.UUID:
        file_id = self.staged()
        with self.world.seen_as(self.person) as viewer:
            incident = db.session.scalars(
                sa.select(Incident).where(Incident.id == self.value("incident_id"))
            ).one()
            attach(viewer, [db.session.get_one(Attachment, file_id)], incident)
        return file_id

    def device(self) -> uuid.UUID:
        return self.device_of(self.person)

    def device_of(self, person: Person) -> uuid.UUID:
        with self.world.app.app_context(), crossing("seed") as session, writing(session):
            row = Subscription(
                user_id=self.world.users[person.name], endpoint=f"https://fcm.googleapis.com/{uuid.uuid4()}",
                origin="https://fcm.googleapis.com",
            )  # fmt: skip
            session.add(row)
            session.flush()
            self.made["endpoint"] = row.endpoint
            return row.id

    def session(self) -> uuid.UUID:
        with self.world.app.app_context(), crossing("seed") as session, writing(session):
            _, viewer = sessions.begin(session, self.world.viewer(self.person), "Another browser")
            assert viewer.session_id
            return viewer.session_id

    def somebody(self) -> uuid.UUID:
        """A person whom nobody else of the tests needs."""
        with self.world.app.app_context(), crossing("seed") as session, writing(session):
            person = User(
                email=f"{uuid.uuid4()}@example.org", name="Nina Hart", short_name="Nina", password_hash="-"
            )
            session.add(person)
            session.flush()
            return person.id

    def district(self) -> str:
        """A district that may be renamed or merged away."""
        with self.world.app.app_context(), crossing("seed") as session, writing(session):
            force = session.scalars(sa.select(Force.id)).one()
            made = District(force_id=force, slug=f"of-{uuid.uuid4()}", name="Tendring")
            session.add(made)
            return made.slug

    def newcomer(self) -> uuid.UUID:
        """Somebody whom no other test needs."""
        return self.kept(
            User(email=f"{uuid.uuid4()}@example.org", name="New Comer", short_name="New", password_hash="-")
        )

    def kept(self, row: Any) -> uuid.UUID:
        with self.world.app.app_context(), crossing("seed") as session, writing(session):
            session.add(row)
            session.flush()
            found: uuid.UUID = row.id
            return found

    def membership(self) -> uuid.UUID:
        scheme_id = self.world.schemes[self.slug]
        return self.kept(Membership(scheme_id=scheme_id, user_id=self.newcomer(), role="member"))

    def invitation(self) -> uuid.UUID:
        end, secret = now() + timedelta(hours=1), secrets.token_bytes(32)
        return self.kept(
            Invitation(scheme_id=self.world.schemes[self.slug], token_hash=secret, expires_at=end)
        )

    def joining(self) -> uuid.UUID:
        scheme_id, user_id = self.world.schemes[self.slug], self.newcomer()
        with self.world.app.test_request_context(), crossing("seed") as session, writing(session):
            agreements.accept(session, user_id, scheme_id)
        row = Joining(scheme_id=scheme_id, user_id=user_id, invitation_id=self.invitation(), role="member")
        return self.kept(row)

    def view(self) -> uuid.UUID:
        with self.world.seen_as(self.person) as viewer:
            scheme = db.session.get_one(Scheme, self.world.schemes[self.slug])
            return save(viewer, scheme, f"Violence {uuid.uuid4()}", "violence=1").id

    def tree(self) -> str:
        from shopalert.assets import tree_hash

        return tree_hash()


PICTURE = picture().read()


def fresh() -> str:
    return str(uuid.uuid4())


def row_version(things: Things) -> str:
    with things.world.app.app_context(), crossing("command") as session:
        return str(
            session.scalar(sa.select(Incident.row_version).where(Incident.id == things.value("incident_id")))
        )


def settings_version(things: Things) -> str:
    with things.world.app.app_context(), crossing("command") as session:
        return str(session.scalar(sa.select(Scheme.settings_version).where(Scheme.slug == things.slug)))


def settings_of(things: Things) -> dict[str, str]:
    with things.world.app.app_context(), crossing("command") as session:
        scheme = session.scalars(sa.select(Scheme).where(Scheme.slug == things.slug)).one()
        now = {setting.name: setting.of(scheme) for setting in SETTINGS}
    return {**now, "row_version": settings_version(things)}


def device_keys() -> dict[str, str]:
    from base64 import urlsafe_b64encode

    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    public = ec.generate_private_key(ec.SECP256R1()).public_key()
    point = public.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return {
        name: urlsafe_b64encode(raw).rstrip(b"=").decode()
        for name, raw in (("p256dh", point), ("auth", b"a" * 16))
    }


def given_up(things: Things) -> dict[str, Any]:
    things.device_of(things.asker or things.person)
    return {"endpoint": things.made["endpoint"]}


def newcomer(_things: Things) -> dict[str, str]:
    return {"name": "Nell Marsh", "email": f"{fresh()}@example.org"}


def district_of(things: Things) -> uuid.UUID:
    with things.world.app.app_context(), crossing("command") as session:
        return session.scalars(sa.select(District.id).where(District.slug == "basildon")).one()


def same_hours() -> dict[str, str]:
    return {f"push-{hour}": "0" for hour in range(24)}


# What makes each route do its work: ("form" | "json", maker of the body).
BODIES: dict[tuple[str, str], tuple[str, Any]] = {
    ("POST", "incidents.report"): ("form", lambda t: {"client_id": fresh(), "category": "asb", "narrative": "Noise."}),
    ("POST", "incidents.save"): ("form", lambda t: {"row_version": row_version(t), "category": "fraud"}),
    ("POST", "incidents.withdraw"): ("form", lambda t: {"reason": "It was a mistake."}),
    ("POST", "incidents.all_clear"): ("form", lambda t: {}),
    ("POST", "incidents.watch"): ("form", lambda t: {"wish": "follow"}),
    ("POST", "wake.save"): (
        "form",
        lambda t: {"preset": "near", "metres": "", "closed": "2", "mail": "3", "digest": "", **same_hours()},
    ),
    ("POST", "incidents.sight"): ("form", lambda t: {"client_id": fresh(), "premises": ""}),
    ("POST", "settings.decide"): ("form", lambda t: {**settings_of(t), "lock_screen": "discreet"}),
    ("POST", "settings.show_kinds"): ("form", lambda t: {"row_version": settings_version(t), "shown": ["shop_theft"]}),
    ("POST", "settings.add_kind"): (
        "form", lambda t: {"label": f"Kind {fresh()[:8]}", "base": "shop_theft", "glyph": "bag", "hue": "theft"},
    ),
    ("POST", "chat.add"): ("form", lambda t: {"client_id": fresh(), "category": "asb", "narrative": "Here, too."}),
    ("POST", "work.save_view"): ("form", lambda t: {"name": "Violence", "query": "violence=1"}),
    ("POST", "work.rename_view"): ("form", lambda t: {"name": "Weapons"}),
    ("POST", "work.remove_view"): ("form", lambda t: {}),
    ("POST", "work.read_all"): ("form", lambda t: {}),
    ("POST", "work.read_one"): ("form", lambda t: {}),
    ("POST", "chat.say"): ("form", lambda t: {"client_id": fresh(), "text": "They went north.", "audience": "members"}),
    ("POST", "evidence.take"): ("form", lambda t: {"photo": (picture(), "one.jpg")}),
    ("DELETE", "evidence.drop"): ("form", lambda t: {}),
    ("POST", "alerts.test"): ("form", lambda t: {}),
    ("POST", "alerts.remove"): ("form", lambda t: {}),
    ("POST", "alerts.subscribe"): (
        "json", lambda t: {"endpoint": f"https://fcm.googleapis.com/fcm/send/{fresh()}", "keys": device_keys()},
    ),
    ("DELETE", "alerts.unsubscribe"): ("json", given_up),
    ("POST", "alerts.take_receipt"): ("json", lambda t: {"token": "x" * 22, "shown": True}),
    ("POST", "pwa.dismiss"): ("form", lambda t: {"next": "/more"}),
    ("POST", "help.tour"): ("form", lambda t: {"next": "/more"}),
    ("POST", "accounts.end_session"): ("form", lambda t: {}),
    ("POST", "accounts.try_sign_in"): ("form", lambda t: {"email": IVY.email, "password": PASSWORD}),
    ("POST", "accounts.sign_out"): ("form", lambda t: {}),
    ("POST", "accounts.ask_for_help"): ("form", lambda t: {"email": t.person.email}),
    ("POST", "accounts.choose_password"): ("form", lambda t: {"password": "three or four good words"}),
    ("POST", "members.save"): ("form", lambda t: {"role": "member", "call_sign": "Seven"}),
    ("POST", "members.suspend"): ("form", lambda t: {}),
    ("POST", "members.lift"): ("form", lambda t: {}),
    ("POST", "members.remove"): ("form", lambda t: {}),
    ("POST", "members.end_sessions"): ("form", lambda t: {}),
    ("POST", "members.approve"): ("form", lambda t: {}),
    ("POST", "members.refuse"): ("form", lambda t: {}),
    ("POST", "members.invite"): ("form", lambda t: {"email": f"{fresh()}@example.org", "role": "member"}),
    ("POST", "members.invite_all"): ("form", lambda t: {}),
    ("POST", "members.revoke"): ("form", lambda t: {}),
    ("POST", "members.take_list"): ("form", lambda t: {"text": "name,e-mail\nNew Comer,new@example.org"}),
    ("POST", "joining.take"): ("form", lambda t: {}),
    ("POST", "joining.agree"): ("form", lambda t: {}),
    ("POST", "joining.publish"): ("form", lambda t: {"text": "Be fair.", "months": "0"}),
    ("POST", "joining.leave"): ("form", lambda t: {}),
    ("POST", "security.violation"): ("json", lambda t: {}),
    ("POST", "operating.name_force"): ("form", lambda t: {"name": "Essex Police"}),
    ("POST", "operating.add_districts"): ("form", lambda t: {"others": f"District {fresh()}"}),
    ("POST", "operating.rename_district"): ("form", lambda t: {"name": "Southend-on-Sea"}),
    ("POST", "operating.merge_district"): ("form", lambda t: {"into": "basildon"}),
    ("POST", "operating.add_scheme"): (
        "form", lambda t: {"name": "Rayleigh", "code": "RAY", "kind": "retail", "district": "basildon"},
    ),
    ("POST", "operating.rename_scheme"): ("form", lambda t: {"name": "Wickford town"}),
    ("POST", "operating.add_coordinator"): ("form", newcomer),
    ("POST", "operating.add_operator"): ("form", newcomer),
    ("POST", "operating.add_officer"): (
        "form", lambda t: {**newcomer(t), "rank": "PC 12", f"district-{district_of(t)}": "officer"},
    ),
    ("POST", "operating.place_officer"): ("form", lambda t: {f"district-{district_of(t)}": "commander"}),
    ("POST", "operating.suspend"): ("form", lambda t: {}),
    ("POST", "operating.restore"): ("form", lambda t: {}),
    ("POST", "operating.end_sessions"): ("form", lambda t: {}),
    ("POST", "operating.set_up_operator"): ("form", newcomer),
    ("POST", "sync.sync"): (
        "json", lambda t: {"kind": "sighting", "incident": str(t.value("incident_id")), "client_id": fresh()},
    ),
    ("POST", "kept.standing"): ("json", lambda t: {"incidents": [fresh()]}),
}  # fmt: skip

# Reads that need more than their address.
QUERIES = {
    "home.search": "?q=coats",
    "work.search_words": "?q=coa",
    "work.name_view": "?violence=1",
    "live.poll": "?wait=0",
}


def token_of(client: FlaskClient) -> str:
    """A form's token, as any page holds it."""
    for path in ("/more", "/sign-in"):
        text = client.get(path, headers={"Accept": HTML}).text
        for mark in ('name="csrf_token" value="', '"X-CSRFToken":"'):
            if mark in text:
                return text.split(mark)[1].split('"')[0]
    raise AssertionError("a page without a token")


def ask(client: FlaskClient, route: Route, things: Things, token: str = "", **headers: str) -> TestResponse:
    """The request of this route as a browser makes it, with a valid token."""
    method, rule, endpoint = route
    sent = {
        "Accept": HTML,
        "Sec-Fetch-Site": "same-origin",
        **{k.replace("_", "-"): v for k, v in headers.items()},
    }
    path = things.path(rule, staged=endpoint == "evidence.drop") + QUERIES.get(endpoint, "")
    options: dict[str, Any] = {"buffered": endpoint != "live.stream"}
    if method != "GET":
        if (method, endpoint) not in BODIES:
            raise AssertionError(f"no sample body for the new route {method} {rule}: tests/house/routes.py")
        sent["X-CSRFToken"] = token or token_of(client)
        kind, body = BODIES[method, endpoint]
        options["data" if kind == "form" else "json"] = body(things)
    return client.open(path, method=method, headers=sent, **options)
