"""Every setting: its name in the environment, its default, its meaning. Checked once, at start."""

from __future__ import annotations

import ipaddress
import os
import secrets
import tempfile
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from flask import current_app

LOOPBACK_HOSTS = ("localhost", "127.0.0.1", "[::1]")
KNOWN_DEFAULT_KEYS = {"secret", "changeme", "dev", "development", "shopalert", "secret-key", "password"}


class Refused(SystemExit):
    """The settings are not safe to start with; the text says what to do."""


@dataclass(frozen=True)
class Config:
    """The settings of one instance. Names are the environment's, in lower case."""

    data_dir: Path = Path("instance")
    database_url: str = ""  # default: SQLite in data_dir
    redis_url: str = ""  # none: everything in one process
    base_url: str = "http://localhost:8000"
    bind: str = "127.0.0.1:8000"
    secret_key: str = ""
    secret_key_file: str = ""
    data_key_file: str = ""
    audit_key_file: str = ""
    outbox_key_file: str = ""
    trusted_hosts: tuple[str, ...] = ()
    trusted_proxies: tuple[str, ...] = ()  # networks whose X-Forwarded-* headers are believed
    vapid_private_key_file: str = ""
    vapid_subject: str = ""  # mailto: or https: of the operator
    push_allowed_hosts: tuple[str, ...] = ()
    push_allow_private_ips: bool = False
    push_ca_file: str = ""
    push_proxy: str = ""
    smtp_url: str = ""  # smtp:// or smtps://; none: letters lie in DATA_DIR/mail
    mail_from: str = ""  # "ShopAlert <alerts@town.example>"
    map_tiles_url: str = ""
    max_upload_mb: int = 15
    max_clip_mb: int = 500  # of a file that comes in pieces (/uploads)
    clips_mb_per_day: int = 5000  # of a scheme
    upload_hours: int = 24  # that a file which comes in pieces may stand still before it is dropped
    metrics_token: str = ""
    log_level: str = "INFO"
    web_processes: int = 1
    sign_in_exempt_networks: tuple[str, ...] = ()  # a whole force sits behind one proxy
    debug: bool = False
    testing: bool = False
    background: bool = True  # start the workers of the one process (off in commands and most tests)

    @property
    def https(self) -> bool:
        """Whether browsers reach this instance over TLS."""
        return self.base_url.startswith("https://")

    @property
    def on_loopback(self) -> bool:
        """Whether BASE_URL is an address of this machine alone."""
        host = urlsplit(self.base_url).hostname or ""
        if host == "localhost":
            return True
        try:
            return ipaddress.ip_address(host).is_loopback
        except ValueError:
            return False

    @property
    def hosts(self) -> list[str]:
        """The Host headers that are served."""
        if self.trusted_hosts:
            return list(self.trusted_hosts)
        if self.on_loopback:
            return list(LOOPBACK_HOSTS)
        return [urlsplit(self.base_url).hostname or ""]

    @property
    def embedded(self) -> bool:
        """One process with SQLite, or the scaled form on PostgreSQL."""
        return self.database_url.startswith("sqlite")

    @property
    def worker_off(self) -> Path:
        """Where this file lies, phones are rid of their service worker (shopalert/pwa/switch.py)."""
        return self.data_dir / "worker.off"

    def key_file(self, name: str, named: str = "") -> bytes:
        """The 32 bytes of a key, made with mode 0600 where the file is missing."""
        path = Path(named) if named else self.data_dir / f"{name}.key"
        return read_or_make(path, lambda: secrets.token_bytes(32))


def read_or_make(path: Path, make: Any) -> bytes:
    """The file's bytes. Two processes that start at once agree: the first to link its file wins."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
        with os.fdopen(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
            file.write(make())
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_bytes()


def from_environment(overrides: dict[str, Any] | None = None) -> Config:
    """Read the environment, then the overrides (same names, any case), then fill and check."""
    values: dict[str, Any] = {}
    given = {name.lower(): value for name, value in (overrides or {}).items()}
    for field in fields(Config):
        raw = given.get(field.name, os.environ.get(field.name.upper()))
        if raw is not None and raw != "":
            values[field.name] = parse(field.name, raw)
    config = Config(**values)
    prepare(config.data_dir)
    filled: dict[str, Any] = {"data_dir": config.data_dir.resolve()}
    if not config.database_url:
        filled["database_url"] = f"sqlite:///{filled['data_dir'] / 'shopalert.db'}"
    elif config.database_url.startswith("postgres://"):
        filled["database_url"] = "postgresql" + config.database_url[len("postgres") :]
    if not config.secret_key:
        file = Path(config.secret_key_file or filled["data_dir"] / "secret.key")
        filled["secret_key"] = read_or_make(file, lambda: secrets.token_hex(32).encode()).decode().strip()
    config = Config(**{**values, **filled})
    check(config)
    return config


def parse(name: str, raw: Any) -> Any:
    """A setting's text as the type of its default."""
    default = getattr(Config, name)
    if isinstance(default, bool):
        return raw if isinstance(raw, bool) else str(raw).lower() in {"1", "yes", "true", "on"}
    if isinstance(default, int):
        return int(raw)
    if isinstance(default, tuple):
        return tuple(raw) if not isinstance(raw, str) else tuple(raw.replace(",", " ").split())
    return Path(raw) if isinstance(default, Path) else str(raw)


def check(config: Config) -> None:
    """Refuse to start where starting would be unsafe (HD2), and say everything that is wrong at once."""
    if wrong := faults(config):
        raise Refused("\n".join(wrong))


def faults(config: Config) -> list[str]:
    """What is wrong with the settings, and what to do about each."""
    wrong = []
    if len(config.secret_key) < 32 or config.secret_key.lower() in KNOWN_DEFAULT_KEYS:
        wrong.append(
            "SECRET_KEY is too short or a known default: give 32 random characters, or leave it out."
        )
    if config.debug:
        wrong.append("Debug mode shows code and data to anybody: it cannot be switched on.")
    if not config.https and not config.on_loopback:
        wrong.append("BASE_URL is plain http on an address others reach: put TLS in front and say https://…")
    # In a directory that others may read lie keys, pictures and the database.
    if config.data_dir.stat().st_mode & 0o077:
        wrong.append(f"Others can read DATA_DIR: chmod 700 {config.data_dir}")
    database = config.data_dir / "shopalert.db"
    if database.exists() and database.stat().st_mode & 0o077:
        wrong.append(f"Others can read the database: chmod 600 {database}")
    if config.embedded and config.web_processes > 1:
        wrong.append("SQLite serves one web process: set DATABASE_URL to PostgreSQL for more.")
    if not config.database_url.startswith(("sqlite:", "postgresql:", "postgresql+")):
        wrong.append("DATABASE_URL names no database that we know: sqlite:///… or postgresql://…")
    return wrong


def prepare(data_dir: Path) -> None:
    """Make the data directory, and see that we can write in it."""
    try:
        data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        with tempfile.TemporaryFile(dir=data_dir):
            pass
    except OSError as error:
        why = f"DATA_DIR {data_dir} cannot be written ({error.strerror})"
        raise Refused(f"{why}: give it to the user that runs this.") from None


def config() -> Config:
    """The settings of the running application."""
    settings: Config = current_app.config["SHOPALERT"]
    return settings
