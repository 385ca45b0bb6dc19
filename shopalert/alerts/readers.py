"""Open streams: what each may see and has been given, and who of them is in an audience.

How bytes leave the house is the affair of the kind of stream: `Stream` keeps them for the server to fetch,
`direct.Direct` writes them to the socket itself.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Iterator, MutableSet
from itertools import chain
from typing import Any

from gevent.queue import Empty, Full, Queue

from shopalert.alerts.behind import may_see
from shopalert.alerts.models import Event
from shopalert.alerts.outbox import Log
from shopalert.alerts.wire import BEAT, BYE
from shopalert.schemes.viewer import UNTOLD
from shopalert.wall import THREAD

BACKLOG = 512  # messages that wait for a slow browser, or for one that catches up, before it must come anew
PARTS = 15  # of all streams, each beaten in another second
LOOK = 15.0  # seconds after which a stream that is told nothing looks whether it has ended


class Stream:
    """One open screen. Live events come in order and each once; what came while it caught up comes after that."""

    __slots__ = ("catching_up", "ended", "kept", "log", "seen", "session_id", "user_id", "waiting")

    def __init__(self, user_id: uuid.UUID, session_id: uuid.UUID | None, log: Log) -> None:
        self.user_id, self.session_id, self.log = user_id, session_id, log
        self.seen = 0  # the highest number it has been given
        self.catching_up, self.ended = True, False
        self.waiting: list[tuple[int, bytes]] = []  # what came while it caught up
        self.kept: Queue | None = None

    @property
    def parked(self) -> bool:
        """Whether it lives on after its request has been answered."""
        return False

    def may_see(self, event: Event, untold: Collection[uuid.UUID] = ()) -> bool:
        """Whether it is for this reader; `untold` are the incidents that police were not told of."""
        return may_see(event, self.log, untold)

    def give(self, seq: int, data: bytes) -> None:
        """A live event: in order, and each once."""
        if self.ended:
            return
        if not self.catching_up:
            if seq > self.seen:
                self.seen = seq
                self.write(data)
        elif len(self.waiting) < BACKLOG:
            self.waiting.append((seq, data))
        else:
            self.end()

    def caught_up(self, seen: int) -> None:
        """The replay has been given up to this number; go on live."""
        self.seen, self.catching_up = max(seen, self.seen), False
        waiting, self.waiting = self.waiting, []
        for seq, data in waiting:
            self.give(seq, data)

    # ---- how its bytes leave: here they wait until the server asks for them

    @property
    def queue(self) -> Queue:
        if self.kept is None:
            self.kept = Queue(BACKLOG)
        return self.kept

    def write(self, data: bytes) -> None:
        """To this screen, if it has not ended."""
        if self.ended:
            return
        try:
            self.queue.put_nowait(data)
        except Full:
            self.forget()
            self.ended = True  # it comes back with its cursor

    def beat(self) -> None:
        """Show that it lives; what it missed shows that too."""
        if not (self.catching_up or self.ended):
            self.write(BEAT)

    def end(self) -> None:
        """Say goodbye: the browser opens another, or finds itself signed out.

        What still waits for a slow reader is not given any more: the right to it may have ended.
        """
        if self.ended:
            return
        self.forget()
        self.write(BYE)
        self.write(b"")  # wakes whoever waits for more
        self.ended = True

    def forget(self) -> None:
        """Let go of what waits."""
        self.waiting = []
        while not self.queue.empty():
            self.queue.get_nowait()

    def flow(self, replay: Iterable[bytes], seen: int) -> Iterator[bytes]:
        """What was missed, up to the number `seen`, then what comes, until the stream has ended."""
        for data in replay:
            if self.ended:
                break
            yield data
        self.caught_up(seen)
        yield from self.read()

    def read(self) -> Iterator[bytes]:
        """The bytes, until the stream has ended."""
        while not (self.ended and self.queue.empty()):
            try:
                data = self.queue.get(timeout=LOOK)
            except Empty:
                continue
            if data:
                yield data


class Readers(MutableSet[Stream]):
    """All open streams of a process, found by audience and by person without asking each of them."""

    def __init__(self) -> None:
        self.all: dict[Stream, int] = {}  # each with its part
        self.parts: list[dict[Stream, None]] = [{} for _ in range(PARTS)]  # beaten one after the other
        self.by_audience: dict[tuple[uuid.UUID, str], dict[Stream, None]] = {}
        self.by_person: dict[uuid.UUID, dict[Stream, None]] = {}

    def __len__(self) -> int:
        return len(self.all)

    def __iter__(self) -> Iterator[Stream]:
        return iter(self.all)

    def __contains__(self, stream: object) -> bool:
        return stream in self.all

    def add(self, stream: Stream) -> None:
        if stream in self.all:
            return
        part = self.all[stream] = min(range(PARTS), key=lambda each: len(self.parts[each]))
        self.parts[part][stream] = None
        self.by_person.setdefault(stream.user_id, {})[stream] = None
        for place in places(stream):
            self.by_audience.setdefault(place, {})[stream] = None

    def discard(self, stream: Stream) -> None:
        if stream not in self.all:
            return
        del self.parts[self.all.pop(stream)][stream]
        leave(self.by_person, stream.user_id, stream)
        for place in places(stream):
            leave(self.by_audience, place, stream)

    def of(self, user_id: uuid.UUID) -> Collection[Stream]:
        """One person's."""
        return self.by_person.get(user_id, {})

    def among(self, scheme_id: uuid.UUID, audience: str) -> Collection[Stream]:
        """Those in an audience of a scheme, or who may see what the police were not told of."""
        return self.by_audience.get((scheme_id, audience), {})

    def who_may_see(self, event: Event, untold: Collection[uuid.UUID] = ()) -> list[Stream]:
        """As `Stream.may_see` says of each."""
        readers = self.among(event.scheme_id, event.audience)
        if event.audience.startswith(THREAD):
            readers = dict.fromkeys(chain(readers, self.among(event.scheme_id, "police")))
        if event.incident_id not in untold:
            return list(readers)
        knowing = self.among(event.scheme_id, UNTOLD)
        return [stream for stream in readers if stream in knowing]


def places(stream: Stream) -> Iterator[tuple[uuid.UUID, str]]:
    """Each audience of each scheme that it belongs to."""
    return ((scheme, audience) for scheme, audiences in stream.log.items() for audience in audiences)


def leave(groups: dict[Any, dict[Stream, None]], key: Any, stream: Stream) -> None:
    """Out of one group; an empty one is not kept."""
    group = groups[key]
    del group[stream]
    if not group:
        del groups[key]
