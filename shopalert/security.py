"""Headers, content security policy, cross-site checks, and whose address a request comes from."""

from __future__ import annotations

import ipaddress
import re
import secrets
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import unquote_to_bytes, urlsplit

from flask import Flask, Response, current_app, request
from flask.json.provider import DefaultJSONProvider
from flask_babel import gettext as _
from flask_wtf.csrf import generate_csrf, validate_csrf
from werkzeug.middleware.proxy_fix import ProxyFix
from wtforms import ValidationError

from shopalert.config import Config
from shopalert.pages import not_signed_in, problem
from shopalert.room import PUBLIC, Room
from shopalert.schemes.viewer import current_viewer

SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}
# The service worker has no page to take a token from; a header that no foreign page can set stands for it.
WITHOUT_TOKEN = ("/sync", "/push/")
REPORTS = "/csp-reports"
OF_STRANGERS = 100_000  # bytes that anybody may send
OF_WORDS = 500_000  # bytes of a body without files
REPORTS_TOLD = 20  # of one body, in the log
# What no page of ours asks for. The camera is for photos of a report.
NEVER_USED = (
    "accelerometer", "autoplay", "browsing-topics", "display-capture", "encrypted-media", "geolocation",
    "gyroscope", "hid", "idle-detection", "local-fonts", "magnetometer", "microphone", "midi", "payment",
    "screen-wake-lock", "serial", "usb", "xr-spatial-tracking",
)  # fmt: skip


def content_security_policy(config: Config) -> str:
    """The policy of every page. Nothing is inline, so no nonce is needed."""
    images = "'self' blob:"
    if config.map_tiles_url:
        tiles = urlsplit(config.map_tiles_url)
        images += f" {tiles.scheme}://{tiles.netloc}"
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; "
        f"img-src {images}; connect-src 'self'; font-src 'self'; manifest-src 'self'; worker-src 'self'; "
        "media-src 'self' blob:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; object-src 'none'; "
        f"require-trusted-types-for 'script'; trusted-types default; report-uri {REPORTS}; report-to csp"
    )


