"""How values are said: money, times, initials. Filters of the templates, and of what leaves the house."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from flask import Flask
from flask_babel import format_date, format_datetime, ngettext
from flask_babel import gettext as _

from shopalert.db import now

LONDON = ZoneInfo("Europe/London")


def money(pence: int | None) -> str:
    """£340, or £3.40 where there are pence."""
    if pence is None:
        return ""
    pounds, rest = divmod(abs(pence), 100)
    sign = "-" if pence < 0 else ""
    return f"{sign}£{pounds:,}" + (f".{rest:02d}" if rest else "")


def megabytes(size: int) -> str:
    """40 MB; small files in kB."""
    return f"{size / 1_000_000:,.0f} MB" if size >= 1_000_000 else f"{max(1, size // 1000)} kB"


def local(at: datetime) -> datetime:
    """The moment by the town's clock."""
    return at.astimezone(LONDON)


def clock(at: datetime) -> str:
    """13:42, and which one in the hour that October repeats: 01:30 GMT."""
    here = local(at)
    text = here.strftime("%H:%M")
    other = local(at + timedelta(hours=1)), local(at - timedelta(hours=1))
    repeated = any(o.strftime("%H:%M") == text and o.date() == here.date() for o in other)
    return f"{text} {here.tzname()}" if repeated else text


def when(at: datetime) -> str:
    """Today 13:42, Yesterday 13:42, 3 Nov 13:42, 3 Nov 2025 13:42."""
    here, today = local(at), local(now()).date()
    if here.date() == today:
        return _("Today %(clock)s", clock=clock(at))
    if here.date() == today - timedelta(days=1):
        return _("Yesterday %(clock)s", clock=clock(at))
    pattern = "d MMM" if here.year == today.year else "d MMM yyyy"
    return f"{format_date(here.date(), pattern)} {clock(at)}"


def when_written(text: str) -> str:
    """The same of a moment that was kept as text, as versions keep it."""
    return when(datetime.fromisoformat(text))


def day(at: datetime) -> str:
    """23 November 2027."""
    return format_date(local(at).date(), "d MMMM yyyy")


def on_day(of: date) -> str:
    """23 November 2027, of a day that has no hour."""
    return format_date(of, "d MMMM yyyy")


def exactly(at: datetime) -> str:
    """Tuesday 24 November 2026, 13:42 GMT: for titles and print."""
    here = local(at)
    return (
        f"{format_datetime(at.astimezone(UTC), 'EEEE d MMMM yyyy')}, {here.strftime('%H:%M')} {here.tzname()}"
    )


def ago(at: datetime) -> str:
    """now, 18 min, 2 h, 3 d; then the date."""
    seconds = max(0, int((now() - at).total_seconds()))
    if seconds < 60:
        return _("now")
    if seconds < 3600:
        return _("%(n)s min", n=seconds // 60)
    if seconds < 24 * 3600:
        return _("%(n)s h", n=seconds // 3600)
    if seconds < 7 * 24 * 3600:
        return ngettext("%(num)s day", "%(num)s days", seconds // (24 * 3600))
    return when(at).rsplit(" ", 1)[0]


def iso(at: datetime) -> str:
    """For the datetime attribute of <time>."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def field_time(at: datetime) -> str:
    """For <input type=datetime-local>: the town's clock without an offset."""
    return local(at).strftime("%Y-%m-%dT%H:%M")


def initials(name: str) -> str:
    """AK of Asha Kaur."""
    parts = [part for part in name.split() if part[:1].isalpha()]
    return (parts[0][0] + (parts[-1][0] if len(parts) > 1 else "")).upper() if parts else "?"


def parse_local(text: str) -> datetime:
    """A moment typed as ISO 8601; without an offset it is the town's clock. Raises ValueError.

    In the hour that October repeats the first one is meant, as clocks on walls show it first.
    """
    at = datetime.fromisoformat(text.strip())
    return (at if at.tzinfo else at.replace(tzinfo=LONDON)).astimezone(UTC)


def init_app(app: Flask) -> None:
    written = (
        money,
        megabytes,
        when,
        when_written,
        day,
        on_day,
        exactly,
        ago,
        iso,
        field_time,
        initials,
        clock,
    )
    for filter_ in written:
        app.jinja_env.filters[filter_.__name__] = filter_
