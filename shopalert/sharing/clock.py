"""The house's part: a share ends at its date, and with the thing that it shows; what changes there is passed on.

The wall hides at once what is over. Here it is said to screens and phones: after each act that touched what is shared,
and for the rest, and for what was lost with a process, by a look every few seconds.
"""

from __future__ import annotations

import threading
import uuid
from collections.abc import Iterable
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask import Flask, current_app

from shopalert import db as house
from shopalert.alerts.outbox import Announced
from shopalert.db import Act, Busy, now
from shopalert.rounds import look_every
from shopalert.schemes.models import Share
from shopalert.sharing.actions import end, sharing
from shopalert.sharing.lookup import shareable
from shopalert.wall import crossing

LOOK = 5.0  # seconds
BATCH = 200
TOUCHES = (
    "incident.edited", "incident.all_clear", "incident.withdrawn", "incident.untold", "progress.added",
    "progress.taken_back", "file.ready", "bulletin.corrected", "bulletin.recalled", "bulletin.ended",
)  # fmt: skip


def run(app: Flask, stop: threading.Event) -> None:
    """Look what is over, until stopped."""
    look_every(LOOK, look, app, stop, "shares not looked through")


def look(at: datetime) -> int:
    """End what is over. How much was."""
    over, _standing = sorted_out(at)
    return sum(end(None, share_id, why) for share_id, why in over)


def sorted_out(at: datetime, *conditions: Any) -> tuple[list[tuple[uuid.UUID, str]], list[Share]]:
    """Of the shares that nobody has ended: those that are over, and why; those that stand."""
    with crossing("sharing") as session:
        query = sa.select(Share).where(Share.ended_at.is_(None), *conditions).order_by(Share.until, Share.id)
        shares = list(session.scalars(query))
        there = shareable(session, {share.thing_id for share in shares}, at)
    over = [(share.id, "its date") for share in shares if share.until <= at]
    over += [(share.id, "its thing") for share in shares if share.until > at and share.thing_id not in there]
    return over[:BATCH], [share for share in shares if share.until > at and share.thing_id in there]


def touched(act: Act) -> None:
    """After an act: what it did to shared things is said in the schemes that were given them."""
    ids = {said.incident_id or said.thing_id for said in act.announced if said.kind in TOUCHES}
    if not ids:
        return
    try:
        pass_on(ids, now())
    except (Busy, sa.exc.SQLAlchemyError) as error:  # the wall hides what is gone; the look says so soon
        current_app.logger.warning("shares not passed on: %s", type(error).__name__)


def pass_on(ids: Iterable[uuid.UUID], at: datetime) -> None:
    over, standing = sorted_out(at, Share.thing_id.in_(list(ids)))
    for share_id, why in over:
        end(None, share_id, why)
    if standing:
        with sharing(None, "share.changed") as (_session, doing):
            doing.announced += [
                Announced("share.changed", share.to_scheme_id, "members", share.id, None)
                for share in standing
            ]


def init_app() -> None:
    if touched not in house.followers:
        house.followers.append(touched)
