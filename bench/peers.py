"""The servers that `bench live` compares: each gives one event to all its streams, and says what it cost.

A publication says when it began: before the call is sent, for all of them. Ours says besides when it was on the disk:
what the others give out is held in memory alone.
"""

from __future__ import annotations

import http.client
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import dev
from bench.figures import children
from bench.receiver import build
from bench.town import Town
from tests.services import HOME, Redis, Server, eventually, free_port, listening, nginx

NCHAN = Path("/usr/lib/nginx/modules/ngx_nchan_module.so")
NGINX = """
load_module %s;
worker_processes 1; worker_rlimit_nofile 16000; pid FOLDER/pid; error_log FOLDER/error.log crit;
events { worker_connections 15000; }
http {
  access_log off; keepalive_timeout 600; nchan_shared_memory_size 128M;
  client_body_temp_path FOLDER/b; proxy_temp_path FOLDER/p; fastcgi_temp_path FOLDER/f;
  uwsgi_temp_path FOLDER/u; scgi_temp_path FOLDER/s;
  server {
    listen 127.0.0.1:%d backlog=4096;
    location = /pub { nchan_publisher; nchan_channel_id bench; nchan_message_buffer_length 5; }
    location = /sub { nchan_subscriber eventsource; nchan_channel_id bench; nchan_subscriber_first_message newest; }
  }
}
"""


def mark(number: int) -> str:
    return f"mark-{number:06}"


class Peer:
    """One server with its streams."""

    name = ""
    most = 9000  # streams that it is asked to hold
    opens = "first"  # a stream is open when its first bytes came

    path = "/stream"

    def __init__(self, port: int, pid: int) -> None:
        self.port, self.pid = port, pid
        self.link = http.client.HTTPConnection("127.0.0.1", port, timeout=30)

    def heads(self) -> list[str]:
        """The requests that open the streams, one a line of people."""
        return [f"GET {self.path} HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n\r\n"]

    def publish(self, number: int, size: int) -> tuple[float, float]:
        """Give an event of about so many bytes to all: when the call began, and when it was taken."""
        raise NotImplementedError

    def post(self, path: str, body: str) -> tuple[float, float]:
        began = time.monotonic()
        self.link.request("POST", path, body.encode(), {"Content-Type": "text/plain"})
        answer = self.link.getresponse()
        answer.read()
        if answer.status >= 300:
            raise SystemExit(f"{self.name} answered {answer.status} to a publication")
        return began, began


class Floor(Peer):
    name = "floor, bare epoll in C"

    def publish(self, number: int, size: int) -> tuple[float, float]:
        return self.post("/", f"data: {mark(number)} ".ljust(size - 2, "x") + "\n\n")


class Nchan(Peer):
    name, path = "nchan 1.3.6 in nginx", "/sub"

    def publish(self, number: int, size: int) -> tuple[float, float]:
        return self.post("/pub", f"{mark(number)} ".ljust(size - 28, "x"))


class Stock(Peer):
    name = "flask-sse as it comes"
    most, opens = 1000, "sent"  # its streams send nothing before the first event

    def publish(self, number: int, size: int) -> tuple[float, float]:
        return self.post("/say", f"{mark(number)} ".ljust(size - 24, "x"))


class Ours(Peer):
    """One web process as in the scaled form: another process writes what it tells of into the database."""

    name = "ours, read and rendered"

    def __init__(self, server: Server, town: Town, cookies: list[str]) -> None:
        super().__init__(server.port, server.workers()[0])
        self.town, self.cookies = town, cookies
        self.incident = town.report()

    def heads(self) -> list[str]:
        host = f"Host: localhost:{self.port}\r\nAccept: text/event-stream"
        return [f"GET /stream HTTP/1.1\r\n{host}\r\nCookie: {each}\r\n\r\n" for each in self.cookies]

    def publish(self, number: int, size: int) -> tuple[float, float]:
        return self.town.say(self.incident, mark(number))


@contextmanager
def program(command: list[str], port: int, log: Path, **settings: str) -> Iterator[subprocess.Popen[bytes]]:
    """A process that listens, until the block ends."""
    with log.open("ab") as words:
        process = subprocess.Popen(
            command,
            cwd=HOME,
            env={**os.environ, **settings},
            stdout=words,
            stderr=words,
            start_new_session=True,
        )
    try:
        eventually(lambda: listening(port) or process.poll() is not None, 20)
        if process.poll() is not None:
            raise SystemExit(f"{command[0]} ended at once:\n{log.read_text()}")
        yield process
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


@contextmanager
def floor(folder: Path) -> Iterator[Peer]:
    port = free_port()
    with program([str(build("floor", folder)), str(port)], port, folder / "floor.log") as process:
        yield Floor(port, process.pid)


@contextmanager
def nchan(_folder: Path) -> Iterator[Peer]:
    port = free_port()
    with nginx(NGINX % (NCHAN, port), port) as folder:
        eventually(lambda: (folder / "pid").exists() and (folder / "pid").read_text().strip())
        master = int((folder / "pid").read_text())
        eventually(lambda: children(master))
        yield Nchan(port, children(master)[0])


@contextmanager
def stock(folder: Path, redis: Redis) -> Iterator[Peer]:
    port = free_port()
    command = [
        sys.executable,
        "-m",
        "gunicorn",
        "-k",
        "gevent",
        "--worker-connections",
        "2000",
        "--keep-alive",
        "600",
    ]
    command += ["--log-level", "error", "--backlog", "4096", "-b", f"127.0.0.1:{port}", "bench.stock:app"]
    with program(command, port, folder / "stock.log", REDIS_URL=redis.url) as process:
        eventually(lambda: children(process.pid))
        yield Stock(port, children(process.pid)[0])


@contextmanager
def ours(folder: Path, redis: Redis, streams: int) -> Iterator[Peer]:
    """A server of a town in which each stream is another member's."""
    data = folder / "ours"
    town = Town(data, redis_url=redis.url)
    cookies = town.add_members("wickford", streams)
    server = Server(data, REDIS_URL=redis.url, BACKGROUND="no", LOG_LEVEL="WARNING")
    try:
        server.start()
        yield Ours(server, town, cookies)
    finally:
        server.kill()
        town.close()


def prepare() -> list[str]:
    """Install what is missing. What cannot be had, in words."""
    missing = []
    if not shutil.which("gcc"):
        dev.install_package("gcc", "libc6-dev")
    if not NCHAN.exists() and dev.may_install():
        dev.install_package("nginx", "libnginx-mod-nchan", must=False)
    if not NCHAN.exists():
        missing.append("nchan is left out: install libnginx-mod-nchan, or run this as root")
    return missing
