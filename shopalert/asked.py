"""Who stands at the wall, and what its statements ask of them when they run."""

from __future__ import annotations

import uuid
from contextvars import ContextVar
from typing import Any, Protocol

import sqlalchemy as sa

from shopalert.db import Moment, now


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


at_the_wall: ContextVar[Sees | None] = ContextVar("viewer_at_the_wall", default=None)


def _ask(name: str, of: str = "") -> Any:
    """A bind whose value is asked of the viewer when the statement runs.

    One that a statement uses for IN and for NOT IN needs two names: where the list is empty SQLAlchemy writes what
    stands for it once a name, and "nobody" would stand where "everybody" is meant.
    """

    def answer() -> list[Any]:
        viewer = at_the_wall.get()
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
