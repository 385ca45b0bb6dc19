"""The form of a chat."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, SelectField, TextAreaField
from wtforms.validators import Length

from shopalert.permissions import can
from shopalert.text import PlainText, normal


class CommentForm(FlaskForm):
    """One message, for one audience."""

    client_id = HiddenField()
    text = TextAreaField(
        _l("Write a message"),
        filters=[normal],
        validators=[Length(max=4000, message=_l("Keep it under 4,000 letters.")), PlainText()],
    )
    audience = SelectField(_l("Who can see it"), default="members", validate_choice=True)


def audiences_for(viewer: Any, thing: Any) -> list[tuple[str, str]]:
    """To whom this viewer may speak in this incident: (audience, label)."""
    found = [("members", _("All members and police"))]
    if can(viewer, "comment.to_coordinators", thing):
        found.append(("coordinators", _("Coordinators only")))
    if can(viewer, "comment.to_police", thing):
        found.append(("police", _("Police only")))
    return found
