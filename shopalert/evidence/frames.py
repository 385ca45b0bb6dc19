"""A frame of a clip, to know it by: made by ffmpeg where it is installed, in a process that can do nothing else.

ffmpeg gets the clip's two ends in memory, never in clear on the disk: where most films keep their list of contents
and their first picture. It is told the format, so that no file can be a list of other files.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from shopalert.evidence.images import Unreadable
from shopalert.evidence.models import Attachment
from shopalert.evidence.recordings import FORMATS
from shopalert.evidence.storage import files, off_the_loop

AN_END = 16 * 1024 * 1024  # bytes
PATIENCE = 30.0  # seconds by the clock; confined.py limits processor time
LARGEST = 15 * 1024 * 1024  # a frame
CONFINED = Path(__file__).with_name("confined.py")


def frame_of(clip: Attachment) -> bytes:
    """A JPEG of a frame. Raises Unreadable where there is none to be had: the clip is kept all the same."""
    program, reader = shutil.which("ffmpeg"), FORMATS[clip.media_type].reader
    if program is None or not reader:
        raise Unreadable("no_frame")
    film = off_the_loop(lambda: in_memory(clip.stored_as, clip.size))
    try:
        return run(program, reader, film)
    finally:
        os.close(film)


def in_memory(stored_as: str, size: int) -> int:
    """A file in memory as long as the clip, of which the middle was left out: a hole takes no room."""
    film = os.memfd_create("clip")
    os.ftruncate(film, size)
    for start, stop in ends_of(size):
        at = start
        for chunk in files().part(stored_as, start, stop):
            at += os.pwrite(film, chunk, at)
    return film


def ends_of(size: int) -> list[tuple[int, int]]:
    """Beginning and end, or the whole where they meet."""
    if size <= 2 * AN_END:
        return [(0, size)]
    return [(0, AN_END), (size - AN_END, size)]


def run(program: str, reader: str, film: int) -> bytes:
    """ffmpeg's first telling frame."""
    command = [
        sys.executable, "-I", str(CONFINED), program, "-nostdin", "-loglevel", "quiet", "-threads", "1",
        "-protocol_whitelist", "file,pipe", "-f", reader, "-i", "/dev/stdin", "-an", "-sn", "-dn",
        "-vf", "thumbnail=12,scale='min(1600,iw)':-2", "-frames:v", "1", "-q:v", "4", "-f", "image2pipe",
        "-c:v", "mjpeg", "pipe:1",
    ]  # fmt: skip
    child = subprocess.Popen(
        command, stdin=film, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd="/",
        env={"PATH": os.defpath, "LANG": "C.UTF-8"},
    )  # fmt: skip
    try:
        picture, _ = child.communicate(timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        picture = b""
    finally:
        child.kill()
        child.wait()
    if not picture.startswith(b"\xff\xd8\xff") or len(picture) > LARGEST:
        raise Unreadable("no_frame")
    return picture
