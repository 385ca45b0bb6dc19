"""A link as a QR code: one path, so that the page draws it with plain SVG and nothing is marked as safe."""

from __future__ import annotations

from dataclasses import dataclass

import segno

QUIET = 4  # modules of white around it, as the standard asks


@dataclass(frozen=True)
class Code:
    """The code's size in modules, and its dark ones as an SVG path of runs."""

    size: int
    path: str


def code_of(text: str) -> Code:
    made = segno.make(text, error="m", micro=False)
    runs = []
    for y, row in enumerate(made.matrix):
        x = 0
        while x < len(row):
            start = x
            while x < len(row) and row[x]:
                x += 1
            if x > start:
                runs.append(f"M{start + QUIET} {y + QUIET}h{x - start}v1h-{x - start}z")
            x = max(x, start + 1)
    return Code(len(made.matrix) + 2 * QUIET, "".join(runs))
