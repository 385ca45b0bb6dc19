"""A real push service on loopback, in a process of its own, over TLS with its own authority.

It checks the VAPID signature and its claims, decrypts with the device's keys, keeps what it got, and misbehaves
on request. What it answers is said when a device is made: answers are taken in turn and the
last one stays: `201`, `401-201`, `429r3` (Retry-After: 3), `429d3` (the same as a date), `307`, and the words `hang`,
`drip`, `reset`, `big`.

    with PushService() as service:
        app = create_app({**service.settings, ...})
        device = service.device("410")          # the JSON of a browser's PushSubscription
        ...
        service.received(device)                # what arrived there, decrypted
"""

from __future__ import annotations

import base64
import datetime
import json
import os
import shutil
import socket
import struct
import subprocess
import sys
import tempfile
import time
import uuid
from email.utils import format_datetime
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Self

import http_ece
import urllib3
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives import serialization as form
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.x509.oid import NameOID

LARGEST = 4096  # bytes of an encrypted message, as the real services have it
LONGEST_SIGNATURE = 24 * 3600


def b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def unb64(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


# ---- the side of the tests


class PushService:
    """The running service. `origins` ports, each of which is another push service to a sender."""

    def __init__(self, origins: int = 1) -> None:
        self.origins = origins
        self.home = Path(tempfile.mkdtemp(prefix="push-service-"))

    def __enter__(self) -> Self:
        make_certificates(self.home)
        program = [sys.executable, "-m", "gevent.monkey", __file__, str(self.home), str(self.origins)]
        self.process = subprocess.Popen(program, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        assert self.process.stdout
        self.ports: list[int] = json.loads(self.process.stdout.readline())
        self.http = urllib3.PoolManager(ca_certs=str(self.home / "ca.pem"), retries=False, timeout=10)
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.wait()
        if self.process.stdout:
            self.process.stdout.close()
        self.http.clear()
        shutil.rmtree(self.home, ignore_errors=True)

    @property
    def ca_file(self) -> str:
        return str(self.home / "ca.pem")

    @property
    def settings(self) -> dict[str, Any]:
        """What an operator would set to have this service allowed."""
        return {
            "PUSH_ALLOWED_HOSTS": ",".join(f"localhost:{port}" for port in self.ports),
            "PUSH_ALLOW_PRIVATE_IPS": "1",
            "PUSH_CA_FILE": self.ca_file,
        }

    def device(self, answers: str = "201", origin: int = 0) -> dict[str, Any]:
        """A new device: what its browser's `PushSubscription.toJSON()` says."""
        return self.devices(1, answers, origin)[0]

    def devices(self, count: int, answers: str = "201", origin: int = 0) -> list[dict[str, Any]]:
        """Many at once."""
        asked = {"answers": answers, "origin": origin, "count": count}
        found: list[dict[str, Any]] = self._ask("POST", "/_/devices", asked)
        return found

    def received(self, device: dict[str, Any] | None = None) -> list[dict[str, Any]]:
        """What arrived (at one device), in order: device, status, headers, payload (decrypted), problem, at, size."""
        found: list[dict[str, Any]] = self._ask("GET", "/_/received", None)
        if device is None:
            return found
        return [message for message in found if message["device"] == device["endpoint"].rsplit("/", 1)[1]]

    def wait_for(
        self, count: int, device: dict[str, Any] | None = None, seconds: float = 10
    ) -> list[dict[str, Any]]:
        """What arrived, as soon as it is so many."""
        end = time.monotonic() + seconds
        while len(found := self.received(device)) < count and time.monotonic() < end:
            time.sleep(0.05)
        assert len(found) >= count, f"{len(found)} of {count} messages came within {seconds} s: {found}"
        return found

    def forget(self) -> None:
        """Forget what arrived; the devices stay."""
        self._ask("DELETE", "/_/received", None)

    def answer(self, device: dict[str, Any], answers: str) -> None:
        """Answer otherwise from now on."""
        self._ask("PUT", "/_/devices", {"device": device["endpoint"].rsplit("/", 1)[1], "answers": answers})

    def _ask(self, method: str, path: str, body: Any) -> Any:
        reply = self.http.request(
            method, f"https://localhost:{self.ports[0]}{path}", json=body if body is not None else None
        )
        assert reply.status == 200, reply.data
        return json.loads(reply.data or b"null")


def make_certificates(home: Path) -> None:
    """An authority, and a certificate of it for localhost."""
    now = datetime.datetime.now(datetime.UTC)
    authority_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())

    def draft(name: str, public: ec.EllipticCurvePublicKey) -> x509.CertificateBuilder:
        return (
            x509.CertificateBuilder()
            .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
            .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Push service of the tests")]))
            .public_key(public)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - datetime.timedelta(days=1))
            .not_valid_after(now + datetime.timedelta(days=30))
        )

    authority = (
        draft("Push service of the tests", authority_key.public_key())
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(authority_key, hashes.SHA256())
    )
    names = [x509.DNSName("localhost"), x509.IPAddress(ip_address("127.0.0.1"))]
    leaf = (
        draft("localhost", key.public_key())
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .sign(authority_key, hashes.SHA256())
    )
    (home / "ca.pem").write_bytes(authority.public_bytes(form.Encoding.PEM))
    (home / "cert.pem").write_bytes(leaf.public_bytes(form.Encoding.PEM))
    (home / "key.pem").write_bytes(
        key.private_bytes(form.Encoding.PEM, form.PrivateFormat.PKCS8, form.NoEncryption())
    )


