"""The wall: who sees which rows.

Not a method that every model defines and every view must remember, but the session itself: each ORM
statement gets the criteria below, and with no viewer entered it is refused. What the house does for
itself (fan-out, retention, commands) says so with `crossing("reason")`, in a session of its own,
because an identity map must not outlive its viewer.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column, with_loader_criteria
from sqlalchemy.orm.session import ORMExecuteState

from shopalert.asked import (
    COORDINATED,
    ME,
    NOT_TOLD_ONLY,
    NOW,
    POLICED,
    SCHEMES,
    THREADS,
    TOLD_ONLY,
    Sees,
    at_the_wall,
)
from shopalert.db import Moment, db, now, uuid7
from shopalert.reasons import REASONS

ENDING = ("warning", "missing")  # kinds of bulletins that have an end, stand until then, and go by themselves
THREAD = "thread:"  # then whose it is: premises of a business, or a person without any
ANY_THREAD = f"{THREAD}%"  # for LIKE


def thread_of(id_: uuid.UUID) -> str:
    """The audience of what stands between one business and the police of its scheme."""
    return f"{THREAD}{id_}"


def private_to(id_: uuid.UUID) -> str:
    """The audience of one person, or of the leads of premises or a firm: what is personal, and for no police."""
    return f"private:{id_}"


def may_hear(audience: str, theirs: Collection[str]) -> bool:
    """Whether what is meant for an audience is for somebody of these: police are in every thread of their schemes."""
    return audience in theirs or ("police" in theirs and audience.startswith(THREAD))


class Unscoped(RuntimeError):
    """A statement on walled rows by nobody, or a write behind somebody's wall."""


class Walled:
    """Common ancestor of all rows that belong to a scheme: what the guard looks for."""

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid7)
    scheme_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("scheme.id"), index=True)


class SchemeOwned(Walled):
    """Seen by its own scheme only."""


class Shareable(Walled):
    """Seen by its own scheme, and by those it was shared with."""


class OfIncident(Walled):
    """Seen by whoever sees its incident in its own scheme: what hangs on it is not shared with it."""

    incident_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("incident.id"), index=True)


class Withdrawable(Walled):
    """Once withdrawn it is seen only by its author, the coordinators and the police."""

    author_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("user.id"), index=True)
    withdrawn_at: Mapped[datetime | None] = mapped_column(Moment)


class Tellable(Withdrawable):
    """Where its scheme says so, the police see it only once they were told of it; its author always does."""

    told_police: Mapped[bool] = mapped_column(default=False)  # the reporter says that the police know of it


class Scheduled(Walled):
    """Until its time has come it is its author's alone."""

    author_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("user.id"), index=True)
    published_at: Mapped[datetime] = mapped_column(Moment, default=now)


class Addressed(Walled):
    """Between the one who wrote it and the one to whom it is written; nobody else, whatever their role."""

    author_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("user.id"), index=True)
    to_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("user.id"), index=True)


class Confided(Walled):
    """Told to the police and the coordinators of its scheme; besides them whoever told it reads it."""

    author_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("user.id"), index=True)


class Audienced(Walled):
    """Meant for `members`, `coordinators`, `police` or `thread:<id>` (one business and the police); nobody else."""

    audience: Mapped[str] = mapped_column(sa.String(60), default="members")


class OfBusiness(Walled):
    """Meant for one business, `thread:<premises>`: for who works there, its scheme's coordinators and the police."""

    audience: Mapped[str] = mapped_column(sa.String(60))


class ForTwo(SchemeOwned):
    """Meant for whom it is of, and for two audiences at once, each as `Audienced` has its one."""

    author_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("user.id"), index=True)
    first: Mapped[str] = mapped_column(sa.String(60))
    second: Mapped[str] = mapped_column(sa.String(60))


class OnShelf(Audienced):
    """What search looks through. Police who see only what they were told of have shelves of their own, `told`, beside
    that of all readers, `bulletins`. What police read of threads stands on `police`: a thread's is its business's."""


