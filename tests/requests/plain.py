"""A plain model of what police and shops do with one incident: its requests, its progress and what came of it.

Two dozen rules in plain Python, and not a line of the house's own: who may do what, what each deed leads to, whom it
alerts and what stands in the audit. What the house does and shows is held against it by `test_machine.py`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tests.people import ASHA, BEN, CAROL, DEV, ELLEN, IVY, LEO, OLU, PAT, Person

CAST = (ASHA, IVY, LEO, BEN, PAT, DEV, ELLEN, CAROL, OLU)
OUTSIDE = (CAROL, OLU)  # of another scheme, of another district
POLICE = (DEV, ELLEN)  # an officer and a commander
STAFF = {"Harper's": (ASHA,), "Larkmead Pharmacy": (IVY, LEO)}

DONE, FORBIDDEN, UNKNOWN, TOO_LATE, WRONG = 303, 403, 404, 409, 422
WAITING, STANDING = ("open", "overdue"), ("open", "overdue", "answered")

CHARGED = "charged_summonsed"
OUTCOMES = (CHARGED, "out_of_court_formal", "no_suspect")
COURT = ("convicted", "acquitted")
PROGRESS = ("reported", "recorded", "suspect_identified", "suspect_arrested", "court_date", "closed")
GOES_ON_AFTER_CHARGE = ("court_date", "closed")


@dataclass(eq=False)
class Asked:
    """One request."""

    id: str
    kind: str
    asker: Person
    of: tuple[Person, ...]  # who may answer
    days: int  # until it is due
    turn: int  # of all that was asked or asked again, the how-manieth: of two for one day the first is due first
    state: str = "open"
    reminded: bool = False
    answers: int = 0
    trail: list[str] = field(default_factory=lambda: ["Asked"])


@dataclass(eq=False)
class Said:
    """One step of progress, outcome or court."""

    id: str
    code: str
    day: int  # so many days ago
    number: int
    by: Person
    noted: bool  # beside it stands a note for police
    undone: bool = False


def stands(steps: list[Said]) -> str | None:
    """The one word for a card after these steps; nothing where a court decides on no charge."""
    charge = outcome = court = ""
    progress = "not_reported"
    for step in sorted(steps, key=lambda one: (-one.day, one.number)):
        if step.code in COURT:
            if not charge:
                return None
            court = step.code
        elif step.code in OUTCOMES:
            charge, outcome, court = (step.code if step.code == CHARGED else ""), step.code, ""
        else:
            progress = step.code
            if step.code != "closed":
                court = ""
                if not (charge and step.code in GOES_ON_AFTER_CHARGE):
                    charge = outcome = ""
    return court or outcome or progress


class Model:
    """One incident, and all that follows from what was done to it."""

    def __init__(self, reporter: Person) -> None:
        self.reporter = reporter
        self.withdrawn = False
        self.asked: list[Asked] = []
        self.steps: list[Said] = []
        self.sayers: set[Person] = set()
        self.events: list[tuple[str, Any, Person | None, frozenset[Person]]] = []  # kind, thing, who, alerted
        self.audit: list[tuple[str, Person | None, Any]] = []  # verb, who, thing
        self.incident = ""
        self.turns = 0

    # ---- who

    def sees(self, person: Person) -> bool:
        if person in OUTSIDE:
            return False
        return not self.withdrawn or person in (self.reporter, BEN, *POLICE)

    def inside(self, person: Person, asked: Asked) -> bool:
        """Who reads the words of a request, its link and its answers."""
        return person in (*POLICE, *asked.of)

    def refused(self, person: Person, allowed: bool) -> int:
        """Why somebody may not, before anything else is asked; 0 where they may."""
        if not self.sees(person):
            return UNKNOWN
        return 0 if allowed else FORBIDDEN

    # ---- what is written beside a deed

    def happened(self, kind: str, thing: Any, who: Person | None, told: Any) -> None:
        alerted = frozenset(person for person in told if person is not who and self.sees(person))
        self.events.append((kind, thing, who, alerted))

    def takes_part(self) -> set[Person]:
        return {self.reporter, *self.sayers}

    def hears_thread(self, asked: Asked, speaker: Person) -> set[Person]:
        """Who is told of an answer as of any message to the police: all of them until one takes part."""
        found = self.takes_part() | set(asked.of)
        if not (found | {speaker}) & set(POLICE):
            found |= set(POLICE)
        return {person for person in found if self.inside(person, asked)}

    def say(self, person: Person) -> None:
        """In the chat, to everybody."""
        self.happened("comment.said", None, person, self.takes_part())
        self.sayers.add(person)

    # ---- requests

    def next_turn(self) -> int:
        self.turns += 1
        return self.turns

    def make(self, person: Person) -> int:
        if why := self.refused(person, person in POLICE):
            return why
        return TOO_LATE if self.withdrawn else DONE

    def made(self, asked: Asked) -> None:
        self.asked.append(asked)
        self.audit.append(("request.make", asked.asker, asked.id))
        self.happened("request.made", asked.id, asked.asker, asked.of)

    def answer(self, person: Person, asked: Asked) -> int:
        if why := self.refused(person, person in asked.of):
            return why
        if self.withdrawn or asked.state not in STANDING:
            return TOO_LATE
        hears = self.hears_thread(asked, person)
        self.happened("comment.said", None, person, hears)
        takes_part = asked.asker in hears
        self.sayers.add(person)
        asked.state, asked.answers = "answered", asked.answers + 1
        asked.trail.append("Answered")
        self.audit.append(("request.answer", person, asked.id))
        self.happened("request.answered", asked.id, person, () if takes_part else (asked.asker,))
        return DONE

    def police_move(self, person: Person, asked: Asked, move: str, *, days: int = 0) -> int:
        """Accept, ask again, or withdraw."""
        if why := self.refused(person, person in POLICE):
            return why
        allowed = STANDING if move == "withdraw" else ("answered",)
        if self.withdrawn or asked.state not in allowed:
            return TOO_LATE
        asked.state, words, kind = {
            "accept": ("accepted", "Accepted", "request.accepted"),
            "reopen": ("open", "Asked again", "request.reopened"),
            "withdraw": ("withdrawn", "Withdrawn", "request.withdrawn"),
        }[move]
        if move == "reopen":
            asked.days, asked.turn, asked.reminded = days, self.next_turn(), False
        asked.trail.append(words)
        self.audit.append((f"request.{move}", person, asked.id))
        self.happened(kind, asked.id, person, asked.of)
        return DONE

    def clock(self, days: int, nearly: bool) -> int:
        """So many days later, or two hours before that: what is due by then is overdue, what is due soon is said."""
        done = 0
        if self.withdrawn:
            return done
        late = [each for each in self.asked if each.state == "open" and each.days < days + (not nearly)]
        for each in sorted(late, key=lambda one: (one.days, one.turn)):
            each.state = "overdue"
            each.trail.append("Overdue")
            self.audit.append(("request.lapse", None, each.id))
            self.happened("request.overdue", each.id, None, {*each.of, each.asker, BEN})
            done += 1
        soon = [each for each in self.asked if each.state == "open" and nearly and each.days == days]
        for each in sorted(soon, key=lambda one: one.turn):
            if not each.reminded:
                each.reminded = True
                self.audit.append(("request.remind", None, each.id))
                self.happened("request.reminder", each.id, None, each.of)
                done += 1
        return done

    def offered(self, person: Person, asked: Asked) -> set[str]:
        """What the page of a request lets somebody do."""
        if self.withdrawn:
            return set()
        found = set()
        if person in asked.of and asked.state in STANDING:
            found.add("answers")
        if person in POLICE:
            found |= {"acceptance", "reopening"} if asked.state == "answered" else set()
            found |= {"withdrawal"} if asked.state in STANDING else set()
        return found

    # ---- progress, outcome, court

    def holding(self) -> list[Said]:
        return [step for step in self.steps if not step.undone]

    def add(self, person: Person, code: str, day: int) -> int:
        if why := self.refused(person, person in (DEV, BEN)):
            return why
        if self.withdrawn:
            return TOO_LATE
        twice = any(step.code == code and step.day == day for step in self.holding())
        new = Said("", code, day, len(self.steps) + 1, person, False)
        return WRONG if twice or stands([*self.holding(), new]) is None else DONE

    def added(self, step: Said) -> None:
        self.steps.append(step)
        self.audit.append(("progress.add", step.by, self.incident))
        self.happened("progress.added", step.id, step.by, (self.reporter,))
        if step.noted:
            self.happened("progress.noted", None, step.by, ())

    def may_take_back(self, person: Person, step: Said) -> bool:
        return person is DEV or (person is BEN and step.by is BEN)

    def take_back(self, person: Person, step: Said) -> int:
        if why := self.refused(person, self.may_take_back(person, step)):
            return why
        if self.withdrawn:
            return TOO_LATE
        if not step.undone:
            if stands([each for each in self.holding() if each is not step]) is None:
                return TOO_LATE
            step.undone = True
            self.happened("progress.taken_back", step.id, person, (self.reporter,))
        self.audit.append(("progress.take_back", person, self.incident))  # asked twice it is done once
        return DONE

    # ---- the incident itself

    def withdraw(self, person: Person) -> int:
        if why := self.refused(person, person in (self.reporter, BEN)):
            return why
        self.withdrawn = True
        self.audit.append(("incident.withdraw", person, self.incident))  # asked twice it is done once
        return DONE
