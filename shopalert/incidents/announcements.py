"""What an incident's events say: on open screens, and on lock screens.

Words of a push come from category, state and street alone: never a person, a description or free text.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

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
    register,
    topics,
)
from shopalert.alerts.choices import followers
from shopalert.alerts.models import Delivery, Event
from shopalert.incidents.cards import card
from shopalert.incidents.exercise import is_exercise, marked, titled
from shopalert.incidents.kinds import kinds_of
from shopalert.incidents.lines import Line, bylines_of, line_of_sighting, line_of_step
from shopalert.incidents.models import Category, Incident, Sighting, Step
from shopalert.incidents.priority import Priority
from shopalert.schemes.models import District, Membership, PoliceRole, Premises, Scheme
from shopalert.schemes.names import Byline

REPEATED = "incident.repeated"


def fragment_of_line(session: Session, line: Line) -> str:
    return render_template("chat/_line.html", line=marked(session, [line])[0])


def fragment_of_row(session: Session, row: Any, line_of: Callable[[Any, Byline], Line]) -> str:
    """The line that `line_of` makes of a row, by its author."""
    return fragment_of_line(session, line_of(row, bylines_of(session, [row])[row.author_id]))


def show_card(session: Session, event: Event) -> list[Message]:
    """The card as it stands now; where it was withdrawn since, that it must go."""
    found = card(session, event.incident_id or event.thing_id)
    if found is None or found.withdrawn:
        return [gone(f"incident-{event.incident_id or event.thing_id}")]
    return [Message("incident", render_template("incidents/_card.html", card=found))]


def show_step(session: Session, event: Event) -> list[Message]:
    """What became of the incident: the card, and the line in its chat."""
    step = session.get(Step, uuid.UUID(event.facts["step"]))
    found = show_card(session, event)
    if step is not None and found[0].event != "gone":
        found.append(Message("step", fragment_of_row(session, step, line_of_step)))
    return found


def show_withdrawn(session: Session, event: Event) -> list[Message]:
    return [gone(f"incident-{event.thing_id}")]


def show_why(session: Session, event: Event) -> list[Message]:
    step = session.get(Step, uuid.UUID(event.facts["step"]))
    return [Message("step", fragment_of_row(session, step, line_of_step))] if step else []


def show_sighting(session: Session, event: Event) -> list[Message]:
    sighting = session.get(Sighting, event.thing_id)
    found = show_card(session, event)
    if sighting is None or found[0].event == "gone":
        return found
    return [Message("sighting", fragment_of_row(session, sighting, line_of_sighting)), *found]


# ---- who is told


def whole_scheme(session: Session, event: Event) -> set[uuid.UUID]:
    """All members of the scheme, and the police of its district."""
    members = sa.select(Membership.user_id).where(
        Membership.scheme_id == event.scheme_id, Membership.removed_at.is_(None)
    )
    return set(session.scalars(members)) | police_of_the_district(session, event)


def police_of_the_district(session: Session, event: Event) -> set[uuid.UUID]:
    return police_of(session, event.scheme_id)


def police_of(session: Session, scheme_id: uuid.UUID) -> set[uuid.UUID]:
    """The officers and commanders of a scheme's district."""
    police = (
        sa.select(PoliceRole.user_id)
        .join(District, District.id == PoliceRole.district_id)
        .join(Scheme, Scheme.district_id == District.id)
        .where(Scheme.id == scheme_id, PoliceRole.ended_at.is_(None))
    )
    return set(session.scalars(police))


def who_was_told(session: Session, event: Event) -> set[uuid.UUID]:
    """Those whose lock screen may still show it: what they were told is replaced."""
    query = sa.select(Delivery.user_id).where(
        Delivery.incident_id == event.incident_id, Delivery.kind == "incident.reported"
    )
    return set(session.scalars(query.distinct()))


def reporter(session: Session, event: Event) -> set[uuid.UUID]:
    found = session.scalar(sa.select(Incident.author_id).where(Incident.id == event.incident_id))
    return {found} if found else set()


def reporter_and_followers(session: Session, event: Event) -> set[uuid.UUID]:
    return reporter(session, event) | followers(session, event.incident_id)


# ---- what preferences weigh it by


def weight_of(incident: Incident, priority: Priority) -> Weight:
    """As `priority.py` has it; what is urgent rings in quiet hours, where the scheme lets it."""
    place = incident.premises
    return Weight(
        priority=priority.level, category=incident.category_own or incident.category_code, breaks=priority.urgent,
        lat=place.lat if place else None, lon=place.lon if place else None, practice=incident.exercise,
    )  # fmt: skip


def weight_at_first(incident: Incident) -> Weight:
    """As it was reported: an all clear does not make it less that it rang."""
    return weight_of(incident, incident.priority_at_first)


def weight_of_report(session: Session, event: Event) -> Weight | None:
    incident = session.get(Incident, event.incident_id)
    return weight_at_first(incident) if incident else None


