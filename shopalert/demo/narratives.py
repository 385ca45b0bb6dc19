"""What the reporter typed: a sentence of the category, and now and then one or two more, as people write on a phone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from random import Random

from shopalert.demo import phrases, trades, wording
from shopalert.demo.people import FIRST
from shopalert.demo.rhythm import LONDON
from shopalert.demo.shapes import PremisesFacts
from shopalert.demo.suspects import CONTAINERS, Suspect, indefinite, with_article

SLOT = re.compile(r"\{(\w+)\}")
THEFTS = {"shop_theft", "shop_theft_attempt", "burglary", "robbery", "theft_person"}
PLACES = {
    "pub": "pub",
    "bar": "bar",
    "club": "club",
    "restaurant": "restaurant",
    "cafe": "café",
    "bank": "branch",
}
GRIM = {"violence_worker", "threats_abuse", "robbery", "weapon"}
VALUED = {
    "shop_theft",
    "fraud",
    "make_off",
    "burglary",
    "robbery",
    "counterfeit",
    "vehicle",
    "damage",
    "theft_person",
}
NOBODY = {"welfare", "other"}


@dataclass(frozen=True, slots=True)
class Told:
    """A narrative and what the form beside it says."""

    text: str
    first_words: str  # what a quick first alert would have said
    value_lost_pence: int | None
    uses_person: bool
    haul: Haul


@dataclass(frozen=True, slots=True)
class Haul:
    """What was taken: words and pence."""

    words: str
    bare: str
    pence: int
    count: int = 1

    @classmethod
    def from_shop(cls, chance: Random, premises: PremisesFacts) -> Haul:
        bare, low, high, fewest, most = chance.choice(trades.BY_CODE[premises.trade].goods)
        count = chance.randint(fewest, most)
        price = chance.randint(low // 50, high // 50) * 50 - chance.choice((0, 1, 1, 5))
        if count == 1:
            return cls(indefinite(singular(bare)), bare, price)
        forms = [wording.NUMBERS[count] if count < 13 else str(count), str(count), str(count)]
        if count >= 5:
            forms += [f"at least {count}", f"about {wording.NUMBERS[count] if count < 13 else count}"]
        return cls(f"{chance.choice(forms)} {bare}", bare, price * count, count)


def singular(words: str) -> str:
    """ "bottles of gin" -> "bottle of gin", of the first word or, without an "of", of the last."""
    head, of, rest = words.partition(" of ")
    head = (
        re.sub(r"(ch|sh|ss|x)es$", r"\1", head)
        if re.search(r"(ch|sh|ss|x)es$", head)
        else head.removesuffix("s")
    )
    return head + of + rest


class Teller:
    """Writes for one scheme; remembers what it wrote, so that no narrative comes twice."""

    def __init__(self, chance: Random, written: set[str]) -> None:
        self.chance, self.written = chance, written

    def tell(self, category: str, premises: PremisesFacts, suspect: Suspect, at: datetime, neighbours: list[str],
             in_progress: bool = False, core: str | None = None) -> Told:  # fmt: skip
        """A narrative that nobody has written yet."""
        for _ in range(60):
            told = self.draft(category, premises, suspect, at, neighbours, in_progress, core)
            if told.text not in self.written:
                self.written.add(told.text)
                return told
        raise RuntimeError(f"the grammar of {category} has run dry")

    def draft(self, category: str, premises: PremisesFacts, suspect: Suspect, at: datetime, neighbours: list[str],
              in_progress: bool, core: str | None) -> Told:  # fmt: skip
        chance = self.chance
        haul = Haul.from_shop(chance, premises)
        slots = self.slots(premises, suspect, at, neighbours, haul)
        present = in_progress and category in phrases.NOW and core is None
        pattern = core or self.pattern(category, premises, present)
        text = self.fill(pattern, slots)
        first = text
        person = "{who}" in pattern.lower()
        for tail in self.tails(category, person, present):
            if ("{way}" in tail and slots["way"] in text) or ("{carry}" in tail and slots["carry"] in text):
                continue
            if "{top_a}" in tail and slots["top"] in text:
                continue
            text += " " + self.fill(tail, slots)
        return Told(self.typed(text), first, self.value(category, haul, pattern, slots), person, haul)

    def tails(self, category: str, person: bool, present: bool) -> list[str]:
        """Up to three more sentences, which fit what happened."""
        chance = self.chance
        theft = category in THEFTS
        pools: list[tuple[tuple[str, ...], float]] = [(wording.PROOF, 0.12 if category in NOBODY else 0.34)]
        if category in GRIM:
            pools.append((wording.SHAKEN, 0.25))
        if person:
            pools += [
                (wording.LEFT, 0.3),
                (wording.DETAIL + wording.THEFT_DETAIL * theft, 0.4),
                (wording.STAFF_DID + wording.THEFT_STAFF_DID * theft, 0.24),
                (wording.KNOWN, 0.2),
                (wording.ASK, 0.24),
            ]
        chosen = [
            chance.choice(lines)
            for lines, likely in pools
            if chance.random() < likely * (0.4 if present else 1)
        ]
        chance.shuffle(chosen)
        return chosen[:3]

    def pattern(self, category: str, premises: PremisesFacts, present: bool) -> str:
        """A sentence that fits the trade: nobody fills up a car at the chemist's."""
        lines = [
            line
            for line in (phrases.NOW if present else phrases.CORE)[category]
            if fits(line, premises.trade)
        ]
        return self.chance.choice(lines)

    def slots(
        self, premises: PremisesFacts, suspect: Suspect, at: datetime, neighbours: list[str], haul: Haul
    ) -> dict[str, str]:
        """Everything that a sentence may name."""
        chance, pick = self.chance, self.chance.choice
        slots = suspect.words(chance)
        trade = trades.BY_CODE[premises.trade]
        car = pick(wording.CARS)
        bags = list(wording.BAGS)
        if slots["carry"] in CONTAINERS:
            # Named once as "with a pink rucksack", it is "the pink rucksack" when it is filled.
            bag = (
                slots["carry"].replace("a ", "the ", 1) if slots["carry"] in slots["who"] else slots["carry"]
            )
            bags = [bag, bag, bag, *bags]
        slots |= {
            "goods": haul.words, "goods_bare": haul.bare, "corner": pick(trade.corner), "street": premises.street, "clock": clock(chance, at),
            "worth": worth(chance, haul.pence), "worth_big": f"£{chance.randint(3, 12) * 50}", "till_cash": f"about £{chance.randint(8, 60) * 10}",
            "bag": pick(bags), "tags": pick(wording.TAGS), "alarm": pick(wording.ALARM), "place": PLACES.get(premises.trade, "shop"), "bikes": "bikes" if suspect.plural else "a bike", "scooters": "e-scooters" if suspect.plural else "an e-scooter", "small": pick(wording.SMALL), "small_price": f"£{chance.randint(2, 9)}", "age_goods": pick(wording.AGE_GOODS),
            "fuel": f"£{chance.randint(35, 120)}", "pump": f"pump {chance.randint(1, 8)}", "fuel_car": indefinite(car), "fuel_car_low": indefinite(car), "first": pick(FIRST),
            "staff": pick(wording.STAFF), "neighbour": pick(neighbours) if neighbours else "next door", "weekday": pick(wording.WEEKDAYS),
            "ago": pick(wording.AGO), "part_of_day": pick(wording.PARTS), "comes": "come" if suspect.plural else "comes",
            "top_a": indefinite(slots["top"]), "hat_a": with_article(slots["hat"]), "he_first": slots["the_one"], "pair_of_us": pick(("two of us", "both of us")),
        }  # fmt: skip
        return slots

    def fill(self, pattern: str, slots: dict[str, str]) -> str:
        """Slots within slots, capitals where a sentence begins."""

        def one(match: re.Match[str]) -> str:
            name = match[1]
            words = self.fill(slots[name.lower()], slots)
            following = pattern[match.end() : match.end() + 2]
            if (
                name.lower() == "who"
                and re.search(r",[^()]*$", words)
                and following[:1] == " "
                and following[1:] not in "("
            ):
                words += ","
            return words[0].upper() + words[1:] if name[0].isupper() else words

        return SLOT.sub(one, pattern)

    def typed(self, text: str) -> str:
        """As typed: some drop the last full stop, some write in one breath."""
        roll = self.chance.random()
        if roll < 0.12:
            text = text.rstrip(".")
        return re.sub(r",(,|\.)", r"\1", text.replace("  ", " "))

    def value(self, category: str, haul: Haul, pattern: str, slots: dict[str, str]) -> int | None:
        """What the form says was lost; often left empty where nobody has counted."""
        if category not in VALUED or self.chance.random() < 0.12:
            return None
        if "{fuel}" in pattern:
            return int(slots["fuel"][1:]) * 100 + self.chance.randrange(100)
        if "{Till_cash}" in pattern:
            return int(slots["till_cash"].split("£")[1]) * 100
        if "{goods" in pattern.lower() or "{worth}" in pattern.lower():
            return haul.pence
        usual = {
            "counterfeit": (10, 100),
            "damage": (60, 900),
            "theft_person": (20, 600),
            "vehicle": (80, 1800),
            "burglary": (150, 2500),
        }
        if category not in usual or self.chance.random() < 0.4:
            return None
        low, high = usual[category]
        return round(self.chance.triangular(low, high, low * 1.8)) * 100


