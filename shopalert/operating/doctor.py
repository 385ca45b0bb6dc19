"""What is wrong with this instance or still missing, and what to do: for the command line and an operator's screen.

Settings that are unsafe keep everything from starting, this too, and are named by that refusal.
"""

from __future__ import annotations

import sqlite3
import stat
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import sqlalchemy as sa
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import current_app
from flask_babel import gettext as _
from redis import Redis
from redis.exceptions import RedisError

from shopalert.alerts.models import Instance
from shopalert.alerts.push import subject
from shopalert.alerts.standstill import signs
from shopalert.config import Config
from shopalert.db import db
from shopalert.mail import outgoing
from shopalert.mail.carrier import Server, SMTPException, connected
from shopalert.operating import lookup, set_up, watch
from shopalert.wall import crossing

SOUND_SQLITE = (3, 51, 3)
LETTERS_LATE = 15 * 60.0  # seconds
BACKED_UP = "last-backup"  # a file in DATA_DIR that each back-up touches
OLD = timedelta(days=2)  # of a back-up


@dataclass(frozen=True)
class Ill:
    """A finding and its cure. A warning does not count as illness."""

    what: str
    cure: str
    warning: bool = False
    where: str = ""  # the operator's page that cures it


def found(settings: Config) -> list[Ill]:
    """All findings, what is wrong before what is only missing."""
    return sorted(examine(settings), key=lambda ill: ill.warning)


def examine(settings: Config) -> Iterator[Ill]:
    yield from file_modes(settings)
    yield from data_dir(settings)
    yield from push(settings)
    yield from worker(settings)
    yield from redis(settings)
    yield from mail(settings)
    unreadable = list(database())
    unreadable = unreadable or list(schema())
    yield from unreadable
    if not unreadable:
        yield from durability()
        yield from deliveries()
        yield from letters()
        yield from filled(settings)
        yield from people()
    yield from addresses(settings)
    yield from backed_up(settings)


# ---- files


def file_modes(settings: Config) -> Iterator[Ill]:
    """Keys, database and pictures are their owner's alone."""
    keys = [settings.secret_key_file, settings.data_key_file, settings.audit_key_file]
    keys += [settings.outbox_key_file, settings.vapid_private_key_file]
    beside = [Path(name) for name in keys if name]
    for path in [settings.data_dir, *sorted(settings.data_dir.iterdir()), *beside]:
        if not path.exists():
            continue
        mode = path.stat().st_mode
        if mode & 0o077:
            right = "700" if stat.S_ISDIR(mode) else "600"
            told = _("Others can read %(path)s (mode %(mode)s).", path=path, mode=f"{stat.S_IMODE(mode):o}")
            yield Ill(told, f"chmod {right} {path}")


def data_dir(settings: Config) -> Iterator[Ill]:
    try:
        with tempfile.TemporaryFile(dir=settings.data_dir) as file:
            file.write(b"x")
    except OSError as error:
        told = _("DATA_DIR %(path)s cannot be written: %(why)s.", path=settings.data_dir, why=error.strerror)
        yield Ill(told, _("Free space there, or give the folder to the user that runs this."))


# ---- push


def push(settings: Config) -> Iterator[Ill]:
    """Push services want to know whom to write to, and Apple's checks."""
    said = subject(settings)
    parts = urlsplit(said)
    host = parts.hostname if parts.scheme == "https" else parts.path.rpartition("@")[2]
    cure = "VAPID_SUBJECT=mailto:alerts@your.domain"
    local = host in ("localhost", "127.0.0.1", "::1") or (host or "").endswith(".localhost")
    if (
        parts.scheme not in ("https", "mailto")
        or not host
        or (parts.scheme == "mailto" and "@" not in parts.path)
    ):
        yield Ill(_("VAPID_SUBJECT “%(said)s” is neither mailto: nor https:.", said=said), cure)
    elif local:
        told = _(
            "VAPID_SUBJECT “%(said)s” is on this machine: Apple’s push service refuses it, and iPhones stay silent.",
            said=said,
        )
        yield Ill(told, cure, warning=not settings.vapid_subject)
    if settings.push_allow_private_ips:
        cure = _("Unset PUSH_ALLOW_PRIVATE_IPS: it is for tests.")
        yield Ill(_("Pushes may go to private addresses."), cure, warning=True)


def worker(settings: Config) -> Iterator[Ill]:
    """The kill-switch is for a bad day, not for good."""
    if settings.worker_off.exists():
        cure = "flask --app wsgi shopalert pwa on"
        yield Ill(_("The service worker is switched off: no alerts, nothing offline."), cure, warning=True)


# ---- Redis


def redis(settings: Config) -> Iterator[Ill]:
    if not settings.redis_url:
        if settings.web_processes > 1:
            told = _("Several web processes without Redis: screens wait a second longer.")
            yield Ill(told, _("Set REDIS_URL."), warning=True)
        return
    try:
        Redis.from_url(settings.redis_url, socket_connect_timeout=3, socket_timeout=3).ping()
    except (RedisError, ValueError, OSError) as error:
        cure = _("Start it, or correct REDIS_URL; without it screens wait a second longer.")
        yield Ill(_("Redis cannot be reached: %(why)s.", why=type(error).__name__), cure)


# ---- mail


def mail(settings: Config) -> Iterator[Ill]:
    """Invitations and new passwords go by mail."""
    if not settings.smtp_url:
        told = _("No mail is sent: letters lie in %(folder)s.", folder=settings.data_dir / "mail")
        cure = _("Set SMTP_URL=smtp://user:password@host:587 and MAIL_FROM.")
        yield Ill(told, cure, warning=True)
        return
    try:
        with connected(Server.of(settings.smtp_url)):
            pass
    except (OSError, SMTPException, ValueError) as error:
        told = _("The mail server cannot be used: %(why)s.", why=type(error).__name__)
        yield Ill(told, _("Correct SMTP_URL: name, port, password, certificate."))


