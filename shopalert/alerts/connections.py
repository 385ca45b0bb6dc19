"""Kept connections to push services: TLS to the one vetted address, and of HTTP/1.1 what one POST at a time needs.

Written out rather than taken from a client for everything: an answer here is a status, perhaps a Retry-After, and a
body that nobody reads. What is not plainly that costs the connection, never more (docs/decisions/0012).
"""

from __future__ import annotations

import base64
import re
import socket
import ssl
import time
from collections import defaultdict
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, urlsplit

import gevent
from urllib3.util.ssltransport import SSLTransport
from urllib3.util.wait import wait_for_read

from shopalert.alerts.endpoints import Endpoint

CONNECT = 3.0  # seconds until there is a connection
SILENCE = 10.0  # seconds that a service may say nothing
CAP = 64 * 1024  # bytes of a reply that are read
PIECE = 4096  # bytes of one reading
KEPT = 32  # connections kept to one address
LONGEST = 120.0  # seconds that a connection is kept without use
IDLE = 1.0  # seconds after which we look whether the other end has hung up
STATUS = re.compile(rb"HTTP/1\.([01]) ([1-9][0-9]{2})(?: |$)")
ANNOUNCEMENTS = 8  # of one connection: a service that only ever announces says nothing
NO_BODY = (204, 304)

Key = tuple[str, str, int]  # address, name, port


class Garbled(OSError):
    """What came back is no answer in HTTP."""


class NoProxy(OSError):
    """The proxy opens no tunnel."""


class HungUp(OSError):
    """The other end closed the connection before a word of an answer."""


@dataclass(frozen=True)
class Reply:
    """As much of an answer as anybody wants to know."""

    status: int
    retry_after: str | None
    lasting: bool  # whether the connection is good for another message


class Connections:
    """All of a process: each lent to one message at a time."""

    def __init__(self, trust: ssl.SSLContext, proxy: str = "") -> None:
        self.trust, self.proxy = trust, proxy
        self.idle: dict[Key, list[Connection]] = defaultdict(list)
        self.opened = 0

    def post(self, address: str, endpoint: Endpoint, request: bytes) -> Reply:
        """Send the request; once more on a fresh connection where a kept one turns out to be closed."""
        key = address, endpoint.host, endpoint.port
        kept = self.take(key)
        if kept:
            try:
                return self.lent(key, kept, request)
            except HungUp:
                pass
        return self.lent(key, self.open(key), request)

    def lent(self, key: Key, connection: Connection, request: bytes) -> Reply:
        """Used once, and put back unless anything about it is odd."""
        lasting = False
        try:
            reply = connection.ask(request)
            lasting = reply.lasting and len(self.idle[key]) < KEPT
            return reply
        finally:
            if lasting:
                self.idle[key].append(connection)
            else:
                connection.close()

    def take(self, key: Key) -> Connection | None:
        """The one used last, as long as nobody has hung up."""
        idle = self.idle[key]
        while idle:
            connection = idle.pop()
            if connection.stands():
                return connection
            connection.close()
        return None

    def tidy(self) -> None:
        """Close what nobody has used for a while: names move, and nobody comes back to the old address."""
        oldest = time.monotonic() - LONGEST
        for key, idle in list(self.idle.items()):
            while idle and idle[0].used < oldest:
                idle.pop(0).close()
            if not idle:
                del self.idle[key]

    def open(self, key: Key) -> Connection:
        """TLS to the address, under the name."""
        address, host, port = key
        self.opened += 1
        self.tidy()
        plain: Any = tunnel(self.proxy, host, port, self.trust) if self.proxy else reach(address, port)
        try:
            if isinstance(plain, SSLTransport):  # TLS within TLS, which the library's own sockets cannot
                return Connection(SSLTransport(plain, self.trust, server_hostname=host))  # type: ignore[arg-type]
            return Connection(self.trust.wrap_socket(plain, server_hostname=host))
        except BaseException:
            plain.close()
            raise


