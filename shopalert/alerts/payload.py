"""What a push says: declarative JSON (Safari reads it by itself, our worker reads the same fields).

The words come from the announcement, by the scheme's lock-screen level: they never hold a person's name, a
description or anything that somebody typed. The rest is fetched after opening.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import uuid
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

from flask_babel import gettext as _

from shopalert.alerts.push import to_base64url

if TYPE_CHECKING:
    from shopalert.alerts.announcement import Words

LARGEST = 2048  # bytes, before it is encrypted
LONGEST_TTL = 4 * 3600
TOKEN = 16  # bytes of a receipt's token


def payload(words: Words, *, base_url: str, alert: str, token: str, lang: str = "en-GB") -> bytes:
    """The message of an alert, in 2 kB or less."""
    notification: dict[str, Any] = {
        "title": words.title,
        "body": words.body,
        "navigate": absolute(base_url, words.url),
        "lang": lang,
        "dir": "ltr",
        "tag": words.tag,
        "silent": bool(words.silent),
        "actions": [_action(action, base_url) for action in words.actions],
        "data": {"alert": alert, "receipt": token},
    }
    body = _json(notification)
    if len(body) > LARGEST:  # an unusually long street: fewer words rather than none
        notification |= {"title": words.title[:80], "body": words.body[:160], "actions": []}
        body = _json(notification)
    return body


def minimal(words: Words, *, base_url: str, alert: str, token: str, lang: str = "en-GB") -> bytes:
    """For a service that found it too large: that there is something, and where."""
    return _json(
        {
            "title": _("New alert"),
            "navigate": absolute(base_url, words.url),
            "tag": words.tag,
            "lang": lang,
            "data": {"alert": alert, "receipt": token},
        }
    )


@lru_cache(maxsize=256)
def absolute(base_url: str, path: str) -> str:
    """An address that means the same outside our pages."""
    return urljoin(base_url.rstrip("/") + "/", path)


def topic(thing_id: uuid.UUID) -> str:
    """`Topic`: a waiting message about the same thing is replaced. A hash, since push services can read it."""
    return to_base64url(hashlib.sha256(b"topic" + thing_id.bytes).digest()[:16])


def receipt_token(secret_key: str, delivery_id: uuid.UUID) -> str:
    """The token that a device shows for its receipt: 128 bits that only this server can make.

    Made again for each attempt from the delivery's id, so that a device which got the first of two attempts
    may still say so; the database holds its hash alone.
    """
    made = hmac.digest(secret_key.encode(), b"receipt" + delivery_id.bytes, "sha256")
    return to_base64url(made[:TOKEN])


def token_hash(token: str) -> bytes:
    """What is stored of a token."""
    return hashlib.sha256(token.encode()).digest()


def _action(action: Any, base_url: str) -> dict[str, str]:
    """An action button: (name, title) or (name, title, path)."""
    made = {"action": str(action[0]), "title": str(action[1])}
    if len(action) > 2:
        made["navigate"] = absolute(base_url, str(action[2]))
    return made


def _json(notification: dict[str, Any]) -> bytes:
    message = {"web_push": 8030, "notification": notification, "mutable": True}
    return json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode()
