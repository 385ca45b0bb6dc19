"""The wall: who sees which rows.

Not a method that every model defines and every view must remember, but the session itself: each ORM
statement gets the criteria below, and with no viewer entered it is refused. What the house does for
itself (fan-out, retention, commands) says so with `crossing("reason")`, in a session of its own,
because an identity map must not outlive its viewer.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from typing import Any, Protocol

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column, with_loader_criteria
from sqlalchemy.orm.session import ORMExecuteState

from shopalert.db import Moment, db, now, uuid7

# Who may work without a viewer, and why. A new reason is a decision: keep the list short.
REASONS = {
    "viewer": "find out whose session this is and what it may see",
    "live": "read the event log for all streams of this process",
    "deliveries": "find the devices to tell, and tell them",
    "derivatives": "make the shared copies of pictures",
    "audit": "note what was looked at or refused",
    "looks": "write down who looked at what",
    "seal": "chain the audit rows",
    "reading": "note what somebody has read",
    "index": "keep the words that search looks through",
    "janitor": "remove what was staged and never sent",
    "readiness": "count what waits",
    "letters": "write the digests and newsletters that people chose",
    "demo": "load the demonstration",
    "seed": "load a fixture",
    "command": "an operator's command",
    "operating": "set up districts, schemes and people, and end what somebody may see",
    "joining": "let somebody in who is not inside yet, or who has to agree anew",
}


class Unscoped(RuntimeError):
    """A statement on walled rows by nobody, or a write behind somebody's wall."""


class Sees(Protocol):
    """What the wall asks of a viewer."""

    @property
    def user_id(self) -> uuid.UUID: ...
    @property
    def schemes(self) -> tuple[uuid.UUID, ...]: ...
    @property
    def coordinator_schemes(self) -> tuple[uuid.UUID, ...]: ...
    @property
    def police_schemes(self) -> tuple[uuid.UUID, ...]: ...
    @property
    def told_only_schemes(self) -> tuple[uuid.UUID, ...]: ...
    @property
    def threads(self) -> tuple[str, ...]: ...


_viewer: ContextVar[Sees | None] = ContextVar("viewer_at_the_wall", default=None)


def _ask(name: str, of: str = "") -> Any:
    """A bind whose value is asked of the viewer when the statement runs.

    One that a statement uses for IN and for NOT IN needs two names: where the list is empty SQLAlchemy writes what
    stands for it once a name, and "nobody" would stand where "everybody" is meant.
    """

    def answer() -> list[Any]:
        viewer = _viewer.get()
        if viewer is None:
            return []
        asked = of or name
        return [viewer.user_id] if asked == "user_id" else list(getattr(viewer, asked))

    kind: Any = sa.String() if name == "threads" else sa.Uuid()
    return sa.bindparam(f"wall_{name}", callable_=answer, expanding=True, type_=kind)


SCHEMES = _ask("schemes")
COORDINATED = _ask("coordinator_schemes")
POLICED = _ask("police_schemes")
NOT_TOLD_ONLY = _ask("told_only_schemes")  # for NOT IN
TOLD_ONLY = _ask("among_told_only", "told_only_schemes")  # for IN
THREADS = _ask("threads")
ME = _ask("user_id")
NOW = sa.bindparam("wall_now", callable_=now, type_=Moment())


class Walled:
    """Common ancestor of all rows that belong to a scheme: what the guard looks for."""

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid7)
    scheme_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("scheme.id"), index=True)


class SchemeOwned(Walled):
    """Seen by its own scheme only."""


class Shareable(Walled):
    """Seen by its own scheme, and by those it was shared with."""


class OfIncident(Walled):
    """Seen by whoever sees its incident."""

    incident_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("incident.id"), index=True)


class Withdrawable(Walled):
    """Once withdrawn it is seen only by its author, the coordinators and the police."""

    author_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("user.id"), index=True)
    withdrawn_at: Mapped[datetime | None] = mapped_column(Moment)


class Tellable(Withdrawable):
    """Where its scheme says so, the police see it only once they were told of it; its author always does."""

    told_police: Mapped[bool] = mapped_column(default=False)  # the reporter says that the police know of it


class Audienced(Walled):
    """Meant for `members`, `coordinators`, `police` or `thread:<id>`, and for nobody else."""

    audience: Mapped[str] = mapped_column(sa.String(60), default="members")


class OnShelf(Audienced):
    """What search looks through. Police who see only what they were told of have shelves of their own, `told`."""


class Staged(Walled):
    """Of its author alone until it is attached to an incident."""

    author_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("user.id"))
    incident_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("incident.id"), index=True)


def share_table() -> Any:
    return db.metadata.tables["share"]


