"""What the police ask of a shop, and when they come: lists, with their sources.

999 and attendance: the Retail Crime Action Plan (NPCC 2023) as told by the National Business Crime Centre; the minimum
before a force records: Police Scotland's list for thefts reported online (sgfscot.co.uk, Retail Crime Taskforce). What
forces of England add (a point of contact, support for a prosecution, reported elsewhere, a person held, a vehicle) is our
own reading of their forms. Which of these a force asks for stands in `forces.toml`.
"""

from __future__ import annotations

from dataclasses import dataclass

from shopalert.incidents.vocabulary import N_

Choices = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Need:
    """One thing that a force wants to know: what to say of it, and where it is filled in (`report` or `details`)."""

    code: str
    label: str
    ask: str
    where: str
    field: str  # of that form


NEEDS: tuple[Need, ...] = (
    Need("happened", N_("What happened"), N_("Say what happened, in a sentence or two."), "report", "narrative"),
    Need("when", N_("Date and time"), N_("Say when it happened."), "report", "occurred_at"),
    Need("place", N_("Place"), N_("Say at which premises it happened."), "report", "premises"),
    Need("goods", N_("What was taken"), N_("List what was taken."), "report", "goods"),
    Need("value", N_("Its value"), N_("Say what it was worth."), "report", "value_lost"),
    Need("description", N_("Who did it"), N_("Describe the person: clothing, build, hair."), "report", "people"),
    Need("vehicle", N_("Vehicle"), N_("Describe the vehicle they left in."), "report", "vehicles"),
    Need("contact", N_("Whom to contact"), N_("Name a member of staff whom the police can ask."), "details", "contact_name"),
    Need("number", N_("Direct number"), N_("Give a number on which that person answers."), "details", "contact_number"),
    Need("available", N_("When they are there"), N_("Say when that person can be reached."), "details", "available"),
    Need("cctv", N_("CCTV"), N_("Say whether a camera has it."), "details", "cctv"),
    Need("support", N_("Support for a prosecution"), N_("Say whether the business would support a prosecution."), "details", "support"),
    Need("elsewhere", N_("Reported elsewhere"), N_("Say whether somebody has reported it already."), "details", "reported_elsewhere"),
)  # fmt: skip
NEED: dict[str, Need] = {need.code: need for need in NEEDS}
# Asked only where it can be answered: nothing is taken in an assault, and most people come on foot.
OF_GOODS = frozenset({"shop_theft", "burglary", "robbery", "make_off", "fraud", "theft_person", "vehicle"})
OF_VEHICLES = frozenset({"vehicle", "make_off"})

CCTV: Choices = (
    ("saved", N_("Yes, and it is saved")),
    ("running", N_("Yes, not saved yet")),
    ("unclear", N_("There are cameras; not looked at yet")),
    ("none", N_("No camera has it")),
)
SUPPORT: Choices = (
    ("yes", N_("Yes: we would give a statement")),
    ("ask", N_("Not decided; please ask us")),
    ("no", N_("No")),
)
YES_NO: Choices = (("no", N_("No")), ("yes", N_("Yes")))
EVIDENCE: Choices = (("no", N_("No")), ("yes", N_("Yes: blood, fingerprints, something left behind")))

# code, words
GROUNDS_999: Choices = (
    ("life", N_("Somebody is hurt or in danger")),
    ("in_progress", N_("A serious offence is happening now")),
    ("violence", N_("Violence is used or about to be")),
    ("property", N_("Property is about to be seriously harmed")),
    ("detained", N_("A person is held who may be a danger")),
)
GROUNDS_TO_ATTEND: Choices = (
    ("violence", N_("Violence was used")),
    ("detained", N_("A person is held")),
    ("detained_first", N_("A person is held who is under 18 or has done it before")),
    ("evidence", N_("There is evidence that an officer has to secure")),
)
NUMBERS: Choices = (
    ("incident", N_("Incident number")),
    ("crime", N_("Crime number")),
    ("online", N_("Online report number")),
)
