"""What readers missed, made once for all who come back together.

When a web process is changed, thousands of screens come back within seconds and have missed the same few events. Each
of those is rendered and weighed once, for members and once more for who reads names, and given to all of them.

Who sees an event is never kept: each reader's own log is asked for it (`outbox.read`), and each is looked for in the
toast's own list. What is kept is what the event says, for five seconds, and not past the next event of its incident,
or, where it has none, of its scheme: what was withdrawn is not given to anybody who comes after.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

import gevent
from gevent.lock import BoundedSemaphore
from sqlalchemy.orm import Session

from shopalert import db as house
from shopalert.alerts import toasts
from shopalert.alerts.announcement import Message
from shopalert.alerts.behind import Behind, about
from shopalert.alerts.choices import Wish, wishes_of
from shopalert.alerts.cursors import cursors
from shopalert.alerts.live import READ_NAMES, rendered
from shopalert.alerts.models import Event
from shopalert.alerts.toasts import Toast, toast
from shopalert.alerts.wire import encode_all
from shopalert.db import Act
from shopalert.schemes.names import ReadsNames
from shopalert.schemes.viewer import Viewer
from shopalert.wall import crossing, entered

NAMED = frozenset(READ_NAMES)
FRESH = 5.0  # seconds: what another process changed without an event is seen by then
AT_MOST = 2000  # events that are kept: four screens that are as far behind as a replay goes


@dataclass(frozen=True)
class Said:
    """An event as it is told."""

    seq: int
    at: datetime
    place: str  # in the log, sealed
    messages: list[Message]
    toast: Toast
    last: int | None  # of its incident or scheme, when this was made
    until: float

    def to(self, user_id: uuid.UUID) -> list[Message]:
        """To one who may see it."""
        return [*self.messages, self.toast.message] if self.rings(user_id) else self.messages

    def rings(self, user_id: uuid.UUID) -> bool:
        """Whether its toast is for them, and fresh; else the card is enough."""
        return self.toast.is_for(user_id) and house.now() - self.at <= toasts.FRESH

    def encoded(self, user_id: uuid.UUID) -> bytes:
        return self.loud if self.rings(user_id) else self.quiet

    @cached_property
    def quiet(self) -> bytes:
        return encode_all(self.messages, self.place)

    @cached_property
    def loud(self) -> bytes:
        return encode_all([*self.messages, self.toast.message], self.place)


class Missed:
    """What has been made within the last seconds."""

    def __init__(self) -> None:
        self.made: dict[tuple[bytes, int, bool], Said] = {}
        # What the people of a scheme chose, and until when.
        self.wishes: dict[uuid.UUID, tuple[float, dict[uuid.UUID, Wish]]] = {}
        self.turn = BoundedSemaphore(1)  # a crowd would make the same a hundred times over

    def said(self, behind: Behind, event: Event, viewer: Viewer) -> Said:
        """One of the events that a viewer missed."""
        named = bool(viewer.log[event.scheme_id] & NAMED)
        place, last = (behind.key, event.seq, named), behind.lasts.get(about(event))
        known = self.fresh(place, last)
        if known is None:
            with self.turn:  # nobody waits for it with a connection in hand
                known = self.fresh(place, last)
                if known is None:
                    self.make_room()
                    shelf = self.made  # another one, once what is made now is out of date
                    with crossing("live") as session:
                        known = shelf[place] = self.make(session, behind.key, event, named, last)
            gevent.sleep(0)  # hundreds may be missed: other requests have their turn between two
        return known

    def fresh(self, place: tuple[bytes, int, bool], last: int | None) -> Said | None:
        """What was made, unless it is too old or something has happened since."""
        known = self.made.get(place)
        return known if known and known.until >= time.monotonic() and known.last == last else None

    def make_room(self) -> None:
        """Let go of what is old; of everything where that is not enough."""
        moment = time.monotonic()
        for place in [place for place, said in self.made.items() if said.until < moment]:
            del self.made[place]
        if len(self.made) >= AT_MOST:
            self.made.clear()

    def changed(self, act: Act) -> None:
        """Something was done here that the numbers of incidents do not show: a choice, a setting."""
        if not act.announced or any(said.incident_id is None for said in act.announced):
            self.forget()

    def forget(self) -> None:
        """Make everything anew from here on."""
        self.made, self.wishes = {}, {}

    def make(self, session: Session, key: bytes, event: Event, named: bool, last: int | None) -> Said:
        """As the hub tells it."""
        until = time.monotonic() + FRESH  # from before it is read
        with entered(ReadsNames(event.scheme_id) if named else None):
            messages = rendered(session, event)
        aloud = toast(session, event, wishes=self.wishes_of)
        return Said(event.seq, event.at, cursors(key).seal(event.seq), messages, aloud, last, until)

    def wishes_of(
        self, session: Session, scheme_id: uuid.UUID, user_ids: Collection[uuid.UUID]
    ) -> dict[uuid.UUID, Wish]:
        """What these people of a scheme wish, asked once for all that is made within the same seconds."""
        until, known = self.wishes.get(scheme_id, (0.0, {}))
        if until < time.monotonic() or not known.keys() >= set(user_ids):
            until, known = time.monotonic() + FRESH, wishes_of(session, scheme_id, user_ids)
            self.wishes[scheme_id] = until, known
        return {who: known[who] for who in user_ids if who in known}


missed = Missed()
house.followers.append(missed.changed)
