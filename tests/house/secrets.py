"""What is written for few: of each kind how it is written, and whom the permissions table and their place let read it.

A new kind of text that is not for everybody gets a row in SECRETS; `test_secrets.py` looks for it in every way.
"""

from __future__ import annotations

import io
import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa
from werkzeug.datastructures import FileStorage

from shopalert.db import db, now
from shopalert.evidence.actions import stage
from shopalert.evidence.models import Attachment
from shopalert.incidents.models import Incident
from shopalert.outcomes import actions as outcomes
from shopalert.outcomes.actions import Said
from shopalert.outcomes.working_days import day_of
from shopalert.permissions import can
from shopalert.requests import actions as requests
from shopalert.requests.actions import Asked
from shopalert.requests.models import Request
from shopalert.schemes.models import Scheme
from shopalert.wall import thread_of
from tests.house.routes import FILM
from tests.people import ASHA, BEN, DEV, ELLEN, IVY, LEO, PAT, Person
from tests.world import picture

POLICE = frozenset({DEV.name, ELLEN.name})
SCHEME = frozenset({ASHA.name, IVY.name, LEO.name, BEN.name, PAT.name})
EVERY_WAY = frozenset({"pages", "events", "search"})
Made = dict[str, uuid.UUID]  # what stands in addresses: comment_id, request_id, file_id, clip_id


@dataclass(frozen=True)
class Here:
    """A thing of the town that everything here is about, as the table asks for it."""

    scheme_id: uuid.UUID


@dataclass(frozen=True)
class Secret:
    """One kind of text: its telltale word, how it is written, and whom the table and their place let read it."""

    kind: str
    word: str
    write: Callable[[Any, uuid.UUID, str], Made]  # (world, incident, word)
    may: Callable[[Any, Any, Here], bool]  # (world, viewer, here)
    readers: frozenset[str]  # who that must be, so that a slip in the table is seen
    ways: frozenset[str] = EVERY_WAY  # by which they find it


# ---- who may


def inside(_world: Any, viewer: Any, here: Here) -> bool:
    return can(viewer, "incident.read", here)


def police(_world: Any, viewer: Any, here: Here) -> bool:
    return can(viewer, "comment.to_police", here)


def coordinators(_world: Any, viewer: Any, here: Here) -> bool:
    return can(viewer, "comment.to_coordinators", here)


def of_shop(name: str) -> Callable[[Any, Any, Here], bool]:
    """Who works there, and police."""
    return lambda world, viewer, here: in_thread(world.premises[name], world, viewer, here)


def of_person(person: Person) -> Callable[[Any, Any, Here], bool]:
    return lambda world, viewer, here: in_thread(world.users[person.name], world, viewer, here)


def in_thread(owner: uuid.UUID, world: Any, viewer: Any, here: Here) -> bool:
    theirs = can(viewer, "comment.privately", here) and thread_of(owner) in viewer.threads
    return theirs or police(world, viewer, here)


# ---- how it is written


def said(author: Person, audience: Callable[[Any], str], files: bool = False) -> Any:
    """A message, with a picture and a film."""

    def write(world: Any, incident: uuid.UUID, word: str) -> Made:
        made = staged(world, author) if files else {}
        with world.seen_as(author):
            sent = [db.session.get_one(Attachment, each) for each in made.values()]
            comment = world.say(author, incident, f"Known as {word}.", audience(world), sent)
        return {"comment_id": comment, **made}

    return write


def staged(world: Any, author: Person) -> Made:
    with world.seen_as(author) as viewer:
        scheme = db.session.get_one(Scheme, world.schemes["wickford"])
        film = FileStorage(io.BytesIO(FILM), "film.mp4", "clips")
        return {
            "file_id": stage(viewer, scheme, picture().read()).id, "clip_id": stage(viewer, scheme, film).id,
        }  # fmt: skip


def noted(world: Any, incident: uuid.UUID, word: str) -> Made:
    """Beside a step of the police, for colleagues."""
    with world.seen_as(DEV) as viewer:
        today = day_of(now())
        step = Said("suspect_identified", today, today, "Somebody was named.", for_police=f"It is {word}.")
        outcomes.add(viewer, report_of(incident), uuid.uuid4(), step)
    return {}


def report_of(incident: uuid.UUID) -> Incident:
    return db.session.scalars(sa.select(Incident).where(Incident.id == incident)).one()


def asked(**what: str) -> Any:
    """Dev asks Harper's for something, the word in one part of it."""

    def write(world: Any, incident: uuid.UUID, word: str) -> Made:
        with world.seen_as(DEV) as viewer:
            plain = Asked(
                "cctv", world.premises["Harper's"], None, 2, "The till.", "https://evidence.example/up"
            )
            parts: dict[str, Any] = {name: text.format(word) for name, text in what.items()}
            said = replace(plain, **parts)
            return {"request_id": requests.make(viewer, report_of(incident), uuid.uuid4(), said).id}

    return write


def answered(text: str, receipt: str) -> Any:
    """Asha answers one of Dev's requests, the word in one part of it, with a picture and a film."""

    def write(world: Any, incident: uuid.UUID, word: str) -> Made:
        made = asked()(world, incident, word)
        files = staged(world, ASHA)
        with world.seen_as(ASHA) as viewer:
            sent = [db.session.get_one(Attachment, each) for each in files.values()]
            request = db.session.scalars(sa.select(Request).where(Request.id == made["request_id"])).one()
            said = requests.answer(
                viewer,
                request,
                report_of(incident),
                uuid.uuid4(),
                text.format(word),
                receipt.format(word),
                sent,
            )
        return {**made, **files, "comment_id": said.id}

    return write


HARPERS, LARKMEAD = POLICE | {ASHA.name}, POLICE | {IVY.name, LEO.name}
BY_PAGE = frozenset({"pages"})
SECRETS = (
    Secret("for members", "Ashwhistle", said(IVY, lambda _: "members"), inside, SCHEME | POLICE),
    Secret("a note of police", "Quillfeather", said(DEV, lambda _: "police", True), police, POLICE),
    Secret(
        "a note of police beside a step", "Nightjarling", noted, police, POLICE, frozenset({"pages", "events"})
    ),
    Secret("for coordinators", "Thornapple", said(BEN, lambda _: "coordinators"), coordinators, frozenset({BEN.name})),
    Secret(
        "of a shop and the police", "Larkspindle",
        said(ASHA, lambda world: thread_of(world.premises["Harper's"]), True), of_shop("Harper's"), HARPERS,
    ),
    Secret(
        "of another shop and the police", "Mosswhittle",
        said(ELLEN, lambda world: thread_of(world.premises["Larkmead Pharmacy"])), of_shop("Larkmead Pharmacy"),
        LARKMEAD,
    ),
    Secret(
        "of a coordinator and the police", "Reedbunting",
        said(BEN, lambda world: thread_of(world.users[BEN.name])), of_person(BEN), POLICE | {BEN.name},
    ),
    Secret(
        "a request's upload link", "Foxgloveham", asked(link="https://evidence.example/{}"), of_shop("Harper's"),
        HARPERS, BY_PAGE,
    ),
    Secret("what is asked", "Sedgewarbler", asked(words="Of {}, please."), of_shop("Harper's"), HARPERS, BY_PAGE),
    Secret("an answer", "Tanglewick", answered("It was {}.", ""), of_shop("Harper's"), HARPERS),
    Secret("a receipt", "Bramblefinch", answered("It is sent.", "EV-{}"), of_shop("Harper's"), HARPERS, BY_PAGE),
)  # fmt: skip
