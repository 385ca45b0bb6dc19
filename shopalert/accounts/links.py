"""Secret links: 32 random bytes, of which the hash is kept. The browser that opens one carries the secret in its
cookie and the address forgets it, so that it stands in no history, log or referrer."""

from __future__ import annotations

import secrets
from typing import Any

from flask import session

from shopalert.accounts.sessions import hash_of
from shopalert.config import config

LONGEST = 100  # letters of anything that could be one of ours


def new_secret() -> str:
    return secrets.token_urlsafe(32)


def hash_of_secret(secret: str) -> bytes:
    """What is kept of it."""
    return hash_of(secret)


def address(path: str) -> str:
    """An address to give away. Never by the Host header, which is anybody's claim."""
    return config().base_url.rstrip("/") + path


def carry(name: str, secret: str) -> None:
    """This browser has opened the link."""
    session[name] = secret[:LONGEST]


def carried(name: str) -> str:
    found: Any = session.get(name)
    return found if isinstance(found, str) else ""


def put_down(name: str) -> None:
    session.pop(name, None)
