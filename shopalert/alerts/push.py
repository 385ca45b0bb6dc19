"""Encrypt, send, and say what the push service's answer means.

pywebpush encrypts; the sending is our own. Its sender follows redirects to any host, waits for ever and reads
replies of any size, and opens a connection for each message. Here a connection goes to the one vetted address,
is kept and used again, and no service holds us longer than DEADLINE or makes us read more than CAP.
"""

from __future__ import annotations

import base64
import ssl
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import gevent
import urllib3
from cryptography.hazmat.primitives import serialization as form
from cryptography.hazmat.primitives.asymmetric import ec
from py_vapid import Vapid02
from pywebpush import WebPusher

from shopalert.alerts.endpoints import Endpoint, Endpoints, Refused, Unresolved
from shopalert.config import Config, read_or_make
from shopalert.db import now

CONNECT = 3.0  # seconds until there is a connection
DEADLINE = 10.0  # seconds for the whole, which a service that drips would stretch for ever
CAP = 64 * 1024  # bytes of a reply that are read
SIGNED_FOR = 12 * 3600  # seconds a signature is good for; services refuse more than 24 hours
RENEWED_AFTER = 6 * 3600
LONGEST_WAIT = 24 * 3600  # seconds of Retry-After that are believed
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
        self.proxy = config.push_proxy
        self.trust = ssl.create_default_context()
        if config.push_ca_file:
            self.trust.load_verify_locations(config.push_ca_file)
        self._pools: dict[tuple[str, str, int], urllib3.HTTPSConnectionPool] = {}
        self._making = threading.Lock()

    def send(self, message: Message) -> Answer:
        """Send once. Never raises for what a push service or a network does."""
        try:
            endpoint = self.endpoints.vet(message.endpoint)
        except Refused as refusal:
            return Answer(Meaning.FAILED, f"endpoint refused: {refusal}")
        # A BaseException on purpose: given TimeoutError as its class, urllib3 would take it for its own.
        limit = gevent.Timeout(DEADLINE)
        try:
            with limit:
                return self._post(endpoint, message)
        except gevent.Timeout as passed:
            if passed is not limit:
                raise
            self.endpoints.unreachable(endpoint)
            return Answer(Meaning.LATER, "timeout")
        except Refused as refusal:
            return Answer(Meaning.FAILED, f"endpoint refused: {refusal}")
        except Unresolved:
            return Answer(Meaning.LATER, "name not found")
        except (urllib3.exceptions.HTTPError, OSError) as failure:
            self.endpoints.unreachable(endpoint)
            return Answer(Meaning.LATER, _in_a_word(failure))
        except ValueError:
            return Answer(Meaning.FAILED, "keys refused")

    def _post(self, endpoint: Endpoint, message: Message) -> Answer:
        keys = {"p256dh": message.p256dh, "auth": message.auth}
        sealed = WebPusher({"endpoint": message.endpoint, "keys": keys}).encode(message.body, "aes128gcm")[
            "body"
        ]
        headers = {
            "Host": endpoint.authority,
            "Authorization": self.signer.header(endpoint.origin),
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
            "TTL": str(message.ttl),
            "Urgency": message.urgency,
        }
        if message.topic:
            headers["Topic"] = message.topic
        reply = self._pool(endpoint).urlopen(
            "POST", endpoint.path, sealed, headers, redirect=False, preload_content=False
        )
        try:
            whole = len(reply.read(CAP, decode_content=False)) < CAP
        except BaseException:
            reply.close()
            raise
        reply.release_conn() if whole else reply.close()
        return understand(reply.status, reply.headers.get("Retry-After"), self.signer.clock())

    def _pool(self, endpoint: Endpoint) -> Any:
        """The kept connections to an endpoint's vetted address; the name stays, for TLS and the Host header.

        Through a proxy the name is what the proxy is asked for: inside such a network nothing else resolves it.
        The names are those of the list, so nobody but the operator or the push services decides where they lead.
        """
        address = endpoint.host if self.proxy else self.endpoints.address_of(endpoint)
        key = address, endpoint.host, endpoint.port
        pool = self._pools.get(key)
        if pool is None:
            with self._making:
                pool = self._pools.setdefault(key, self._new_pool(address, endpoint))
        return pool

    def _new_pool(self, address: str, endpoint: Endpoint) -> Any:
        options: dict[str, Any] = {
            "maxsize": 32,
            "block": False,
            "retries": False,
            "timeout": urllib3.Timeout(connect=CONNECT, read=DEADLINE),
            "ssl_context": self.trust,
            "server_hostname": endpoint.host,
            "assert_hostname": endpoint.host,
        }
        if not self.proxy:
            return urllib3.HTTPSConnectionPool(address, endpoint.port, **options)
        retries, proxy = options.pop("retries"), urllib3.ProxyManager(self.proxy, **options)
        pool = proxy.connection_from_host(address, endpoint.port, "https")
        pool.urlopen = partial(pool.urlopen, retries=retries)  # type: ignore[method-assign]
        return pool


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


def _in_a_word(failure: BaseException) -> str:
    """A network's failure for the row and the log, without the address it happened at."""
    if isinstance(failure, urllib3.exceptions.SSLError):
        return "TLS"
    if isinstance(failure, urllib3.exceptions.TimeoutError | TimeoutError):
        return "timeout"
    if isinstance(failure, urllib3.exceptions.ProxyError):
        return "proxy"
    if isinstance(failure, urllib3.exceptions.NewConnectionError):
        return "no connection"
    return "connection lost"
