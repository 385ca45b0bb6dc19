"""The real server with its sockets out of reach: streams are fetched from the plain generator."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from shopalert import create_app
from shopalert.commands import serve


def main() -> None:
    """In the prepared process."""
    made = create_app()
    inner = made.wsgi_app

    def without_socket(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        del environ["gunicorn.socket"]
        return inner(environ, start_response)

    made.wsgi_app = without_socket  # type: ignore[method-assign]
    serve.main(made)
