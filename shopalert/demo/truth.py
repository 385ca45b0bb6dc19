"""What was planted, kept as data: four series, one rise, one person again and again.

Whatever later looks for links and trends is scored against this. The generator reads it; the loader writes beside
the database which incidents it became (`truth_of`). Times are days before `now`, so that the newest of it is fresh.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from shopalert.demo.shapes import World
from shopalert.demo.suspects import MEN, ONE_MAN, ONE_WOMAN, WOMEN, Suspect


@dataclass(frozen=True, slots=True)
class Event:
    """One incident of a series: where, how many days before now, at what hour, and how the reporter put it."""

    scheme: str
    trade: str
    days: float
    hour: float
    words: str


@dataclass(frozen=True, slots=True)
class Series:
    key: str
    why: str
    category: str
    suspect: Suspect
    events: tuple[Event, ...]


@dataclass(frozen=True, slots=True)
class Rise:
    """A category that runs at `factor` times its usual rate in one scheme over the last `days` days."""

    key: str
    scheme: str
    category: str
    days: int
    factor: float


SERIES = (
    Series(
        "green-coat",
        "Two women, one in a long green coat, a foil-lined black rucksack; one keeps staff talking. Cosmetics and chemists.",
        "shop_theft",
        Suspect("SERIES-green-coat", WOMEN, "early 20s", "slim", "long dark hair", "long green coat", "black joggers", "hood up",
                "a black rucksack", "one talks to the till while the other fills the bag", "towards the station"),
        (
            Event("WIC", "cosmetics", 6.1, 11.4, "Two women, one in a long green coat, took {goods} from {corner}. One kept {staff} talking."),
            Event("WIC", "pharmacy", 6.0, 11.8, "2 women, long green coat and a black rucksack. {Goods} from {corner} while the other asked about hay fever."),
            Event("BIL", "cosmetics", 4.2, 15.2, "Two females. Green coat down to the knee stayed at {corner}, the other wanted everything explained. {Goods} gone."),
            Event("WIC", "cosmetics", 3.1, 13.6, "Same two as before, green coat. Black rucksack with foil in it. {Goods}."),
            Event("BIL", "pharmacy", 2.9, 16.1, "Woman in a green coat filled a black rucksack with {goods}, her friend argued about a coupon at the till."),
            Event("WIC", "pharmacy", 1.1, 12.2, "Green coat again, with a friend in joggers. {Goods} from {corner}, rucksack did not set off the alarm."),
            Event("WIC", "cosmetics", 0.05, 13.7, "Two women filled a black rucksack with fragrance, one kept {staff} talking at the till. {Goods}."),
        ),
    ),
    Series(
        "pushchair-meat",
        "A man with an empty pushchair and a blanket, meat and cheese, shortly after opening, in the supermarkets of Grays and Lakeside.",
        "shop_theft",
        Suspect("SERIES-pushchair-meat", ONE_MAN, "in his 40s", "stocky", "ginger beard", "camouflage jacket", "work trousers", "bobble hat",
                "a pushchair", "fills the bag behind the end of the aisle", "into the car park"),
        (
            Event("GRA", "food", 33.2, 8.2, "Man with a pushchair, no child in it, loaded {goods} under a blanket just after opening."),
            Event("LAK", "food", 29.1, 8.6, "Ginger beard, camouflage jacket, pushchair with a blanket. {Goods} from {corner}."),
            Event("GRA", "food", 24.3, 7.9, "The pushchair man. {Goods} under a blanket, out past the flowers."),
            Event("GRA", "convenience", 17.2, 8.4, "Stocky man, ginger beard, empty pushchair: {goods} from {corner}, into a waiting car."),
            Event("LAK", "food", 11.4, 8.1, "First customer of the day pushed {goods} out in a pushchair. Blanket over the top, camouflage jacket."),
            Event("GRA", "food", 5.2, 8.3, "Pushchair with no baby. {Goods}. Camouflage jacket, gets into a car round the corner."),
        ),
    ),
    Series(
        "refund-return",
        "A woman in a burgundy coat picks goods from the shelf and takes them to the till for a refund. Chelmsford, clothing and home.",
        "fraud",
        Suspect("SERIES-refund-return", ONE_WOMAN, "in her 50s", "tall", "fair bob", "burgundy coat", "dark trousers", "sunglasses",
                "a large handbag", "comes back for a refund the next day", "through the arcade"),
        (
            Event("CHE", "clothing", 47.3, 10.6, "Woman in a burgundy coat picked {goods} off the rail and brought them to the till for a refund, receipt from March."),
            Event("CHE", "home", 44.1, 11.1, "Refund wanted on {goods} that had never left the shop. Fair bob, burgundy coat."),
            Event("CHE", "clothing", 39.2, 10.8, "Tall lady, sunglasses, wanted money back for {goods}. The tags are from today."),
            Event("CHE", "sports", 36.4, 12.3, "Burgundy coat, receipt folded so the date does not show, refund on {goods} given before we checked."),
            Event("CHE", "clothing", 31.3, 11.5, "She did it again with {goods}: shelf, till, refund. Fair hair in a bob, large handbag."),
            Event("CHE", "home", 27.1, 10.9, "Returned {goods} she had carried from {corner} two minutes before. Said her husband has the card."),
            Event("CHE", "clothing", 22.2, 11.3, "Refund refused this time. Lady in a burgundy coat with {goods}, said she would write to head office."),
            Event("CHE", "pharmacy", 15.4, 10.7, "Lady in sunglasses and a burgundy coat asked for a refund on {goods} from our own shelf."),
        ),
    ),
    Series(
        "two-spirits",
        "Two men, hi-vis and a delivery bag, spirits off the top shelf, Fridays and Saturdays towards closing along the Southend front.",
        "shop_theft",
        Suspect("SERIES-two-spirits", MEN, "about 30", "tall", "short dark hair", "hi-vis vest", "cargo trousers", "black cap",
                "a delivery bag", "never takes a basket", "along the front"),
        (
            Event("SOU", "wine", 58.2, 19.6, "Two men in hi-vis with a courier's bag took {goods} off the top shelf."),
            Event("SOU", "food", 51.3, 20.2, "Couriers, or dressed as couriers. Square delivery bag, {goods} from {corner}, off on bikes."),
            Event("LEI", "wine", 44.4, 19.9, "Two lads with a square delivery bag. One asked for an order that does not exist, the other took {goods}."),
            Event("SOU", "wine", 37.1, 20.4, "Hi-vis pair again just before we shut. {Goods}."),
            Event("LEI", "food", 30.2, 19.4, "Hi-vis vest and black cap, two of them, delivery bag filled with {goods} at {corner}."),
            Event("SOU", "convenience", 23.3, 21.1, "2 males, one hi-vis, one black cap. {Goods} into a courier bag while the queue was long."),
            Event("SOU", "wine", 16.4, 20.0, "The delivery bag men. {Goods} from {corner}, gone on bikes along the front."),
            Event("LEI", "convenience", 9.1, 20.6, "Two men, courier bag, straight to {corner}. {Goods}, no word said."),
            Event("SOU", "food", 2.3, 20.3, "Delivery bag, hi-vis, two of them, {goods}. Bikes left outside with the lights on."),
        ),
    ),
)  # fmt: skip

RISE = Rise("theft-in-tendring", "TEN", "shop_theft", 14, 3.0)

# One person with fifty-one charges in five months is on record: here the same pace over ninety days.
PROLIFIC = "CHE-prolific"
PROLIFIC_EVENTS = 31
PROLIFIC_SUSPECT = Suspect(PROLIFIC, ONE_MAN, "mid 30s", "slight", "receding fair hair", "grey hoodie", "grey joggers", "black cap",
                           "a bag for life", "sets off the alarm and walks on", "towards the underpass")  # fmt: skip


def truth_of(world: World) -> dict[str, Any]:
    """Which incidents the plan became, by reference."""
    by_series: dict[str, list[str]] = {series.key: [] for series in SERIES}
    by_rise: list[str] = []
    by_person: dict[str, list[str]] = {}
    for incident in world.incidents:
        if incident.series:
            by_series[incident.series].append(incident.reference)
        if incident.rise:
            by_rise.append(incident.reference)
        if incident.person:
            by_person.setdefault(incident.person, []).append(incident.reference)
    return {
        "now": world.now.isoformat(),
        "seed": world.seed,
        "series": [{"key": one.key, "why": one.why, "incidents": by_series[one.key]} for one in SERIES],
        "rise": {"key": RISE.key, "scheme": RISE.scheme, "category": RISE.category, "days": RISE.days, "factor": RISE.factor,
                 "incidents": by_rise},
        "prolific": by_person.get(PROLIFIC, []),
        "people": {person: references for person, references in sorted(by_person.items()) if len(references) > 1},
    }  # fmt: skip
