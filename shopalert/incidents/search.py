"""Search over incidents and what was said about them: the one seam behind which the engines differ.

Every word must be there. What holds the words as they were typed comes first; where that is little, what has words
that begin so, then what has words that are one slip of the finger away.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import zip_longest
from typing import Any

import sqlalchemy as sa
from rapidfuzz.distance import OSA
from sqlalchemy.orm import Session

from shopalert.incidents import index
from shopalert.incidents.cards import Card, cards, facts_query
from shopalert.incidents.engines import OWN, Wanted, find
from shopalert.incidents.models import Incident, KnownWord, Passage, Shelf
from shopalert.incidents.tokens import mark, stem, words_of

PAGE = 20
WORDS = 6  # of a query that are looked for
BEGINNING = 3  # letters from which on a word may be the beginning of one
NEAR = 6  # words that one mistyped word may have meant
FORGIVEN = 5  # letters of a word from which on a slip is forgiven; from LONG on, two
LONG = 9

Shelves = Callable[[Any], Any]  # of an audience, whether it is one of those that are looked through


def of_incidents(audience: Any) -> Any:
    return audience != index.BULLETINS


def of_bulletins(audience: Any) -> Any:
    return audience == index.BULLETINS


@dataclass(frozen=True)
class Narrowed:
    """Only some of what the reader may see."""

    scheme_id: uuid.UUID | None = None
    category: str = ""
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True)
class Hit:
    """An incident that was found, and the words about it that say why."""

    card: Card
    said: str = ""  # the message with most of the words, where the report itself has fewer
    audience: str = "members"


@dataclass(frozen=True)
class Found:
    """One page of results; `instead` says which typed word was read as which others."""

    hits: list[Hit] = field(default_factory=list)
    exact: int = 0
    instead: dict[str, list[str]] = field(default_factory=dict)
    stems: frozenset[str] = frozenset()
    beginnings: tuple[str, ...] = ()
    older: int | None = None  # what to ask for as `before`


@dataclass(frozen=True)
class Looked:
    """Numbers of passages: those that hold the words as typed, and those that hold what they may have meant."""

    exact: list[int] = field(default_factory=list)
    further: list[int] = field(default_factory=list)
    instead: dict[str, list[str]] = field(default_factory=dict)
    stems: frozenset[str] = frozenset()
    more: bool = False


def search(session: Session, text: str, only: Narrowed | None = None, before: int | None = None) -> Found:
    """The incidents that hold every word, in what the session may see."""
    only, words = only or Narrowed(), words_to_look_for(text)
    looked = look(session, words, only, before, of_incidents)
    hits = hits_of(session, looked.exact + looked.further, looked.stems)
    known = {hit.card.id for hit in hits}
    return Found(
        hits, exact=min(len(looked.exact), len(known)), instead=looked.instead, stems=looked.stems,
        beginnings=tuple(word for word in words if len(word) >= BEGINNING),
        older=looked.exact[-1] & (2**OWN - 1) if looked.more else None,
    )  # fmt: skip


def words_to_look_for(text: str) -> list[str]:
    return list(dict.fromkeys(words_of(text)))[:WORDS]


def look(session: Session, words: list[str], only: Narrowed, before: int | None, shelves: Shelves) -> Looked:
    """The passages of these shelves that hold every word; where that is little, further ones."""
    if not words:
        return Looked()
    ranges = ranges_of(session, only, before, shelves)
    marks = ((mark(only.category),),) if only.category else ()
    as_typed = Wanted((*((stem(word),) for word in words), *marks))
    numbers = newest(find(session, ranges, as_typed, PAGE + 1), PAGE + 1)
    exact = numbers[:PAGE]
    further: list[int] = []
    meant: dict[str, list[str]] = {}
    if len(exact) < PAGE and before is None:
        further, meant = less_strictly(session, ranges, words, marks, exact, shelves)
    stems = {stem(word) for word in (*words, *(each for found in meant.values() for each in found))}
    return Looked(exact, further, meant, frozenset(stems), len(numbers) > PAGE)


def ranges_of(
    session: Session, only: Narrowed, before: int | None, shelves: Shelves
) -> list[tuple[int, int]]:
    """Which passages may be looked at: the shelves that the wall lets this reader see, and nothing else."""
    query = sa.select(Shelf.number).where(shelves(Shelf.audience))
    if only.scheme_id is not None:
        query = query.where(Shelf.scheme_id == only.scheme_id)
    first = moment(only.since) if only.since else 0
    last = moment(only.until) if only.until else 2**OWN - 1
    if before is not None:
        last = min(last, before - 1)
    if last < first:
        return []
    return [(number << OWN | first, number << OWN | last) for number in session.scalars(query)]


def moment(at: datetime) -> int:
    return min(max(0, int(at.timestamp() * 1000) - index.EPOCH), 2**OWN - 1)


def newest(numbers: list[int], limit: int) -> list[int]:
    """Of several shelves, by time; the report on two shelves of one reader is one."""
    found: dict[int, int] = {}
    for number in numbers:
        found.setdefault(number & (2**OWN - 1), number)
    return [found[own] for own in sorted(found, reverse=True)[:limit]]


def less_strictly(
    session: Session,
    ranges: list[tuple[int, int]],
    words: list[str],
    marks: tuple[tuple[str, ...], ...],
    exact: list[int],
    shelves: Shelves,
) -> tuple[list[int], dict[str, list[str]]]:
    """More, where the words as typed stand in little: words that begin so, then words that were perhaps meant."""
    have = {number & (2**OWN - 1) for number in exact}

    def add(wanted: Wanted) -> list[int]:
        found = newest(find(session, ranges, wanted, PAGE), PAGE)
        fresh = [n for n in found if n & (2**OWN - 1) not in have]
        have.update(n & (2**OWN - 1) for n in fresh)
        return fresh

    further = []
    if all(len(word) >= BEGINNING for word in words):
        further = add(Wanted((*((word,) for word in words), *marks), start=True))[: PAGE - len(exact)]
    if len(exact) + len(further) >= PAGE:
        return further, {}
    meant = {word: near for word in words if (near := nearest(session, word, shelves))}
    guessed = [add(Wanted((*groups, *marks))) for groups in readings(words, meant)]
    fair = [number for one_of_each in zip_longest(*guessed) for number in one_of_each if number is not None]
    return further + fair[: PAGE - len(exact) - len(further)], meant if fair else {}


def readings(words: list[str], meant: dict[str, list[str]]) -> list[tuple[tuple[str, ...], ...]]:
    """What may have been meant: each reading of the first word with a slip on its own, so that a word that many
    reports hold does not hide a rare one; of further words any."""
    first = next(iter(meant), None)
    groups = {word: tuple(dict.fromkeys(map(stem, (word, *meant.get(word, ()))))) for word in words}
    if first is None:
        return []
    return [
        tuple((reading,) if word == first else groups[word] for word in words)
        for reading in dict.fromkeys(map(stem, meant[first]))
    ]


def nearest(session: Session, word: str, shelves: Shelves) -> list[str]:
    """The words of the reader's shelves that are one slip away, the closest first."""
    if len(word) < FORGIVEN - 1 or not word.isalpha():
        return []
    slips = 2 if len(word) >= LONG else 1
    shortest = max(FORGIVEN, len(word) - slips)
    query = sa.select(KnownWord.word).where(
        shelves(KnownWord.audience), KnownWord.length.between(shortest, len(word) + slips)
    )
    found = []
    for other in set(session.scalars(query)):
        away = OSA.distance(word, other, score_cutoff=slips)
        if 0 < away <= slips:
            found.append((away, other[:1] != word[:1], other))
    best = min((away for away, *_ in found), default=0)
    return [other for away, _, other in sorted(found) if away == best][:NEAR]


