"""When things happen: by hour, by weekday, within trading hours, and busier before Christmas and in school holidays."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from shopalert.demo.shapes import PremisesFacts
from shopalert.demo.trades import WEEK

LONDON = ZoneInfo("Europe/London")
DAYS = 90

# Weight of each hour of the day, midnight first, for what happens while people are about.
SHOP_HOURS = (
    0,
    0,
    0,
    0,
    0,
    0.3,
    0.6,
    1.0,
    1.8,
    3.0,
    4.2,
    5.2,
    5.8,
    5.6,
    5.8,
    6.6,
    7.2,
    6.4,
    4.6,
    3.2,
    2.4,
    1.6,
    0.8,
    0.3,
)
AFTER_SCHOOL = (
    0,
    0,
    0,
    0,
    0,
    0,
    0.1,
    0.4,
    1.2,
    0.5,
    0.6,
    0.8,
    1.6,
    1.2,
    1.6,
    6.5,
    8.0,
    7.0,
    5.0,
    4.0,
    3.0,
    2.2,
    0.8,
    0.2,
)
NIGHT = (4.5, 5.0, 6.0, 6.0, 4.5, 2.5, 0.5, 0.1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0.1, 0.3, 0.5, 0.8, 1.2, 2.0, 3.2)
PUB_HOURS = (
    6.5,
    4.5,
    2.5,
    0.4,
    0,
    0,
    0,
    0,
    0,
    0,
    0.1,
    0.4,
    1.0,
    1.3,
    1.4,
    1.6,
    1.8,
    2.2,
    2.8,
    3.6,
    4.8,
    6.2,
    7.6,
    8.0,
)

SHOP_WEEK = (0.95, 0.92, 0.98, 1.05, 1.2, 1.3, 0.7)  # Monday first
PUB_WEEK = (0.35, 0.35, 0.5, 0.9, 1.9, 2.4, 0.9)

PROFILES = {"burglary": NIGHT, "age_sale": AFTER_SCHOOL, "asb": AFTER_SCHOOL, "damage": AFTER_SCHOOL}
OPEN_NOT_NEEDED = {"burglary", "damage", "vehicle"}


def day_weight(day: date, pub: bool) -> float:
    """How busy a day is: weekday, school holidays of Essex by rule of thumb, and the weeks before Christmas."""
    weight = (PUB_WEEK if pub else SHOP_WEEK)[day.weekday()]
    half_term = (day.month == 10 and day.day >= 24) or (day.month == 2 and 13 <= day.day <= 20)
    if half_term or day.month == 8 or (day.month == 4 and day.day <= 14):
        weight *= 1.18
    if day.month == 12 and day.day <= 24:
        weight *= 1.1 + day.day / 60
    if day.month == 12 and day.day == 25:
        weight *= 0.05
    return weight


def opening(premises: PremisesFacts, day: date) -> tuple[datetime, datetime] | None:
    """When the premises open and close on that day, as London's clock shows it."""
    span = premises.hours.get(WEEK[day.weekday()])
    if not span:
        return None
    opens, closes = (datetime.combine(day, time.fromisoformat(part), LONDON) for part in span)
    if closes <= opens:
        closes += timedelta(days=1)
    return opens, closes


def is_open(premises: PremisesFacts, moment: datetime) -> bool:
    """Whether the premises trade at that moment; a night that began yesterday counts."""
    local = moment.astimezone(LONDON)
    for day in (local.date(), local.date() - timedelta(days=1)):
        span = opening(premises, day)
        if span and span[0] <= local < span[1]:
            return True
    return False


def days_before(now: datetime, count: int = DAYS) -> list[date]:
    today = now.astimezone(LONDON).date()
    return [today - timedelta(days=back) for back in range(count - 1, -1, -1)]


def moment(
    chance: Random, now: datetime, premises: PremisesFacts, category: str, pub: bool, days: list[date]
) -> datetime:
    """A moment on one of `days`, with the category's rhythm, while the place is open where that matters."""
    weights = [day_weight(day, pub) for day in days]
    profile = PUB_HOURS if pub and category != "burglary" else PROFILES.get(category, SHOP_HOURS)
    closed_too = category in OPEN_NOT_NEEDED
    earliest = now - timedelta(days=DAYS)
    for _ in range(400):
        day = chance.choices(days, weights)[0]
        hour = chance.choices(range(24), profile)[0]
        local = datetime.combine(day, time(hour, chance.randrange(60), chance.randrange(60)), LONDON)
        found = local.astimezone(UTC).replace(microsecond=chance.randrange(1000) * 1000)
        if earliest < found < now - timedelta(minutes=4) and (closed_too or is_open(premises, found)):
            return found
    return last_trading(now - timedelta(days=chance.randint(1, 80)), premises, chance)


def last_trading(before: datetime, premises: PremisesFacts, chance: Random) -> datetime:
    """The last moment, some minutes before `before`, at which the premises were open."""
    candidate = before
    for _ in range(24 * 8 * 4):
        if is_open(premises, candidate):
            return candidate.replace(second=chance.randrange(60), microsecond=chance.randrange(1000) * 1000)
        candidate -= timedelta(minutes=15)
    return before
