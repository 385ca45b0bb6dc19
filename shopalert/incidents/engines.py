"""The index of search, where the two engines differ: words in, numbers of passages out.

A passage's number is `shelf << 40 | the incident's own integer`, so one shelf is one range of numbers and the newest
of a shelf are its highest: both engines find the newest twenty without looking at the rest, however many there are.
SQLite has FTS5. PostgreSQL looks through the newest WINDOW of a shelf first, and only then asks its GIN index, whose
words carry their shelf.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import TSQUERY, TSVECTOR
from sqlalchemy.orm import Session

OWN = 40  # bits of the incident's own integer
WINDOW = 1000
NAME = "passage_index"
rowid: Any = sa.column("rowid", sa.BigInteger)
words: Any = sa.column("words", sa.Text)
INDEX: Any = sa.table(NAME, rowid, words)
COMMAND: Any = sa.table(NAME, sa.column(NAME), sa.column("rank"), sa.column("rowid"), sa.column("words"))


@dataclass(frozen=True)
class Wanted:
    """What must stand in a passage: one of each group; `start` says that words may go on."""

    groups: tuple[tuple[str, ...], ...]
    start: bool = False


def is_sqlite(session: Session) -> bool:
    return session.get_bind().dialect.name == "sqlite"


def put(session: Session, rows: Sequence[tuple[int, Iterable[str]]]) -> None:
    """Write the words of these passages, which were not in the index."""
    if not rows:
        return
    if is_sqlite(session):
        session.execute(
            sa.insert(INDEX), [{"rowid": n, "words": " ".join(sorted(found))} for n, found in rows]
        )
        return
    vector: Any = sa.cast(sa.bindparam("found", type_=sa.Text), TSVECTOR)
    session.execute(
        sa.insert(INDEX).values(rowid=sa.bindparam("number"), words=vector),
        [
            {"number": n, "found": " ".join(quoted(n >> OWN, word) for word in sorted(found))}
            for n, found in rows
        ],
    )


def drop(session: Session, rows: Sequence[tuple[int, Iterable[str]]]) -> None:
    """Take these passages out. SQLite keeps no text in its index and must be told what stood there."""
    if not rows:
        return
    if is_sqlite(session):
        gone = [{NAME: "delete", "rowid": n, "words": " ".join(sorted(found))} for n, found in rows]
        session.execute(sa.insert(COMMAND), gone)
    else:
        session.execute(sa.delete(INDEX).where(rowid.in_([number for number, _ in rows])))


def clear(session: Session) -> None:
    """Everything out, for building anew."""
    if is_sqlite(session):
        session.execute(sa.insert(COMMAND), [{NAME: "delete-all"}])
    else:
        session.execute(sa.delete(INDEX))


def tidy(session: Session) -> None:
    """One small step of merging what was written: SQLite's reads grow slower without, and reports with a big one."""
    if is_sqlite(session):
        session.execute(sa.insert(COMMAND), [{NAME: "merge", "rank": 64}])


def find(session: Session, ranges: Sequence[tuple[int, int]], wanted: Wanted, limit: int) -> list[int]:
    """The highest numbers of each range whose passages hold what is wanted; `limit` of each range at most."""
    if not ranges or not wanted.groups:
        return []
    if is_sqlite(session):
        match: Any = sa.column(NAME).op("MATCH")(fts(wanted))
        return numbers(session, [newest(range_, limit).where(match) for range_ in ranges])
    found = numbers(session, [in_window(range_, wanted, limit) for range_ in ranges])
    rest = [range_ for range_ in ranges if sum(range_[0] <= n <= range_[1] for n in found) < limit]
    if not rest:
        return found
    return sorted(
        {*found, *numbers(session, [by_index(range_, wanted, limit) for range_ in rest])}, reverse=True
    )


def newest(range_: tuple[int, int], limit: int) -> Any:
    return (
        sa.select(rowid).select_from(INDEX).where(rowid.between(*range_)).order_by(rowid.desc()).limit(limit)
    )


def in_window(range_: tuple[int, int], wanted: Wanted, limit: int) -> Any:
    """Among the newest of a shelf: a word that many hold is found at once."""
    last = sa.select(rowid, words).select_from(INDEX).where(rowid.between(*range_))
    window = last.order_by(rowid.desc()).limit(WINDOW).subquery()
    holds = window.c.words.op("@@")(tsquery(range_[0] >> OWN, wanted))
    return sa.select(window.c.rowid).where(holds).order_by(window.c.rowid.desc()).limit(limit)


def by_index(range_: tuple[int, int], wanted: Wanted, limit: int) -> Any:
    """All that hold it; few, or the window would have done. Apart: the planner would walk the numbers instead."""
    holds = words.op("@@")(tsquery(range_[0] >> OWN, wanted))
    found = (
        sa.select(rowid)
        .select_from(INDEX)
        .where(holds)
        .cte()
        .prefix_with("MATERIALIZED", dialect="postgresql")
    )
    return (
        sa.select(found.c.rowid)
        .where(found.c.rowid.between(*range_))
        .order_by(found.c.rowid.desc())
        .limit(limit)
    )


def numbers(session: Session, parts: list[Any]) -> list[int]:
    """All of them by one statement, highest first within each part."""
    each = [sa.select(part.subquery()) for part in parts]
    return list(session.scalars(sa.union_all(*each) if len(each) > 1 else each[0]))


def fts(wanted: Wanted) -> str:
    """FTS5's language. Words hold letters and digits alone, so quoting them is enough."""
    star = "*" if wanted.start else ""
    groups = [" OR ".join(f'"{word}"{star}' for word in group) for group in wanted.groups]
    return " AND ".join(f"({group})" for group in groups)


def tsquery(shelf: int, wanted: Wanted) -> Any:
    """PostgreSQL's."""
    star = ":*" if wanted.start else ""
    groups = [" | ".join(quoted(shelf, word) + star for word in group) for group in wanted.groups]
    return sa.cast(" & ".join(f"({group})" for group in groups), TSQUERY)


def quoted(shelf: int, word: str) -> str:
    return f"'{shelf}:{word}'"
