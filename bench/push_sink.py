"""A push service that takes everything as quickly as it can, for the benchmark of pushing: TLS, keep-alive, 201.

    python -m bench.push_sink FOLDER     the certificate lies there; the port is the first line of output

It keeps the last body of each device, so that the benchmark can see that everybody sent what the devices can read.
"""

from __future__ import annotations

import json
import re
import selectors
import socket
import ssl
import sys
from pathlib import Path
from typing import Any

LENGTH = re.compile(rb"\r\ncontent-length: *([0-9]+)", re.IGNORECASE)
TAKEN = b"HTTP/1.1 201 Created\r\nLocation: /message/1\r\nContent-Length: 0\r\n\r\n"


class Sink:
    """One thread, all connections."""

    def __init__(self, folder: Path) -> None:
        self.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.tls.load_cert_chain(folder / "cert.pem", folder / "key.pem")
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=256)
        self.listener.setblocking(False)
        self.selector = selectors.DefaultSelector()
        self.selector.register(self.listener, selectors.EVENT_READ)
        self.waiting: dict[ssl.SSLSocket, bytes] = {}
        self.messages, self.connections = 0, 0
        self.bodies: dict[str, str] = {}

    def serve(self) -> None:
        while True:
            for key, _ in self.selector.select():
                source: Any = key.fileobj
                try:
                    self.accept() if source is self.listener else self.read(source)
                except (ssl.SSLWantReadError, BlockingIOError):
                    pass
                except OSError:
                    self.drop(source)

    def accept(self) -> None:
        plain, _ = self.listener.accept()
        plain.setblocking(False)
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        link = self.tls.wrap_socket(plain, server_side=True, do_handshake_on_connect=False)
        self.waiting[link] = b""
        self.connections += 1
        self.selector.register(link, selectors.EVENT_READ)

    def read(self, link: ssl.SSLSocket) -> None:
        """Whatever there is. The handshake happens within the first reading."""
        while data := link.recv(65536):
            self.waiting[link] += data
            self.answer(link)
        self.drop(link)

    def answer(self, link: ssl.SSLSocket) -> None:
        """Answer each request that is there to its last byte."""
        got = self.waiting[link]
        while (end := got.find(b"\r\n\r\n")) >= 0:
            found = LENGTH.search(got, 0, end + 2)
            whole = end + 4 + (int(found[1]) if found else 0)
            if len(got) < whole:
                break
            path = got[: got.index(b"\r")].split()[1].decode()
            link.sendall(TAKEN if got[:4] == b"POST" else self.told())
            if got[:4] == b"POST":
                self.messages += 1
                self.bodies[path] = got[end + 4 : whole].hex()
            got = got[whole:]
        self.waiting[link] = got

    def told(self) -> bytes:
        """What came since it was last asked."""
        said = {"messages": self.messages, "connections": self.connections, "bodies": self.bodies}
        body = json.dumps(said).encode()
        self.messages, self.connections, self.bodies = 0, 0, {}
        return b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: %d\r\n\r\n" % len(body) + body

    def drop(self, link: Any) -> None:
        self.waiting.pop(link, None)
        self.selector.unregister(link)
        link.close()


if __name__ == "__main__":
    sink = Sink(Path(sys.argv[1]))
    print(sink.listener.getsockname()[1], flush=True)
    sink.serve()
