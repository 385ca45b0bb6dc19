"""The report in words, in the order of the force's form: to be copied into it, box by box or as a whole."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from shopalert.incidents.telling import (
    answer_words,
    flag_words,
    goods_words,
    label_of,
    person_words,
    vehicle_words,
)
from shopalert.police.forces import Asks
from shopalert.police.meter import fits
from shopalert.police.vocabulary import CCTV, EVIDENCE, SUPPORT, YES_NO
from shopalert.words import exactly, money


@dataclass(frozen=True)
class Told:
    """What the words are made of: the incident, what stands beside it, and which parts this reader may read."""

    incident: Any
    beside: Any  # of ForPolice, or none
    kind: str
    place: str
    business: str
    pictures: int
    guarded: bool
    reads_people: bool
    whole_plate: bool
    appearance: bool


def summary(asks: Asks, told: Told) -> str:
    """The whole text. Lines without an answer are left out: an empty box says no more than a missing one."""
    incident = told.incident
    head = [_("EXERCISE: this did not happen")] if incident.exercise else []
    head.append(_("Our reference: %(reference)s", reference=incident.reference))
    asked = [
        f"{_(need.label)}: {words}"
        for need in asks.needs
        if fits(need, incident) and (words := SAYS[need.code](told))
    ]
    more = [f"{label}: {words}" for label, words in beyond(told) if words]
    return "\n".join([*head, *asked, *more])


def people(told: Told) -> str:
    if not told.reads_people:
        return _("known to the coordinator and the police")
    said = [person_words(one, told.appearance) for one in told.incident.people]
    return numbered([words for words in said if words]) or counted(told.incident.people_count)


def counted(count: int | None) -> str:
    return ngettext("%(num)d person", "%(num)d people", count) if count else ""


def numbered(lines: list[str]) -> str:
    """One as it is; several on a line each."""
    if len(lines) < 2:
        return "".join(lines)
    return "".join(f"\n  {number}. {line}" for number, line in enumerate(lines, 1))


def value(told: Told) -> str:
    lost, back = told.incident.value_lost_pence, told.incident.value_recovered_pence
    got_back = _(", of it got back: %(value)s", value=money(back)) if back else ""
    return f"{money(lost)}{got_back}" if lost is not None else ""


def when(told: Told) -> str:
    since, until = told.incident.occurred_at, told.incident.occurred_until
    return f"{exactly(since)} {_('to')} {exactly(until)}" if until else exactly(since)


def what_happened(told: Told) -> str:
    return ". ".join(part.rstrip(".") for part in (told.kind, told.incident.narrative) if part) + "."


def cctv(told: Told) -> str:
    pictures = ngettext("%(num)d picture", "%(num)d pictures", told.pictures) if told.pictures else ""
    return "; ".join(part for part in (given(told, "cctv", CCTV), pictures) if part)


def contact(told: Told) -> str:
    return ", ".join(part for part in (given(told, "contact_name"), told.business) if part)


def given(told: Told, name: str, choices: Any = ()) -> str:
    """What was given beside the report, in words."""
    said = getattr(told.beside, name, "") if told.beside is not None else ""
    return label_of(choices, said) if choices else said


SAYS: dict[str, Callable[[Told], str]] = {
    "happened": what_happened,
    "when": when,
    "place": lambda told: told.place,
    "goods": lambda told: numbered([goods_words(line) for line in told.incident.goods]),
    "value": value,
    "description": people,
    "vehicle": lambda told: numbered(
        [vehicle_words(one, told.whole_plate) for one in told.incident.vehicles]
    ),
    "contact": contact,
    "number": lambda told: given(told, "contact_number"),
    "available": lambda told: given(told, "available"),
    "cctv": cctv,
    "support": lambda told: given(told, "support", SUPPORT),
    "elsewhere": lambda told: given(told, "reported_elsewhere", YES_NO),
}


def beyond(told: Told) -> list[tuple[str, str]]:
    """What no form asks for in the same place everywhere."""
    incident = told.incident
    used = [
        words
        for said, words in (
            (incident.violence, _("violence was used")),
            (incident.weapon, _("a weapon was seen")),
        )
        if said
    ]
    flags = flag_words(incident.flags, told.guarded)
    return [
        (_("Violence"), ", ".join(used)),
        (_("Also"), ", ".join(flags)),
        (_("Which way they went"), incident.direction),
        (_("Words spoken"), incident.words_spoken),
        *answer_words(incident.category_code, incident.answers),
        (_("Evidence to secure"), given(told, "evidence", EVIDENCE)),
    ]  # fmt: skip
