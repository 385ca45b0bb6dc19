"""Saved views: a name for a way of filtering a feed, one person's own."""

from __future__ import annotations

import uuid

import sqlalchemy as sa

from shopalert.db import act, db, the_act
from shopalert.incidents.models import SavedView
from shopalert.schemes.models import Scheme
from shopalert.schemes.viewer import Viewer

MOST = 12  # of one person in one scheme: more is no shelf but a heap


class NameTaken(Exception):
    """Another view of this person has that name here."""


class TooMany(Exception):
    """They have MOST already."""


def views_of(viewer: Viewer, scheme_id: uuid.UUID) -> list[SavedView]:
    """One's own views of a scheme, by name."""
    mine = sa.select(SavedView).where(SavedView.author_id == viewer.user_id, SavedView.scheme_id == scheme_id)
    return list(db.session.scalars(mine.order_by(SavedView.name)))


@act("view.save")
def save(viewer: Viewer, scheme: Scheme, name: str, query: str) -> SavedView:
    """Keep a filter under a name; under the same name the new filter takes the old one's place. Raises TooMany."""
    standing = {view.name: view for view in views_of(viewer, scheme.id)}
    view = standing.get(name)
    if view is None:
        if len(standing) >= MOST:
            raise TooMany
        view = SavedView(scheme_id=scheme.id, author_id=viewer.user_id, name=name)
        db.session.add(view)
    view.query = query
    db.session.flush()
    the_act().about = view
    return view


@act("view.rename")
def rename(viewer: Viewer, view: SavedView, name: str) -> SavedView:
    """Give a view another name. Raises NameTaken."""
    view = db.session.get_one(SavedView, view.id)
    if any(other.name == name and other.id != view.id for other in views_of(viewer, view.scheme_id)):
        raise NameTaken
    view.name = name
    the_act().about = view
    return view


@act("view.remove")
def remove(viewer: Viewer, view: SavedView) -> None:
    the_act().about = view
    db.session.execute(sa.delete(SavedView).where(SavedView.id == view.id))
