"""What one force asks for: read from `forces.toml`, and from a file of that name in the data directory before it."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import current_app

from shopalert.config import config
from shopalert.db import db
from shopalert.police.vocabulary import NEED, NUMBERS, Need
from shopalert.schemes.models import District, Force, Scheme

SHIPPED = Path(__file__).with_name("forces.toml")
DEFAULT = "default"


class Unreadable(ValueError):
    """The data directory's file can't be understood; the message says where."""


@dataclass(frozen=True)
class Number:
    """What a number of one kind looks like."""

    pattern: re.Pattern[str]
    example: str


@dataclass(frozen=True)
class Asks:
    """What a force asks for, in its form's order."""

    name: str
    needs: tuple[Need, ...]
    form: str
    call: str
    numbers: dict[str, Number]

    def odd(self, kind: str, number: str) -> bool:
        """Whether this is not how such a number looks. A reason to look again, never to refuse it."""
        return bool(number) and self.numbers[kind].pattern.fullmatch(number) is None


def asks_of(scheme: Scheme) -> Asks:
    """What the force of this scheme's district asks for."""
    name = db.session.scalar(
        sa.select(Force.name)
        .join(District, District.force_id == Force.id)
        .where(District.id == scheme.district_id)
    )
    own = config().data_dir / SHIPPED.name
    try:
        return asks(name or "", own, own.stat().st_mtime_ns if own.exists() else 0)
    except Unreadable as wrong:  # nobody who reports to the police suffers for it
        current_app.logger.warning("forces: %s", wrong)
        return asks(name or "", own, 0)


@lru_cache(64)
def asks(name: str, own: Path, _changed: int) -> Asks:
    """What the force of this name asks for. A file that has changed is read anew. Raises Unreadable."""
    tables = [tomllib.loads(SHIPPED.read_text())]
    if _changed:
        tables.append(read(own))
    said: dict[str, Any] = {"numbers": {}}
    for section in (DEFAULT, name):
        for table in tables:
            found = dict(table.get(section, {}))
            said["numbers"] |= found.pop("numbers", {})
            said |= found
    try:
        return Asks(
            name=name, needs=tuple(NEED[code] for code in said["needs"]), form=web_address(said["form"]),
            call=str(said["call"]),
            numbers={kind: number_of(said["numbers"][kind]) for kind, _label in NUMBERS},
        )  # fmt: skip
    except (KeyError, TypeError, AttributeError, re.error) as wrong:
        raise Unreadable(f"{own}: {name or DEFAULT}: {wrong!r}") from wrong


def read(own: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(own.read_text())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as wrong:
        raise Unreadable(f"{own}: {wrong}") from wrong


def number_of(said: dict[str, str]) -> Number:
    return Number(re.compile(said["pattern"], re.ASCII), str(said["example"]))


def web_address(text: str) -> str:
    if not text.startswith("https://"):
        raise KeyError(f"form is no https address: {text}")
    return text
