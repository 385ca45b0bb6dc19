"""The categories as data: what the code names is what the table holds and the sprite draws."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa

from shopalert.db import db
from shopalert.incidents.models import Category
from shopalert.incidents.vocabulary import BY_CODE, CATEGORIES, GRAVE, HUES

SPRITE = (Path(__file__).resolve().parents[2] / "static/icons/sprite.svg").read_text()


def test_table_and_code_agree(app):
    with app.app_context():
        rows = db.session.scalars(sa.select(Category).order_by(Category.position))
        found = [(row.code, row.label, row.glyph, row.hue, row.position) for row in rows]
    assert found == [(tile.code, tile.label, tile.glyph, tile.hue, tile.position) for tile in CATEGORIES]


def test_every_tile_can_be_drawn():
    for tile in CATEGORIES:
        assert tile.hue in HUES
        assert f'id="{tile.glyph}"' in SPRITE, tile.glyph


def test_codes_are_whole():
    assert len(BY_CODE) == len(CATEGORIES) == 20 and set(BY_CODE) >= GRAVE
