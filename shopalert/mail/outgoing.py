"""The rows of the post: written with what they tell of, claimed with a lease, settled when they have left.

A sender that dies leaves leases that run out, and another takes them. Two never take the same, and a letter that
was sent twice all the same carries the same Message-ID.
"""

from __future__ import annotations

import hashlib
import json
import random
import secrets
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from flask import render_template
from sqlalchemy.orm import Session

from shopalert.config import config
from shopalert.db import now, uuid7
from shopalert.mail.models import Mail
from shopalert.text import one_line

LEASE = timedelta(minutes=3)  # longer than the longest attempt
WANTED = timedelta(hours=24)  # a letter that could not leave for so long is given up
KEPT = timedelta(days=30)  # the row without its words: that it was sent, or why not
FIRST_WAIT, LONGEST_WAIT = 30.0, 3600.0
PENDING = ("queued", "sending")
KEY_ID, NONCE = 8, 12


@dataclass(frozen=True)
class Letter:
    """A mail that is ours to send until the lease runs out."""

    id: uuid.UUID
    to: str
    subject: str
    text: str
    lease: datetime
    attempts: int
    expires_at: datetime


class Unsealable(Exception):
    """The words are not those that were sealed, or their key is gone."""


# ---- writing


def queue(
    session: Session,
    to: str,
    subject: str,
    text: str,
    *,
    user_id: uuid.UUID | None = None,
    scheme_id: uuid.UUID | None = None,
    due_at: datetime | None = None,
    expires_at: datetime | None = None,
    kind: str = "",
) -> Mail:
    """Send this, in the transaction of what it tells of. With `scheme_id` it goes only while they belong there."""
    due = due_at or now()
    row = Mail(
        id=uuid7(), kind=kind, user_id=user_id, scheme_id=scheme_id, due_at=due,
        expires_at=expires_at or due + WANTED,
    )  # fmt: skip
    row.sealed = seal(row.id, {"to": to, "subject": " ".join(subject.split()), "text": text})
    session.add(row)
    return row


def post(session: Session, to: str, name: str, facts: dict[str, Any], **options: Any) -> Mail:
    """Queue the letter templates/mail/<name>.txt: its first line is the subject, its third begins the text.

    What is put in begins no line of its own: a name must not write the subject, or a paragraph.
    """
    lines = {key: one_line(fact) if isinstance(fact, str) else fact for key, fact in facts.items()}
    said = render_template(f"mail/{name}.txt", base_url=config().base_url.rstrip("/"), **lines)
    subject, _blank, text = said.strip().partition("\n")
    return queue(session, to, subject, text.strip() + "\n", **{"kind": name.replace("_", "."), **options})


def cancel(session: Session, *which: Any) -> int:
    """What waits and answers to all of these conditions on Mail is not sent any more. How many."""
    dropped = session.execute(
        sa.update(Mail)
        .where(Mail.state.in_(PENDING), *which)
        .values(state="dropped", sealed=None, lease_until=None, kept_until=now() + KEPT)
        .execution_options(synchronize_session=False)
    )
    return int(dropped.rowcount)  # type: ignore[attr-defined]


# ---- sealing


def the_key() -> bytes:
    return config().key_file("data", config().data_key_file)


def cipher(key: bytes) -> AESGCM:
    """Derived from the data key, so that what opens a letter opens nothing else."""
    return AESGCM(
        HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=b"shopalert mail v1").derive(key)
    )


def key_id(key: bytes) -> bytes:
    return hashlib.sha256(b"shopalert key id" + key).digest()[:KEY_ID]


def seal(mail_id: uuid.UUID, words: dict[str, str]) -> bytes:
    """key id ‖ nonce ‖ ciphertext, bound to the row."""
    key, nonce = the_key(), secrets.token_bytes(NONCE)
    return key_id(key) + nonce + cipher(key).encrypt(nonce, json.dumps(words).encode(), mail_id.bytes)


