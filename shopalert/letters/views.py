"""The week of a scheme, as a page for its members."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from flask import Response

from shopalert.db import db, now
from shopalert.letters.week import Week, figures_of, week_named, week_of
from shopalert.pages import page, see_other
from shopalert.room import Room
from shopalert.schemes.lookup import the_scheme
from shopalert.schemes.models import Scheme

room = Room("letters", __name__)


@room.get("/s/<slug>/newsletter", verb="scheme.read", of=the_scheme)
def newest(scheme: Scheme) -> Response:
    """The last whole week."""
    return see_other(f"/s/{scheme.slug}/newsletter/{week_of(now()).before.name}")


@dataclass(frozen=True)
class Edition:
    """One week of one scheme; what may be done with it is the scheme's."""

    scheme: Scheme
    week: Week

    @property
    def scheme_id(self) -> uuid.UUID:
        return self.scheme.id


def the_edition(slug: str, week: str) -> Edition | None:
    scheme, found = the_scheme(slug), week_named(week)
    return Edition(scheme, found) if scheme and found and found.begins <= now() else None


@room.get("/s/<slug>/newsletter/<week>", verb="scheme.read", of=the_edition)
def newsletter(edition: Edition) -> Response:
    """How many of what, when, and what became of them; nobody's name."""
    scheme, week = edition.scheme, edition.week
    figures = figures_of(db.session(), scheme.id, week)
    return page("letters/newsletter.html", scheme=scheme, here=scheme, week=week, figures=figures, at=now())