class Staged(Walled):
    """Of its author alone until it is attached to an incident or a bulletin; then of whoever may read that. A bulletin
    that ends takes it away from members with its end, one that is recalled at once."""

    author_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("user.id"))
    incident_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("incident.id"), index=True)
    bulletin_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("bulletin.id"), index=True)

    @classmethod
    def loose(cls) -> sa.ColumnElement[bool]:
        """Part of nothing yet."""
        return sa.and_(cls.incident_id.is_(None), cls.bulletin_id.is_(None))


def only(cls: type[Any], seen: Any) -> Any:
    """Of these rows those alone, in whatever statement and under whatever name."""
    return with_loader_criteria(cls, seen, include_aliases=True)


def build_wall() -> tuple[Any, ...]:
    """The criteria, made once when all models are known."""
    share = db.metadata.tables["share"]
    # Under a name of its own, because the statement may ask incidents too; asked row by row, by the incident's key,
    # because a list of all that the viewer may see grows with the town.
    incident = db.metadata.tables["incident"].alias("seen_incident")
    shared = sa.select(share.c.thing_id).where(
        share.c.to_scheme_id.in_(SCHEMES), share.c.ended_at.is_(None), share.c.until > NOW
    )
    standing = sa.or_(
        incident.c.withdrawn_at.is_(None),
        incident.c.author_id.in_(ME),
        incident.c.scheme_id.in_(COORDINATED),
        incident.c.scheme_id.in_(POLICED),
    )
    # What a scheme keeps from the police reaches nobody by a share: among those are police, too.
    scheme = db.metadata.tables["scheme"].alias("open_scheme")
    open_to_police = sa.select(scheme.c.id).where(scheme.c.officers_see_unreported)
    known = sa.or_(
        incident.c.told_police,
        incident.c.author_id.in_(ME),
        sa.and_(
            incident.c.scheme_id.not_in(NOT_TOLD_ONLY),
            sa.or_(incident.c.scheme_id.in_(SCHEMES), incident.c.scheme_id.in_(open_to_police)),
        ),
    )
    may_be_seen = sa.and_(
        sa.or_(incident.c.scheme_id.in_(SCHEMES), incident.c.id.in_(shared)), standing, known
    )
    seen = sa.select(sa.literal(1)).select_from(incident).where(may_be_seen).correlate_except(incident)
    bulletin = db.metadata.tables["bulletin"].alias("read_bulletin")
    readable = sa.and_(
        sa.or_(bulletin.c.scheme_id.in_(SCHEMES), bulletin.c.id.in_(shared)),
        sa.or_(bulletin.c.published_at <= NOW, bulletin.c.author_id.in_(ME)),
        sa.or_(
            bulletin.c.author_id.in_(ME),
            bulletin.c.scheme_id.in_(COORDINATED),
            bulletin.c.scheme_id.in_(POLICED),
            sa.and_(
                bulletin.c.withdrawn_at.is_(None),
                sa.or_(bulletin.c.kind.not_in(ENDING), bulletin.c.ends_at > NOW),
            ),
        ),
    )
    read = sa.select(sa.literal(1)).select_from(bulletin).where(readable).correlate_except(bulletin)
    return (
        only(SchemeOwned, lambda cls: cls.scheme_id.in_(SCHEMES)),
        only(Shareable, lambda cls: sa.or_(cls.scheme_id.in_(SCHEMES), cls.id.in_(shared))),
        only(
            OfIncident,
            lambda cls: sa.and_(
                cls.scheme_id.in_(SCHEMES), seen.where(incident.c.id == cls.incident_id).exists()
            ),
        ),
        only(
            Withdrawable,
            lambda cls: sa.or_(
                cls.withdrawn_at.is_(None),
                cls.author_id.in_(ME),
                cls.scheme_id.in_(COORDINATED),
                cls.scheme_id.in_(POLICED),
            ),
        ),
        only(Scheduled, lambda cls: sa.or_(cls.published_at <= NOW, cls.author_id.in_(ME))),
        only(Addressed, lambda cls: sa.or_(cls.author_id.in_(ME), cls.to_id.in_(ME))),
        only(
            Confided,
            lambda cls: sa.or_(
                cls.author_id.in_(ME), cls.scheme_id.in_(COORDINATED), cls.scheme_id.in_(POLICED)
            ),
        ),
        only(
            Tellable,
            lambda cls: sa.or_(
                cls.told_police,
                cls.author_id.in_(ME),
                sa.and_(
                    cls.scheme_id.not_in(NOT_TOLD_ONLY),
                    sa.or_(cls.scheme_id.in_(SCHEMES), cls.scheme_id.in_(open_to_police)),
                ),
            ),
        ),
        only(
            Audienced,
            lambda cls: sa.or_(
                cls.audience.in_(("members", "bulletins")),
                sa.and_(cls.audience == "coordinators", cls.scheme_id.in_(COORDINATED)),
                sa.and_(cls.audience == "police", cls.scheme_id.in_(POLICED)),
                sa.and_(cls.audience == "told", cls.scheme_id.in_(TOLD_ONLY)),
                cls.audience.in_(THREADS),
                sa.and_(cls.audience.like(ANY_THREAD), cls.scheme_id.in_(POLICED)),
            ),
        ),
        only(
            OfBusiness,
            lambda cls: sa.or_(
                cls.audience.in_(THREADS), cls.scheme_id.in_(COORDINATED), cls.scheme_id.in_(POLICED)
            ),
        ),
        only(
            ForTwo,
            lambda cls: sa.or_(
                cls.author_id.in_(ME),
                cls.first == "members",
                cls.first.in_(THREADS),
                cls.second.in_(THREADS),
                sa.and_(
                    sa.or_(cls.first == "coordinators", cls.second == "coordinators"),
                    cls.scheme_id.in_(COORDINATED),
                ),
                sa.and_(
                    sa.or_(cls.first == "police", cls.second == "police", cls.first.like(ANY_THREAD)),
                    cls.scheme_id.in_(POLICED),
                ),
            ),
        ),
        only(
            OnShelf,
            lambda cls: sa.and_(
                sa.or_(cls.scheme_id.not_in(NOT_TOLD_ONLY), cls.audience.in_(("told", "bulletins"))),
                sa.or_(cls.audience.not_like(ANY_THREAD), cls.audience.in_(THREADS)),
            ),
        ),
        only(
            Staged,
            lambda cls: sa.or_(
                sa.and_(cls.loose(), cls.author_id.in_(ME)),
                seen.where(incident.c.id == cls.incident_id).exists(),
                read.where(bulletin.c.id == cls.bulletin_id).exists(),
            ),
        ),
    )