def unseal(mail_id: uuid.UUID, sealed: bytes) -> dict[str, str]:
    """The words again. Raises Unsealable."""
    key, rest = the_key(), sealed[KEY_ID:]
    if sealed[:KEY_ID] != key_id(key):
        raise Unsealable("no such data key")
    try:
        found: dict[str, str] = json.loads(cipher(key).decrypt(rest[:NONCE], rest[NONCE:], mail_id.bytes))
    except Exception as wrong:  # InvalidTag, and whatever a cut row makes of it
        raise Unsealable("damaged") from wrong
    return found


# ---- sending


def waits(at: datetime) -> Any:
    """Rows that may be taken now: due, or left behind by a sender that died."""
    return sa.or_(
        sa.and_(Mail.state == "queued", Mail.due_at <= at),
        sa.and_(Mail.state == "sending", Mail.lease_until < at),
    )


def is_due(session: Session) -> bool:
    """Whether anything waits: a look, so that an idle sender never takes the writer's turn."""
    return session.scalar(sa.select(Mail.id).where(waits(now())).limit(1)) is not None


def claim(session: Session, room: int) -> list[Letter]:
    """Take up to so many letters for LEASE. In the caller's writing transaction."""
    at = now()
    lease = at + LEASE
    rows = session.scalars(
        sa.select(Mail)
        .where(waits(at))
        .order_by(Mail.due_at, Mail.id)
        .limit(room)
        .with_for_update(skip_locked=True)
    ).all()
    letters = []
    for row in rows:
        row.attempts += 1
        try:
            words = unseal(row.id, row.sealed or b"")
        except Unsealable as wrong:
            close(row, "failed", str(wrong))
            continue
        if row.expires_at <= at:
            close(row, "failed", f"expired {row.failure}".strip())
            continue
        row.state, row.lease_until = "sending", lease
        letters.append(Letter(row.id, **words, lease=lease, attempts=row.attempts, expires_at=row.expires_at))
    return letters


def settle(session: Session, letter: Letter, failure: str = "", *, for_good: bool = False) -> None:
    """It has left the house, or why not. A row that another has taken since keeps that one's lease."""
    row = session.get(Mail, letter.id, with_for_update=True, populate_existing=True)
    if row is None or row.state != "sending" or row.lease_until != letter.lease:
        return
    again = now() + timedelta(seconds=backoff(row.attempts))
    if not failure:
        row.sent_at = now()
        close(row, "sent", "")
    elif for_good or again >= row.expires_at:
        close(row, "failed", failure)
    else:
        row.state, row.due_at, row.lease_until, row.failure = "queued", again, None, failure[:80]


def close(row: Mail, state: str, failure: str) -> None:
    """Nothing of what was written stays."""
    row.state, row.failure, row.sealed, row.lease_until = state, failure[:80], None, None
    row.kept_until = now() + KEPT


def backoff(attempts: int) -> float:
    """Seconds until the next attempt: 30, 60, 120 … up to an hour, and up to a quarter more."""
    wait = min(FIRST_WAIT * 2 ** min(attempts - 1, 12), LONGEST_WAIT)
    return min(wait * (1 + random.random() / 4), LONGEST_WAIT)  # noqa: S311


def sweep(session: Session) -> None:
    """Rows that have had their use go."""
    session.execute(
        sa.delete(Mail)
        .where(Mail.state.not_in(PENDING), Mail.kept_until < now())
        .execution_options(synchronize_session=False)
    )


def backlog(session: Session) -> tuple[int, float]:
    """How many letters are due and untaken, and for how many seconds the oldest has been."""
    at = now()
    many, oldest = session.execute(
        sa.select(sa.func.count(), sa.func.min(Mail.queued_at)).where(
            Mail.state.in_(PENDING), Mail.due_at <= at
        )
    ).one()
    return many, (at - oldest).total_seconds() if oldest else 0.0
