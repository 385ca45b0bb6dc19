"""The bulletins of the demonstration: warnings that hold now, advice, an appeal, minutes, an event, and a missing person
who was found."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any, NamedTuple

from shopalert.bulletins.areas import CIRCLE, Area
from shopalert.bulletins.models import Bulletin, BulletinReading, BulletinVersion
from shopalert.bulletins.vocabulary import MISSING, TEMPLATES
from shopalert.db import uuid7
from shopalert.demo.shapes import World
from shopalert.demo.stored import Pinned
from shopalert.evidence.models import Attachment, Derivative
from shopalert.protection.clocks import clocks, kept_until
from shopalert.words import iso

Rows = list[dict[str, Any]]


class Said(NamedTuple):
    """Who said what, how long ago; of a warning or an event also when it begins and ends, in hours from now."""

    hours: float
    officer: bool
    kind: str
    title: str
    text: str
    starts: float | None = None
    ends: float | None = None
    read_by: int = 0  # one in so many has not
    found: float | None = None  # of a missing person: so many hours ago it was said that all is clear
    metres: int = 0  # of a warning: it holds so far around a shop
    still: str = ""  # a drawn picture that goes with it
    alt: str = ""  # what that shows


SAID = (
    Said(
        21 * 24, True, "advice", "Before the Christmas rush: six things that work",
        "## At the door\n\n- Greet everybody. Nobody who wants to steal likes to be seen.\n- Keep the first two metres clear, so that staff see the street.\n\n## On the shelf\n\n- Put **high-value lines** in sight of the till, one of each where you can.\n- Face up shelves twice a day: gaps show at once.\n\n## At the till\n\n- Close the drawer before you turn away.\n- Never leave one person alone after dark. If there is no other way, lock the door and serve through the hatch.",
        read_by=9,
    ),
    Said(
        12 * 24, False, "minutes", "Minutes of the November meeting",
        "**Present:** fourteen shops, PC Mercer, the town ranger.\n\n1. Radios: all new sets are out. Bring the old ones.\n2. Reports by app have doubled since September; half of them within ten minutes of what happened.\n3. The yard behind Market Road gets a light before Christmas.\n\nNext meeting: first Tuesday, nine o'clock, in the library.",
        read_by=3,
    ),
    Said(
        6 * 24, True, "nbcc", "Statements: what the court may read",
        "Passed on from the National Business Crime Centre.\n\nAn *Impact Statement for Business* may be written by anybody whom the business authorises. It says what the crime did to the shop: loss, time, custom, people. It says nothing about what the sentence should be.\n\nThe forms are at [the centre's own pages](https://nbcc.police.uk/business-support).",
        read_by=4,
    ),
    Said(
        3 * 24, True, "appeal", "Were you in the car park on Friday evening?",
        "Between **six and seven on Friday evening** a delivery driver was threatened in the car park behind the High Street. If you or your cameras saw anything, reply to this: only the officer reads it.",
        read_by=3, still="carpark-2",
        alt="The car park in the dark: a brown car, and beside it somebody in a cap with a bag.",
    ),
    Said(
        30, False, "event", "Day of action with the town rangers",
        "Officers and rangers go from shop to shop. Ask them anything: lights, locks, cameras, how to report.", starts=70, ends=76,
        read_by=2,
    ),
    Said(
        52, True, "missing", "Harold Penfold",
        "Harold went out for a paper and did not come home. He may seem confused and answers to Harry. Stay with him and ring.",
        starts=-52, ends=-28, read_by=5, found=49.5,
    ),
    Said(
        7.5, False, "warning", "Somebody tries back doors at closing time",
        "Since last night back doors and gates were tried at three shops. **Lock them before you cash up**, and tell the evening shift. If you see it happen, report it with “Happening now”.",
        starts=-7.5, ends=60, read_by=3, metres=300,
    ),
    Said(2.4, True, "warning", "", "", starts=-2.4, ends=26, read_by=2),
)  # fmt: skip
STILLS = tuple(said.still for said in SAID if said.still)
NOTE = {
    "denomination": "20", "serial": "AH42",
    "look_for": "Paper feels thick and smooth; the picture in the window is printed, it does not change.",
}  # fmt: skip
PERSON = {
    "age": "79", "clothes": "Brown flat cap, green anorak, walking stick", "seen_where": "By the bus station",
    "ring": "101", "police_reference": "",
}  # fmt: skip


def bulletins(
    world: World,
    schemes: dict[str, uuid.UUID],
    users: dict[str, uuid.UUID],
    premises: dict[str, uuid.UUID],
    pinned: dict[str, Pinned],
    insert: Callable[[Any, Rows], Any],
) -> None:
    """The same in every scheme that has somebody to write; what an officer said goes to the whole district."""
    rows, versions, readings, pictures, copies = [], [], [], [], []
    published: dict[tuple[int, str], uuid.UUID] = {}
    for scheme in world.schemes:
        members = world.members_of(scheme.code, "member", "lead", "partner")
        coordinators, officers = (
            world.members_of(scheme.code, "coordinator"),
            world.officers_of(scheme.district),
        )
        if len(members) < 3 or not coordinators or not officers:
            continue
        for number, said in enumerate(SAID):
            whose = scheme.district if said.officer else scheme.code
            author = users[officers[0] if said.officer else coordinators[0].user]
            row = row_of(world, said, author, schemes[scheme.code])
            row |= where_it_holds(world, scheme.code, said.metres, premises)
            row["publication_id"] = published.setdefault((number, whose), uuid.uuid4())
            rows.append(row)
            versions.append(version_of(row, said))
            if said.still:
                picture = {**under(row), **pinned[said.still].attachment, "id": uuid7(row["published_at"])}
                pictures.append({**picture, "bulletin_id": row["id"], "alt": said.alt})
                copies += [{**copy, "attachment_id": picture["id"]} for copy in pinned[said.still].copies]
            at, until = row["published_at"], row["withdrawn_at"] or world.now
            for turn, member in enumerate(members):
                if turn % said.read_by:
                    read_at = at + (until - at) * ((turn % 7 + 1) / 9)
                    readings.append(
                        reading_of(row, users[member.user], read_at, None if turn % 3 else turn % 2 == 0)
                    )
    insert(Bulletin, rows)
    insert(BulletinVersion, versions)
    insert(BulletinReading, readings)
    insert(Attachment, pictures)
    insert(Derivative, copies)


def under(row: dict[str, Any]) -> dict[str, Any]:
    """What whatever hangs on a bulletin has of it."""
    return {
        name: row[name] for name in ("scheme_id", "author_id", "audience", "shown_until", "kept_until")
    } | {"received_at": row["published_at"]}


def row_of(world: World, said: Said, author: uuid.UUID, scheme_id: uuid.UUID) -> dict[str, Any]:
    at = world.now - timedelta(hours=said.hours)
    usual = TEMPLATES["counterfeit"] if said.kind == "warning" and not said.title else None
    missing = said.kind == MISSING
    found = None if said.found is None else world.now - timedelta(hours=said.found)
    ends = (
        {"shown_until": found, "kept_until": kept_until("withdrawn", found)}
        if found
        else clocks("bulletin", at)
    )
    note = {**PERSON, "seen_when": iso(at - timedelta(hours=2))} if missing else NOTE if usual else {}
    return {
        "id": uuid7(at), "scheme_id": scheme_id, "author_id": author, "by_police": said.officer, "kind": said.kind,
        "template": "counterfeit" if usual else "", "title": str(usual.title) if usual else said.title,
        "text": str(usual.text) if usual else said.text, "severity": "urgent" if missing else "normal" if said.kind == "warning" else "", "note": note,
        "published_at": at, "announced_at": at, "starts_at": moment(world, said.starts), "ends_at": moment(world, said.ends),
        "withdrawn_at": found, "audience": "members", "row_version": 1, **ends,
    }  # fmt: skip


def where_it_holds(world: World, code: str, metres: int, premises: dict[str, uuid.UUID]) -> dict[str, Any]:
    """Around the first shop of the scheme; or everywhere."""
    sites: Any = [
        SimpleNamespace(id=premises[each.key], name=each.business, lat=each.lat, lon=each.lon)
        for each in world.premises.values() if each.scheme == code
    ]  # fmt: skip
    if not metres or not sites:
        return {"area": Area().as_json(), "premises_ids": []}
    centre = sites[0]
    area = Area(CIRCLE, (), metres, str(centre.id), centre.name, centre.lat, centre.lon)
    return {"area": area.as_json(), "premises_ids": area.among(sites)}


def moment(world: World, hours: float | None) -> Any:
    return None if hours is None else world.now + timedelta(hours=hours)


def version_of(row: dict[str, Any], said: Said) -> dict[str, Any]:
    facts = {name: row[name] for name in ("kind", "template", "title", "text", "severity", "note")}
    facts |= {"area": row["area"], "pictures": [said.alt] if said.alt else [], "documents": []}
    facts["ends_at"] = row["ends_at"].isoformat() if row["ends_at"] else None
    at = row["published_at"]
    return {
        "id": uuid7(at), "scheme_id": row["scheme_id"], "bulletin_id": row["id"], "author_id": row["author_id"],
        "number": 1, "at": at, "facts": facts, "shown_until": row["shown_until"], "kept_until": row["kept_until"],
    }  # fmt: skip


def reading_of(row: dict[str, Any], user_id: uuid.UUID, at: Any, useful: bool | None) -> dict[str, Any]:
    return {
        "id": uuid7(at), "scheme_id": row["scheme_id"], "bulletin_id": row["id"], "user_id": user_id, "read_at": at,
        "useful": useful, **clocks("bulletin", at),
    }  # fmt: skip
