"""Proxies as some offices have them.

One hands an answer on when it has all of it, so a stream's bytes never arrive. One cuts every connection after a while,
whatever passes on it. One is the road of a phone that goes through a tunnel: at some places everything drops.
"""

from __future__ import annotations

import http.client
import socket
import threading
from collections import Counter
from collections.abc import Callable, Iterator
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


class Cutting:
    """Passes bytes on as they come, and cuts each connection after so many seconds."""

    def __init__(self, port: int, seconds: float) -> None:
        self.upstream, self.seconds = port, seconds
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.asked: Counter[str] = Counter()

    @property
    def url(self) -> str:
        return f"http://localhost:{self.listener.getsockname()[1]}"

    def serve(self) -> None:
        with suppress(OSError):  # closed: the test is over
            while True:
                browser, _ = self.listener.accept()
                server = socket.create_connection(("127.0.0.1", self.upstream))
                for here, there in ((browser, server), (server, browser)):
                    threading.Thread(target=self.pass_on, args=(here, there), daemon=True).start()
                timer = threading.Timer(self.seconds, self.cut, [browser, server])
                timer.daemon = True
                timer.start()

    def pass_on(self, here: socket.socket, there: socket.socket) -> None:
        with suppress(OSError):
            while data := here.recv(65536):
                if data.startswith(b"GET "):
                    self.asked[data.split(b" ")[1].split(b"?")[0].decode()] += 1
                there.sendall(data)
        self.cut(here, there)

    def cut(self, *ends: socket.socket) -> None:
        for end in ends:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()


@contextmanager
def cutting(port: int, seconds: float = 10) -> Iterator[Cutting]:
    """Such a proxy in front of the server on this port."""
    proxy = Cutting(port, seconds)
    threading.Thread(target=proxy.serve, daemon=True).start()
    try:
        yield proxy
    finally:
        proxy.listener.close()


class Dropping(Cutting):
    """Passes bytes on, and drops every connection each time the browser has sent so many bytes in all."""

    def __init__(self, port: int, places: list[tuple[int, Callable[[], object]]]) -> None:
        super().__init__(port, seconds=3600)
        self.places, self.sent, self.open = places, 0, set[socket.socket]()
        self.lock = threading.Lock()

    def serve(self) -> None:
        with suppress(OSError):  # closed: the test is over
            while True:
                browser, _ = self.listener.accept()
                try:
                    server = socket.create_connection(("127.0.0.1", self.upstream))
                except OSError:  # it is starting again
                    browser.close()
                    continue
                self.open |= {browser, server}
                threading.Thread(target=self.pass_on, args=(browser, server, True), daemon=True).start()
                threading.Thread(target=self.pass_on, args=(server, browser), daemon=True).start()

    def pass_on(self, here: socket.socket, there: socket.socket, counted: bool = False) -> None:
        with suppress(OSError):
            while data := here.recv(65536):
                there.sendall(data)
                if counted:
                    self.count(len(data))
        self.cut(here, there)

    def count(self, size: int) -> None:
        with self.lock:
            self.sent += size
            if not self.places or self.sent < self.places[0][0]:
                return
            _, besides = self.places.pop(0)
            self.cut(*self.open)
            self.open.clear()
            besides()


@contextmanager
def dropping(port: int, *places: tuple[int, Callable[[], object]]) -> Iterator[Dropping]:
    """Such a road to the server on this port; at each place something else may happen besides."""
    proxy = Dropping(port, list(places))
    threading.Thread(target=proxy.serve, daemon=True).start()
    try:
        yield proxy
    finally:
        proxy.listener.close()
