"""The room of files that come in pieces: tus 1.0 (creation, termination, expiration, checksum), as its text has it."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from wsgiref.handlers import format_date_time

import sqlalchemy as sa
from flask import Response, request
from flask_babel import gettext as _

from shopalert.config import config
from shopalert.db import db, now, release
from shopalert.evidence.partial import Held, Partial
from shopalert.evidence.signature import NotAccepted
from shopalert.evidence.storage import Damaged, NoRoom, off_the_loop
from shopalert.pages import not_found, problem
from shopalert.room import SIGNED_IN, Room
from shopalert.schemes.lookup import the_scheme
from shopalert.schemes.viewer import the_viewer
from shopalert.uploads import actions
from shopalert.uploads.models import Upload
from shopalert.uploads.turns import pieces, turn

VERSION = "1.0.0"
EXTENSIONS = "creation,termination,expiration,checksum"
ALGORITHMS = {"sha1": hashlib.sha1, "sha256": hashlib.sha256}
LARGEST_CHECKED = 16 * 1024 * 1024  # a piece with a checksum waits in memory until it is known to be right
PIECES = "application/offset+octet-stream"
HEX = re.compile(r"[0-9a-f]{64}\Z")

room = Room("uploads", __name__)


def the_upload(upload_id: uuid.UUID) -> Upload | None:
    """The viewer's own upload of an address: for anybody else there is none."""
    own = Upload.author_id == the_viewer().user_id
    return db.session.scalar(sa.select(Upload).where(Upload.id == upload_id, own))


@room.after_request
def speak_tus(response: Response) -> Response:
    """What every answer says, and what is told to those who only ask."""
    response.headers["Tus-Resumable"] = VERSION
    if request.method == "OPTIONS" or response.status_code == 412:
        response.headers["Tus-Version"] = VERSION
    if request.method == "OPTIONS":
        response.headers["Tus-Extension"] = EXTENSIONS
        response.headers["Tus-Max-Size"] = str(config().max_clip_mb * actions.MB)
        response.headers["Tus-Checksum-Algorithm"] = ",".join(ALGORITHMS)
    return response


@room.post("/uploads", verb="file.stage")
def begin() -> Response:
    """Make room for a file: its length, its scheme, and perhaps its name, its hash and a key of its own."""
    refuse_other_versions()
    length, said = number("Upload-Length"), metadata()
    if length < 1:
        problem(400, "bad_request", _("An empty file can’t be sent."))
    scheme = the_scheme(said.get("scheme", ""))
    if scheme is None:
        not_found()
    sha256 = said.get("sha256", "").lower()
    if sha256 and not HEX.match(sha256):
        problem(400, "bad_request", _("This request could not be read."))
    with plainly():
        upload = actions.begin(
            the_viewer(), scheme, length, said.get("filename", ""), sha256, key_of(said.get("key", ""))
        )
    response = Response(status=201)
    response.headers["Location"] = upload.url
    return expiring(response, upload)


@room.route("/uploads/<uuid:upload_id>", verb=SIGNED_IN, of=the_upload, methods=["HEAD"])
def look(upload: Upload) -> Response:
    """How much has come. What is all there and was not finished, is finished now."""
    refuse_other_versions()
    refuse_ended(upload)
    if upload.finished_at is None:
        with opened(upload) as partial:
            offset = partial.offset
        finish_if_whole(upload, offset)
    else:
        offset = upload.length
    response = reached(upload, offset, 200)
    response.headers["Upload-Length"] = str(upload.length)
    return response


@room.route("/uploads/<uuid:upload_id>", verb=SIGNED_IN, of=the_upload, methods=["PATCH"])
def append(upload: Upload) -> Response:
    """The next bytes. Whatever becomes of the connection, what came is kept."""
    return appended(upload)


def appended(upload: Upload) -> Response:
    refuse_other_versions()
    refuse_ended(upload)
    if request.mimetype != PIECES:
        problem(415, "unsupported_media", _("Pieces of a file come as %(kind)s.", kind=PIECES))
    offset = number("Upload-Offset")
    release(db.session())  # no reading transaction stands while bytes come
    if upload.finished_at is not None:
        refuse_wrong_place(offset, upload.length)
    else:
        with opened(upload) as partial:
            refuse_wrong_place(offset, partial.offset)
            offset = receive(upload, partial)
        finish_if_whole(upload, offset)
    return reached(upload, offset, 204)


@room.route("/uploads/<uuid:upload_id>", verb=SIGNED_IN, of=the_upload, methods=["DELETE"])
def end(upload: Upload) -> Response:
    """Leave the file out, whole or not. What is part of an incident already stays there."""
    return ended(upload)


def ended(upload: Upload) -> Response:
    refuse_other_versions()
    refuse_ended(upload)
    whole = actions.attachment_of(upload) if upload.finished_at is not None else None
    if whole is not None and not whole.staged:
        problem(403, "attached", _("This file is part of a message already."))
    if upload.finished_at is None and upload.partial().exists():
        with opened(upload):  # whoever sends it now is ended first
            actions.end(the_viewer(), upload, "given_up")
    else:
        actions.end(the_viewer(), upload, "given_up")
    return Response(status=204)


@room.post("/uploads/<uuid:upload_id>", verb=SIGNED_IN, of=the_upload)
def instead(upload: Upload) -> Response:
    """For networks on which only GET and POST pass."""
    meant = {"PATCH": appended, "DELETE": ended}.get(request.headers.get("X-HTTP-Method-Override", ""))
    if meant is None:
        problem(400, "bad_request", _("This request could not be read."))
    return meant(upload)


