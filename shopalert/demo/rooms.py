"""The standing chats of the demonstration: announcements and a general channel in each scheme."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from shopalert.chat.models import Channel, ChannelLine
from shopalert.db import uuid7
from shopalert.demo.shapes import World
from shopalert.idempotency import hash_of
from shopalert.protection.clocks import clocks

Rows = list[dict[str, Any]]
# (days ago, hours ago, who, what): the coordinator, an officer, or a member by number.
NEWS = (
    (
        6,
        3,
        "coordinator",
        "Meeting on the first Tuesday, nine o'clock, in the library. Coffee from half past eight.",
    ),
    (
        2,
        5,
        "officer",
        "More of us in town on Friday and Saturday evening. Ring 101, or 999 if somebody is in danger.",
    ),
    (0, 6, "coordinator", "The new radios are here. Please fetch yours by Friday and bring the old one."),
)
GENERAL = (
    (3, 4, 0, "Does anybody have the number of the shutter man?"),
    (3, 3, 1, "We had him last week, I will put a card through your door."),
    (1, 7, 2, "Delivery lorry blocks the service road until ten tomorrow, sorry."),
    (0, 4, 1, "Thanks for the warning. Is the car park open?"),
    (0, 3, "officer", "It is, and we walk past between two and three."),
)


def channels(
    world: World,
    schemes: dict[str, uuid.UUID],
    users: dict[str, uuid.UUID],
    founded: datetime,
    insert: Callable[[Any, Rows], Any],
) -> None:
    """Both rooms of every scheme that has somebody to write in them."""
    rooms, lines = [], []
    for scheme in world.schemes:
        members = world.members_of(scheme.code, "member", "lead")
        coordinators = world.members_of(scheme.code, "coordinator")
        officers = world.officers_of(scheme.district)
        if len(members) < 3 or not coordinators or not officers:
            continue
        voices = {"coordinator": coordinators[0].user, "officer": officers[0]}
        voices |= {str(number): member.user for number, member in enumerate(members[:3])}
        for name, news, said in (("Announcements", True, NEWS), ("General", False, GENERAL)):
            room = uuid7(founded)
            rooms.append(
                {
                    "id": room,
                    "scheme_id": schemes[scheme.code],
                    "name": name,
                    "announcements": news,
                    "created_at": founded,
                }
            )
            for days, hours, who, text in said:
                at = world.now - timedelta(days=days, hours=hours)
                lines.append(
                    {
                        "id": uuid7(at),
                        "scheme_id": schemes[scheme.code],
                        "channel_id": room,
                        "text": text,
                        "at": at,
                        "author_id": users[voices[str(who)]],
                        "by_police": who == "officer",
                        "client_id": uuid.uuid4(),
                        "sent_hash": hash_of({"demo": text}),
                        **clocks("comment", at),
                    }
                )
    insert(Channel, rooms)
    insert(ChannelLine, lines)