def headers(config: Config) -> dict[str, str]:
    """What every answer carries unless it says otherwise itself."""
    found = {
        "Content-Security-Policy": content_security_policy(config),
        "Reporting-Endpoints": f'csp="{config.base_url.rstrip("/")}{REPORTS}"',
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "X-Frame-Options": "DENY",
        "Permissions-Policy": ", ".join(["camera=(self)", *(f"{name}=()" for name in NEVER_USED)]),
        "Cache-Control": "no-store",
    }
    if config.https:
        found["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
    return found


# Said by documents alone: on a picture, a script or a redirect nobody reads them, and a first visit asks for dozens.
OF_DOCUMENTS = ("Permissions-Policy", "Reporting-Endpoints")
OF_NO_DOCUMENT = "default-src 'none'; frame-ancestors 'none'"


def same_origin() -> bool:
    """Whether the browser says that this request comes from our own pages."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    source = request.headers.get("Origin") or request.headers.get("Referer") or ""
    try:
        parts = urlsplit(source)
    except ValueError:  # half an IPv6 address
        return False
    return bool(parts.netloc) and f"{parts.scheme}://{parts.netloc}/" == request.host_url


def refuse_cross_site() -> Response | None:
    """State changes only from our own pages, with the session's token (IO5)."""
    if request.method in SAFE_METHODS or request.endpoint is None:
        return None
    public = getattr(current_app.view_functions[request.endpoint], "verb", None) is PUBLIC
    if public or request.mimetype != "multipart/form-data":
        request.max_content_length = min(
            request.max_content_length or 0, OF_STRANGERS if public else OF_WORDS
        )
    if request.path == REPORTS:
        return None
    if current_viewer() is None and not public and same_origin():
        return not_signed_in()  # before a stranger's body is read
    fresh = {"csrf_token": generate_csrf()}
    if not same_origin():
        problem(
            403,
            "csrf_failed",
            _("This came from another site, so it was not taken. Go back and send it again."),
            **fresh,
        )
    if request.path.startswith(WITHOUT_TOKEN) and request.headers.get("X-Requested-With") == "shopalert":
        return None
    refuse_other_bytes()
    try:
        validate_csrf(request.headers.get("X-CSRFToken") or request.form.get("csrf_token"))
    except ValidationError:
        problem(403, "csrf_failed", _("The form was too old to be taken. Send it again."), **fresh)
    return None


def refuse_other_bytes() -> None:
    """A form is UTF-8: what is not would be stored as something that nobody typed."""
    if request.mimetype != "application/x-www-form-urlencoded":
        return
    try:
        unquote_to_bytes(request.get_data(parse_form_data=False)).decode()
    except UnicodeDecodeError:
        problem(400, "bad_request", _("This request could not be read."))


class ShallowJSON(DefaultJSONProvider):
    """JSON nested deeper than Python goes is as unreadable as any other broken text: 400, not 500."""

    def loads(self, s: str | bytes, **kwargs: Any) -> Any:
        try:
            return super().loads(s, **kwargs)
        except RecursionError as error:
            raise ValueError("nested too deep") from error


class TrustedProxies:
    """Believe X-Forwarded-* only from the configured networks; from others it is anybody's claim (HD3)."""

    def __init__(
        self, app: Callable[..., Iterable[bytes]], networks: tuple[str, ...], hosts: list[str]
    ) -> None:
        self.hosts = hosts
        self.plain, self.behind_proxy = app, ProxyFix(app, x_for=1, x_proto=1, x_host=0)
        self.networks = [ipaddress.ip_network(network, strict=False) for network in networks]

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        environ["shopalert.request_id"] = secrets.token_hex(8)
        if "[::1]" in self.hosts:
            name_the_loopback(environ)
        return (self.behind_proxy if self.trusts(environ.get("REMOTE_ADDR", "")) else self.plain)(
            environ, start_response
        )

    def trusts(self, address: str) -> bool:
        try:
            return any(ipaddress.ip_address(address) in network for network in self.networks)
        except ValueError:
            return False


def name_the_loopback(environ: dict[str, Any]) -> None:
    """The address of this machine by its name: werkzeug's list of trusted hosts knows no IPv6 address."""
    host = environ.get("HTTP_HOST", "")
    if re.fullmatch(r"\[::1\](:[0-9]{1,5})?", host):
        environ["HTTP_HOST"] = "localhost" + host[len("[::1]") :]


room = Room("security", __name__)


@room.post(REPORTS, verb=PUBLIC)
def violation() -> Response:
    """A browser saw something that the policy forbids: note which rule, never what stood on the page."""
    said = request.get_json(force=True, silent=True)
    for report in (said if isinstance(said, list) else [said])[:REPORTS_TOLD]:
        body = (report.get("body") or report.get("csp-report")) if isinstance(report, dict) else None
        if not isinstance(body, dict):
            continue
        rule = str(body.get("effectiveDirective") or body.get("effective-directive") or "?")[:40]
        current_app.logger.warning("policy violated: %s", re.sub(r"[^a-z-]", "", rule))
    return Response(status=204)


def init_app(app: Flask) -> None:
    """Put the checks before, and the headers behind, every view."""
    config: Config = app.config["SHOPALERT"]
    always = headers(config)
    app.config.update(
        SECRET_KEY=config.secret_key,
        SESSION_COOKIE_NAME="__Host-sa" if config.https else "sa",
        SESSION_COOKIE_SECURE=config.https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_PATH="/",
        TRUSTED_HOSTS=config.hosts,
        WTF_CSRF_TIME_LIMIT=None,  # a report typed an hour ago must not die of its token's age
        WTF_CSRF_ENABLED=False,  # checked below, once for all routes, not form by form
        MAX_CONTENT_LENGTH=config.max_upload_mb * 1024 * 1024 * 10 + 1024 * 1024,  # ten photos and the text
        MAX_FORM_MEMORY_SIZE=500_000,
        MAX_FORM_PARTS=200,
    )
    app.wsgi_app = TrustedProxies(app.wsgi_app, config.trusted_proxies, config.hosts)  # type: ignore[method-assign]
    app.json = ShallowJSON(app)
    app.before_request(refuse_cross_site)
    app.jinja_env.globals["csrf_token"] = generate_csrf

    @app.after_request
    def guard(response: Response) -> Response:
        redirect = 300 <= response.status_code < 400
        document = response.mimetype == "text/html" and not redirect
        if redirect:
            response.headers.setdefault("Content-Security-Policy", OF_NO_DOCUMENT)
        for name, value in always.items():
            if document or name not in OF_DOCUMENTS:
                response.headers.setdefault(name, value)
        return response
