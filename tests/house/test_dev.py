"""The two commands, as a newcomer types them."""

from __future__ import annotations

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

import dev
from tests import services

HOME = Path(__file__).resolve().parents[2]


def say_to_dev(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "dev.py", *arguments], cwd=HOME, capture_output=True, text=True)


def test_help_names_every_command():
    done = say_to_dev("help")
    assert done.returncode == 0
    assert set(re.findall(r"python3 dev\.py ([a-z]+)", done.stdout)) == set(dev.COMMANDS)


def test_unknown_word_shows_the_known_ones():
    done = say_to_dev("fly")
    assert done.returncode == 1
    assert "python3 dev.py run" in done.stderr


def test_port_in_use_is_told_with_the_line_to_type():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        done = say_to_dev("run", "--port", str(port))
    assert done.returncode == 1
    assert f"python3 dev.py run --port {port + 1}" in done.stderr


def test_it_needs_the_standard_library_alone():
    bare = [sys.executable, "-I", "-S", "dev.py", "help"]
    assert subprocess.run(bare, cwd=HOME, capture_output=True).returncode == 0


@contextmanager
def running(data_dir: Path):
    """`dev.py run`, from the first line to the served page, in a process group like a terminal's."""
    port = services.free_port()
    settings = {name: os.environ[name] for name in services.PROCESS_SETTINGS if name in os.environ}
    command = [sys.executable, "dev.py", "run", "--port", str(port)]
    with (data_dir.parent / "log").open("w+") as log:
        process = subprocess.Popen(
            command,
            cwd=HOME,
            env={**settings, "DATA_DIR": str(data_dir)},
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        started = time.monotonic()
        try:
            services.eventually(lambda: ready(port) or process.poll() is not None, 180)
            log.seek(0)
            yield process, log.read(), time.monotonic() - started
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def ready(port: int) -> bool:
    with suppress(OSError, http.client.HTTPException):
        link = http.client.HTTPConnection("localhost", port, timeout=5)
        link.request("GET", "/readyz")
        return link.getresponse().status == 200
    return False


def group_is_gone(process: subprocess.Popen[bytes]) -> bool:
    process.poll()
    try:
        os.killpg(process.pid, 0)
    except ProcessLookupError:
        return True
    return False


@pytest.mark.slow
def test_first_run_shows_a_town_and_second_run_is_quick(tmp_path):
    data_dir = tmp_path / "data"
    with running(data_dir) as (process, said, first):
        assert re.search(r"http://localhost:\d+", said), said
        assert "@" in said, f"no ready sign-ins: {said}"
        assert first < 60 * services.slowness()
        os.killpg(process.pid, signal.SIGINT)
        services.eventually(lambda: group_is_gone(process), 10)
    with running(data_dir) as (process, said, second):
        assert "@" in said, f"no ready sign-ins: {said}"
        assert second < 5 * services.slowness(), said
        os.killpg(process.pid, signal.SIGINT)
        services.eventually(lambda: group_is_gone(process), 10)