def build_wall() -> tuple[Any, ...]:
    """The criteria, made once when all models are known."""
    share, incident = share_table(), db.metadata.tables["incident"]
    shared = sa.select(share.c.thing_id).where(
        share.c.to_scheme_id.in_(SCHEMES), share.c.ended_at.is_(None), share.c.until > NOW
    )
    standing = sa.or_(
        incident.c.withdrawn_at.is_(None),
        incident.c.author_id.in_(ME),
        incident.c.scheme_id.in_(COORDINATED),
        incident.c.scheme_id.in_(POLICED),
    )
    known = sa.or_(
        incident.c.scheme_id.not_in(NOT_TOLD_ONLY), incident.c.told_police, incident.c.author_id.in_(ME)
    )
    incidents = sa.select(incident.c.id).where(
        sa.or_(incident.c.scheme_id.in_(SCHEMES), incident.c.id.in_(shared)), standing, known
    )
    return (
        with_loader_criteria(SchemeOwned, lambda cls: cls.scheme_id.in_(SCHEMES), include_aliases=True),
        with_loader_criteria(
            Shareable,
            lambda cls: sa.or_(cls.scheme_id.in_(SCHEMES), cls.id.in_(shared)),
            include_aliases=True,
        ),
        with_loader_criteria(OfIncident, lambda cls: cls.incident_id.in_(incidents), include_aliases=True),
        with_loader_criteria(
            Withdrawable,
            lambda cls: sa.or_(
                cls.withdrawn_at.is_(None),
                cls.author_id.in_(ME),
                cls.scheme_id.in_(COORDINATED),
                cls.scheme_id.in_(POLICED),
            ),
            include_aliases=True,
        ),
        with_loader_criteria(
            Tellable,
            lambda cls: sa.or_(cls.scheme_id.not_in(NOT_TOLD_ONLY), cls.told_police, cls.author_id.in_(ME)),
            include_aliases=True,
        ),
        with_loader_criteria(
            Audienced,
            lambda cls: sa.or_(
                cls.audience == "members",
                sa.and_(cls.audience == "coordinators", cls.scheme_id.in_(COORDINATED)),
                sa.and_(cls.audience == "police", cls.scheme_id.in_(POLICED)),
                sa.and_(cls.audience == "told", cls.scheme_id.in_(TOLD_ONLY)),
                cls.audience.in_(THREADS),
            ),
            include_aliases=True,
        ),
        with_loader_criteria(
            OnShelf,
            lambda cls: sa.or_(cls.scheme_id.not_in(NOT_TOLD_ONLY), cls.audience == "told"),
            include_aliases=True,
        ),
        with_loader_criteria(
            Staged,
            lambda cls: sa.or_(
                sa.and_(cls.incident_id.is_(None), cls.author_id.in_(ME)), cls.incident_id.in_(incidents)
            ),
            include_aliases=True,
        ),
    )


_wall: list[Any] = []


def guard(state: ORMExecuteState) -> None:
    """Put the wall into each ORM statement; refuse those of nobody."""
    if state.is_column_load or state.session.info.get("crosses"):
        return
    if _viewer.get() is None and any(issubclass(mapper.class_, Walled) for mapper in state.all_mappers):
        raise Unscoped("walled rows were asked for with no viewer entered")
    if state.is_insert:
        refuse_foreign_inserts(state)
    if not _wall:
        _wall.extend(build_wall())
    state.statement = state.statement.options(*_wall)


def refuse_foreign_inserts(state: ORMExecuteState) -> None:
    """An INSERT that is a statement and no object: `before_flush` does not see it."""
    statement: Any = state.statement
    if not any(issubclass(mapper.class_, Walled) for mapper in state.all_mappers):
        return
    viewer = _viewer.get()
    given: Any = state.parameters or {}
    rows = given if isinstance(given, list | tuple) else [given]
    always = {column.key: getattr(bind, "value", None) for column, bind in (statement._values or {}).items()}
    for row in rows:
        scheme_id = {**always, **row}.get("scheme_id")
        if viewer is None or scheme_id not in viewer.schemes:
            raise Unscoped(f"an insert into {statement.table.name} of another scheme")


def refuse_foreign_writes(session: Session, *_: Any) -> None:
    """An insert or a change must lie inside the viewer's schemes."""
    if session.info.get("crosses"):
        return
    viewer = _viewer.get()
    for row in [*session.new, *session.dirty, *session.deleted]:
        if isinstance(row, Walled) and (viewer is None or row.scheme_id not in viewer.schemes):
            raise Unscoped(f"a write to {type(row).__name__} of another scheme")


def tell_postgres(session: Session, _transaction: Any, connection: sa.Connection) -> None:
    """PostgreSQL has a wall of its own (row-level security): say whose schemes this transaction may touch."""
    if connection.dialect.name != "postgresql":
        return
    viewer = _viewer.get()
    crossing_it = "yes" if session.info.get("crosses") else "no"
    schemes = ",".join(str(scheme) for scheme in viewer.schemes) if viewer else ""
    connection.execute(
        sa.select(
            sa.func.set_config("shopalert.crossing", crossing_it, True),
            sa.func.set_config("shopalert.schemes", schemes, True),
        )
    )


@contextmanager
def entered(viewer: Sees | None) -> Iterator[None]:
    """Inside, the house is seen as this viewer sees it."""
    token = _viewer.set(viewer)
    try:
        yield
    finally:
        _viewer.reset(token)


def enter(viewer: Sees | None) -> Any:
    """As `entered`, for the start of a request; give the answer to `leave`."""
    return _viewer.set(viewer)


def leave(token: Any) -> None:
    _viewer.reset(token)


def who_is_entered() -> Sees | None:
    """The viewer at the wall."""
    return _viewer.get()


@contextmanager
def crossing(reason: str) -> Iterator[Session]:
    """A session of its own that sees all rows, for the reason given."""
    if reason not in REASONS:
        raise Unscoped(f"no such reason to cross the wall: {reason}")
    with Session(db.engine, expire_on_commit=False, info={"crosses": reason}) as session:
        yield session


def init_app() -> None:
    """The guard stands at every session, Flask-SQLAlchemy's and our own."""
    if not sa.event.contains(Session, "do_orm_execute", guard):
        sa.event.listen(Session, "do_orm_execute", guard)
        sa.event.listen(Session, "before_flush", refuse_foreign_writes)
        sa.event.listen(Session, "after_begin", tell_postgres)