def complete(session: Session, text: str, limit: int = 8) -> list[str]:
    """Words that begin as the last one typed, of what the reader may see; with what stands before it."""
    words = words_of(text)
    if not words or text[-1:].isspace() or len(words[-1]) < BEGINNING:
        return []
    last = words[-1]
    query = sa.select(KnownWord.word).where(KnownWord.word.startswith(last, autoescape=True))
    once = query.group_by(KnownWord.word, KnownWord.length).order_by(KnownWord.length, KnownWord.word)
    found = session.scalars(once.limit(limit))
    return [" ".join((*words[:-1], word)) for word in found] if len(words) <= WORDS else []


# ---- what is shown of it


def matches(piece: str, found: Found) -> bool:
    """Whether a word of a text is one of those that were looked for."""
    words = words_of(piece)
    return any(stem(word) in found.stems or word.startswith(found.beginnings) for word in words)


def hits_of(session: Session, numbers: Sequence[int], stems: frozenset[str]) -> list[Hit]:
    """The incidents of these passages with the words that were looked for; the wall is asked again for each."""
    if not numbers:
        return []
    rows = session.execute(sa.select(Passage.number, Passage.incident_id).where(Passage.number.in_(numbers)))
    owner = {row.number: row.incident_id for row in rows}
    ids = list(dict.fromkeys(owner[number] for number in numbers if number in owner))
    query = facts_query().where(Incident.id.in_(ids), Incident.withdrawn_at.is_(None))
    found = {card.id: card for card in cards(session, query)}
    said = what_was_said(session, list(found))
    return [why(found[each], said.get(each, []), stems) for each in ids if each in found]


def what_was_said(session: Session, ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, list[tuple[str, str]]]:
    """(audience, text) about incidents, as far as the session may read it."""
    found: dict[uuid.UUID, list[tuple[str, str]]] = {}
    for source in index.texts if ids else ():
        for incident_id, audience, text in source(session, ids, False):
            found.setdefault(incident_id, []).append((audience, text))
    return found


def why(card: Card, said: list[tuple[str, str]], stems: frozenset[str]) -> Hit:
    """The message with most of the words, unless the report itself has as many."""

    def many(text: str) -> int:
        return len(stems & set(map(stem, words_of(text))))

    report = " ".join((card.narrative, card.place, card.category, card.reference))
    audience, text = max(said, key=lambda one: many(one[1]), default=("members", ""))
    return Hit(card, text, audience) if many(text) > many(report) else Hit(card)
