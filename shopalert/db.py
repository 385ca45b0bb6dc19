"""The database: ids, times, and the one transaction a verb.

SQLite under gevent: reads BEGIN deferred and only writers BEGIN IMMEDIATE, under a lock that other
processes take too. SQLite itself never waits (its busy handler would freeze every greenlet): waiting
is done here, so that the others go on.
"""

from __future__ import annotations

import fcntl
import os
import secrets
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import wraps
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

import gevent
import sqlalchemy as sa
from flask import Flask, current_app, has_request_context, request
from flask_sqlalchemy import SQLAlchemy
from gevent.lock import BoundedSemaphore
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import DeclarativeBase, Session, registry

PATIENCE = 5.0  # seconds a writer waits for others before it says that the database is busy

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Moment(sa.types.TypeDecorator[datetime]):
    """A moment in time: UTC in the database, aware UTC in Python."""

    impl = sa.DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a time zone")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        return None if value is None else value.replace(tzinfo=UTC)


class Base(DeclarativeBase):
    """Ground of every table."""

    registry = registry(
        metadata=sa.MetaData(naming_convention=NAMES),
        type_annotation_map={
            datetime: Moment,
            uuid.UUID: sa.Uuid,
            dict[str, Any]: sa.JSON,
            list[Any]: sa.JSON,
        },
    )


db = SQLAlchemy(model_class=Base, session_options={"expire_on_commit": False})


class Busy(Exception):
    """Nobody else could write for PATIENCE seconds: 503, and the phone tries again."""


def now() -> datetime:
    """The only clock of the house."""
    return datetime.now(UTC)


def uuid7(at: datetime | None = None) -> uuid.UUID:
    """A UUID that sorts by its time (RFC 9562): ids tell the order of things, and nothing else."""
    milliseconds = time.time_ns() // 1_000_000 if at is None else int(at.timestamp() * 1000)
    value = (milliseconds & (2**48 - 1)) << 80 | secrets.randbits(80)
    value = value & ~(0xF << 76) | 7 << 76
    return uuid.UUID(int=value & ~(3 << 62) | 2 << 62)


# ---- one transaction a verb


@dataclass
class Act:
    """What one verb does to the house, gathered for the audit and for those who must be told."""

    verb: str
    viewer: Any
    at: datetime
    request_id: str
    about: Any = None
    outcome: str = "done"
    details: dict[str, Any] = field(default_factory=dict)
    announced: list[Any] = field(default_factory=list)
    notes: list[Any] = field(default_factory=list)  # further rows for the audit


finishers: list[Callable[[Act, Session], None]] = []  # in the transaction, after everything else, in order
followers: list[Callable[[Act], None]] = []  # after the commit; what they do may be lost
_act: ContextVar[Act | None] = ContextVar("act", default=None)

P = ParamSpec("P")
R = TypeVar("R")
V = TypeVar("V")


def the_act() -> Act:
    """The verb that is being done."""
    act = _act.get()
    if act is None:
        raise RuntimeError("no verb is being done: only an action may do this")
    return act


def new_act(verb: str, viewer: Any) -> Act:
    """An act as it begins."""
    known = request.environ.get("shopalert.request_id", "") if has_request_context() else ""
    return Act(verb, viewer, now(), known or secrets.token_hex(8))


def act(verb: str) -> Callable[[Callable[Concatenate[V, P], R]], Callable[Concatenate[V, P], R]]:
    """Make a function an action: one transaction, with its audit row, its event and its deliveries.

    The first parameter is the viewer who does it. An action called by another joins its transaction.
    Raises Busy where the writer's turn does not come in time.
    """

    def decorate(action: Callable[Concatenate[V, P], R]) -> Callable[Concatenate[V, P], R]:
        @wraps(action)
        def acted(viewer: V, /, *args: P.args, **kwargs: P.kwargs) -> R:
            if _act.get() is not None:
                return action(viewer, *args, **kwargs)
            session = db.session()
            if session.new or session.dirty:
                raise RuntimeError("only an action changes rows")
            doing = new_act(verb, viewer)
            token = _act.set(doing)
            try:
                with writing(session):
                    result = action(viewer, *args, **kwargs)
                    finish(doing, session)
            finally:
                _act.reset(token)
            follow(doing)
            return result

        acted.verb = verb  # type: ignore[attr-defined]
        return acted

    return decorate


@contextmanager
def system_act(verb: str, session: Session) -> Iterator[Act]:
    """A verb done by the house itself, in a session that crosses the wall."""
    doing = new_act(verb, None)
    token = _act.set(doing)
    try:
        with writing(session):
            yield doing
            finish(doing, session)
    finally:
        _act.reset(token)
    follow(doing)


def finish(doing: Act, session: Session) -> None:
    """What every verb does last: audit first, the event's number last of all."""
    session.flush()
    for finisher in finishers:
        finisher(doing, session)


