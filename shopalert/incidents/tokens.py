"""Words as search knows them: without accents, capitals and apostrophes, beside their plain form without an ending.

The same for both engines, which get nothing else to do but to look words up.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

LONGEST = 40
WORD = re.compile(r"[^\W_]+")
APOSTROPHES = re.compile("['’ʼ`´]")
MARK = "_"  # begins what no reader can type: the category and the flags, as words


def words_of(text: str) -> list[str]:
    """The words of a text in their order: "Harper’s cafés" is harpers, cafes."""
    plain = unicodedata.normalize("NFKD", APOSTROPHES.sub("", text).casefold())
    bare = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return [word[:LONGEST] for word in WORD.findall(bare)]


def stem(word: str) -> str:
    """One form for one and many: coats and coat, parties and party, boxes and box."""
    if len(word) < 4 or not word.endswith("s") or word.endswith(("ss", "us", "is")):
        return word
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    return word[:-2] if word.endswith(("ses", "xes", "zes", "ches", "shes")) else word[:-1]


def mark(kind: str) -> str:
    """The word that stands for a category or a flag."""
    return MARK + kind


def entries(words: Iterable[str]) -> set[str]:
    """What the index holds for these words: each as it stands, and its stem."""
    found = set(words)
    return found | {stem(word) for word in found if not word.startswith(MARK)}


def can_be_misspelt(word: str) -> bool:
    """Whether a word is worth remembering for those who mistype it: letters, and enough of them."""
    return len(word) >= 4 and word.isalpha()
