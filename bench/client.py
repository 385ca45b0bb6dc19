"""A small browser for the benchmarks: signs in, reports, opens streams. Standard library only."""

from __future__ import annotations

import http.client
import json
import re
import socket
import uuid
from html import unescape
from typing import Any
from urllib.parse import urlencode, urlsplit


class Client:
    """One person's browser."""

    def __init__(self, url: str) -> None:
        self.url = urlsplit(url)
        self.cookies: dict[str, str] = {}
        self.token = ""
        self.link: http.client.HTTPConnection | None = None

    def headers(self, **more: str) -> dict[str, str]:
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        origin = f"{self.url.scheme}://{self.url.netloc}"
        return {"Cookie": cookies, "Origin": origin, "Sec-Fetch-Site": "same-origin", **more}

    def ask(self, method: str, path: str, body: str | None = None, **headers: str) -> tuple[int, str]:
        """Status and text; the connection is kept for the next request, as browsers do."""
        if self.link is None:
            self.link = http.client.HTTPConnection(self.url.hostname or "", self.url.port, timeout=30)
        self.link.request(method, path, body, self.headers(**headers))
        answer = self.link.getresponse()
        text = answer.read().decode()
        for line in answer.headers.get_all("Set-Cookie") or []:
            name, _, value = line.split(";")[0].partition("=")
            self.cookies[name] = value
        found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', text)
        self.token = unescape(found[1]) if found else self.token
        return answer.status, text

    def post(self, path: str, fields: dict[str, Any], accept: str = "application/json") -> tuple[int, str]:
        body = urlencode({**fields, "csrf_token": self.token})
        kind = "application/x-www-form-urlencoded"
        return self.ask("POST", path, body, **{"Content-Type": kind, "Accept": accept})

    def sign_in(self, user: dict[str, Any]) -> None:
        self.ask("GET", "/sign-in", Accept="text/html")
        status, text = self.post(
            "/sign-in", {"email": user["email"], "password": user["password"]}, "text/html"
        )
        if status != 303:
            raise SystemExit(f"sign-in answered {status}: {text[:200]}")
        self.token = ""  # the new session has its own

    def report(self, slug: str, narrative: str) -> str:
        """Report a theft; the new incident's id."""
        if not self.token:
            self.ask("GET", f"/s/{slug}/report", Accept="text/html")
        fields = {"client_id": str(uuid.uuid4()), "category": "shop_theft", "narrative": narrative}
        status, text = self.post(f"/s/{slug}/report", fields)
        if status != 201:
            raise SystemExit(f"the report answered {status}: {text[:200]}")
        return str(json.loads(text)["id"])

    def open_stream(self) -> socket.socket:
        """A stream, opened; its first bytes are read by whoever reads on."""
        opened = socket.create_connection((self.url.hostname or "", self.url.port or 80))
        lines = ["GET /stream HTTP/1.1", f"Host: {self.url.netloc}", "Accept: text/event-stream"]
        lines += [f"{name}: {value}" for name, value in self.headers().items()]
        opened.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
        return opened
