"""Clips on their way out: a page that plays them, and their bytes, from wherever the film is wound to."""

from __future__ import annotations

import itertools
import time
import uuid
from collections.abc import Iterator

from flask import Response, request

from shopalert.evidence.actions import note_look
from shopalert.evidence.models import Attachment
from shopalert.evidence.recordings import plays, served_as, what_it_is
from shopalert.evidence.storage import files
from shopalert.evidence.views import ending_of, room, sent, short, the_file
from shopalert.pages import page
from shopalert.schemes.viewer import the_viewer

ONE_LOOK = 600.0  # seconds in which the many requests of one player are one look
REMEMBERED = 10_000

_looked: dict[tuple[uuid.UUID | None, uuid.UUID], float] = {}


def the_clip(clip_id: uuid.UUID) -> Attachment | None:
    """The clip of an address, under the wall."""
    found = the_file(clip_id)
    return found if found is not None and found.is_clip else None


@room.get("/clips/<uuid:clip_id>", verb="file.read", of=the_clip)
def clip(attachment: Attachment) -> Response:
    """The clip's own page: played where browsers can, kept to be downloaded where not."""
    return page(
        "evidence/clip.html", attachment=attachment, plays=plays(attachment.media_type),
        what=what_it_is(attachment.media_type, attachment.file_name),
    )  # fmt: skip


@room.get("/clips/<uuid:clip_id>/play", verb="file.play", of=the_clip)
def play(attachment: Attachment) -> Response:
    """The bytes that a player asks for."""
    if not plays(attachment.media_type):
        return Response(status=404)
    wanted = request.range
    span = wanted.range_for_length(attachment.size) if wanted else (0, attachment.size)
    if span is None:
        refused = Response(status=416)
        refused.headers["Content-Range"] = f"bytes */{attachment.size}"
        return refused
    start, stop = span
    chunks = files().part(attachment.stored_as, start, stop)
    first = next(chunks)
    note_once(attachment)
    name = f"clip-{short(attachment)}.{ending_of(attachment)}"
    response = sent(itertools.chain([first], chunks), served_as(attachment.media_type), name)
    response.headers["Accept-Ranges"] = "bytes"
    response.content_length = stop - start
    if wanted:
        response.status_code = 206
        response.headers["Content-Range"] = f"bytes {start}-{stop - 1}/{attachment.size}"
    return response


def note_once(attachment: Attachment) -> None:
    """Write down the look before the first bytes leave; a player asks for a film in many pieces."""
    key, at = (the_viewer().session_id, attachment.id), time.monotonic()
    if at - _looked.get(key, -ONE_LOOK) < ONE_LOOK:
        return
    note_look(attachment, "play")
    for old in forgotten(at):
        _looked.pop(old, None)
    _looked[key] = at


def forgotten(at: float) -> Iterator[tuple[uuid.UUID | None, uuid.UUID]]:
    """Looks that are over, when there are many."""
    if len(_looked) < REMEMBERED:
        return iter(())
    return iter([key for key, since in _looked.items() if at - since >= ONE_LOOK])
