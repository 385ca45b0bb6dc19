"""Who may do what: one literal table, the only place where a role is named.

A cell is `yes`, `-` or the name of a rule below that decides on the thing itself. Views, templates and
the choice of whom to tell ask `can()`; `flask shopalert permissions` prints the table into the docs.
Rows are hidden by the wall first: what a viewer cannot see does not exist for them (404), and only
what they see but may not do is refused (403).
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any, Protocol

from shopalert.db import now

ROLES = ("member", "lead", "coordinator", "partner", "officer", "commander", "operator")
SCHEME_ROLES = ("member", "lead", "coordinator", "partner")
POLICE_ROLES = ("officer", "commander")
EDIT_TIME = timedelta(hours=24)  # a reporter may change a report for a day; later things go into the chat

_TABLE = {
    #                        member      lead        coordinator partner     officer  commander operator
    "scheme.read": "         yes         yes         yes         yes         yes      yes       -",
    "scheme.settings": "     -           -           yes         -           -        -         -",
    "desk.read": "           -           -           -           -           yes      yes       -",
    "incident.read": "       yes         yes         yes         yes         yes      yes       -",
    "incident.search": "     yes         yes         yes         yes         yes      yes       -",
    "incident.report": "     yes         yes         yes         yes         yes      -         -",
    "incident.edit": "       own_in_time own_in_time yes         own_in_time own_in_time -      -",
    "incident.withdraw": "   own         own         yes         own         own      -         -",
    "incident.all_clear": "  own         yes         yes         yes         yes      -         -",
    "incident.exercise": "   -           yes         yes         -           -        -         -",
    "incident.read_guarded": " own       own         yes         own         yes      yes       -",
    "incident.read_plate": " own         yes         yes         yes         yes      yes       -",
    "incident.watch": "      yes         yes         yes         yes         yes      yes       -",
    "alerts.choose": "       yes         yes         yes         yes         yes      yes       -",
    "sighting.add": "        yes         yes         yes         yes         yes      -         -",
    "comment.say": "         yes         yes         yes         yes         yes      yes       -",
    "comment.to_coordinators": " -       -           yes         -           -        -         -",
    "comment.to_police": "   -           -           -           -           yes      yes       -",
    "file.stage": "          yes         yes         yes         yes         yes      yes       -",
    "file.read": "           open_or_own open_or_own yes         open_or_own yes      yes       -",
    "file.original": "       -           -           yes         -           yes      -         -",
    "instance.look": "       -           -           -           -           -        -         yes",
    "district.add": "        -           -           -           -           -        -         yes",
    "scheme.add": "          -           -           -           -           -        -         yes",
    "coordinator.add": "     -           -           -           -           -        -         yes",
    "officer.place": "       -           -           -           -           -        -         yes",
    "operator.add": "        -           -           -           -           -        -         yes",
    "person.suspend": "      -           -           -           -           -        -         yes",
    "member.list": "         -           yes         yes         -           -        -         -",
    "member.manage": "       -           -           yes         -           -        -         -",
    "member.invite": "       -           -           yes         -           -        -         -",
    "member.leave": "        yes         yes         yes         yes         -        -         -",
    "agreement.read": "      yes         yes         yes         yes         yes      yes       -",
    "agreement.publish": "   -           -           yes         -           -        -         -",
}
MAY: dict[str, dict[str, str]] = {
    verb: dict(zip(ROLES, cells.split(), strict=True)) for verb, cells in _TABLE.items()
}


class Asks(Protocol):
    """What the table asks of a viewer."""

    @property
    def user_id(self) -> uuid.UUID: ...
    def roles_in(self, scheme_id: uuid.UUID) -> frozenset[str]: ...
    @property
    def all_roles(self) -> frozenset[str]: ...


def own(viewer: Asks, thing: Any) -> bool:
    """The viewer made it."""
    return thing is not None and thing.author_id == viewer.user_id


def own_in_time(viewer: Asks, thing: Any) -> bool:
    """The viewer made it, and not longer ago than EDIT_TIME."""
    return own(viewer, thing) and now() - thing.received_at < EDIT_TIME


def open_or_own(viewer: Asks, thing: Any) -> bool:
    """It is not kept for coordinators and police, as the picture of a child is; or the viewer made it."""
    return thing is None or not getattr(thing, "restricted", False) or own(viewer, thing)


RULES: dict[str, Callable[[Asks, Any], bool]] = {
    "own": own,
    "own_in_time": own_in_time,
    "open_or_own": open_or_own,
}


def can(viewer: Asks | None, verb: str, thing: Any = None) -> bool:
    """Whether the viewer may do this to the thing, which has a `scheme_id`; without a thing: anywhere."""
    cells = MAY[verb]
    if viewer is None:
        return False
    roles = viewer.all_roles if thing is None else viewer.roles_in(thing.scheme_id)
    return any(allows(cells[role], viewer, thing) for role in roles)


def allows(cell: str, viewer: Asks, thing: Any) -> bool:
    """Whether one cell of the table says yes."""
    return cell == "yes" or (cell in RULES and RULES[cell](viewer, thing))
