"""Seal a message for one device: RFC 8291 (aes128gcm), one record.

The same steps as pywebpush takes, checked against it and against the RFC's own example, in fewer objects: encryption
is what a fan-out spends its time on (docs/decisions/0012). A fresh key pair and a fresh salt for each message, always.
"""

from __future__ import annotations

import hmac
import os
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

P256, ECDH = ec.SECP256R1(), ec.ECDH()
RECORD = (4096).to_bytes(4, "big")
LARGEST = 4096 - 16 - 1  # bytes in one record, less its tag and the mark of the last one
LAST = b"\x02"
ONE = b"\x01"  # HKDF's counter: nothing here is longer than one block


@dataclass(frozen=True)
class Keys:
    """What a device gave us to seal for it."""

    point: bytes
    auth: bytes
    public: ec.EllipticCurvePublicKey

    @classmethod
    def of(cls, point: bytes, auth: bytes) -> Keys:
        """ValueError for a point that is not on the curve."""
        return cls(point, auth, ec.EllipticCurvePublicKey.from_encoded_point(P256, point))


def seal(
    text: bytes, to: Keys, pair: ec.EllipticCurvePrivateKey | None = None, salt: bytes | None = None
) -> bytes:
    """The body of the request. `pair` and `salt` are for the RFC's example alone."""
    if len(text) > LARGEST:
        raise ValueError("too long for one record")
    pair = pair or ec.generate_private_key(P256)
    salt = salt or os.urandom(16)
    ours = pair.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    shared = hmac.digest(to.auth, pair.exchange(ECDH, to.public), "sha256")
    secret = hmac.digest(shared, b"WebPush: info\x00" + to.point + ours + ONE, "sha256")
    root = hmac.digest(salt, secret, "sha256")
    key = hmac.digest(root, b"Content-Encoding: aes128gcm\x00" + ONE, "sha256")[:16]
    nonce = hmac.digest(root, b"Content-Encoding: nonce\x00" + ONE, "sha256")[:12]
    sealed = AESGCM(key).encrypt(nonce, text + LAST, None)
    return salt + RECORD + bytes((len(ours),)) + ours + sealed
