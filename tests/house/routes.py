"""What stands for each part of an address, and what each form is sent with: for the tests that walk all routes.

A route that is new and has no sample here fails those tests: nobody has to remember them.
"""

from __future__ import annotations

import base64
import io
import secrets
import uuid
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from flask.testing import FlaskClient
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse

from shopalert.accounts import sessions
from shopalert.accounts.models import User
from shopalert.advice.models import Advice
from shopalert.alerts.models import Subscription
from shopalert.bulletins.models import Bulletin, CapToken
from shopalert.chat.models import AbuseReport, CannedText, Channel, ChannelLine
from shopalert.db import db, now, writing
from shopalert.evidence.actions import attach, stage
from shopalert.evidence.models import Attachment
from shopalert.incidents.models import Incident
from shopalert.incidents.saved import save
from shopalert.members import agreements
from shopalert.members.models import Invitation, Joining
from shopalert.outcomes import actions as outcomes
from shopalert.outcomes.actions import Said
from shopalert.outcomes.working_days import day_of
from shopalert.protection.clocks import clocks
from shopalert.requests.models import Request
from shopalert.safety.models import HelpCall, RollCall, Welfare
from shopalert.schemes.models import Business, District, Force, Membership, Premises, Scheme, Share
from shopalert.settings.vocabulary import SETTINGS
from shopalert.uploads import actions as uploads
from shopalert.wall import crossing, thread_of
from shopalert.words import field_time
from tests.people import DEV, IVY, PASSWORD, Person
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
            "clip_id": self.clip,
            "document_id": self.document,
            "upload_id": self.upload,
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
            "comment_id": self.comment,
            "abuse_id": self.abuse,
            "step_id": self.step,
            "text_id": self.canned,
            "channel_id": self.channel,
            "line_id": self.channel_line,
            "request_id": self.request,
            "advice_id": self.advice,
            "piece_id": lambda: "greet-everybody",
            "call_id": self.help_call,
            "roll_id": self.roll,
            "welfare_id": self.welfare,
            "bulletin_id": self.bulletin,
            "cap_id": self.cap_token,
            "message": lambda: f"{uuid.uuid4()}.1",
            "share_id": self.share,
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

    def comment(self) -> uuid.UUID:
        return self.world.say(self.person, self.value("incident_id"), "We saw them too.")

    def channel(self) -> uuid.UUID:
        return self.kept(Channel(scheme_id=self.world.schemes[self.slug], name=str(uuid.uuid4())))

    def channel_line(self) -> uuid.UUID:
        return self.kept(
            ChannelLine(
                scheme_id=self.world.schemes[self.slug], channel_id=self.value("channel_id"), text="Good morning.",
                author_id=self.world.users[self.person.name], client_id=uuid.uuid4(), sent_hash=b"-",
                **clocks("comment", now()),
            )
        )  # fmt: skip

    def canned(self) -> uuid.UUID:
        with self.world.app.app_context(), crossing("seed") as session:
            force = session.scalars(sa.select(Force.id)).one()
        return self.kept(CannedText(force_id=force, title="Footage", text="Please keep it."))

    def request(self) -> uuid.UUID:
        """Answered already, and asked of whoever asks for it here; of its maker where that is an officer."""
        asked, at = self.asker or self.person, now()
        of = self.person if asked.police else asked
        row = Request(
            scheme_id=self.world.schemes[self.slug], incident_id=self.value("incident_id"), kind="cctv",
            author_id=self.world.users[DEV.name], client_id=uuid.uuid4(), sent_hash=b"",
            at=at, due_at=at + timedelta(days=2), person_id=self.world.users[of.name], state="answered",
            answered_at=at, **clocks("comment", at),
        )  # fmt: skip
        return self.kept(row)

    def advice(self) -> uuid.UUID:
        """Given to where whoever asks for it here works; to themselves where that is nowhere."""
        asked, scheme_id, at = self.asker or self.person, self.world.schemes[self.slug], now()
        viewer = self.world.viewer(asked)
        with self.world.app.app_context(), crossing("seed") as session, writing(session):
            site = session.scalars(sa.select(Premises.id).where(Premises.scheme_id == scheme_id)).first()
            if site is None:
                business = session.scalars(sa.select(Business.id)).first()
                made = Premises(scheme_id=scheme_id, business_id=business, name="Pier Kiosk")
                session.add(made)
                session.flush()
                site = made.id
        return self.kept(
            Advice(
                scheme_id=scheme_id, audience=thread_of(viewer.premises.get(scheme_id) or viewer.user_id),
                author_id=self.world.users[self.person.name], client_id=uuid.uuid4(), sent_hash=b"", premises_id=site,
                piece="greet-everybody", **clocks("bulletin", at),
            )
        )  # fmt: skip

    def help_call(self) -> uuid.UUID:
        """A call that the whole scheme may see, so that the table decides."""
        return self.kept(HelpCall(**self.of_two("help"), client_id=uuid.uuid4(), sent_hash=b"-"))

    def roll(self) -> uuid.UUID:
        return self.kept(RollCall(**self.of_two("help"), client_id=uuid.uuid4(), sent_hash=b"-"))

    def welfare(self) -> uuid.UUID:
        incident = self.world.report(self.person, self.slug, violence=True)
        return self.kept(Welfare(**self.of_two("welfare"), incident_id=incident))

    def of_two(self, thing: str) -> dict[str, Any]:
        return {
            "scheme_id": self.world.schemes[self.slug], "author_id": self.world.users[self.person.name],
            "first": "members", "second": "", **clocks(thing, now()),
        }  # fmt: skip

    def bulletin(self) -> uuid.UUID:
        at = now()
        return self.kept(
            Bulletin(
                scheme_id=self.world.schemes[self.slug], publication_id=uuid.uuid4(), kind="missing",
                severity="urgent", title="Look out",
                ends_at=at + timedelta(days=1),
                text="The back door, too.", author_id=self.world.users[self.person.name], announced_at=at,
                **clocks("bulletin", at),
            )
        )  # fmt: skip

    def cap_token(self) -> uuid.UUID:
        return self.kept(
            CapToken(
                scheme_id=self.world.schemes[self.slug], author_id=self.world.users[self.person.name],
                label="Control room", token_hash=secrets.token_bytes(32), expires_at=now() + timedelta(days=30),
            )
        )  # fmt: skip

    def share(self) -> uuid.UUID:
        """From the scheme to itself, so that it is read there and ended there."""
        scheme_id = self.world.schemes[self.slug]
        return self.kept(
            Share(
                kind="incident", thing_id=self.value("incident_id"), from_scheme_id=scheme_id, to_scheme_id=scheme_id,
                shared_by_id=self.world.users[self.person.name], reason="The same two.",
                until=now() + timedelta(days=1),
            )
        )  # fmt: skip

    def abuse(self) -> uuid.UUID:
        return self.kept(
            AbuseReport(
                scheme_id=self.world.schemes[self.slug], incident_id=self.value("incident_id"),
                comment_id=self.comment(), audience="coordinators",
                author_id=self.world.users[self.person.name], why="It is not true.",
                **clocks("comment", now()),
            )
        )  # fmt: skip

    def step(self) -> uuid.UUID:
        with self.world.seen_as(self.person) as viewer:
            incident = db.session.scalars(
                sa.select(Incident).where(Incident.id == self.value("incident_id"))
            ).one()
            today = day_of(now())
            return outcomes.add(viewer, incident, uuid.uuid4(), Said("suspect_arrested", today, today)).id

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

    def clip(self) -> uuid.UUID:
        """A film of the incident."""
        with self.world.seen_as(self.person) as viewer:
            scheme = db.session.get_one(Scheme, self.world.schemes[self.slug])
            film = stage(viewer, scheme, FileStorage(io.BytesIO(FILM), "film.mp4", "clips"))
            incident = db.session.scalars(
                sa.select(Incident).where(Incident.id == self.value("incident_id"))
            ).one()
            attach(viewer, [film], incident)
            return film.id

    def document(self) -> uuid.UUID:
        """A PDF that hangs on the incident: whoever it hangs on, it is read in the same way."""
        with self.world.seen_as(self.person) as viewer:
            scheme = db.session.get_one(Scheme, self.world.schemes[self.slug])
            paper = stage(viewer, scheme, FileStorage(io.BytesIO(PAPER), "minutes.pdf", "documents"))
            incident = db.session.scalars(
                sa.select(Incident).where(Incident.id == self.value("incident_id"))
            ).one()
            attach(viewer, [paper], incident)
            return paper.id

    def upload(self) -> uuid.UUID:
        """A file of ten bytes of which none has come."""
        with self.world.seen_as(self.person) as viewer:
            scheme = db.session.get_one(Scheme, self.world.schemes[self.slug])
            return uploads.begin(viewer, scheme, 10, "film.mp4", "", None).id

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
PAPER = b"%PDF-1.7\n%%EOF\n"
FILM = b"\0\0\0\x18ftypisom" + bytes(300)
TUS = {"Tus-Resumable": "1.0.0"}


