"""Passwords: hashed slowly, compared in equal time, refused where others would try them first."""

from __future__ import annotations

import gzip
import secrets
import threading
import unicodedata
from collections.abc import Callable, Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any

import gevent
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from flask_babel import lazy_gettext as _l
from gevent import monkey

SHORTEST, SHORTEST_WITH_SECOND_FACTOR, LONGEST = 15, 8, 128
HOUSE_WORDS = ("shopalert", "shopwatch", "pubwatch")
ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm", "abcdefghijklmnopqrstuvwxyz")
# The list that Django carries (BSD licence), without what is too short or not ASCII.
COMMON = Path(__file__).with_name("common_passwords.txt.gz")
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that is taken for another

hasher = PasswordHasher(time_cost=4, memory_cost=64 * 1024, parallelism=2)
# Nobody's: compared where an account is unknown, so that the answer takes as long. A test holds it to `hasher`.
NOBODY = "$argon2id$v=19$m=65536,t=4,p=2$7jGwQyqFZNW5p6M68e+akw$ULZvT2cgMhpecRfQniQPmSWbw2JyX8QmDc9jvG/6zYU"
# Each takes 64 MiB and a core for a tenth of a second: more at once would only wait for each other.
slots = threading.BoundedSemaphore(3)


class Weak(ValueError):
    """A password that may not be chosen; `reason` says why in plain words."""

    def __init__(self, reason: Any) -> None:
        super().__init__(str(reason))
        self.reason = reason


def hash_password(password: str) -> str:
    """The hash to keep."""
    return str(elsewhere(lambda: hasher.hash(as_bytes(password))))


def matches(kept: str | None, password: str) -> bool:
    """Whether this is the password. Takes as long when there is none to compare with."""
    usable = kept is not None and kept.startswith("$argon2id$") and len(password) <= LONGEST
    right = elsewhere(lambda: compare(kept if usable and kept else NOBODY, as_bytes(password[:LONGEST])))
    return usable and bool(right)


def check_new(password: str, about: Iterable[str] = (), *, second_factor: bool = False) -> None:
    """Raise Weak unless the password may be chosen. `about` are words that anybody could guess: name, shop, scheme."""
    shortest = SHORTEST_WITH_SECOND_FACTOR if second_factor else SHORTEST
    if len(password) < shortest:
        raise Weak(_l("Use at least %(count)s characters. Three or four words do well.", count=shortest))
    if len(password) > LONGEST:
        raise Weak(_l("Use at most %(count)s characters.", count=LONGEST))
    if is_common(password):
        raise Weak(_l("Many people use this password, or one like it. Choose another."))
    if is_about(password, about):
        raise Weak(_l("This password is made of names that are easy to guess. Choose another."))


def generate() -> str:
    """A password to hand to a person: four groups of four, 79 bits."""
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(4)) for _ in range(4))


# ---- how


def as_bytes(password: str) -> bytes:
    """One spelling of each letter, so that a phone and a desktop agree."""
    return unicodedata.normalize("NFC", password).encode("utf-8", "surrogatepass")


def compare(kept: str, password: bytes) -> bool:
    try:
        return hasher.verify(kept, password)
    except (VerificationError, InvalidHashError):
        return False


def elsewhere(work: Callable[[], Any]) -> Any:
    """In a thread of the hub, where there is one: a tenth of a second would halt every stream."""
    if monkey.is_module_patched("threading"):
        return gevent.get_hub().threadpool.apply(work)
    return work()


@lru_cache(1)
def common() -> frozenset[str]:
    """What people choose most."""
    return frozenset(gzip.decompress(COMMON.read_bytes()).decode().split("\n"))


def is_common(password: str) -> bool:
    """On the list, or put together from so little that a guesser would come to it soon."""
    plain = password.casefold()
    letters = "".join(filter(str.isalpha, plain))
    return (
        plain in common()
        or len(set(plain)) < 5
        or repeats(plain)
        or len(letters) < 4
        or is_made_of(letters, 2)
    )


def repeats(text: str) -> bool:
    """One piece again and again: its second copy begins before the text has ended."""
    return (text + text).find(text, 1) < len(text)


def is_made_of(letters: str, pieces: int) -> bool:
    """Whether at most so many common words or keyboard runs make up the whole."""
    if is_piece(letters):
        return True
    cuts = range(4, len(letters) - 3)
    return pieces > 1 and any(is_piece(letters[:at]) and is_made_of(letters[at:], pieces - 1) for at in cuts)


def is_piece(word: str) -> bool:
    run = any(word in row or word in row[::-1] for row in ROWS)
    return word in common() or word in HOUSE_WORDS or len(set(word)) == 1 or (run and len(word) >= 4)


def is_about(password: str, about: Iterable[str]) -> bool:
    """Whether little is left without the words that anybody could guess."""
    rest = password.casefold()
    words = {word for text in (*about, *HOUSE_WORDS) for word in text.casefold().replace("@", " ").split()}
    for word in sorted(words, key=len, reverse=True):
        if len(word) >= 4:
            rest = rest.replace(word, "")
    return len(rest) < len(password) and len("".join(filter(str.isalnum, rest))) < SHORTEST_WITH_SECOND_FACTOR
