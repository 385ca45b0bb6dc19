"""What a share's events say: the card in the scheme that was given it, and on lock screens its kind and whence."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace

from flask import render_template
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from shopalert.alerts.announcement import (
    Announcement,
    Message,
    Weight,
    Words,
    gone,
    puts_right,
    register,
    told_by,
)
from shopalert.alerts.models import Event
from shopalert.bulletins.models import Bulletin
from shopalert.bulletins.vocabulary import KINDS, SEVERITIES
from shopalert.db import now
from shopalert.incidents.announcements import weight_of, whole_scheme
from shopalert.incidents.models import Incident
from shopalert.schemes.models import Scheme, Share
from shopalert.sharing.cards import shared_cards
from shopalert.sharing.lookup import INCIDENT, shareable
from shopalert.words import day


def share_of(session: Session, event: Event) -> Share | None:
    """The share while it stands."""
    row, at = session.get(Share, event.thing_id, populate_existing=True), now()
    if row is None or row.ended_at is not None or row.until <= at:
        return None
    return row if row.thing_id in shareable(session, [row.thing_id], at) else None


# ---- open screens


def show_card(session: Session, event: Event) -> list[Message]:
    """As it stands now; where it has ended since, that it must go."""
    row = share_of(session, event)
    found = shared_cards(session, [row], now()) if row else []
    if not found:
        return show_gone(session, event)
    return [Message("shared", render_template("sharing/_card.html", card=found[0]))]


def show_gone(_session: Session, event: Event) -> list[Message]:
    return [gone(f"share-{event.thing_id}")]


# ---- who is told


@dataclass(frozen=True)
class InScheme:
    """What `whole_scheme` asks of an event."""

    scheme_id: uuid.UUID


def those_who_did_not_know(session: Session, event: Event) -> set[uuid.UUID]:
    """Everybody of the scheme and its police, but not whoever reads the thing where it came from."""
    row = session.get(Share, event.thing_id)
    if row is None:
        return set()
    origin: Event = InScheme(row.from_scheme_id)  # type: ignore[assignment]
    return whole_scheme(session, event) - whole_scheme(session, origin)


# ---- what preferences weigh it by


def weight(session: Session, event: Event) -> Weight | None:
    """As it would weigh at home; a kind that its scheme added counts as the kind of the list."""
    row = session.get(Share, event.thing_id)
    if row is None:
        return None
    if row.kind == INCIDENT:
        incident = session.get(Incident, row.thing_id)
        if incident is None:
            return None
        return replace(weight_of(incident, incident.priority), category=incident.category_code)
    bulletin = session.get(Bulletin, row.thing_id)
    if bulletin is None:
        return None
    loud = SEVERITIES[bulletin.severity].priority if bulletin.severity else KINDS[bulletin.kind].priority
    return Weight(loud, breaks=bulletin.severity == "urgent")


# ---- what a lock screen shows


def words(session: Session, event: Event, level: str) -> Words | None:
    """`Shared by Wickford: Shop theft`, never a word that somebody wrote."""
    row = share_of(session, event)
    if row is None:
        return words_of_end(session, event, level)
    origin, what, urgent = session.get_one(Scheme, row.from_scheme_id).name, "", False
    if row.kind == INCIDENT:
        incident = session.get_one(Incident, row.thing_id)
        what, urgent = _(incident.category.label), incident.urgent
    else:
        bulletin = session.get_one(Bulletin, row.thing_id)
        what, urgent = str(KINDS[bulletin.kind].said), bulletin.severity == "urgent"
    hidden = level == "discreet"
    return Words(
        title=_("New alert") if hidden else _("Shared by %(scheme)s: %(what)s", scheme=origin, what=what),
        body=_("Open to read it") if hidden else _("Until %(when)s", when=day(row.until)),
        url=row.url, tag=row.dom_id, urgency="high" if urgent else "normal", actions=(("open", _("Open")),),
    )  # fmt: skip


def words_of_end(_session: Session, event: Event, _level: str) -> Words | None:
    return Words(
        title=_("No longer shared with you"), body=_("It no longer stands."), url=f"/shared/{event.thing_id}",
        tag=f"share-{event.thing_id}", silent=True, urgency="low",
    )  # fmt: skip


def register_all() -> None:
    register(
        Announcement("share.made", show_card, those_who_did_not_know, words, weight),
        Announcement("share.changed", show_card),
        Announcement("share.ended", show_gone, told_by("share.made"), words_of_end, puts_right, mails=False),
    )
