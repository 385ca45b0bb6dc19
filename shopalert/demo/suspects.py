"""Who did it, in the generator's mind: a few people again and again, most others once.

A tenth of the people stand behind more than six events of ten (as published figures say); that is what makes series and repeat
visits worth finding. They are words only: no person is stored, described by origin or colour, or given a name.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

ONE_MAN, ONE_WOMAN, MEN, WOMEN = "man", "woman", "men", "women"
PAIR, BOYS, GIRLS, GROUP = "pair", "boys", "girls", "group"
PLURAL = {MEN, WOMEN, PAIR, BOYS, GIRLS, GROUP}
NOUNS = {
    ONE_MAN: ("man", "male", "bloke", "guy"),
    ONE_WOMAN: ("woman", "female", "lady"),
    MEN: ("two men", "2 men", "two males", "two lads"),
    WOMEN: ("two women", "2 women", "two females"),
    PAIR: ("a man and a woman", "a couple", "one man and one woman", "man and woman"),
    BOYS: ("three boys", "two teenage boys", "four lads", "a group of boys", "five youths"),
    GIRLS: ("two teenage girls", "three girls", "a group of girls"),
    GROUP: ("a group of three", "three people", "four people", "a group of four or five"),
}
AGES = (
    "about 20",
    "in his 20s",
    "late 20s",
    "about 30",
    "in his 30s",
    "mid 30s",
    "about 40",
    "in his 40s",
    "50 or so",
    "in his 50s",
)
YOUNG = ("about 14", "about 15", "15 or 16", "about 16", "school age", "13 to 15")
BUILDS = (
    "slim",
    "tall and thin",
    "stocky",
    "tall",
    "short",
    "heavy build",
    "medium build",
    "slight",
    "well built",
)
HAIR_M = ("short dark hair", "shaved head", "ginger beard", "grey beard", "curly brown hair", "long hair tied back", "dark beard",
          "receding fair hair", "bleached crop", "short grey hair", "moustache")  # fmt: skip
HAIR_W = ("long dark hair", "blonde ponytail", "short grey hair", "red hair in a bun", "curly brown hair", "dyed pink hair",
          "hair under a hood", "fair bob", "plaits", "dark hair with a fringe")  # fmt: skip
TOPS = ("grey hoodie", "black puffer jacket", "navy tracksuit", "green parka", "long green coat", "red anorak", "black fleece",
        "hi-vis vest", "blue denim jacket", "cream jumper", "burgundy coat", "camouflage jacket", "white T-shirt", "brown leather jacket",
        "beige trench coat", "black bomber jacket", "orange work jacket", "purple hoodie", "blue rain jacket", "checked shirt",
        "football top", "long black coat", "yellow raincoat", "grey gilet")  # fmt: skip
BOTTOMS = ("black joggers", "blue jeans", "grey joggers", "ripped jeans", "cargo trousers", "leggings", "shorts", "dark trousers",
           "work trousers", "white trainers", "muddy boots")  # fmt: skip
HATS = ("black cap", "grey cap", "bobble hat", "blue baseball cap", "beanie", "bucket hat", "hood up", "snood over the mouth", "face mask",
        "sunglasses")  # fmt: skip
CARRIES = ("a black rucksack", "a big blue carrier bag", "a pushchair", "a foil-lined bag", "a suitcase on wheels", "an empty holdall",
           "a bag for life", "a shopping trolley", "a delivery bag", "a pink rucksack", "a long umbrella", "a mobility scooter",
           "a bike", "an e-scooter", "a small brown dog", "a baby car seat", "a laptop bag", "a large handbag")  # fmt: skip
CONTAINERS = tuple(
    c
    for c in CARRIES
    if c.split()[-1] in {"rucksack", "bag", "holdall", "handbag", "trolley"}
    or "suitcase" in c
    or "for life" in c
)
HABITS = (
    "pays for one small thing and leaves with the rest",
    "asks for something from the stock room first",
    "never takes a basket",
    "fills the bag behind the end of the aisle",
    "sets off the alarm and walks on",
    "keeps a phone to the ear the whole time",
    "waits for the door to open and goes out as someone comes in",
    "swaps the price labels",
    "uses the fire door",
    "comes back for a refund the next day",
    "one talks to the till while the other fills the bag",
    "goes for the top shelf and stays under the camera",
)
WAYS = (
    "towards the station", "towards the bus stop", "up the High Street", "into the car park", "through the arcade", "down the alley by the bank",
    "towards the park", "past the post office", "towards the roundabout", "towards the market", "round the back by the bins", "across the road to the taxi rank",
    "towards the underpass", "along the main road", "towards the precinct", "towards the library",
)  # fmt: skip
PRONOUNS = {
    ONE_MAN: ("he", "his", "him", "was", "himself"),
    ONE_WOMAN: ("she", "her", "her", "was", "herself"),
}


@dataclass(frozen=True, slots=True)
class Suspect:
    """What a witness could say of one person, or of people who come together."""

    key: str
    kind: str
    age: str
    build: str
    hair: str
    top: str
    bottom: str
    hat: str
    carry: str
    habit: str
    way: str

    @property
    def plural(self) -> bool:
        return self.kind in PLURAL

    @property
    def pronoun(self) -> str:
        return PRONOUNS.get(self.kind, ("they",))[0]

    def words(self, chance: Random) -> dict[str, str]:
        """The slots that a sentence about them may use; told a little differently each time."""
        he, his, him, was, himself = PRONOUNS.get(self.kind, ("they", "their", "them", "were", "themselves"))
        noun = chance.choice(NOUNS[self.kind])
        top = self.top if chance.random() < 0.75 else chance.choice(TOPS)
        who = self.told(chance, noun, top)
        the = {ONE_MAN: "the man", ONE_WOMAN: "the woman", MEN: "the men", WOMEN: "the women", PAIR: "the pair", BOYS: "the boys",
               GIRLS: "the girls"}.get(self.kind, "the group")  # fmt: skip
        the = chance.choice([the, the, "the suspects" if self.plural else "the suspect"])
        return {
            "who": who, "he": he, "his": his, "him": him, "was": was, "himself": himself, "has": "have" if self.plural else "has", "is": "are" if self.plural else "is", "the_one": the, "carry": self.carry,
            "habit": self.habit, "way": self.way if chance.random() < 0.7 else chance.choice(WAYS), "top": top, "hat": self.hat,
        }  # fmt: skip

    def told(self, chance: Random, noun: str, top: str) -> str:
        """How this witness says who it was."""
        if self.plural:
            dress = f"one in {indefinite(top)}"
            young = self.kind in {BOYS, GIRLS}
            forms: tuple[str, ...] = (
                noun, f"{noun}, {dress}", f"{noun}, one with {indefinite(self.hat)}", f"{noun} with {self.carry}",
                f"{noun}, {self.age}" if young else f"{noun} ({dress}, the other in {self.bottom})", f"{noun} ({dress})",
            )  # fmt: skip
            return chance.choice(forms)
        age = self.age.replace("his", "her") if self.kind == ONE_WOMAN else self.age
        forms = (
            f"{indefinite(noun)} in {indefinite(top)}", f"{indefinite(noun)} {age}" if age.startswith(("in", "about")) else f"{indefinite(noun)}, {age}",
            f"{indefinite(noun)}, {age}, {top} and {self.bottom}", f"{indefinite(self.build + ' ' + noun) if ' ' not in self.build else indefinite(noun) + ', ' + self.build + ','} with {self.hair}",
            f"{indefinite(noun)} with {self.hair} and {indefinite(top)}", f"{indefinite(noun)} with {self.carry}",
            f"{indefinite(noun)}, {self.build}, {top}, {with_article(self.hat)}", f"{indefinite(noun)} in {indefinite(top)} with {self.carry}",
        )  # fmt: skip
        return chance.choice(forms)


def indefinite(words: str) -> str:
    """The words with a or an before them, where they take one."""
    if words.startswith(("hood", "sun", "a ", "an ")):
        return words
    return ("an " if words[0] in "aeiou" else "a ") + words


def with_article(hat: str) -> str:
    return hat if hat == "hood up" else indefinite(hat)


class Crowd:
    """The people of one scheme: a handful who return, the rest seen once."""

    REPEAT_SHARE = 0.65  # of the events that have a person

    def __init__(self, chance: Random, scheme: str, incidents: int) -> None:
        self.chance, self.scheme, self.count = chance, scheme, 0
        size = max(2, round(incidents * 0.04))
        self.repeat = [self.somebody(f"r{n:02}") for n in range(size)]
        self.weights = [1 / (rank + 1.5) ** 0.45 for rank in range(size)]

    def next(self, kinds: tuple[str, ...] | None = None) -> Suspect:
        """Who did the next thing; of one of `kinds` where the category asks for it."""
        if self.chance.random() < self.REPEAT_SHARE:
            fit = [
                (one, w)
                for one, w in zip(self.repeat, self.weights, strict=True)
                if kinds is None or one.kind in kinds
            ]
            if fit:
                return self.chance.choices([one for one, _ in fit], [w for _, w in fit])[0]
        self.count += 1
        return self.somebody(f"s{self.count:04}", kinds)

    def somebody(self, key: str, kinds: tuple[str, ...] | None = None) -> Suspect:
        """A new person, or people who come together."""
        pick = self.chance.choice
        kind = pick(kinds) if kinds else self.chance.choices(
            (ONE_MAN, ONE_WOMAN, MEN, WOMEN, PAIR, BOYS, GIRLS, GROUP), (46, 20, 9, 6, 7, 5, 3, 4))[0]  # fmt: skip
        return Suspect(
            key=f"{self.scheme}-{key}", kind=kind, age=pick(YOUNG if kind in {BOYS, GIRLS} else AGES), build=pick(BUILDS),
            hair=pick(HAIR_W if kind in {ONE_WOMAN, WOMEN, GIRLS} else HAIR_M), top=pick(TOPS), bottom=pick(BOTTOMS), hat=pick(HATS),
            carry=pick(CARRIES), habit=pick(HABITS), way=pick(WAYS),
        )  # fmt: skip
