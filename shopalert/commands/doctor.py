"""`flask shopalert doctor`: what is wrong with this instance, and what to do.

Settings that are unsafe keep every command from starting, this one too, and are named by that refusal.
"""

from __future__ import annotations

import sqlite3
import stat
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import click
import sqlalchemy as sa
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import current_app
from flask.cli import with_appcontext
from redis import Redis
from redis.exceptions import RedisError

from shopalert.alerts.push import subject
from shopalert.config import Config, config
from shopalert.db import db
from shopalert.health import LATE, measure
from shopalert.mail.carrier import Server, SMTPException, connected
from shopalert.mail.outgoing import backlog
from shopalert.wall import crossing

SOUND_SQLITE = (3, 51, 3)
LETTERS_LATE = 15 * 60.0  # seconds


@dataclass(frozen=True)
class Ill:
    """A finding and its cure. A warning does not count as illness."""

    what: str
    cure: str
    warning: bool = False


@click.command("doctor")
@with_appcontext
def doctor() -> None:
    """Examine settings, files, database, Redis, push and worker; exit 1 if anything is wrong."""
    found = list(examine(config()))
    for ill in found:
        click.echo(f"{'warning' if ill.warning else 'WRONG  '}  {ill.what}\n         {ill.cure}")
    wrong = sum(not ill.warning for ill in found)
    click.echo(f"{wrong} wrong, {len(found) - wrong} warnings." if found else "All is well.")
    sys.exit(1 if wrong else 0)


def examine(settings: Config) -> Iterator[Ill]:
    yield from file_modes(settings)
    yield from data_dir(settings)
    yield from push(settings)
    yield from redis(settings)
    yield from mail(settings)
    unreachable = list(database())
    yield from unreachable
    if not unreachable:
        yield from schema()
        yield from durability()
        yield from deliveries()
        yield from letters()
    yield from addresses(settings)


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
            yield Ill(f"Others can read {path} (mode {stat.S_IMODE(mode):o}).", f"chmod {right} {path}")


def data_dir(settings: Config) -> Iterator[Ill]:
    try:
        with tempfile.TemporaryFile(dir=settings.data_dir) as file:
            file.write(b"x")
    except OSError as error:
        cure = "Free space there, or give the folder to the user that runs this."
        yield Ill(f"DATA_DIR {settings.data_dir} cannot be written: {error.strerror}.", cure)


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
        yield Ill(f"VAPID_SUBJECT {said!r} is neither mailto: nor https:.", cure)
    elif local:
        told = f"VAPID_SUBJECT {said!r} is on this machine: Apple's push service refuses it."
        yield Ill(told, cure, warning=not settings.vapid_subject)
    if settings.push_allow_private_ips:
        cure = "Unset PUSH_ALLOW_PRIVATE_IPS: it is for tests."
        yield Ill("Pushes may go to private addresses.", cure, warning=True)


# ---- Redis


def redis(settings: Config) -> Iterator[Ill]:
    if not settings.redis_url:
        if settings.web_processes > 1:
            cure = "Set REDIS_URL."
            yield Ill(
                "Several web processes without Redis: screens wait a second longer.", cure, warning=True
            )
        return
    try:
        Redis.from_url(settings.redis_url, socket_connect_timeout=3, socket_timeout=3).ping()
    except (RedisError, ValueError, OSError) as error:
        cure = "Start it, or correct REDIS_URL; without it screens wait a second longer."
        yield Ill(f"Redis cannot be reached: {type(error).__name__}.", cure)


# ---- mail


def mail(settings: Config) -> Iterator[Ill]:
    """Invitations and new passwords go by mail."""
    if not settings.smtp_url:
        told = f"No mail is sent: letters lie in {settings.data_dir / 'mail'}."
        yield Ill(told, "Set SMTP_URL=smtp://user:password@host:587 and MAIL_FROM.", warning=True)
        return
    try:
        with connected(Server.of(settings.smtp_url)):
            pass
    except (OSError, SMTPException, ValueError) as error:
        cure = "Correct SMTP_URL: name, port, password, certificate."
        yield Ill(f"The mail server cannot be used: {type(error).__name__}.", cure)


def letters() -> Iterator[Ill]:
    with crossing("readiness") as session:
        many, oldest = backlog(session)
    if oldest > LETTERS_LATE:
        cure = "Is the server or a worker running, and does it reach the mail server?"
        yield Ill(f"{many} letters have waited up to {oldest / 60:.0f} min.", cure, warning=True)


# ---- database


def database() -> Iterator[Ill]:
    try:
        with db.engine.connect() as connection:
            connection.scalar(sa.select(sa.literal(1)))
    except sa.exc.SQLAlchemyError as error:
        reason = type(getattr(error, "orig", None) or error).__name__
        yield Ill(f"The database cannot be reached: {reason}.", "Start it, or correct DATABASE_URL.")


def schema() -> Iterator[Ill]:
    """The tables are those of this code."""
    script = ScriptDirectory(current_app.extensions["migrate"].directory)
    with db.engine.connect() as connection:
        here = set(MigrationContext.configure(connection).get_current_heads())
    if here != set(script.get_heads()):
        standing = ", ".join(sorted(here)) or "empty"
        cure = "flask --app wsgi db upgrade"
        yield Ill(f"The database's schema is not at head: it is at {standing}.", cure)


def durability() -> Iterator[Ill]:
    """A report that was acknowledged is on the disk."""
    if db.engine.dialect.name == "sqlite":
        if sqlite3.sqlite_version_info < SOUND_SQLITE:
            told = (
                f"SQLite {sqlite3.sqlite_version} can, very rarely, damage its log when two processes write."
            )
            yield Ill(told, "Use a Python with SQLite 3.51.3 or later, or PostgreSQL.", warning=True)
        return
    with db.engine.connect() as connection:
        off = [name for name in ("fsync", "full_page_writes") if setting(connection, name) == "off"]
        off += ["synchronous_commit"] if setting(connection, "synchronous_commit") == "off" else []
    for name in off:
        yield Ill(f"PostgreSQL runs with {name}=off: a power cut loses reports.", f"Set {name} = on.")


def setting(connection: sa.Connection, name: str) -> str:
    return str(connection.scalar(sa.select(sa.func.current_setting(name))))


def deliveries() -> Iterator[Ill]:
    waits = measure()["deliveries"]["oldest_seconds"]
    if waits > LATE:
        cure = "Is the server or a worker running? flask --app wsgi shopalert worker"
        yield Ill(f"Alerts have waited {waits:.0f} s to be sent.", cure)


# ---- the way in and out


def addresses(settings: Config) -> Iterator[Ill]:
    if not settings.https:
        cure = "Put TLS in front and set BASE_URL=https://…; phones need it."
        yield Ill("BASE_URL is http: only this machine can use alerts and the app.", cure, warning=True)
    if settings.https and not settings.trusted_proxies:
        cure = "Set TRUSTED_PROXIES to the proxy's address."
        yield Ill(
            "Every visitor seems to come from the proxy: throttles count them as one.", cure, warning=True
        )
