"""The receiver of `receiver.c`, driven from here: it opens streams and says when each has read which mark."""

from __future__ import annotations

import array
import subprocess
import tempfile
from collections import defaultdict
from pathlib import Path

SOURCES = Path(__file__).resolve().parent
PATIENCE = 15_000  # milliseconds until an event that did not come everywhere is a failure


class Missing(Exception):
    """Not all streams got what they were to get."""


def build(name: str, folder: Path) -> Path:
    """A program in C of this folder, compiled."""
    program = folder / name
    done = subprocess.run(
        ["gcc", "-O2", "-Wall", "-o", str(program), str(SOURCES / f"{name}.c")],
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise SystemExit(f"gcc could not make {name}:\n{done.stderr}")
    return program


class Receiver:
    """One process with all streams of one server. `heads` are the requests; stream i sends the i-th."""

    def __init__(self, program: Path, port: int, heads: list[str]) -> None:
        self.file = tempfile.NamedTemporaryFile("w", suffix=".heads")  # noqa: SIM115
        self.file.write("".join(heads))
        self.file.flush()
        self.process = subprocess.Popen(
            [program, "127.0.0.1", str(port), self.file.name], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        self.streams = 0

    def ask(self, line: str) -> int:
        """The first number of the answer. The last, of the streams that were lost, must be none."""
        assert self.process.stdin and self.process.stdout
        self.process.stdin.write(f"{line}\n".encode())
        self.process.stdin.flush()
        answer = self.process.stdout.readline().split()
        if len(answer) != 2 or int(answer[1]):
            raise Missing(f"{line}: {answer[1].decode() if answer else 'all'} streams were refused or closed")
        return int(answer[0])

    def open(self, until: int, how: str = "first") -> None:
        """Open streams until there are so many."""
        if (there := self.ask(f"open {until} {how}")) < until:
            raise Missing(f"{there} of {until} streams opened")
        self.streams = until

    def wait(self, mark: int, streams: int = 0, patience: int = PATIENCE) -> None:
        """Until a mark has come to so many streams, or all."""
        wanted = streams or self.streams
        if (came := self.ask(f"wait {mark} {wanted} {patience}")) < wanted:
            raise Missing(f"mark {mark} came to {came} of {wanted} streams")

    def pause(self, milliseconds: int) -> None:
        """Go on reading for a while."""
        self.ask(f"wait 0 {1 << 30} {milliseconds}")

    def take(self) -> dict[int, list[tuple[int, float]]]:
        """{mark: [(stream, seconds of the monotonic clock)]} of all that came since last time."""
        assert self.process.stdout
        many = self.ask("take")
        raw = self.process.stdout.read(16 * many)
        numbers, moments = array.array("I", raw), array.array("Q", raw)
        found = defaultdict(list)
        for each in range(many):
            found[numbers[4 * each]].append((numbers[4 * each + 1], moments[2 * each + 1] / 1e9))
        return found

    def bytes_read(self) -> int:
        return self.ask("bytes")

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        self.file.close()
