"""Channels: what can be done in a scheme's standing chats, and what of them is unread."""

from __future__ import annotations

import math
import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from shopalert.alerts.outbox import announce
from shopalert.chat.course import TooSoon
from shopalert.chat.mentions import people_meant, understood
from shopalert.chat.models import Channel, ChannelLine, ChannelMark
from shopalert.db import act, db, insert_new, now, the_act, uuid7, writing
from shopalert.idempotency import hash_of, sent_before
from shopalert.incidents.actions import Sent
from shopalert.protection.clocks import clocks
from shopalert.schemes.viewer import Viewer
from shopalert.wall import crossing

MOST = 30  # channels of a scheme
FRESH = timedelta(days=14)  # what is older counts as read


class NameTaken(Exception):
    """The scheme has a channel of that name."""


class TooMany(Exception):
    """The scheme has as many as anybody can follow."""


# ---- done


@act("channel.manage")
def add(viewer: Viewer, scheme_id: uuid.UUID, name: str, announcements: bool) -> uuid.UUID:
    """One more room. Raises NameTaken, TooMany."""
    session = db.session()
    many = sa.select(sa.func.count(Channel.id)).where(Channel.scheme_id == scheme_id)
    if (session.scalar(many) or 0) >= MOST:
        raise TooMany
    new: uuid.UUID | None = insert_new(
        session, Channel, ["scheme_id", "name"],
        id=uuid7(), scheme_id=scheme_id, name=name, announcements=announcements, slow_seconds=0,
        created_at=the_act().at,
    )  # fmt: skip
    if new is None:
        raise NameTaken
    the_act().about = session.get_one(Channel, new)
    return new


@act("channel.manage")
def slow_down(viewer: Viewer, channel: Channel, seconds: int) -> None:
    """One line a member each so many seconds."""
    channel.slow_seconds = seconds
    the_act().about = channel
    the_act().details["seconds"] = seconds


@act("channel.say")
def say(viewer: Viewer, channel: Channel, client_id: uuid.UUID, text: str) -> Sent:
    """Said twice it stands once. Raises KeyReused, TooSoon."""
    session, at = db.session(), the_act().at
    words, mentions = understood(session, channel.scheme_id, text)
    sent = hash_of({"channel": str(channel.id), "text": text})
    new = insert_new(
        session, ChannelLine, ["author_id", "client_id"],
        id=uuid7(), scheme_id=channel.scheme_id, channel_id=channel.id, author_id=viewer.user_id,
        client_id=client_id, sent_hash=sent, text=words, mentions=mentions, at=at,
        by_police=channel.scheme_id in viewer.police_schemes, **clocks("comment", at),
    )  # fmt: skip
    if new is None:
        return Sent(sent_before(session, ChannelLine, viewer.user_id, client_id, sent), True)
    refuse_too_soon(viewer, channel, new, at)
    line = session.get_one(ChannelLine, new)
    the_act().about = line
    announce("channel.said", line)
    if named := people_meant(session, channel.scheme_id, mentions):
        announce("channel.mentioned", line, people=sorted(str(each) for each in named))
    return Sent(new, False)


def refuse_too_soon(viewer: Viewer, channel: Channel, new: uuid.UUID, at: datetime) -> None:
    """As in an incident's chat. Raises TooSoon."""
    answers = (*viewer.coordinator_schemes, *viewer.police_schemes)
    if not channel.slow_seconds or channel.scheme_id in answers:
        return
    mine = sa.select(sa.func.max(ChannelLine.at)).where(
        ChannelLine.channel_id == channel.id, ChannelLine.author_id == viewer.user_id, ChannelLine.id != new
    )
    last = db.session.scalar(mine)
    free = last + timedelta(seconds=channel.slow_seconds) if last else at
    if free > at:
        raise TooSoon(math.ceil((free - at).total_seconds()))


@act("channel.remove")
def remove(viewer: Viewer, line: ChannelLine) -> None:
    """By its author; that it was there stays to be seen."""
    the_act().about = line
    if line.removed_at is None:
        line.removed_at = the_act().at
        announce("channel.changed", line)


@act("channel.hide")
def hide(viewer: Viewer, line: ChannelLine, why: str) -> None:
    """By a coordinator, with the reason in its place."""
    the_act().about = line
    line.hidden_at, line.hidden_by_id, line.hidden_why = the_act().at, viewer.user_id, why
    announce("channel.changed", line)


@act("channel.hide")
def show(viewer: Viewer, line: ChannelLine) -> None:
    the_act().about = line
    the_act().details["shown"] = True
    if line.hidden_at is not None:
        line.hidden_at, line.hidden_by_id, line.hidden_why = None, None, ""
        announce("channel.changed", line)


@act("channel.mute")
def mute(viewer: Viewer, channel: Channel, muted: bool) -> None:
    """No alert of it any more, or again; names that are called still ring."""
    the_act().about = channel
    note(db.session(), viewer, channel, the_act().at)
    mine = sa.update(ChannelMark).where(
        ChannelMark.channel_id == channel.id, ChannelMark.user_id == viewer.user_id
    )
    db.session.execute(mine.values(muted=muted), execution_options={"synchronize_session": False})


# ---- read


def note_read(viewer: Viewer, channel: Channel) -> None:
    """The viewer has it open, up to now. Where nothing in it was unread nothing is written."""
    if not unread_of(db.session(), viewer, [channel.scheme_id]).get(channel.id):
        return
    with crossing("reading") as session, writing(session):
        note(session, viewer, channel, now())


def note(session: Session, viewer: Viewer, channel: Channel, at: datetime) -> None:
    of = {"user_id": viewer.user_id, "channel_id": channel.id, "scheme_id": channel.scheme_id}
    if (
        insert_new(session, ChannelMark, ["user_id", "channel_id"], id=uuid7(), at=at, muted=False, **of)
        is None
    ):
        mine = sa.and_(ChannelMark.user_id == viewer.user_id, ChannelMark.channel_id == channel.id)
        change = sa.update(ChannelMark).where(mine).values(at=at)
        session.execute(change, execution_options={"synchronize_session": False})


@lru_cache(1)
def asking_unread() -> Any:
    """Made once: every page asks."""
    me: Any = sa.bindparam("me")
    mine = sa.and_(ChannelMark.channel_id == ChannelLine.channel_id, ChannelMark.user_id == me)
    return (
        sa.select(ChannelLine.channel_id, sa.func.count())
        .outerjoin(ChannelMark, mine)
        .where(
            ChannelLine.scheme_id.in_(sa.bindparam("schemes", expanding=True)),
            ChannelLine.at > sa.bindparam("since"),
            ChannelLine.author_id != me,
            ChannelLine.removed_at.is_(None),
            ChannelLine.hidden_at.is_(None),
            sa.or_(ChannelMark.at.is_(None), ChannelLine.at > ChannelMark.at),
            sa.or_(ChannelMark.muted.is_(None), ChannelMark.muted.is_(False)),
        )
        .group_by(ChannelLine.channel_id)
    )


def unread_of(session: Session, viewer: Viewer, schemes: Sequence[uuid.UUID]) -> dict[uuid.UUID, int]:
    """How many lines of which channels one has not seen. One query, however many they are."""
    asked = {"schemes": list(schemes), "me": viewer.user_id, "since": now() - FRESH}
    return {row[0]: row[1] for row in session.execute(asking_unread(), asked)}


def muted_by(session: Session, channel_id: uuid.UUID) -> set[uuid.UUID]:
    asked = sa.select(ChannelMark.user_id).where(
        ChannelMark.channel_id == channel_id, ChannelMark.muted.is_(True)
    )
    return set(session.scalars(asked))
