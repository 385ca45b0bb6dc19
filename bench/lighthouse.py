"""Google Lighthouse on the pages that a shop opens first: a phone, slow 4G, a cold browser, as it is set by itself."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median
from typing import Any

from tests import services

HOME = Path(__file__).resolve().parent.parent
NODE = Path(sys.prefix) / "bin" / "node"
LIGHTHOUSE = HOME / "node_modules" / "lighthouse" / "cli" / "index.js"
CATEGORIES = ("performance", "accessibility", "best-practices")
LIMITS = {"performance": 98, "accessibility": 100}
FLAGS = "--headless=new --disable-gpu --no-first-run --disable-background-networking"
FLAGS += " --no-sandbox" if os.geteuid() == 0 else ""


def scores_of(address: str, cookie: str = "") -> dict[str, int]:
    """One run: a score of 0 to 100 for each category."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        command = [str(NODE), str(LIGHTHOUSE), address, "--quiet", "--output=json", f"--output-path={report}"]
        command += [f"--only-categories={','.join(CATEGORIES)}", f"--chrome-flags={FLAGS}"]
        if cookie:
            command.append("--extra-headers=" + json.dumps({"Cookie": cookie}))
        chromium = {"CHROME_PATH": str(services.chromium_program())}
        run = subprocess.run(
            command, capture_output=True, text=True, timeout=120, env={**os.environ, **chromium}
        )
        if run.returncode:
            raise RuntimeError(f"Lighthouse ended with {run.returncode}: {run.stderr[-2000:]}")
        found: dict[str, Any] = json.loads(report.read_text())
    return {name: round(found["categories"][name]["score"] * 100) for name in CATEGORIES}


def measured(pages: dict[str, tuple[str, str]], runs: int) -> bool:
    """Each page several times, the median of each category; whether all are where they should be."""
    print(f"Lighthouse, a phone on slow 4G, median of {runs}:")
    held = True
    for name, (address, cookie) in pages.items():
        found = [scores_of(address, cookie) for _ in range(runs)]
        middle = {category: median(each[category] for each in found) for category in CATEGORIES}
        over = [category for category, limit in LIMITS.items() if middle[category] < limit]
        told = ", ".join(f"{category} {score:g}" for category, score in middle.items())
        print(f"  {name}: {told}{' (BELOW ' + ', '.join(over) + ')' if over else ''}", flush=True)
        held = held and not over
    return held
