"""Becomes another program with little memory, time and nothing to write: `python -I confined.py program arguments…`."""

import os
import resource
import sys

MEMORY = 1536 * 1024 * 1024
SECONDS = 20

if __name__ == "__main__":
    for what, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, SECONDS),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NOFILE, 32),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))
    os.nice(10)
    os.execv(sys.argv[1], sys.argv[1:])  # noqa: S606
