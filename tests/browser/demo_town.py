"""The demonstration, served and looked at: for the pictures in the documents and the checks of every screen."""

from __future__ import annotations

import fcntl
import io
import os
import shutil
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from playwright.sync_api import Browser, BrowserContext
from werkzeug.datastructures import FileStorage

from shopalert import create_app
from shopalert.accounts import links, sessions
from shopalert.accounts.models import PasswordReset, User
from shopalert.bulletins.models import Bulletin
from shopalert.bulletins.publishing import Draft, publish
from shopalert.chat.models import Comment
from shopalert.db import db, now, writing
from shopalert.demo.drawing import draw
from shopalert.demo.stills import STILLS
from shopalert.evidence import derivatives
from shopalert.evidence.actions import stage
from shopalert.evidence.enclosing import Enclosure
from shopalert.evidence.models import Attachment
from shopalert.incidents import actions
from shopalert.incidents.actions import Facts
from shopalert.incidents.models import Incident
from shopalert.members import invitations, joining
from shopalert.members.invitations import Guest
from shopalert.members.joining import Newcomer
from shopalert.protection import looks
from shopalert.protection.clocks import clocks
from shopalert.safety.models import Welfare
from shopalert.schemes.models import Membership, Scheme, Share
from shopalert.schemes.viewer import viewer_of
from shopalert.wall import crossing, entered
from tests import services
from tests.browser.demo_chat import Chatting
from tests.browser.demo_clips import films
from tests.browser.demo_phones import deaf_phones, reached
from tests.browser.screens import NELL, Places
from tests.people import ASHA, BEN, CAROL, DEV, IVY, Person

DESCRIBED: dict[str, Any] = {
    "people": [
        {
            "sex": "f", "age": "25_34", "height": "tall", "build": "slim", "hair": "Blonde ponytail",
            "clothing": "Green parka, black leggings", "marks": "Swallow on the neck", "carrying": "Red rucksack",
        },
        {"sex": "m", "clothing": "Grey hooded top"},
    ],
    "people_count": 3,
    "vehicles": [{"type": "van", "colour": "White", "make": "Ford", "model": "Transit", "registration": "EK00ABC"}],
    "goods": [
        {"what": "Baby milk", "count": 12, "each_pence": 1550},
        {"what": "Pram", "count": 1, "each_pence": 32000, "recovered": True},
    ],
    "value_lost_pence": 50600,
    "value_recovered_pence": 32000,
    "direction": "Towards the station",
    "words_spoken": "Mind your own business.",
    "flags": ["hate", "organised", "hate_religion"],
    "answers": {"how": "lined_bag"},
}  # fmt: skip


