"""What the police do with a crime, and what comes of it: two lists, as the shop reads them.

Progress: the stations of an investigation, in their usual order (Victims' Code, nottinghamshire.police.uk "what steps do
police have to take" and askthe.police.uk Q622: the victim is told of arrest, charge, bail, caution, and that there is no
investigation). Outcome: the groups in which a force closes a crime, under the names that the Home Office's outcome types
go by in Gwent Police's disclosure 2025/28532. Court: what became of a charge. Codes are stable names; labels may change.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from shopalert.incidents.vocabulary import N_

Kind = Literal["progress", "outcome", "court"]


@dataclass(frozen=True, slots=True)
class Station:
    """One thing that can happen to a crime: how lists say it, and how a card and a lock screen do."""

    code: str
    kind: Kind
    label: str
    short: str


NOT_REPORTED, REPORTED, RECORDED, CLOSED = "not_reported", "reported", "recorded", "closed"
CHARGED = "charged_summonsed"

PROGRESS: tuple[Station, ...] = (
    Station(REPORTED, "progress", N_("Reported to the police"), N_("Reported to police")),
    Station(RECORDED, "progress", N_("Recorded as a crime"), N_("Crime recorded")),
    Station("allocated", "progress", N_("Given to an officer"), N_("With an officer")),
    Station("under_investigation", "progress", N_("Under investigation"), N_("Investigated")),
    Station("suspect_identified", "progress", N_("Suspect identified"), N_("Suspect identified")),
    Station("suspect_arrested", "progress", N_("Suspect arrested"), N_("Suspect arrested")),
    Station("file_with_cps", "progress", N_("File with the Crown Prosecution Service"), N_("File with CPS")),
    Station("court_date", "progress", N_("Court date set"), N_("Court date set")),
    Station(CLOSED, "progress", N_("Closed by the police"), N_("Closed")),
)
OUTCOMES: tuple[Station, ...] = (
    Station(CHARGED, "outcome", N_("Charged or summonsed"), N_("Charged")),
    Station("out_of_court_formal", "outcome", N_("Caution or penalty notice"), N_("Caution or notice")),
    Station("out_of_court_informal", "outcome", N_("Community resolution"), N_("Community resolution")),
    Station("diversionary", "outcome", N_("Diverted: a programme instead of prosecution"), N_("Diverted")),
    Station("taken_into_consideration", "outcome", N_("Taken into consideration with another crime"), N_("Taken into consideration")),
    Station("evidential_victim_supports", "outcome", N_("Not enough evidence; the business supports action"), N_("Not enough evidence")),
    Station("evidential_victim_does_not", "outcome", N_("Not enough evidence; the business does not support action"), N_("Not supported")),
    Station("prosecution_prevented_or_not_in_public_interest", "outcome", N_("Prosecution prevented, or not in the public interest"), N_("Not prosecuted")),
    Station("further_investigation_not_in_public_interest", "outcome", N_("No further investigation: not in the public interest"), N_("Not investigated further")),
    Station("transferred", "outcome", N_("Passed to another body"), N_("Passed on")),
    Station("no_suspect", "outcome", N_("Investigated, no suspect identified"), N_("No suspect")),
)  # fmt: skip
COURT: tuple[Station, ...] = (
    Station("convicted", "court", N_("Convicted"), N_("Convicted")),
    Station("acquitted", "court", N_("Found not guilty"), N_("Not guilty")),
    Station("discontinued", "court", N_("Case dropped before it ended"), N_("Case dropped")),
)
LISTS: tuple[tuple[str, tuple[Station, ...]], ...] = (
    (N_("Progress"), PROGRESS),
    (N_("Outcome"), OUTCOMES),
    (N_("At court"), COURT),
)
STATION: dict[str, Station] = {one.code: one for _label, stations in LISTS for one in stations}

# After a charge the case goes on: these follow it and say nothing against it.
AFTER_CHARGE = frozenset({"file_with_cps", "court_date", CLOSED})
# The shop’s own act, the number that comes with it, and what its outcome says better: no news that somebody waits for.
NO_NEWS = frozenset({REPORTED, RECORDED, CLOSED})
