"""A proxy as some offices have it: it hands an answer on when it has all of it, so a stream's bytes never arrive."""

from __future__ import annotations

import http.client
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding", "content-length"}


class Proxy(ThreadingHTTPServer):
    """In front of one server; counts what passes."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, port: int) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.upstream = port
        self.asked: Counter[str] = Counter()

    @property
    def url(self) -> str:
        return f"http://localhost:{self.server_port}"


class Handler(BaseHTTPRequestHandler):
    """Asks the server, waits for the whole answer, hands it on."""

    server: Proxy
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.server.asked[self.path.split("?")[0]] += 1
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        link = http.client.HTTPConnection("127.0.0.1", self.server.upstream, timeout=120)
        try:
            link.request(self.command, self.path, body, dict(self.headers))
            answer = link.getresponse()
            whole = answer.read()
        except (OSError, http.client.HTTPException):
            self.close_connection = True
            return
        finally:
            link.close()
        with suppress(OSError):  # nobody waits for it any more
            self.hand_on(answer, whole)

    def hand_on(self, answer: http.client.HTTPResponse, whole: bytes) -> None:
        self.send_response(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in HOP_BY_HOP:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(whole)))
        self.end_headers()
        self.wfile.write(whole)

    do_POST = do_DELETE = do_GET

    def log_message(self, format: str, *arguments: object) -> None:
        """Say nothing."""


@contextmanager
def holding_back(port: int) -> Iterator[Proxy]:
    """Such a proxy in front of the server on this port."""
    proxy = Proxy(port)
    threading.Thread(target=proxy.serve_forever, daemon=True).start()
    try:
        yield proxy
    finally:
        proxy.shutdown()
        proxy.server_close()
