"""The cast: the same people in tests, pictures and docs.

Asha assistant at Harper's, Wickford · Ivy also of Wickford · Leo lead · Ben coordinator Wickford · Pat of the CCTV
room · Carol member Billericay · Dev officer of Basildon district · Ellen commander · Olu officer of another
district · Femi removed yesterday · Sam suspended · Gus operator.
"""

from __future__ import annotations

from dataclasses import dataclass

PASSWORD = "correct horse battery staple"


@dataclass(frozen=True)
class Person:
    """One of the cast: name, roles by scheme slug or district slug."""

    name: str
    member: tuple[tuple[str, str, str], ...] = ()  # (scheme, role, premises)
    police: tuple[tuple[str, str], ...] = ()  # (district, role)
    rank: str = ""
    operator: bool = False
    removed: bool = False
    suspended: bool = False

    @property
    def short_name(self) -> str:
        return f"{self.rank} {self.name.split()[-1]}" if self.rank else self.name.split()[0]

    @property
    def email(self) -> str:
        return f"{self.name.split()[0].lower()}@example.org"


ASHA = Person("Asha Kaur", member=(("wickford", "member", "Harper's"),))
IVY = Person("Ivy Webb", member=(("wickford", "member", "Larkmead Pharmacy"),))
LEO = Person("Leo Stone", member=(("wickford", "lead", "Larkmead Pharmacy"),))
BEN = Person("Ben Okoro", member=(("wickford", "coordinator", ""),))
PAT = Person("Pat Lowe", member=(("wickford", "partner", ""),))
CAROL = Person("Carol Dunn", member=(("billericay", "member", "Coppice Foods"),))
FEMI = Person("Femi Cole", member=(("wickford", "member", "Harper's"),), removed=True)
SAM = Person("Sam Reed", member=(("wickford", "member", "Harper's"),), suspended=True)
DEV = Person("Dev Mercer", police=(("basildon", "officer"),), rank="PC")
ELLEN = Person("Ellen Frost", police=(("basildon", "commander"),), rank="CI")
OLU = Person("Olu Grant", police=(("southend", "officer"),), rank="PC")
GUS = Person("Gus Hale", operator=True)

CAST = (ASHA, IVY, LEO, BEN, PAT, CAROL, FEMI, SAM, DEV, ELLEN, OLU, GUS)
ONE_OF_EACH = (IVY, BEN, DEV)


def walkers(engine: str, among: tuple[Person, ...] = CAST) -> tuple[Person, ...]:
    """Who of these walks through every page there is: all of them.

    On PostgreSQL one of each kind: the pages are the same, and its own wall can only take rows away.
    """
    return among if engine == "sqlite" else tuple(each for each in among if each in ONE_OF_EACH)
