"""What a recording is, by its bytes alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from shopalert.evidence import recordings
from shopalert.evidence.recordings import FORMATS, UNKNOWN, ending, media_type_of, plays, served_as

SAMPLES = Path(__file__).parents[1] / "uploads"


@pytest.mark.parametrize(
    ("start", "media_type"),
    [
        ((SAMPLES / "clip.mp4").read_bytes()[:4096], "video/mp4"),
        ((SAMPLES / "clip.webm").read_bytes()[:4096], "video/webm"),
        (b"\0\0\0\x14ftypqt  " + bytes(20), "video/quicktime"),
        (b"\0\0\0\x08wide\0\0\0\0mdat", "video/quicktime"),
        (b"\x1a\x45\xdf\xa3\x93\x42\x82\x88matroska", "video/x-matroska"),
        (b"RIFF\0\0\0\0AVI LIST", "video/x-msvideo"),
        ((b"\x47" + bytes(187)) * 3, "video/mp2t"),
        ((bytes(4) + b"\x47" + bytes(187)) * 3, "video/mp2t"),
        (b"\0\0\x01\xba" + bytes(9), "video/mpeg"),
        (b"\0\0\0\x01\x67\x42", "video/h264"),
        (b"DHAV\xfd\0", "application/x-dahua"),
        (b"IMKH\x01", "application/x-hikvision"),
        (b"PK\x03\x04", "application/zip"),
        (b"MZ\x90\0", "application/x-program"),
        (b"<html><script>", UNKNOWN),
        (b"#EXTM3U\nfile:///etc/passwd", UNKNOWN),
        (b"x", UNKNOWN),
    ],
)
def test_the_bytes_say_what_it_is(start, media_type):
    assert media_type_of(start) == media_type


def test_only_films_that_browsers_know_are_played_and_nothing_else_is_served_as_a_page():
    assert {kind for kind in FORMATS if plays(kind)} == {"video/mp4", "video/quicktime", "video/webm"}
    for kind in FORMATS:
        assert served_as(kind).startswith("video/") or served_as(kind) == UNKNOWN
    assert not plays("image/jpeg")


@pytest.mark.parametrize(
    ("media_type", "name", "wanted"),
    [
        (UNKNOWN, "camera 4.IFV", "ifv"),
        (UNKNOWN, "page.html", "bin"),
        (UNKNOWN, "noending", "bin"),
        ("video/mp4", "film.exe", "mp4"),
        ("application/x-dahua", "", "dav"),
    ],
)
def test_the_ending_of_a_download_is_ours(media_type, name, wanted):
    assert ending(media_type, name) == wanted


def test_each_format_has_words(app):
    with app.test_request_context():
        said = {kind: recordings.what_it_is(kind, "") for kind in FORMATS}
    assert len(set(said.values())) == len(said)
