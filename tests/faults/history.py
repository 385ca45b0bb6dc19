"""What clients were told against what stands, in the manner of Jepsen's sets.

I1 every acknowledged write is there after any fault · I2 no key twice · I3 nothing half · I4 each reader sees every
event once and in order · I5 what was not acknowledged is there once or not at all, and once after it is sent again ·
I6 each alert reaches each device's push service at least once, and again only where an attempt's outcome was unknown.
"""

from __future__ import annotations

import hashlib
import json
import threading
import time
import uuid
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from shopalert.alerts import toasts
from shopalert.alerts.cursors import cursors
from shopalert.alerts.models import Delivery, Event, Subscription
from shopalert.alerts.outbox import newest
from shopalert.db import db
from shopalert.evidence.actions import missing_files
from shopalert.evidence.models import Attachment
from shopalert.incidents.models import Incident, IncidentVersion
from shopalert.protection.models import AuditRow

SAID_ALOUD = toasts.FRESH.total_seconds() - 10  # an event is some seconds old when the first screen has it


@dataclass
class Operation:
    """One report, as its sender knows it."""

    key: str
    photo: bytes | None = None
    tries: int = 0
    incident: str = ""  # what the acknowledgement named
    began: float = 0.0  # when it was sent last
    at: float = 0.0  # when it was acknowledged


@dataclass
class History:
    """Everything that was asked of the house, and what it said."""

    operations: dict[str, Operation] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def begin(self, photo: bytes | None = None) -> Operation:
        operation = Operation(str(uuid.uuid4()), photo)
        with self.lock:
            self.operations[operation.key] = operation
        return operation

    def acknowledge(self, operation: Operation, incident: str) -> None:
        assert operation.incident in ("", incident), "acknowledged with another id"
        operation.incident, operation.at = incident, time.monotonic()

    @property
    def acknowledged(self) -> list[Operation]:
        with self.lock:
            return [each for each in self.operations.values() if each.incident]

    @property
    def tries(self) -> int:
        return sum(each.tries for each in self.operations.values())


@dataclass(frozen=True)
class Verdict:
    """How many of each must not be."""

    lost: int = 0  # acknowledged, and not there: I1
    twice: int = 0  # I2, I5
    partial: int = 0  # I3


def judge(session: Any, history: History) -> Verdict:
    """The reports of a history against the database and the files."""
    keys = [uuid.UUID(key) for key in history.operations]
    rows = list(
        session.execute(
            sa.select(Incident.client_id, Incident.id, Incident.reference).where(Incident.client_id.in_(keys))
        )
    )
    ids = [row.id for row in rows]
    standing = {str(row.client_id): str(row.id) for row in rows}

    def counted(column: Any, *which: Any) -> Counter[Any]:
        return Counter(session.scalars(sa.select(column).where(column.in_(ids), *which)))

    versions = counted(IncidentVersion.incident_id)
    events = counted(Event.incident_id, Event.kind == "incident.reported")
    audited = counted(AuditRow.object_id, AuditRow.verb == "incident.report")
    photos = counted(Attachment.incident_id)
    hashes = defaultdict(set)
    for incident, sha in session.execute(
        sa.select(Attachment.incident_id, Attachment.sha256).where(Attachment.incident_id.in_(ids))
    ):
        hashes[incident].add(sha)
    partial = [
        row
        for row in rows
        if (versions[row.id], events[row.id], audited[row.id]) != (1, 1, 1)
        or row.reference.startswith("?")
        or photos[row.id] != bool(history.operations[str(row.client_id)].photo)
        or hashes[row.id] != sent_hashes(history.operations[str(row.client_id)])
    ]
    seqs = list(session.scalars(sa.select(Event.seq).order_by(Event.seq)))
    assert seqs == sorted(set(seqs))
    if db.engine.dialect.name == "sqlite":
        assert session.scalar(sa.text("PRAGMA integrity_check")) == "ok"
    return Verdict(
        lost=sum(standing.get(each.key) != each.incident for each in history.acknowledged),
        twice=len(rows) - len(standing),
        partial=len(partial) + len(missing_files(session)),
    )


def sent_hashes(operation: Operation) -> set[str]:
    return {hashlib.sha256(operation.photo).hexdigest()} if operation.photo else set()


# ---- I4: what screens saw


def log_of(
    session: Any, scheme_id: uuid.UUID, audiences: Collection[str] = ("members",)
) -> tuple[list[int], Any]:
    """The numbers of a scheme's events that these audiences read, in order; and how to open a cursor."""
    _, key = newest(session)
    asked = (
        sa.select(Event.seq)
        .where(Event.scheme_id == scheme_id, Event.audience.in_(audiences))
        .order_by(Event.seq)
    )
    return list(session.scalars(asked)), cursors(key)


def behind(session: Any, scheme_id: uuid.UUID, screens: Iterable[Any]) -> int:
    """How many screens have not come to the end of a scheme's log."""
    log, opener = log_of(session, scheme_id)
    session.rollback()
    end = log[-1] if log else 0
    places = {cursor: opener.open(cursor, end + 10_000) or 0 for cursor in {each.cursor for each in screens}}
    return sum(places[each.cursor] < end or not each.open for each in screens)


