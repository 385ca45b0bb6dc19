"""Server-sent events as bytes, and the frame that HTTP/1.1 wants around them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import lru_cache

from shopalert.alerts.announcement import Message

LAST_CHUNK = b"0\r\n\r\n"


def encode(message: Message, cursor: str | None = None) -> bytes:
    """One event of the stream, as the standard spells it."""
    lines = [f"event: {message.event}"]
    if cursor:
        lines.append(f"id: {cursor}")
    lines += [f"data: {line}" for line in message.data.replace("\r", "").split("\n")]
    return ("\n".join(lines) + "\n\n").encode()


def encode_all(messages: Sequence[Message], cursor: str) -> bytes:
    """The messages of one event of the log. Its place is said with the last: cut before it, all of them come again."""
    *first, last = messages
    return b"".join([*(encode(message) for message in first), encode(last, cursor)])


def encode_json(event: str, data: object, cursor: str | None = None) -> bytes:
    """One event whose data is JSON."""
    return encode(Message(event, json.dumps(data)), cursor)


BEAT = encode_json("beat", {})
BYE = encode_json("bye", {})


@lru_cache(8)
def chunk(data: bytes) -> bytes:
    """The same bytes framed; made once for all streams that are sent them."""
    return b"%x\r\n%b\r\n" % (len(data), data)
