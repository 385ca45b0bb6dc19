"""What the clock does in many rooms: a look every few seconds, and each row done once, whoever else looks then."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from shopalert.db import Busy, now

Row = TypeVar("Row")


class Taken(Exception):
    """Another worker was quicker, or what was due is due no more."""


def look_every(
    seconds: float, look: Callable[[datetime], object], app: Flask, stop: threading.Event, without: str
) -> None:
    """Look until stopped. A database that does not answer is for the log, with what went undone, and the next look."""
    while not stop.wait(seconds):
        try:
            with app.app_context():
                look(now())
        except (Busy, sa.exc.SQLAlchemyError) as error:
            app.logger.warning("%s: %s", without, type(error).__name__)


def claim(session: Session, cls: type[Row], id_: uuid.UUID, values: dict[Any, Any], *still: Any) -> Row:
    """The row, changed, where it is ours to change: what is asked of it still holds. Raises Taken where it is
    another's, whose transaction has ended by then."""
    row: Any = cls
    taken = session.execute(
        sa.update(row)
        .where(row.id == id_, *still)
        .values(values)
        .execution_options(synchronize_session=False)
    )
    if not taken.rowcount:  # type: ignore[attr-defined]
        raise Taken
    return session.get_one(cls, id_)
