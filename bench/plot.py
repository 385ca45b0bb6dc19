"""Bars as SVG, by hand: what one event to all streams took each server."""

from __future__ import annotations

from html import escape
from pathlib import Path
from statistics import median
from typing import Any

from bench.figures import three

WIDTH, LEFT, ROW, GROUP = 760, 190, 24, 40
STYLE = """
  text { font: 13px system-ui, sans-serif; fill: #1d2430 } .faint { fill: #5b6472 } rect { fill: #9aa7b8 }
  .ours { fill: #0b6b57 } .rest { opacity: .45 } line { stroke: #1d2430 }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6eaf0 } .faint { fill: #a3adba } rect { fill: #6f7d90 }
    .ours { fill: #35b597 } line { stroke: #e6eaf0 }
  }
"""


def draw(found: list[dict[str, Any]], file: Path) -> None:
    """For each number of streams a group; a bar is p50, its pale end p99, the whisker the runs of p99."""
    longest = max(max(each["p99"]) for each in found)
    scale, y, parts = (WIDTH - LEFT - 180) / longest, 46, []
    for streams in sorted({each["streams"] for each in found}):
        parts.append(f'<text x="8" y="{y}" font-weight="600">{streams:,} streams</text>')
        y += 10
        for each in (one for one in found if one["streams"] == streams):
            parts.append(bar(each, y, scale))
            y += ROW
        y += GROUP - 10
    title = "One event to every open stream: p50, and p99 in paler, in milliseconds (middle of the runs)"
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {y - 10}" role="img" aria-label="{title}">'
        f"<style>{STYLE}</style><text x='8' y='20'>{title}</text>"
    )
    file.write_text("\n".join([head, *parts, "</svg>"]) + "\n")


def bar(each: dict[str, Any], y: float, scale: float) -> str:
    p50, p99 = median(each["p50"]), median(each["p99"])
    kind = ' class="ours"' if each["name"].startswith("ours") else ""
    pale = ' class="ours rest"' if kind else ' class="rest"'
    low, high = LEFT + min(each["p99"]) * scale, LEFT + max(each["p99"]) * scale
    said = f"{p50:.0f}, {p99:.0f} ms · {median(each['cpu']):.1f} µs"
    return (
        f'<text x="{LEFT - 8}" y="{y + 14}" text-anchor="end">{escape(each["name"])}</text>'
        f'<rect{pale} x="{LEFT}" y="{y + 2}" width="{p99 * scale:.1f}" height="16"/>'
        f'<rect{kind} x="{LEFT}" y="{y + 2}" width="{p50 * scale:.1f}" height="16"/>'
        f'<line x1="{low:.1f}" x2="{high:.1f}" y1="{y + 10}" y2="{y + 10}"/>'
        f'<text class="faint" x="{max(high, LEFT + p99 * scale) + 8:.1f}" y="{y + 14}">{said}</text>'
    )


def table(found: list[dict[str, Any]]) -> str:
    """The same for docs/benchmarks.md: smallest / middle / largest of the runs."""
    lines = [
        "| streams | server | p50, ms | p99, ms | CPU a delivery, µs | kB a stream |",
        "|---|---|---|---|---|---|",
    ]
    for each in found:
        cells = [
            three(each["p50"]),
            three(each["p99"]),
            three(each["cpu"], ".1f"),
            f"{each['memory'] / 1000:.1f}",
        ]
        lines.append(f"| {each['streams']:,} | {each['name']} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"
