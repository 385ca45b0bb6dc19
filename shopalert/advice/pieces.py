"""The library: pieces of advice, read once from the files under `pieces/`. Each file is a subject."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from shopalert.advice.vocabulary import SUBJECTS

FOLDER = Path(__file__).with_name("pieces")


@dataclass(frozen=True)
class Reading:
    """Where to read on."""

    name: str
    url: str


@dataclass(frozen=True)
class Piece:
    """One piece: for which kinds of incident, which signs and which premises (none: all), what to do, and until when
    somebody has to read it again."""

    id: str
    subject: str
    title: str
    kinds: tuple[str, ...]
    flags: tuple[str, ...]
    premises: tuple[str, ...]
    text: tuple[str, ...]
    steps: tuple[str, ...]
    reading: tuple[Reading, ...]
    review: date

    @property
    def words(self) -> str:
        """All that a search looks through."""
        return " ".join((self.title, *self.text, *self.steps)).casefold()


# What stands for a piece that was sent and has left the library since.
GONE = Piece("", "", "A piece that is no longer in the library", (), (), (), (), (), (), date.max)


@lru_cache(1)
def library() -> dict[str, Piece]:
    """Every piece by its id, in the order of the library."""
    reading = {
        code: Reading(**said) for code, said in tomllib.loads((FOLDER / "reading.toml").read_text()).items()
    }
    found: dict[str, Piece] = {}
    for subject in SUBJECTS:
        for said in tomllib.loads((FOLDER / f"{subject}.toml").read_text())["piece"]:
            piece = understood(said, subject, reading)
            if piece.id in found:
                raise ValueError(f"two pieces of advice are called {piece.id}")
            found[piece.id] = piece
    return found


def understood(said: dict[str, Any], subject: str, reading: dict[str, Reading]) -> Piece:
    return Piece(
        id=said["id"], subject=subject, title=said["title"], kinds=tuple(said["kinds"]),
        flags=tuple(said.get("flags", ())), premises=tuple(said.get("premises", ())), text=tuple(said["text"]),
        steps=tuple(said["steps"]), reading=tuple(reading[code] for code in said["reading"]), review=said["review"],
    )  # fmt: skip


def found_by(kind: str = "", premises: str = "", words: str = "") -> list[Piece]:
    """Pieces for a kind of incident, for a kind of premises, that hold each of these words."""
    asked = words.casefold().split()
    return [
        piece
        for piece in library().values()
        if (not kind or kind in piece.kinds)
        and (not premises or not piece.premises or premises in piece.premises)
        and all(word in piece.words for word in asked)
    ]
