"""How the house answers: page, fragment, redirect, created, and every error.

The only code that knows htmx's headers. The error contract: an htmx request gets a fragment, a machine
gets RFC 9457 with `code`, `request_id` and `saved`, everybody else a full page.
"""

from __future__ import annotations

import errno
from typing import Any, NoReturn
from urllib.parse import quote, urlsplit

from flask import Flask, Response, current_app, g, jsonify, make_response, redirect, render_template, request
from flask_babel import gettext as _
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException

from shopalert.db import Busy

STREAMS = ("/stream", "/poll")


class Problem(Exception):
    """An error with its place in the contract: status, code, words, and whether anything was saved."""

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        *,
        saved: bool = False,
        retry_after: int | None = None,
        **extra: Any,
    ) -> None:
        super().__init__(message)
        self.status, self.code, self.message, self.saved = status, code, message, saved
        self.retry_after, self.extra = retry_after, extra


def problem(status: int, code: str, message: str, *, saved: bool = False, **extra: Any) -> NoReturn:
    """Raise a Problem."""
    raise Problem(status, code, message, saved=saved, **extra)


def wants_fragment() -> bool:
    """Whether htmx asks for a piece of a page (and not for a page out of its history)."""
    return "HX-Request" in request.headers and "HX-History-Restore-Request" not in request.headers


def wants_json() -> bool:
    """Whether a machine asks."""
    accepted = request.accept_mimetypes
    best = accepted.best_match(
        ["text/html", "application/json", "application/problem+json", "text/event-stream"]
    )
    return best in ("application/json", "application/problem+json") and accepted[best] > accepted["text/html"]


def wants_page() -> bool:
    """Whether a person's browser asks for a document."""
    return not wants_fragment() and not wants_json() and "text/html" in request.accept_mimetypes


def request_id() -> str:
    return str(request.environ.get("shopalert.request_id", ""))


def page(template: str, *, fragment: str | None = None, status: int = 200, **context: Any) -> Response:
    """The page, or the fragment of it that htmx asked for."""
    chosen = fragment if fragment and wants_fragment() else template
    response = make_response(render_template(chosen, **context), status)
    response.vary.add("HX-Request")
    return response


def see_other(url: str) -> Response:
    """Done: look there. htmx follows it in the page, everything else by itself."""
    if wants_fragment():
        response = Response(status=204)
        response.headers["HX-Redirect"] = url
        return response
    answer: Any = redirect(url, 303)
    return answer


def created(
    thing: Any, url: str, *, reference: str | None = None, replayed: bool = False, go: str = ""
) -> Response:
    """A new thing: 303 to it, or 201 for a machine; the same again where it was sent twice."""
    if wants_json():
        body = {"id": str(thing.id), "url": url}
        if reference:
            body["reference"] = reference
        response = jsonify(body)
        response.status_code = 201
        response.headers["Location"] = url
    else:
        response = see_other(go or url)
    if replayed:
        response.headers["Idempotency-Replayed"] = "true"
    return response


def local_path(target: str | None) -> str:
    """A path of this site to go on to, or the home page."""
    parts = urlsplit(target or "")
    plain = target and target.isprintable() and "\\" not in target
    if not plain or parts.scheme or parts.netloc or not target.startswith("/") or target.startswith("//"):  # type: ignore[union-attr]
        return "/"
    return target  # type: ignore[return-value]


# ---- errors


def not_signed_in() -> Response:
    """A page goes to sign-in and comes back; everything else is told 401."""
    if request.method == "GET" and wants_page() and request.path not in STREAMS:
        answer: Any = redirect(f"/sign-in?next={quote(request.full_path.rstrip('?'), safe='/')}", 303)
        return answer
    problem(401, "not_signed_in", _("Sign in to go on."))


def not_found() -> NoReturn:
    """It does not exist, or not for this viewer: nobody can tell which."""
    problem(
        404,
        "not_found",
        _("There is nothing here for you. It may have been withdrawn, or the address is wrong."),
    )


def not_permitted() -> NoReturn:
    problem(403, "not_permitted", _("Your role can’t do this."))


