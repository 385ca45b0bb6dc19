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
from shopalert.alerts.choices import wishes_of
from shopalert.alerts.models import Event
from shopalert.alerts.preferences import LIVE
from shopalert.alerts.recipients import Wishes, verdicts_of

FRESH = timedelta(minutes=2)  # a page that comes back after an hour finds the feed, not an hour's toasts


@dataclass(frozen=True)
class Toast:
    """What is said, and to whom of those who were asked about; or to all who see it but one."""

    message: Message
    to: frozenset[uuid.UUID]
    all_but: frozenset[uuid.UUID | None] | None = None

    def is_for(self, user_id: uuid.UUID) -> bool:
        return user_id in self.to if self.all_but is None else user_id not in self.all_but


NONE = Toast(Message("", ""), frozenset())


def toast(
    session: Session, event: Event, readers: Collection[uuid.UUID] | None = None, wishes: Wishes = wishes_of
) -> Toast:
    """The toast of an event for these people, who may all see it; where none are named, for whoever may. Nobody is told
    of what they did themselves."""
    others = None if readers is None else set(readers) - {event.actor_id}
    if others == set() or house.now() - event.at > FRESH:
        return NONE
    weight = announcement.weight(session, event)
    follows = weight is not None and weight.follows
    to = (others or set()) if follows else wanting(session, event, others, wishes)
    for_all = frozenset({event.actor_id}) if follows and others is None else None
    words = announcement.words(session, event, "category") if to or for_all else None
    if words is None:
        return NONE
    said = {
        "id": words.tag, "title": words.title, "text": words.body, "url": words.url,
        "urgent": words.urgency == "high", "follows": follows,
    }  # fmt: skip
    return Toast(Message("toast", json.dumps(said)), frozenset(to), for_all)


def wanting(session: Session, event: Event, readers: set[uuid.UUID] | None, wishes: Wishes) -> set[uuid.UUID]:
    """Whom the event is told to by name, and whose choice lets it be said to them here and now.

    What puts something right is asked of nobody: a page says it only in the place of what it still shows.
    """
    told = announcement.told(session, event)
    named = told - {event.actor_id} if readers is None else told & readers
    verdicts = verdicts_of(session, event, named, wishes)
    return {who for who, verdict in verdicts.items() if LIVE in verdict.channels}
