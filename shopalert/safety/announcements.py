"""What calls for help, roll calls and the question after violence say, and to whom. Never a person's name."""

from __future__ import annotations

import uuid

import sqlalchemy as sa
from flask import render_template
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from shopalert.alerts.announcement import (
    IMPORTANT,
    URGENT,
    Announcement,
    Message,
    Weight,
    Words,
    gone,
    nothing_live,
    register,
)
from shopalert.alerts.models import Delivery, Event
from shopalert.safety import responders, rolls, welfare
from shopalert.safety.actions import ANSWERED, CALLED, CLEARED
from shopalert.safety.lists import lines, somebody_comes
from shopalert.safety.models import HelpCall, RollAnswer, RollCall, Welfare
from shopalert.schemes.models import Membership, Scheme
from shopalert.schemes.viewer import counts
from shopalert.wall import crossing

AGAIN = "help.repeated"


def show_call(session: Session, event: Event) -> list[Message]:
    """Its line for lists of calls; pages of the call read themselves anew by it."""
    call = session.get(HelpCall, event.thing_id)
    if call is None or call.cleared_at is not None:
        return show_gone(session, event)
    return [
        Message("help", render_template("safety/_call.html", call=line))
        for line in lines(session, HelpCall.id == call.id)
    ]


def show_gone(_session: Session, event: Event) -> list[Message]:
    return [gone(f"help-{event.thing_id}")]


# ---- who is told


def the_called(session: Session, event: Event) -> set[uuid.UUID]:
    """The responders and the police by the one event; by the other the colleagues whom that has not told."""
    call = session.get(HelpCall, event.thing_id)
    if call is None or call.cleared_at is not None:
        return set()
    ring = responders.responders(session, call.scheme_id) | responders.police(session, call.scheme_id)
    if event.audience == call.second:
        return ring
    return responders.colleagues(session, call.scheme_id, call.premises_id) - ring


def the_called_if_nobody_comes(session: Session, event: Event) -> set[uuid.UUID]:
    return set() if somebody_comes(session, event.thing_id) else the_called(session, event)


def the_caller(session: Session, event: Event) -> set[uuid.UUID]:
    call = session.get(HelpCall, event.thing_id)
    return {call.author_id} if call and event.audience == call.caller else set()


def who_was_told(session: Session, event: Event) -> set[uuid.UUID]:
    """Those whose lock screen may still show it, and who called."""
    first = sa.select(Event.seq).where(
        Event.thing_id == event.thing_id, Event.kind.in_((CALLED, AGAIN)), Event.audience == event.audience
    )
    told = sa.select(Delivery.user_id).where(Delivery.event_seq.in_(first)).distinct()
    with crossing("deliveries") as everybody:  # who says it need not be in the audience of them all
        return set(everybody.scalars(told)) | the_caller(session, event)


# ---- what preferences weigh it by


def weight_of_call(_session: Session, _event: Event) -> Weight | None:
    return Weight(URGENT, breaks=True, personal=True, calls=True)


def puts_right(_session: Session, _event: Event) -> Weight | None:
    return Weight(URGENT, personal=True, follows=True)


# ---- what a lock screen shows


def words(call: HelpCall, title: str, body: str, *, urgency: str = "high", silent: bool = False) -> Words:
    return Words(
        title=title, body=body, url=call.url, tag=call.dom_id, urgency=urgency, ttl=3600, silent=silent,
        actions=(("open", _("Open")),),
    )  # fmt: skip


def words_of_call(session: Session, event: Event, level: str) -> Words | None:
    """`Help needed`, `Harper's`; on a discreet lock screen only that there is something."""
    call = session.get(HelpCall, event.thing_id)
    if call is None:
        return None
    if call.cleared_at is not None:
        return words_of_all_clear(session, event, level)
    if level == "discreet":
        return words(call, _("New alert"), _("Open to read it"))
    title = _("Reminder: help needed") if event.kind == AGAIN else _("Help needed")
    return words(call, title, call.premises.name if call.premises else _("Open to read it"))


def words_of_answer(session: Session, event: Event, level: str) -> Words | None:
    """Without a sound: who called may be hiding."""
    call = session.get(HelpCall, event.thing_id)
    if call is None or not somebody_comes(session, call.id):
        return None
    title = _("New alert") if level == "discreet" else _("Somebody is coming")
    return words(call, title, _("Open to read it"), silent=True)


def words_of_all_clear(session: Session, event: Event, level: str) -> Words | None:
    call = session.get(HelpCall, event.thing_id)
    if call is None:
        return None
    where = call.premises.name if call.premises and level != "discreet" else ""
    return words(call, _("All clear"), where, urgency="normal")


# ---- a roll call