def fits(line: str, trade: str) -> bool:
    """Whether a sentence can be true of a trade."""
    if "{Fuel_car}" in line or "two cans and" in line:
        return trade == "fuel" or "Pallet" in line
    if any(word in line for word in ("ate for", "going out for a smoke", "rounds and two meals")):
        return trade in {"pub", "bar", "restaurant", "cafe", "club"}
    if any(
        word in line
        for word in (
            "Search at the door",
            "late crowd",
            "Door staff",
            "smoking area",
            "at the bar",
            "Cellar hatch",
            "ID was a photo",
            "under the table",
            "at closing",
            "drink was spiked",
            "Toilet door",
        )
    ):
        return trade in {"pub", "bar", "club"}
    if any(word in line for word in ("self-checkout", "pushed it to the fire door", "scanned", "trolley")):
        return trade in {"food", "discount", "pharmacy", "convenience"}
    if "fitting room" in line:
        return trade in {"clothing", "sports", "charity"}
    if "treatment" in line:
        return trade == "cosmetics"
    if "shelf" in line or "front display" in line or "delivery cage" in line:
        return trade not in {"bank", "pub", "club", "bar", "restaurant", "fuel", "cafe"}
    if "Cigarette cupboard" in line or "tobacco cupboard" in line:
        return trade in {"food", "convenience", "fuel"}
    return True


def clock(chance: Random, at: datetime) -> str:
    """The time as people write it."""
    local = at.astimezone(LONDON)
    twelve = local.hour % 12 or 12
    half = "past" if local.minute < 30 else "to"
    hour = twelve if half == "past" else twelve % 12 + 1
    words = wording.NUMBERS[hour]
    about = {0: f"around {words}", 1: f"ten past {words}", 2: f"about twenty past {words}", 3: f"about half past {wording.NUMBERS[twelve]}",
             4: f"twenty to {words}", 5: f"just before {words}"}[local.minute // 10]  # fmt: skip
    if local.minute // 10 in {1, 4, 5}:
        about = "at " + about.removeprefix("just ") if local.minute < 50 else about
    return chance.choice(
        (
            f"at {local:%H:%M}",
            f"at {local:%H:%M}",
            f"around {twelve}{'am' if local.hour < 12 else 'pm'}",
            about,
            f"at {twelve}.{local:%M}",
        )
    )


def worth(chance: Random, pence: int) -> str:
    """A value as people write it."""
    pounds = max(1, round(pence / 100))
    return chance.choice(
        (f"£{pounds}", f"about £{round(pounds, -1) or 5}", f"roughly £{pounds}", f"£{pence / 100:.2f}")
    )