# ---- the side of the service


class Service:
    """State and answers; runs in its own process."""

    def __init__(self) -> None:
        self.ports: list[int] = []
        self.keys: dict[str, tuple[ec.EllipticCurvePrivateKey, bytes]] = {}
        self.answers: dict[str, list[str]] = {}
        self.got: list[dict[str, Any]] = []

    def __call__(self, environ: dict[str, Any], start: Any) -> Any:
        path, body = environ["PATH_INFO"], environ["wsgi.input"].read()
        if path.startswith("/_/"):
            start("200 OK", [("Content-Type", "application/json")])
            return [json.dumps(self.control(environ["REQUEST_METHOD"], path, body)).encode()]
        message = {
            "path": path,
            "at": time.time(),
            "size": len(body),
            "problem": "",
            "payload": None,
            "device": "",
        }
        message["headers"] = {
            name[5:].replace("_", "-").title(): value
            for name, value in environ.items()
            if name.startswith("HTTP_")
        }
        self.got.append(message)
        message["device"] = device = path.rsplit("/", 1)[-1]
        if device not in self.keys:
            message |= {"problem": "no such device", "status": "404"}
            start("404 Not Found", [])
            return [b""]
        turn = self.answers[device]
        answer = turn.pop(0) if len(turn) > 1 else turn[0]
        try:
            self.check_signature(environ)
            message["payload"] = self.decrypt(device, body)
            self.check_headers(environ, body)
        except (InvalidSignature, AssertionError, ValueError, KeyError, IndexError) as problem:
            message |= {"problem": f"{type(problem).__name__}: {problem}", "status": "403"}
            start("403 Forbidden", [])
            return [b"refused"]
        message["status"] = answer
        return self.act(answer, environ, start)

    def control(self, method: str, path: str, body: bytes) -> Any:
        said = json.loads(body or b"null")
        if path == "/_/devices" and method == "POST":
            return [self.new_device(said["answers"], said["origin"]) for _ in range(said["count"])]
        if path == "/_/devices":
            self.answers[said["device"]] = said["answers"].split("-")
        elif method == "DELETE":
            self.got.clear()
        return self.got if path == "/_/received" else None

    def new_device(self, answers: str, origin: int) -> dict[str, Any]:
        device, key, auth = uuid.uuid4().hex, ec.generate_private_key(ec.SECP256R1()), os.urandom(16)
        self.keys[device], self.answers[device] = (key, auth), answers.split("-")
        point = key.public_key().public_bytes(form.Encoding.X962, form.PublicFormat.UncompressedPoint)
        return {
            "endpoint": f"https://localhost:{self.ports[origin]}/push/{device}",
            "expirationTime": None,
            "keys": {"p256dh": b64(point), "auth": b64(auth)},
        }

    def check_signature(self, environ: dict[str, Any]) -> None:
        scheme, _, rest = environ["HTTP_AUTHORIZATION"].partition(" ")
        assert scheme == "vapid", "not VAPID"
        parts = dict(part.strip().split("=", 1) for part in rest.split(","))
        signed, _, signature = parts["t"].rpartition(".")
        raw, claims = unb64(signature), json.loads(unb64(signed.split(".")[1]))
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), unb64(parts["k"])).verify(
            utils.encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big")),
            signed.encode(),
            ec.ECDSA(hashes.SHA256()),
        )
        assert claims["aud"] == f"https://{environ['HTTP_HOST']}", f"aud is {claims['aud']}"
        assert time.time() < claims["exp"] <= time.time() + LONGEST_SIGNATURE, "exp"
        assert claims["sub"].startswith(("mailto:", "https:")), "sub"

    def decrypt(self, device: str, body: bytes) -> str:
        key, auth = self.keys[device]
        try:
            return str(
                http_ece.decrypt(body, private_key=key, auth_secret=auth, version="aes128gcm").decode()
            )
        except Exception as problem:
            raise ValueError(f"cannot be decrypted: {problem}") from None

    def check_headers(self, environ: dict[str, Any], body: bytes) -> None:
        assert environ["REQUEST_METHOD"] == "POST", "method"
        assert environ.get("HTTP_CONTENT_ENCODING") == "aes128gcm", "Content-Encoding"
        assert int(environ["HTTP_TTL"]) > 0, "TTL"
        assert environ.get("HTTP_URGENCY", "normal") in ("very-low", "low", "normal", "high"), "Urgency"
        topic = environ.get("HTTP_TOPIC", "")
        assert not topic or (len(topic) <= 32 and topic.replace("-", "").replace("_", "").isalnum()), "Topic"
        assert len(body) <= LARGEST, "size"

    def act(self, answer: str, environ: dict[str, Any], start: Any) -> Any:
        import gevent

        if answer == "hang":
            gevent.sleep(120)
        if answer == "drip":
            start("201 Created", [("Content-Length", "1000")])
            return (gevent.sleep(0.1) or b"x" for _ in range(1000))
        if answer == "big":
            start("201 Created", [])
            return (b"x" * 65536 for _ in range(160))
        if answer == "reset":
            connection = environ["the.socket"]
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            os.close(connection.detach())
            raise OSError("reset, as asked")
        digits, wait = answer[:3], answer[4:]
        headers = [("Content-Length", "0")]
        if wait:
            until = datetime.datetime.now(datetime.UTC) + datetime.timedelta(seconds=int(wait))
            headers.append(("Retry-After", wait if answer[3] == "r" else format_datetime(until, usegmt=True)))
        if digits.startswith("3"):
            headers.append(("Location", f"https://{environ['HTTP_HOST']}/followed"))
        start(f"{digits} As asked", headers)
        return [b""]


def serve(home: Path, origins: int) -> None:
    """Listen until killed, or until nobody is left who could ask."""
    import gevent
    from gevent.pywsgi import WSGIHandler, WSGIServer

    class Handler(WSGIHandler):
        def get_environ(self) -> dict[str, Any]:
            return {**super().get_environ(), "the.socket": self.socket}

    service, servers = Service(), []
    for _ in range(origins):
        server = WSGIServer(
            ("127.0.0.1", 0),
            service,
            keyfile=str(home / "key.pem"),
            certfile=str(home / "cert.pem"),
            handler_class=Handler,
            log=None,
            error_log=None,
            backlog=1024,
        )
        server.start()
        servers.append(server)
    service.ports = [int(server.server_port or 0) for server in servers]
    parent = os.getppid()
    print(json.dumps(service.ports), flush=True)
    while os.getppid() == parent:
        gevent.sleep(1)


if __name__ == "__main__":
    serve(Path(sys.argv[1]), int(sys.argv[2]))