def begun(things: Things) -> dict[str, Any]:
    """A file of ten bytes, announced."""
    scheme = base64.b64encode(things.slug.encode()).decode()
    return {"headers": {**TUS, "Upload-Length": "10", "Upload-Metadata": f"scheme {scheme}"}}


def piece(**more: str) -> dict[str, Any]:
    """Its first bytes."""
    headers = {**TUS, "Upload-Offset": "0", **{name.replace("_", "-"): value for name, value in more.items()}}
    return {"headers": headers, "data": b"four", "content_type": "application/offset+octet-stream"}


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


def shared_by(things: Things) -> dict[str, str]:
    """The next scheme, until tomorrow."""
    to = "billericay" if things.slug == "wickford" else "wickford"
    return {"to": to, "reason": "The same two.", "until": f"{now() + timedelta(days=1):%Y-%m-%d}"}


def first_premises(things: Things) -> str:
    """A site of the scheme; a new one where it has none."""
    scheme = things.world.schemes[things.slug]
    with things.world.app.app_context(), crossing("command") as session:
        found = session.scalar(sa.select(Premises.id).where(Premises.scheme_id == scheme).limit(1))
    if found is None:
        found = things.kept(Premises(scheme_id=scheme, business=Business(name="Corner"), name="Corner shop"))
    return f"premises:{found}"


