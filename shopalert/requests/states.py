"""The states of a request, and which move leads where. Pure: no clock, no database, no viewer."""

from __future__ import annotations

OPEN, OVERDUE, ANSWERED, ACCEPTED, WITHDRAWN = "open", "overdue", "answered", "accepted", "withdrawn"
STATES = (OPEN, OVERDUE, ANSWERED, ACCEPTED, WITHDRAWN)
WAITING = (OPEN, OVERDUE)  # for whom it is addressed to
STANDING = (*WAITING, ANSWERED)  # not over yet

# move: (from which states, to which). More may be answered until it is accepted; what was not enough is asked again.
MOVES: dict[str, tuple[tuple[str, ...], str]] = {
    "answer": (STANDING, ANSWERED),
    "accept": ((ANSWERED,), ACCEPTED),
    "reopen": ((ANSWERED,), OPEN),
    "withdraw": (STANDING, WITHDRAWN),
    "lapse": ((OPEN,), OVERDUE),
}


class NotNow(Exception):
    """The request is in a state from which this move does not lead on; `state` is the one it is in."""

    def __init__(self, state: str) -> None:
        super().__init__(state)
        self.state = state


def may(state: str, move: str) -> bool:
    """Whether a request in this state can make this move."""
    return state in MOVES[move][0]


def after(state: str, move: str) -> str:
    """The state that the move leads to. Raises NotNow."""
    if not may(state, move):
        raise NotNow(state)
    return MOVES[move][1]
