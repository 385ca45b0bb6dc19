"""The rooms of channels: the list of a scheme's, one of them, one line of it."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import sqlalchemy as sa
from flask import Response, g, request
from flask_babel import gettext as _
from sqlalchemy.exc import SQLAlchemyError

from shopalert.alerts.outbox import cursor_now
from shopalert.chat import channels, course
from shopalert.chat.actions import Gone
from shopalert.chat.channel_lines import channel_lines
from shopalert.chat.forms import ChannelForm, CommentForm, WhyForm, pace_asked
from shopalert.chat.mentions import names_for, spelt
from shopalert.chat.models import Channel, ChannelLine, ChannelMark
from shopalert.db import Busy, db
from shopalert.idempotency import KeyReused
from shopalert.incidents.actions import Sent
from shopalert.incidents.forms import as_uuid
from shopalert.incidents.views import refused
from shopalert.pages import created, page, problem, see_other, wants_json
from shopalert.permissions import can
from shopalert.room import Room
from shopalert.schemes.lookup import the_scheme
from shopalert.schemes.models import Scheme
from shopalert.schemes.viewer import current_viewer, the_viewer

room = Room("channels", __name__)

PAGE = 100  # lines


def the_channel(channel_id: uuid.UUID) -> Channel | None:
    return db.session.scalar(sa.select(Channel).where(Channel.id == channel_id))


def the_line(channel_id: uuid.UUID, line_id: uuid.UUID) -> ChannelLine | None:
    mine = sa.select(ChannelLine).where(ChannelLine.id == line_id, ChannelLine.channel_id == channel_id)
    return db.session.scalar(mine)


# ---- the list


@room.get("/s/<slug>/channels", verb="channel.read", of=the_scheme)
def all_channels(scheme: Scheme) -> Response:
    return list_page(scheme, ChannelForm(formdata=None))


def list_page(scheme: Scheme, form: ChannelForm, status: int = 200) -> Response:
    rows = db.session.scalars(
        sa.select(Channel)
        .where(Channel.scheme_id == scheme.id)
        .order_by(Channel.announcements.desc(), Channel.name)
    )
    unread = channels.unread_of(db.session(), the_viewer(), [scheme.id])
    return page(
        "chat/channels.html",
        status=status,
        scheme=scheme,
        here=scheme,
        channels=list(rows),
        unread=unread,
        form=form,
    )


@room.post("/s/<slug>/channels", verb="channel.manage", of=the_scheme)
def add(scheme: Scheme) -> Response:
    form = ChannelForm()
    if not form.validate():
        refused(form)
        return list_page(scheme, form, 422)
    try:
        new = channels.add(the_viewer(), scheme.id, form.name.data or "", bool(form.announcements.data))
    except channels.NameTaken:
        form.name.errors = [_("There is a channel of that name.")]
    except channels.TooMany:
        form.name.errors = [_("There are %(n)d channels: as many as anybody can follow.", n=channels.MOST)]
    else:
        return see_other(f"/channels/{new}")
    return list_page(scheme, form, 422)


# ---- one


@room.get("/channels/<uuid:channel_id>", verb="channel.read", of=the_channel)
def show(channel: Channel) -> Response:
    """Its newest lines, which count as read now."""
    with suppress(Busy, SQLAlchemyError):  # it is read all the same, and stays unread
        channels.note_read(the_viewer(), channel)
    return channel_page(channel, CommentForm(formdata=None, data={"client_id": str(uuid.uuid4())}))


def channel_page(channel: Channel, form: CommentForm, status: int = 200) -> Response:
    session = db.session()
    cursor = cursor_now(session)
    before = as_uuid(request.args.get("before"))
    of = ChannelLine.channel_id == channel.id
    found = channel_lines(session, sa.and_(of, ChannelLine.id < before) if before else of, PAGE + 1)
    muted = session.scalar(
        sa.select(ChannelMark.muted).where(
            ChannelMark.channel_id == channel.id, ChannelMark.user_id == the_viewer().user_id
        )
    )
    return page(
        "chat/channel.html", fragment="chat/_channel_form.html" if status >= 400 else None, status=status,
        channel=channel, scheme=(scheme := session.get_one(Scheme, channel.scheme_id)), here=scheme, cursor=cursor,
        lines=found[-PAGE:], older=found[1].id if len(found) > PAGE else None, muted=bool(muted), form=form,
    )  # fmt: skip


@room.post("/channels/<uuid:channel_id>/lines", verb="channel.say", of=the_channel)
def say(channel: Channel) -> Response:
    form = CommentForm()
    del form.audience
    client_id = as_uuid(form.client_id.data)
    if client_id is None:
        problem(400, "key_missing", _("The message carries no number of its own (client_id)."))
    if form.validate() and form.text.data:
        try:
            sent = said(channel, client_id, form.text.data)
        except course.TooSoon as soon:
            return slowly(channel, form, soon.wait)
        return created(sent, f"/channels/{channel.id}#comment-{sent.id}", replayed=sent.replayed)
    if not form.text.errors:
        form.text.errors = [_("Write something.")]
    refused(form)
    return channel_page(channel, form, 422)


def said(channel: Channel, client_id: uuid.UUID, text: str) -> Sent:
    try:
        return channels.say(the_viewer(), channel, client_id, text)
    except KeyReused:
        if wants_json():
            problem(422, "key_reused", _("This message was sent already, with other words."), saved=True)
        # Back and other words: a second message, and once however often it is sent.
        return channels.say(the_viewer(), channel, uuid.uuid5(client_id, text), text)


def slowly(channel: Channel, form: CommentForm, wait: int) -> Response:
    words = _("This channel is in slow mode. You can send again in %(n)d seconds.", n=wait)
    if wants_json():
        problem(429, "slow_mode", words, retry_after=wait)
    form.text.errors = [words]
    response = channel_page(channel, form, 429)
    response.headers["Retry-After"] = str(wait)
    return response


@room.post("/channels/<uuid:channel_id>/mute", verb="channel.mute", of=the_channel)
def mute(channel: Channel) -> Response:
    channels.mute(the_viewer(), channel, request.form.get("wish") == "mute")
    return see_other(f"/channels/{channel.id}")


@room.post("/channels/<uuid:channel_id>/pace", verb="channel.manage", of=the_channel)
def slow_down(channel: Channel) -> Response:
    channels.slow_down(the_viewer(), channel, pace_asked())
    return see_other(f"/channels/{channel.id}")


# ---- one line of it


@room.get("/channels/<uuid:channel_id>/lines/<uuid:line_id>", verb="channel.read", of=the_line)
def line(said: ChannelLine) -> Response:
    return line_page(said, WhyForm(formdata=None))


def line_page(said: ChannelLine, form: WhyForm, status: int = 200) -> Response:
    """The line, and what this viewer may do with it; to coordinators and police also the words of one that is gone."""
    viewer, session = the_viewer(), db.session()
    found = channel_lines(session, ChannelLine.id == said.id)
    hides = can(viewer, "channel.hide", said)
    reads = said.is_gone and (hides or said.scheme_id in viewer.police_schemes)
    offered = {
        "remove": not said.removed_at and can(viewer, "channel.remove", said),
        "hide": not said.is_gone and hides,
        "show": said.hidden_at and not said.removed_at and hides,
    }
    words = (
        spelt(said.text, said.mentions, names_for(session, said.scheme_id, [said.mentions])) if reads else ""
    )
    return page(
        "chat/channel_line.html", status=status, said=said, line=found[0], channel=said.channel, offered=offered,
        here=session.get_one(Scheme, said.scheme_id), words=words, form=form,
    )  # fmt: skip


def back_to(said: ChannelLine) -> Response:
    return see_other(f"/channels/{said.channel_id}#{said.dom_id}")


@room.post("/channels/<uuid:channel_id>/lines/<uuid:line_id>/removal", verb="channel.remove", of=the_line)
def remove(said: ChannelLine) -> Response:
    channels.remove(the_viewer(), said)
    return back_to(said)


@room.post("/channels/<uuid:channel_id>/lines/<uuid:line_id>/hiding", verb="channel.hide", of=the_line)
def hide(said: ChannelLine) -> Response:
    form = WhyForm()
    if not form.validate():
        refused(form)
        return line_page(said, form, 422)
    if said.removed_at is not None:
        raise Gone
    channels.hide(the_viewer(), said, form.why.data or "")
    return back_to(said)


@room.post("/channels/<uuid:channel_id>/lines/<uuid:line_id>/restoration", verb="channel.hide", of=the_line)
def restore(said: ChannelLine) -> Response:
    channels.show(the_viewer(), said)
    return back_to(said)


# ---- in navigation


@room.app_context_processor
def for_every_page() -> dict[str, Callable[[], int]]:
    return {"channels_unread": channels_unread}


def channels_unread() -> int:
    """Lines in the viewer's channels that they have not seen, asked once a request."""
    viewer: Any = current_viewer()
    if viewer is None or not viewer.schemes or g.get("database_is_lost"):
        return 0
    if "channels_unread" not in g:
        g.channels_unread = sum(channels.unread_of(db.session(), viewer, viewer.schemes).values())
    found: int = g.channels_unread
    return found