class DemoTown:
    """A running demonstration, with what its screens need beside it."""

    def __init__(self, server: services.Server, app: Flask, folder: Path, empty: services.Server) -> None:
        self.server, self.app, self.empty = server, app, empty
        self.cookies: dict[str, Any] = {}
        self.quiet_scheme()
        self.places = self.find_places(folder)
        deaf_phones(self.app)
        reached(self.app, uuid.UUID(self.places.mine))

    def quiet_scheme(self) -> None:
        """A scheme in which nothing has happened yet."""
        with self.app.app_context(), crossing("seed") as session, writing(session):
            wickford = session.scalars(sa.select(Scheme).where(Scheme.slug == "wickford")).one()
            ben = session.scalars(sa.select(User).where(User.email == BEN.email)).one()
            quiet = Scheme(
                district_id=wickford.district_id,
                slug="quiet",
                name="Runwell Parade",
                code="RUN",
                kind="retail",
            )
            session.add(quiet)
            session.flush()
            session.add(Membership(user_id=ben.id, scheme_id=quiet.id, role="coordinator"))

    def find_places(self, folder: Path) -> Places:
        with self.app.app_context(), crossing("seed") as session:
            wickford = session.scalars(sa.select(Scheme.id).where(Scheme.slug == "wickford")).one()
            asha = session.scalars(sa.select(User.id).where(User.email == ASHA.email)).one()
            ben = session.scalars(sa.select(User.id).where(User.email == BEN.email)).one()
            dev = session.scalars(sa.select(User.id).where(User.email == DEV.email)).one()
            here = sa.select(Incident.id).where(Incident.scheme_id == wickford).order_by(Incident.id.desc())
            pictured = here.where(
                Incident.withdrawn_at.is_(None),
                Incident.police_replied,
                Incident.id.in_(sa.select(Attachment.incident_id).where(Attachment.comment_id.is_(None))),
            )
            # At some hours the town has none of both.
            noted = Incident.id.in_(sa.select(Comment.incident_id).where(Comment.audience == "police"))
            incident = session.scalars(pictured.where(noted)).first() or session.scalars(pictured).first()
            withdrawn = session.scalars(here.where(Incident.withdrawn_at.is_not(None))).first()
            assert incident and withdrawn, "the demonstration lacks what its screens show"
        mine = self.report(
            asha, wickford, "Two women with a pram filled it with baby milk and left by the side door."
        )
        urgent = self.report(
            asha, wickford, "Man shouting at staff by the tills, will not leave.",
            in_progress=True, category_code="threats_abuse", value_lost_pence=None,
        )  # fmt: skip
        described = self.report(ben, wickford, "Filled a pram and left by the side door.", **DESCRIBED)
        exercise = self.report(
            ben, wickford, "Practice: what do we do first?", category_code="robbery", exercise=True
        )
        talked = self.report(ben, wickford, "Two people filled a bag with razors and left by the yard.")
        filmed = self.report(
            ben, wickford, "A man filled a rucksack with steaks. The camera by the fridges has him."
        )
        doors = {
            "filmed": str(filmed),
            **films(self.app, filmed),
            "talked": str(talked),
            "message": str(Chatting(self.app, talked).full()),
            "asked": str(Chatting(self.app, talked).ask()),
            "advised": str(Chatting(self.app, talked).advise()),
            "welfare": str(self.was_asked(asha, wickford, urgent)),
            **self.told(wickford),
            "appeal": str(self.appeals(dev, wickford)),
            "shared": self.shared(wickford, ben, filmed),
            "described": str(described),
            "exercise": str(exercise),
            "set_up": self.empty.set_up_link,
            "invitation": self.invite(wickford),
            "reset": self.forget(asha),
        }
        here_works = self.somebody_waits(wickford)
        self.officer_reads(dev, incident, urgent, described)
        return Places(
            str(incident),
            str(urgent),
            str(mine),
            str(withdrawn),
            folder,
            str(dev),
            member=here_works,
            **doors,
        )

    def told(self, scheme_id: uuid.UUID) -> dict[str, str]:
        """Bulletins of the scheme, by what their screens show."""
        kinds = {"warning": "warning", "event": "announced", "advice": "advice"}
        here = sa.select(Bulletin.kind, Bulletin.id).where(Bulletin.scheme_id == scheme_id)
        with self.app.app_context(), crossing("seed") as session:
            return {kinds[kind]: str(id_) for kind, id_ in session.execute(here) if kind in kinds}

    def appeals(self, user_id: uuid.UUID, scheme_id: uuid.UUID) -> uuid.UUID:
        """An officer asks who it is, with a picture and a document."""
        with self.app.app_context(), crossing("viewer") as session:
            viewer = viewer_of(session, session.get_one(User, user_id))
        still = next(each for each in STILLS if each.scene == "till")
        paper = FileStorage(
            io.BytesIO(b"%PDF-1.7\n" + bytes(180_000) + b"\n%%EOF\n"), "Statement form.pdf", "documents"
        )
        draft = Draft(
            "appeal", "Who is this at the till?",
            "He paid with three false notes **on Thursday at about four** and left towards the station.",
        )  # fmt: skip
        with self.app.test_request_context(), entered(viewer):
            scheme = db.session.get_one(Scheme, scheme_id)
            picture = stage(viewer, scheme, draw(still), derivatives.LEASE)
            document = stage(viewer, scheme, paper)
            derivatives.make(picture.id)
            enclosed = [Enclosure(picture, "A man in a dark jacket at the till"), Enclosure(document)]
            return publish(viewer, [scheme], uuid.uuid4(), draft, enclosed).id

    def shared(self, wickford: uuid.UUID, by: uuid.UUID, given: uuid.UUID) -> str:
        """Another scheme's report with a picture is shown to Wickford, and one of Wickford's to that scheme."""
        with self.app.app_context(), crossing("seed") as session, writing(session):
            pictured = sa.select(Attachment.incident_id).where(Attachment.comment_id.is_(None))
            theirs = session.scalars(
                sa.select(Incident)
                .where(
                    Incident.scheme_id != wickford,
                    Incident.withdrawn_at.is_(None),
                    Incident.exercise.is_(False),
                )
                .order_by(Incident.id.in_(pictured).desc(), Incident.id.desc())
            ).first()
            assert theirs is not None, "the demonstration lacks another scheme's report"
            more = {"kind": "incident", "shared_by_id": by, "until": now() + timedelta(days=6)}
            away = Share(
                thing_id=given, from_scheme_id=wickford, to_scheme_id=theirs.scheme_id,
                reason="They said that they would try your supermarket next.", **more,
            )  # fmt: skip
            here = Share(
                thing_id=theirs.id, from_scheme_id=theirs.scheme_id, to_scheme_id=wickford,
                reason="The same two were seen at your station an hour later.", **more,
            )  # fmt: skip
            session.add_all([away, here])
            session.flush()
            return str(here.id)

    def officer_reads(self, user_id: uuid.UUID, *incidents: uuid.UUID) -> None:
        """What a coordinator sees of the police's reading."""
        with self.app.app_context(), crossing("seed") as session:
            viewer = viewer_of(session, session.get_one(User, user_id))
            for incident in incidents:
                looks.note("incident.read", viewer, session.get_one(Incident, incident))

    def was_asked(self, user_id: uuid.UUID, scheme_id: uuid.UUID, incident_id: uuid.UUID) -> uuid.UUID:
        """How she is after it, and what she has answered."""
        at = now()
        row = Welfare(
            scheme_id=scheme_id, author_id=user_id, incident_id=incident_id, first="coordinators", second="", at=at,
            answer="call", words="I keep thinking of it. After four is best.", answered_at=at, **clocks("welfare", at),
        )  # fmt: skip
        with self.app.app_context(), crossing("seed") as session, writing(session):
            session.add(row)
            session.flush()
            return row.id

    def invite(self, scheme_id: uuid.UUID) -> str:
        """The link of an invitation for one person."""
        with self.app.app_context():
            guest = Guest("ola@example.org", "Ola Marsh")
            return f"/join/{invitations.invite_by_operator(scheme_id, guest)[1]}"

    def forget(self, user_id: uuid.UUID) -> str:
        """The link of who forgot a password."""
        secret = links.new_secret()
        row = PasswordReset(
            token_hash=links.hash_of_secret(secret), user_id=user_id, account=b"-", network="-",
            expires_at=now() + timedelta(hours=1),
        )  # fmt: skip
        with self.app.app_context(), crossing("seed") as session, writing(session):
            session.add(row)
        return f"/reset/{secret}"

    def somebody_waits(self, scheme_id: uuid.UUID) -> str:
        """Nell has asked to come in, Carol has to read the agreement again; and a membership to look at."""
        with self.app.test_request_context():
            row, _ = invitations.invite_by_operator(scheme_id, Guest(NELL.email, NELL.name))
            said = Newcomer(NELL.name, business="Marsh Books", street="High Street", employer="Sharp Guards")
            joining.join(row, said, "seven green lanterns swing", "Chrome on Android")
        with self.app.app_context(), crossing("seed") as session, writing(session):
            carol = sa.select(User.id).where(User.email == CAROL.email).scalar_subquery()
            session.execute(sa.update(Membership).where(Membership.user_id == carol).values(agree_by=now()))
            ivy = sa.select(User.id).where(User.email == IVY.email).scalar_subquery()
            return str(session.scalars(sa.select(Membership.id).where(Membership.user_id == ivy)).first())

    def report(self, user_id: uuid.UUID, scheme_id: uuid.UUID, narrative: str, **more: Any) -> uuid.UUID:
        with self.app.app_context(), crossing("viewer") as session:
            viewer = viewer_of(session, session.get_one(User, user_id))
        with self.app.test_request_context(), entered(viewer):
            scheme = db.session.get_one(Scheme, scheme_id)
            said = {
                "category_code": "shop_theft", "occurred_at": now(), "narrative": narrative,
                "premises_id": viewer.premises.get(scheme_id), "value_lost_pence": 6450, **more,
            }  # fmt: skip
            return actions.report(viewer, scheme, uuid.uuid4(), Facts(**said), []).id

    def browser_of(
        self, browser: Browser, person: Person | None, size: tuple[int, int], theme: str
    ) -> BrowserContext:
        """A fresh profile of this size and theme, signed in as the person."""
        scheme: Any = theme
        context = browser.new_context(
            viewport={"width": size[0], "height": size[1]}, color_scheme=scheme, base_url=self.server.url,
            locale="en-GB", timezone_id="Europe/London", reduced_motion="reduce",
        )  # fmt: skip
        if person is not None:
            context.add_cookies([self.cookie(person)])
        return context

    def cookie(self, person: Person) -> Any:
        if person.email not in self.cookies:
            client = self.app.test_client()
            with self.app.app_context(), crossing("viewer") as session:
                user = session.scalars(sa.select(User).where(User.email == person.email)).one()
                viewer = viewer_of(session, user)
            with self.app.app_context(), crossing("seed") as session, writing(session):
                token, _ = sessions.begin(session, viewer, "Chrome on Android")
            with client.session_transaction() as cookie:
                cookie["_user_id"] = token
            found = client.get_cookie("sa")
            assert found is not None
            self.cookies[person.email] = found.value
        return {"name": "sa", "value": self.cookies[person.email], "url": self.server.url, "httpOnly": True}


