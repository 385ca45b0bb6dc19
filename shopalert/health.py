"""Is it alive, is it ready, and how much of everything: for whoever runs the instance."""

from __future__ import annotations

import hmac
import ipaddress
import shutil
import time
from typing import Any

import gevent
import sqlalchemy as sa
from flask import Response, g, jsonify, request
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest
from sqlalchemy.orm import Session

from shopalert.alerts.claims import backlog
from shopalert.alerts.live import hub
from shopalert.alerts.models import PushService, Subscription
from shopalert.alerts.push import subject
from shopalert.config import config
from shopalert.db import Busy, now
from shopalert.pages import not_found
from shopalert.room import PUBLIC, Room
from shopalert.wall import crossing

LATE = 60.0  # seconds that a due delivery may wait
METHODS = frozenset(["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"])
ANSWER = 3.0  # seconds that the database has to answer

room = Room("health", __name__)

registry = CollectorRegistry()
ProcessCollector(registry=registry)
answers = Counter(
    "shopalert_http_answers", "Answers given", ["endpoint", "method", "status"], registry=registry
)
seconds = Histogram(
    "shopalert_http_seconds", "Time to the answer's first byte", ["endpoint"], registry=registry
)
streams = Gauge("shopalert_streams", "Open streams of this process", registry=registry)
due = Gauge("shopalert_deliveries_due", "Deliveries that are due and untaken", registry=registry)
oldest = Gauge("shopalert_delivery_wait_seconds", "How long the oldest due delivery waits", registry=registry)
disk_free = Gauge("shopalert_disk_free_bytes", "Free space where the data lies", registry=registry)


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
    streams.set(len(hub.streams))
    due.set(state["deliveries"]["due"])
    oldest.set(state["deliveries"]["oldest_seconds"])
    disk_free.set(state["disk"]["free_bytes"])
    return Response(generate_latest(registry), content_type="text/plain; version=0.0.4; charset=utf-8")


@room.before_app_request
def start_the_clock() -> None:
    g.arrived = time.perf_counter()


@room.after_app_request
def count(response: Response) -> Response:
    endpoint = request.endpoint or "none"
    method = request.method if request.method in METHODS else "other"  # anybody can make up more
    answers.labels(endpoint, method, response.status_code).inc()
    if (arrived := g.pop("arrived", None)) is not None:
        seconds.labels(endpoint).observe(time.perf_counter() - arrived)
    return response


# ---- how


def measure() -> dict[str, Any]:
    """Everything that readiness hangs on, and what an operator asks next."""
    state: dict[str, Any] = {
        "status": "ready",
        "database": "ok",
        "deliveries": {"due": 0, "oldest_seconds": 0.0},
        "disk": disk(),
        "push": {"subject": "", "devices": 0, "services_waiting": 0},
        "streams": len(hub.streams),
    }
    try:
        with gevent.Timeout(ANSWER, Busy), crossing("readiness") as session:
            many, waited = backlog(session)
            state["deliveries"] = {"due": many, "oldest_seconds": round(waited, 1)}
            state["push"] = push(session)
    except (sa.exc.SQLAlchemyError, Busy):
        state.update(status="not ready", database="does not answer")
    if state["deliveries"]["oldest_seconds"] > LATE:
        state["status"] = "not ready"
    return state


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
