"""Whom one can ask: the coordinators of one's schemes, and the address of whoever runs this server."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from shopalert.accounts.models import User
from shopalert.config import config
from shopalert.db import db
from shopalert.schemes.models import Membership, Scheme


@dataclass(frozen=True)
class Contact:
    """An address to write to, as a link and as words."""

    url: str
    words: str


def operator() -> Contact | None:
    """What a push service is told of us is told to people too; an address that leads nowhere is not."""
    subject = config().vapid_subject
    address = subject.removeprefix("mailto:")
    if not address or address.endswith(("@localhost", ".invalid")):
        return None
    return Contact(subject, address.removeprefix("https://"))


def coordinators(schemes: list[Scheme]) -> dict[str, list[str]]:
    """Of each scheme's name those who coordinate it. Nobody who is shut out is named."""
    names = {scheme.id: scheme.name for scheme in schemes}
    rows = db.session.execute(
        sa.select(Membership.scheme_id, User.name)
        .join(User, User.id == Membership.user_id)
        .where(
            Membership.scheme_id.in_(list(names)),
            Membership.role == "coordinator",
            Membership.removed_at.is_(None),
            Membership.suspended_at.is_(None),
            User.suspended_at.is_(None),
        )
        .order_by(User.name)
    )
    found: dict[str, list[str]] = {}
    for scheme_id, name in rows:
        found.setdefault(names[scheme_id], []).append(name)
    return found
