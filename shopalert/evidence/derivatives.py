"""The worker that makes the copies of pictures.

Copies are rows, claimed with a lease: a worker that dies loses none, and as many workers as wanted share
them. The bytes are on the disk before a row says so.
"""

from __future__ import annotations

import contextlib
import threading
import uuid
from datetime import timedelta

import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session, selectinload

from shopalert import db as house
from shopalert.alerts.outbox import announce
from shopalert.db import Act, Busy, now, system_act, writing
from shopalert.evidence.actions import fill
from shopalert.evidence.frames import frame_of
from shopalert.evidence.images import ChildDied, Copy, Unreadable, decoders
from shopalert.evidence.models import Attachment, Derivative
from shopalert.evidence.storage import Damaged, NoRoom, Stored, files
from shopalert.wall import crossing

EVERY = 1.0  # seconds between looks; usually one is woken
LEASE = timedelta(seconds=90)  # longer than two children may take
ATTEMPTS = 3  # after which a picture that kills children is given up
MOST_CLAIMS = 20  # after which one that makes the worker itself fall over is
CLAIMED = 4  # pictures at a time
WAKING = {
    "file.stage",
    "file.attach",
    "incident.report",
    "incident.edit",
    "comment.say",
    "bulletin.publish",
    "bulletin.correct",
}

awake = threading.Event()


def run(app: Flask, stop: threading.Event) -> None:
    """Make copies until told to stop."""
    if app.config["SHOPALERT"].embedded:
        with app.app_context():
            take_back()
    while not stop.is_set():
        with app.app_context():
            try:
                while not stop.is_set() and make_some():
                    pass
            except Busy:
                app.logger.info("copies wait for their turn to write")
        awake.wait(EVERY)
        awake.clear()
    decoders().close()


def wake(act: Act) -> None:
    """After a commit that may have queued copies."""
    if act.verb in WAKING:
        awake.set()


def init_app() -> None:
    if wake not in house.followers:
        house.followers.append(wake)


def take_back() -> None:
    """The one process of an embedded house has just started: leases that stand are of one that was killed."""
    with crossing("derivatives") as session:
        leased = sa.select(Derivative.id).where(Derivative.state == "working")
        if session.scalar(leased.limit(1)) is not None:
            with writing(session):
                for row in session.scalars(sa.select(Derivative).where(Derivative.state == "working")):
                    row.state, row.lease_until, row.attempts = "queued", None, row.attempts - 1


def make_some(most: int = CLAIMED) -> int:
    """Claim some pictures and make their copies. How many were claimed."""
    claimed = claim(most)
    for place, attachment_id in enumerate(claimed):
        try:
            make(attachment_id)
        except Exception:
            for left in claimed[place:]:
                with contextlib.suppress(Exception):  # where this cannot be written either, their leases end
                    put_off(left, ATTEMPTS)
            raise
    return len(claimed)


def claim(most: int) -> list[uuid.UUID]:
    """The pictures with copies to be made, longest waiting first, now leased to this worker."""
    due = sa.and_(
        Derivative.state.in_(("queued", "working")),
        sa.or_(Derivative.lease_until.is_(None), Derivative.lease_until < now()),
    )
    with crossing("derivatives") as session:
        if session.scalar(sa.select(Derivative.id).where(due).limit(1)) is None:
            return []  # most looks find nothing: they take no turn to write
        with writing(session):
            rows = session.scalars(
                sa.select(Derivative).where(due).order_by(Derivative.id).limit(2 * most)
                .with_for_update(skip_locked=True)
            ).all()  # fmt: skip
            for row in rows:
                row.state, row.lease_until, row.attempts = "working", now() + LEASE, row.attempts + 1
            return list(dict.fromkeys(row.attachment_id for row in rows))


def make(attachment_id: uuid.UUID) -> None:
    """Make the open copies of one picture. Whatever happens, its rows say what."""
    with crossing("derivatives") as session:
        attachment = session.get(Attachment, attachment_id, options=[selectinload(Attachment.copies)])
        if attachment is None:
            return
        wanted = tuple(copy.variant for copy in attachment.copies if copy.state == "working")
        tries = max((copy.attempts for copy in attachment.copies), default=0)
        clip = attachment if attachment.is_clip else None
        stored_as = attachment.stored_as
    if tries > MOST_CLAIMS:
        give_up(attachment_id, "image_unreadable")
        return
    try:
        made = decoders().copies(frame_of(clip) if clip else files().read(stored_as), wanted)
        kept = [(copy, files().put(copy.data)) for copy in made]
    except Unreadable as unreadable:
        give_up(attachment_id, unreadable.code)
    except (Damaged, FileNotFoundError):
        give_up(attachment_id, "file_missing")
    except (ChildDied, NoRoom):
        if tries >= ATTEMPTS:
            give_up(attachment_id, "image_unreadable")
        else:
            put_off(attachment_id, tries)
    else:
        deliver(attachment_id, kept)


def deliver(attachment_id: uuid.UUID, kept: list[tuple[Copy, Stored]]) -> None:
    """The copies are on the disk: say so, and to those who see the picture already."""
    with crossing("derivatives") as session:
        attachment = None
        with system_act("file.ready", session) as doing:
            attachment = locked(session, attachment_id)
            if attachment is not None:
                stored = {copy.variant: (copy, stored) for copy, stored in kept}
                for row in attachment.copies:
                    if row.variant in stored and row.state != "ready":
                        copy, where = stored.pop(row.variant)
                        fill(row, copy.width, copy.height, where)
                attachment.state, attachment.failure = "ready", None
                tell(attachment)
                doing.about = attachment
                kept = list(stored.values())
        for _, unused in kept:  # another worker was first, or the picture is gone
            files().delete(unused.name)


def give_up(attachment_id: uuid.UUID, code: str) -> None:
    """It cannot be shown. The original stays, the report stands, the page says so."""
    with crossing("derivatives") as session, system_act("file.failed", session) as doing:
        attachment = locked(session, attachment_id)
        if attachment is None:
            return
        for row in attachment.copies:
            if row.state != "ready":
                row.state, row.lease_until = "failed", None
        attachment.state, attachment.failure = "failed", code
        doing.about, doing.details = attachment, {"code": code}
        tell(attachment)


def put_off(attachment_id: uuid.UUID, tries: int) -> None:
    """A child died: it may have been another's fault, so try again a little later."""
    with crossing("derivatives") as session, writing(session):
        attachment = locked(session, attachment_id)
        for row in attachment.copies if attachment is not None else ():
            if row.state == "working":
                row.state, row.lease_until = "queued", now() + timedelta(seconds=2 * tries)


def locked(session: Session, attachment_id: uuid.UUID) -> Attachment | None:
    """The picture as it stands, until the transaction ends: whoever attaches it meanwhile comes after."""
    query = sa.select(Attachment).where(Attachment.id == attachment_id).with_for_update()
    return session.scalar(
        query.options(selectinload(Attachment.copies)).execution_options(populate_existing=True)
    )


def tell(attachment: Attachment) -> None:
    """Open screens show the card, or the message, again. A staged picture is on none of them."""
    if attachment.bulletin_id is not None:
        announce("bulletin.file_ready", attachment, audience=attachment.audience)
    if attachment.incident_id is None:
        return
    kind = "comment.file_ready" if attachment.comment_id else "file.ready"
    more = {"comment": str(attachment.comment_id)} if attachment.comment_id else {}
    announce(kind, attachment, audience=attachment.audience, **more)
