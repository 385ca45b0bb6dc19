"""The photos of a form: those that come with it, and those that were staged before."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage

from shopalert.evidence.actions import stage, staged
from shopalert.evidence.models import CLIP, PICTURE, Attachment
from shopalert.evidence.signature import NotAccepted
from shopalert.evidence.storage import NoRoom
from shopalert.schemes.models import Scheme
from shopalert.schemes.viewer import Viewer

MOST = 10  # photos of one report or message


@dataclass
class Received:
    """What became of a form's photos: all that are kept, and why others are not."""

    attachments: list[Attachment] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    status: int = 0  # of the first error, with its code
    code: str = ""

    def refuse(self, status: int, code: str, name: str = "") -> None:
        """Note why a photo is not taken."""
        words = reason(code)
        self.errors.append(f"{name}: {words}" if name else words)
        if not self.status:
            self.status, self.code = status, code


def receive_many(
    viewer: Viewer, scheme: Scheme, uploads: Iterable[FileStorage], tokens: Iterable[str] = (), most: int = MOST,
    lease: timedelta | None = None, kinds: Collection[str] = (PICTURE, CLIP),
) -> Received:  # fmt: skip
    """Stage every photo that can be taken, whatever is wrong with the others or with the form."""
    found = Received(staged(viewer, tokens, kinds)[:most])
    for upload in uploads:
        if not upload.filename and upload.stream.seek(0, 2) == 0:
            continue  # a file field that was left empty
        if len(found.attachments) >= most:
            found.refuse(422, "too_many_files" if most == MOST else "too_many_here")
            break
        try:
            found.attachments.append(stage(viewer, scheme, upload, lease))
        except NotAccepted as refused:
            code = OTHER_WORDS.get((upload.name or "", refused.code), refused.code)
            found.refuse(refused.status, code, (upload.filename or "")[-40:])
        except NoRoom:
            found.refuse(507, "disk_full", (upload.filename or "")[-40:])
    # Each row was its own transaction, and what was loaded before is stale: read all again at once.
    found.attachments = staged(viewer, [str(one) for one in kept_ids(found)], kinds)
    return found


OTHER_WORDS = {
    ("clips", "too_large"): "clip_too_large",
    ("documents", "too_large"): "document_too_large",
    ("documents", "unsupported_media"): "no_document",
}


def kept_ids(found: Received) -> list[Any]:
    """Without a read: identities are known to the session."""
    return [sa.inspect(each).identity[0] for each in found.attachments]


def reason(code: str) -> str:
    """Why a picture is not taken, in words for whoever took it."""
    return {
        "unsupported_media": _("This is not a picture that can be used. Send a JPEG, PNG, WebP or HEIC."),
        "image_unreadable": _("This picture could not be read. Send it again."),
        "image_too_large": _("This picture has too many pixels. Send one of 50 megapixels or less."),
        "image_animated": _("Moving pictures can’t be used. Send a still picture."),
        "too_large": _("This file is too large. Send a smaller picture."),
        "clip_too_large": _("This clip is too large for a browser without scripts. Send a shorter one."),
        "document_too_large": _("This document is too large. Save it smaller, or send a link."),
        "no_document": _("This is not a PDF that can be used. Save it as a PDF and nothing else."),
        "too_many_here": _("Those are the most that fit here. The others were left out."),
        "too_many_files": _("Ten photos are the most. The others were left out."),
        "too_many_requests": _("That is as many photos as one person can send in a day."),
        "disk_full": _("The server has no room for pictures now. Send the report without them."),
    }.get(code, _("This picture could not be taken."))
