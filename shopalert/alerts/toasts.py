"""Toasts: what a push says, said at the top of the pages that somebody has open, as their own choice has it.

A toast's bytes are the same for everybody. Who gets them is decided as for every other channel, by `preferences`; the
card goes to every open feed all the same, without a word.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.orm import Session

from shopalert import db as house
from shopalert.alerts import announcement
from shopalert.alerts.announcement import Message
from shopalert.alerts.models import Event
from shopalert.alerts.preferences import LIVE
from shopalert.alerts.recipients import verdicts_of

FRESH = timedelta(minutes=2)  # a page that comes back after an hour finds the feed, not an hour's toasts


@dataclass(frozen=True)
class Toast:
    """What is said, and to whom of those who were asked about."""

    message: Message
    to: frozenset[uuid.UUID]


NONE = Toast(Message("", ""), frozenset())


def toast(session: Session, event: Event, readers: Collection[uuid.UUID]) -> Toast:
    """The toast of an event for these people, who may all see it. Nobody is told of what they did themselves."""
    others = set(readers) - {event.actor_id}
    if not others or house.now() - event.at > FRESH:
        return NONE
    weight = announcement.weight(session, event)
    follows = weight is not None and weight.follows
    to = others if follows else wanting(session, event, others)
    words = announcement.words(session, event, "category") if to else None
    if words is None:
        return NONE
    said = {
        "id": words.tag, "title": words.title, "text": words.body, "url": words.url,
        "urgent": words.urgency == "high", "follows": follows,
    }  # fmt: skip
    return Toast(Message("toast", json.dumps(said)), frozenset(to))


def wanting(session: Session, event: Event, readers: set[uuid.UUID]) -> set[uuid.UUID]:
    """Whom the event is told to by name, and whose choice lets it be said to them here and now.

    What puts something right is asked of nobody: a page says it only in the place of what it still shows.
    """
    named = announcement.told(session, event) & readers
    return {who for who, verdict in verdicts_of(session, event, named).items() if LIVE in verdict.channels}


def messages_for(session: Session, event: Event, user_id: uuid.UUID) -> list[Message]:
    """The same for one person who asks for what they missed."""
    found = toast(session, event, [user_id])
    return [found.message] if user_id in found.to else []
