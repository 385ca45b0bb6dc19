"""The filters of a feed, as its address says them: shareable within the scheme, kept while paging, and never a reason
to fail. What cannot be understood is left out, and the page says so."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

import sqlalchemy as sa
from flask_babel import format_date
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from shopalert.db import now
from shopalert.incidents.models import Incident
from shopalert.incidents.unread import MOST, is_unread
from shopalert.schemes.viewer import Viewer
from shopalert.words import LONDON

STATUSES = {"now": _l("Happening now"), "open": _l("Open"), "clear": _l("All clear"), "closed": _l("Closed")}
FLAGS = {"violence": _l("Violence"), "weapon": _l("Weapon"), "in_progress": _l("Reported as it happened")}
OWN = {"mine": _l("Reported by me"), "reply": _l("Needs a reply"), "unread": _l("Unread")}
ANSWER_WITHIN = timedelta(days=30)  # where nothing happened for so long, nobody waits for a reply
OWN_KIND = "own_"  # how the code of a kind begins that a scheme added
PAGING = ("after", "before", "refresh")


@dataclass(frozen=True)
class Filters:
    """What a feed shows; all empty is everything. Names are those of the address."""

    category: str = ""
    premises: uuid.UUID | None = None
    status: str = ""
    since: date | None = None
    until: date | None = None
    violence: bool = False
    weapon: bool = False
    in_progress: bool = False
    mine: bool = False
    reply: bool = False
    unread: bool = False

    @property
    def any(self) -> bool:
        return self != Filters()

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """As fields of a form."""
        given = [(each.name, getattr(self, each.name)) for each in fields(self)]
        return [(name, "1" if value is True else str(value)) for name, value in given if value]

    @property
    def query(self) -> str:
        """As an address says it, always in the same order."""
        return urlencode(self.pairs)

    def without(self, name: str) -> Filters:
        return replace(self, **{name: getattr(Filters(), name)})


@dataclass(frozen=True)
class Chip:
    """A filter that is on, and the address of the feed without it."""

    text: str
    url: str


def understood(
    args: Mapping[str, str], categories: Iterable[str], premises: Iterable[uuid.UUID]
) -> tuple[Filters, bool]:
    """The filters of an address, and whether something in it could not be understood."""
    said = {
        name: str(value).strip() for name, value in args.items() if name not in PAGING and str(value).strip()
    }
    readers: dict[str, Any] = {
        "category": lambda text: one_of(text, categories),
        "premises": lambda text: one_of(uuid.UUID(text), premises),
        "status": lambda text: one_of(text, STATUSES),
        "since": day, "until": day,
        **dict.fromkeys((*FLAGS, *OWN), yes),
    }  # fmt: skip
    found, odd = {}, False
    for name, text in said.items():
        try:
            found[name] = readers[name](text)
        except (KeyError, ValueError):
            odd = True
    return Filters(**found), odd


def one_of(value: Any, known: Iterable[Any]) -> Any:
    if value not in set(known):
        raise ValueError(value)
    return value


def day(text: str) -> date:
    found = date.fromisoformat(text) if len(text) == 10 else None
    if found is None or not 1990 <= found.year <= 2100:
        raise ValueError(text)
    return found


def yes(text: str) -> bool:
    return bool(one_of(text, ("1", "y", "on")))


def chips(
    filters: Filters, here: str, labels: Mapping[str, str], places: Mapping[uuid.UUID, str]
) -> list[Chip]:
    """What is on, each with a way out."""
    words = {
        "category": labels.get(filters.category, ""),
        "premises": places.get(filters.premises, "") if filters.premises else "",
        "status": STATUSES.get(filters.status, ""),
        "since": _("From %(day)s", day=format_date(filters.since, "d MMM yyyy")) if filters.since else "",
        "until": _("Until %(day)s", day=format_date(filters.until, "d MMM yyyy")) if filters.until else "",
        **FLAGS, **OWN,
    }  # fmt: skip
    found = []
    for name, _value in filters.pairs:
        rest = filters.without(name).query
        found.append(Chip(str(words[name]), f"{here}?{rest}" if rest else here))
    return found


def conditions(filters: Filters, viewer: Viewer, at: datetime) -> list[Any]:
    """The filters as conditions on incidents."""
    found: list[Any] = []
    if filters.category:
        own = filters.category.startswith(OWN_KIND)
        found.append((Incident.category_own if own else Incident.category_code) == filters.category)
    if filters.premises:
        found.append(Incident.premises_id == filters.premises)
    if filters.since:
        found.append(Incident.occurred_at >= midnight(filters.since))
    if filters.until:
        found.append(Incident.occurred_at < midnight(filters.until + timedelta(days=1)))
    found += [getattr(Incident, flag) for flag in FLAGS if getattr(filters, flag)]
    found += of_status(filters.status)
    if filters.mine:
        found.append(Incident.author_id == viewer.user_id)
    if filters.reply:
        found.append(needs_reply(viewer, at))
    if filters.unread:
        found.append(is_unread(viewer, at))
    return found


def midnight(of: date) -> datetime:
    """When a day begins by the town's clock."""
    return datetime.combine(of, time(), LONDON)


