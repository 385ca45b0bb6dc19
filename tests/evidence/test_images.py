"""Copies of pictures, made in children that may die without harm."""

from __future__ import annotations

import io
import os
import signal
import struct
import subprocess
import sys
import threading
import time

import pytest
from PIL import Image, ImageChops

from shopalert.evidence import images
from shopalert.evidence.images import Child, ChildDied, Decoders, Unreadable
from tests.evidence import pictures


@pytest.fixture(scope="module")
def decoders():
    pool = Decoders()
    yield pool
    pool.close()


def opened(copy) -> Image.Image:
    image = Image.open(io.BytesIO(copy.data))
    image.load()
    return image


def looks(pixel, colour) -> bool:
    return all(abs(a - b) < 25 for a, b in zip(pixel, colour, strict=True))


@pytest.mark.parametrize("make", [pictures.jpeg, pictures.png, pictures.webp, pictures.heic])
def test_copies_are_small_jpegs_without_a_word_of_the_original(decoders, make):
    data = make(2400, 1800)
    assert pictures.SECRET in data or make is pictures.webp or b"Asha" in data
    view, thumb = decoders.copies(data)
    assert (view.variant, view.width, view.height) == ("view", 1600, 1200)
    assert (thumb.variant, thumb.width, thumb.height) == ("thumb", 160, 120)
    for copy in (view, thumb):
        image = opened(copy)
        assert image.format == "JPEG"
        assert image.size == (copy.width, copy.height)
        assert not image.getexif()
        assert not {"exif", "comment", "icc_profile", "xmp", "photoshop"} & set(image.info)
        assert b"Asha" not in copy.data
        assert b"Exif" not in copy.data


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("make", [pictures.jpeg, pictures.heic])
def test_the_camera_s_orientation_is_applied(decoders, make, orientation):
    upright = pictures.scene(400, 300)
    expected = Image.open(io.BytesIO(make(400, 300, orientation=orientation)))
    from PIL import ImageOps

    expected = ImageOps.exif_transpose(expected).convert("RGB")
    view = opened(decoders.copies(make(400, 300, orientation=orientation), ("view",))[0])
    assert view.size == expected.size
    if make is pictures.jpeg and orientation > 4:
        assert view.size == (upright.height, upright.width)
    for spot in (
        (20, 20),
        (view.width - 20, 20),
        (20, view.height - 20),
        (view.width - 20, view.height - 20),
    ):
        assert looks(view.getpixel(spot), expected.getpixel(spot))


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "CMYK", "I;16"])
def test_every_mode_of_a_picture_is_shown(decoders, mode):
    kind = "JPEG" if mode == "CMYK" else "PNG"
    source = pictures.scene(500, 400)
    image = (
        source.convert("I").point(lambda v: v * 256).convert("I;16")
        if mode == "I;16"
        else source.convert(mode)
    )
    view, thumb = decoders.copies(pictures.saved(image, kind))
    assert (view.width, view.height) == (500, 400)
    top, bottom = opened(thumb).getpixel((80, 20)), opened(thumb).getpixel((80, 110))
    assert sum(abs(a - b) for a, b in zip(top, bottom, strict=True)) > 20, (top, bottom)


def test_transparent_becomes_white(decoders):
    view = opened(
        decoders.copies(pictures.saved(Image.new("RGBA", (50, 50), (0, 0, 0, 0)), "PNG"), ("view",))[0]
    )
    assert view.getpixel((25, 25)) == (255, 255, 255)


def test_a_thumbnail_is_never_larger_than_160_pixels(decoders):
    for size in ((4000, 30), (30, 4000), (100, 80), (1, 1)):
        for copy in decoders.copies(pictures.saved(pictures.scene(*size), "PNG")):
            assert max(copy.width, copy.height) <= {"thumb": 160, "view": 1600}[copy.variant]
            assert min(copy.width, copy.height) >= 1


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (pictures.jpeg()[:800], "image_unreadable"),
        (pictures.png()[:200], "image_unreadable"),
        (pictures.heic()[:-200], "image_unreadable"),
        (b"\xff\xd8\xff" + os.urandom(3000), "image_unreadable"),
        (pictures.SVG, "image_unreadable"),
        (b"GIF89a" + bytes(50), "image_unreadable"),
        (pictures.bomb(), "image_too_large"),
        (pictures.bomb(7100, 7100), "image_too_large"),
        (pictures.moving_webp(), "image_animated"),
        (pictures.apng(), "image_animated"),
    ],
)
def test_what_cannot_be_shown_is_said_and_the_child_lives_on(decoders, data, code):
    with pytest.raises(Unreadable) as unreadable:
        decoders.copies(data)
    assert unreadable.value.code == code
    assert decoders.copies(pictures.jpeg(), ("thumb",))


def test_a_lie_in_the_header_is_caught_where_it_is_decoded(decoders):
    png = bytearray(pictures.png())
    png[16:24] = struct.pack(">II", 4000, 3000)
    with pytest.raises(Unreadable):
        decoders.copies(bytes(png))


def test_a_gain_map_is_no_second_picture(decoders):
    assert [copy.width for copy in decoders.copies(pictures.gain_map_jpeg())] == [400, 160]


@pytest.mark.slow
def test_the_largest_pictures_fit_into_a_child(decoders):
    large = pictures.scene(8100, 6100)
    for kind in ("JPEG", "PNG", "WEBP"):
        view, _ = decoders.copies(pictures.saved(large, kind))
        assert (view.width, view.height) == (1600, 1205)
    clear = pictures.saved(Image.new("RGBA", (8100, 6100), (9, 9, 9, 99)), "PNG", compress_level=1)
    assert decoders.copies(clear, ("thumb",))[0].width == 160