def same_hours() -> dict[str, str]:
    return {f"push-{hour}": "0" for hour in range(24)}


# What makes each route do its work: ("form" | "json" | "bytes", maker of the body).
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
    ("POST", "lines.edit"): ("form", lambda t: {"text": "They went south."}),
    ("POST", "lines.remove"): ("form", lambda t: {}),
    ("POST", "lines.hide"): ("form", lambda t: {"why": "It names somebody."}),
    ("POST", "lines.restore"): ("form", lambda t: {}),
    ("POST", "lines.report"): ("form", lambda t: {"why": "It is not true."}),
    ("POST", "lines.handle"): ("form", lambda t: {}),
    ("POST", "police.put_numbers"): ("form", lambda t: {"crime": f"42/{fresh()[:5]}/26"}),
    ("POST", "police.keep_details"): ("form", lambda t: {"contact_name": "Asha Kaur", "cctv": "saved"}),
    ("POST", "outcomes.add"): ("form", lambda t: {"client_id": fresh(), "code": "suspect_arrested"}),
    ("POST", "outcomes.take_back"): ("form", lambda t: {}),
    ("POST", "chat.resolve"): ("form", lambda t: {"wish": "resolved"}),
    ("POST", "chat.slow_down"): ("form", lambda t: {"seconds": "30"}),
    ("POST", "channels.add"): ("form", lambda t: {"name": fresh()}),
    ("POST", "channels.say"): ("form", lambda t: {"client_id": fresh(), "text": "Good morning."}),
    ("POST", "channels.mute"): ("form", lambda t: {"wish": "mute"}),
    ("POST", "channels.slow_down"): ("form", lambda t: {"seconds": "30"}),
    ("POST", "channels.remove"): ("form", lambda t: {}),
    ("POST", "channels.hide"): ("form", lambda t: {"why": "It names somebody."}),
    ("POST", "channels.restore"): ("form", lambda t: {}),
    ("POST", "canned.add"): ("form", lambda t: {"title": fresh(), "text": "Please keep the footage."}),
    ("POST", "canned.change"): ("form", lambda t: {"title": fresh(), "text": "Please keep it."}),
    ("POST", "canned.remove"): ("form", lambda t: {}),
    ("POST", "requests.make"): (
        "form",
        lambda t: {"client_id": fresh(), "kind": "cctv", "days": "2", "to": first_premises(t), "what": "The till."},
    ),
    ("POST", "requests.answer"): ("form", lambda t: {"client_id": fresh(), "text": "It is on a stick."}),
    ("POST", "requests.accept"): ("form", lambda t: {}),
    ("POST", "requests.reopen"): ("form", lambda t: {"missing": "The other camera.", "days": "2"}),
    ("POST", "requests.withdraw"): ("form", lambda t: {}),
    ("POST", "advice.send"): (
        "form",
        lambda t: {"client_id": fresh(), "to": first_premises(t).split(":")[1], "line": "Look here.", "days": "14"},
    ),
    ("POST", "advice.tick"): ("form", lambda t: {"done": "1"}),
    ("POST", "advice.say_trade"): ("form", lambda t: {"trade": "gifts"}),
    ("POST", "safety.call"): ("form", lambda t: {"client_id": fresh(), "premises": ""}),
    ("POST", "advice.withdraw"): ("form", lambda t: {"why": "The wrong shop."}),
    ("POST", "safety.answer"): ("form", lambda t: {"coming": "yes"}),
    ("POST", "safety.clear"): ("form", lambda t: {}),
    ("POST", "safety.choose_responders"): ("form", lambda t: {}),
    ("POST", "care.ask"): ("form", lambda t: {"client_id": fresh(), "premises": ""}),
    ("POST", "care.answer_roll"): ("form", lambda t: {"said": "safe"}),
    ("POST", "care.end_roll"): ("form", lambda t: {}),
    ("POST", "care.answer_welfare"): ("form", lambda t: {"answer": "fine"}),
    ("POST", "bulletins.publish"): (
        "form",
        lambda t: {"client_id": fresh(), "kind": "advice", "to": f"scheme:{t.slug}", "title": "Lock", "text": "Well."},
    ),
    ("POST", "bulletins.correct"): (
        "form", lambda t: {"kind": "advice", "title": "Lock up", "text": "The roof, too.", "row_version": "1",
                   "ends_at": field_time(now() + timedelta(hours=5))},
    ),
    ("POST", "bulletins.recall"): ("form", lambda t: {"why": "It was a mistake."}),
    ("POST", "bulletins.read"): ("form", lambda t: {}),
    ("POST", "bulletins.judge"): ("form", lambda t: {"useful": "yes"}),
    ("POST", "bulletins.reply"): ("form", lambda t: {"client_id": fresh(), "text": "Thank you."}),
    ("POST", "bulletins.remind"): ("form", lambda t: {}),
    ("POST", "answers.answer"): ("form", lambda t: {"client_id": fresh(), "text": "I know them."}),
    ("POST", "answers.all_clear"): ("form", lambda t: {}),
    ("POST", "cap.give"): ("form", lambda t: {"label": "Control room", "months": "3"}),
    ("POST", "cap.revoke"): ("form", lambda t: {}),
    ("POST", "cap.let_out"): ("form", lambda t: {"to_all": "yes"}),
    ("POST", "sharing.share_incident"): ("form", lambda t: shared_by(t)),
    ("POST", "sharing.share_bulletin"): ("form", lambda t: shared_by(t)),
    ("POST", "sharing.end"): ("form", lambda t: {}),
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
    ("POST", "uploads.begin"): ("bytes", begun),
    ("PATCH", "uploads.append"): ("bytes", lambda t: piece()),
    ("POST", "uploads.instead"): ("bytes", lambda t: piece(X_HTTP_Method_Override="PATCH")),
    ("DELETE", "uploads.end"): ("bytes", lambda t: {"headers": TUS}),
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
    ("POST", "operating.let_tell_force"): ("form", lambda t: {"allowed": "yes"}),
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
    """A form's token, read from a page: of a session that has ended, that page begins another."""
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
        if kind == "bytes":
            options |= body(things)
            sent |= options.pop("headers")
        else:
            options["data" if kind == "form" else "json"] = body(things)
    return client.open(path, method=method, headers=sent, **options)
