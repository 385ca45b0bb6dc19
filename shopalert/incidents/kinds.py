"""The kinds of incident that a scheme reports: the list of `vocabulary.py`, less what it hides, with what it added.

An added kind has its own label and colour and counts as the kind of the list that it stands under. What is hidden
leaves the form only: incidents of that kind stay readable, and can be filtered for.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass

import sqlalchemy as sa

from shopalert.db import db
from shopalert.incidents.models import Category
from shopalert.schemes.models import SchemeCategory

ALWAYS = "other"  # never hidden: everybody must be able to report


@dataclass(frozen=True)
class Kind:
    """One kind in a scheme: `base` is the code of the list that it counts as, its own for those of the list."""

    code: str
    label: str
    glyph: str
    hue: str
    base: str
    shown: bool = True

    @property
    def added(self) -> bool:
        return self.code != self.base


def all_kinds(scheme_id: uuid.UUID) -> list[Kind]:
    """All that incidents of the scheme can be, also what is hidden by now, in the order of the tiles."""
    listed = list(db.session.scalars(sa.select(Category).order_by(Category.position)))
    query = sa.select(SchemeCategory).where(SchemeCategory.scheme_id == scheme_id)
    own = list(db.session.scalars(query.order_by(SchemeCategory.id)))
    hidden = {row.code for row in own if not row.shown}
    found = []
    for row in listed:
        found.append(Kind(row.code, row.label, row.glyph, row.hue, row.code, row.code not in hidden))
        found += [
            Kind(each.code, each.label, each.glyph, each.hue, each.base_code, each.shown)
            for each in own
            if each.base_code == row.code != each.code
        ]
    return found


def kinds_of(scheme_id: uuid.UUID, keep: str = "") -> list[Kind]:
    """Those that the report form offers; `keep` is the code of a report being changed, whatever became of it."""
    return [kind for kind in all_kinds(scheme_id) if kind.shown or kind.code == keep]