def of_status(status: str) -> list[Any]:
    happening = sa.and_(Incident.in_progress, Incident.all_clear_at.is_(None))
    if status == "now":
        return [happening]
    if status == "clear":
        return [Incident.all_clear_at.is_not(None)]
    return [Incident.status == status] if status else []


def open_chat() -> Any:
    """Not marked as resolved, or something was said since."""
    return sa.or_(Incident.resolved_at.is_(None), Incident.stirred_at > Incident.resolved_at)


def answers_for(viewer: Viewer) -> list[uuid.UUID] | None:
    """The schemes for which they answer; None where there is none."""
    return [*viewer.coordinator_schemes, *viewer.police_schemes] or None


def needs_reply(viewer: Viewer, at: datetime) -> Any:
    """The report is mine and another spoke last; or, to those who answer for a scheme, nobody has replied."""
    return waits_for(viewer.user_id, at - ANSWER_WITHIN, answers_for(viewer))


def waits_for(me: Any, since: Any, answered: Any | None) -> Any:
    of_late = Incident.stirred_at > since  # also what lets a scheme of many years be asked at once
    asked = sa.and_(
        Incident.author_id == me, Incident.last_said_by_id.is_not(None), Incident.last_said_by_id != me, open_chat()
    )  # fmt: skip
    if answered is None:
        return sa.and_(of_late, asked)
    silent = sa.and_(
        Incident.scheme_id.in_(answered),
        Incident.replies == 0,
        Incident.resolved_at.is_(None),
        Incident.author_id != me,
        Incident.received_at > since,
    )
    return sa.and_(of_late, sa.or_(asked, silent))


@lru_cache(2)
def asking_what_waits(answers: bool) -> Any:
    """For those who answer for a scheme, and for all others. Made once for each: every page asks."""
    answered: Any = sa.bindparam("answered", expanding=True) if answers else None
    few = (
        sa.select(Incident.id)
        .where(
            Incident.scheme_id.in_(sa.bindparam("schemes", expanding=True)),
            Incident.withdrawn_at.is_(None),
            waits_for(sa.bindparam("me"), sa.bindparam("since"), answered),
        )
        .limit(MOST)
        .subquery()
    )
    return sa.select(sa.func.count()).select_from(few)


def waiting_for_reply(session: Session, viewer: Viewer) -> int:
    """How many incidents wait for the viewer's reply, MOST at most."""
    answered = answers_for(viewer)
    asked: dict[str, Any] = {
        "schemes": list(viewer.schemes), "me": viewer.user_id, "since": now() - ANSWER_WITHIN,
    }  # fmt: skip
    if answered:
        asked["answered"] = answered
    return session.scalar(asking_what_waits(answered is not None), asked) or 0