def show_roll(session: Session, event: Event) -> list[Message]:
    """Its line for lists; the page that counts reads itself anew by it."""
    roll = session.get(RollCall, event.thing_id)
    if roll is None or roll.ended_at is not None:
        return [gone(f"roll-{event.thing_id}")]
    return [Message("roll", render_template("safety/_roll.html", roll=roll))]


def show_count(_session: Session, event: Event) -> list[Message]:
    """For the page that counts alone: nothing of it is shown."""
    return [Message("count", f'<span id="count-{event.thing_id}" data-into="counts" hidden></span>')]


def who_is_silent(session: Session, event: Event) -> set[uuid.UUID]:
    roll = session.get(RollCall, event.thing_id)
    return set() if roll is None or roll.ended_at is not None else rolls.not_answered(session, roll.id)


def who_was_asked(session: Session, event: Event) -> set[uuid.UUID]:
    return set(session.scalars(sa.select(RollAnswer.author_id).where(RollAnswer.roll_id == event.thing_id)))


def weight_of_roll(_session: Session, _event: Event) -> Weight | None:
    return Weight(URGENT, breaks=True, personal=True)


def words_of_roll(session: Session, event: Event, level: str) -> Words | None:
    roll = session.get(RollCall, event.thing_id)
    if roll is None:
        return None
    title = _("Are you safe?") if event.kind == rolls.ASKED else _("Reminder: are you safe?")
    body = _("Open to answer")
    if roll.ended_at is not None:
        title, body = _("The roll call is over"), ""
    elif level == "discreet":
        title, body = _("New alert"), _("Open to read it")
    return Words(
        title=title, body=body, url=roll.url, tag=roll.dom_id, urgency="normal" if roll.ended_at else "high", ttl=3600,
        silent=roll.ended_at is not None, actions=(("open", _("Open")),),
    )  # fmt: skip


# ---- the day after


def who_is_asked(session: Session, event: Event) -> set[uuid.UUID]:
    row = session.get(Welfare, event.thing_id)
    return {row.author_id} if row else set()


def who_calls_them(session: Session, event: Event) -> set[uuid.UUID]:
    """Where they want to be called: the coordinators by one event, by the other the leads of where they work."""
    row = session.get(Welfare, event.thing_id)
    if row is None or row.answer != welfare.CALL:
        return set()
    role = "coordinator" if event.audience == "coordinators" else "lead"
    asked = sa.select(Membership.user_id).where(
        Membership.scheme_id == row.scheme_id, Membership.role == role, counts()
    )
    return set(session.scalars(asked))  # of the leads only those whose audience it is will be told


def weight_of_welfare(_session: Session, _event: Event) -> Weight | None:
    return Weight(IMPORTANT, personal=True)


def words_of_welfare(session: Session, event: Event, level: str) -> Words | None:
    """Neither what happened nor what anybody said."""
    row = session.get(Welfare, event.thing_id)
    if row is None:
        return None
    asks = event.kind == welfare.ASKED
    title = _("How are you?") if asks else _("Somebody asks to be called")
    url = row.url
    if not asks:
        url = f"/s/{session.get_one(Scheme, row.scheme_id).slug}/welfare"
    return Words(
        title=_("New alert") if level == "discreet" else title, body=_("Open to read it"), url=url,
        tag=row.dom_id if asks else f"{row.dom_id}-call", ttl=24 * 3600, actions=(("open", _("Open")),),
    )  # fmt: skip


def register_all() -> None:
    register_calls()
    register(
        Announcement(rolls.ASKED, show_roll, who_is_silent, words_of_roll, weight_of_roll),
        Announcement(rolls.ANSWERED, show_count),
        Announcement(rolls.REMINDED, nothing_live, who_is_silent, words_of_roll, weight_of_roll, mails=False),
        Announcement(rolls.ENDED, show_roll, who_was_asked, words_of_roll, puts_right, mails=False),
        Announcement(
            welfare.ASKED, nothing_live, who_is_asked, words_of_welfare, weight_of_welfare, mails=False
        ),
        Announcement(
            welfare.ANSWERED, nothing_live, who_calls_them, words_of_welfare, weight_of_welfare, mails=False
        ),
    )


def register_calls() -> None:
    register(
        Announcement(CALLED, show_call, the_called, words_of_call, weight_of_call, again=AGAIN),
        Announcement(
            AGAIN, nothing_live, the_called_if_nobody_comes, words_of_call, weight_of_call, mails=False
        ),
        Announcement(ANSWERED, show_call, the_caller, words_of_answer, puts_right, mails=False),
        Announcement(CLEARED, show_gone, who_was_told, words_of_all_clear, puts_right, mails=False),
    )
