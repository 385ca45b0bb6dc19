"""Keeps what search looks through: the words of each thing, once for each audience that may read it.

A passage for police holds what members read and what was said to police; it stands on the police's own shelf, so that
neither a result nor a count nor a suggestion can come to a member from words that are not for members. Where a scheme
shows the police only what they were told of, they look through the shelf `told` and no other. Passages are written in
the transaction of the report, the edit or the comment, and leave the index with a withdrawal.

Tables are asked here, not the wall: the member who adds a comment does not see the police's passage, which needs the
new words too.
"""

from __future__ import annotations

import secrets
import threading
import time
import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from flask import Flask
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from shopalert import db as house
from shopalert.db import Act, uuid7, writing
from shopalert.incidents import engines
from shopalert.incidents.engines import OWN
from shopalert.incidents.models import Category, Incident, KnownWord, Passage, Shelf
from shopalert.incidents.telling import flag_words, person_words, vehicle_words
from shopalert.incidents.tokens import can_be_misspelt, entries, mark, words_of
from shopalert.schemes.models import Premises, SchemeCategory
from shopalert.wall import crossing

BATCH = 200
DESCRIBED = ("people", "vehicles", "goods", "flags", "direction", "words_spoken")
NUMBERS = ("incident_number", "crime_number", "online_number")
TIDY_EVERY = 30.0  # seconds
EPOCH = int(datetime(2020, 1, 1, tzinfo=UTC).timestamp() * 1000)

# Rooms above this one say what was said about incidents: (incident, audience, text), all of it or under the wall.
Said = Iterable[tuple[uuid.UUID, str, str]]
Gone = tuple[
    Any, uuid.UUID, str, set[str]
]  # the passage that stood, its scheme and audience, what stays of it
texts: list[Callable[[Session, Sequence[uuid.UUID], bool], Said]] = []

# Shelves whose words are all readers' of a scheme, also of police who are shown only what they were told of.
BULLETINS = "bulletins"

incident, category, premises = Incident.__table__, Category.__table__, Premises.__table__
own_kind = SchemeCategory.__table__
passage, shelf, known = Passage.__table__, Shelf.__table__, KnownWord.__table__


@dataclass
class Read:
    """What one thing says, to each audience."""

    id: uuid.UUID
    scheme_id: uuid.UUID
    clocks: dict[str, datetime]
    words: dict[str, set[str]] = field(default_factory=dict)  # none at all once it is withdrawn
    police_were_told: bool = False
    suggested: bool = True  # its words complete what is typed, and stand for those that were mistyped


@dataclass(frozen=True)
class Source:
    """Things that can be searched: where their passages stand, what they say, and which of them the index lacks."""

    passages: Any
    owner: str
    read: Callable[[Session, Sequence[uuid.UUID]], list[Read]]
    lacking: Callable[[Session], list[uuid.UUID]]

    @property
    def of(self) -> Any:
        return self.passages.c[self.owner]


def own_integer(incident_id: uuid.UUID) -> int:
    """Its time, as its id says it: the order of passages is that of the feed."""
    return max(0, (incident_id.int >> 80) - EPOCH) & (2**OWN - 1)


def moment_of(number: int) -> datetime:
    return datetime.fromtimestamp(((number & (2**OWN - 1)) + EPOCH) / 1000, UTC)


# ---- within the transaction


def keep_words(act: Act, session: Session) -> None:
    """The finisher: what was announced about an incident may have changed its words."""
    ids = {said.incident_id for said in act.announced if said.incident_id is not None}
    if ids:
        index(session, sorted(ids), INCIDENTS)


def index(session: Session, ids: Sequence[uuid.UUID], source: Source) -> None:
    """Make the index say what these things say now."""
    session.flush()
    now_said, stood = source.read(session, ids), standing(session, ids, source)
    gone: list[Gone] = []
    new: list[tuple[Read, str, int | None]] = []
    for one in now_said:
        for audience in one.words.keys() | {audience for owner, audience in stood if owner == one.id}:
            before, after = stood.get((one.id, audience)), one.words.get(audience)
            if before is not None and after is not None and before.words == spelt(after):
                continue
            if before is not None:
                gone.append((before, one.scheme_id, audience, after or set()))
            if after:
                new.append((one, audience, before.number if before is not None else None))
    take_out(session, gone, source)
    put_in(session, new, source)
    forget_words(session, gone)


