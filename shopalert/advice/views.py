"""The library of advice, and one piece of it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

import sqlalchemy as sa
from flask import Response, request

from shopalert.advice.pieces import Piece, found_by, library
from shopalert.advice.vocabulary import SUBJECTS, TRADES
from shopalert.db import db
from shopalert.incidents.forms import as_uuid
from shopalert.incidents.models import Category
from shopalert.pages import page
from shopalert.room import Room
from shopalert.schemes.lookup import the_scheme
from shopalert.schemes.models import Scheme

room = Room("advice", __name__)


@dataclass(frozen=True)
class Shelved:
    """A piece as it lies in one scheme's library."""

    scheme: Scheme
    piece: Piece

    @property
    def scheme_id(self) -> uuid.UUID:
        return self.scheme.id


def the_piece(slug: str, piece_id: str) -> Shelved | None:
    scheme, piece = the_scheme(slug), library().get(piece_id)
    return Shelved(scheme, piece) if scheme and piece else None


def kinds_in_words() -> dict[str, str]:
    """The kinds of incident that advice goes by: the list that all schemes share."""
    return {
        row.code: row.label for row in db.session.scalars(sa.select(Category).order_by(Category.position))
    }


@room.get("/s/<slug>/advice", verb="advice.read", of=the_scheme)
def shelf(scheme: Scheme) -> Response:
    """All pieces by subject, as far as the address narrows them; what it cannot mean narrows nothing."""
    kinds = kinds_in_words()
    kind, premises = request.args.get("kind", ""), request.args.get("premises", "")
    kind, premises = kind if kind in kinds else "", premises if premises in TRADES else ""
    words = request.args.get("q", "")[:100].strip()
    found = found_by(kind, premises, words)
    shelves = [
        (code, label, [piece for piece in found if piece.subject == code]) for code, label in SUBJECTS.items()
    ]
    return page(
        "advice/shelf.html", scheme=scheme, here=scheme, shelves=[each for each in shelves if each[2]], many=len(found),
        kinds=kinds, trades=TRADES, kind=kind, premises=premises, words=words,
    )  # fmt: skip


@room.get("/s/<slug>/advice/<piece_id>", verb="advice.read", of=the_piece)
def show(shelved: Shelved) -> Response:
    about = as_uuid(request.args.get("incident"))  # which its reader may want to send it for
    return page(
        "advice/piece.html", scheme=shelved.scheme, here=shelved.scheme, piece=shelved.piece,
        kinds=kinds_in_words(), trades=TRADES, about=about,
    )  # fmt: skip
