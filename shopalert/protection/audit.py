"""The audit is written in each verb's transaction, and sealed into a chain within a second.

One sealer, holding a lease, numbers the rows and gives each the HMAC of its content and of the one
before, with a key that is not in the database. So no writer waits for another, and afterwards nobody
without the key can change, remove or reorder a row unseen. (Cutting off the chain's end is seen only
against an anchor kept elsewhere.)
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
import threading
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

import gevent
import sqlalchemy as sa
from flask import Flask, Response, current_app, request, request_finished
from gevent.event import Event
from sqlalchemy.orm import Session

from shopalert import db as house
from shopalert.config import config
from shopalert.db import Act, Busy, db, insert_new, now, release, system_act, uuid7, writing
from shopalert.protection.models import AuditDetail, AuditHead, AuditRow
from shopalert.schemes.viewer import current_viewer
from shopalert.wall import crossing

LEASE = timedelta(seconds=10)
LOOK = 0.5  # seconds after which the sealer looks although nobody woke it
BATCH = 500
LATE = timedelta(minutes=1)  # a row unsealed for longer is a finding
SEALED = (
    *("id", "at", "actor_id", "session_id", "scheme_id", "verb", "object_kind", "object_id"),
    *("outcome", "request_id", "detail_hash", "seq"),
)
NOT_DETAILS = ("revoke", "events")  # said to those who follow the act, not to posterity

written = Event()


@dataclass(frozen=True)
class Note:
    """A further row of an act: something looked at, or refused."""

    verb: str
    thing: Any
    outcome: str
    details: dict[str, Any] = field(default_factory=dict)
    salt: bytes = field(default_factory=lambda: secrets.token_bytes(16))

    @cached_property
    def plain(self) -> dict[str, Any]:
        """The details as JSON holds them."""
        said = {name: value for name, value in self.details.items() if name not in NOT_DETAILS}
        found: dict[str, Any] = json.loads(json.dumps(said, default=str))
        return found


# ---- writing


def note(verb: str, thing: Any = None, *, outcome: str = "done", **details: Any) -> None:
    """One more row: with the verb being done, or at once in a transaction of its own.

    At once means before what follows: an image is noted before its bytes leave. What the request has read
    stays loaded. Details hold ids, counts and names of fields, never what a person wrote.
    """
    if (act := house.doing()) is not None:
        act.notes.append(Note(verb, thing, outcome, details))
        return
    release(db.session())
    with crossing("audit") as session, system_act(verb, session) as act:
        act.viewer, act.about, act.outcome = current_viewer(), thing, outcome
        act.details.update(details)


def write_rows(act: Act, session: Session) -> None:
    """The finisher: one row for the act, and one for each note."""
    write_all(session, [act])


def write_all(session: Session, acts: Iterable[Act]) -> None:
    """The rows of these acts, in as many statements for many as for one."""
    details = []
    for act in acts:
        for said in (Note(act.verb, act.about, act.outcome, act.details), *act.notes):
            row = row_of(act, said)
            session.add(row)
            if row.detail_hash is not None:
                details.append(AuditDetail(row_id=row.id, salt=said.salt, detail=said.plain))
    session.flush()
    session.add_all(details)
    session.flush()


def row_of(act: Act, said: Note) -> AuditRow:
    return AuditRow(
        id=uuid7(),
        at=act.at,
        actor_id=getattr(act.viewer, "user_id", None),
        session_id=getattr(act.viewer, "session_id", None),
        scheme_id=getattr(said.thing, "scheme_id", None),
        verb=said.verb,
        object_kind=getattr(said.thing, "__tablename__", ""),
        object_id=getattr(said.thing, "id", None),
        outcome=said.outcome,
        request_id=act.request_id,
        detail_hash=hash_of(said.salt, said.plain) if said.plain else None,
    )


def note_refusal(_app: Flask, response: Response, **_: Any) -> None:
    """A signed-in person was refused something that they can see."""
    if response.status_code != 403 or current_viewer() is None:
        return
    ids = [value for value in (request.view_args or {}).values() if isinstance(value, uuid.UUID)]
    verb = getattr(current_app.view_functions.get(request.endpoint or ""), "verb", None)
    try:
        note(
            verb if isinstance(verb, str) else "request",
            outcome="refused",
            method=request.method,
            endpoint=request.endpoint or "",
            of=[str(value) for value in ids],
        )
    except (Busy, sa.exc.SQLAlchemyError) as error:  # the refusal stands all the same
        current_app.logger.warning("a refusal was not noted: %s", type(error).__name__)


def hash_of(salt: bytes, detail: dict[str, Any]) -> bytes:
    """The salt keeps a short detail from being guessed by its hash once it is erased."""
    return hashlib.sha256(salt + canonical(detail)).digest()


def canonical(value: Any) -> bytes:
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


# ---- sealing


def run(app: Flask, stop: threading.Event) -> None:
    """The sealer: asks for the lease, and where it has it, seals what was written."""
    me = secrets.token_hex(8)
    while not stop.is_set():
        written.wait(LOOK)
        written.clear()
        try:
            with app.app_context():
                while seal(me) == BATCH:
                    gevent.sleep(0)
        except (Busy, sa.exc.SQLAlchemyError) as error:
            app.logger.warning("the audit was not sealed: %s", type(error).__name__)
            gevent.sleep(LOOK)


def seal(me: str = "") -> int:
    """Seal up to BATCH rows in order, if no other holds the lease; how many were sealed."""
    with crossing("seal") as session:
        if not has_unsealed(session):
            return 0
        with writing(session):
            head = take_lease(session, me)
            return lengthen(session, head) if head else 0


def has_unsealed(session: Session) -> bool:
    return session.scalar(sa.select(AuditRow.id).where(AuditRow.seq.is_(None)).limit(1)) is not None


def take_lease(session: Session, me: str) -> AuditHead | None:
    """The end of the chain, locked, where this process may make it longer."""
    insert_new(session, AuditHead, ["id"], id=1, seq=0, mac=b"", holder="")
    head = session.get_one(AuditHead, 1, with_for_update=True, populate_existing=True)
    if head.holder != me and head.lease_until is not None and head.lease_until > now():
        return None
    head.holder, head.lease_until = me, now() + LEASE if me else None
    return head


def lengthen(session: Session, head: AuditHead) -> int:
    """Number the waiting rows and chain them."""
    waiting = (
        sa.select(AuditRow).where(AuditRow.seq.is_(None)).order_by(AuditRow.at, AuditRow.id).limit(BATCH)
    )
    key, rows = the_key(), list(session.scalars(waiting))
    for row in rows:
        row.seq, row.prev = head.seq + 1, head.mac
        row.mac = mac_of(key, row.prev, row)
        head.seq, head.mac = row.seq, row.mac
    return len(rows)


def the_key() -> bytes:
    return config().key_file("audit", config().audit_key_file)


def mac_of(key: bytes, prev: bytes, row: Any) -> bytes:
    """The seal of a row in its place."""
    content = canonical({name: plain(getattr(row, name)) for name in SEALED})
    return hmac.digest(key, prev + content, "sha256")


def plain(value: Any) -> Any:
    """A column as canonical JSON holds it."""
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.hex()
    return str(value) if isinstance(value, uuid.UUID) else value


# ---- verifying


@dataclass(frozen=True)
class Finding:
    """Something that is not as it was written."""

    seq: int
    what: str

    def __str__(self) -> str:
        return f"row {self.seq}: {self.what}" if self.seq else self.what


def verify(session: Session) -> tuple[list[Finding], int]:
    """Walk the chain from its first row: what was changed, removed or reordered, and how many rows there are.

    The end is read first: what is sealed meanwhile lies beyond it.
    """
    head = session.get(AuditHead, 1, populate_existing=True)
    end, end_mac = (head.seq, head.mac) if head else (0, b"")
    session.expunge_all()
    findings: list[Finding] = []
    key, expected, last, rows = the_key(), 1, b"", 0
    for row, detail in sealed_rows(session):
        if row.seq > expected:
            findings.append(removed(expected, row.seq - 1))
        elif row.prev != last:
            findings.append(Finding(row.seq, "does not follow the row before it"))
        if not hmac.compare_digest(row.mac or b"", mac_of(key, row.prev or b"", row)):
            findings.append(Finding(row.seq, "changed or reordered"))
        if row.seq == end and row.mac != end_mac:
            findings.append(Finding(row.seq, "not the end that the sealer left"))
        findings += wrong_detail(row, detail)
        rows += 1
        expected, last = (row.seq or 0) + 1, row.mac or b""
    if end >= expected:
        findings.append(removed(expected, end))
    elif head is None and expected > 1:
        findings.append(Finding(0, "the end of the chain is missing"))
    return findings + late(session), rows


def removed(first: int, last: int) -> Finding:
    return Finding(first, "removed" if first == last else f"removed, with all to {last}")


def sealed_rows(session: Session) -> Iterator[tuple[Any, Any]]:
    """All rows in the chain's order with their details, a batch at a time."""
    after: int = -(2**62)
    while True:
        statement = (
            sa.select(AuditRow, AuditDetail)
            .outerjoin(AuditDetail, AuditDetail.row_id == AuditRow.id)
            .where(AuditRow.seq > after)
            .order_by(AuditRow.seq)
            .limit(BATCH)
            .execution_options(populate_existing=True)
        )
        rows = list(session.execute(statement))
        yield from ((found, beside) for found, beside in rows)
        session.expunge_all()
        if len(rows) < BATCH:
            return
        after = rows[-1][0].seq or after


def wrong_detail(row: AuditRow, detail: AuditDetail | None) -> list[Finding]:
    """An erased detail is as it should be; one that is gone or other is not."""
    if row.detail_hash is None:
        return [Finding(row.seq or 0, "detail added")] if detail is not None else []
    if detail is None:
        return [Finding(row.seq or 0, "detail removed")]
    if detail.erased_at is not None:
        return [Finding(row.seq or 0, "detail changed")] if detail.detail else []
    right = hmac.compare_digest(row.detail_hash, hash_of(detail.salt, detail.detail))
    return [] if right else [Finding(row.seq or 0, "detail changed")]


def late(session: Session) -> list[Finding]:
    """Rows that nobody sealed: no sealer runs, or somebody took the seals off."""
    statement = sa.select(sa.func.count()).where(AuditRow.seq.is_(None), AuditRow.at < now() - LATE)
    many = session.scalar(statement) or 0
    return [Finding(0, f"{many} rows not sealed for over a minute")] if many else []


def init_app() -> None:
    """Take the place before the outbox in each transaction, and see every refusal."""
    if write_rows not in house.finishers:
        house.finishers.insert(0, write_rows)
        house.followers.append(lambda _act: written.set())
        request_finished.connect(note_refusal)
