"""The kill-switch: a worker that went wrong answers for the server on every phone, and only a worker can end it.

A file in the data directory rather than a setting, so that it holds at once, without a restart, and for every
process of the machine.
"""

from __future__ import annotations

from shopalert.config import config


def worker_is_off() -> bool:
    """Whether phones are to be rid of their worker."""
    return config().worker_off.exists()


def switch_worker(on: bool) -> None:
    """Serve the worker, or the one that takes itself away."""
    if on:
        config().worker_off.unlink(missing_ok=True)
    else:
        config().worker_off.touch(mode=0o600)
