"""The list of a force's ready texts: read by its police, kept by those who may."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Response, flash
from flask_babel import gettext as _

from shopalert.chat import canned
from shopalert.chat.forms import CannedForm
from shopalert.chat.models import CannedText
from shopalert.db import db
from shopalert.incidents.forms import as_uuid
from shopalert.incidents.views import refused
from shopalert.pages import not_found, page, see_other
from shopalert.room import Room
from shopalert.schemes.viewer import the_viewer

room = Room("canned", __name__)

HERE = "/police/texts"


def the_text(text_id: uuid.UUID) -> CannedText:
    """The ready text of an address."""
    return canned.text_of(db.session(), text_id) or not_found()


@room.app_context_processor
def for_the_composer() -> dict[str, Any]:
    """What an officer may pick, and the one that was picked by a link."""
    return {
        "canned_texts": lambda: canned.all_texts(db.session()),
        "canned_text": lambda given: (
            canned.text_of(db.session(), chosen) if (chosen := as_uuid(given)) else None
        ),
    }


@room.get(HERE, verb="canned.read")
def texts() -> Response:
    return list_page()


def list_page(status: int = 200, form: CannedForm | None = None, of: CannedText | None = None) -> Response:
    """All of them, with the form that came back where one did."""
    return page(
        "chat/canned.html", status=status, texts=canned.all_texts(db.session()), of=of,
        form=form or CannedForm(formdata=None),
    )  # fmt: skip


@room.post(HERE, verb="canned.manage")
def add() -> Response:
    form = CannedForm()
    if not form.validate():
        refused(form)
        return list_page(422, form)
    try:
        canned.add(the_viewer(), form.title.data or "", form.text.data or "")
    except canned.TooMany:
        form.title.errors = [_("There are %(n)d already. Remove one first.", n=canned.MOST)]
        return list_page(422, form)
    flash(_("Saved. Officers find it above the message they write."), "ok")
    return see_other(HERE)


@room.get(f"{HERE}/<uuid:text_id>", verb="canned.manage")
def show(text_id: uuid.UUID) -> Response:
    """One of them, to be changed or removed."""
    row = the_text(text_id)
    return list_page(form=CannedForm(formdata=None, data={"title": row.title, "text": row.text}), of=row)


@room.post(f"{HERE}/<uuid:text_id>", verb="canned.manage")
def change(text_id: uuid.UUID) -> Response:
    row, form = the_text(text_id), CannedForm()
    if not form.validate():
        refused(form)
        return list_page(422, form, row)
    canned.change(the_viewer(), row, form.title.data or "", form.text.data or "")
    return see_other(HERE)


@room.post(f"{HERE}/<uuid:text_id>/removal", verb="canned.manage")
def remove(text_id: uuid.UUID) -> Response:
    canned.remove(the_viewer(), the_text(text_id))
    return see_other(HERE)
