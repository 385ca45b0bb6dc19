"""Moments are UTC in the database and the town's clock on the screen, in the hour that October repeats too."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shopalert import words
from shopalert.db import Moment, now, uuid7
from shopalert.incidents.models import Incident
from shopalert.wall import crossing
from tests.browse import Browser
from tests.people import ASHA

FIRST = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)  # 01:30 BST
SECOND = datetime(2026, 10, 25, 1, 30, tzinfo=UTC)  # 01:30 GMT


def test_the_repeated_hour_is_two_hours_with_two_names():
    assert words.clock(FIRST) == "01:30 BST"
    assert words.clock(SECOND) == "01:30 GMT"
    assert words.clock(SECOND + timedelta(hours=1)) == "02:30"
    assert words.clock(FIRST - timedelta(hours=1)) == "00:30"


def test_the_repeated_hour_is_typed_both_ways():
    assert words.parse_local("2026-10-25T01:30") == FIRST  # as the clock on the wall shows it first
    assert words.parse_local("2026-10-25T01:30+01:00") == FIRST
    assert words.parse_local("2026-10-25T01:30+00:00") == SECOND
    assert words.parse_local("2026-10-25T01:30Z") == SECOND


def test_the_hour_that_march_leaves_out_is_some_moment():
    at = words.parse_local("2026-03-29T01:30")
    assert at in (datetime(2026, 3, 29, 0, 30, tzinfo=UTC), datetime(2026, 3, 29, 1, 30, tzinfo=UTC))


@pytest.mark.parametrize(
    "text", ["", "yesterday", "2026-02-30T10:00", "25/11/2026", "2026-10-25T25:00", "\x00"]
)
def test_what_is_no_time_is_refused(text):
    with pytest.raises(ValueError):
        words.parse_local(text)


@settings(suppress_health_check=list(HealthCheck), deadline=None)
@given(st.datetimes(datetime(2000, 1, 1), datetime(2099, 1, 1), timezones=st.just(UTC)))
def test_what_the_form_shows_is_understood_as_the_same_minute(at):
    """But in the second of two equal hours, where the form alone cannot tell."""
    minute = at.replace(second=0, microsecond=0)
    again = words.parse_local(words.field_time(at))
    assert again == minute or (minute - again == timedelta(hours=1) and words.clock(at).endswith("GMT"))


@settings(suppress_health_check=list(HealthCheck), deadline=None)
@given(st.datetimes(datetime(2000, 1, 1), datetime(2099, 1, 1)), st.integers(-14, 14))
def test_a_moment_comes_back_as_it_was(at, hours):
    aware = at.replace(tzinfo=timezone(timedelta(hours=hours)))
    column = Moment()
    stored = column.process_bind_param(aware, None)
    assert stored.tzinfo is None
    assert column.process_result_value(stored, None) == aware


def test_a_moment_without_a_zone_is_refused():
    with pytest.raises(ValueError):
        Moment().process_bind_param(datetime(2026, 1, 1), None)


def test_ids_sort_by_their_time():
    ids = [uuid7(FIRST + timedelta(seconds=n)) for n in range(50)]
    assert ids == sorted(ids)
    assert {each.version for each in ids} == {7}
    assert len({uuid7(FIRST) for _ in range(1000)}) == 1000


def test_utc_lies_in_the_database_and_the_towns_time_on_the_screen(world):
    summer = datetime(2026, 7, 1, 12, 42, 5, tzinfo=UTC)
    incident = world.report(ASHA, occurred_at=summer)
    with world.app.app_context(), crossing("command") as session:
        raw = session.scalar(
            sa.select(sa.cast(Incident.__table__.c.occurred_at, sa.String)).where(Incident.id == incident)
        )
        assert "2026-07-01 12:42:05" in raw
        assert session.scalar(sa.select(Incident.occurred_at)) == summer
    text = Browser(world.client(ASHA)).get(f"/incidents/{incident}").text
    assert "1 Jul 13:42" in text
    assert 'datetime="2026-07-01T12:42:05Z"' in text


def test_both_of_the_repeated_hour_are_told_apart_on_the_page(world):
    for at, shown in ((FIRST, "25 Oct 01:30 BST"), (SECOND, "25 Oct 01:30 GMT")):
        incident = world.report(ASHA, occurred_at=at)
        assert shown in Browser(world.client(ASHA)).get(f"/incidents/{incident}").text


# ---- words


@pytest.mark.parametrize(
    ("pence", "said"),
    [
        (None, ""),
        (0, "£0"),
        (5, "£0.05"),
        (1250, "£12.50"),
        (34000, "£340"),
        (123456789, "£1,234,567.89"),
        (-340, "-£3.40"),
    ],
)
def test_money(pence, said):
    assert words.money(pence) == said


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Asha Kaur", "AK"),
        ("Asha", "A"),
        ("asha de la kaur", "AK"),
        ("", "?"),
        ("  ", "?"),
        ("7 eleven", "E"),
        ("Éa Ø", "ÉØ"),
    ],
)
def test_initials(name, said):
    assert words.initials(name) == said


def test_how_long_ago(app):
    with app.test_request_context():
        for seconds, said in ((-5, "now"), (0, "now"), (59, "now"), (60, "1 min"), (3599, "59 min"), (3600, "1 h"),
                              (86_399, "23 h"), (86_400, "1 day"), (3 * 86_400, "3 days")):  # fmt: skip
            assert words.ago(now() - timedelta(seconds=seconds, milliseconds=200)) == said
        assert "Today" in words.when(now())
        assert "Yesterday" in words.when(now() - timedelta(days=1))
        assert words.iso(SECOND) == "2026-10-25T01:30:00Z"
        assert words.day(SECOND) == "25 October 2026"
        assert words.exactly(FIRST).endswith("01:30 BST")
