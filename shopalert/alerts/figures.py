"""What is measured: each figure is named here once, and nothing in a figure names a person, a scheme or an address.

A process counts for itself. Where several of a machine serve one instance, web processes and workers, their figures lie
in a folder that all of them share, and whichever is asked answers for all.
"""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

from shopalert.alerts.endpoints import SERVICES

SHARED = "PROMETHEUS_MULTIPROC_DIR"  # as prometheus_client calls it, and asks for it while it is imported
MOST = 1000  # commits that wait to be seen by the hub: where none runs they are forgotten
FAST = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)
SLOW = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)

registry = CollectorRegistry()
ProcessCollector(registry=registry)

# ---- counted where it happens

answers = Counter(
    "shopalert_http_answers", "Answers given", ["endpoint", "method", "status"], registry=registry
)
seconds = Histogram(
    "shopalert_http_seconds", "Time to the answer's first byte", ["endpoint"], registry=registry
)
written = Histogram(
    "shopalert_commit_to_write_seconds",
    "From the commit until the event has been written to the open streams of its process",
    buckets=FAST,
    registry=registry,
)
pushed = Histogram(
    "shopalert_push_seconds",
    "Time of one attempt to send",
    ["service", "answer"],
    buckets=SLOW,
    registry=registry,
)
refused = Counter(
    "shopalert_refused", "Streams, endpoints and signatures that were refused", ["what"], registry=registry
)

# ---- asked of the database when somebody looks

LATEST: dict[str, Any] = {"registry": registry, "multiprocess_mode": "mostrecent"}
streams = Gauge("shopalert_streams", "Open streams", registry=registry, multiprocess_mode="livesum")
due = Gauge("shopalert_deliveries_due", "Deliveries that are due and untaken", **LATEST)
oldest = Gauge("shopalert_delivery_wait_seconds", "How long the oldest due delivery waits", **LATEST)
stuck = Gauge(
    "shopalert_deliveries_stuck", "Deliveries whose sender died and that nobody has taken again", **LATEST
)
deliveries = Gauge("shopalert_deliveries", "Deliveries of the last day by their state", ["state"], **LATEST)
lag = Gauge(
    "shopalert_delivery_lag_seconds",
    "From what happened until its push service took it, of late",
    ["quantile"],
    **LATEST,
)
letters = Gauge("shopalert_letters_due", "Letters that are due and have not left", **LATEST)
disk_free = Gauge("shopalert_disk_free_bytes", "Free space where the data lies", **LATEST)

_committed: dict[int, float] = {}


def committed(seq: int) -> None:
    """This process has committed events up to this number."""
    while len(_committed) >= MOST:
        _committed.pop(next(iter(_committed)))
    _committed[seq] = time.perf_counter()


def written_up_to(before: int, last: int) -> None:
    """The hub has written the events after one number, up to another, to every open stream that may see them."""
    for seq in [seq for seq in _committed if seq <= last]:
        since = _committed.pop(seq)
        if seq > before:
            written.observe(time.perf_counter() - since)


def push_answered(origin: str, answer: str, took: float) -> None:
    """A push service has answered, or has not in time."""
    pushed.labels(service_of(origin), answer).observe(took)
    if answer == "untrusted":
        refused.labels("signature").inc()


# ---- several processes


def share(folder: Path) -> None:
    """From the next start of Python on, which must follow, figures are written into this folder."""
    folder.mkdir(mode=0o700, exist_ok=True)
    for file in of_the_dead(folder):
        file.unlink(missing_ok=True)
    os.environ[SHARED] = str(folder)


def everything() -> bytes:
    """All figures, as Prometheus reads them: of this process, or of all that share them."""
    if not (folder := os.environ.get(SHARED)):
        return generate_latest(registry)
    for file in of_the_dead(Path(folder)):
        if file.name.startswith("gauge_live"):
            file.unlink(missing_ok=True)
    shared = CollectorRegistry()
    MultiProcessCollector(shared, path=folder)
    return generate_latest(shared)


def of_the_dead(folder: Path) -> list[Path]:
    """Files of processes that are no more. What they counted stays until the next start; what was open is not."""
    return [file for file in folder.glob("*_*.db") if not lives(file.stem.rpartition("_")[2])]


def lives(pid: str) -> bool:
    try:
        os.kill(int(pid), 0)
    except (ProcessLookupError, ValueError):
        return False
    except PermissionError:
        return True
    return True


def service_of(origin: str) -> str:
    """A push service by the name that the list has: some have a host for each of their machines."""
    host = origin.removeprefix("https://").partition(":")[0]
    return next((name for name in SERVICES if host == name or host.endswith(f".{name}")), "other")
