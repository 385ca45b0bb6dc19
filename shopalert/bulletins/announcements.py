"""What a bulletin's events say: its card on open screens, and on lock screens its kind and nothing of its words."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import replace

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
    puts_right,
    register,
    told_by,
)
from shopalert.alerts.models import Delivery, Event
from shopalert.bulletins.areas import CIRCLE, Area
from shopalert.bulletins.cards import cards
from shopalert.bulletins.force import row_read_by
from shopalert.bulletins.models import Bulletin, BulletinAnswer, BulletinReply
from shopalert.bulletins.receipts import meant, readers
from shopalert.bulletins.vocabulary import KINDS, MISSING, SEVERITIES, TEMPLATES
from shopalert.db import now
from shopalert.evidence.models import Attachment
from shopalert.incidents.announcements import police_of_the_district
from shopalert.incidents.exercise import titled
from shopalert.schemes.models import Membership, Scheme
from shopalert.schemes.viewer import counts
from shopalert.words import when

REPEATED = "bulletin.repeated"
TOLD_BY = ("bulletin.published", "bulletin.reminded", REPEATED)


def bulletin_of(session: Session, event: Event) -> Bulletin | None:
    return session.get(Bulletin, event.thing_id)


# ---- open screens


def show_card(session: Session, event: Event) -> list[Message]:
    """As it stands now; where it was recalled or has ended since, that it must go."""
    row = bulletin_of(session, event)
    if row is None:
        return []
    if not row.stands(now()):
        return show_gone(session, event)
    found = cards(session, [row], now())[0]
    return [Message("bulletin", render_template("bulletins/_card.html", card=found))]


def show_card_of_file(session: Session, event: Event) -> list[Message]:
    """A picture is ready only now."""
    file = session.get(Attachment, event.thing_id)
    row = session.get(Bulletin, file.bulletin_id) if file and file.bulletin_id else None
    if row is None or not row.stands(now()):
        return []
    return [
        Message("bulletin", render_template("bulletins/_card.html", card=cards(session, [row], now())[0]))
    ]


def show_gone(_session: Session, event: Event) -> list[Message]:
    return [gone(f"bulletin-{event.thing_id}")]


# ---- who is told


def whom_it_is_for(session: Session, event: Event) -> set[uuid.UUID]:
    """The members whom it is meant for, and the police of the district once: not again for each of its schemes."""
    row = bulletin_of(session, event)
    if row is None:
        return set()
    found = set(meant(session, row))
    if not row.near_only and is_first_of_its_district(session, row):
        found |= police_of_the_district(session, event)
    return found


def is_first_of_its_district(session: Session, row: Bulletin) -> bool:
    district = sa.select(Scheme.district_id).where(Scheme.id == row.scheme_id).scalar_subquery()
    first = (
        sa.select(Bulletin.id)
        .join(Scheme, Scheme.id == Bulletin.scheme_id)
        .where(Bulletin.publication_id == row.publication_id, Scheme.district_id == district)
        .order_by(Bulletin.id)
        .limit(1)
    )
    return session.scalar(first) == row.id


def who_has_not_read(session: Session, event: Event) -> set[uuid.UUID]:
    row = bulletin_of(session, event)
    return set(readers(session, row).unread) if row else set()


def who_let_it_be(session: Session, event: Event) -> set[uuid.UUID]:
    """Of those whose phones an urgent warning rang: who has not read it."""
    row = bulletin_of(session, event)
    if row is None or not row.stands(now()):
        return set()
    rung = sa.select(Delivery.user_id).where(
        Delivery.event_seq == event.facts.get("of", event.seq), Delivery.silent.is_(False)
    )
    return set(session.scalars(rung)) & who_has_not_read(session, event)


def its_author(session: Session, event: Event) -> set[uuid.UUID]:
    reply = session.get(BulletinReply, event.thing_id)
    return {reply.to_id} if reply else set()


def who_asked(session: Session, event: Event) -> set[uuid.UUID]:
    """Of an appeal its author; of a missing person also the coordinators and the police: somebody must go there."""
    row = answered(session, event)
    if row is None:
        return set()
    if row.kind != MISSING:
        return {row.author_id}
    coordinators = sa.select(Membership.user_id).where(
        Membership.scheme_id == row.scheme_id, Membership.role == "coordinator", counts()
    )
    return {row.author_id, *session.scalars(coordinators), *police_of_the_district(session, event)}


def answered(session: Session, event: Event) -> Bulletin | None:
    answer = session.get(BulletinAnswer, event.thing_id)
    return session.get(Bulletin, answer.bulletin_id) if answer else None


# ---- what preferences weigh it by


def weight(session: Session, event: Event) -> Weight | None:
    row = bulletin_of(session, event)
    if row is None:
        return None
    area = Area.of(row.area)
    urgent = row.severity == "urgent"
    level = SEVERITIES[row.severity].priority if row.severity else KINDS[row.kind].priority
    round_ = area.kind == CIRCLE
    return Weight(
        level, breaks=urgent, lat=area.lat if round_ else None, lon=area.lon if round_ else None, personal=row.near_only
    )  # fmt: skip


def weight_of_reply(_session: Session, _event: Event) -> Weight | None:
    return Weight(IMPORTANT, personal=True)


# ---- what a lock screen shows


def name_of(session: Session, row: Bulletin) -> str:
    """`Warning: counterfeit notes · WIC`: from its kind and the usual warning it was made from, never its own words."""
    code = session.scalar(sa.select(Scheme.code).where(Scheme.id == row.scheme_id)) or ""
    kind, usual = KINDS[row.kind].said, TEMPLATES.get(row.template)
    if row.is_warning and usual:
        kind = _("Warning: %(what)s", what=str(usual.label).lower())
    return titled(_("%(what)s · %(scheme)s", what=kind, scheme=code), row.exercise)


def say(
    session: Session,
    event: Event,
    level: str,
    title: Callable[[str], str] = str,
    discreet: str = "",
    silent: bool = False,
) -> Words | None:
    row = bulletin_of(session, event)
    if row is None:
        return None
    if row.recalled:
        return gone_words(row, level)
    if event.kind != "bulletin.ended" and row.over(now()):
        return None
    until = _("Until %(when)s", when=when(row.ends_at)) if row.holds and row.ends_at else ""
    hidden = level == "discreet"
    return Words(
        title=(discreet or _("New alert")) if hidden else title(name_of(session, row)),
        body=_("Open to read it") if hidden or not until else until,
        url=row.url, tag=row.dom_id, urgency="high" if row.severity == "urgent" else "normal",
        silent=silent or row.severity == "quiet", actions=(("open", _("Open")),),
    )  # fmt: skip


def gone_words(row: Bulletin, level: str) -> Words:
    """In the place of what was there before. Of a missing person: found, or looked for long enough."""
    title, body = _("A message was recalled"), _("It no longer holds.")
    if row.kind == MISSING and not row.recalled_why:
        title = _("Over: missing person") if row.ended_at else _("All clear: missing person")
        title = _("An alert is over") if level == "discreet" else title
        body = (
            _("It no longer holds.") if row.ended_at else _("Thank you. Nobody needs to look out any more.")
        )
    return Words(
        title=title, body=body, url=row.url, tag=row.dom_id,
        silent=True, urgency="low",
    )  # fmt: skip


def words(session: Session, event: Event, level: str) -> Words | None:
    return say(session, event, level)


def words_of_correction(session: Session, event: Event, level: str) -> Words | None:
    return say(
        session, event, level, lambda name: _("Corrected: %(name)s", name=name), _("An alert was corrected"),
        silent=True,
    )  # fmt: skip


def words_of_reminder(session: Session, event: Event, level: str) -> Words | None:
    return say(
        session, event, level, lambda name: _("Please read: %(name)s", name=name), _("An alert waits for you")
    )  # fmt: skip


def words_of_recall(session: Session, event: Event, level: str) -> Words | None:
    row = bulletin_of(session, event)
    return gone_words(row, level) if row else None


def words_of_end(session: Session, event: Event, level: str) -> Words | None:
    found = say(
        session, event, level, lambda name: _("Over: %(name)s", name=name), _("An alert is over"), silent=True
    )
    return found and replace(found, body=_("It no longer holds."), urgency="low")


def words_of_reply(session: Session, event: Event, _level: str) -> Words | None:
    reply = session.get(BulletinReply, event.thing_id)
    row = row_read_by(session, reply.to_id, reply.bulletin_id) if reply else None
    if reply is None or row is None:
        return None
    where = "replies" if row.id == reply.bulletin_id else "elsewhere"
    return Words(
        title=_("A reply to you"), body=_("Open to read it"), url=f"/bulletins/{row.id}#{where}",
        tag=f"replies-{row.id}", actions=(("open", _("Open")),),
    )  # fmt: skip


def weight_of_answer(session: Session, event: Event) -> Weight | None:
    row = answered(session, event)
    urgent = row is not None and row.kind == MISSING
    return Weight(URGENT if urgent else IMPORTANT, personal=True, breaks=urgent)


def words_of_answer(session: Session, event: Event, level: str) -> Words | None:
    row = answered(session, event)
    if row is None:
        return None
    title = _("An answer to your appeal")
    if row.kind == MISSING:
        title = _("An answer for you") if level == "discreet" else _("Missing person: seen")
    return Words(
        title=title, body=_("Open to read it"), url=f"{row.url}#answers", tag=f"answers-{row.id}",
        actions=(("open", _("Open")),),
    )  # fmt: skip


def register_all() -> None:
    register(
        Announcement("bulletin.published", show_card, whom_it_is_for, words, weight, again=REPEATED),
        Announcement(REPEATED, nothing_live, who_let_it_be, words_of_reminder, weight, mails=False),
        Announcement("bulletin.reminded", nothing_live, who_has_not_read, words_of_reminder, weight),
        Announcement("bulletin.corrected", show_card, told_by(*TOLD_BY), words_of_correction, puts_right),
        Announcement("bulletin.recalled", show_gone, told_by(*TOLD_BY), words_of_recall, puts_right),
        Announcement("bulletin.all_clear", show_gone, told_by(*TOLD_BY), words_of_recall, puts_right),
        Announcement("bulletin.ended", show_gone, told_by(*TOLD_BY), words_of_end, puts_right),
        Announcement("bulletin.file_ready", show_card_of_file),
        Announcement("bulletin.replied", nothing_live, its_author, words_of_reply, weight_of_reply),
        Announcement("bulletin.answered", nothing_live, who_asked, words_of_answer, weight_of_answer),
    )
