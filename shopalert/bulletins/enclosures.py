"""The pictures and documents of a bulletin: as its form brings them, and as its readers find them."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field

import sqlalchemy as sa
from flask import request
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from shopalert.bulletins.models import Bulletin
from shopalert.db import db, release
from shopalert.evidence import derivatives
from shopalert.evidence.actions import drop_staged, staged
from shopalert.evidence.enclosing import Enclosure
from shopalert.evidence.forms import Received, receive_many
from shopalert.evidence.models import DOCUMENT, PICTURE, Attachment
from shopalert.pages import problem, wants_json
from shopalert.schemes.models import Scheme
from shopalert.schemes.viewer import Viewer
from shopalert.text import is_plain, normal

PICTURES, DOCUMENTS = 4, 2
LONGEST_ALT = 200
BOTH = (PICTURE, DOCUMENT)


# ---- from its form


@dataclass
class Enclosed:
    """What is kept for the form, and what could not be taken."""

    files: list[Enclosure] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    undescribed: set[uuid.UUID] = field(default_factory=set)
    status: int = 0
    code: str = ""

    @property
    def pictures(self) -> list[Enclosure]:
        return [each for each in self.files if not each.attachment.is_document]

    @property
    def documents(self) -> list[Attachment]:
        return [each.attachment for each in self.files if each.attachment.is_document]

    @property
    def loose(self) -> list[Attachment]:
        return [each.attachment for each in self.files if each.attachment.staged]

    def refuse(self, words: str, status: int = 422, code: str = "invalid") -> None:
        self.errors.append(words)
        if not self.status:
            self.status, self.code = status, code

    def refuse_machine(self) -> None:
        """A machine is told the first fault; a person gets the form back."""
        if self.errors and wants_json():
            problem(self.status, self.code, self.errors[0])


def enclosed_by(viewer: Viewer, scheme: Scheme) -> Enclosed:
    """The files that came with this request, and those that its form names: staged before, or the bulletin's own.

    What came is made ready at once: a picture that cannot be read is no part of what goes to a town.
    """
    pictures = receive_many(
        viewer, scheme, request.files.getlist("photos"), request.form.getlist("staged"), PICTURES,
        derivatives.LEASE, (PICTURE,),
    )  # fmt: skip
    documents = receive_many(
        viewer, scheme, request.files.getlist("documents"), request.form.getlist("enclosed"), DOCUMENTS,
        kinds=(DOCUMENT,),
    )  # fmt: skip
    found = Enclosed()
    for received in (pictures, documents):
        for words in received.errors:
            found.refuse(words, received.status, received.code)
    leave_out_unreadable(viewer, pictures, found)
    first = normal(request.form.get("alt"))  # without script, of the picture that came with the form
    for each in pictures.attachments:
        words = normal(request.form.get(f"alt-{each.id}"))
        if f"alt-{each.id}" not in request.form and first:
            words, first = first, ""
        found.files.append(Enclosure(each, words[:LONGEST_ALT]))
        if not words or not is_plain(words):
            found.undescribed.add(each.id)
    if found.undescribed:
        found.refuse(_("Say in a few words what each picture shows."))
    found.files += [Enclosure(each) for each in documents.attachments]
    return found


def leave_out_unreadable(viewer: Viewer, pictures: Received, found: Enclosed) -> None:
    """Make the copies of what has just come; what the worker is to try again stays its own."""
    working = (each for each in pictures.attachments if any(copy.state == "working" for copy in each.copies))
    fresh = [each.id for each in working]
    if fresh:
        tokens = [str(each.id) for each in pictures.attachments]
        release(db.session())  # no reading transaction stands while pictures are decoded
        for each in fresh:
            derivatives.make(each)
        pictures.attachments = staged(viewer, tokens, (PICTURE,))
    bad = [each for each in pictures.attachments if each.state == "failed"]
    if bad:
        for each in bad:
            name = f"{each.file_name[-40:]}: " if each.file_name else ""
            found.refuse(name + _("This picture could not be read. Send it again."), 422, "image_unreadable")
        left = [str(each.id) for each in pictures.attachments if each not in bad]
        drop_staged(viewer, bad)
        pictures.attachments = staged(viewer, left, (PICTURE,))


def standing_files(bulletin: Bulletin) -> Enclosed:
    """What a correction begins with."""
    query = sa.select(Attachment).where(Attachment.bulletin_id == bulletin.id)
    rows = db.session.scalars(query.order_by(Attachment.received_at, Attachment.id))
    return Enclosed([Enclosure(each, each.alt) for each in rows])


# ---- for its readers


@dataclass(frozen=True)
class Document:
    """A document to be saved."""

    id: uuid.UUID
    name: str
    size: int
    url: str


def documents_of(session: Session, bulletin_id: uuid.UUID, at: str = "/files") -> list[Document]:
    """As far as the session sees them; `at` is where they are read."""
    columns = (Attachment.id, Attachment.file_name, Attachment.size)
    query = sa.select(*columns).where(Attachment.bulletin_id == bulletin_id, Attachment.kind == DOCUMENT)
    return [
        Document(row.id, row.file_name or _("Document"), row.size, f"{at}/{row.id}/document")
        for row in session.execute(query.order_by(Attachment.received_at, Attachment.id))
    ]


def shown_pictures(ids: Sequence[uuid.UUID]) -> tuple[sa.ColumnElement[bool], ...]:
    """Conditions: the pictures of these bulletins."""
    return (Attachment.bulletin_id.in_(ids), Attachment.kind == PICTURE)
