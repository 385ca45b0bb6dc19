"""What can be said in a chat, and how it is changed and removed with a trace."""

from __future__ import annotations

import uuid

import sqlalchemy as sa

from shopalert.alerts.outbox import announce
from shopalert.chat.course import refuse_too_soon
from shopalert.chat.lines import audiences_quoting
from shopalert.chat.mentions import names_for, people_meant, spelt, understood
from shopalert.chat.models import Comment, CommentVersion
from shopalert.db import act, db, insert_new, the_act, uuid7
from shopalert.evidence.actions import attach, withhold
from shopalert.evidence.models import Attachment
from shopalert.idempotency import hash_of, sent_before
from shopalert.incidents.actions import Sent, refuse_withdrawn
from shopalert.incidents.models import Incident
from shopalert.protection.clocks import clocks
from shopalert.schemes.viewer import Viewer


class Gone(Exception):
    """The message was removed or hidden meanwhile: nothing more can be done with its words."""


class NotQuotable(Exception):
    """Words for a few would stand before many, or the line is gone."""


@act("comment.say")
def say(
    viewer: Viewer,
    incident: Incident,
    client_id: uuid.UUID,
    text: str,
    audience: str,
    photos: list[Attachment],
    quotes: Comment | None = None,
) -> Sent:
    """Say something to one audience of a chat; said twice it stands once. Raises KeyReused, NotQuotable, TooSoon."""
    session, at = db.session(), the_act().at
    facts = {
        "incident": str(incident.id),
        "text": text,
        "audience": audience,
        "photos": sorted(photo.sha256 for photo in photos),
    }
    sent = hash_of(facts | ({"quotes": str(quotes.id)} if quotes else {}))
    words, mentions = understood(session, incident.scheme_id, text)
    by_police = incident.scheme_id in viewer.police_schemes
    new = insert_new(
        session, Comment, ["author_id", "client_id"],
        id=uuid7(), scheme_id=incident.scheme_id, incident_id=incident.id, author_id=viewer.user_id,
        client_id=client_id, sent_hash=sent, audience=audience, text=words, at=at, by_police=by_police,
        quotes_id=quotes.id if quotes else None, mentions=mentions, **clocks("comment", at),
    )  # fmt: skip
    if new is None:
        return Sent(sent_before(session, Comment, viewer.user_id, client_id, sent), True)
    refuse_withdrawn(incident)  # after the repeat: what was taken stays taken
    refuse_loud_quote(incident, quotes, audience)
    refuse_too_soon(viewer, incident, new, at)
    comment = session.get_one(Comment, new)
    attach(viewer, photos, incident, comment=comment, audience=audience)
    if audience == "members":
        count_reply(incident, by_police)
    the_act().about = comment
    announce("comment.said", comment, audience=audience)
    tell_mentioned(comment, set())
    return Sent(new, False)


def tell_mentioned(comment: Comment, before: set[uuid.UUID]) -> None:
    """Those who are named in it and were not before. Whom it is not for is told nothing all the same."""
    named = people_meant(db.session(), comment.scheme_id, comment.mentions) - before
    if named:
        announce(
            "comment.mentioned",
            comment,
            audience=comment.audience,
            people=sorted(str(each) for each in named),
        )


def refuse_loud_quote(incident: Incident, quotes: Comment | None, audience: str) -> None:
    """What is quoted is read by at least as many as the answer. Raises NotQuotable."""
    if quotes is None:
        return
    if quotes.incident_id != incident.id or quotes.is_gone or quotes.audience not in ("members", audience):
        raise NotQuotable


def count_reply(incident: Incident, by_police: bool) -> None:
    """One more on the card. It is no new version of the report."""
    values: dict[str, object] = {"replies": Incident.replies + 1}
    if by_police:
        values["police_replied"] = True
    db.session.execute(sa.update(Incident).where(Incident.id == incident.id).values(**values))
    db.session.expire(incident, ["replies", "police_replied"])


def count_again(comment: Comment, one: int) -> None:
    """One more or one less on the card; whether police have replied is what still stands there."""
    if comment.audience != "members":
        return
    db.session.flush()
    values: dict[str, object] = {"replies": Incident.replies + one}
    if comment.by_police:
        of = sa.select(Comment.id).where(
            Comment.incident_id == comment.incident_id,
            Comment.audience == "members",
            Comment.by_police,
            Comment.stands(),
        )
        values["police_replied"] = db.session.scalar(of.limit(1)) is not None
    mine = sa.update(Incident).where(Incident.id == comment.incident_id)
    db.session.execute(mine.values(**values), execution_options={"synchronize_session": False})


# ---- changed and removed


@act("comment.edit")
def edit(viewer: Viewer, comment: Comment, text: str) -> None:
    """Other words, marked as such; the earlier ones are kept. Raises Gone, Withdrawn."""
    latest(comment)
    refuse_gone(comment)
    the_act().about = comment
    session = db.session()
    words, mentions = understood(session, comment.scheme_id, text)
    if (words, mentions) == (comment.text, comment.mentions):
        return
    before = people_meant(session, comment.scheme_id, comment.mentions)
    keep_wording(comment)
    comment.text, comment.mentions, comment.edited_at = words, mentions, the_act().at
    changed(comment)
    tell_mentioned(comment, before)


@act("comment.remove")
def remove(viewer: Viewer, comment: Comment) -> None:
    """Nobody reads it any more, and everybody that it was there. Its words are kept as a version."""
    latest(comment)
    the_act().about = comment
    if comment.removed_at is not None:
        return
    counted = comment.hidden_at is None
    keep_wording(comment)
    comment.text, comment.mentions, comment.removed_at = "", [], the_act().at
    withhold(Attachment.comment_id == comment.id)
    if counted:
        count_again(comment, -1)
    changed(comment)


def latest(comment: Comment) -> None:
    """As it stands now, and nobody else's to change until this is done."""
    db.session.refresh(comment, with_for_update=True)
    refuse_withdrawn(db.session.get_one(Incident, comment.incident_id))


def refuse_gone(comment: Comment) -> None:
    if comment.is_gone:
        raise Gone


def keep_wording(comment: Comment) -> None:
    """As who changes it reads it: the names stay as they were then."""
    names = names_for(db.session(), comment.scheme_id, [comment.mentions])
    db.session.add(
        CommentVersion(
            scheme_id=comment.scheme_id, incident_id=comment.incident_id, comment_id=comment.id,
            audience=comment.audience, text=spelt(comment.text, comment.mentions, names),
            said_at=comment.edited_at or comment.at, replaced_at=the_act().at,
            shown_until=comment.shown_until, kept_until=comment.kept_until,
        )
    )  # fmt: skip


def changed(comment: Comment) -> None:
    """Tell every open screen: of the line itself, and of those that quote it, which fewer may read."""
    db.session.flush()
    others = audiences_quoting(db.session(), comment.id) - {comment.audience}
    for audience in [comment.audience, *sorted(others)]:
        announce("comment.changed", comment, audience=audience)
