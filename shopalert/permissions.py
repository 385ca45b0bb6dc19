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
    "access.read": "         -           -           yes         -           -        -         -",
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
    "police.report": "      own         yes         yes         own         yes      yes       -",
    "police.number": "      own         yes         yes         own         yes      -         -",
    "police.details": "     own         yes         yes         own         -        -         -",
    "progress.add": "       -           -           yes         -           yes      -         -",
    "progress.note": "      -           -           -           -           yes      -         -",
    "progress.take_back": " -           -           own         -           yes      -         -",
    "outcomes.read": "      yes         yes         yes         yes         yes      yes       -",
    "sighting.add": "        yes         yes         yes         yes         yes      -         -",
    "comment.say": "         yes         yes         yes         yes         yes      yes       -",
    "comment.to_coordinators": " -       -           yes         -           -        -         -",
    "comment.to_police": "   -           -           -           -           yes      yes       -",
    "comment.privately": "   yes         yes         yes         yes         -        -         -",
    "comment.edit": "        own_in_time own_in_time own_in_time own_in_time own_in_time own_in_time -",
    "comment.remove": "      own         own         own         own         own      own       -",
    "comment.wordings": "    -           -           yes         -           yes      yes       -",
    "comment.hide": "        -           -           yes         -           -        -         -",
    "comment.report": "      yes         yes         yes         yes         yes      yes       -",
    "channel.read": "        yes         yes         yes         yes         yes      yes       -",
    "channel.say": "         open_room   open_room   yes         open_room   yes      yes       -",
    "channel.mute": "        yes         yes         yes         yes         yes      yes       -",
    "channel.remove": "      own         own         own         own         own      own       -",
    "channel.hide": "        -           -           yes         -           -        -         -",
    "channel.manage": "      -           -           yes         -           -        -         -",
    "chat.resolve": "        own         own         yes         own         yes      yes       -",
    "chat.slow": "           -           -           yes         -           -        -         -",
    "canned.read": "         -           -           -           -           yes      yes       -",
    "canned.manage": "       -           -           -           -           -        yes       -",
    "abuse.handle": "        -           -           yes         -           -        -         -",
    "request.read": "        yes         yes         yes         yes         yes      yes       -",
    "request.make": "        -           -           -           -           yes      yes       -",
    "request.answer": "      yes         yes         yes         yes         -        -         -",
    "request.accept": "      -           -           -           -           yes      yes       -",
    "request.reopen": "      -           -           -           -           yes      yes       -",
    "request.withdraw": "    -           -           -           -           yes      yes       -",
    "advice.read": "         yes         yes         yes         yes         yes      yes       -",
    "advice.send": "         -           -           yes         -           yes      yes       -",
    "advice.withdraw": "     -           -           yes         -           own      own       -",
    "advice.tick": "         yes         yes         yes         yes         -        -         -",
    "advice.figures": "      -           -           yes         -           yes      yes       -",
    "safety.call": "         yes         yes         yes         yes         -        -         -",
    "safety.read": "         yes         yes         yes         yes         yes      yes       -",
    "safety.answer": "       yes         yes         yes         yes         yes      -         -",
    "safety.clear": "        yes         yes         yes         yes         yes      -         -",
    "safety.rollcall": "     -           -           yes         -           -        -         -",
    "safety.count": "        -           -           yes         -           yes      yes       -",
    "safety.choose": "       -           -           yes         -           -        -         -",
    "welfare.answer": "      own         own         own         own         -        -         -",
    "welfare.read": "        -           yes         yes         -           -        -         -",
    "bulletin.read": "       yes         yes         yes         yes         yes      yes       -",
    "bulletin.publish": "    -           -           yes         -           yes      yes       -",
    "bulletin.to_force": "   -           -           -           -           tells_force tells_force -",
    "bulletin.correct": "    -           -           own         -           own      own       -",
    "bulletin.recall": "     -           -           ours        -           own      yes       -",
    "bulletin.all_clear": "  -           -           yes         -           yes      yes       -",
    "bulletin.receipts": "   -           -           yes         -           yes      yes       -",
    "bulletin.remind": "     -           -           yes         -           yes      yes       -",
    "bulletin.reply": "      yes         yes         yes         yes         yes      yes       -",
    "bulletin.answer": "     yes         yes         yes         yes         yes      yes       -",
    "bulletin.useful": "     yes         yes         yes         yes         yes      yes       -",
    "cap.manage": "          -           -           yes         -           yes      yes       -",
    "cap.open": "            -           -           -           -           yes      yes       -",
    "share.incident": "      -           -           yes         -           yes      yes       -",
    "share.bulletin": "      -           -           yes         -           yes      yes       -",
    "share.end": "           -           -           yes         -           yes      yes       -",
    "share.read": "          yes         yes         yes         yes         yes      yes       -",
    "file.stage": "          yes         yes         yes         yes         yes      yes       -",
    "file.read": "           open_or_own open_or_own yes         open_or_own yes      yes       -",
    "file.play": "           own         own         yes         own         yes      yes       -",
    "file.original": "       -           -           yes         -           yes      -         -",
    "instance.look": "       -           -           -           -           -        -         yes",
    "district.add": "        -           -           -           -           -        -         yes",
    "scheme.add": "          -           -           -           -           -        -         yes",
    "coordinator.add": "     -           -           -           -           -        -         yes",
    "officer.place": "       -           -           -           -           -        -         yes",
    "officer.to_force": "    -           -           -           -           -        -         yes",
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
    def tells_force(self) -> bool: ...
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
    kept = getattr(thing, "restricted", False) or getattr(thing, "withheld", False)
    return thing is None or not kept or own(viewer, thing)


def open_room(_viewer: Asks, thing: Any) -> bool:
    """It is no channel of announcements."""
    return not getattr(thing, "announcements", False)


def ours(viewer: Asks, thing: Any) -> bool:
    """The viewer wrote it, or somebody else who is not of the police: what these say is theirs to take back."""
    return own(viewer, thing) or (thing is not None and not getattr(thing, "by_police", False))


def tells_force(viewer: Asks, _thing: Any) -> bool:
    """An operator has let the viewer write to the whole force."""
    return viewer.tells_force


RULES: dict[str, Callable[[Asks, Any], bool]] = {
    "own": own,
    "own_in_time": own_in_time,
    "open_or_own": open_or_own,
    "open_room": open_room,
    "ours": ours,
    "tells_force": tells_force,
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
