"""A thing sent twice is one thing: the key made on the phone, and the hash of what was understood."""

from __future__ import annotations

import hashlib
import json
import uuid
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session


class KeyReused(Exception):
    """The key stands already, with another body; `thing_id` is what was sent first."""

    def __init__(self, thing_id: uuid.UUID) -> None:
        super().__init__(str(thing_id))
        self.thing_id = thing_id


def hash_of(facts: dict[str, Any]) -> bytes:
    """Of what was understood, not of the bytes: a repeat carries a fresh token and another boundary."""
    text = json.dumps(facts, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode()).digest()


def sent_before(
    session: Session, model: Any, author_id: uuid.UUID, client_id: uuid.UUID, sent: bytes
) -> uuid.UUID:
    """The id of the author's own earlier row with this key. Raises KeyReused where its body was another.

    It asks the table and not the walled model: that a repeat finds its own row must not depend on what
    its author may see today.
    """
    table = model.__table__
    row = session.execute(
        sa.select(table.c.id, table.c.sent_hash).where(
            table.c.author_id == author_id, table.c.client_id == client_id
        )
    ).one()
    if row.sent_hash != sent:
        raise KeyReused(row.id)
    return row.id