def test_a_killed_child_is_replaced(decoders):
    pool = Decoders(1)
    try:
        pool.copies(pictures.jpeg(), ("thumb",))
        child = pool._idle.get()
        pool._idle.put(child)
        os.kill(child.process.pid, signal.SIGKILL)
        child.process.wait()
        assert pool.copies(pictures.jpeg(), ("thumb",))[0].width == 160
    finally:
        pool.close()


def test_a_child_that_dies_of_a_picture_is_told_apart_and_replaced(monkeypatch):
    pool = Decoders(1)
    try:
        pool.copies(pictures.jpeg(), ("thumb",))
        child = pool._idle.get()
        pool._idle.put(child)
        os.kill(child.process.pid, signal.SIGSTOP)
        threading.Timer(0.3, os.kill, (child.process.pid, signal.SIGKILL)).start()
        with pytest.raises(ChildDied):
            pool.copies(pictures.jpeg(2000, 1500), ("thumb",))
        assert pool.copies(pictures.jpeg(), ("thumb",))[0].width == 160
    finally:
        pool.close()


def test_a_child_that_takes_too_long_is_ended(monkeypatch):
    monkeypatch.setattr(images, "PATIENCE", 0.5)
    child = Child()
    try:
        os.kill(child.process.pid, signal.SIGSTOP)
        begun = time.monotonic()
        with pytest.raises(ChildDied):
            child.ask({"do": "copies", "variants": ["thumb"]}, pictures.jpeg())
        assert time.monotonic() - begun < 3
    finally:
        child.close()
    assert child.process.returncode is not None


def test_children_are_confined():
    child = Child()
    try:
        child.ask({"do": "copies", "variants": ["thumb"]}, pictures.jpeg())
        with open(f"/proc/{child.process.pid}/limits") as file:
            limits = {line[:26].strip(): line[26:].split()[0] for line in file}
        assert limits["Max address space"] == "1500000000"
        assert limits["Max file size"] == limits["Max core file size"] == "0"
        assert int(limits["Max cpu time"]) < 60
        with open(f"/proc/{child.process.pid}/environ") as file:
            names = {entry.split("=")[0] for entry in file.read().split("\0") if entry}
        assert names <= {"PATH", "LANG"}
        links = [os.readlink(entry.path) for entry in os.scandir(f"/proc/{child.process.pid}/fd")]
        assert {link.split(":")[0] for link in links} <= {"/dev/null", "socket"}, links
        assert sum(link.startswith("socket") for link in links) == 1
    finally:
        child.close()


def test_children_end_with_their_parent():
    program = (
        "import sys, time; from shopalert.evidence.images import Child; from tests.evidence import pictures;"
        "child = Child(); child.ask({'do': 'copies', 'variants': ['thumb']}, pictures.jpeg());"
        "print(child.process.pid, flush=True); time.sleep(60)"
    )
    parent = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    pid = int(parent.stdout.readline())
    parent.kill()
    parent.communicate()
    deadline = time.monotonic() + 3
    while os.path.exists(f"/proc/{pid}") and not is_zombie(pid) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not os.path.exists(f"/proc/{pid}") or is_zombie(pid)


def is_zombie(pid: int) -> bool:
    with open(f"/proc/{pid}/stat") as file:
        return file.read().rsplit(")", 1)[1].split()[0] == "Z"


def test_a_watermark_differs_by_viewer_and_reaches_every_part(decoders):
    view = decoders.copies(pictures.jpeg(1600, 1200), ("view",))[0].data
    asha = decoders.mark(view, "Asha Khan · 24 Nov 2026")
    ben = decoders.mark(view, "Ben Hall · 24 Nov 2026")
    assert asha != ben != view
    plain, marked = (Image.open(io.BytesIO(data)).convert("L") for data in (view, asha))
    assert marked.size == plain.size
    assert not Image.open(io.BytesIO(asha)).info.get("comment")
    difference = ImageChops.difference(plain, marked)
    for left in range(0, 1600, 400):
        for top in range(0, 1200, 400):
            strongest = difference.crop((left, top, left + 400, top + 400)).getextrema()[1]
            assert strongest > 30, f"nothing at {left}, {top}"
    changed = sum(difference.point(lambda v: 255 if v > 12 else 0).histogram()[255:])
    assert changed / (1600 * 1200) < 0.12, "the picture is hidden by its mark"


@pytest.mark.parametrize("name", ["Łukasz Żółć", "Nguyễn Thị Hồng", "陳大文", "a" * 500, "", "🚓", "x\ny"])
def test_every_name_can_be_put_on_a_picture(decoders, name):
    view = decoders.copies(pictures.jpeg(300, 200), ("view",))[0].data
    assert decoders.mark(view, name + " · 24 Nov 2026") != view


def test_tiny_pictures_are_marked_too(decoders):
    view = decoders.copies(pictures.jpeg(16, 16), ("view",))[0].data
    assert decoders.mark(view, "Asha Khan · 24 Nov 2026")


def test_other_greenlets_go_on_while_a_picture_is_decoded():
    program = """
from gevent import monkey; monkey.patch_all()
import gevent, time
from shopalert.evidence.images import Decoders
from tests.evidence import pictures
pool, data = Decoders(), pictures.heic(3000, 2000)
pool.copies(pictures.jpeg(), ("thumb",))
worst, done = 0.0, []
jobs = [gevent.spawn(lambda: done.append(pool.copies(data))) for _ in range(3)]
while not all(job.ready() for job in jobs):
    begun = time.monotonic(); gevent.sleep(0.005); worst = max(worst, time.monotonic() - begun)
assert len(done) == 3, jobs[0].exception
print(worst)
pool.close()
"""
    answer = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60)
    assert answer.returncode == 0, answer.stderr
    assert float(answer.stdout) < 0.25