def letters() -> Iterator[Ill]:
    with crossing("readiness") as session:
        many, oldest = outgoing.backlog(session)
    if oldest > LETTERS_LATE:
        told = _("%(many)d letters have waited up to %(n)d min.", many=many, n=oldest / 60)
        cure = _("Is the server or a worker running, and does it reach the mail server?")
        yield Ill(told, cure, warning=True)


# ---- database


def database() -> Iterator[Ill]:
    try:
        with db.engine.connect() as connection:
            connection.scalar(sa.select(sa.literal(1)))
    except sa.exc.SQLAlchemyError as error:
        reason = type(getattr(error, "orig", None) or error).__name__
        told = _("The database cannot be reached: %(why)s.", why=reason)
        yield Ill(told, _("Start it, or correct DATABASE_URL."))


def schema() -> Iterator[Ill]:
    """The tables are those of this code."""
    script = ScriptDirectory(current_app.extensions["migrate"].directory)
    with db.engine.connect() as connection:
        here = set(MigrationContext.configure(connection).get_current_heads())
    if here != set(script.get_heads()):
        standing = ", ".join(sorted(here)) or _("empty")
        told = _("The database’s schema is not at head: it is at %(here)s.", here=standing)
        yield Ill(told, "flask --app wsgi db upgrade")


def durability() -> Iterator[Ill]:
    """A report that was acknowledged is on the disk."""
    if db.engine.dialect.name == "sqlite":
        if sqlite3.sqlite_version_info < SOUND_SQLITE:
            told = _(
                "SQLite %(version)s can, very rarely, damage its log when two processes write.",
                version=sqlite3.sqlite_version,
            )
            yield Ill(told, _("Use a Python with SQLite 3.51.3 or later, or PostgreSQL."), warning=True)
        return
    with db.engine.connect() as connection:
        off = [name for name in ("fsync", "full_page_writes") if setting(connection, name) == "off"]
        off += ["synchronous_commit"] if setting(connection, "synchronous_commit") == "off" else []
    for name in off:
        told = _("PostgreSQL runs with %(name)s=off: a power cut loses reports.", name=name)
        yield Ill(told, _("Set %(name)s = on.", name=name))


def setting(connection: sa.Connection, name: str) -> str:
    return str(connection.scalar(sa.select(sa.func.current_setting(name))))


def deliveries() -> Iterator[Ill]:
    """The same signs as those that the watch writes of."""
    with crossing("readiness") as session:
        found = signs(session)
    for sign in found:
        yield Ill(watch.in_words(sign), watch.cure(sign.code))


# ---- what is set up


def filled(settings: Config) -> Iterator[Ill]:
    """Invented people have no place among real ones."""
    if settings.on_loopback:
        return
    if demonstration(settings):
        yield Ill(
            _("This is the demonstration: everything here is invented."),
            _("Start with an empty database: another DATA_DIR, another DATABASE_URL."),
        )
    elif filled_by() == "seed":
        yield Ill(
            _("This database was filled with a fixture for tests: its people are invented."),
            _("Start with an empty database: another DATA_DIR, another DATABASE_URL."),
        )


def demonstration(settings: Config) -> bool:
    """Whether the database, or the folder beside it, was filled with the demonstration."""
    return filled_by() == "demo" or (settings.data_dir / "demonstration").exists()


def filled_by() -> str:
    with db.engine.connect() as connection:
        return connection.scalar(sa.select(Instance.filled_by)) or ""


def people() -> Iterator[Ill]:
    """Somebody who runs it, a scheme, and somebody in each who lets the others in."""
    with crossing("operating") as session:
        operated = set_up.has_operator(session)
    if not operated:
        cure = _("Start the server and open the link that it shows on its console.")
        yield Ill(_("Nobody runs this instance yet."), cure, warning=True)
        return
    progress = lookup.progress()
    if not progress.schemes:
        told = _("There is no scheme yet: nobody can report or be warned.")
        yield Ill(told, _("Add the first one."), warning=True, where="/operating/next")
    for scheme in progress.without:
        yield Ill(
            _("%(scheme)s has no coordinator: nobody can let members in.", scheme=scheme.name),
            _("Add one."),
            warning=True,
            where=f"/operating/schemes/{scheme.slug}",
        )


# ---- the way in and out


def addresses(settings: Config) -> Iterator[Ill]:
    if not settings.https:
        told = _("BASE_URL is http: only this machine can use alerts and the app.")
        yield Ill(told, _("Put TLS in front and set BASE_URL=https://…; phones need it."), warning=True)
    if settings.https and not settings.trusted_proxies:
        told = _("Every visitor seems to come from the proxy: throttles count them as one.")
        yield Ill(told, _("Set TRUSTED_PROXIES to the proxy’s address."), warning=True)


def backed_up(settings: Config) -> Iterator[Ill]:
    """Each back-up leaves its time in a file: a disk that dies tonight should cost a day, not a town's year."""
    stamp = settings.data_dir / BACKED_UP
    cure = _("Run deploy/backup.sh every night: docs/install.md says how.")
    if not stamp.exists():
        yield Ill(_("No back-up was ever made of this instance."), cure, warning=True)
    elif (age := time.time() - stamp.stat().st_mtime) > OLD.total_seconds():
        yield Ill(_("The last back-up is %(days)d days old.", days=age // 86400), cure, warning=True)
