"""Mentions: `@Asha` or `@Harper's` in a message tells them of it, though they follow nothing.

A name is looked for among those that the writer may read. In the text stands a place, `@{0}`, and beside it who is
meant, so that each reader reads the name as the scheme shows it to them: the first name, or the business alone.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from shopalert.accounts.models import User
from shopalert.schemes.models import District, Membership, PoliceRole, Premises, Scheme
from shopalert.schemes.names import bylines, readable
from shopalert.schemes.viewer import counts

PLACE = re.compile(r"@\{(\d+)\}")
MOST = 20  # mentions in one message: more is a call to everybody, and there is a report for that


@dataclass
class Meant:
    """Who is meant by one name: people of that name, or all who work at the premises."""

    name: str
    people: list[uuid.UUID] = field(default_factory=list)
    premises: uuid.UUID | None = None

    def as_json(self) -> dict[str, Any]:
        if self.premises is not None:
            return {"premises": str(self.premises)}
        return {"people": [str(each) for each in sorted(self.people)]}


# ---- as it is written


def understood(session: Session, scheme_id: uuid.UUID, text: str) -> tuple[str, list[dict[str, Any]]]:
    """The text with places for the names in it, and who is meant by each."""
    if "@" not in text:
        return text, []
    return placed(PLACE.sub(r"@ {\1}", text), directory(session, scheme_id))


def placed(text: str, known: Mapping[str, Meant]) -> tuple[str, list[dict[str, Any]]]:
    """Of two names that begin alike the longer is meant; a name ends where its word ends."""
    if not known:
        return text, []
    names = sorted(known, key=len, reverse=True)
    pattern = re.compile(rf"(?<!\w)@({'|'.join(map(re.escape, names))})(?!\w)", re.IGNORECASE)
    meant: list[Meant] = []

    def place(found: re.Match[str]) -> str:
        who = known[found[1].casefold()]
        if who not in meant:
            if len(meant) == MOST:
                return found[0]
            meant.append(who)
        return f"@{{{meant.index(who)}}}"

    return pattern.sub(place, text), [who.as_json() for who in meant]


def directory(session: Session, scheme_id: uuid.UUID) -> dict[str, Meant]:
    """Names that who looks may read, by their small letters: premises, members, the police of the district."""
    found: dict[str, Meant] = {}
    for name, user_id in [*members(session, scheme_id), *police(session, scheme_id)]:
        if name:
            found.setdefault(name.casefold(), Meant(name)).people.append(user_id)
    sites = sa.select(Premises.name, Premises.id).where(Premises.scheme_id == scheme_id)
    for name, site_id in session.execute(sites):
        found[name.casefold()] = Meant(name, premises=site_id)
    return found


def members(session: Session, scheme_id: uuid.UUID) -> list[tuple[str | None, uuid.UUID]]:
    asked = (
        sa.select(readable(scheme_id), User.id)
        .join(Membership, Membership.user_id == User.id)
        .where(Membership.scheme_id == scheme_id, counts(), User.suspended_at.is_(None))
    )
    return [(row[0], row[1]) for row in session.execute(asked)]


def police(session: Session, scheme_id: uuid.UUID) -> list[tuple[str | None, uuid.UUID]]:
    """They are named everywhere."""
    asked = (
        sa.select(User.short_name, User.id)
        .join(PoliceRole, PoliceRole.user_id == User.id)
        .join(District, District.id == PoliceRole.district_id)
        .join(Scheme, Scheme.district_id == District.id)
        .where(Scheme.id == scheme_id, PoliceRole.ended_at.is_(None), User.suspended_at.is_(None))
        .distinct()
    )
    return [(row[0], row[1]) for row in session.execute(asked)]


# ---- as it is read


def names_for(
    session: Session, scheme_id: uuid.UUID, mentions: Iterable[list[dict[str, Any]]]
) -> dict[str, str]:
    """What everybody and every place mentioned is called for who looks. Two queries, however many they are."""
    people, sites = set(), set()
    for each in (one for some in mentions for one in some):
        people |= {uuid.UUID(one) for one in each.get("people", ())}
        sites |= {uuid.UUID(each["premises"])} if "premises" in each else set()
    found = {str(user_id): by.who for user_id, by in bylines(session, scheme_id, people).items()}
    if sites:
        asked = sa.select(Premises.id, Premises.name).where(Premises.id.in_(sites))
        found |= {str(row.id): row.name for row in session.execute(asked)}
    return found


def spelt(text: str, mentions: list[dict[str, Any]], names: Mapping[str, str]) -> str:
    """The text with the names in their places."""

    def name(found: re.Match[str]) -> str:
        place = int(found[1])
        return f"@{said(mentions[place], names)}" if place < len(mentions) else found[0]

    return PLACE.sub(name, text) if mentions else text


def said(mention: dict[str, Any], names: Mapping[str, str]) -> str:
    """One name; of several people of that name each way in which they are shown."""
    ids = [mention["premises"]] if "premises" in mention else mention["people"]
    return " / ".join(dict.fromkeys(names.get(each, "…") for each in ids))


def without_places(text: str) -> str:
    """For what only looks for words."""
    return PLACE.sub("@…", text)


def people_meant(
    session: Session, scheme_id: uuid.UUID, mentions: Iterable[dict[str, Any]]
) -> set[uuid.UUID]:
    """Whom these mentions tell."""
    found, sites = set(), set()
    for each in mentions:
        found |= {uuid.UUID(one) for one in each.get("people", ())}
        sites |= {uuid.UUID(each["premises"])} if "premises" in each else set()
    if not sites:
        return found
    staff = sa.select(Membership.user_id).where(
        Membership.scheme_id == scheme_id, Membership.premises_id.in_(sites), counts()
    )
    return found | set(session.scalars(staff))
