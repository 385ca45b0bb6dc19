"""Lines of a channel as the chat shows them, and what is told of them."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from shopalert.accounts.models import User
from shopalert.alerts.announcement import IMPORTANT, NORMAL, Announcement, Message, Weight, Words, register
from shopalert.alerts.models import Event
from shopalert.chat.announcements import newly_mentioned, nothing_live
from shopalert.chat.channels import muted_by
from shopalert.chat.lines import byline_of
from shopalert.chat.mentions import names_for, people_meant, spelt
from shopalert.chat.mentions import said as said_name
from shopalert.chat.models import Channel, ChannelLine
from shopalert.incidents.announcements import fragment_of_line, whole_scheme
from shopalert.incidents.lines import Line
from shopalert.schemes.models import Business, Force, Membership, Premises
from shopalert.schemes.names import readable
from shopalert.wall import crossing

TAKES_PART = timedelta(days=30)  # since somebody last wrote in an open channel


def channel_lines(session: Session, condition: Any, limit: int = 100) -> list[Line]:
    """The newest of these lines, oldest first; the same few queries however many they are."""
    member = sa.and_(
        Membership.user_id == ChannelLine.author_id, Membership.scheme_id == ChannelLine.scheme_id
    )
    who = sa.case((ChannelLine.by_police, User.short_name), else_=readable(ChannelLine.scheme_id))
    rows = session.execute(
        sa.select(ChannelLine, Membership.role, Membership.employer, Business.name, who.label("who"))
        .join(User, User.id == ChannelLine.author_id)
        .outerjoin(Membership, member)
        .outerjoin(Premises, Premises.id == Membership.premises_id)
        .outerjoin(Business, Business.id == Premises.business_id)
        .where(condition)
        .order_by(ChannelLine.id.desc())
        .limit(limit)
    ).all()
    if not rows:
        return []
    police = session.scalar(sa.select(Force.name)) if any(row.ChannelLine.by_police for row in rows) else ""
    names = names_for(session, rows[0].ChannelLine.scheme_id, [row.ChannelLine.mentions for row in rows])
    return [line_of(row, police or "", names) for row in reversed(rows)]


def line_of(row: Any, police: str, names: dict[str, str]) -> Line:
    """One line, the same for everybody. Where an incident's chat names the incident, this names the channel."""
    said, by = row.ChannelLine, byline_of(row)
    badge = "police" if said.by_police else "coordinator" if by.role == "coordinator" else None
    gone = _("Removed by %(who)s", who=by.who) if said.removed_at else ""
    if said.hidden_at and not gone:
        gone = _("Hidden by the coordinator: %(why)s", why=said.hidden_why)
    return Line(
        said.id, "comment", said.channel_id, by.who, "" if gone else spelt(said.text, said.mentions, names), said.at,
        said.author_id, role_badge=badge, employer=police if said.by_police else by.business, gone=gone,
        url=f"/channels/{said.channel_id}/lines/{said.id}", about=f"channel-{said.channel_id}",
        mentioned=tuple(said_name(each, names) for each in said.mentions),
    )  # fmt: skip


# ---- told


def show_line(session: Session, event: Event) -> list[Message]:
    found = channel_lines(session, ChannelLine.id == event.thing_id)
    return [Message("comment", fragment_of_line(session, line)) for line in found]


def who_hears(session: Session, event: Event) -> set[uuid.UUID]:
    """Of announcements everybody; in an open channel who wrote there lately. Never who muted it, or is named in it."""
    with crossing("deliveries") as everybody:
        line = session.get(ChannelLine, event.thing_id)
        if line is None:
            return set()
        channel = session.get_one(Channel, line.channel_id)
        found = whole_scheme(everybody, event) if channel.announcements else wrote_lately(everybody, line)
        quiet = muted_by(everybody, line.channel_id)
    return found - quiet - people_meant(session, event.scheme_id, line.mentions)


def wrote_lately(session: Session, line: ChannelLine) -> set[uuid.UUID]:
    asked = sa.select(ChannelLine.author_id).where(
        ChannelLine.channel_id == line.channel_id, ChannelLine.at > line.at - TAKES_PART
    )
    return set(session.scalars(asked.distinct()))


def weight_of_line(session: Session, event: Event) -> Weight | None:
    line = session.get(ChannelLine, event.thing_id)
    channel = session.get(Channel, line.channel_id) if line else None
    return Weight(IMPORTANT if channel and channel.announcements else NORMAL, personal=True)


def weight_of_mention(_session: Session, _event: Event) -> Weight | None:
    return Weight(IMPORTANT, personal=True)


def words_of_line(session: Session, event: Event, level: str) -> Words | None:
    """That there is something, and in which channel; not by whom, nor what."""
    line = session.get(ChannelLine, event.thing_id)
    if line is None or line.is_gone:
        return None
    channel = session.get_one(Channel, line.channel_id)
    title = _("New message") if level == "discreet" else _("New in %(channel)s", channel=channel.name)
    return Words(
        title=title, body=_("Open to read it"), url=f"/channels/{channel.id}#{line.dom_id}",
        tag=f"channel-{channel.id}", actions=(("open", _("Open")),),
    )  # fmt: skip


def words_of_mention(session: Session, event: Event, level: str) -> Words | None:
    found = words_of_line(session, event, level)
    return found and Words(**{**found.__dict__, "title": _("You were mentioned")})


def register_all() -> None:
    register(
        Announcement("channel.said", show_line, who_hears, words_of_line, weight_of_line),
        Announcement("channel.mentioned", nothing_live, newly_mentioned, words_of_mention, weight_of_mention),
        Announcement("channel.changed", show_line),
    )
