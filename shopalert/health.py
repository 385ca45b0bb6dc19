"""Is it alive, is it ready, and how much of everything: for whoever runs the instance."""

from __future__ import annotations

import hmac
import ipaddress
import logging
import shutil
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from functools import wraps
from typing import Any

import gevent
import sqlalchemy as sa
from flask import Flask, Response, g, jsonify, request
from sqlalchemy.orm import Session

from shopalert.alerts import figures
from shopalert.alerts.claims import backlog
from shopalert.alerts.live import hub
from shopalert.alerts.models import PushService, Subscription
from shopalert.alerts.push import subject
from shopalert.alerts.standstill import LATE, STUCK, WAITING, by_state, lags_of_late, stuck
from shopalert.config import config
from shopalert.db import Busy, now
from shopalert.mail import outgoing
from shopalert.pages import not_found, request_id
from shopalert.room import PUBLIC, Room
from shopalert.wall import crossing

# Refusals that an operator wants to see apart: (kind of page, status).
REFUSALS = {
    ("live.stream", 503): "stream",
    ("live.stream", 429): "stream",
    ("alerts.subscribe", 422): "endpoint",
}
COUNT = 2.0  # seconds between counts of streams
SLOW = 2.0  # seconds after which an answer leaves a line in the log
STATES = ("queued", "sending", "sent", "shown", "opened", "failed", "gone")
SHARES = (0.5, 0.95, 0.99)
METHODS = frozenset(["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"])
ANSWER = 3.0  # seconds that the database has to answer

room = Room("health", __name__)
log = logging.getLogger("shopalert.answers")


@room.get("/healthz", verb=PUBLIC)
def alive() -> Response:
    return jsonify(status="alive")


@room.get("/readyz", verb=PUBLIC)
def ready() -> Response:
    state = measure()
    response = jsonify(state)
    response.status_code = 200 if state["status"] == "ready" else 503
    return response


@room.get("/metrics", verb=PUBLIC)
def metrics() -> Response:
    """For this machine, or with the token: figures tell a stranger when a town is awake."""
    if not may_measure():
        not_found()
    state = measure()
    figures.streams.set(len(hub.streams))
    figures.disk_free.set(state["disk"]["free_bytes"])
    figures.due.set(state["deliveries"]["due"])
    figures.oldest.set(state["deliveries"]["oldest_seconds"])
    figures.stuck.set(state["deliveries"]["stuck"])
    figures.letters.set(state["letters"]["due"])
    if state["database"] == "ok":
        with suppress(sa.exc.SQLAlchemyError, Busy):
            ask_for_more()
    return Response(figures.everything(), content_type="text/plain; version=0.0.4; charset=utf-8")


@room.before_app_request
def start_the_clock() -> None:
    g.arrived = time.perf_counter()


@room.after_app_request
def count(response: Response) -> Response:
    endpoint = request.endpoint or "none"
    method = request.method if request.method in METHODS else "other"  # anybody can make up more
    figures.answers.labels(endpoint, method, response.status_code).inc()
    if (what := REFUSALS.get((endpoint, response.status_code))) is not None:
        figures.refused.labels(what).inc()
    if (arrived := g.pop("arrived", None)) is not None:
        took = time.perf_counter() - arrived
        figures.seconds.labels(endpoint).observe(took)
        if response.status_code >= 500 or took > SLOW:
            note(endpoint, method, response.status_code, took)
    return response


def note(endpoint: str, method: str, status: int, took: float) -> None:
    """A line for whoever looks for what went wrong: which kind of page, never its address or who asked."""
    facts = {"endpoint": endpoint, "method": method, "status": status, "seconds": round(took, 3)}
    log.warning("a slow or failed answer", extra={**facts, "request_id": request_id()})


def measured(deliver: Callable[[], None]) -> Callable[[], None]:
    """The hub's way to tell what is new, with the time from each commit until the last screen was written to."""

    @wraps(deliver)
    def timed() -> None:
        before = hub.position
        deliver()
        figures.written_up_to(before, hub.position)

    return timed


def run(app: Flask, stop: threading.Event) -> None:
    """In each web process: look at the hub, and count its streams for whichever process is asked."""
    if not hasattr(hub.deliver, "__wrapped__"):
        hub.deliver = measured(hub.deliver)  # type: ignore[method-assign]
    while not stop.wait(COUNT):
        figures.streams.set(len(hub.streams))


# ---- how


def measure() -> dict[str, Any]:
    """Everything that readiness hangs on, and what an operator asks next."""
    state: dict[str, Any] = {
        "status": "ready",
        "database": "ok",
        "trouble": [],
        "deliveries": {"due": 0, "oldest_seconds": 0.0, "stuck": 0, "stuck_seconds": 0.0},
        "letters": {"due": 0, "oldest_seconds": 0.0},
        "disk": disk(),
        "push": {"subject": "", "devices": 0, "services_waiting": 0},
        "streams": len(hub.streams),
    }
    try:
        with gevent.Timeout(ANSWER, Busy), crossing("readiness") as session:
            state["deliveries"] = queue(session)
            state["letters"] = depth(*outgoing.backlog(session))
            state["push"] = push(session)
    except (sa.exc.SQLAlchemyError, Busy):
        state.update(status="not ready", database="does not answer")
    if state["deliveries"]["oldest_seconds"] > LATE:
        state["trouble"].append(WAITING)
    if state["deliveries"]["stuck_seconds"] > LATE:
        state["trouble"].append(STUCK)
    if state["trouble"]:
        state["status"] = "not ready"
    return state


def queue(session: Session) -> dict[str, Any]:
    """How many deliveries wait, and since when; and those whose sender died with them."""
    lapsed = stuck(session, now())
    return {
        **depth(*backlog(session)),
        "stuck": lapsed.many,
        "stuck_seconds": round(lapsed.seconds, 1),
    }


def depth(many: int, waited: float) -> dict[str, Any]:
    return {"due": many, "oldest_seconds": round(waited, 1)}


def ask_for_more() -> None:
    """Figures that only a scraper asks for."""
    with gevent.Timeout(ANSWER, Busy), crossing("readiness") as session:
        counted, lags = by_state(session), lags_of_late(session)
        for state in STATES:
            figures.deliveries.labels(state).set(counted.get(state, 0))
        for share in SHARES:
            at = lags[min(len(lags) - 1, int(share * len(lags)))] if lags else 0.0
            figures.lag.labels(str(share)).set(at)


def disk() -> dict[str, int]:
    usage = shutil.disk_usage(config().data_dir)
    return {"free_bytes": usage.free, "total_bytes": usage.total}


def push(session: Session) -> dict[str, Any]:
    devices = sa.select(sa.func.count()).select_from(Subscription).where(Subscription.gone_at.is_(None))
    waiting = sa.select(sa.func.count()).select_from(PushService).where(PushService.wait_until > now())
    return {
        "subject": subject(config()),
        "devices": session.scalar(devices),
        "services_waiting": session.scalar(waiting),
    }


def may_measure() -> bool:
    """The token; or this machine itself, and not a proxy on it that speaks for others."""
    token = config().metrics_token
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if token and hmac.compare_digest(given.encode(), token.encode()):
        return True
    proxied = any(name in request.headers for name in ("X-Forwarded-For", "Forwarded", "X-Real-IP", "Via"))
    try:
        return not proxied and ipaddress.ip_address(request.remote_addr or "").is_loopback
    except ValueError:
        return False
