"""Seal, sign, send, and say what the push service's answer means.

The sending is our own (`sealing.py`, `connections.py`). pywebpush's follows redirects to any host, waits for ever and
reads replies of any size, and opens a connection for each message. Here a connection goes to the one vetted address,
is kept and used again, and no service holds us longer than DEADLINE.
"""

from __future__ import annotations

import base64
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlsplit

import gevent
from cryptography.hazmat.primitives import serialization as form
from cryptography.hazmat.primitives.asymmetric import ec
from py_vapid import Vapid02

from shopalert.alerts.connections import Connections, Garbled, NoProxy
from shopalert.alerts.endpoints import Endpoint, Endpoints, Refused, Unresolved
from shopalert.alerts.sealing import Keys, seal
from shopalert.config import Config, read_or_make
from shopalert.db import now

DEADLINE = 10.0  # seconds for the whole, which a service that drips would stretch for ever
SIGNED_FOR = 12 * 3600  # seconds a signature is good for; services refuse more than 24 hours
RENEWED_AFTER = 6 * 3600
LONGEST_WAIT = 24 * 3600  # seconds of Retry-After that are believed
REMEMBERED = 2000  # devices whose endpoint and keys are read already
OUR_FAULT = "our own fault"
NOT_DOWN = (OUR_FAULT, "408", "425", "429")  # reasons to try again that say that somebody is there
P256DH, AUTH = 65, 16  # bytes of a device's keys


class Meaning(StrEnum):
    """What an answer asks of us."""

    ACCEPTED = "accepted"  # the service has it
    GONE = "gone"  # the device is no more: forget it
    LATER = "later"  # nothing wrong with the device: try again
    TOO_LARGE = "too large"  # once more, with fewer words
    UNTRUSTED = "untrusted"  # our signature is refused
    FAILED = "failed"  # trying again would change nothing


@dataclass(frozen=True)
class Answer:
    """A push service's answer, or why there is none."""

    meaning: Meaning
    reason: str  # "201", "timeout", "redirect" …: for the row and the log, never the endpoint
    wait: float | None = None  # seconds, from Retry-After

    @property
    def down(self) -> bool:
        """Whether it makes one doubt the service itself, rather than the message, the device, or us."""
        return self.meaning is Meaning.LATER and not self.wait and self.reason not in NOT_DOWN


@dataclass(frozen=True)
class Message:
    """What goes to one device."""

    endpoint: str
    p256dh: str
    auth: str
    body: bytes
    ttl: int
    urgency: str = "high"
    topic: str = ""


class BadKeys(ValueError):
    """These are no keys of a push subscription."""


def check_keys(p256dh: object, auth: object) -> None:
    """Raise BadKeys unless these are a point on P-256 and a secret of 16 bytes, in base64url."""
    point, secret = from_base64url(p256dh), from_base64url(auth)
    if len(point) != P256DH or point[0] != 4 or len(secret) != AUTH:
        raise BadKeys("length")
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
    except ValueError:
        raise BadKeys("not on the curve") from None


def from_base64url(text: object) -> bytes:
    """The bytes of a base64url text, with or without padding; BadKeys for anything else."""
    if not isinstance(text, str) or len(text) > 100 or not text.isascii():
        raise BadKeys("not base64url")
    bare = text.rstrip("=")
    if not bare.replace("-", "").replace("_", "").isalnum():
        raise BadKeys("not base64url")
    try:
        return base64.urlsafe_b64decode(bare + "=" * (-len(bare) % 4))
    except ValueError:
        raise BadKeys("not base64url") from None


def to_base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


# ---- our own key


def vapid_key_file(config: Config) -> Path:
    """Where the private key lies: `VAPID_PRIVATE_KEY_FILE`, or vapid.pem in the data directory."""
    return Path(config.vapid_private_key_file or config.data_dir / "vapid.pem")


def vapid_key(config: Config) -> ec.EllipticCurvePrivateKey:
    """The private key that signs for this instance, made with mode 0600 where it is missing."""
    pem = read_or_make(vapid_key_file(config), new_vapid_key)
    key = form.load_pem_private_key(pem, None)
    if not isinstance(key, ec.EllipticCurvePrivateKey) or not isinstance(key.curve, ec.SECP256R1):
        raise ValueError(f"{vapid_key_file(config)} is not a private key on P-256")
    return key


def new_vapid_key() -> bytes:
    """A fresh key as PEM."""
    key = ec.generate_private_key(ec.SECP256R1())
    return key.private_bytes(form.Encoding.PEM, form.PrivateFormat.PKCS8, form.NoEncryption())


def public_key(key: ec.EllipticCurvePrivateKey) -> str:
    """The public half as browsers want it: `applicationServerKey`, base64url."""
    point = key.public_key().public_bytes(form.Encoding.X962, form.PublicFormat.UncompressedPoint)
    return to_base64url(point)


def subject(config: Config) -> str:
    """Whom a push service may write to. Apple refuses one on localhost: `doctor` says so."""
    # Without its port: py_vapid takes only the name.
    return config.vapid_subject or f"https://{urlsplit(config.base_url).hostname}"


