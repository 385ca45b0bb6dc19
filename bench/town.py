"""A town of any size for the benchmarks: schemes full of people who are signed in already.

Signing in costs a fifth of a second of Argon2 on purpose: here sessions are written as rows, and the cookies sealed
with the key that the server finds in the same folder.
"""

from __future__ import annotations

import secrets
import time
import uuid
from datetime import timedelta
from pathlib import Path
from typing import Any

import flask_migrate
import sqlalchemy as sa

from shopalert import create_app
from shopalert import db as house
from shopalert.accounts.models import User, UserSession
from shopalert.accounts.sessions import hash_of
from shopalert.chat import actions as chat
from shopalert.db import Act, db, now, uuid7, writing
from shopalert.incidents.models import Incident
from shopalert.schemes.models import District, Membership, Scheme
from shopalert.wall import crossing
from tests.people import ASHA, IVY
from tests.world import World


class Town:
    """The cast, and as many schemes and members beside them as were asked for."""

    def __init__(self, folder: Path, **settings: Any) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.app = create_app({"data_dir": folder, "background": False, **settings})
        with self.app.app_context():
            flask_migrate.upgrade()
            db.session.remove()
        self.world = World(self.app)
        self.slugs = ["wickford"]
        self.committed = 0.0
        house.followers.insert(0, self.note_commit)

    def note_commit(self, _act: Act) -> None:
        """When the last action was on the disk, before anybody was told."""
        self.committed = time.monotonic()

    def add_schemes(self, until: int) -> None:
        """More schemes of the district, until there are so many with Wickford."""
        with self.app.app_context(), crossing("seed") as session, writing(session):
            district = session.scalars(sa.select(District).where(District.slug == "basildon")).one()
            for number in range(len(self.slugs), until):
                slug = f"town-{number}"
                scheme = Scheme(
                    district_id=district.id, slug=slug, name=f"Town {number}", code=f"T{number:02}", kind="retail"
                )  # fmt: skip
                session.add(scheme)
                session.flush()
                self.world.schemes[slug] = scheme.id
                self.slugs.append(slug)

    def add_members(self, slug: str, many: int) -> list[str]:
        """So many more members of a scheme, each with a session. Their cookies."""
        scheme, at = self.world.schemes[slug], now()
        ids = [uuid7() for _ in range(many)]
        tokens = [secrets.token_urlsafe(32) for _ in ids]
        with self.app.app_context(), crossing("seed") as session, writing(session):
            session.execute(
                sa.insert(User),
                [
                    {"id": each, "email": f"{each.hex}@example.org", "name": "Member", "short_name": "Member",
                     "password_hash": "!", "toured_at": at}
                    for each in ids
                ],
            )  # fmt: skip
            session.execute(
                sa.insert(Membership),
                [{"scheme_id": scheme, "user_id": each, "role": "member", "joined_at": at} for each in ids],
            )
            session.execute(
                sa.insert(UserSession),
                [
                    {"token_hash": hash_of(token), "user_id": each, "device": "Bench",
                     "absolute_end": at + timedelta(days=1)}
                    for each, token in zip(ids, tokens, strict=True)
                ],
            )  # fmt: skip
        return [self.cookie(token) for token in tokens]

    def cookie(self, token: str) -> str:
        """What a browser with this session sends."""
        interface: Any = self.app.session_interface
        name = self.app.config["SESSION_COOKIE_NAME"]
        return f"{name}={interface.get_signing_serializer(self.app).dumps({'_user_id': token})}"

    def report(self) -> uuid.UUID:
        return self.world.report(ASHA)

    def say(self, incident_id: uuid.UUID, text: str) -> tuple[float, float]:
        """Ivy says something to all members. When the action began, and when it was on the disk."""
        with self.world.seen_as(IVY) as viewer:
            incident = db.session.scalars(sa.select(Incident).where(Incident.id == incident_id)).one()
            db.session.rollback()
            began = time.monotonic()
            chat.say(viewer, incident, uuid.uuid4(), text, "members", [])
        return began, self.committed

    def close(self) -> None:
        house.followers.remove(self.note_commit)
        with self.app.app_context():
            db.engine.dispose()
