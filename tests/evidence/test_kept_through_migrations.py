"""Tables are made anew under the pictures; none of them, and none of their copies, is lost by it."""

from __future__ import annotations

import flask_migrate

from shopalert.db import db
from tests.people import ASHA


def test_pictures_keep_their_copies_when_their_table_is_made_anew(album, world):
    there = album.on(world.report(ASHA))
    before = {copy.variant: copy.stored_as for copy in album.row(there).copies}
    for go in (flask_migrate.downgrade, flask_migrate.upgrade):
        with world.app.app_context():
            db.session.remove()
            db.engine.dispose()
            go(revision="20261130_wall_once" if go is flask_migrate.downgrade else "head")
    assert len(before) == 2
    assert {copy.variant: copy.stored_as for copy in album.row(there).copies} == before
