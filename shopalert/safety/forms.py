"""The forms of help: where it is needed, whether one comes, and who is called."""

from __future__ import annotations

import uuid

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, RadioField, SelectField, SelectMultipleField, TextAreaField
from wtforms.validators import InputRequired, Length

from shopalert.incidents.forms import as_uuid
from shopalert.safety.welfare import ANSWERS
from shopalert.schemes.models import Premises
from shopalert.text import PlainText, normal


class CallForm(FlaskForm):
    """Where somebody needs help. Nothing in it can be wrong: what is not understood is where they work."""

    client_id = HiddenField()
    premises = SelectField(_l("Where are you?"), validate_choice=False)

    def place(self, sites: list[Premises], own: uuid.UUID | None) -> uuid.UUID | None:
        asked = self.premises.data
        if asked == "":
            return None
        return next((site.id for site in sites if str(site.id) == asked), own)


class AnswerForm(FlaskForm):
    """Whether one comes."""

    coming = HiddenField()


class RollForm(FlaskForm):
    """Who is asked whether they are safe: everybody, or those of one shop."""

    client_id = HiddenField()
    premises = SelectField(_l("Who is asked?"), validate_choice=False)


class SafeForm(FlaskForm):
    """Safe, or in need of help."""

    client_id = HiddenField()
    said = HiddenField()


class WelfareForm(FlaskForm):
    """How somebody is, in a word, and in theirs if they like."""

    answer = RadioField(
        _l("How are you?"),
        choices=list(ANSWERS.items()),
        validators=[InputRequired(_l("Choose one of the three."))],
    )
    note = TextAreaField(
        _l("Anything else?"),
        filters=[normal],
        validators=[Length(max=1000, message=_l("Keep this shorter.")), PlainText()],
    )


class RespondersForm(FlaskForm):
    """Who is called when somebody needs help."""

    chosen = SelectMultipleField(_l("Who is called"), validate_choice=False)

    @property
    def ids(self) -> set[uuid.UUID]:
        return {found for each in self.chosen.data or [] if (found := as_uuid(each))}