# ---- receiving


def receive(upload: Upload, partial: Partial) -> int:
    """Take in what this request brings; how much there is then. Nothing is said that is not on the disk."""
    left, checked = upload.length - partial.offset, checksum()
    request.max_content_length = left  # its own limit instead of the house's
    if (request.content_length or 0) > left or (checked and (request.content_length or 0) > LARGEST_CHECKED):
        problem(413, "too_large", _("That is more than was announced."))
    try:
        if checked:
            take_checked(upload, partial, *checked)
        else:
            for piece in pieces(upload.id, left):
                if partial.take(piece):
                    off_the_loop(partial.seal)
        return off_the_loop(partial.save)
    except NoRoom:
        with suppress(NoRoom):
            off_the_loop(partial.save)
        problem(507, "disk_full", _("The server’s disk is full. What was sent so far is kept: go on later."))


def take_checked(upload: Upload, partial: Partial, algorithm: str, digest: bytes) -> None:
    """A piece with its checksum: all of it, or nothing."""
    whole = b"".join(pieces(upload.id, min(LARGEST_CHECKED, upload.length - partial.offset)))
    if ALGORITHMS[algorithm](whole, usedforsecurity=False).digest() != digest:
        problem(460, "checksum_mismatch", _("Something was changed on the way. It is sent again."))
    partial.take(whole)
    off_the_loop(partial.seal)


def finish_if_whole(upload: Upload, offset: int) -> None:
    """The last byte is there: look whether all of it is what was announced, and keep it."""
    if offset < upload.length or upload.finished_at is not None:
        return
    try:
        actions.finish(the_viewer(), upload, upload.partial())
    except actions.NotWhole:
        problem(460, "checksum_mismatch", _("What arrived is not the file that was sent. Send it again."))


@contextmanager
def opened(upload: Upload) -> Iterator[Partial]:
    """The upload's bytes, this request being the only one that writes."""
    partial = upload.partial()
    if not partial.exists() and actions.is_stored(upload):
        actions.finish(the_viewer(), upload, partial)  # it was killed between the two
        partial.whole = partial.chunks
        yield partial
        return
    try:
        with turn(upload.id, partial) as held:
            yield held
    except Held:
        problem(423, "in_use", _("This file is being sent already."), retry_after=1)
    except (FileNotFoundError, Damaged):
        problem(410, "gone", _("This upload is over. Send the file again."))


# ---- what a request says


def refuse_other_versions() -> None:
    if request.headers.get("Tus-Resumable") != VERSION:
        problem(412, "other_version", _("This server speaks tus %(version)s.", version=VERSION))


def refuse_ended(upload: Upload) -> None:
    """Given up, or untouched for too long."""
    if upload.ended_at is not None or (upload.finished_at is None and upload.expires_at() < now()):
        problem(410, "gone", _("This upload is over. Send the file again."))


def refuse_wrong_place(said: int, offset: int) -> None:
    if said != offset:
        problem(409, "wrong_offset", _("The file goes on at another place."), offset=offset)


def number(header: str) -> int:
    """A header that is a number, as it must be."""
    text = request.headers.get(header, "")
    if not re.fullmatch(r"[0-9]{1,15}", text):
        problem(400, "bad_request", _("This request could not be read."))
    return int(text)


def metadata() -> dict[str, str]:
    """Upload-Metadata: words and their values in base64."""
    found = {}
    for pair in filter(None, request.headers.get("Upload-Metadata", "")[:4000].split(",")):
        name, _space, value = pair.strip().partition(" ")
        try:
            found[name] = base64.b64decode(value, validate=True).decode()
        except (binascii.Error, UnicodeDecodeError):
            problem(400, "bad_request", _("This request could not be read."))
    return found


def key_of(text: str) -> uuid.UUID | None:
    """The file's own key, if the device gave one."""
    try:
        return uuid.UUID(text) if len(text) == 36 else None
    except ValueError:
        return None


def checksum() -> tuple[str, bytes] | None:
    """Algorithm and digest of this piece, if they are given."""
    text = request.headers.get("Upload-Checksum", "")
    if not text:
        return None
    algorithm, _space, value = text.partition(" ")
    if algorithm not in ALGORITHMS:
        problem(400, "bad_request", _("This request could not be read."))
    try:
        return algorithm, base64.b64decode(value, validate=True)
    except binascii.Error:
        problem(400, "bad_request", _("This request could not be read."))


def reached(upload: Upload, offset: int, status: int) -> Response:
    """How much has come."""
    response = Response(status=status)
    response.headers["Upload-Offset"] = str(offset)
    return expiring(response, upload)


def expiring(response: Response, upload: Upload) -> Response:
    """Until when the upload may stand still."""
    if upload.finished_at is None:
        response.headers["Upload-Expires"] = format_date_time(upload.expires_at().timestamp())
    return response


@contextmanager
def plainly() -> Iterator[None]:
    """Why a file is not taken, in words for whoever sends it."""
    try:
        yield
    except NotAccepted as refused:
        words = {
            "too_large": _("This file is too large: %(most)s MB are the most.", most=config().max_clip_mb),
            "quota_used": _("Your scheme has sent as many clips as it may in a day. Send this one tomorrow."),
            "too_many_requests": _("That is as much as one person can send in a day."),
        }  # fmt: skip
        later = 3600 if refused.status == 429 else None
        problem(refused.status, refused.code, words[refused.code], retry_after=later)
    except NoRoom:
        problem(
            507,
            "disk_full",
            _("The server has no room for clips now. Send your message without it, and the clip later."),
        )
