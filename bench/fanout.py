"""One event to thousands of open streams of one scheme: ours beside nchan, stock flask-sse and a bare program in C.

All servers stand at the same time, each with its streams and a receiver of the same kind, and are measured in turns;
the others do nothing meanwhile, but for our beat, which falls where it falls. The clock of a publication starts before
the call that makes it is sent, and stops when a stream's receiver has read the event. Ours has a second clock, from the
commit: what the others give out they hold in memory alone, ours comes from the disk. The ratios are taken from there,
reading and rendering included.
"""

from __future__ import annotations

import tempfile
from collections import defaultdict
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

from bench import peers
from bench.figures import cpu, memory, quantile, three
from bench.peers import Peer
from bench.receiver import Missing, Receiver, build
from tests import services

SIZES = (1000, 5000, 9000)
WARM = 3  # events that are not counted, before the first run of a size


@dataclass
class Run:
    """One run of one server: seconds from the publication, from the commit, of CPU a delivery."""

    delays: list[float] = field(default_factory=list)
    from_commit: list[float] = field(default_factory=list)
    cpu: float = 0.0


@dataclass
class Measured:
    """All runs of one server at one number of streams."""

    name: str
    streams: int
    runs: list[Run]
    memory: float  # bytes a stream
    size: float  # bytes of the event on the wire

    def of(self, share: float, clock: str = "delays") -> list[float]:
        """This quantile of each run, in milliseconds."""
        return [quantile(getattr(run, clock), share) * 1000 for run in self.runs]

    @property
    def cpu(self) -> list[float]:
        """Microseconds a delivery, of each run."""
        return [run.cpu * 1e6 for run in self.runs]

    def said(self) -> dict[str, Any]:
        """For the plot and the document."""
        clocks = {"p50": self.of(0.5, "from_commit"), "p99": self.of(0.99, "from_commit")}
        whole = {"p50 of the call": self.of(0.5), "p99 of the call": self.of(0.99)}
        return {
            "name": self.name, "streams": self.streams, **clocks, **whole,
            "cpu": self.cpu, "memory": self.memory, "size": self.size,
        }  # fmt: skip


class Stand:
    """One server, its receiver, and the number of its next event."""

    def __init__(self, peer: Peer, receiver: Path) -> None:
        self.peer = peer
        self.receiver = Receiver(receiver, peer.port, peer.heads())
        self.number = 0
        self.empty = 0

    def grow(self, streams: int, size: int) -> None:
        if not self.empty:  # the first stream and event load what all the others use
            self.receiver.open(1, self.peer.opens)
            self.all_there(size)
            self.events(2, size)
            self.empty = memory(self.peer.pid)
        self.receiver.open(streams, self.peer.opens)
        self.all_there(size)

    def all_there(self, size: int) -> None:
        """A stream whose first bytes are the first event is known to be there when it has had one."""
        for _ in range(60 if self.peer.opens == "sent" else 0):
            self.number += 1
            self.peer.publish(self.number, size)
            with suppress(Missing):
                return self.receiver.wait(self.number, patience=500)

    def events(self, many: int, size: int) -> Run:
        """So many events, each as soon as the last is with all."""
        run, used, begun = Run(), cpu(self.peer.pid), {}
        self.receiver.take()
        for _ in range(many):
            self.number += 1
            begun[self.number] = self.peer.publish(self.number, size)
            self.receiver.wait(self.number)
        run.cpu = (cpu(self.peer.pid) - used) / (many * self.receiver.streams)
        for number, arrived in self.receiver.take().items():
            began, committed = begun[number]
            run.delays += [at - began for _, at in arrived]
            run.from_commit += [at - committed for _, at in arrived]
        return run

    def size_of_an_event(self) -> float:
        before = self.receiver.bytes_read()
        self.events(1, 600)
        return (self.receiver.bytes_read() - before) / self.receiver.streams


def measure(sizes: tuple[int, ...], runs: int, events: int) -> list[Measured]:
    """The servers in turns, `runs` times at each size."""
    found = []
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        redis = stack.enter_context(services.redis())
        receiver = build("receiver", folder)
        there = [peers.floor(folder)]
        if peers.NCHAN.exists():
            there.append(peers.nchan(folder))
        there += [peers.stock(folder, redis), peers.ours(folder, redis, max(sizes))]
        stands = [Stand(stack.enter_context(peer), receiver) for peer in there]
        for stand in stands:
            stack.callback(stand.receiver.close)
        ours = stands[-1]
        ours.grow(1, 0)
        size = round(ours.size_of_an_event())
        for streams in sizes:
            at_work = [stand for stand in stands if streams <= stand.peer.most]
            kept: dict[str, list[Run]] = defaultdict(list)
            held = {}
            for stand in at_work:
                stand.grow(streams, size)
                stand.events(WARM, size)
                held[stand.peer.name] = (memory(stand.peer.pid) - stand.empty) / streams
            for _ in range(runs):
                for stand in at_work:
                    stand.receiver.pause(100)
                    kept[stand.peer.name].append(stand.events(events, size))
            for stand in at_work:
                name = stand.peer.name
                found.append(Measured(name, streams, kept[name], held[name], size))
                print(row(found[-1]), flush=True)
    return found


HEADER = (
    "streams  server                      p50 ms          p99 ms             CPU us a delivery    kB a stream"
)


def row(found: Measured) -> str:
    """A line of the table: minimum, median and maximum of the runs."""
    clock = "from_commit"
    return (
        f"{found.streams:7}  {found.name:24}  {three(found.of(0.5, clock)):>14}  {three(found.of(0.99, clock)):>15}"
        f"  {three(found.cpu, '.1f'):>20}  {found.memory / 1000:10.1f}"
    )


def middle(found: list[Measured], streams: int, server: type[Peer]) -> Measured | None:
    return next((each for each in found if each.streams == streams and each.name == server.name), None)


def ratios(found: list[Measured], streams: int) -> list[tuple[str, float, float]]:
    """What quality asks for, at this many streams: (what, found, limit)."""
    ours = middle(found, streams, peers.Ours)
    if ours is None:
        return []
    p99, used = median(ours.of(0.99, "from_commit")), median(ours.cpu)
    said = []
    if floor := middle(found, streams, peers.Floor):
        said.append(("p99 beside the floor", p99 / median(floor.of(0.99)), 1.15))
        said.append(("CPU a delivery beside the floor", used / median(floor.cpu), 1.1))
    if nchan := middle(found, streams, peers.Nchan):
        said.append(("p99 beside nchan", p99 / median(nchan.of(0.99)), 0.75))
    if stock := middle(found, streams, peers.Stock):
        said.append(("p99 beside flask-sse as it comes", p99 / median(stock.of(0.99)), 0.5))
    said.append(("kB a stream", ours.memory / 1000, 12.0))
    return said
