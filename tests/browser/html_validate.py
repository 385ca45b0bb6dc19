"""html-validate, kept open for the whole run: a page in, what is wrong with its HTML out."""

from __future__ import annotations

import json
import subprocess
import sys
from functools import lru_cache
from pathlib import Path

SCRIPT = Path(__file__).with_suffix(".mjs")
HOME = SCRIPT.parents[2]


@lru_cache(1)
def judge() -> subprocess.Popen[str]:
    """The one that answers; it ends when its input does, with this process."""
    assert (HOME / "node_modules" / "html-validate").is_dir(), "python3 dev.py test installs html-validate"
    node = Path(sys.prefix) / "bin" / "node"
    return subprocess.Popen([node, SCRIPT], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def faults_of(html: str) -> list[str]:
    """What html-validate finds in a page as the server sent it."""
    process = judge()
    assert process.stdin and process.stdout
    print(json.dumps(html), file=process.stdin, flush=True)
    found: list[str] = json.loads(process.stdout.readline())
    return found
