"""flask shopalert serve: the real process, started and ended as people and systems do."""

import http.client
import os
import signal
import sqlite3
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest
from click import ClickException

from shopalert.commands.serve import FILES, refuse_the_demonstration
from shopalert.db import writing
from shopalert.demo.loading import mark
from shopalert.wall import crossing
from tests.services import Server, eventually, serving

pytestmark = pytest.mark.slow


def group_of(server):
    """The processes that belong to the server."""
    listed = subprocess.run(["ps", "-eo", "pid,pgid,stat"], capture_output=True, text=True).stdout
    rows = [line.split() for line in listed.splitlines()[1:]]
    return [
        int(pid)
        for pid, group, state in rows
        if int(group) == server.process.pid and not state.startswith("Z")
    ]


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "data"


def signed_in(server):
    """The cookie of a real sign-in over HTTP."""
    server.flask("shopalert", "district", "add", "basildon", "--name", "Basildon", "--force", "Essex Police")
    server.flask(
        "shopalert", "scheme", "add", "wickford", "--name", "W", "--code", "WIC", "--district", "basildon"
    )
    made = server.flask(
        "shopalert", "user", "add", "asha@example.org", "--name", "Asha", "--scheme", "wickford"
    )
    password = made.stdout.split("password: ")[1].strip()
    status, headers, page = ask(server, "GET", "/sign-in")
    token = page.split('name="csrf_token" value="')[1].split('"')[0]
    cookie = headers["Set-Cookie"].split(";")[0]
    body = f"csrf_token={token}&email=asha%40example.org&password={password}"
    form = {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"}
    status, headers, page = ask(server, "POST", "/sign-in", body, form)
    assert status == 303, page
    return headers["Set-Cookie"].split(";")[0]


def ask(server, method, path, body=None, headers=None):
    link = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
    link.request(
        method, path, body, {"Accept": "text/html", "Sec-Fetch-Site": "same-origin", **(headers or {})}
    )
    answer = link.getresponse()
    return answer.status, answer.headers, answer.read().decode()


def open_stream(server, cookie):
    link = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
    link.request("GET", "/stream", headers={"Cookie": cookie, "Accept": "text/event-stream"})
    answer = link.getresponse()
    assert answer.status == 200
    while b"hello" not in answer.readline():
        pass
    return answer


def test_a_person_signs_in_streams_and_the_server_ends_when_told(folder):
    with serving(folder) as server:
        cookie = signed_in(server)
        stream = open_stream(server, cookie)
        began = time.monotonic()
        server.process.terminate()
        rest = stream.read()
        assert server.process.wait(30) == 0
        took = time.monotonic() - began
        print(f"gone {took:.1f} s after SIGTERM, with a stream open")
        assert b"bye" in rest
        assert took < 8


def test_streams_beyond_what_it_has_room_for_are_refused_and_pages_are_not(folder):
    with serving(folder, FILES=str(FILES + 120)) as server:
        assert "leaves room for 108 open screens" in server.log
        cookie = signed_in(server)
        streams = [open_stream(server, cookie) for _ in range(108)]
        headers = {"Cookie": cookie, "Accept": "application/json"}
        status, given, text = ask(server, "GET", "/stream", headers=headers)
        assert (status, given["Retry-After"]) == (503, "15") and "poll_instead" in text
        assert ask(server, "GET", "/s/wickford/", headers={"Cookie": cookie})[0] == 200
        assert ask(server, "GET", "/poll", headers=headers)[0] == 200
        streams.pop().close()
        eventually(lambda: ask(server, "HEAD", "/stream", headers=headers)[0] == 200, 3)


def test_it_does_not_start_where_it_may_open_too_few_files(folder):
    folder.mkdir(mode=0o700)
    server = Server(folder, FILES=str(FILES + 10))
    server.migrate()
    with pytest.raises(AssertionError, match="too few files"):
        server.start()


def test_ctrl_c_leaves_no_process(folder):
    with serving(folder) as server:
        assert len(group_of(server)) >= 2
        os.killpg(server.process.pid, signal.SIGINT)  # as a terminal sends it
        server.process.wait(20)
        assert eventually(lambda: not group_of(server), 5)


def test_a_killed_web_process_is_back_soon(folder):
    with serving(folder) as server:
        server.kill_worker()
        began = time.monotonic()
        eventually(server.ready, 10)
        assert time.monotonic() - began < 5


def test_a_killed_master_takes_its_web_process_along(folder):
    with serving(folder) as server:
        os.kill(server.process.pid, signal.SIGKILL)
        server.process.wait(10)
        assert eventually(lambda: not group_of(server), 20)


def test_it_does_not_start_on_another_schema(folder):
    folder.mkdir(mode=0o700)
    done = Server(folder).flask("shopalert", "serve", must=False)
    assert done.returncode == 1
    assert "not at head" in done.stderr
    assert "db upgrade" in done.stderr


def test_an_empty_instance_shows_a_new_link_at_each_start_until_it_is_set_up(folder):
    with serving(folder) as server:
        first = server.set_up_link
        assert first.startswith(f"{server.url}/set-up/")
        assert server.get(first.removeprefix(server.url))[0] == 303
        server.restart()
        second = server.set_up_link
        assert [server.get(link.removeprefix(server.url))[0] for link in (first, second)] == [410, 303]
        server.flask("shopalert", "user", "add", "gus@example.org", "--name", "Gus", "--role", "operator")
        assert server.get(second.removeprefix(server.url))[0] == 410
        shown = server.log.count("/set-up/")
        server.restart()
        assert server.log.count("/set-up/") == shown


@pytest.mark.parametrize("where", ["database", "folder"])
def test_the_demonstration_is_never_served_to_others(app, where):
    """It can be looked at on this machine; on an address that others reach it is refused, whatever was copied."""
    with app.app_context():
        if where == "folder":
            (app.config["SHOPALERT"].data_dir / "demonstration").touch(mode=0o600)
        else:
            with crossing("demo") as session, writing(session):
                mark(session, "demo")
        refuse_the_demonstration()
        app.config["SHOPALERT"] = replace(app.config["SHOPALERT"], base_url="https://shopalert.example.org")
        with pytest.raises(ClickException, match="holds the demonstration"):
            refuse_the_demonstration()
    done = app.test_cli_runner().invoke(args=["shopalert", "serve"])
    assert done.exit_code == 1 and "Start with an empty one" in done.output
    assert "/set-up/" not in done.output


def test_argon2_does_not_halt_the_others(folder):
    """While sign-ins are compared, a page that needs nothing answers at once."""
    with serving(folder) as server:
        _, headers, page = ask(server, "GET", "/sign-in")
        token = page.split('name="csrf_token" value="')[1].split('"')[0]
        form = {
            "Cookie": headers["Set-Cookie"].split(";")[0],
            "Content-Type": "application/x-www-form-urlencoded",
        }
        links = []
        for n in range(6):
            link = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
            body = f"csrf_token={token}&email=nobody{n}%40example.org&password=not-the-password"
            link.request(
                "POST", "/sign-in", body, {**form, "Accept": "text/html", "Sec-Fetch-Site": "same-origin"}
            )
            links.append(link)
        waits = []
        for _ in range(10):
            began = time.monotonic()
            assert server.get("/healthz")[0] == 200
            waits.append(time.monotonic() - began)
        assert [link.getresponse().status for link in links] == [422] * 6
        print(f"longest wait of another {max(waits) * 1000:.0f} ms")
        assert sorted(waits)[5] < 0.1


def test_the_worker_works_without_a_web_server_and_ends_when_told(folder):
    folder.mkdir(mode=0o700)
    server = Server(folder)
    server.migrate()
    server.flask("shopalert", "district", "add", "basildon", "--name", "B", "--force", "Essex Police")
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "shopalert", "worker"]
    home = Path(__file__).resolve().parents[2]
    process = subprocess.Popen(command, cwd=home, env=server.settings, stderr=subprocess.PIPE)
    try:

        def all_sealed():
            with sqlite3.connect(folder / "shopalert.db") as file:
                rows, sealed = file.execute("SELECT count(*), count(seq) FROM audit_row").fetchone()
                return rows and rows == sealed

        assert eventually(all_sealed, 20)
        process.send_signal(signal.SIGTERM)
        assert process.wait(15) == 0
    finally:
        process.kill()
