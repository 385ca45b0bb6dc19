"""Pictures and documents of a bulletin: one row in each scheme that has it, all naming the same bytes.

So each stands behind its own scheme's wall, and the bytes go when the last row has gone: the janitor removes what
no row names.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from shopalert.db import act, db, the_act
from shopalert.evidence.models import Attachment, Derivative
from shopalert.schemes.viewer import Viewer

SAME = (
    "author_id", "stored_as", "sha256", "size", "media_type", "file_name", "width", "height", "kind", "state",
    "failure", "received_at",
)  # fmt: skip
SAME_COPY = ("variant", "stored_as", "width", "height", "size")


@dataclass(frozen=True)
class Enclosure:
    """A file as its author gives it to a bulletin: staged, or part of it already."""

    attachment: Attachment
    alt: str = ""  # what a picture shows, in the author's words

    @property
    def said(self) -> list[str]:
        """What of it makes one sending another."""
        return [self.attachment.kind, self.attachment.sha256, self.alt]


@act("file.attach")
def enclose(viewer: Viewer, enclosures: Sequence[Enclosure], bulletins: Sequence[Any]) -> None:
    """Let each of these rows of a publication have these files and no others, as long as the row itself is kept.

    Only the author's own: staged ones, and those that a row has already. What is left out is erased.
    """
    of, ids = [row.id for row in bulletins], [each.attachment.id for each in enclosures]
    mine = sa.and_(Attachment.id.in_(ids), Attachment.author_id == viewer.user_id, Attachment.loose())
    query = sa.select(Attachment).where(sa.or_(mine, Attachment.bulletin_id.in_(of)))
    query = query.options(selectinload(Attachment.copies)).execution_options(populate_existing=True)
    found = {each.id: each for each in db.session.scalars(query.with_for_update())}
    wanted = {
        found[each.attachment.id].stored_as: (found[each.attachment.id], each.alt)
        for each in enclosures
        if each.attachment.id in found
    }
    there = list(found.values())
    for row in bulletins:
        has = {each.stored_as: each for each in there if each.bulletin_id == row.id}
        for stored_as, file in has.items():
            if stored_as not in wanted:
                db.session.delete(file)
        for stored_as, (file, alt) in wanted.items():
            given = has.get(stored_as) or handed(file, row)
            given.alt, given.shown_until, given.kept_until = alt, row.shown_until, row.kept_until
    db.session.flush()
    the_act().details["files"] = [{"id": str(file.id), "sha256": file.sha256} for file, _ in wanted.values()]


def handed(file: Attachment, row: Any) -> Attachment:
    """The file as this row's own: a staged one becomes it, of any other it gets a second row."""
    if not file.staged:
        file = second(file)
        db.session.add(file)
    file.bulletin_id, file.scheme_id, file.audience = row.id, row.scheme_id, row.audience
    return file


def second(file: Attachment) -> Attachment:
    """Another row of the same bytes. Copies that are not made yet are made for each row."""
    made = Attachment(**{name: getattr(file, name) for name in SAME})
    made.copies = [
        Derivative(state="ready", **{name: getattr(copy, name) for name in SAME_COPY})
        if copy.state == "ready"
        else Derivative(variant=copy.variant, state="failed" if copy.state == "failed" else "queued")
        for copy in file.copies
    ]
    return made


def let_go(session: Session, bulletin_id: uuid.UUID, shown_until: datetime, kept_until: datetime) -> None:
    """Within an action: the files of a bulletin that was taken back go with it."""
    files = sa.update(Attachment).where(Attachment.bulletin_id == bulletin_id)
    session.execute(
        files.values(shown_until=shown_until, kept_until=kept_until),
        execution_options={"synchronize_session": False},
    )
