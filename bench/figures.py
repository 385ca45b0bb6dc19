"""What the benchmarks say of what they measured: quantiles, and the smallest, middle and largest of some runs."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from statistics import median


def quantile(values: Sequence[float], share: float) -> float:
    """The value below which this share of all lies."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def three(values: Sequence[float], form: str = ".0f") -> str:
    """Minimum, median, maximum of the runs."""
    return " / ".join(f"{value:{form}}" for value in (min(values), median(values), max(values)))


def line(what: str, found: float, limit: float, unit: str = "") -> bool:
    """Say what was found and whether it is within its limit."""
    held = found <= limit
    print(f"  {what}: {found:.3g}{unit} ({'within' if held else 'OVER'} {limit:g}{unit})", flush=True)
    return held


# ---- what a process has used


def cpu(pid: int) -> float:
    """Seconds that all threads of a process ran, to the nanosecond."""
    threads = Path(f"/proc/{pid}/task").iterdir()
    return sum(int((each / "schedstat").read_text().split()[0]) for each in threads) / 1e9


def memory(pid: int) -> int:
    """Bytes that a process holds."""
    for text in Path(f"/proc/{pid}/status").read_text().splitlines():
        if text.startswith("VmRSS:"):
            return int(text.split()[1]) * 1024
    return 0


def children(pid: int) -> list[int]:
    return [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
