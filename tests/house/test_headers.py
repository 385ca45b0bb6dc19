"""Headers of every answer, cookies as ruled, and the settings with which the house refuses to start."""

from __future__ import annotations

import pytest

from shopalert import create_app
from shopalert.config import Refused
from tests.house.routes import HTML, Things, ask, routes, token_of
from tests.people import ASHA, PASSWORD

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; "
    "font-src 'self'; manifest-src 'self'; worker-src 'self'; media-src 'self' blob:; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'; object-src 'none'; require-trusted-types-for 'script'; "
    "trusted-types default; report-uri /csp-reports; report-to csp"
)
ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}
OWN_POLICY = {
    "assets.static",
    "evidence.thumb",
    "evidence.view",
    "evidence.original",
    "evidence.document",
    "sharing.document",
    "evidence.play",
}  # sandboxed
CACHED = {"assets.static", "pwa.worker", "pwa.manifest", "live.stream", *OWN_POLICY}


def test_every_answer_carries_the_headers(app, world):
    client = world.client(ASHA)
    for route in routes(app):
        method, rule, endpoint = route
        if method != "GET":
            continue
        answer = ask(client, route, Things(world, ASHA, "wickford"))
        answer.close()
        headers = answer.headers
        for name, value in ALWAYS.items():
            assert headers[name] == value, (rule, name)
        redirect = 300 <= answer.status_code < 400
        if redirect:
            assert headers["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'", rule
        elif endpoint not in OWN_POLICY or answer.status_code >= 400 or answer.mimetype == "text/html":
            assert headers["Content-Security-Policy"] == POLICY, rule
        if endpoint not in CACHED:
            assert headers["Cache-Control"] == "no-store", rule
        document = answer.mimetype == "text/html" and not redirect
        assert ("geolocation=()" in headers.get("Permissions-Policy", "")) == document, rule
        assert "Strict-Transport-Security" not in headers  # http on a loopback address
        assert "Server" not in headers
        if endpoint in ("incidents.feed", "incidents.new"):
            assert "HX-Request" in headers["Vary"]


def test_errors_carry_them_too(world):
    for path in ("/nowhere", "/stream"):
        answer = world.client().get(path, headers={"Accept": "application/json"})
        assert answer.status_code >= 400
        assert answer.headers["Content-Security-Policy"] == POLICY
        assert answer.headers["Cache-Control"] == "no-store"


def cookie_of(app, base_url):
    client = app.test_client()
    page = client.get("/sign-in", headers={"Accept": HTML}, base_url=base_url)
    return next(line for line in page.headers.getlist("Set-Cookie"))


def test_over_http_on_loopback_the_cookie_is_sa(app):
    cookie = cookie_of(app, "http://localhost")
    assert cookie.startswith("sa=")
    for part in ("HttpOnly", "SameSite=Lax", "Path=/"):
        assert part in cookie
    assert "Secure" not in cookie
    assert "Domain" not in cookie


def test_over_https_the_cookie_is_host_bound_and_secure(settings):
    app = create_app({**settings, "base_url": "https://alerts.example.org"})
    cookie = cookie_of(app, "https://alerts.example.org")
    assert cookie.startswith("__Host-sa=")
    for part in ("HttpOnly", "SameSite=Lax", "Path=/", "Secure"):
        assert part in cookie
    assert "Domain" not in cookie
    answer = app.test_client().get("/privacy", base_url="https://alerts.example.org")
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
    assert 'csp="https://alerts.example.org/csp-reports"' in answer.headers["Reporting-Endpoints"]


def test_map_tiles_join_the_images_alone(settings):
    app = create_app({**settings, "map_tiles_url": "https://tiles.example.org/{z}/{x}/{y}.png"})
    policy = app.test_client().get("/privacy").headers["Content-Security-Policy"]
    assert policy == POLICY.replace("img-src 'self' blob:", "img-src 'self' blob: https://tiles.example.org")


def test_the_token_in_the_cookie_is_no_password_and_under_4096_bytes(world):
    client = world.client()
    token = token_of(client)
    answer = client.post(
        "/sign-in", data={"email": ASHA.email, "password": PASSWORD, "csrf_token": token},
        headers={"Sec-Fetch-Site": "same-origin", "Accept": HTML},
    )  # fmt: skip
    assert answer.status_code == 303
    cookie = answer.headers["Set-Cookie"]
    assert len(cookie) < 4096
    assert "asha" not in cookie.lower()


# ---- HD2: refused at the door


@pytest.mark.parametrize(
    ("more", "word"),
    [
        ({"secret_key": "short"}, "SECRET_KEY"),
        ({"secret_key": "changeme"}, "SECRET_KEY"),
        ({"debug": True}, "Debug"),
        ({"base_url": "http://alerts.example.org"}, "BASE_URL"),
        ({"base_url": "http://192.168.1.5:8000"}, "BASE_URL"),
        ({"web_processes": 2, "database_url": ""}, "SQLite"),
        ({"database_url": "mysql://x"}, "DATABASE_URL"),
    ],
)
def test_unsafe_settings_are_refused(tmp_path, more, word):
    tmp_path.chmod(0o700)
    with pytest.raises(Refused, match=word):
        create_app({"data_dir": tmp_path, "testing": True, "background": False, **more})


def test_a_folder_that_others_read_is_refused(tmp_path):
    for mode in (0o750, 0o705, 0o777):
        tmp_path.chmod(mode)
        with pytest.raises(Refused, match="chmod 700"):
            create_app({"data_dir": tmp_path, "testing": True, "background": False})
    tmp_path.chmod(0o700)
    database = tmp_path / "shopalert.db"
    database.touch(0o644)
    with pytest.raises(Refused, match="chmod 600"):
        create_app({"data_dir": tmp_path, "testing": True, "background": False})


def test_several_faults_are_told_at_once(tmp_path):
    tmp_path.chmod(0o755)
    with pytest.raises(Refused) as refused:
        create_app({"data_dir": tmp_path, "secret_key": "dev", "base_url": "http://alerts.example.org"})
    assert len(str(refused.value).splitlines()) == 3


def test_missing_keys_are_made_for_the_owner_alone(tmp_path):
    tmp_path.chmod(0o700)
    app = create_app({"data_dir": tmp_path, "testing": True, "background": False, "secret_key": ""})
    assert len(app.config["SHOPALERT"].secret_key) == 64
    assert (tmp_path / "secret.key").stat().st_mode & 0o777 == 0o600
    again = create_app({"data_dir": tmp_path, "testing": True, "background": False, "secret_key": ""})
    assert again.config["SHOPALERT"].secret_key == app.config["SHOPALERT"].secret_key


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "[::1]", "[::1]:8000", "localhost:8000"])
def test_this_machine_is_served_by_each_of_its_names(app, host):
    assert app.test_client().get("/sign-in", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize("host", ["evil.example", "[::2]", "[::1].evil.example", "[::1]:99999999"])
def test_other_names_are_not(app, host):
    assert app.test_client().get("/sign-in", headers={"Host": host}).status_code == 400