def follow(doing: Act) -> None:
    """Wake those who read what was written."""
    for follower in followers:
        follower(doing)


def doing() -> Act | None:
    """The verb that is being done, if one is."""
    return _act.get()


def release(session: Session) -> None:
    """End a reading transaction and give its connection back. What was read stays loaded, unlike after a rollback."""
    if (transaction := session.get_transaction()) is not None:
        transaction.close()


@contextmanager
def writing(session: Session) -> Iterator[Session]:
    """One writing transaction: the only commit in the house.

    A read transaction that stands is ended first: its connection goes back before we wait for our
    turn, or waiting writers would empty the pool for readers.
    """
    deadline = time.monotonic() + PATIENCE
    session.rollback()
    with turn_to_write(deadline):
        try:
            session.connection(execution_options={"begin": "IMMEDIATE", "deadline": deadline})
            yield session
            session.commit()
        except BaseException:
            session.rollback()
            raise


# ---- SQLite

in_process = BoundedSemaphore(1)


def keep_trying(step: Callable[[], Any], deadline: float) -> Any:
    """Try until it goes or the time is up, and let other greenlets run meanwhile."""
    while True:
        try:
            return step()
        except (BlockingIOError, sa.exc.OperationalError) as busy:
            if isinstance(busy, sa.exc.OperationalError) and "locked" not in str(busy.orig):
                raise
            if time.monotonic() > deadline:
                raise Busy from busy
            gevent.sleep(0.01)


@contextmanager
def turn_to_write(deadline: float) -> Iterator[None]:
    """This process's turn among its greenlets, then among processes. PostgreSQL needs neither."""
    lock_file = db.engine.dialect.name == "sqlite" and db.engine.url.database
    if not lock_file or lock_file == ":memory:":
        yield
        return
    if not in_process.acquire(timeout=max(0.0, deadline - time.monotonic())):
        raise Busy
    try:
        # Opened each time: a descriptor inherited through fork would share its lock.
        with open(Path(lock_file).with_name("writer.lock"), "a", opener=private) as file:
            keep_trying(lambda: fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB), deadline)
            yield
    finally:
        in_process.release()


def private(path: str, flags: int) -> int:
    """Open a file that only its owner may read."""
    return os.open(path, flags, 0o600)


def prepare_sqlite(connection: Any, _: Any) -> None:
    """A fresh connection: WAL, every commit on the disk, foreign keys, and no memory map."""
    for line in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "mmap_size=0"):
        connection.execute("PRAGMA " + line)


def begin_sqlite(connection: sa.Connection) -> None:
    """BEGIN as the transaction's user asked for it."""
    options = connection.get_execution_options()
    deadline = options.get("deadline") or time.monotonic() + PATIENCE
    keep_trying(lambda: connection.exec_driver_sql("BEGIN " + options.get("begin", "DEFERRED")), deadline)


def engine_options(url: str) -> dict[str, Any]:
    """How SQLAlchemy connects to each engine. An error in the log never holds what somebody typed."""
    if url.startswith("sqlite"):
        own = {"isolation_level": None, "timeout": 0, "check_same_thread": False}
        return {"connect_args": own, "hide_parameters": True}
    waits = f"-c lock_timeout={int(PATIENCE * 1000)}"  # a row or table that another holds: 503, not a hang
    return {
        "pool_size": 20, "max_overflow": 20, "pool_pre_ping": True, "pool_timeout": PATIENCE,
        "connect_args": {"options": waits}, "hide_parameters": True,
    }  # fmt: skip


def init_app(app: Flask) -> None:
    """Bind the database to the application."""
    url = app.config["SHOPALERT"].database_url
    app.config["SQLALCHEMY_DATABASE_URI"] = url
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = engine_options(url)
    if url.startswith("sqlite") and (file := sa.make_url(url).database):
        os.close(private(file, os.O_CREAT | os.O_RDWR))  # made here, or SQLite would let others read it
    db.init_app(app)
    app.teardown_appcontext(let_go)  # before the extension's own: what is registered last runs first
    with app.app_context():
        if db.engine.dialect.name == "sqlite":
            sa.event.listen(db.engine, "connect", prepare_sqlite)
            sa.event.listen(db.engine, "begin", begin_sqlite)


def let_go(_: BaseException | None) -> None:
    """End the request's session. A database that goes away only now takes back no answer that is ready."""
    try:
        db.session.remove()
    except sa.exc.DBAPIError as gone:
        current_app.logger.warning("the database left before its session ended: %s", type(gone).__name__)
        db.session().invalidate()


def insert_new(session: Session, model: Any, key: list[str], **values: Any) -> Any:
    """Insert unless the key stands already: the new row's id, or None.

    It waits for another's open transaction with that key. Read the row that stands by a separate
    statement: only its new snapshot sees it.
    """
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    statement = insert(model).values(**values).on_conflict_do_nothing(index_elements=key)
    return session.scalar(statement.returning(model.id))
