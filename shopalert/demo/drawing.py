"""Draws the placeholder stills, when they are loaded. No photograph of anybody is anywhere in the house."""

from __future__ import annotations

import io

from PIL import Image, ImageDraw, ImageFont

from shopalert.demo.canvas import HEIGHT, NIGHT, PALETTES, WIDTH, Canvas
from shopalert.demo.scenes import SCENERY
from shopalert.demo.shapes import dice
from shopalert.demo.stills import Still


def draw(still: Still) -> bytes:
    """The still as a JPEG. The same still gives the same picture."""
    chance = dice("still", still.name)
    dark = still.scene in {"back", "bar"} or (
        still.scene in {"street", "window", "carpark"} and still.number % 2
    )
    on = Canvas(chance, NIGHT if dark else PALETTES[(still.number + len(still.scene)) % len(PALETTES)])
    SCENERY[still.scene](on)
    picture = on.image.resize((WIDTH, HEIGHT), Image.Resampling.BOX)
    overlay(picture, still)
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=84)
    return out.getvalue()


def overlay(picture: Image.Image, still: Still) -> None:
    """What a recorder writes into its corners, and that this is a drawing."""
    pen = ImageDraw.Draw(picture)
    font, small = ImageFont.load_default(26), ImageFont.load_default(20)
    for text, x, anchor in ((still.camera, 28, "la"), (f"REC {still.counter}", WIDTH - 28, "ra")):
        if still.scene != "note":
            pen.text((x, 24), text, (248, 250, 249), font, anchor, stroke_width=2, stroke_fill=(30, 38, 37))
    pen.text(
        (28, HEIGHT - 24),
        "DEMONSTRATION  drawn, nobody is shown",
        (248, 250, 249),
        small,
        "ls",
        stroke_width=2,
        stroke_fill=(30, 38, 37),
    )