def judge_screens(session: Any, scheme_id: uuid.UUID, screens: Iterable[Any]) -> Verdict:
    """Screens of one audience against the log from where each began: every event whole, once, in order.

    An event may be several messages of one number (a card, what is told aloud): a screen that lacks one lost it. What
    came to it when the others had it for two minutes is said aloud no more: the card alone is enough. One that was too
    far behind is told to fetch its page anew, with all that stands before that place.
    """
    log, opener = log_of(session, scheme_id)
    last = log[-1] if log else 0
    screens = [(list(screen.seen), dict(screen.when)) for screen in screens]  # they read on while we look
    places = {cursor for seen, _ in screens for _, cursor, _ in seen}
    known = {cursor: opener.open(cursor, last + 10_000) for cursor in places}
    saw = [seen_by(seen, known) for seen, _ in screens]
    whole: dict[int, int] = defaultdict(int)  # of each event the most messages that anybody got of it
    for _, numbers in saw:
        for number, many in Counter(numbers).items():
            whole[number] = max(whole[number], many)
    came = [{known[cursor]: at for cursor, at in when.items() if cursor in known} for _, when in screens]
    first: dict[int | None, float] = {}
    for seq, at in (each for when in came for each in when.items()):
        first[seq] = min(at, first.get(seq, at))
    lost = twice = 0
    for (start, numbers), when, (seen, _) in zip(saw, came, screens, strict=True):
        assert numbers == sorted(numbers), "out of order"
        got = Counter(numbers)
        late = {seq for seq, at in when.items() if at - first[seq] > SAID_ALOUD}
        anew = read_anew(seen, known)
        wanted = [seq for seq in log if seq > start and seq not in anew]
        lost += sum(got[seq] < (1 if seq in late else max(1, whole[seq])) for seq in wanted)
    for seen, _ in screens:
        heard = {(connection, known[cursor]) for connection, cursor, name in seen if name != "hello"}
        twice += len(heard) - len({number for _, number in heard})
    return Verdict(lost, twice)


def read_anew(seen: list[tuple[int, str, str]], known: dict[str, int | None]) -> set[int]:
    """What came to a screen with its whole page."""
    found: set[int] = set()
    last = 0
    for _, cursor, name in seen:
        place = known[cursor] or 0
        if name == "resync":
            found |= set(range(last + 1, place + 1))
        last = max(last, place)
    return found


def seen_by(seen: list[tuple[int, str, str]], known: dict[str, int | None]) -> tuple[int, list[int]]:
    """Where a screen began, and the numbers of what it was told since."""
    hellos = [known[cursor] for _, cursor, name in seen if name == "hello"]
    assert hellos, "a screen that was never greeted"
    told = [known[cursor] for _, cursor, name in seen if name not in ("hello", "resync")]
    assert None not in (*hellos, *told), "a place that the house did not give"
    return hellos[0] or 0, [number for number in told if number is not None]


def latencies(session: Any, history: History, screens: Iterable[Any]) -> list[float]:
    """Seconds from the sending of each report to each screen."""
    log = dict(
        session.execute(
            sa.select(Event.incident_id, Event.seq).where(
                Event.kind == "incident.reported",
                Event.incident_id.in_([uuid.UUID(each.incident) for each in history.acknowledged]),
            )
        ).all()
    )
    seal = cursors(newest(session)[1]).seal
    places = [(seal(log[uuid.UUID(each.incident)]), each.began) for each in history.acknowledged]
    return [screen.when[place] - began for screen in screens for place, began in places]


# ---- I6: what push services got


@dataclass(frozen=True)
class Pushed:
    """What became of alerts on their way to devices."""

    wanted: int  # alerts times devices
    lost: int  # neither accepted nor given up with a reason
    twice: int  # accepted more than once though every attempt's outcome was known, or under another tag
    again: int  # accepted once more after somebody died: the device replaces it by its tag


def judge_pushes(
    session: Any, push: Any, incidents: Collection[str], devices: list[dict[str, Any]]
) -> Pushed:
    """Every reported incident against every device that had to hear of it."""
    ids = [uuid.UUID(each) for each in incidents]
    asked = (
        sa.select(Event.id, Subscription.id, Delivery.attempts, Delivery.state, Delivery.failure)
        .join(Delivery, Delivery.event_seq == Event.seq)
        .join(Subscription, Subscription.id == Delivery.subscription_id)
        .where(Event.kind == "incident.reported", Event.incident_id.in_(ids))
        .where(Subscription.id.in_([each["id"] for each in devices]))
    )
    rows = {(str(row[0]), row[1]): row for row in session.execute(asked)}
    names = {each["endpoint"].rsplit("/", 1)[1]: each["id"] for each in devices}
    got: dict[Any, list[str]] = defaultdict(list)
    for message in push.received():
        if message["device"] in names and message["status"].startswith("20"):
            said = json.loads(message["payload"])["notification"]
            got[said["data"]["alert"], names[message["device"]]].append(said["tag"])
    wanted = len(ids) * len(devices)
    ended = {
        key for key, row in rows.items() if got[key] or (row.state in ("failed", "gone") and row.failure)
    }
    several = [key for key in rows if len(got[key]) > 1]
    twice = [key for key in several if rows[key].attempts < 2 or len(set(got[key])) > 1]
    return Pushed(wanted, wanted - len(ended), len(twice), len(several))
