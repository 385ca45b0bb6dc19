"""The placeholder stills: drawn, small, and the same each time."""

from __future__ import annotations

import hashlib
import io

from PIL import Image

from shopalert.demo.canvas import HEIGHT, WIDTH
from shopalert.demo.drawing import draw
from shopalert.demo.stills import SCENES, STILLS


def test_all_forty_are_different_jpegs():
    drawn = [draw(still) for still in STILLS]
    assert len({hashlib.sha256(data).digest() for data in drawn}) == len(STILLS)
    for data in drawn:
        picture = Image.open(io.BytesIO(data))
        assert picture.format == "JPEG" and picture.size == (WIDTH, HEIGHT)
        assert not picture.getexif() and len(data) < 150_000


def test_the_same_still_is_the_same_picture():
    for scene in SCENES:
        still = next(one for one in STILLS if one.scene == scene)
        assert draw(still) == draw(still)
