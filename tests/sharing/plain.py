"""A plain model of sharing: who sees what of whom, in plain Python, and not a line of the house's own."""

from __future__ import annotations

from dataclasses import dataclass, field

DISTRICT = {"wickford": "basildon", "billericay": "basildon", "southend": "southend"}
SCHEMES = tuple(DISTRICT)
DONE, EMPTY, FORBIDDEN, NOWHERE, CLASH, WRONG = 303, 200, 403, 404, 409, 422
MAY_SHARE = {"coordinator", "officer", "commander"}
POLICE = {"officer", "commander"}


@dataclass(eq=False)
class Person:
    name: str
    member: dict[str, str] = field(default_factory=dict)  # {scheme: role}
    police: dict[str, str] = field(default_factory=dict)  # {district: role}
    away: bool = False  # removed from their schemes, or no longer in the police's district

    def role(self, scheme: str) -> str:
        """What they are there; nothing where they are not."""
        if self.away:
            return ""
        return self.member.get(scheme, "") or self.police.get(DISTRICT[scheme], "")

    def __repr__(self) -> str:
        return self.name


@dataclass(eq=False)
class Thing:
    id: str
    kind: str
    home: str
    author: Person
    told: bool = False
    picture: str = ""
    gone: bool = False


@dataclass(eq=False)
class Shared:
    id: str
    thing: Thing
    to: str
    days: float  # left
    ended: bool = False
    alerted: frozenset[str] = frozenset()


class Model:
    def __init__(self, people: list[Person]) -> None:
        self.people = people
        self.takes = dict.fromkeys(SCHEMES, True)
        self.all_to_police = dict.fromkeys(SCHEMES, True)
        self.things: list[Thing] = []
        self.shares: list[Shared] = []
        self.log: list[tuple[str, Shared]] = []  # what was said to the scheme that was given it
        self.alerts: list[tuple[str, str, frozenset[str]]] = []  # (kind, share, whose phones)

    # ---- who sees

    def kept_back(self, thing: Thing) -> bool:
        return thing.kind == "incident" and not thing.told and not self.all_to_police[thing.home]

    def at_home(self, person: Person, thing: Thing) -> bool:
        role = person.role(thing.home)
        if not role:
            return False
        if thing.gone and role not in MAY_SHARE and person is not thing.author:
            return False
        return not (role in POLICE and self.kept_back(thing))

    def shows(self, share: Shared) -> bool:
        return not (share.ended or share.days <= 0 or share.thing.gone or self.kept_back(share.thing))

    def sees(self, person: Person, share: Shared) -> bool:
        return bool(person.role(share.to)) and self.shows(share)

    def answer_at_home(self, person: Person, thing: Thing) -> int:
        """Of the thing's own page: whoever sees it as shared is refused it, for all others there is nothing."""
        if self.at_home(person, thing):
            return 200
        return FORBIDDEN if any(self.sees(person, s) for s in self.shares if s.thing is thing) else NOWHERE

    def list_of(self, scheme: str) -> list[str]:
        return [share.id for share in reversed(self.shares) if share.to == scheme and self.shows(share)]

    # ---- what is done

    def targets(self, person: Person, thing: Thing) -> list[str]:
        role = person.role(thing.home)
        return [
            scheme for scheme in SCHEMES
            if self.takes[scheme] and scheme != thing.home
            and (role == "coordinator" or person.police.get(DISTRICT[scheme]))
        ]  # fmt: skip

    def answer_to_share(self, person: Person, thing: Thing, to: str) -> int:
        if not self.at_home(person, thing):
            return self.answer_at_home(person, thing)
        if person.role(thing.home) not in MAY_SHARE:
            return FORBIDDEN
        if not self.targets(person, thing):
            return EMPTY
        if to not in self.targets(person, thing):
            return WRONG
        return CLASH if thing.gone or self.kept_back(thing) else DONE

    def given(self, thing: Thing, to: str) -> Shared | None:
        return next(
            (s for s in self.shares if s.thing is thing and s.to == to and not s.ended and s.days > 0), None
        )

    def shared(self, person: Person, share: Shared) -> None:
        self.shares.append(share)
        self.log.append(("made", share))
        knew = {each.name for each in self.people if each.role(share.thing.home)}
        there = {each.name for each in self.people if each.role(share.to)}
        share.alerted = frozenset(there - knew - {person.name})
        self.alerts.append(("share.made", share.id, share.alerted))

    def answer_to_end(self, person: Person, share: Shared) -> int:
        role = person.role(share.thing.home)
        return NOWHERE if not role else DONE if role in MAY_SHARE else FORBIDDEN

    def end(self, share: Shared, by: Person | None = None) -> None:
        """Once; those who were alerted and are still there have their alert replaced."""
        if share.ended:
            return
        share.ended = True
        self.log.append(("ended", share))
        still = {each.name for each in self.people if each.name in share.alerted and each.role(share.to)}
        self.alerts.append(("share.ended", share.id, frozenset(still - ({by.name} if by else set()))))

    def look(self) -> int:
        over = [share for share in self.shares if not share.ended and not self.shows(share)]
        for share in over:
            self.end(share)
        return len(over)

    def answer_to_withdraw(self, person: Person, thing: Thing) -> int:
        if not self.at_home(person, thing):
            return self.answer_at_home(person, thing)
        role = person.role(thing.home)
        if thing.kind == "bulletin":
            return DONE if role in ("coordinator", "commander") else FORBIDDEN
        mine = person is thing.author and role != "commander"
        return DONE if mine or role == "coordinator" else FORBIDDEN

    def withdraw(self, thing: Thing) -> None:
        if thing.gone:
            return
        thing.gone = True
        for share in self.shares:
            if share.thing is thing:
                self.end(share)

    def polled(self, person: Person) -> list[tuple[str, str]]:
        """Everything since the course began, each entry as it stands now."""
        return [
            ("shared" if self.shows(share) and said == "made" else "gone", share.id)
            for said, share in self.log
            if person.role(share.to)
        ]
