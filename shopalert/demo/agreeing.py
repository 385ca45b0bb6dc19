"""Everybody in the invented town has accepted their scheme's agreement: nobody comes in without it."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Any

from shopalert.db import uuid7
from shopalert.demo.shapes import MembershipFacts, World
from shopalert.members.agreements import FIRST, MONTHS

Ids = dict[str, uuid.UUID]
Rows = list[dict[str, Any]]
ASKED_AGAIN = timedelta(days=200)  # ago: who was in by then has read it a second time


def agreements(schemes: Ids, founded: datetime) -> Rows:
    """The version that every scheme begins with."""
    return [
        {
            "id": uuid7(founded),
            "scheme_id": scheme,
            "version": 1,
            "text": str(FIRST),
            "months": MONTHS,
            "published_at": founded,
        }
        for scheme in schemes.values()
    ]


def acceptances(world: World, users: Ids, schemes: Ids, standing: Rows) -> Rows:
    """Of every member, also of who has left."""
    versions = {one["scheme_id"]: one for one in standing}
    found = []
    for one in world.memberships:
        agreement, at = versions[schemes[one.scheme]], accepted_at(one, world.now)
        found.append(
            {
                "id": uuid7(at),
                "scheme_id": agreement["scheme_id"],
                "user_id": users[one.user],
                "agreement_id": agreement["id"],
                "version": agreement["version"],
                "accepted_at": at,
            }
        )
    return found


def accepted_at(one: MembershipFacts, now: datetime) -> datetime:
    """As they joined, or when everybody was asked again."""
    return one.joined_at if one.removed_at else max(one.joined_at, now - ASKED_AGAIN)