@dataclass
class Signer:
    """The Authorization header of each push service: signed once, used for hours."""

    key: ec.EllipticCurvePrivateKey
    subject: str
    clock: Callable[[], datetime] = now
    _signed: dict[str, tuple[float, str]] = field(default_factory=dict, repr=False)

    def header(self, origin: str) -> str:
        moment = self.clock().timestamp()
        made, header = self._signed.get(origin, (float("-inf"), ""))
        if not 0 <= moment - made < RENEWED_AFTER:  # also when the clock was set back
            claims = {"aud": origin, "sub": self.subject, "exp": int(moment) + SIGNED_FOR}
            header = Vapid02(private_key=self.key).sign(claims)["Authorization"]
            self._signed[origin] = moment, header
        return header

    def renew(self, origin: str) -> None:
        """Sign anew at the next use."""
        self._signed.pop(origin, None)


# ---- sending


class Sender:
    """Sends messages. One for a process: it keeps the connections."""

    def __init__(self, config: Config) -> None:
        self.endpoints = Endpoints.of(config.push_allowed_hosts, config.push_allow_private_ips)
        self.signer = Signer(vapid_key(config), subject(config))
        trust = ssl.create_default_context()
        if config.push_ca_file:
            trust.load_verify_locations(config.push_ca_file)
        self.device = lru_cache(REMEMBERED)(self._read)
        self.connections = Connections(trust, config.push_proxy)

    def send(self, message: Message) -> Answer:
        """Send once. Never raises for what a push service or a network does."""
        try:
            endpoint, keys = self.device(message.endpoint, message.p256dh, message.auth)
        except Refused as refusal:
            return Answer(Meaning.FAILED, f"endpoint refused: {refusal}")
        except ValueError:
            return Answer(Meaning.FAILED, "keys refused")
        # A BaseException on purpose: given TimeoutError as its class, urllib3 would take it for its own.
        limit = gevent.Timeout(DEADLINE)
        try:
            with limit:
                return self._post(endpoint, keys, message)
        except gevent.Timeout as passed:
            if passed is not limit:
                raise
            self.endpoints.unreachable(endpoint)
            return Answer(Meaning.LATER, "timeout")
        except Refused as refusal:
            return Answer(Meaning.FAILED, f"endpoint refused: {refusal}")
        except Unresolved:
            return Answer(Meaning.LATER, "name not found")
        except OSError as failure:
            self.endpoints.unreachable(endpoint)
            return Answer(Meaning.LATER, _in_a_word(failure))

    def _read(self, endpoint: str, p256dh: str, auth: str) -> tuple[Endpoint, Keys]:
        """A device's endpoint, vetted, and its keys. Remembered: the policy is the same as long as we run, and where
        the name leads is asked at each sending."""
        return self.endpoints.vet(endpoint), Keys.of(from_base64url(p256dh), from_base64url(auth))

    def _post(self, endpoint: Endpoint, keys: Keys, message: Message) -> Answer:
        address = endpoint.host if self.connections.proxy else self.endpoints.address_of(endpoint)
        sealed = seal(message.body, keys)
        topic = f"Topic: {message.topic}\r\n" if message.topic else ""
        head = (
            f"POST {endpoint.path} HTTP/1.1\r\n"
            f"Host: {endpoint.authority}\r\n"
            f"Authorization: {self.signer.header(endpoint.origin)}\r\n"
            "Content-Encoding: aes128gcm\r\n"
            "Content-Type: application/octet-stream\r\n"
            f"Content-Length: {len(sealed)}\r\n"
            f"TTL: {message.ttl}\r\n"
            f"Urgency: {message.urgency}\r\n"
            f"{topic}\r\n"
        )
        # Those under way all seal, then all write, then all read: each step finds its own still in the caches.
        gevent.sleep(0)
        reply = self.connections.post(address, endpoint, head.encode("ascii") + sealed)
        return understand(reply.status, reply.retry_after, self.signer.clock())


def understand(status: int, retry_after: str | None = None, at: datetime | None = None) -> Answer:
    """What a status means. A redirect is a failure: we were given an endpoint, not a chain of them."""
    said = str(status)
    if 200 <= status < 300:
        return Answer(Meaning.ACCEPTED, said)
    if status in (404, 410):
        return Answer(Meaning.GONE, said)
    if status == 413:
        return Answer(Meaning.TOO_LARGE, said)
    if status in (400, 401, 403):
        return Answer(Meaning.UNTRUSTED, said)
    if status in (408, 425, 429) or status >= 500:
        return Answer(Meaning.LATER, said, seconds_of(retry_after, at or now()))
    return Answer(Meaning.FAILED, "redirect" if 300 <= status < 400 else said)


def seconds_of(retry_after: str | None, at: datetime) -> float | None:
    """The wait that a `Retry-After` asks for: seconds, or a date. None where it says nothing we understand."""
    text = (retry_after or "").strip()
    if text.isascii() and text.isdigit():
        return min(float(text[:9]), LONGEST_WAIT)
    try:
        until = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError):
        return None
    until = until if until.tzinfo else until.replace(tzinfo=UTC)
    return min(max((until - at).total_seconds(), 0.0), LONGEST_WAIT)


def _in_a_word(failure: OSError) -> str:
    """A network's failure for the row and the log, without the address it happened at."""
    if isinstance(failure, TimeoutError):
        return "timeout"
    if isinstance(failure, ssl.SSLError):
        return "TLS"
    if isinstance(failure, NoProxy):
        return "proxy"
    if isinstance(failure, Garbled):
        return "no HTTP"
    if isinstance(failure, ConnectionRefusedError):
        return "no connection"
    return "connection lost"
