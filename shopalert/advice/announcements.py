"""Whom advice alerts, and how: who works at the premises, later its sender. Titles of the library, never free text."""

from __future__ import annotations

import uuid

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from shopalert.advice.models import Advice
from shopalert.alerts.announcement import (
    NORMAL,
    Announcement,
    Message,
    Weight,
    Words,
    gone,
    nothing_live,
    puts_right,
    register,
    told_by,
)
from shopalert.alerts.models import Event
from shopalert.chat.threads import people_of
from shopalert.incidents.exercise import is_exercise, titled
from shopalert.schemes.models import Scheme
from shopalert.wall import crossing


def the_business(session: Session, event: Event) -> set[uuid.UUID]:
    """All who work there."""
    advice = session.get(Advice, event.thing_id)
    if advice is None:
        return set()
    with crossing("deliveries") as everybody:
        return people_of(everybody, event.scheme_id, advice.audience)


def the_sender(session: Session, event: Event) -> set[uuid.UUID]:
    advice = session.get(Advice, event.thing_id)
    return {advice.author_id} if advice else set()


def show_gone(_session: Session, event: Event) -> list[Message]:
    return [gone(f"advice-{event.thing_id}")]


def weight_of_advice(session: Session, event: Event) -> Weight | None:
    """It presses nobody, and is about them."""
    advice = session.get(Advice, event.thing_id)
    return Weight(NORMAL, personal=True, practice=practice(session, advice))


def practice(session: Session, advice: Advice | None) -> bool:
    return advice is not None and is_exercise(session, advice.about_id)


def words(session: Session, event: Event, level: str) -> Words | None:
    """That there is advice and what the piece is called; on a discreet lock screen only that there is some."""
    advice = session.get(Advice, event.thing_id)
    if advice is None:
        return None
    if advice.withdrawn_at is not None:
        return Words(
            title=_("Advice was taken back") if level != "discreet" else _("Advice"), body=_("It no longer holds."),
            url=f"/s/{slug_of(session, advice)}/advice/ours", tag=f"advice-{advice.id}", silent=True, urgency="low",
        )  # fmt: skip
    said = {
        "advice.sent": _("Advice from the police")
        if advice.sent_as == "police"
        else _("Advice from your coordinator"),
        "advice.reminder": _("Advice: not all of it is done yet"),
        "advice.done": _("Advice was followed"),
        "advice.follow_up": _("Advice to follow up today"),
    }
    discreet = level == "discreet"
    title = _("Advice") if discreet else said[event.kind]
    return Words(
        title=titled(title, practice(session, advice)),
        body=_("Open to read it") if discreet else _(advice.of_library.title), url=advice.url,
        tag=f"advice-{advice.id}", urgency="low", ttl=24 * 3600, actions=(("open", _("Open")),),
    )  # fmt: skip


def slug_of(session: Session, advice: Advice) -> str:
    return session.get_one(Scheme, advice.scheme_id).slug


SHOWN_BY = ("advice.sent", "advice.reminder")
TOLD = {
    "advice.sent": the_business,
    "advice.reminder": the_business,
    "advice.done": the_sender,
    "advice.follow_up": the_sender,
}


def register_all() -> None:
    register(
        Announcement("advice.withdrawn", show_gone, told_by(*SHOWN_BY), words, puts_right),
        *(Announcement(kind, nothing_live, told, words, weight_of_advice) for kind, told in TOLD.items()),
    )
