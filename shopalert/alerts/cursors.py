"""The event's number on the wire: one enciphered block, the same for every reader, telling nothing."""

from __future__ import annotations

import base64
import struct
from functools import lru_cache

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

MARK = b"sacursor"  # a forger hits these fixed bytes once in 2**64


class Cursors:
    """number <-> opaque text of 22 letters. A single block, so ECB is the cipher itself."""

    def __init__(self, key: bytes) -> None:
        self.cipher = Cipher(algorithms.AES(key), modes.ECB())  # noqa: S305

    def seal(self, seq: int) -> str:
        """The cursor of a number."""
        block = self.cipher.encryptor().update(struct.pack(">Q8s", seq, MARK))
        return base64.urlsafe_b64encode(block).rstrip(b"=").decode()

    def open(self, cursor: str, newest: int) -> int | None:
        """The number, or None for what this instance cannot have given: the reader must start anew."""
        try:
            block = base64.b64decode(cursor + "==", altchars=b"-_", validate=True)
        except ValueError:
            return None
        if len(block) != 16:
            return None
        seq, mark = struct.unpack(">Q8s", self.cipher.decryptor().update(block))
        known = mark == MARK and seq <= newest and self.seal(seq) == cursor  # one spelling only
        return seq if known else None


@lru_cache(4)
def cursors(key: bytes) -> Cursors:
    """The cursors of an instance's key."""
    return Cursors(key)
