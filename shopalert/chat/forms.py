"""The forms of a chat."""

from __future__ import annotations

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length

from shopalert.chat.course import PACES
from shopalert.pages import problem
from shopalert.text import PlainText, normal, one_line

LONGEST = 4000


class CommentForm(FlaskForm):
    """One message, for one audience, perhaps in answer to another."""

    client_id = HiddenField()
    quotes = HiddenField()
    text = TextAreaField(
        _l("Write a message"),
        filters=[normal],
        validators=[Length(max=LONGEST, message=_l("Keep it under 4,000 letters.")), PlainText()],
    )
    audience = SelectField(_l("Who can see it"), default="members", validate_choice=True)


class WordingForm(FlaskForm):
    """Other words for a message that stands."""

    text = TextAreaField(
        _l("What it says"),
        filters=[normal],
        validators=[
            DataRequired(_l("Write something, or remove the message.")), PlainText(),
            Length(max=LONGEST, message=_l("Keep it under 4,000 letters.")),
        ],
    )  # fmt: skip


class WhyForm(FlaskForm):
    """Why a message is hidden, or reported."""

    why = StringField(
        _l("Why"),
        filters=[one_line],
        validators=[
            DataRequired(_l("Say why, in a few words.")), PlainText(),
            Length(max=200, message=_l("Keep it under 200 letters.")),
        ],
    )  # fmt: skip


class CannedForm(FlaskForm):
    """A ready text of the force."""

    title = StringField(
        _l("Its name in the list"),
        filters=[one_line],
        validators=[
            DataRequired(_l("Give it a short name.")), PlainText(),
            Length(max=60, message=_l("Keep it under 60 letters.")),
        ],
    )  # fmt: skip
    text = TextAreaField(
        _l("What it says"),
        filters=[normal],
        validators=[
            DataRequired(_l("Write what officers shall send.")), PlainText(),
            Length(max=1000, message=_l("Keep it under 1,000 letters.")),
        ],
    )  # fmt: skip


class ChannelForm(FlaskForm):
    """A new channel of a scheme."""

    name = StringField(
        _l("Its name"),
        filters=[one_line],
        validators=[
            DataRequired(_l("Give the channel a name.")), PlainText(),
            Length(max=60, message=_l("Keep it under 60 letters.")),
        ],
    )  # fmt: skip
    announcements = BooleanField(_l("Only coordinators and police write in it"))


def pace_asked() -> int:
    """The seconds of slow mode that were pressed; 422 where nobody offered them."""
    seconds = request.form.get("seconds", "")
    if seconds not in map(str, PACES):
        problem(422, "invalid", _("Choose one of the times that are offered."))
    return int(seconds)
