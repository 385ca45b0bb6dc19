"""The words of a description: ten points of a person, a vehicle, what stands out. Data, no code paths.

Codes are stable names (database, CSV); labels may change. What a witness cannot say stays empty: "unknown" is no
choice, because it is what an empty field says. Free text where people's own words are better than a list.
"""

from __future__ import annotations

from dataclasses import dataclass

from shopalert.incidents.vocabulary import N_

Choices = tuple[tuple[str, str], ...]

SEX: Choices = (("m", N_("Man or boy")), ("f", N_("Woman or girl")))
UNDER_18 = "under_18"
AGE: Choices = (
    (UNDER_18, N_("Under 18, or may be")),
    ("18_24", N_("18 to 24")),
    ("25_34", N_("25 to 34")),
    ("35_44", N_("35 to 44")),
    ("45_54", N_("45 to 54")),
    ("55_64", N_("55 to 64")),
    ("65_over", N_("65 or older")),
)
HEIGHT: Choices = (
    ("short", N_("Short (under 5 ft 5)")),
    ("medium", N_("Medium (5 ft 5 to 5 ft 10)")),
    ("tall", N_("Tall (5 ft 10 to 6 ft 2)")),
    ("very_tall", N_("Very tall (over 6 ft 2)")),
)
BUILD: Choices = (
    ("slim", N_("Slim")),
    ("medium", N_("Medium build")),
    ("muscular", N_("Muscular")),
    ("stocky", N_("Stocky")),
    ("heavy", N_("Heavily built")),
)
# Of the skin, not its colour: that would be an appearance code by another name.
COMPLEXION: Choices = (
    ("pale", N_("Pale")),
    ("ruddy", N_("Ruddy")),
    ("freckled", N_("Freckled")),
    ("tanned", N_("Tanned")),
    ("spots", N_("Spots or acne")),
    ("lined", N_("Lined or weathered")),
)
# As seen by others. Only where the scheme switches it on; the words are shown, the code is stored.
APPEARANCE: Choices = (
    ("IC1", N_("White North European")),
    ("IC2", N_("White South European")),
    ("IC3", N_("Black")),
    ("IC4", N_("Asian, Indian subcontinent")),
    ("IC5", N_("Chinese, Japanese, Korean or South-East Asian")),
    ("IC6", N_("Arab or North African")),
)
VEHICLE: Choices = (
    ("car", N_("Car")),
    ("van", N_("Van")),
    ("lorry", N_("Lorry")),
    ("taxi", N_("Taxi")),
    ("motorbike", N_("Motorbike")),
    ("moped", N_("Moped or scooter")),
    ("e_scooter", N_("E-scooter")),
    ("e_bike", N_("E-bike")),
    ("bicycle", N_("Bicycle")),
    ("other", N_("Another vehicle")),
)
# What came of it; empty when it was carried out. Attempts count too.
CAME_TO: Choices = (
    ("attempted", N_("Attempted")),
    ("prevented", N_("Prevented by staff")),
    ("refused_entry", N_("Entry refused")),
)


@dataclass(frozen=True, slots=True)
class Flag:
    """Something that may be true of any incident; `effect` says what ticking it changes."""

    code: str
    label: str
    effect: str
    chip: str
    icon: str = ""
    kind: str = "warn"


FLAGS: tuple[Flag, ...] = (
    Flag("injury", N_("Somebody is hurt"), N_("Rings at once, in quiet hours too."), N_("Injury"), "heart", "danger"),
    Flag("detained", N_("A person is being held"), N_("Rings at once. A ground on which police attend."), N_("Person held"), "lock", "danger"),
    Flag("hate", N_("Hate"), N_("Put first for police."), N_("Hate"), "alert"),
    Flag("child", N_("A child is involved, or may be"), N_("Put first. Pictures and description go to coordinator and police alone."), N_("Child involved"), "heart"),
    Flag("organised", N_("Organised: several people, bags, a list"), N_("Put first for police."), N_("Organised"), "people"),
    Flag("repeat", N_("The same person again"), N_("Put first for police."), N_("Seen before"), "undo"),
    Flag("sensitive_goods", N_("Dangerous goods: acid, blades, medicines"), N_("Put first for police."), N_("Dangerous goods"), "warn"),
    Flag("staff_targeted", N_("Staff were singled out"), N_("Put first for police."), N_("Staff targeted"), "person"),
    Flag("domestic", N_("Partner or family"), N_("Shown to coordinator and police alone."), N_("Domestic"), "door"),
)  # fmt: skip
FLAG: dict[str, Flag] = {flag.code: flag for flag in FLAGS}

# What the hate was about. It says something of the person who suffered it: coordinator and police alone.
HATE: Choices = (
    ("hate_race", N_("Race")),
    ("hate_religion", N_("Religion")),
    ("hate_orientation", N_("Sexual orientation")),
    ("hate_disability", N_("Disability")),
    ("hate_transgender", N_("Transgender identity")),
)
FLAG_CODES: tuple[str, ...] = (*FLAG, *(code for code, _ in HATE))
GUARDED_FLAGS: frozenset[str] = frozenset({"domestic", *(code for code, _ in HATE)})
