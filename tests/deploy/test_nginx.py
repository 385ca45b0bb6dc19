"""The whole way over TLS, through the nginx sample as an operator installs it: sign in, report, and see it arrive."""

from __future__ import annotations

import http.client
import json
import re
import ssl
import threading
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from html import unescape
from pathlib import Path
from urllib.parse import urlencode

import pytest

from tests import services
from tests.deploy.sample import make_certificate, nginx_sample

pytestmark = [
    pytest.mark.nginx,
    pytest.mark.slow,
    pytest.mark.skipif(not services.nginx_program(), reason="no nginx on this machine"),
]


@dataclass
class Town:
    port: int
    trust: ssl.SSLContext
    facts: dict

    @property
    def scheme(self) -> dict:
        return self.facts["schemes"][0]

    def member(self) -> dict:
        here = [
            u
            for u in self.facts["users"]
            if self.scheme["slug"] in u["scheme_slugs"] and u["role"] == "member"
        ]
        return next(user for user in here if not user["suspended"] and not user["removed"])


@dataclass
class Browser:
    """As a browser over https does it: cookies kept, its own origin named, the page's token sent."""

    town: Town
    cookies: dict[str, str] = field(default_factory=dict)
    page: str = ""

    def ask(
        self, method: str, path: str, body: bytes | str | None = None, **headers: str
    ) -> http.client.HTTPResponse:
        link = http.client.HTTPSConnection("localhost", self.town.port, context=self.town.trust, timeout=20)
        own = {"Origin": f"https://localhost:{self.town.port}", "Sec-Fetch-Site": "same-origin"}
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        link.request(method, path, body, {**own, "Cookie": cookies, "Accept": "text/html", **headers})
        answer = link.getresponse()
        for line in answer.headers.get_all("Set-Cookie") or []:
            name, _, value = line.split(";")[0].partition("=")
            self.cookies[name] = value
        return answer

    def get(self, path: str) -> http.client.HTTPResponse:
        answer = self.ask("GET", path)
        self.page = answer.read().decode()
        return answer

    def post(self, path: str, **fields: str) -> http.client.HTTPResponse:
        found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', self.page)
        assert found, "the page holds no token"
        body = urlencode({**fields, "csrf_token": unescape(found[1])})
        answer = self.ask("POST", path, body, **{"Content-Type": "application/x-www-form-urlencoded"})
        self.page = answer.read().decode()
        return answer

    def sign_in(self, person: dict) -> None:
        self.get("/sign-in")
        answer = self.post("/sign-in", email=person["email"], password=person["password"])
        assert answer.status == 303, self.page

    def listen(self) -> Listener:
        return Listener(self.ask("GET", "/stream", Accept="text/event-stream"))


class Listener:
    """Reads a stream line by line in a thread of its own."""

    def __init__(self, answer: http.client.HTTPResponse) -> None:
        self.answer, self.text = answer, ""
        threading.Thread(target=self.read, daemon=True).start()

    def read(self) -> None:
        while line := self.answer.readline():
            self.text += line.decode()

    def waits_for(self, text: str, seconds: float = 5) -> None:
        services.eventually(lambda: text in self.text, seconds)


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    folder: Path = tmp_path_factory.mktemp("tls")
    tls, plain = services.free_port(), services.free_port()
    trust = make_certificate(folder)
    settings = {"BASE_URL": f"https://localhost:{tls}", "TRUSTED_PROXIES": "127.0.0.1"}
    server = services.Server(folder / "data", **settings)
    server.migrate()
    seed = server.flask("shopalert", "seed", "--fixture", "two-schemes", "--plain-sign-in", "--json")
    server.start()
    try:
        with services.nginx(nginx_sample(server.port, tls, plain, folder), tls):
            yield Town(tls, trust, json.loads(seed.stdout))
    finally:
        server.kill()


def test_report_streams_to_another_screen(town: Town) -> None:
    asha, other = Browser(town), Browser(town)
    asha.sign_in(town.member())
    other.sign_in(town.member())
    screen = other.listen()
    screen.waits_for("event: hello")
    form = f"/s/{town.scheme['slug']}/report"
    asha.get(form)
    words = f"Two men with a rucksack, {uuid.uuid4().hex[:8]}"
    facts = {"client_id": str(uuid.uuid4()), "category": "shop_theft", "narrative": words}
    answer = asha.post(form, **facts, occurred_at=datetime.now(UTC).isoformat())
    assert answer.status == 303, asha.page
    assert answer.headers["Location"].startswith(("/incidents/", f"https://localhost:{town.port}/incidents/"))
    screen.waits_for(words)


def test_cookie_and_headers_are_those_of_https(town: Town) -> None:
    browser = Browser(town)
    answer = browser.get("/sign-in")
    browser.sign_in(town.member())
    assert "max-age=31536000" in answer.headers["Strict-Transport-Security"]
    assert set(browser.cookies) == {"__Host-sa"}
    assert re.fullmatch(r"nginx", answer.headers.get("Server", "nginx")), "the version is told to nobody"


def test_form_of_another_site_is_refused(town: Town) -> None:
    browser = Browser(town)
    browser.get("/sign-in")
    foreign = {"Origin": "https://elsewhere.example", "Sec-Fetch-Site": "cross-site"}
    answer = browser.ask("POST", "/sign-in", "email=a&password=b", **foreign)
    assert answer.status == 403


def test_too_large_is_answered_by_the_application(town: Town) -> None:
    browser = Browser(town)
    browser.sign_in(town.member())
    browser.get("/")
    form = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
    answer = browser.ask("POST", f"/s/{town.scheme['slug']}/report", b"a" * (152 << 20), **form)
    told = json.loads(answer.read())
    assert answer.status == 413
    assert told["saved"] is False


def test_metrics_stay_inside(town: Town) -> None:
    assert Browser(town).get("/metrics").status == 404
