"""How a letter leaves: by the SMTP server of SMTP_URL, or into a folder where none is set.

    smtp://user:password@host:587      STARTTLS, with the server's certificate checked
    smtps://user:password@host         TLS from the first byte
    smtp://host:25?starttls=no         in clear, for a relay that knows nothing else

A server of this machine may do without TLS. Each step has its time-out: a mail server that hangs holds up its own
letter and nobody's page.
"""

from __future__ import annotations

import contextlib
import os
import smtplib
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from smtplib import SMTPException
from urllib.parse import parse_qs, unquote, urlsplit

import gevent

from shopalert.config import LOOPBACK_HOSTS, Config
from shopalert.db import now
from shopalert.mail.outgoing import Letter

STEP = 15.0  # seconds for one step of the conversation
WHOLE = 60.0  # seconds for all of it


class NotSent(Exception):
    """Why it did not leave; `for_good` where trying again would not help."""

    def __init__(self, why: str, *, for_good: bool = False) -> None:
        super().__init__(why)
        self.for_good = for_good


@dataclass(frozen=True)
class Server:
    """What SMTP_URL says."""

    host: str
    port: int
    tls: bool  # from the first byte
    starttls: bool
    user: str
    password: str

    @classmethod
    def of(cls, url: str) -> Server:
        """Raises ValueError where it is no address of a mail server."""
        parts = urlsplit(url)
        if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
            raise ValueError("SMTP_URL is neither smtp:// nor smtps://")
        tls = parts.scheme == "smtps"
        here = parts.hostname in LOOPBACK_HOSTS or parts.hostname == "::1"
        wanted = parse_qs(parts.query).get("starttls", ["no" if here else "yes"])[0]
        return cls(
            host=parts.hostname,
            port=parts.port or (465 if tls else 587),
            tls=tls,
            starttls=not tls and wanted != "no",
            user=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
        )


def message_of(letter: Letter, config: Config) -> EmailMessage:
    """The letter as it travels. It asks not to be answered by machines, and never names our server's inside."""
    message = EmailMessage(policy=SMTP)
    message["From"] = sender(config)
    message["To"] = letter.to
    message["Subject"] = letter.subject
    message["Date"] = format_datetime(now())
    message["Message-ID"] = f"<{letter.id}@{host(config)}>"
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    message.set_content(letter.text)
    if not all(each.username and each.domain for each in message["To"].addresses or [Address()]):
        raise ValueError("no address")
    return message


def sender(config: Config) -> str:
    """MAIL_FROM, or the operator's own address, or one at this host."""
    if config.mail_from:
        return config.mail_from
    if config.vapid_subject.startswith("mailto:"):
        return f"ShopAlert <{config.vapid_subject.removeprefix('mailto:')}>"
    return f"ShopAlert <shopalert@{host(config)}>"


def host(config: Config) -> str:
    return urlsplit(config.base_url).hostname or "localhost"


def send(letter: Letter, config: Config) -> None:
    """Raises NotSent."""
    try:
        message = message_of(letter, config)
    except ValueError:
        raise NotSent("the address cannot be written to", for_good=True) from None
    if not config.smtp_url:
        put_aside(letter, message, config)
        return
    try:
        with gevent.Timeout(WHOLE), connected(Server.of(config.smtp_url)) as server:
            server.send_message(message)
    except gevent.Timeout:
        raise NotSent("the mail server took too long") from None
    except smtplib.SMTPRecipientsRefused as refused:
        codes = [code for code, _said in refused.recipients.values()]
        raise NotSent(f"refused {codes[:1]}", for_good=all(code >= 500 for code in codes)) from None
    except smtplib.SMTPResponseException as answer:
        for_good = answer.smtp_code >= 500 and isinstance(answer, smtplib.SMTPDataError)
        raise NotSent(f"{type(answer).__name__} {answer.smtp_code}", for_good=for_good) from None
    except (OSError, SMTPException, ValueError) as error:  # what it says may hold an address
        raise NotSent(type(error).__name__) from None


@contextlib.contextmanager
def connected(to: Server) -> Iterator[smtplib.SMTP]:
    """A conversation with the server, over TLS where it has to be, signed in where there is a name."""
    context = ssl.create_default_context()
    server = (
        smtplib.SMTP_SSL(to.host, to.port, timeout=STEP, context=context)
        if to.tls
        else smtplib.SMTP(to.host, to.port, timeout=STEP)
    )
    try:
        if to.starttls:
            server.starttls(context=context)
        if to.user:
            server.login(to.user, to.password)
        yield server
    finally:
        with contextlib.suppress(OSError, SMTPException):
            server.quit()
        server.close()


def put_aside(letter: Letter, message: EmailMessage, config: Config) -> None:
    """No server is set: the letter lies in DATA_DIR/mail, where only its owner reads it."""
    folder = config.data_dir / "mail"
    folder.mkdir(mode=0o700, exist_ok=True)
    path = folder / f"{letter.id}.eml"
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
        file.write(message.as_bytes())