def read(session: Session, ids: Sequence[uuid.UUID]) -> list[Read]:
    """The words of incidents as they stand."""
    rows = session.execute(
        sa.select(
            incident.c.id, incident.c.scheme_id, incident.c.narrative, incident.c.reference, incident.c.category_code,
            incident.c.violence, incident.c.weapon, incident.c.in_progress, incident.c.withdrawn_at,
            incident.c.shown_until, incident.c.kept_until, incident.c.category_own, incident.c.told_police,
            *(incident.c[name] for name in DESCRIBED), *(incident.c[name] for name in NUMBERS),
            category.c.label, own_kind.c.label.label("own_label"), premises.c.name, premises.c.street,
        )
        .select_from(incident)
        .join(category, category.c.code == incident.c.category_code)
        .outerjoin(
            own_kind,
            sa.and_(own_kind.c.scheme_id == incident.c.scheme_id, own_kind.c.code == incident.c.category_own),
        )
        .outerjoin(premises, premises.c.id == incident.c.premises_id)
        .where(incident.c.id.in_(ids))
    ).all()  # fmt: skip
    found = {}
    for row in rows:
        one = Read(row.id, row.scheme_id, {"shown_until": row.shown_until, "kept_until": row.kept_until})
        if row.withdrawn_at is None:
            said = (
                row.narrative,
                row.reference,
                row.label,
                row.own_label,
                row.name,
                row.street,
                *(getattr(row, name) for name in NUMBERS),
                *described(row),
            )
            flags = [flag for flag in ("violence", "weapon", "in_progress") if getattr(row, flag)]
            marks = map(mark, filter(None, [row.category_code, row.category_own, *flags]))
            one.words["members"] = {*words_of(" ".join(filter(None, said))), *marks}
            if more := set(words_of(" ".join(guarded(row)))):
                one.words["coordinators"], one.words["police"] = set(more), set(more)
            one.police_were_told = row.told_police
        found[row.id] = one
    for source in texts:
        for incident_id, audience, text in source(session, ids, True):
            if (one := found[incident_id]).words:
                one.words.setdefault(audience, set()).update(words_of(text))
    for one in found.values():
        for audience in one.words:
            one.words[audience] |= one.words["members"]  # who reads more reads the report too
        if one.words and one.police_were_told:
            one.words["told"] = set(one.words.get("police", one.words["members"]))
    return list(found.values())


def described(row: Any) -> list[str]:
    """What every member reads of the descriptions. How somebody's skin looked is nothing to search by."""
    people = [] if "child" in row.flags else [person_words(each) for each in row.people]
    vehicles = [vehicle_words(each) for each in row.vehicles]
    goods = [each.get("what", "") for each in row.goods]
    return [*people, *vehicles, *goods, *flag_words(row.flags), row.direction, row.words_spoken]


def guarded(row: Any) -> list[str]:
    """What coordinators and police read beyond that: whole registrations, and what is kept from members of a child."""
    plates = [each.get("registration", "") for each in row.vehicles]
    people = [person_words(each) for each in row.people] if "child" in row.flags else []
    kept = set(flag_words(row.flags, guarded=True)) - set(flag_words(row.flags))
    return [*people, *plates, *(plate.replace(" ", "") for plate in plates), *sorted(kept)]


def spelt(words: Iterable[str]) -> str:
    return " ".join(sorted(words))


def standing(session: Session, ids: Sequence[uuid.UUID], source: Source) -> dict[tuple[uuid.UUID, str], Any]:
    """The passages that stand, for every audience."""
    rows = session.execute(sa.select(source.passages).where(source.of.in_(ids)))
    return {(getattr(row, source.owner), row.audience): row for row in rows}


def take_out(session: Session, gone: Sequence[Gone], source: Source) -> None:
    if gone:
        stood = [one[0] for one in gone]
        engines.drop(session, [(before.number, entries(before.words.split())) for before in stood])
        stood_there = source.passages.c.id.in_([before.id for before in stood])
        session.execute(sa.delete(source.passages).where(stood_there))


def put_in(session: Session, new: Sequence[tuple[Read, str, int | None]], source: Source) -> None:
    """Passages with their numbers, their words in the index, and the words that were not known."""
    if not new:
        return
    numbers = Numbers(session, source.passages)
    rows: list[dict[str, Any]] = [
        {
            "id": uuid7(), "scheme_id": one.scheme_id, source.owner: one.id, "audience": audience,
            "number": number or numbers.of(one, audience), "words": spelt(one.words[audience]), **one.clocks,
        }
        for one, audience, number in new
    ]  # fmt: skip
    session.execute(sa.insert(source.passages), rows)
    engines.put(session, [(row["number"], entries(row["words"].split())) for row in rows])
    learn_words(session, new)