def answer_problem(error: Problem) -> Response:
    """The contract's three faces of an error."""
    facts = {"code": error.code, "request_id": request_id(), "saved": error.saved, **error.extra}
    shown = {name: value for name, value in facts.items() if name != "csrf_token"}  # pages make their own
    if wants_fragment():
        response = make_response(
            render_template("errors/_error.html", message=error.message, status=error.status, **shown)
        )
        if error.status == 401:
            response.headers["HX-Redirect"] = "/sign-in"
    elif wants_page():
        response = make_response(
            render_template("errors/error.html", message=error.message, status=error.status, **shown)
        )
    else:
        response = jsonify(type="about:blank", title=error.message, status=error.status, **facts)
        response.mimetype = "application/problem+json"
    response.status_code = error.status
    if error.retry_after is not None:
        response.headers["Retry-After"] = str(error.retry_after)
    response.vary.add("HX-Request")
    return response


WORDS = {
    400: ("bad_request", "This request could not be read."),
    404: ("not_found", "There is nothing here for you. It may have been withdrawn, or the address is wrong."),
    405: ("method_not_allowed", "That can’t be done at this address."),
    413: ("too_large", "That is too large to send."),
    415: ("unsupported_media", "This kind of file can’t be used. Send a JPEG, PNG, WebP or HEIC picture."),
    429: ("too_many_requests", "Too many tries. Wait a little and try again."),
}


def answer_http(error: HTTPException) -> Response:
    """Errors that werkzeug raises, in our words."""
    status = error.code or 500
    code, words = WORDS.get(status, ("error", "Something went wrong here. Nothing was saved."))
    response = answer_problem(Problem(status, code, _(words)))
    for name, value in error.get_headers():
        if name in ("Allow", "Retry-After"):
            response.headers[name] = value
    return response


def answer_busy(_error: Exception) -> Response:
    """The database did not give us a turn, or cannot be reached."""
    if not isinstance(_error, Busy):
        ask_no_more()
    return answer_problem(Problem(503, "busy", _("Not saved. Try again in a moment."), retry_after=5))


def answer_database(error: DBAPIError) -> Response:
    """The database refused: full disk, out of reach, or our own fault."""
    ask_no_more()
    if disk_is_full(error.orig):
        return answer_full(error)
    if isinstance(error, OperationalError) or error.connection_invalidated:
        current_app.logger.warning("database: %s", type(error.orig).__name__)
        return answer_busy(error)
    return answer_unexpected(error)


def ask_no_more() -> None:
    """The frame of the error's own page does without the database: asked again it would fail again."""
    g.database_is_lost = True


def disk_is_full(fault: BaseException | None) -> bool:
    """SQLite says it in words, PostgreSQL by its number; neither is asked what somebody typed."""
    return str(fault).startswith("database or disk is full") or getattr(fault, "sqlstate", "") == "53100"


def answer_full(_error: Exception) -> Response:
    return answer_problem(
        Problem(507, "disk_full", _("Not saved: the server’s disk is full. Text is kept in the form."))
    )


def answer_os(error: OSError) -> Response:
    return answer_full(error) if error.errno == errno.ENOSPC else answer_unexpected(error)


def answer_unexpected(error: Exception) -> Response:
    """Our fault: logged with its request's number, told without a word of the inside."""
    current_app.logger.error(
        "unexpected %s in request %s", type(error).__name__, request_id(), exc_info=error
    )
    if current_app.config["SHOPALERT"].testing:
        raise error
    ask_no_more()
    try:
        return answer_problem(Problem(500, "error", _("Something went wrong here. Nothing was saved.")))
    except Exception:  # even the error's own page is broken: plain words rather than a closed connection
        return Response("Something went wrong here. Nothing was saved.\n", 500, mimetype="text/plain")


def init_app(app: Flask) -> None:
    """Every error that leaves the house leaves through here."""
    app.register_error_handler(Problem, answer_problem)
    app.register_error_handler(HTTPException, answer_http)
    app.register_error_handler(Busy, answer_busy)
    app.register_error_handler(PoolTimeout, answer_busy)
    app.register_error_handler(DBAPIError, answer_database)
    app.register_error_handler(OSError, answer_os)
    app.register_error_handler(Exception, answer_unexpected)
