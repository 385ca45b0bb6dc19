"""What the demonstration has none of, and somebody may have typed: one of each, to be made hostile."""

from __future__ import annotations

import secrets
import uuid
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from flask import Flask

from shopalert.accounts.models import User
from shopalert.advice.models import Advice
from shopalert.bulletins.models import Bulletin, BulletinAnswer, BulletinReply, CapToken
from shopalert.db import now, writing
from shopalert.incidents.models import Incident, SavedView, Sighting
from shopalert.outcomes.models import PoliceNote, PoliceStep
from shopalert.police.models import ForPolice
from shopalert.protection.clocks import clocks
from shopalert.schemes.models import Premises, Scheme, SchemeCategory
from shopalert.wall import crossing
from tests.browser.screens import Places, Screen
from tests.people import ASHA, BEN, DEV


def add_what_is_missing(app: Flask, places: Places) -> tuple[Screen, ...]:
    """Rows of each such kind, and the screens that show them."""
    at, hashes = now(), {"sent_hash": b"-"}
    with app.app_context(), crossing("seed") as session, writing(session):
        who = dict(session.execute(sa.select(User.email, User.id)).all())
        wickford = session.scalars(sa.select(Scheme.id).where(Scheme.slug == "wickford")).one()
        site = session.scalars(sa.select(Premises.id).where(Premises.scheme_id == wickford).limit(1)).one()
        asha: dict[str, Any] = {"scheme_id": wickford, "author_id": who[ASHA.email]}
        ben = {**asha, "author_id": who[BEN.email]}
        note = {"age": "12", "clothes": "Red", "seen_where": "Market", "police_reference": "1"}
        missing = Bulletin(
            publication_id=uuid.uuid4(), kind="missing", severity="urgent", title="Look out", announced_at=at,
            ends_at=at + timedelta(days=1), text="Missing.", note=note, by_police=True,
            **{**asha, "author_id": who[DEV.email]}, **clocks("bulletin", at),
        )  # fmt: skip
        recalled = Bulletin(
            publication_id=uuid.uuid4(), kind="event", title="Off", announced_at=at, withdrawn_at=at, text="Off.",
            recalled_why="Off.", **ben, **clocks("bulletin", at),
        )  # fmt: skip
        view = SavedView(name="Loud", query="violence=1", **asha)
        given = session.scalars(sa.select(Advice).where(Advice.id == uuid.UUID(places.advised))).one()
        taken_back = Advice(
            scheme_id=wickford, author_id=given.author_id, client_id=uuid.uuid4(), premises_id=given.premises_id,
            piece=given.piece, sent_as=given.sent_as, audience=given.audience, withdrawn_at=at, withdrawn_why="W",
            shown_until=given.shown_until, kept_until=given.kept_until, **hashes,
        )  # fmt: skip
        stepped = session.scalars(
            sa.select(PoliceStep)
            .join(Incident, Incident.id == PoliceStep.incident_id)
            .where(PoliceStep.scheme_id == wickford, Incident.withdrawn_at.is_(None))
            .order_by(PoliceStep.at)
            .limit(1)
        ).one()
        noted = PoliceNote(
            scheme_id=wickford, incident_id=stepped.incident_id, audience="police", step_id=stepped.id,
            author_id=who[DEV.email], text="N", **clocks("incident", at),
        )  # fmt: skip
        session.add_all([missing, recalled, view, taken_back, noted])
        session.flush()
        mine = {"incident_id": uuid.UUID(places.mine), **asha}
        key = {"client_id": uuid.uuid4(), **hashes}
        session.add_all(
            [
                CapToken(
                    label="Room", token_hash=secrets.token_bytes(32), expires_at=at + timedelta(9), **ben
                ),
                SchemeCategory(
                    scheme_id=wickford, code="own_x", base_code="fraud", label="X", glyph="bag", hue="other"
                ),
                BulletinReply(
                    bulletin_id=uuid.UUID(places.advice),
                    text="R",
                    to_id=who[DEV.email],
                    **key,
                    **asha,
                    **clocks("bulletin", at),
                ),
                BulletinAnswer(
                    bulletin_id=missing.id, name="N", text="A", **key, **asha, **clocks("bulletin", at)
                ),
                ForPolice(
                    contact_name="N", contact_number="1", available="A", **mine, **clocks("incident", at)
                ),
                Sighting(note="S", premises_id=site, **key, **mine, **clocks("incident", at)),
            ]
        )
        view_id, missing_id, recalled_id = view.id, missing.id, recalled.id
        taken_back_id, noted_id = taken_back.id, noted.incident_id
    return (
        Screen("a saved view", ASHA, f"/views/{view_id}", "work.view"),
        Screen("a missing person", ASHA, f"/bulletins/{missing_id}", "bulletins.show"),
        Screen("answers to it", DEV, f"/bulletins/{missing_id}", "bulletins.show"),
        Screen("replies", DEV, f"/bulletins/{places.advice}", "bulletins.show"),
        Screen("recalled", BEN, f"/bulletins/{recalled_id}", "bulletins.show"),
        Screen("taken back", BEN, f"/advice/{taken_back_id}", "advice.given"),
        Screen("police's own note", DEV, f"/incidents/{noted_id}", "incidents.show"),
        Screen("added kinds", BEN, "/s/wickford/settings/kinds", "settings.kinds"),
        Screen("a line with all", BEN, f"/incidents/{places.talked}/comments/{places.message}", "lines.show"),
        Screen("police only", DEV, f"/incidents/{places.incident}", "incidents.show"),
        Screen("CAP", BEN, "/s/wickford/cap", "cap.subscribers"),
        Screen("withdrawn", BEN, f"/incidents/{places.withdrawn}", "incidents.show"),
        Screen("print", DEV, f"/incidents/{places.mine}/print", "work.on_paper"),
    )
