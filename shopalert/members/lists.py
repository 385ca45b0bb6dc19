"""A list of people to invite, as a spreadsheet saves it: read, and each row's fate told before anything is done."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from shopalert.accounts.actions import normal_email
from shopalert.members.invitations import Guest, known_in
from shopalert.permissions import SCHEME_ROLES
from shopalert.schemes.models import Premises, Scheme
from shopalert.text import is_plain, normal

MOST = 500  # rows
LARGEST = 200_000  # bytes
EMAIL = re.compile(r"[^@\s<>\"(),:;\\]+@[^@\s<>\"(),:;\\]+\.[^@\s<>\"(),:;\\.]+")
# What people call the columns.
NAMES = {
    "name": ("name", "full name"),
    "email": ("email", "e-mail", "mail", "email address", "e-mail address"),
    "role": ("role",),
    "premises": ("premises", "shop", "pub", "site", "store"),
    "employer": ("employer", "company", "firm", "business"),
}


class Unreadable(ValueError):
    """Not a list; the text says why in plain words."""


@dataclass(frozen=True)
class Row:
    """One line of the list and what will become of it."""

    number: int
    name: str
    email: str
    role: str
    premises: str
    employer: str
    fate: str  # invite, again, member, wrong
    words: str
    guest: Guest | None = None


def is_email(text: str) -> bool:
    return len(text) <= 254 and is_plain(text) and EMAIL.fullmatch(text) is not None


def decoded(raw: bytes) -> str:
    """A spreadsheet saves UTF-8 with or without its mark, or the old Windows letters. Raises Unreadable."""
    if len(raw) > LARGEST:
        raise Unreadable(_("The list is too long. Send at most %(most)s people at a time.", most=MOST))
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace")


def rows(session: Session, scheme: Scheme, places: list[Premises], text: str) -> list[Row]:
    """Each row with its fate. Raises Unreadable. Nothing is written."""
    said = list(read(text))
    members, invited = known_in(session, scheme.id, {normal_email(one["email"]) for one in said})
    by_name = {place.name.casefold(): place for place in places}
    seen: set[str] = set()
    found = []
    for number, one in enumerate(said, 2):
        row = judged(number, one, by_name, members, invited, seen)
        seen.add(row.email)
        found.append(row)
    return found


def read(text: str) -> Iterator[dict[str, str]]:
    """The lines under the heading, by our names of the columns."""
    lines = [line for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n") if line.strip()]
    if not lines:
        raise Unreadable(_("The list is empty."))
    mark = max(",;\t", key=lines[0].count)
    try:
        table = list(csv.reader(io.StringIO("\n".join(lines)), delimiter=mark))
    except csv.Error:
        raise Unreadable(_("This is not a list that we can read. Save it as CSV.")) from None
    known = {alias: name for name, aliases in NAMES.items() for alias in aliases}
    heading = [known.get(cell.strip().casefold(), "") for cell in table[0]]
    if "email" not in heading:
        raise Unreadable(_("The first line must name the columns: name, e-mail, role, premises, employer."))
    if len(table) - 1 > MOST:
        raise Unreadable(_("The list is too long. Send at most %(most)s people at a time.", most=MOST))
    for cells in table[1:]:
        given = {name: normal(cell) for name, cell in zip(heading, cells, strict=False) if name}
        yield {name: given.get(name, "") for name in NAMES}


def judged(
    number: int,
    one: dict[str, str],
    places: dict[str, Any],
    members: set[str],
    invited: set[str],
    seen: set[str],
) -> Row:
    """A row, and what it will come to."""
    email, role = normal_email(one["email"]), one["role"].casefold() or "member"
    facts: dict[str, Any] = {**one, "number": number, "email": email, "role": role}
    place = places.get(one["premises"].casefold())

    def fate(kind: str, words: str) -> Row:
        guest = None
        if kind in ("invite", "again"):
            guest = Guest(email, one["name"], role, place.id if place else None, one["employer"])
        return Row(**facts, fate=kind, words=words, guest=guest)

    if not is_email(email):
        return fate("wrong", _("This is not an e-mail address."))
    if role not in SCHEME_ROLES:
        return fate("wrong", _("Not a role. Write member, lead, partner or coordinator."))
    if not all(is_plain(value) and len(value) <= 120 for value in (one["name"], one["employer"])):
        return fate("wrong", _("Name or employer is too long, or holds characters that can’t be shown."))
    if email in seen:
        return fate("wrong", _("This address stands further up already."))
    if email in members:
        return fate("member", _("Is a member already: nothing is sent."))
    if one["premises"] and place is None:
        return fate("invite", _("Invited. The premises are not known here: they choose when they join."))
    if email in invited:
        return fate("again", _("Invited anew; the link sent before ends."))
    return fate("invite", _("Invited."))
