"""A small real mail server for the tests: SMTP on loopback in a thread, with STARTTLS, names, any answer asked for."""

from __future__ import annotations

import base64
import email
import socket
import ssl
import threading
import time
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Self

from tests.push_service import make_certificates


@dataclass(frozen=True)
class Received:
    """A letter as it came, and how."""

    sender: str
    recipients: tuple[str, ...]
    message: EmailMessage
    over_tls: bool
    user: str

    @property
    def text(self) -> str:
        return str(self.message.get_content()).replace("\r\n", "\n")


class MailServer:
    """With it: `.url`, `.received`, `.answers` (what to say to a verb instead of 250), `.hangs` (say nothing)."""

    def __init__(self, *, tls: bool = False, accounts: dict[str, str] | None = None) -> None:
        self.offers_tls, self.accounts = tls, accounts or {}
        self.received: list[Received] = []
        self.answers: dict[str, str] = {}
        self.hangs = False
        self.folder = TemporaryDirectory()
        self.home = Path(self.folder.name)

    def __enter__(self) -> Self:
        if self.offers_tls:
            make_certificates(self.home)
            self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.context.load_cert_chain(self.home / "cert.pem", self.home / "key.pem")
        self.door = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=self.listen, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.door.close()
        self.folder.cleanup()

    @property
    def port(self) -> int:
        return int(self.door.getsockname()[1])

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    @property
    def ca_file(self) -> str:
        return str(self.home / "ca.pem")

    def wait_for(self, many: int, seconds: float = 15) -> list[Received]:
        end = time.monotonic() + seconds
        while len(self.received) < many and time.monotonic() < end:
            time.sleep(0.05)
        assert len(self.received) >= many, f"{len(self.received)} letters, not {many}"
        return self.received

    def listen(self) -> None:
        while True:
            try:
                connection, _ = self.door.accept()
            except OSError:
                return
            threading.Thread(target=self.converse, args=(connection,), daemon=True).start()

    def converse(self, connection: Any) -> None:
        try:
            Conversation(self, connection).run()
        except (OSError, ValueError):
            pass
        finally:
            connection.close()


class Conversation:
    """One client."""

    def __init__(self, server: MailServer, connection: Any) -> None:
        self.server, self.connection = server, connection
        self.lines = connection.makefile("rb")
        self.over_tls, self.user = False, ""
        self.sender, self.recipients = "", [""]

    def say(self, text: str) -> None:
        self.connection.sendall(f"{text}\r\n".encode())

    def run(self) -> None:
        if self.server.hangs:
            time.sleep(120)
        self.say("220 mail.test ESMTP")
        while line := self.lines.readline().decode().strip():
            verb = line.split(" ")[0].split(":")[0].upper()
            if verb == "QUIT":
                self.say("221 Bye")
                return
            if verb in self.server.answers:
                self.say(self.server.answers[verb])
            else:
                getattr(self, f"on_{verb.lower()}", self.on_other)(line)

    def on_other(self, _line: str) -> None:
        self.say("250 OK")

    def on_ehlo(self, _line: str) -> None:
        offers = ["SIZE 1000000"]
        offers += ["STARTTLS"] if self.server.offers_tls and not self.over_tls else []
        offers += ["AUTH PLAIN"] if self.server.accounts and self.over_tls else []
        for offer in offers[:-1]:
            self.say(f"250-{offer}")
        self.say(f"250 {offers[-1]}")

    def on_starttls(self, _line: str) -> None:
        self.say("220 Go ahead")
        self.connection = self.server.context.wrap_socket(self.connection, server_side=True)
        self.lines, self.over_tls = self.connection.makefile("rb"), True

    def on_auth(self, line: str) -> None:
        _nothing, user, password = base64.b64decode(line.split(" ")[2]).decode().split("\0")
        right = self.server.accounts.get(user) == password
        self.user = user if right else ""
        self.say("235 Welcome" if right else "535 Wrong")

    def on_mail(self, line: str) -> None:
        self.sender, self.recipients = line.split("<")[1].split(">")[0], []
        self.say("250 OK")

    def on_rcpt(self, line: str) -> None:
        self.recipients.append(line.split("<")[1].split(">")[0])
        self.say("250 OK")

    def on_data(self, _line: str) -> None:
        self.say("354 Go on")
        lines = []
        while (line := self.lines.readline()) not in (b".\r\n", b""):
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        message = email.message_from_bytes(b"".join(lines), policy=default)
        self.server.received.append(
            Received(self.sender, tuple(self.recipients), message, self.over_tls, self.user)
        )
        self.say("250 Taken")
