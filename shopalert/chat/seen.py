"""Who has seen a message: those of its audience who have had its incident open since it was said."""

from __future__ import annotations

import uuid

import sqlalchemy as sa

from shopalert.chat.models import Comment
from shopalert.db import db
from shopalert.incidents.models import ReadMark
from shopalert.schemes.viewer import viewers
from shopalert.wall import crossing, may_hear


def seen_by(comment: Comment) -> set[uuid.UUID]:
    """Everybody but its author. Three queries, however many they are.

    Who has left since is not counted: the marks of reading are looked at as the audience is now.
    """
    marks = sa.select(ReadMark.user_id).where(
        ReadMark.incident_id == comment.incident_id,
        ReadMark.at >= comment.at,
        ReadMark.user_id != comment.author_id,
    )
    looked = set(db.session.scalars(marks))
    if not looked:
        return set()
    with crossing("reading") as session:
        people = viewers(session, looked)
    theirs = {user_id: viewer.audiences(comment.scheme_id) for user_id, viewer in people.items()}
    return {user_id for user_id, audiences in theirs.items() if may_hear(comment.audience, audiences)}
