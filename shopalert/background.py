"""What the house does by itself beside its pages: each worker is a function `run(app, stop)` in a greenlet."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

import gevent
from flask import Flask

from shopalert import health
from shopalert.accounts import sessions
from shopalert.advice import clock as advice
from shopalert.alerts import dispatcher, live, repeats
from shopalert.alerts.wakes import wakes
from shopalert.bulletins import clock as bulletins
from shopalert.evidence import derivatives, janitor
from shopalert.incidents import index, unread
from shopalert.letters import writing
from shopalert.mail import worker as mail
from shopalert.operating import watch
from shopalert.protection import audit, looks
from shopalert.requests import clock as requests
from shopalert.safety import clock as safety
from shopalert.sharing import clock as sharing
from shopalert.uploads import janitor as uploads

Worker = Callable[[Flask, threading.Event], None]

OF_STREAMS: list[Worker] = [
    wakes.run,
    live.hub.run,
    sessions.run,
    looks.run,
    unread.run,
    watch.run,
    health.run,
]  # in each web process
REST = 2.0  # seconds before a worker that fell over starts again

stop = threading.Event()


def keep_house(app: Flask, stop: threading.Event) -> None:
    """What is done once an hour. Several processes may do it at a time: each finds less left over."""
    while not stop.wait(janitor.EVERY):
        with app.app_context():
            janitor.sweep()
            uploads.sweep()


OF_THE_HOUSE: list[Worker] = [
    dispatcher.run,
    repeats.run,
    requests.run,
    advice.run,
    safety.run,
    bulletins.run,
    sharing.run,
    derivatives.run,
    audit.run,
    mail.run,
    index.run,
    keep_house,
    writing.run,
]  # in the one process, or in workers
OF_WORKERS: list[Worker] = [
    wakes.run,
    *OF_THE_HOUSE,
]  # who listens is woken at once, rather than looking each second


def keep_running(worker: Worker, app: Flask) -> None:
    """A worker that falls over is started again: the house must not go deaf because of one row."""
    while not stop.is_set():
        try:
            worker(app, stop)
            return  # it has nothing to do here: without Redis, say, nobody to listen to
        except Exception:
            app.logger.exception("a worker fell over: %s", getattr(worker, "__qualname__", worker))
            time.sleep(REST)


def start(app: Flask, workers: list[Worker]) -> list[Any]:
    """Start these workers as greenlets of this process."""
    stop.clear()
    return [gevent.spawn(keep_running, worker, app) for worker in workers]


def start_web(app: Flask) -> None:
    """In a web process; the embedded one does everything."""
    config = app.config["SHOPALERT"]
    start(app, OF_STREAMS + (OF_THE_HOUSE if config.background else []))


def init_app(app: Flask) -> None:
    app.extensions["shopalert.background"] = start_web
