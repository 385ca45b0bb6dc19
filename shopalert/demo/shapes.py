"""What the invented world is made of: plain facts that point at each other by short keys."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

Hours = dict[str, list[str]]  # {"mon": ["09:00", "17:30"]}, local times; a day left out is closed


def dice(*names: object) -> random.Random:
    """Chance that is the same on every machine: one source for each purpose, so that a change stays local."""
    return random.Random(":".join(str(name) for name in names))  # noqa: S311  (nothing secret comes of it)


def each(text: str) -> tuple[str, ...]:
    """The words of a list that is easier to read as text."""
    return tuple(text.split())


@dataclass(frozen=True, slots=True)
class DistrictFacts:
    slug: str
    name: str


@dataclass(frozen=True, slots=True)
class SchemeFacts:
    """A scheme and how much happens in it: `incidents` is what ninety days bring."""

    code: str
    slug: str
    name: str
    kind: str
    district: str
    lat: float
    lon: float
    outward: str
    streets: tuple[str, ...]
    incidents: int
    premises: int
    members: int
    lock_screen: str = "category"


@dataclass(frozen=True, slots=True)
class PremisesFacts:
    key: str
    scheme: str
    business: str
    trade: str
    street: str
    postcode: str
    lat: float
    lon: float
    hours: Hours
    pull: float  # how often things happen here, beside the others


@dataclass(frozen=True, slots=True)
class UserFacts:
    key: str
    name: str
    short_name: str
    email: str
    rank_title: str | None = None
    is_operator: bool = False
    suspended: bool = False


@dataclass(frozen=True, slots=True)
class MembershipFacts:
    user: str
    scheme: str
    role: str
    premises: str | None
    employer: str
    call_sign: str
    joined_at: datetime
    removed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class PoliceFacts:
    user: str
    district: str
    role: str


@dataclass(frozen=True, slots=True)
class CommentFacts:
    author: str
    text: str
    at: datetime
    audience: str = "members"
    by_police: bool = False


@dataclass(frozen=True, slots=True)
class SightingFacts:
    author: str
    premises: str
    seen_at: datetime


@dataclass(frozen=True, slots=True)
class VersionFacts:
    """An earlier wording: what the first quick alert said before the details came."""

    narrative: str
    value_lost_pence: int | None
    author: str
    at: datetime


@dataclass(frozen=True, slots=True)
class StepFacts:
    kind: str  # edited, all_clear, withdrawn
    author: str
    at: datetime
    note: str = ""


@dataclass(slots=True)
class IncidentFacts:
    key: str
    scheme: str
    author: str
    category: str
    premises: str
    narrative: str
    occurred_at: datetime
    received_at: datetime
    reference: str = ""
    in_progress: bool = False
    violence: bool = False
    weapon: bool = False
    value_lost_pence: int | None = None
    withdrawn_at: datetime | None = None
    all_clear_at: datetime | None = None
    earlier: tuple[VersionFacts, ...] = ()
    steps: tuple[StepFacts, ...] = ()
    sightings: tuple[SightingFacts, ...] = ()
    comments: tuple[CommentFacts, ...] = ()
    stills: tuple[str, ...] = ()
    talked: bool = False  # always with a chat
    pronoun: str = "they"  # of the person, for those who talk about them
    person: str | None = None  # the truth, never stored: who did it, in the generator's mind
    series: str | None = None
    rise: str | None = None
    exercise: bool = False
    more: dict[str, Any] = field(default_factory=dict)  # what the form holds beside the narrative

    @property
    def grave(self) -> bool:
        """Violent, abusive or armed."""
        return (
            self.violence
            or self.weapon
            or self.category in {"violence_worker", "threats_abuse", "robbery", "weapon"}
        )


@dataclass(slots=True)
class World:
    """The town as it stood at `now`."""

    now: datetime
    seed: str
    force: str
    districts: tuple[DistrictFacts, ...]
    schemes: tuple[SchemeFacts, ...]
    premises: dict[str, PremisesFacts] = field(default_factory=dict)
    users: dict[str, UserFacts] = field(default_factory=dict)
    memberships: list[MembershipFacts] = field(default_factory=list)
    police: list[PoliceFacts] = field(default_factory=list)
    incidents: list[IncidentFacts] = field(default_factory=list)

    def officers_of(self, district: str) -> list[str]:
        return [role.user for role in self.police if role.district == district and role.role == "officer"]

    def members_of(self, scheme: str, *roles: str) -> list[MembershipFacts]:
        return [
            one
            for one in self.memberships
            if one.scheme == scheme
            and one.removed_at is None
            and not self.users[one.user].suspended
            and (not roles or one.role in roles)
        ]
