"""`flask shopalert serve`: gunicorn with gevent; in the embedded form one process that does everything."""

from __future__ import annotations

import os
import resource
import signal
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import click
from flask.cli import with_appcontext

from shopalert.alerts import figures
from shopalert.config import config
from shopalert.operating import set_up
from shopalert.operating.doctor import Ill, database, demonstration, durability, schema

ROOT = Path(__file__).resolve().parent.parent.parent
CONNECTIONS = 12_000  # a process; streams are refused at nine tenths of it, so that pages still get in
FILES = 1000  # that a process has open beside its connections
FEWEST = 100  # connections with which it is worth to start
# gevent must change the standard library before anything else is imported, and flask has imported everything.
AFRESH = "import sys; from gevent import monkey; monkey.patch_all(); sys.path.insert(0, sys.argv[1]); "


@click.command("serve")
@with_appcontext
def serve() -> None:
    """Serve the application on BIND until told to end. Never loads demonstration data."""
    before_serving()
    if config().web_processes > 1 or not config().background:
        figures.share(config().data_dir / "figures")
    start_afresh("from shopalert.commands.serve import main; main()")


def before_serving() -> None:
    """Look at what must be right before the first report comes; show who may begin where nobody did."""
    for examine in (database, schema, durability):
        refuse_unsound(examine)
    refuse_the_demonstration()
    look_at_the_file_limit()
    show_the_link()


def refuse_unsound(examine: Callable[[], Iterable[Ill]]) -> None:
    """Better not started than reports lost."""
    for ill in examine():
        if not ill.warning:
            raise click.ClickException(f"{ill.what} {ill.cure}")


def refuse_the_demonstration() -> None:
    """Invented people and incidents never stand where others come in: on this machine alone they are looked at."""
    if not config().on_loopback and demonstration(config()):
        raise click.ClickException(
            "This database or DATA_DIR holds the demonstration, and BASE_URL is an address that others reach."
            " Start with an empty one: another DATA_DIR, another DATABASE_URL."
        )


def look_at_the_file_limit() -> None:
    """Each open screen is a file: said now, and not found out at the busiest hour."""
    most, cure = (
        room_for(CONNECTIONS),
        "Raise it: LimitNOFILE= of systemd, ulimits of a container, ulimit -Hn.",
    )
    if most < FEWEST:
        raise click.ClickException(f"This process may open too few files to serve anybody. {cure}")
    if most < CONNECTIONS:
        click.echo(
            f"The limit of open files leaves room for {streams_of(most)} open screens. {cure}", err=True
        )


def show_the_link() -> None:
    """Where nobody runs this instance yet, whoever reads this console may begin."""
    if (token := set_up.offer()) is not None:
        address = f"{config().base_url.rstrip('/')}/set-up/{token}"
        click.echo(
            f"\nThis ShopAlert is not set up yet. Open this link once, and do not pass it on:\n\n  {address}\n"
        )


def start_afresh(code: str) -> None:
    """This process becomes a Python that gevent has prepared, with the same environment and terminal."""
    sys.stdout.flush()
    os.execv(sys.executable, [sys.executable, "-c", AFRESH + code, str(ROOT)])  # noqa: S606


def main(made: Any = None) -> None:
    """In the prepared process: serve the application `made` there already, or one that each web process makes."""
    from gunicorn.app.base import BaseApplication

    from shopalert.config import Config, from_environment

    settings: Config = from_environment()
    connections = room_for(CONNECTIONS)

    class Server(BaseApplication):
        """gunicorn with our settings and none of its own files."""

        flask_app: Any = made

        def load_config(self) -> None:
            for name, value in options(
                settings, connections, lambda _worker: ready(self.flask_app, connections)
            ).items():
                self.cfg.set(name, value)

        def load(self) -> Any:
            from shopalert import create_app

            self.flask_app = made or create_app()
            return fair(self.flask_app)

    Server().run()


def options(settings: Any, connections: int, ready: Callable[[Any], None]) -> dict[str, Any]:
    """What gunicorn is told."""
    return {
        "bind": settings.bind,
        "workers": settings.web_processes,
        "worker_class": "gevent",
        "worker_connections": connections,
        "graceful_timeout": 25,
        "timeout": 60,
        "keepalive": 5,
        "backlog": 4096,
        "control_socket_disable": True,
        "forwarded_allow_ips": "",  # TRUSTED_PROXIES decides that, in one place
        "loglevel": settings.log_level.lower(),
        "proc_name": "shopalert",
        "post_worker_init": ready,
    }


def ready(app: Any, connections: int) -> None:
    """In each web process: start what runs beside the pages, and end the streams first when told to end."""
    from gevent import spawn

    from shopalert import background
    from shopalert.alerts import live

    graceful: Any = signal.getsignal(signal.SIGTERM)

    def end(*what: Any) -> None:
        background.stop.set()
        spawn(live.close_all)  # gunicorn would wait for them until its patience ends
        graceful(*what)

    def end_at_once(*_what: Any) -> None:
        background.stop.set()
        os._exit(0)  # what was acknowledged is on the disk; an exception would only run into gevent's hub

    live.hub.limit = streams_of(connections)
    signal.signal(signal.SIGTERM, end)
    for ctrl_c in (signal.SIGINT, signal.SIGQUIT):
        signal.signal(ctrl_c, end_at_once)
    background.start_web(app)


def fair(app: Any) -> Callable[[dict[str, Any], Any], Iterable[bytes]]:
    """A turn for the others before each request: a busy kept-alive connection would be served again first."""
    from gevent import sleep

    def served(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        sleep(0)
        answer: Iterable[bytes] = app(environ, start_response)
        return answer

    return served


def streams_of(connections: int) -> int:
    """How many of them may be streams."""
    return connections * 9 // 10


def room_for(connections: int) -> int:
    """Have the system allow as many open files, and say how many connections that leaves room for."""
    wanted = connections + FILES
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    if soft != resource.RLIM_INFINITY and soft < most:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
    return max(0, most - FILES)