def load(folder: Path) -> None:
    """The demonstration's data, and beside it an instance that nobody has set up."""
    for name in ("demonstration", "empty"):
        server = services.Server(folder / name)
        server.data_dir.mkdir(mode=0o700, parents=True)
        server.migrate()
        if name == "demonstration":
            server.flask("shopalert", "demo")


def loaded_once(factory: pytest.TempPathFactory) -> Path:
    """The same for all processes of a run: the first loads it, the others wait and copy."""
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID", str(os.getpid()))
    folder = factory.getbasetemp().parent / f"loaded-{run}"
    with folder.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            half = folder.with_suffix(".half")
            shutil.rmtree(half, ignore_errors=True)  # of one that was killed meanwhile
            load(half)
            half.rename(folder)
    return folder


@contextmanager
def demonstration(loaded: Path, folder: Path) -> Iterator[DemoTown]:
    """Serve a copy, in this folder, of what was loaded."""
    shutil.copytree(loaded, folder, dirs_exist_ok=True)
    server, empty = services.Server(folder / "demonstration"), services.Server(folder / "empty")
    app = create_app({"data_dir": server.data_dir, "background": False, "base_url": server.url})
    try:
        server.hand_over().start()
        empty.start()
        yield DemoTown(server, app, folder, empty)
    finally:
        empty.kill()
        server.kill()
        with app.app_context():
            db.session.remove()
            db.engine.dispose()


def settle(page: Any) -> None:
    """Until pictures and fonts are there and nothing moves any more."""
    page.wait_for_load_state("load")
    page.evaluate("() => document.fonts.ready")
    until = time.monotonic() + 3
    ready = "() => [...document.images].every(image => image.complete)"
    while not page.evaluate(ready) and time.monotonic() < until:
        page.wait_for_timeout(50)
    page.wait_for_timeout(250)
