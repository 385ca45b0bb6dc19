"""Watches the engine, and writes to the operators when it stands still while it should not.

It runs in the web processes, not beside the engine: what stands still cannot say so. A row for each kind of trouble
makes that they are told once, however many watch. Its letters are taken to the mail server here, because who else
would is part of what may stand still.
"""

from __future__ import annotations

import threading
from collections.abc import Collection
from datetime import datetime, timedelta

import sqlalchemy as sa
from flask import Flask
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from shopalert import mail
from shopalert.accounts.models import User
from shopalert.alerts.live import hub
from shopalert.alerts.models import Alarm
from shopalert.alerts.outbox import newest
from shopalert.alerts.standstill import REFUSED, SCREENS, STUCK, UNSHOWN, WAITING, Sign, signs
from shopalert.db import Act, Busy, now, system_act
from shopalert.mail import worker as post
from shopalert.wall import crossing

LOOK = 30.0  # seconds
AGAIN = timedelta(hours=1)  # trouble that comes and goes within it is one trouble: one letter


class Watch:
    """One in each web process."""

    def __init__(self) -> None:
        self.before = -1  # the newest event at the look before

    def look(self, at: datetime) -> list[Sign]:
        """One look: what is wrong, and the letters of it."""
        with crossing("readiness") as session:
            found = signs(session)
            behind = self.behind(newest(session)[0])
            standing = set(session.scalars(sa.select(Alarm.code).where(Alarm.ended_at.is_(None))))
        if behind:
            found.append(Sign(SCREENS, behind))
        codes = {sign.code for sign in found}
        if codes != standing:
            change(found, standing - codes, at)
        return found

    def behind(self, last: int) -> int:
        """How many events that were there at the look before have not been written to this process's screens."""
        before, self.before = self.before, last
        return max(0, before - hub.position) if hub.position >= 0 and hub.streams else 0


def run(app: Flask, stop: threading.Event) -> None:
    """Look until stopped."""
    watch = Watch()
    while not stop.wait(LOOK):
        with app.app_context(), app.test_request_context():
            try:
                watch.look(now())
            except (Busy, sa.exc.SQLAlchemyError) as error:
                app.logger.error("the watch could not look: %s", type(error).__name__)


def change(found: list[Sign], over: Collection[str], at: datetime) -> None:
    """Tell the operators what is new, and what is over."""
    with crossing("operating") as session, system_act("alarm.raise", session) as doing:
        new = [sign for sign in found if raised(session, sign.code, at)]
        ended = [code for code in sorted(over) if settled(session, code, at)]
        doing.details.update(new=[sign.code for sign in new], over=ended)
        tell(session, doing, new, ended)
    post.turn()


def raised(session: Session, code: str, at: datetime) -> bool:
    """Write down that this is so. Whether the operators have to be told: not where another process has done it."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    fresh = insert(Alarm).values(code=code, since=at, told_at=at).on_conflict_do_nothing()
    if session.scalar(fresh.returning(Alarm.code)):
        return True
    ended = sa.and_(Alarm.code == code, Alarm.ended_at.is_not(None))
    anew = (
        sa.update(Alarm).where(ended, Alarm.ended_at < at - AGAIN).values(since=at, told_at=at, ended_at=None)
    )
    if rows(session, anew):
        return True
    rows(session, sa.update(Alarm).where(ended).values(ended_at=None))  # it has come back: they know of it
    return False


def settled(session: Session, code: str, at: datetime) -> bool:
    """Write down that it is over, if nobody has."""
    standing = sa.and_(Alarm.code == code, Alarm.ended_at.is_(None))
    return rows(session, sa.update(Alarm).where(standing).values(ended_at=at)) > 0


def rows(session: Session, statement: sa.Update) -> int:
    done = session.execute(statement.execution_options(synchronize_session=False))
    return int(done.rowcount)  # type: ignore[attr-defined]


def tell(session: Session, doing: Act, new: list[Sign], ended: list[str]) -> None:
    """A letter to each operator; nothing in it comes from a scheme."""
    if not new and not ended:
        return
    facts = {
        "new": [in_words(sign) for sign in new],
        "ended": [in_words(Sign(code, 0)) for code in ended],
        "at": doing.at,
    }
    for user in session.scalars(sa.select(User).where(User.is_operator, User.suspended_at.is_(None))):
        mail.post(session, user.email, "alarm", {"name": user.short_name, **facts}, user_id=user.id)


def standing() -> list[tuple[str, datetime]]:
    """What stands still just now, in words, and since when."""
    with crossing("operating") as session:
        alarms = session.scalars(sa.select(Alarm).where(Alarm.ended_at.is_(None)).order_by(Alarm.since))
        return [(in_words(Sign(alarm.code, 0)), alarm.since) for alarm in alarms]


def in_words(sign: Sign) -> str:
    """What an operator reads."""
    minutes = max(1, round(sign.seconds / 60))
    if sign.code == WAITING:
        told = ngettext("%(num)d alert waits to be sent", "%(num)d alerts wait to be sent", sign.many)
        late = ngettext("the oldest for %(num)d minute", "the oldest for %(num)d minutes", minutes)
        return f"{told}, {late}." if sign.many else _("Alerts wait to be sent.")
    if sign.code == STUCK:
        return _("A sender died and nobody has taken its alerts again.")
    if sign.code == REFUSED:
        return _("No alert service takes any alert: not one attempt of the last 15 minutes succeeded.")
    if sign.code == UNSHOWN:
        return _("Alert services take the alerts, and in a day not one phone has shown any.")
    return _("Open screens are not told what happens; they learn it only when their page is opened anew.")


def cure(code: str) -> str:
    """What to do."""
    return {
        WAITING: _("Is the server or a worker running? flask --app wsgi shopalert worker"),
        STUCK: _("Is the server or a worker running? flask --app wsgi shopalert worker"),
        REFUSED: _("Can this machine reach the Internet? Look at VAPID_SUBJECT, PUSH_PROXY and the log."),
        UNSHOWN: _("Is the service worker switched off? Do phones reach this server at BASE_URL?"),
    }.get(code, _("Restart the web process and look at its log."))
