"""Letters that the house writes by itself: a digest each day at the hour chosen, the scheme's week on Monday morning.

One row of `letter` a person, scheme and period is written in the transaction of the letter: however many workers run,
and however often one falls over, a person gets one.
"""

from __future__ import annotations

import threading
import uuid
from datetime import datetime, timedelta

import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session, selectinload

from shopalert import mail
from shopalert.accounts.models import User
from shopalert.alerts.choices import muted_among, wishes_of
from shopalert.alerts.models import Preference
from shopalert.alerts.preferences import DIGEST, decides
from shopalert.db import Busy, insert_new, now, system_act, uuid7
from shopalert.incidents.announcements import weight_at_first
from shopalert.incidents.models import Incident
from shopalert.letters.models import Letter
from shopalert.letters.week import figures_of, week_of
from shopalert.schemes.models import Scheme
from shopalert.schemes.viewer import Viewer, viewers
from shopalert.wall import crossing
from shopalert.words import local

LOOK = 300.0  # seconds between looks
MONDAY_AT = 7  # o'clock, by the town's clock
LATE = 4  # hours after which a letter of the day is not written any more
KEPT = timedelta(days=14)


def run(app: Flask, stop: threading.Event) -> None:
    """Write what is due, every few minutes."""
    while not stop.is_set():
        with app.app_context(), app.test_request_context():
            try:
                write_due(now())
            except (Busy, sa.exc.SQLAlchemyError) as error:
                app.logger.warning("letters not written: %s", type(error).__name__)
        stop.wait(LOOK)


def write_due(at: datetime) -> int:
    """Write the digests of this hour and, on Monday morning, the newsletters. How many."""
    return write_digests(at) + write_newsletters(at)


def write_digests(at: datetime) -> int:
    """For everybody whose hour has come: how much of what they want is new in a scheme, and nothing more.

    A day without anything new is closed without a letter, so that what comes an hour later waits for tomorrow.
    """
    here = local(at)
    hours = [here.hour - late for late in range(min(LATE, here.hour + 1))]
    day, written = here.date().isoformat(), 0
    for reader, scheme_ids in wanting(Preference.digest_hour.in_(hours)):
        for scheme_id in scheme_ids:
            with crossing("letters") as session:
                slug = session.get_one(Scheme, scheme_id).slug
                if is_written(session, reader.user_id, "digest", f"{slug} {day}"):
                    continue
            with crossing("letters") as session, system_act("letter.digest", session) as doing:
                scheme = session.get_one(Scheme, scheme_id)
                many = new_in(session, scheme, reader, at)
                if not first(session, reader.user_id, "digest", f"{slug} {day}", at) or not many:
                    continue
                user = doing.about = session.get_one(User, reader.user_id)
                facts = {"name": user.short_name, "scheme": scheme, "many": many}
                mail.post(session, user.email, "digest", facts, user_id=user.id, scheme_id=scheme_id)
                written += 1
    return written


def write_newsletters(at: datetime) -> int:
    """On Monday morning, to those who chose it: the week that has ended."""
    here, written = local(at), 0
    if here.weekday() != 0 or not MONDAY_AT <= here.hour < MONDAY_AT + LATE:
        return 0
    week = week_of(at).before
    for reader, scheme_ids in wanting(Preference.newsletter.is_(True)):
        for scheme_id in scheme_ids:
            with crossing("letters") as session, system_act("letter.newsletter", session) as doing:
                scheme = session.get_one(Scheme, scheme_id)
                if not first(session, reader.user_id, "newsletter", f"{scheme.slug} {week.name}", at):
                    continue
                user = doing.about = session.get_one(User, reader.user_id)
                told_only = scheme_id in reader.told_only_schemes
                facts = {"name": user.short_name, "scheme": scheme, "week": week}
                facts["figures"] = figures_of(session, scheme_id, week, told_only)
                mail.post(session, user.email, "newsletter", facts, user_id=user.id, scheme_id=scheme_id)
                written += 1
    return written


def wanting(chosen: sa.ColumnElement[bool]) -> list[tuple[Viewer, list[uuid.UUID]]]:
    """Who chose this, and in which schemes, as far as they still belong there."""
    with crossing("letters") as session:
        rows = session.execute(sa.select(Preference.user_id, Preference.scheme_id).where(chosen)).all()
        standing = viewers(session, {user_id for user_id, _ in rows})
    found: dict[uuid.UUID, list[uuid.UUID]] = {}
    for user_id, scheme_id in rows:
        if user_id in standing and scheme_id in standing[user_id].schemes:
            found.setdefault(user_id, []).append(scheme_id)
    return [(standing[user_id], scheme_ids) for user_id, scheme_ids in found.items()]


def new_in(session: Session, scheme: Scheme, reader: Viewer, at: datetime) -> int:
    """How many reports since the last letter the reader may see and wants to be told of; their own are no news."""
    asked = (
        sa.select(Incident)
        .where(
            Incident.scheme_id == scheme.id,
            Incident.author_id != reader.user_id,
            Incident.received_at > last_letter(session, reader.user_id, scheme, at),
            Incident.received_at <= at,
            Incident.withdrawn_at.is_(None),
            Incident.exercise.is_(False),
        )
        .options(selectinload(Incident.premises))
    )
    if scheme.id in reader.told_only_schemes:
        asked = asked.where(Incident.told_police)
    wish = wishes_of(session, scheme.id, [reader.user_id])[reader.user_id]
    found = list(session.scalars(asked))
    muted = muted_among(session, reader.user_id, [incident.id for incident in found])
    return sum(
        DIGEST
        in decides(
            wish.choice,
            weight_at_first(incident),
            incident.received_at,
            wish.post,
            muted=incident.id in muted,
        ).channels
        for incident in found
    )


def last_letter(session: Session, user_id: uuid.UUID, scheme: Scheme, at: datetime) -> datetime:
    """When the digest before this one was written, or a day ago: a letter that comes late leaves no gap behind."""
    written = session.scalar(
        sa.select(sa.func.max(Letter.at)).where(
            Letter.user_id == user_id,
            Letter.kind == "digest",
            Letter.period.startswith(f"{scheme.slug} ", autoescape=True),
        )
    )
    day = timedelta(days=1)
    return written if written is not None and at - 2 * day < written < at else at - day


def is_written(session: Session, user_id: uuid.UUID, kind: str, period: str) -> bool:
    asked = sa.select(Letter.id).where(
        Letter.user_id == user_id, Letter.kind == kind, Letter.period == period
    )
    return session.scalar(asked) is not None


def first(session: Session, user_id: uuid.UUID, kind: str, period: str, at: datetime) -> bool:
    """Whether nobody has written this letter yet; from now on somebody has."""
    facts = {"user_id": user_id, "kind": kind, "period": period, "at": at, "kept_until": at + KEPT}
    return insert_new(session, Letter, ["user_id", "kind", "period"], id=uuid7(), **facts) is not None
