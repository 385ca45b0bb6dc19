"""The demonstration's advice: what kind of premises each firm is, and a few pieces given after incidents of late."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import timedelta
from itertools import islice
from types import SimpleNamespace
from typing import Any

from shopalert.advice.models import Advice, AdviceTick
from shopalert.advice.pieces import library
from shopalert.advice.suggesting import case_of, suggest
from shopalert.advice.vocabulary import follow_up_after
from shopalert.db import uuid7
from shopalert.demo.shapes import IncidentFacts, World
from shopalert.idempotency import hash_of
from shopalert.protection.clocks import clocks
from shopalert.wall import thread_of

Rows = list[dict[str, Any]]
A_SCHEME = 7  # pieces given in each
SAME_AS = {"sports": "clothing", "bar": "pub", "club": "pub", "restaurant": "cafe"}
# Of each piece given, in turn: the line that goes with it, whether it was opened, and how many steps are ticked.
LINES = (
    ("I can walk the shop with you on Thursday morning. Ring me if that does not suit.", True, 2),
    ("", False, 0),
    ("Three shops in your street had the same visitors this month, so this may be worth an hour.", True, 99),
    ("The first two steps cost nothing. Tell me how it goes.", True, 1),
    ("", True, 0),
    ("As we spoke about at the meeting.", True, 3),
    ("Please read it with the evening shift, too.", False, 0),
)


def trade_of(trade: str) -> str:
    """The kind of premises that a firm of the town is."""
    return SAME_AS.get(trade, trade)


def given(
    world: World,
    schemes: dict[str, uuid.UUID],
    premises: dict[str, uuid.UUID],
    users: dict[str, uuid.UUID],
    incidents: dict[str, uuid.UUID],
    insert: Callable[[Any, Rows], Any],
) -> None:
    """What fits the newest incidents of each scheme, one a shop, sent by officer and coordinator in turn."""
    sent: Rows = []
    ticked: Rows = []
    for scheme in world.schemes:
        senders = [
            *((user, "police") for user in world.officers_of(scheme.district)[:1]),
            *((one.user, "coordinators") for one in world.members_of(scheme.code, "coordinator")[:1]),
        ]
        staffed = {one.premises: one.user for one in world.members_of(scheme.code) if one.premises}
        if not senders:
            continue
        for number, incident in enumerate(islice(newest_of_each_shop(world, scheme.code, staffed), A_SCHEME)):
            author, sent_as = senders[number % len(senders)]
            words, opened, steps = LINES[number % len(LINES)]
            piece = suggest(case(world, incident), library().values())[0].piece
            at = min(
                incident.received_at + timedelta(hours=20), world.now - timedelta(minutes=5 * (number + 1))
            )
            read_at = min(at + timedelta(hours=2), world.now) if opened else None
            row = {
                "id": uuid7(at), "scheme_id": schemes[scheme.code], "audience": thread_of(premises[incident.premises]),
                "author_id": users[author], "client_id": uuid.uuid4(), "sent_hash": hash_of({"demo": words}),
                "premises_id": premises[incident.premises], "about_id": incidents[incident.key], "piece": piece.id,
                "words": words, "sent_as": sent_as, "at": at, "read_at": read_at,
                "follow_up_at": follow_up_after(world.now, 14) if words else None, **clocks("bulletin", at),
            }  # fmt: skip
            sent.append(row)
            ticked += [
                {
                    "id": uuid7(read_at), "scheme_id": row["scheme_id"], "audience": row["audience"],
                    "advice_id": row["id"], "step": step, "author_id": users[staffed[incident.premises]],
                    "at": read_at, **clocks("bulletin", read_at),
                }
                for step in range(1, 1 + min(steps, len(piece.steps)))
                if read_at is not None
            ]  # fmt: skip
    insert(Advice, sent)
    insert(AdviceTick, ticked)


def newest_of_each_shop(world: World, code: str, staffed: dict[str, str]) -> Any:
    """The newest real incident of each shop that has people, newest first."""
    seen = set()
    for one in reversed(world.incidents):
        good = one.scheme == code and one.premises in staffed and not one.withdrawn_at and not one.exercise
        if good and one.premises not in seen:
            seen.add(one.premises)
            yield one


def case(world: World, one: IncidentFacts) -> Any:
    """An incident of the town as suggestions see it."""
    facts = SimpleNamespace(
        category_code=one.category, weapon=one.weapon, violence=one.violence, in_progress=one.in_progress,
        flags=one.more.get("flags", []), occurred_at=one.occurred_at, occurred_until=one.more.get("occurred_until"),
    )  # fmt: skip
    return case_of(facts, trade=trade_of(world.premises[one.premises].trade))
