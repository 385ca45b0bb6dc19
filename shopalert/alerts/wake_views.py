"""What wakes me: the page of one person's choice in one scheme, with what it does in a sentence and with examples."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask import Response, flash, request
from flask_babel import gettext as _

from shopalert.alerts import announcement, choices
from shopalert.alerts.choices import Wish, wishes_of
from shopalert.alerts.models import Event
from shopalert.alerts.preferences import PUSH, decides
from shopalert.alerts.sayings import reason, sentence
from shopalert.alerts.wake_forms import CHOICES, DAY_WORDS, HOURS, LEVELS, WakeForm
from shopalert.db import db, now
from shopalert.pages import page, see_other
from shopalert.room import Room
from shopalert.schemes.lookup import the_scheme
from shopalert.schemes.models import Scheme
from shopalert.schemes.viewer import the_viewer

LAST = 10  # incidents that the page tries the choice on
REPORTED = "incident.reported"

room = Room("wake", __name__)


@dataclass(frozen=True)
class Tried:
    """An incident of late, and whether it would have rung."""

    url: str
    title: str
    at: datetime
    rang: bool
    why: str


@room.get("/s/<slug>/alerts", verb="alerts.choose", of=the_scheme)
def show(scheme: Scheme) -> Response:
    wish = own_wish(scheme)
    return shown(scheme, WakeForm.of(wish, kinds(scheme)), wish)


@room.post("/s/<slug>/alerts", verb="alerts.choose", of=the_scheme)
def save(scheme: Scheme) -> Response:
    stands = own_wish(scheme)
    form = WakeForm.of(stands, kinds(scheme), request.form)
    if not form.validate():
        return shown(scheme, form, stands, 422)
    choices.choose(the_viewer(), scheme, form.wish())
    flash(_("Saved."), "ok")
    return see_other(f"/s/{scheme.slug}/alerts")


@room.get("/s/<slug>/alerts/said", verb="alerts.choose", of=the_scheme)
def said(scheme: Scheme) -> Response:
    """The sentence and the examples, of a choice that is being made."""
    stands = own_wish(scheme)
    form = WakeForm.of(stands, kinds(scheme), request.args)
    wish = form.wish() if form.validate() else stands
    return page(
        "alerts/said.html",
        fragment="alerts/_said.html",
        scheme=scheme,
        here=scheme,
        **sayings(scheme, wish, stands),
    )


# ---- how


def own_wish(scheme: Scheme) -> Wish:
    """What the viewer has chosen here, or the standard."""
    viewer = the_viewer()
    return wishes_of(db.session(), scheme.id, [viewer.user_id])[viewer.user_id]


def kinds(scheme: Scheme) -> list[tuple[str, str]]:
    return [topic for asked in announcement.topics for topic in asked(db.session(), scheme.id)]


def shown(scheme: Scheme, form: WakeForm, stands: Wish, status: int = 200) -> Response:
    wish = form.wish() if status == 200 else stands
    return page(
        "alerts/wake.html", scheme=scheme, here=scheme, form=form, presets=CHOICES, days=DAY_WORDS, hours=HOURS,
        levels=LEVELS, status=status, **sayings(scheme, wish, stands),
    )  # fmt: skip


def sayings(scheme: Scheme, wish: Wish, stands: Wish) -> dict[str, Any]:
    """What the choice does from now on, and would have done of late. Where the person works stays as it stands."""
    does = sentence(wish.choice, now(), stands.post, scheme.break_through, kinds(scheme))
    return {"does": does, "tried": tried(scheme, wish, stands), "placed": stands.post.lat is not None}


def tried(scheme: Scheme, wish: Wish, stands: Wish) -> list[Tried]:
    """The last incidents that others reported, each asked of the rule as on the day it was reported."""
    session, viewer = db.session(), the_viewer()
    events = list(
        session.scalars(
            sa.select(Event)
            .where(Event.scheme_id == scheme.id, Event.kind == REPORTED, Event.actor_id != viewer.user_id)
            .order_by(Event.seq.desc())
            .limit(LAST)
        )
    )
    muted = choices.muted_among(
        session, viewer.user_id, [event.incident_id for event in events if event.incident_id]
    )
    found = []
    for event in events:
        weight = announcement.weight(session, event)
        words = announcement.of(event.kind).words(session, event, "category")
        if weight is None or words is None:
            continue
        verdict = decides(
            wish.choice, weight, event.at, stands.post,
            break_through=scheme.break_through, muted=event.incident_id in muted,
        )  # fmt: skip
        rang = PUSH in verdict.channels
        found.append(Tried(words.url, words.title, event.at, rang, reason(verdict.why.get(PUSH, ""))))
    return found
