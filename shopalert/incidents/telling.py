"""How descriptions are said in a line of words: on the incident's page, in its versions, and where two differ.

Who may read what is decided by the caller: `appearance`, a whole registration, what is kept for coordinators and
police. The default is what every member may read.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from shopalert.incidents import description
from shopalert.incidents.description import FLAG, GUARDED_FLAGS, Choices
from shopalert.incidents.facts import Facts, Row, goods_value
from shopalert.incidents.questions import QUESTIONS
from shopalert.words import money

SEEN_OF_PLATE = 3  # letters of a registration that every member reads


def label_of(choices: Choices, code: str | None) -> str:
    """The words of a code."""
    return _(dict(choices)[code]) if code in dict(choices) else code or ""


def person_words(person: Row, appearance: bool = False) -> str:
    """Man or boy, 25 to 34, tall, slim; short dark hair; black cap; tattoo on the neck; carrying a rucksack."""
    looks = [
        label_of(description.SEX, person.get("sex")), label_of(description.AGE, person.get("age")),
        label_of(description.APPEARANCE, person.get("appearance")) if appearance else "",
        label_of(description.HEIGHT, person.get("height")), label_of(description.BUILD, person.get("build")),
        label_of(description.COMPLEXION, person.get("complexion")),
    ]  # fmt: skip
    carrying = person.get("carrying")
    parts = [
        ", ".join(part for part in looks if part), person.get("hair"), person.get("clothing"), person.get("marks"),
        _("Carrying: %(what)s", what=carrying) if carrying else "",
    ]  # fmt: skip
    return "; ".join(part for part in parts if part)


def person_points(person: Row, appearance: bool = False) -> list[tuple[str, str]]:
    """The points that were said, each with its name."""
    found = [
        (_("Sex"), label_of(description.SEX, person.get("sex"))),
        (_("Age"), label_of(description.AGE, person.get("age"))),
        (_("Appearance"), label_of(description.APPEARANCE, person.get("appearance")) if appearance else ""),
        (_("Height"), label_of(description.HEIGHT, person.get("height"))),
        (_("Build"), label_of(description.BUILD, person.get("build"))),
        (_("Complexion"), label_of(description.COMPLEXION, person.get("complexion"))),
        (_("Hair"), person.get("hair", "")),
        (_("Clothing"), person.get("clothing", "")),
        (_("Marks"), person.get("marks", "")),
        (_("Carrying"), person.get("carrying", "")),
    ]
    return [(name, said) for name, said in found if said]


def plate_words(plate: str, whole: bool) -> str:
    """A registration, or its end: enough to know the van again, not to look its keeper up."""
    return plate if whole or len(plate) <= SEEN_OF_PLATE else f"…{plate[-SEEN_OF_PLATE:]}"


def vehicle_words(vehicle: Row, whole_plate: bool = False) -> str:
    """Van, white, Ford Transit, …XYZ, ladder on the roof."""
    parts = [
        label_of(description.VEHICLE, vehicle.get("type")), vehicle.get("colour", ""),
        " ".join(part for part in (vehicle.get("make"), vehicle.get("model")) if part),
        plate_words(vehicle.get("registration", ""), whole_plate), vehicle.get("marks", ""),
    ]  # fmt: skip
    return ", ".join(part for part in parts if part)


def goods_words(line: Row) -> str:
    """3 × coat, £80 each, got back."""
    parts = [f"{line.get('count', 1)} × {line.get('what') or _('not said')}"]
    if "each_pence" in line:
        parts.append(_("%(value)s each", value=money(line["each_pence"]) or "£0"))
    if line.get("recovered"):
        parts.append(_("got back"))
    return ", ".join(parts)


def flag_words(flags: Iterable[str], guarded: bool = False) -> list[str]:
    """The flags in words; what is kept for coordinators and police only to them."""
    hate = dict(description.HATE)
    read = [code for code in flags if guarded or code not in GUARDED_FLAGS]
    said = {code: _("Hate: %(what)s", what=_(hate[code]).lower()) for code in read if code in hate}
    return [said.get(code) or _(FLAG[code].chip) for code in read if code in hate or code in FLAG]


def kept_flags(flags: Iterable[str]) -> list[str]:
    """Those that only coordinators and police read, in words."""
    return flag_words([code for code in flags if code in GUARDED_FLAGS], guarded=True)


def answer_words(category: str, answers: dict[str, Any]) -> list[tuple[str, str]]:
    """The questions of the kind that were answered."""
    asked = {one.code: one for one in QUESTIONS.get(category, ())}
    return [
        (_(asked[code].label), label_of(asked[code].choices, said))
        for code, said in answers.items()
        if code in asked
    ]


def as_message(facts: Facts) -> str:
    """A report as a message in another one's chat: as much of it as every member may read."""
    people = [] if "child" in facts.flags else facts.people
    lines = [
        facts.narrative,
        *(person_words(person) for person in people),
        *(vehicle_words(vehicle) for vehicle in facts.vehicles),
        *(goods_words(line) for line in facts.goods),
        _("Went: %(way)s", way=facts.direction) if facts.direction else "",
        _("Said: %(words)s", words=facts.words_spoken) if facts.words_spoken else "",
    ]
    return "\n".join(line for line in lines if line)


def people_words(count: int) -> str:
    return ngettext("%(num)d person", "%(num)d people", count)


def came_to_words(code: str) -> str:
    return label_of(description.CAME_TO, code)


FILTERS = (
    person_words, person_points, vehicle_words, goods_words, goods_value, flag_words, kept_flags, people_words,
    came_to_words, plate_words,
)  # fmt: skip