def weight_of_telling(session: Session, event: Event) -> Weight | None:
    """The police are told later: by then it may be over."""
    incident = session.get(Incident, event.incident_id)
    return weight_of(incident, incident.priority) if incident else None


def weight_of_sighting(session: Session, event: Event) -> Weight | None:
    """The reporter and the followers take part in it, wherever it is."""
    incident = session.get(Incident, event.incident_id)
    if incident is None:
        return None
    level = URGENT if incident.urgent else IMPORTANT
    return Weight(level, breaks=incident.urgent, personal=True, practice=incident.exercise)


def puts_right(session: Session, event: Event) -> Weight | None:
    """What phones show already is replaced, for everybody who was told."""
    return Weight(personal=True, follows=True, practice=is_exercise(session, event.incident_id))


def categories_to_choose(_session: Session, scheme_id: uuid.UUID) -> list[tuple[str, str]]:
    """The kinds that the scheme's report form offers, its own among them."""
    return [(kind.code, _(kind.label)) for kind in kinds_of(scheme_id)]


# ---- what a lock screen shows


def about(session: Session, event: Event) -> tuple[str, str, Incident] | None:
    """(category, street, incident) of an event, or None where it was erased."""
    row = session.execute(
        sa.select(Category.label, Premises.street, Incident)
        .select_from(Incident)
        .join(Category, Category.code == Incident.category_code)
        .outerjoin(Premises, Premises.id == Incident.premises_id)
        .where(Incident.id == event.incident_id)
    ).first()
    return (_(row[0]), row[1] or "", row[2]) if row else None


def words(
    incident: Incident,
    title: str,
    body: str,
    *,
    urgency: str = "normal",
    silent: bool = False,
    seen: bool = False,
) -> Words:
    """Words with the incident's address and tag: a later alert replaces the earlier one."""
    actions = (("seen", _("Seen here")), ("open", _("Open"))) if seen else (("open", _("Open")),)
    return Words(
        title=titled(title, incident.exercise), body=body, url=f"/incidents/{incident.id}",
        tag=f"incident-{incident.id}",
        urgency=urgency, silent=silent, actions=actions,
    )  # fmt: skip


def words_of_report(session: Session, event: Event, level: str) -> Words | None:
    return say_report(session, event, level)


def say_report(session: Session, event: Event, level: str, again: bool = False) -> Words | None:
    """`Shop theft in progress`, `High Street`; or just that there is something."""
    found = about(session, event)
    if found is None:
        return None
    category, street, incident = found
    if incident.withdrawn_at is not None:
        return words_of_withdrawal(session, event, level)
    urgency = "high" if incident.urgent else "normal"
    if level == "discreet":
        title = _("An alert waits for you") if again else _("New alert")
        return words(incident, title, _("Open to read it"), urgency=urgency, seen=True)
    title = _("%(category)s in progress", category=category) if incident.happening_now else category
    title = _("Reminder: %(title)s", title=title) if again else title
    return words(incident, title, street or _("Open to read it"), urgency=urgency, seen=True)


def words_of_edit(session: Session, event: Event, level: str) -> Words | None:
    found = words_of_report(session, event, level)
    return found and Words(**{**found.__dict__, "silent": True, "urgency": "low"})


def words_of_all_clear(session: Session, event: Event, level: str) -> Words | None:
    found = about(session, event)
    if found is None:
        return None
    category, street, incident = found
    title = _("All clear") if level == "discreet" else _("All clear: %(category)s", category=category)
    return words(incident, title, "" if level == "discreet" else street)


def words_of_withdrawal(session: Session, event: Event, level: str) -> Words | None:
    found = about(session, event)
    return (
        words(found[2], _("An alert was withdrawn"), _("It no longer holds."), silent=True) if found else None
    )


def words_of_sighting(session: Session, event: Event, level: str) -> Words | None:
    found = about(session, event)
    if found is None:
        return None
    category, _street, incident = found
    title = _("Seen again") if level == "discreet" else _("Seen again: %(category)s", category=category)
    return words(incident, title, _("Open to see where"), urgency="high" if incident.urgent else "normal")


def register_all() -> None:
    register(
        Announcement(
            "incident.reported", show_card, whole_scheme, words_of_report, weight_of_report, again=REPEATED
        ),
        Announcement("incident.edited", show_step, who_was_told, words_of_edit, puts_right),
        Announcement("incident.all_clear", show_step, who_was_told, words_of_all_clear, puts_right),
        Announcement("incident.withdrawn", show_withdrawn, who_was_told, words_of_withdrawal, puts_right),
        Announcement("incident.withdrawn_why", show_why),
        Announcement(
            "incident.told",
            show_card,
            police_of_the_district,
            words_of_report,
            weight_of_telling,
            again=REPEATED,
        ),
        Announcement("incident.untold", show_withdrawn),
        Announcement("file.ready", show_card),
        Announcement(
            "sighting.added", show_sighting, reporter_and_followers, words_of_sighting, weight_of_sighting
        ),
    )
    topics[:] = [categories_to_choose]
