"""The plain rules of requests: states, days, reminders, figures.

Days are days of the wall clock, bank holidays among them: a recorder writes over its film on Christmas Day as on any
other (docs/requests.md). Clocks change at 01:00 GMT on the last Sundays of March and October (Summer Time Act 1972,
section 1, as the Summer Time Order 2002 has it). A local time that comes twice is the first of the two, one that is
left out the hour after it (PEP 495).
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from shopalert.db import writing
from shopalert.requests import clock
from shopalert.requests.lists import figures
from shopalert.requests.models import Request
from shopalert.requests.states import MOVES, STATES, WAITING, NotNow, after, may
from shopalert.requests.vocabulary import DAYS, KINDS, due_after, reminds
from shopalert.wall import crossing
from shopalert.words import local
from tests.house.routes import Things
from tests.people import IVY


@given(st.lists(st.sampled_from(sorted(MOVES)), max_size=12))
def test_no_order_of_moves_leads_out_of_the_states_nor_back_from_an_end(moves):
    state, ended = "open", False
    for move in moves:
        if may(state, move):
            assert not ended
            state = after(state, move)
        else:
            with pytest.raises(NotNow):
                after(state, move)
        assert state in STATES
        ended = state in ("accepted", "withdrawn")
    assert ended == (not any(may(state, move) for move in MOVES))


def test_what_waits_can_be_answered_and_only_an_answer_is_accepted():
    assert all(after(state, "answer") == "answered" for state in WAITING)
    assert [state for state in STATES if may(state, "accept")] == ["answered"]
    assert after("answered", "reopen") == "open"


@pytest.mark.parametrize(
    ("asked", "days", "due"),
    [
        ("2026-03-27T10:30", 2, "2026-03-29T10:30"),  # over the night on which the clocks go forward
        ("2026-03-28T01:30", 1, "2026-03-29T02:30"),  # half past one is left out that night
        ("2026-10-24T10:30", 2, "2026-10-26T10:30"),  # over the night on which they go back
        ("2026-10-24T01:30", 1, "2026-10-25T01:30"),  # half past one comes twice that night
        ("2026-12-24T16:00", 1, "2026-12-25T16:00"),  # a bank holiday, and due all the same
        ("2026-12-30T23:59", 3, "2027-01-02T23:59"),
        ("2028-02-28T08:00", 1, "2028-02-29T08:00"),
    ],
)
def test_due_is_the_same_time_of_day(asked, days, due):
    at = local(datetime(2026, 1, 1, tzinfo=UTC)).tzinfo
    begun = datetime.fromisoformat(asked).replace(tzinfo=at).astimezone(UTC)
    assert local(due_after(begun, days)).strftime("%Y-%m-%dT%H:%M") == due


NIGHTS = [
    # asked, days, due: moments in UTC
    ("2026-03-28T10:30", 1, "2026-03-29T09:30"),  # 23 hours: the night is an hour shorter
    ("2026-03-28T01:30", 1, "2026-03-29T01:30"),  # half past one is left out: half past two by summer time
    ("2026-03-28T00:30", 1, "2026-03-29T00:30"),  # before the change
    ("2026-10-24T09:30", 1, "2026-10-25T10:30"),  # 25 hours
    ("2026-10-24T00:30", 1, "2026-10-25T00:30"),  # the first half past one of that night
    ("2026-10-24T01:30", 1, "2026-10-25T02:30"),  # half past two comes once
    ("2026-04-02T08:00", 2, "2026-04-04T08:00"),  # over Good Friday
    ("2026-12-24T16:00", 2, "2026-12-26T16:00"),  # over Christmas Day, on Boxing Day
]


@pytest.mark.parametrize(("asked", "days", "due"), NIGHTS)
def test_the_moment_at_which_it_is_due(asked, days, due):
    assert due_after(moment(asked), days) == moment(due)


@pytest.mark.parametrize(("asked", "days", "due"), NIGHTS)
def test_it_is_overdue_from_that_moment_on_and_no_sooner(world, asked, days, due):
    """As the clock's own look has it; the reminder comes four real hours before, whatever the clocks on the wall do."""
    request_id, at = Things(world, IVY, "wickford").request(), moment(due)
    asked_at = {
        "state": "open",
        "answered_at": None,
        "at": moment(asked),
        "due_at": due_after(moment(asked), days),
    }
    with world.app.app_context():
        with crossing("seed") as session, writing(session):
            session.execute(sa.update(Request).where(Request.id == request_id).values(**asked_at))
        looks = [clock.look(at - hours) for hours in (timedelta(hours=4, seconds=1), timedelta(hours=4))]
        assert looks == [0, 1], "reminded, once"
        assert [clock.look(at - timedelta(seconds=1)), clock.look(at), clock.look(at)] == [0, 1, 0]
        with crossing("seed") as session:
            assert session.get_one(Request, request_id).state == "overdue"


def moment(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_every_kind_is_due_on_a_day_that_the_form_offers():
    assert {kind.days for kind in KINDS.values()} <= set(DAYS)


def test_a_reminder_never_comes_with_the_request_itself():
    at = datetime(2026, 5, 1, 9, tzinfo=UTC)
    assert reminds(at, at + timedelta(days=1))
    assert not reminds(at, at + timedelta(hours=5))


def row(asked, due, answered=None):
    start = datetime(2026, 5, 1, tzinfo=UTC)
    hours = (asked, due, answered)
    at, due_at, answered_at = (None if h is None else start + timedelta(hours=h) for h in hours)
    return SimpleNamespace(at=at, due_at=due_at, answered_at=answered_at)


def test_figures_count_what_is_over():
    now = datetime(2026, 5, 1, tzinfo=UTC) + timedelta(hours=100)
    rows = [row(0, 24, 2), row(0, 24, 4), row(0, 24, 30), row(0, 48), row(90, 140)]
    found = figures(rows, now)
    assert (found.asked, found.answered, found.over, found.in_time) == (5, 3, 4, 2)
    assert found.median == timedelta(hours=4)
    assert found.share == 50
    assert figures([], now).share is None