class Numbers:
    """Gives passages their numbers: the shelf's, and the time; where two fall into one millisecond, the next."""

    def __init__(self, session: Session, passages: Any) -> None:
        self.session = session
        self.passages = passages
        self.given: set[int] = set()
        self.shelves: dict[tuple[uuid.UUID, str], int] = {}

    def of(self, one: Read, audience: str) -> int:
        number = self.shelf(one.scheme_id, audience) << OWN | own_integer(one.id)
        column = self.passages.c.number
        near = sa.select(column).where(column.between(number, number + BATCH))
        taken = self.given | set(self.session.scalars(near))
        while number in taken:
            number += 1
        self.given.add(number)
        return number

    def shelf(self, scheme_id: uuid.UUID, audience: str) -> int:
        key = scheme_id, audience
        if key not in self.shelves:
            self.shelves[key] = self.find(*key) or self.make(*key)
        return self.shelves[key]

    def find(self, scheme_id: uuid.UUID, audience: str) -> int | None:
        query = sa.select(shelf.c.number).where(shelf.c.scheme_id == scheme_id, shelf.c.audience == audience)
        return self.session.scalar(query)

    def make(self, scheme_id: uuid.UUID, audience: str) -> int:
        """By lot: two transactions that make their first shelves at a time need not wait for each other."""
        while True:
            row = {"id": uuid7(), "scheme_id": scheme_id, "audience": audience}
            insert_unless_there(self.session, shelf, [{**row, "number": 1 + secrets.randbelow(2**22)}])
            if found := self.find(scheme_id, audience):
                return found


def insert_unless_there(session: Session, table: Any, rows: list[dict[str, Any]]) -> None:
    insert = sqlite.insert if engines.is_sqlite(session) else postgresql.insert
    session.execute(insert(table).on_conflict_do_nothing(), rows)


def learn_words(session: Session, new: Sequence[tuple[Read, str, int | None]]) -> None:
    """Sorted, so that two reports that bring the same new words take them in the same order."""
    words = sorted(
        {
            (one.scheme_id, audience, w)
            for one, audience, _ in new
            if one.suggested
            for w in one.words[audience]
            if can_be_misspelt(w)
        }
    )
    rows = [
        {"id": uuid7(), "scheme_id": scheme, "audience": audience, "word": word, "length": len(word)}
        for scheme, audience, word in words
    ]
    if rows:
        insert_unless_there(session, known, rows)


def forget_words(session: Session, gone: Sequence[Gone]) -> None:
    """A word goes with the last passage of its shelf that held it."""
    for before, scheme_id, audience, still in gone:
        low = before.number >> OWN << OWN
        range_ = low, low | (2**OWN - 1)
        lost = [
            word
            for word in sorted(set(before.words.split()) - still)
            if can_be_misspelt(word) and not engines.find(session, [range_], engines.Wanted(((word,),)), 1)
        ]
        if lost:
            mine = sa.and_(known.c.scheme_id == scheme_id, known.c.audience == audience)
            session.execute(sa.delete(known).where(mine, known.c.word.in_(lost)))


# ---- for what stands already


def index_all(session: Session) -> int:
    """Everything that is not in the index yet; how many. The caller commits: for small towns, and within a loading."""
    done = 0
    for source in sources:
        while ids := source.lacking(session):
            index(session, ids, source)
            done += len(ids)
    return done


def lacking(session: Session) -> list[uuid.UUID]:
    """Some incidents that members may read and search does not know."""
    known_ids = sa.select(passage.c.incident_id).where(passage.c.incident_id == incident.c.id)
    query = sa.select(incident.c.id).where(incident.c.withdrawn_at.is_(None), ~known_ids.exists())
    return list(session.scalars(query.order_by(incident.c.id).limit(BATCH)))


INCIDENTS = Source(passage, "incident_id", read, lacking)
sources = [INCIDENTS]  # rooms above this one bring theirs


def forget_all(session: Session) -> None:
    """An empty index."""
    engines.clear(session)
    for table in (*(source.passages for source in sources), known, shelf):
        session.execute(sa.delete(table))


def catch_up(stop: threading.Event | None = None) -> int:
    """Index what is not, a batch at a time, so that nobody waits for long."""
    done = 0
    for source in sources:
        while stop is None or not stop.is_set():
            with crossing("index") as session:
                if not source.lacking(session):
                    break
                with writing(session):
                    ids = source.lacking(session)
                    index(session, ids, source)
            done += len(ids)
            time.sleep(0)
    return done


def run(app: Flask, stop: threading.Event) -> None:
    """In the one process, or in a worker: what an older version left unread, and then small steps of tidying."""
    with app.app_context():
        catch_up(stop)
    while not stop.wait(TIDY_EVERY):
        with app.app_context(), crossing("index") as session:
            if not engines.is_sqlite(session):
                return
            with writing(session):
                engines.tidy(session)


def init_app() -> None:
    """Before the event's number is taken: that comes last."""
    if keep_words not in house.finishers:
        house.finishers.insert(0, keep_words)