class Connection:
    """One connection to a push service."""

    def __init__(self, link: Any) -> None:
        self.link, self.announced = link, 0
        self.used = time.monotonic()
        link.settimeout(SILENCE)

    def stands(self) -> bool:
        """Whether the other end is still there. Whatever it says unasked means that it is not."""
        return time.monotonic() - self.used < IDLE or not wait_for_read(self.link, timeout=0)

    def ask(self, request: bytes) -> Reply:
        """One request, one answer."""
        got = self.first_of(request)
        while (end := got.find(b"\r\n\r\n")) < 0 or got[9:10] == b"1":
            got = self.more(got) if end < 0 else self.after(got[end + 4 :])
        status, fields, lasting = understand_head(got[:end])
        whole = self.read_body(status, fields, got[end + 4 :])
        self.used = time.monotonic()
        wait = fields.get(b"retry-after")
        return Reply(status, wait.decode("latin-1") if wait is not None else None, lasting and whole)

    def first_of(self, request: bytes) -> bytes:
        """The first bytes of the answer."""
        try:
            self.link.sendall(request)
            gevent.sleep(
                0
            )  # others write meanwhile: to look in vain for an answer costs more than to look later
            got: bytes = self.link.recv(PIECE)
        except (ConnectionError, ssl.SSLEOFError):
            got = b""
        if not got:
            raise HungUp
        return got

    def more(self, got: bytes) -> bytes:
        """A head with its next bytes."""
        data: bytes = self.link.recv(PIECE) if len(got) < CAP else b""
        if not data:
            raise Garbled
        return got + data

    def after(self, rest: bytes) -> bytes:
        """What follows a 103 or its like, which only announce the answer."""
        self.announced += 1
        if self.announced > ANNOUNCEMENTS:
            raise Garbled
        return rest

    def read_body(self, status: int, fields: dict[bytes, bytes], got: bytes) -> bool:
        """Read what is wanted of the body. Whether that was all of it, to the byte."""
        length = fields.get(b"content-length", b"0" if status in NO_BODY else b"")
        pieces = b"transfer-encoding" in fields
        if length.isdigit() and not pieces:
            wanted = int(length[:9])
            while len(got) < min(wanted, CAP) and (data := self.link.recv(PIECE)):
                got += data
            return len(got) == wanted
        while len(got) < CAP and not (pieces and got.endswith(b"0\r\n\r\n")):
            if not (data := self.link.recv(PIECE)):
                return False
            got += data
        return pieces and got == b"0\r\n\r\n"

    def close(self) -> None:
        """Without a farewell: whoever is there may not listen any more."""
        with suppress(OSError):
            self.link.close()


def understand_head(head: bytes) -> tuple[int, dict[bytes, bytes], bool]:
    """Status, fields by their names in lower case, and whether the connection goes on."""
    first, *lines = head.split(b"\r\n")
    known = STATUS.match(first)
    if not known:
        raise Garbled
    fields: dict[bytes, bytes] = {}
    for line in lines:
        name, _, value = line.partition(b":")
        name = name.lower()
        if name in fields:  # twice the same, or a line folded: we do not guess
            fields[name] += b", " + value.strip()
        else:
            fields[name] = value.strip()
    lasting = known[1] == b"1" and b"close" not in fields.get(b"connection", b"").lower()
    return int(known[2]), fields, lasting


def reach(address: str, port: int) -> socket.socket:
    """A plain connection."""
    plain = socket.create_connection((address, port), CONNECT)
    plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return plain


def tunnel(proxy: str, host: str, port: int, trust: ssl.SSLContext) -> Any:
    """A connection through the operator's proxy, asked by name: inside such a network nothing else knows it."""
    at = urlsplit(proxy)
    secure = at.scheme == "https"
    link: Any = reach(at.hostname or "", at.port or (443 if secure else 80))
    try:
        if secure:
            link = SSLTransport(link, trust, server_hostname=at.hostname)
        target = f"{f'[{host}]' if ':' in host else host}:{port}"
        lines = [f"CONNECT {target} HTTP/1.1", f"Host: {target}"]
        if at.username:
            user = f"{unquote(at.username)}:{unquote(at.password or '')}".encode()
            lines.append(f"Proxy-Authorization: Basic {base64.b64encode(user).decode()}")
        link.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
        head = b""
        while not head.endswith(b"\r\n\r\n"):  # by bytes: what follows is TLS's own
            byte = link.recv(1)
            if not byte or len(head) > 8192:
                raise NoProxy
            head += byte
        if understand_head(head[:-4])[0] != 200:
            raise NoProxy
        return link
    except BaseException:
        link.close()
        raise
