"""What a recording is, by its first bytes: whether a browser plays it, and what to tell people where none does.

Recorders of shops write formats of their own. They are kept as they came: whoever has the maker's player opens them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from flask_babel import gettext as _

LOOKED_AT = 4096
UNKNOWN = "application/octet-stream"


@dataclass(frozen=True)
class Recording:
    """A format: its type, its file's ending, ffmpeg's name for it (none: it is not asked), whether browsers play it."""

    media_type: str
    ending: str
    reader: str = ""
    plays: bool = False


FORMATS = {
    found.media_type: found
    for found in (
        Recording("video/mp4", "mp4", "mov", plays=True),
        Recording("video/quicktime", "mov", "mov", plays=True),
        Recording("video/webm", "webm", "matroska", plays=True),
        Recording("video/x-matroska", "mkv", "matroska"),
        Recording("video/x-msvideo", "avi", "avi"),
        Recording("video/mp2t", "ts", "mpegts"),
        Recording("video/mpeg", "mpg", "mpeg"),
        Recording("video/x-ms-asf", "wmv", "asf"),
        Recording("video/x-flv", "flv", "flv"),
        Recording("video/h264", "264", "h264"),
        Recording("video/h265", "265", "hevc"),
        Recording("application/x-dahua", "dav"),
        Recording("application/x-hikvision", "mp4"),
        Recording("application/zip", "zip"),
        Recording("application/x-program", "exe"),
        Recording(UNKNOWN, "bin"),
    )
}
QUICKTIME = re.compile(rb"ftypqt  |moov|mdat|wide|free|skip")
# Endings that recorders give their exports: kept where the bytes say nothing, so that the maker's player opens them.
ENDINGS_OF_RECORDERS = {
    "264", "265", "arv", "asf", "bix", "bvr", "dat", "dav", "dvr", "g64", "g64x", "h264", "h265", "hevc", "ifv", "m4s",
    "mxg", "nsf", "pwz", "rec", "sdv", "vid", "vvf", "xba",
}  # fmt: skip


def recognise(start: bytes) -> Recording:
    """The format by its first bytes; name and declared type are not asked."""
    return FORMATS[media_type_of(start)]


def media_type_of(start: bytes) -> str:
    if start[4:8] == b"ftyp" and start[8:12] != b"qt  ":
        return "video/mp4"
    if QUICKTIME.match(start[4:12]):
        return "video/quicktime"
    if start.startswith(b"\x1a\x45\xdf\xa3"):
        return "video/webm" if b"webm" in start[:64] else "video/x-matroska"
    if start.startswith(b"RIFF") and start[8:12] == b"AVI ":
        return "video/x-msvideo"
    if any(
        start[at : at + 1] == start[at + step : at + step + 1] == b"\x47" for at, step in ((0, 188), (4, 192))
    ):
        return "video/mp2t"
    return next((kind for mark, kind in MARKS.items() if start.startswith(mark)), UNKNOWN)


MARKS = {
    b"\x00\x00\x01\xba": "video/mpeg",
    b"\x30\x26\xb2\x75\x8e\x66\xcf\x11": "video/x-ms-asf",
    b"FLV\x01": "video/x-flv",
    b"\x00\x00\x00\x01\x67": "video/h264",
    b"\x00\x00\x00\x01\x40\x01": "video/h265",
    b"DHAV": "application/x-dahua",
    b"IMKH": "application/x-hikvision",
    b"PK\x03\x04": "application/zip",
    b"MZ": "application/x-program",
}


def plays(media_type: str) -> bool:
    """Whether browsers play it."""
    return media_type in FORMATS and FORMATS[media_type].plays


def served_as(media_type: str) -> str:
    """The type that a browser is told: what is no film is bytes to it."""
    return media_type if media_type.startswith("video/") else UNKNOWN


def ending(media_type: str, file_name: str) -> str:
    """The ending of a download. Only for bytes that say nothing is the recorder's own believed, if it is one."""
    own = file_name.rsplit(".", 1)[-1].lower() if "." in file_name else ""
    if media_type == UNKNOWN and own in ENDINGS_OF_RECORDERS:
        return own
    return FORMATS[media_type].ending


def what_it_is(media_type: str, file_name: str) -> str:
    """In words, for whoever finds it in a conversation."""
    own = ending(media_type, file_name)
    return {
        "video/mp4": _("MP4 film"),
        "video/quicktime": _("QuickTime film"),
        "video/webm": _("WebM film"),
        "application/x-dahua": _("Recording of a Dahua recorder (.dav)"),
        "application/x-hikvision": _("Recording of a Hikvision recorder"),
        "application/zip": _("Archive (.zip) of a recorder"),
        "application/x-program": _("Program (.exe), as some recorders make: it shows its own film"),
        UNKNOWN: _("Recording in a format of its own (.%(ending)s)", ending=own)
        if own != "bin"
        else _("File of a kind that we do not know"),
    }.get(media_type) or _("Film in a format for players (.%(ending)s)", ending=own)
