"""How quickly open screens are told, beside the best that there is.

    python3 dev.py bench live [--quick] [--sizes 1000 5000 9000] [--runs 3] [--events 20] [--only fanout|storm]

First one event to thousands of streams of one scheme (`fanout.py`), beside nchan, stock flask-sse and a bare program in
C. Then fifty reports a second while two thousand streams are open in nineteen schemes (`storm.py`). Ends with 1 where a
target of quality is missed. `--keep FOLDER` keeps
the figures and their picture.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
from pathlib import Path

from bench import fanout, peers, plot, screens, storm
from bench.figures import line

DOCS = Path(__file__).resolve().parent.parent / "docs"


def compare(sizes: tuple[int, ...], runs: int, events: int, keep: Path | None) -> bool:
    """The event beside its peers; whether ours is within its targets at the largest number of streams."""
    print(
        "\n".join(peers.prepare()) or f"each server {runs} times in turns, {events} events a run", flush=True
    )
    print(f"on {os.cpu_count()} cores, {platform.machine()}; smallest / middle / largest of the runs:")
    print(fanout.HEADER, flush=True)
    found = fanout.measure(sizes, runs, events)
    print(f"the event has {found[-1].size:.0f} bytes on the wire, the same for all")
    if keep:
        plot.draw([each.said() for each in found], keep / "live.svg")
        (keep / "live.json").write_text(json.dumps([each.said() for each in found], indent=1))
        (keep / "live.md").write_text(plot.table([each.said() for each in found]))
    held = []
    for streams in sizes:
        print(f"ours at {streams} streams:")
        within = [line(what, value, limit) for what, value, limit in fanout.ratios(found, streams)]
        if streams == max(sizes):
            held = within
    return all(held)


def main() -> int:
    options = argparse.ArgumentParser()
    options.add_argument("--quick", action="store_true")
    options.add_argument("--screens", type=int, default=200)
    options.add_argument("--reports", type=int, default=50)
    options.add_argument("--sizes", type=int, nargs="+", default=list(fanout.SIZES))
    options.add_argument("--runs", type=int, default=3)
    options.add_argument("--events", type=int, default=20)
    options.add_argument("--only", choices=("fanout", "storm"))
    options.add_argument("--rate", type=float, default=50)
    options.add_argument("--photo-rate", type=float, default=30)
    options.add_argument("--seconds", type=float, default=20)
    options.add_argument("--keep", type=Path, help="a folder for live.json, live.md and live.svg")
    chosen = options.parse_args()
    if chosen.quick:
        return 0 if screens.quick(chosen.screens, chosen.reports) else 1
    held = []
    if chosen.only != "storm":
        held.append(compare(tuple(sorted(chosen.sizes)), chosen.runs, chosen.events, chosen.keep))
    if chosen.only != "fanout":
        plain, with_photos = storm.measure(chosen.rate, chosen.seconds, chosen.photo_rate)
        held.append(storm.tell(plain, chosen.rate, storm.REPORT_LIMIT))
        held.append(storm.tell(with_photos, chosen.photo_rate, storm.PHOTO_LIMIT))
    return 0 if all(held) else 1


if __name__ == "__main__":
    sys.exit(main())
