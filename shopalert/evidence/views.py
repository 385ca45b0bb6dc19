"""The rooms of pictures: look at one, take an original, stage one while a report is written."""

from __future__ import annotations

import contextlib
import hashlib
import itertools
import re
import uuid
from collections.abc import Iterable
from datetime import datetime

import sqlalchemy as sa
from flask import Response, request
from flask_babel import gettext as _
from sqlalchemy.orm import selectinload

from shopalert.db import db, now, release
from shopalert.evidence import derivatives
from shopalert.evidence.actions import drop_staged, note_look, staged
from shopalert.evidence.forms import receive_many
from shopalert.evidence.images import decoders
from shopalert.evidence.models import Attachment, Derivative
from shopalert.evidence.recordings import ending, served_as
from shopalert.evidence.signature import ENDINGS
from shopalert.evidence.storage import NoRoom, cache, files
from shopalert.pages import created, page, problem, wants_json
from shopalert.room import Room
from shopalert.schemes.lookup import the_scheme
from shopalert.schemes.models import Scheme
from shopalert.schemes.viewer import Viewer, the_viewer
from shopalert.words import local

room = Room("evidence", __name__)


def the_file(file_id: uuid.UUID) -> Attachment | None:
    """The picture of an address, under the wall."""
    refuse_other_sites()
    query = sa.select(Attachment).where(Attachment.id == file_id)
    return db.session.scalar(query.options(selectinload(Attachment.copies)))


def refuse_other_sites() -> None:
    """No other site may embed a picture or link into one; typed addresses and our own pages may."""
    if request.headers.get("Sec-Fetch-Site", "none") not in ("none", "same-origin"):
        problem(403, "cross_site", _("Pictures open from this site’s own pages only."))


# ---- look


def the_picture(file_id: uuid.UUID) -> Attachment | None:
    """One that has copies to show: no document."""
    found = the_file(file_id)
    return found if found is not None and not found.is_document else None


def the_document(document_id: uuid.UUID) -> Attachment | None:
    found = the_file(document_id)
    return found if found is not None and found.is_document else None


@room.get("/files/<uuid:file_id>/thumb", verb="file.read", of=the_picture)
def thumb(attachment: Attachment) -> Response:
    """The small copy, as lists show it. The page that lists it is in the audit."""
    copy = attachment.copy("thumb")
    if copy is None or not copy.stored_as:
        return not_ready(attachment)
    return sent([files().read(copy.stored_as)], "image/jpeg", f"picture-{short(attachment)}-small.jpg")


@room.get("/files/<uuid:file_id>/view", verb="file.read", of=the_picture)
def view(attachment: Attachment) -> Response:
    """The large copy, with the viewer's name and the date across it."""
    copy, viewer = attachment.copy("view"), the_viewer()
    if copy is None or not copy.stored_as:
        return not_ready(attachment)
    note_look(attachment, "view")
    return sent([marked(copy, viewer, now())], "image/jpeg", f"picture-{short(attachment)}.jpg")


@room.get("/files/<uuid:file_id>/original", verb="file.original", of=the_file)
def original(attachment: Attachment) -> Response:
    """The bytes as they were received."""
    return saved(attachment, "original", f"original-{short(attachment)}.{ending_of(attachment)}")


@room.get("/files/<uuid:document_id>/document", verb="file.read", of=the_document)
def document(attachment: Attachment) -> Response:
    """A PDF, to be saved: nothing of it is ever shown by the browser as ours."""
    return saved(attachment, "document", name_of(attachment))


def name_of(attachment: Attachment) -> str:
    """What a saved document is called: of its sender's name letters and figures, and enough to tell it apart."""
    stem = re.sub("[^A-Za-z0-9]+", "-", attachment.file_name.rsplit(".", 1)[0])[:60].strip("-")
    return f"{stem or 'document'}-{short(attachment)}.pdf"


