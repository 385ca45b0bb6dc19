"""Sends what is due: claim, send, settle. Any number may run; `outgoing.py` keeps them off each other's rows."""

from __future__ import annotations

import logging
import threading
import time

import gevent
from flask import Flask, current_app
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from shopalert.config import config
from shopalert.db import Busy, writing
from shopalert.mail import carrier, outgoing
from shopalert.mail.outgoing import Letter
from shopalert.wall import crossing

LOOK = 1.0  # seconds
AT_ONCE = 4  # conversations with the mail server
SWEEP = 3600.0

log = logging.getLogger("shopalert.mail")


def run(app: Flask, stop: threading.Event) -> None:
    """Send until stopped."""
    swept = 0.0
    while not stop.wait(LOOK):
        try:
            with app.app_context():
                while not stop.is_set() and turn():
                    gevent.sleep(0)
                if time.monotonic() - swept > SWEEP:
                    tidy()
                    swept = time.monotonic()
        except (Busy, OperationalError, PoolTimeout) as trouble:
            log.warning("the post waits for the database: %s", type(trouble).__name__)


def turn() -> int:
    """Claim what is due and send it. How many letters were tried."""
    with crossing("deliveries") as session:
        if not outgoing.is_due(session):
            return 0
        with writing(session):
            letters = outgoing.claim(session, AT_ONCE)
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    gevent.joinall([gevent.spawn(deliver, app, letter) for letter in letters])
    return len(letters)


def deliver(app: Flask, letter: Letter) -> None:
    """One letter, and what became of it. Nothing of the database is held while the server is spoken to."""
    with app.app_context():
        failure, for_good = "", False
        try:
            carrier.send(letter, config())
        except carrier.NotSent as why:
            failure, for_good = str(why), why.for_good
            log.warning("a letter was not sent: %s%s", failure, "" if for_good else "; tried again later")
        except Exception:
            failure = "our own fault"
            log.exception("a letter was not sent")
        with crossing("deliveries") as session, writing(session):
            outgoing.settle(session, letter, failure, for_good=for_good)


def tidy() -> None:
    with crossing("deliveries") as session, writing(session):
        outgoing.sweep(session)
