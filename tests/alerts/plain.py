"""A plain model of who is told what: a dozen rules in plain Python, and not a line of the house's own.

It says what a reader's stream, a reader's poll and a person's phone must have got, each once and in order. What the
house does is held against it by `test_model.py`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

ORDINARY, IMPORTANT, URGENT = range(3)
LEVELS = {"shop_theft": ORDINARY, "threats_abuse": IMPORTANT}
LABELS = {"shop_theft": "Shop theft", "threats_abuse": "Threats or abuse"}
Message = tuple[str, str]  # the event's name, and the id of what it shows or takes away


@dataclass
class Choice:
    """What wakes somebody in one scheme."""

    push: int = ORDINARY  # the least priority that rings
    live: int = ORDINARY  # the least that is said on an open page
    quiet: bool = False  # all day long, so that the hour of the test does not matter
    without: str = ""  # a category that they do not want


@dataclass(eq=False)
class Person:
    name: str
    places: dict[str, str] = field(default_factory=dict)  # {scheme: role}
    police: bool = False
    shut_out: set[str] = field(default_factory=set)  # schemes that suspended them
    suspended: bool = False  # everywhere
    choices: dict[str, Choice] = field(default_factory=dict)
    signed_in: bool = True
    device: int = 1  # 0 when it is not alerted; else the how-manieth registration

    def __repr__(self) -> str:
        return self.name


@dataclass(eq=False)
class Scheme:
    name: str
    breaks_through: bool = True  # what is urgent rings in quiet hours
    all_to_police: bool = True  # officers read also what the police were not told of


@dataclass(eq=False)
class Incident:
    id: str
    scheme: Scheme
    author: Person
    category: str
    in_progress: bool
    told_police: bool
    over: bool = False
    withdrawn: bool = False
    said: list[tuple[Person, str]] = field(default_factory=list)  # who spoke, and to which audience
    alerted: set[Person] = field(default_factory=set)  # whose phone was told of the report
    wishes: dict[Person, str] = field(default_factory=dict)  # follow, mute

    @property
    def now(self) -> bool:
        return self.in_progress and not self.over and not self.withdrawn

    @property
    def first_priority(self) -> int:
        return URGENT if self.in_progress else LEVELS[self.category]

    @property
    def priority(self) -> int:
        return URGENT if self.now else LEVELS[self.category]

    @property
    def card(self) -> str:
        return f"incident-{self.id}"


@dataclass(eq=False)
class Event:
    """One entry of the log."""

    number: int
    kind: str
    incident: Incident
    audience: str
    actor: Person
    thing: str = ""  # the id of the comment, the sighting or the step


@dataclass
class Alert:
    """One event on its way to one phone."""

    event: Event
    person: Person
    device: int
    silent: bool


class Model:
    """All that happened, and what follows from it for each reader."""

    def __init__(self, schemes: Iterable[Scheme], people: Iterable[Person]) -> None:
        self.schemes, self.people = list(schemes), list(people)
        self.events: list[Event] = []
        self.waiting: list[Alert] = []  # queued, not sent

    # ---- who may see

    def audiences(self, person: Person, scheme: Scheme) -> set[str]:
        """Of a scheme, those that this person belongs to; `all` where nothing is kept from them as police."""
        if person.suspended:
            return set()
        role = None if scheme.name in person.shut_out else person.places.get(scheme.name)
        if role is None and not person.police:
            return set()
        found = {"members", f"thread:{person.name}"}
        if role == "coordinator":
            found.add("coordinators")
        if person.police:
            found |= {"police", *(f"thread:{each.name}" for each in self.people)}
        if role is not None or scheme.all_to_police:
            found.add("all")
        return found

    def rights(self, person: Person) -> list[set[str]]:
        return [self.audiences(person, scheme) for scheme in self.schemes]

    def may_see(self, person: Person, event: Event) -> bool:
        mine = self.audiences(person, event.incident.scheme)
        return event.audience in mine and ("all" in mine or event.incident.told_police)

    def sees(self, person: Person, incident: Incident) -> bool:
        mine = self.audiences(person, incident.scheme)
        return "members" in mine and ("all" in mine or incident.told_police)

    # ---- what is said on a screen

    def messages(self, person: Person, event: Event) -> list[Message]:
        """What one reader gets of one event, as things stand now."""
        return [*self.shown(event), *self.toast(person, event)]

    def shown(self, event: Event) -> list[Message]:
        """The same for every reader."""
        incident, gone = event.incident, ("gone", event.incident.card)
        card = gone if incident.withdrawn else ("incident", incident.card)
        if event.kind == "comment":
            line = [("comment", f"comment-{event.thing}")]
            if incident.withdrawn:
                return [("counts", "")]
            return [*line, ("counts", incident.card)] if event.audience == "members" else line
        if event.kind == "why":
            return [("step", f"step-{event.thing}")]
        if event.kind == "withdrawn":
            return [gone]
        if event.kind in ("report", "told") or incident.withdrawn:
            return [card]
        if event.kind == "sighting":
            return [("sighting", f"sighting-{event.thing}"), card]
        return [card, ("step", f"step-{event.thing}")]  # all clear, edited

    def toast(self, person: Person, event: Event) -> list[Message]:
        """Said aloud at the top of a page."""
        if person is event.actor or event.kind == "why" or self.is_gone(event):
            return []
        if self.follows(event) or (person in self.named(event) and self.reaches(person, event)[1]):
            return [("toast", self.tag(event))]
        return []

    # ---- what wakes whom

    def named(self, event: Event) -> set[Person]:
        """Whom an event is meant for, whether or not they may see it."""
        incident = event.incident
        police = {person for person in self.people if person.police}
        followers = {person for person, wish in incident.wishes.items() if wish == "follow"}
        if event.kind == "report":
            return police | {person for person in self.people if incident.scheme.name in person.places}
        if event.kind == "told":
            return police
        if event.kind == "comment":
            found = {person for person, _ in incident.said} | {incident.author} | followers
            return found | self.meant_in_thread(event, found, police)
        if event.kind == "sighting":
            return {incident.author} | followers
        return set() if event.kind == "why" else incident.alerted

    def meant_in_thread(self, event: Event, found: set[Person], police: set[Person]) -> set[Person]:
        """Whose thread it is; and all police, until one of them takes part."""
        if not event.audience.startswith("thread:"):
            return set()
        own = {person for person in self.people if event.audience == f"thread:{person.name}"}
        return own if (found | own | {event.actor}) & police else own | police

    def follows(self, event: Event) -> bool:
        """It puts right what people were told."""
        return event.kind in ("all clear", "edited", "withdrawn")

    def reaches(self, person: Person, event: Event) -> tuple[bool, bool]:
        """Whether it rings, and whether it is said on an open page."""
        incident, choice = event.incident, person.choices.get(event.incident.scheme.name, Choice())
        if incident.wishes.get(person) == "mute":
            return False, False
        if event.kind == "report":
            priority, urgent = incident.first_priority, incident.first_priority == URGENT
        elif event.kind == "told":
            priority, urgent = incident.priority, incident.priority == URGENT
        elif self.follows(event):
            priority, urgent = IMPORTANT, False
        else:
            priority, urgent = (URGENT, True) if incident.now else (IMPORTANT, False)
        if event.kind in ("report", "told") and choice.without == incident.category:
            return False, False
        through = urgent and incident.scheme.breaks_through
        return priority >= choice.push and (through or not choice.quiet), priority >= choice.live

    def is_gone(self, event: Event) -> bool:
        """A line of a withdrawn incident: whoever came to look would find it without words."""
        return event.kind == "comment" and event.incident.withdrawn

    def tag(self, event: Event) -> str:
        return f"chat-{event.incident.id}" if event.kind == "comment" else event.incident.card

    def words(self, event: Event) -> tuple[str, bool]:
        """The title on a lock screen as things stand now, and whether it comes silently in any case."""
        incident, label = event.incident, LABELS[event.incident.category]
        if event.kind == "comment":
            return ("Police answered" if event.actor.police else "New answer"), False
        if event.kind == "sighting":
            return f"Seen again: {label}", False
        if event.kind == "all clear":
            return f"All clear: {label}", False
        if event.kind == "withdrawn" or incident.withdrawn:
            return "An alert was withdrawn", True
        return (f"{label} in progress" if incident.now else label), event.kind == "edited"

    # ---- what happens

    def happened(self, kind: str, incident: Incident, audience: str, actor: Person, thing: str = "") -> None:
        """An event, and the alerts that are queued with it."""
        event = Event(len(self.events) + 1, kind, incident, audience, actor, thing)
        self.events.append(event)
        for person in sorted(self.named(event) - {actor}, key=lambda each: each.name):
            rings = self.reaches(person, event)[0]
            if person.device and self.may_see(person, event) and (rings or self.follows(event)):
                self.waiting.append(Alert(event, person, person.device, not rings))
                if kind == "report":
                    incident.alerted.add(person)

    def sent(self) -> list[tuple[Person, int, str, str, bool]]:
        """What phones get when all that waits is sent: (whose, which, tag, title, silent)."""
        waiting, self.waiting = self.waiting, []
        found = []
        for alert in waiting:
            said = alert.person.device == alert.device and not self.is_gone(alert.event)
            if said and self.may_see(alert.person, alert.event):
                title, silent = self.words(alert.event)
                found.append(
                    (alert.person, alert.device, self.tag(alert.event), title, silent or alert.silent)
                )
        return found

    def drop_what_waits(self, person: Person, scheme: str = "") -> None:
        """Of one scheme, or all."""
        self.waiting = [
            alert for alert in self.waiting
            if alert.person is not person or scheme not in ("", alert.event.incident.scheme.name)
        ]  # fmt: skip

    def signs_out(self, person: Person) -> None:
        """All their sessions end, and with them the alerts on their phones."""
        person.signed_in, person.device = False, 0
        self.drop_what_waits(person)

    def leaves(self, person: Person, scheme: str) -> None:
        """What waits for them from there is dropped; who belongs nowhere else is signed out."""
        self.drop_what_waits(person, scheme)
        if not any(self.rights(person)):
            self.signs_out(person)


class Reader:
    """One reader's place in the log, and what they must have got until now."""

    def __init__(self, model: Model, person: Person) -> None:
        self.model, self.person = model, person
        self.cursor = len(model.events)
        self.due: list[Message] = []

    def read(self, after: int, until: int) -> int:
        """Get what lies in between and is theirs to see now; the number of the last of it, or none."""
        last = 0
        for event in self.model.events[after:until]:
            if self.model.may_see(self.person, event):
                self.due += self.model.messages(self.person, event)
                last = event.number
        return last
