"""The last hours in Wickford, where a newcomer looks first: one thing happening now, and a little of everything."""

from __future__ import annotations

from dataclasses import dataclass

SCHEME = "WIC"
MAN, PAIR, BOYS, WOMAN, LADS = ("man",), ("pair",), ("boys",), ("woman",), ("men",)


@dataclass(frozen=True, slots=True)
class Lately:
    """Minutes before now, at the first of these trades that is open then (a filling station always is)."""

    minutes: int
    category: str
    trades: tuple[str, ...]
    words: str
    kinds: tuple[str, ...] = MAN
    live: bool = False
    exercise: bool = False  # by the coordinator, for practice


EVENTS = (
    Lately(
        3,
        "threats_abuse",
        ("pharmacy", "clothing", "convenience", "fuel"),
        "{Who} shouting at {staff} over a refused sale, will not leave. Customers have gone to the back.",
        live=True,
    ),
    Lately(
        74,
        "counterfeit",
        ("cafe", "convenience", "fuel"),
        "False twenty from {who}, the window is printed on. Kept in an envelope.",
        WOMAN,
    ),
    Lately(
        131,
        "shop_theft_attempt",
        ("food", "convenience", "fuel"),
        "Asked {who} if {he} needed a basket. {He} put {goods} back and left {way}. Not a word.",
    ),
    Lately(
        205,
        "violence_worker",
        ("food", "discount", "fuel"),
        "{Who} pushed {staff} into {corner} on the way out with {goods}. Bruised arm, first aid given.",
    ),
    Lately(
        288,
        "asb",
        ("discount", "convenience", "food"),
        "{Who} riding bikes through the shop. Asked to leave, came back, knocked over a stand at {corner}.",
        BOYS,
    ),
    Lately(
        412,
        "damage",
        ("charity", "gifts", "clothing"),
        "Came in to a cracked window. The street camera has {who} with a stone.",
        LADS,
    ),
    Lately(
        530,
        "robbery",
        ("gifts", "convenience", "fuel"),
        "Practice for everybody: a robbery at the till. Doors, 999, who talks to customers? Answer in the chat what you would do first.",
        exercise=True,
    ),
)