_wall: list[Any] = []


def guard(state: ORMExecuteState) -> None:
    """Put the wall into each ORM statement; refuse those of nobody."""
    if state.is_column_load or state.session.info.get("crosses"):
        return
    if at_the_wall.get() is None and any(issubclass(mapper.class_, Walled) for mapper in state.all_mappers):
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
    viewer = at_the_wall.get()
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
    viewer = at_the_wall.get()
    for row in [*session.new, *session.dirty, *session.deleted]:
        if isinstance(row, Walled) and (viewer is None or row.scheme_id not in viewer.schemes):
            raise Unscoped(f"a write to {type(row).__name__} of another scheme")


def tell_postgres(session: Session, _transaction: Any, connection: sa.Connection) -> None:
    """PostgreSQL has a wall of its own (row-level security): say whose schemes this transaction may touch."""
    if connection.dialect.name != "postgresql":
        return
    viewer = at_the_wall.get()
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
    token = at_the_wall.set(viewer)
    try:
        yield
    finally:
        at_the_wall.reset(token)


def enter(viewer: Sees | None) -> Any:
    """As `entered`, for the start of a request; give the answer to `leave`."""
    return at_the_wall.set(viewer)


def leave(token: Any) -> None:
    at_the_wall.reset(token)


def who_is_entered() -> Sees | None:
    """The viewer at the wall."""
    return at_the_wall.get()


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
