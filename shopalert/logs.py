"""Structured logs: what happened, to which request; never a name, an address or what somebody typed."""

from __future__ import annotations

import logging
import sys
from typing import Any

import structlog
from flask import Flask

# Facts that a line may carry beside its words: kinds and counts, nothing that a person typed or is called.
ASKED_FOR = frozenset({"endpoint", "method", "status", "seconds", "request_id"})


def init_app(app: Flask) -> None:
    """One line of JSON an entry, on standard error."""
    level = logging.getLevelNamesMapping().get(app.config["SHOPALERT"].log_level.upper(), logging.INFO)
    shared: list[Any] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.stdlib.ExtraAdder(ASKED_FOR),
        structlog.processors.format_exc_info,
    ]
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(),
            ],
        )
    )
    logger = logging.getLogger("shopalert")
    logger.handlers, logger.propagate = [handler], app.config["SHOPALERT"].testing
    logger.setLevel(level)
