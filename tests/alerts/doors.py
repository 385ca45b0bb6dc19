"""The ways to a stream: written to its socket or fetched by the server, each by itself and behind nginx as it comes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from shopalert import create_app
from shopalert.commands.serve import AFRESH
from tests import services
from tests.alerts.test_stream import Person
from tests.people import Person as Named
from tests.world import World

DOORS = ("direct", "plain", "direct behind nginx", "plain behind nginx")

# Nothing of ours: HTTP/1.0 to the upstream, buffers on.
NGINX = """
pid FOLDER/pid; worker_processes 1; events { worker_connections 1000; }
http { access_log off; client_body_temp_path FOLDER/b; proxy_temp_path FOLDER/p; fastcgi_temp_path FOLDER/f;
  uwsgi_temp_path FOLDER/u; scgi_temp_path FOLDER/s;
  server { listen 127.0.0.1:PORT; location / { proxy_pass http://127.0.0.1:UPSTREAM; } } }
"""


class Town:
    """A running server with the cast in it, and the port to knock at."""

    def __init__(self, server: services.Server, port: int, world: World) -> None:
        self.server, self.port, self.world = server, port, world

    def person(self, named: Named) -> Person:
        """Their browser, signed in without the slow password."""
        cookie = self.world.client(named).get_cookie("sa")
        assert cookie
        person = Person.__new__(Person)
        person.port, person.cookie = self.port, f"sa={cookie.value}"
        person.token = json.loads(person.ask("GET", "/session"))["csrf_token"]
        return person


class Plain(services.Server):
    """Its sockets are out of reach."""

    program = ("-c", AFRESH + "from tests.alerts.plain_server import main; main()", str(services.HOME))


@contextmanager
def town_behind(door: str, folder: Path, **settings: str) -> Iterator[Town]:
    """A real server with the cast in it, behind this door."""
    kind = Plain if door.startswith("plain") else services.Server
    server = kind(folder, SECRET_KEY="t" * 40, **settings)
    folder.mkdir(mode=0o700, parents=True)
    server.migrate()
    own = {"data_dir": folder, "testing": True, "background": False, "secret_key": "t" * 40}
    world = World(create_app(own | {name.lower(): value for name, value in settings.items()}))
    try:
        server.start()
        if "nginx" not in door:
            yield Town(server, server.port, world)
            return
        port = services.free_port()
        with services.nginx(NGINX.replace("PORT", str(port)).replace("UPSTREAM", str(server.port)), port):
            yield Town(server, port, world)
    finally:
        server.kill()


def settings_of(engine: str, request: Any) -> dict[str, str]:
    """What a server of this engine is started with."""
    if engine == "sqlite":
        return {}
    return {
        "DATABASE_URL": request.getfixturevalue("cluster").new_database(),
        "REDIS_URL": request.getfixturevalue("redis_server").url,
    }