def saved(attachment: Attachment, look: str, name: str) -> Response:
    """The bytes as a file to keep, once it is written down who takes them."""
    chunks = files().get(attachment.stored_as)
    first = next(chunks)  # damage at the beginning is an error page, not half a file
    note_look(attachment, look)
    media_type = served_as(attachment.media_type) if attachment.is_clip else attachment.media_type
    response = sent(itertools.chain([first], chunks), media_type, name, as_file=True)
    response.content_length = attachment.size
    return response


def marked(copy: Derivative, viewer: Viewer, at: datetime) -> bytes:
    """The view for this viewer and day; made once, kept enciphered till the next."""
    day = local(at).date()
    key = hashlib.sha256(f"{copy.stored_as}|{viewer.user_id}|{viewer.name}|{day}".encode()).hexdigest()
    if cache().exists(key):
        return cache().read(key)
    text = f"{viewer.name} · {day.day} {day:%b %Y}"
    made = decoders().mark(files().read(copy.stored_as or ""), text)
    with contextlib.suppress(NoRoom):  # with a full disk it is made each time
        cache().put(made, name=key)
    return made


def sent(body: Iterable[bytes], media_type: str, name: str, as_file: bool = False) -> Response:
    """Bytes that a browser shows or saves, and does nothing else with (UP3)."""
    response = Response(body, content_type=media_type, direct_passthrough=True)
    response.headers["Content-Disposition"] = f'{"attachment" if as_file else "inline"}; filename="{name}"'
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    if isinstance(body, list):
        response.content_length = sum(map(len, body))
    return response


def not_ready(attachment: Attachment) -> Response:
    """202 while the copies are made; 404 where they cannot be."""
    if attachment.state == "failed":
        problem(
            404, attachment.failure or "image_unreadable", _("This picture could not be read. Send it again.")
        )
    response = page("evidence/preparing.html", fragment="evidence/_preparing.html", status=202)
    response.headers["Retry-After"] = "1"
    return response


def ending_of(attachment: Attachment) -> str:
    """The ending of a file's name, by what it is."""
    if attachment.is_clip:
        return ending(attachment.media_type, attachment.file_name)
    return ENDINGS[attachment.media_type]


def short(attachment: Attachment) -> str:
    """Enough of the id to tell files apart in a folder of downloads."""
    return attachment.id.hex[-8:]


# ---- stage


@room.post("/s/<slug>/photos", verb="file.stage", of=the_scheme)
def take(scheme: Scheme) -> Response:
    """Take one photo of a form that is still being written; the fragment names it in the form."""
    uploads = request.files.getlist("photo") + request.files.getlist("photos")
    found = receive_many(the_viewer(), scheme, uploads, lease=derivatives.LEASE)
    ids = [attachment.id for attachment in found.attachments]
    release(db.session())  # no reading transaction stands while pictures are decoded
    for each in ids:  # at once: whoever chose it is waiting to see it
        derivatives.make(each)
    if found.errors:
        problem(found.status, found.code, found.errors[0])
    if not ids:
        problem(400, "file_missing", _("No photo came with this."))
    if wants_json():
        return created(found.attachments[0], f"/files/{ids[0]}/view")
    kept = staged(the_viewer(), map(str, ids))
    return page(
        "evidence/staged.html", fragment="evidence/_staged_all.html", status=201, staged=kept, here=scheme,
        described="described" in request.args,
    )  # fmt: skip


def the_staged(file_id: uuid.UUID, slug: str) -> Attachment | None:
    """The viewer's own picture that is part of no report yet."""
    scheme, attachment = the_scheme(slug), the_file(file_id)
    mine = attachment and scheme and attachment.scheme_id == scheme.id and attachment.staged
    return attachment if mine else None


@room.route("/s/<slug>/photos/<uuid:file_id>", verb="file.stage", of=the_staged, methods=["DELETE"])
def drop(attachment: Attachment) -> Response:
    """Leave a staged photo out of the form."""
    drop_staged(the_viewer(), [attachment])
    return Response(status=204)
