"""Where a push may be sent: the push services of the browsers, and what the operator added.

A push endpoint is an address that a member hands us and that this server will then POST to. So it is vetted
twice: by its name when it is stored (no DNS: a name may move), and by name and address just before each sending.
The vetted address is the one that is connected to, so that a name which changes in between changes nothing.
"""

from __future__ import annotations

import re
import socket
import time
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import urlsplit

SERVICES = (
    "fcm.googleapis.com",
    "updates.push.services.mozilla.com",
    "web.push.apple.com",
    "notify.windows.com",
    "jmt17.google.com",
)
LONGEST = 2000
HTTPS = 443
REMEMBERED = 30.0  # seconds for which a resolved name is used again
MOST = 1000  # hosts remembered as being on the list
STRANGE = re.compile(r'[^!-~]|[\\"<>^`{|}]')  # what has no place in an address: blanks, control, beyond ASCII

# IPv6 ranges that carry an IPv4 address inside, which would smuggle 127.0.0.1 past a check for "public".
TUNNELS = tuple(ip_network(net) for net in ("2002::/16", "2001::/32", "3fff::/20"))
ASSIGNED = ip_network("2000::/3")  # what IPv6 addresses of the open Internet begin with
RELAYS = ip_network("192.88.99.0/24")


class Refused(ValueError):
    """This endpoint is nothing that we send to. The text says why, for the log and for tests."""


class Unresolved(OSError):
    """The name has no address just now: worth another attempt."""


@dataclass(frozen=True)
class Endpoint:
    """An endpoint that passed by its name."""

    origin: str
    host: str
    port: int
    path: str

    @property
    def authority(self) -> str:
        return self.origin.removeprefix("https://")


@dataclass
class Endpoints:
    """The operator's policy: which hosts were added to the list, and whether those may be on a private network."""

    added: frozenset[tuple[str, int]] = frozenset()
    allow_private: bool = False
    _known: dict[tuple[str, int], tuple[float, list[str]]] = field(default_factory=dict, repr=False)
    _passed: dict[tuple[str, int], str] = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, allowed: str | list[str] | tuple[str, ...], allow_private: bool = False) -> Endpoints:
        """Read ``PUSH_ALLOWED_HOSTS``: ``host`` (port 443) or ``host:port``, in a list or separated by commas."""
        names = allowed.replace(",", " ").split() if isinstance(allowed, str) else allowed
        return cls(frozenset(_host_and_port(name) for name in names if name.strip()), allow_private)

    def vet(self, endpoint: object) -> Endpoint:
        """The endpoint in its parts, or Refused. By name and literal address only; asks nobody."""
        if not isinstance(endpoint, str) or not 0 < len(endpoint) <= LONGEST:
            raise Refused("length")
        if STRANGE.search(endpoint):
            raise Refused("characters")
        try:
            url = urlsplit(endpoint)
            host, port = url.hostname or "", url.port
        except ValueError:
            raise Refused("not an address") from None
        if url.scheme != "https":
            raise Refused("scheme")
        if "@" in url.netloc or "#" in endpoint or "%" in url.netloc:
            raise Refused("shape")
        port = HTTPS if port is None else port
        path = (url.path or "/") + (f"?{url.query}" if url.query else "")
        return Endpoint(self.origin_of(host, port), host, port, path)

    def origin_of(self, host: str, port: int) -> str:
        """The origin of a host that is on the list, or Refused."""
        passed = self._passed.get((host, port))
        if passed:
            return passed
        if (host, port) not in self.added:
            if port != HTTPS:
                raise Refused("port")
            if not any(host == service or host.endswith("." + service) for service in SERVICES):
                raise Refused("host")
        literal = _literal(host)
        if literal is not None and not self.allow_private and not is_public(literal):
            raise Refused("address")
        shown = f"[{host}]" if ":" in host else host
        origin = f"https://{shown}" if port == HTTPS else f"https://{shown}:{port}"
        if len(self._passed) < MOST:
            self._passed[host, port] = origin
        return origin

    def address_of(self, endpoint: Endpoint) -> str:
        """The address to connect to. Refused unless every address of the name is public: one that is not
        means that somebody plays with the name."""
        key = endpoint.host, endpoint.port
        until, addresses = self._known.get(key, (0.0, []))
        if until < time.monotonic():
            addresses = resolve(*key)
            private = [address for address in addresses if not is_public(address)]
            if private and not (self.allow_private and key in self.added):
                raise Refused("address")
            addresses.sort(key=lambda address: ":" in address)
            self._known[key] = time.monotonic() + REMEMBERED, addresses
        return addresses[0]

    def unreachable(self, endpoint: Endpoint) -> None:
        """Nothing answered at the first address: begin with the next one, the next time."""
        known = self._known.get((endpoint.host, endpoint.port))
        if known:
            known[1].append(known[1].pop(0))


def resolve(host: str, port: int) -> list[str]:
    """Every address of a name, each once. (Under gevent the look-up runs in a thread and stalls nobody.)"""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as failure:
        raise Unresolved(str(failure)) from None
    addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    if not addresses:
        raise Unresolved("no address")
    return addresses


def is_public(address: str | IPv4Address | IPv6Address) -> bool:
    """Whether an address is one of the open Internet: not ours, not a neighbour's, not a group's, not a disguise."""
    known = ip_address(str(address).partition("%")[0])
    if isinstance(known, IPv6Address):
        if known.ipv4_mapped:
            return is_public(known.ipv4_mapped)
        if known not in ASSIGNED or any(known in net for net in TUNNELS):
            return False
    elif known in RELAYS:
        return False
    return known.is_global and not known.is_multicast and not known.is_reserved


def _literal(host: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(host)
    except ValueError:
        return None


def _host_and_port(name: str) -> tuple[str, int]:
    parts = urlsplit("//" + name.strip())
    if not parts.hostname or parts.path or parts.query or "@" in parts.netloc:
        raise ValueError(f"PUSH_ALLOWED_HOSTS: {name!r} is neither a host nor host:port")
    return parts.hostname, HTTPS if parts.port is None else parts.port
