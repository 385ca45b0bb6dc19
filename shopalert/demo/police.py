"""What the police made of the invented incidents: numbers as their chats have them, progress and outcome after that."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

from shopalert.demo.shapes import IncidentFacts, World
from shopalert.outcomes.standing import Planned, standing
from shopalert.outcomes.working_days import add_working_days, day_of
from shopalert.protection.clocks import clocks

Rows = list[dict[str, Any]]
CRIME, ONLINE = re.compile(r"42/\d+/\d\d"), re.compile(r"EX-\d{6}-\d+")
# How a crime may go on: (days after the last, working days until the shop was told, what happened).
WAYS: tuple[tuple[int, tuple[tuple[int, int, str], ...]], ...] = (
    (30, ((2, 1, "allocated"), (9, 4, "no_suspect"))),
    (20, ((1, 0, "allocated"), (3, 1, "under_investigation"))),
    (14, ((3, 2, "suspect_identified"), (4, 1, "suspect_arrested"), (1, 3, "charged_summonsed"), (9, 6, "court_date"))),
    (8, ((1, 1, "suspect_arrested"), (0, 1, "charged_summonsed"), (25, 2, "convicted"))),
    (10, ((5, 3, "suspect_identified"), (8, 8, "out_of_court_informal"))),
    (10, ((6, 2, "evidential_victim_supports"),)),
    (8, ((12, 9, "further_investigation_not_in_public_interest"),)),
)  # fmt: skip
NOTES = {
    "suspect_arrested": "One person, in custody overnight.",
    "charged_summonsed": "Two thefts, yours among them.",
    "no_suspect": "Footage looked at, nobody known. It is opened again if they come back.",
    "out_of_court_informal": "Apology and the goods paid for.",
}
SENTENCES = (
    "18 weeks, suspended for a year. Not to enter the High Street for two years.",
    "Fine of £120 and compensation to the shop.",
    "Community order, 80 hours unpaid work.",
)
FOR_POLICE = ("Also wanted on warrant, see custody record.", "Do not name yet: second suspect outstanding.")


@dataclass
class Made:
    """The rows of one town, and where each incident stands after them."""

    steps: Rows = field(default_factory=list)
    notes: Rows = field(default_factory=list)
    numbers: Rows = field(default_factory=list)
    stands: dict[str, dict[str, Any]] = field(default_factory=dict)  # of the incident's columns, by key


Under = Callable[[IncidentFacts, datetime, str], dict[str, Any]]


def made_of(world: World, under: Under) -> Made:
    """All of it; the same town has the same police."""
    made = Made()
    for one in world.incidents:
        if one.withdrawn_at is None and not one.exercise:
            of_incident(made, world, one, under)
    return made


def of_incident(made: Made, world: World, one: IncidentFacts, under: Under) -> None:
    chance = Random(f"{world.seed} police {one.key}")  # noqa: S311
    told: list[tuple[str, datetime, str, str]] = []  # code, moment, who, number
    for said in one.comments:
        if said.audience == "members" and not said.by_police and (found := ONLINE.search(said.text)):
            told.append(("online", said.at, said.author, found[0]))
        if said.audience == "members" and said.by_police and (found := CRIME.search(said.text)):
            told.append(("crime", said.at, said.author, found[0]))
    if not told:
        return
    stands: dict[str, Any] = {"told_police": True}
    steps: list[Planned] = []
    for kind, at, who, number in told:
        stands[f"{kind}_number"] = number
        by_police = kind == "crime"
        row = {**under(one, at, who), **clocks("incident", at), "kind": kind, "number": number, "at": at}
        made.numbers.append({**row, "by_police": by_police})
        code = "recorded" if by_police else "reported"
        step(made, steps, under(one, at, who), code, at, at, by_police=by_police)
    if told[-1][0] == "crime":
        go_on(made, steps, world, one, told[-1], under, chance)
    now = standing(steps)
    made.stands[one.key] = {**stands, "progress": now.progress, "outcome": now.outcome, "court": now.court}


def go_on(
    made: Made, steps: list[Planned], world: World, one: IncidentFacts, last: Any, under: Under, chance: Random
) -> None:  # fmt: skip
    """As far as it has come by now."""
    _kind, at, officer, _number = last
    way = chance.choices([way for _weight, way in WAYS], [weight for weight, _way in WAYS])[0]
    for days, waits, code in way:
        at += timedelta(days=days, minutes=chance.randint(5, 200))
        known = max(at, at + (add_working_days(day_of(at), waits) - day_of(at)))
        if known >= world.now:
            return
        sentence = chance.choice(SENTENCES) if code == "convicted" else ""
        row = under(one, known, officer)
        step(made, steps, row, code, at, known, note=NOTES.get(code, ""), sentence=sentence)
        if code == "suspect_identified" and chance.random() < 0.5:
            note = {
                **under(one, known, officer),
                **clocks("incident", known),
                "audience": "police",
                "at": known,
            }
            made.notes.append({**note, "step_id": row["id"], "text": chance.choice(FOR_POLICE)})


def step(
    made: Made, steps: list[Planned], row: dict[str, Any], code: str, happened: datetime, told: datetime, *,
    by_police: bool = True, note: str = "", sentence: str = "",
) -> None:  # fmt: skip
    number = len(steps) + 1
    steps.append(Planned(code, day_of(happened), number))
    made.steps.append(
        {
            **row, **clocks("incident", told), "number": number, "code": code, "happened_on": day_of(happened),
            "told_on": day_of(told), "note": note, "sentence": sentence, "client_id": uuid.uuid4(), "sent_hash": b"",
            "by_police": by_police, "at": told,
        }
    )  # fmt: skip
